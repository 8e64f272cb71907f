// The environments that the kernel knows. Their names and sizes are read from the kernel when it is built
// (assembly/build.mjs), so that a config can be resolved without an instance of it.

import { expectedOneOf } from '../config/errors.ts'
import { builtIn } from './builtin.ts'

/** What a learner needs to know of an environment. */
export interface Environment {
  /** its number in assembly/envs.ts, from 1; 0 is an environment that the host steps itself */
  readonly id: number
  /** its name, which is part of every stream's key */
  readonly name: string
  /** components of an observation, 1..64 */
  readonly observations: number
  /** actions, 2..16 */
  readonly actions: number
  /** the longest episode in steps */
  readonly limit: number
}

/** The environments of the kernel, in the order of their numbers. */
export const environments: readonly Environment[] = builtIn

/**
 * The kernel's environment of that name.
 * @throws RangeError that lists the known names; `why` is added to its message
 */
export function findEnvironment(name: string, why = ''): Environment {
  const found = environments.find((env) => env.name === name)
  if (found) return found
  const known = environments.map((env) => env.name)
  throw new RangeError(expectedOneOf('env', known, name, why))
}
