// THE REGISTRY of methods, one line a method.

import { fedhpd } from './fedhpd.ts'
import { frd } from './frd.ts'
import { frl } from './frl.ts'
import { independent } from './independent.ts'
import type { Method } from './method.ts'
import { mixfrd } from './mixfrd.ts'
import { own } from './own.ts'
import { pd } from './pd.ts'
import { uniform } from './uniform.ts'

export type { Method, Setting } from './method.ts'
export { fedhpd, frd, frl, independent, mixfrd, own, pd, uniform }

export const methods: Readonly<Record<string, Method>> = { mixfrd, frd, pd, frl, fedhpd, independent, own, uniform }
