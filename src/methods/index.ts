// The registry of methods, one line for each, in the order in which figures and tables show them.

import type { Config } from '../config/config.ts'
import { central } from './central.ts'
import { fedhpd } from './fedhpd.ts'
import { frd } from './frd.ts'
import { frl } from './frl.ts'
import { independent } from './independent.ts'
import { type ExchangeField, exchangeFields, type Method } from './method.ts'
import { mixfrd } from './mixfrd.ts'
import { own } from './own.ts'
import { pd } from './pd.ts'
import { uniform } from './uniform.ts'

export type { ExchangeField, Method, MethodContext } from './method.ts'
export { exchangeFields } from './method.ts'
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

/** The method of the registry of that name; undefined for one of one's own, which may be called `constructor` too. */
export const knownMethod = (name: string): Method | undefined =>
  Object.hasOwn(methods, name) ? methods[name] : undefined

const isExchangeField = (name: string): name is ExchangeField => (exchangeFields as readonly string[]).includes(name)

/** Whether runs of a method depend on a field of the config. A method that is not in the registry may use all. */
export function usesField(method: string, name: keyof Config): boolean {
  const uses = knownMethod(method)?.uses
  return uses === undefined || !isExchangeField(name) || uses.includes(name)
}
