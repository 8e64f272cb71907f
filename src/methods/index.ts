// The registry of methods, one line for each, in the order in which figures and tables show them.

import { central } from './central.ts'
import { fedhpd } from './fedhpd.ts'
import { frd } from './frd.ts'
import { frl } from './frl.ts'
import { independent } from './independent.ts'
import type { Method } from './method.ts'
import { mixfrd } from './mixfrd.ts'
import { own } from './own.ts'
import { pd } from './pd.ts'
import { uniform } from './uniform.ts'

export type { Method, MethodContext } from './method.ts'
export { central, fedhpd, frd, frl, independent, mixfrd, own, pd, uniform }

/**
 * Every method by its name: the paper's, a later one, then the controls.
 *
 * @example
 * for (const [name, method] of Object.entries(methods)) console.log(name, method.payload(defaults))
 */
export const methods: Readonly<Record<string, Method>> = {
  mixfrd,
  frd,
  pd,
  frl,
  fedhpd,
  central,
  independent,
  own,
  uniform,
}

/** The names of the methods in the order in which they are drawn. */
export const METHODS: readonly string[] = Object.keys(methods)

/** The controls: without them a gain of federation cannot be told from chance or from practice. They are ours. */
export const CONTROLS = ['independent', 'own', 'uniform'] as const
