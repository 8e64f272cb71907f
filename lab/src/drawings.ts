// The table of drawings: which one shows an environment. A further drawing is a file and a line here.

import { carts } from './carts.ts'
import type { Environment } from './core.ts'
import type { Drawing } from './lanes.ts'
import { links } from './links.ts'
import { traces } from './traces.ts'

const drawings: Readonly<Record<string, Drawing>> = { 'CartPole-v1': carts, 'Acrobot-v1': links }

/** The drawing of an environment; one without a drawing of its own is shown by its components. */
export const drawingOf = ({ name }: Environment): Drawing => (Object.hasOwn(drawings, name) ? drawings[name] : traces)
