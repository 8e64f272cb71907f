// What an environment is, as a value: everything that a run, the server, a figure and the learner's defaults need to know
// of it. Those of the kernel describe themselves (assembly/env.ts), and the descriptions are read when the kernel is built
// (assembly/build.mjs), so that a config can be resolved without an instance.

import { builtIn } from './builtin.ts'
import type { Config } from './config.ts'
import { expectedOneOf } from './errors.ts'
import type { Span } from './field.ts'

/** When a mission is complete: the mean score over the last `window` episodes is at least, or at most, the threshold. */
export interface Mission {
  /** the mean score */
  readonly threshold: number
  /** how many of the last episodes count */
  readonly window: number
  /** which side of the threshold completes it */
  readonly direction: 'at least' | 'at most'
}

/** An environment without the functions that step it. */
export interface Environment {
  /** its number in assembly/envs.ts, from 1; 0 is an environment that the host steps */
  readonly id: number
  /** its name, which is part of every stream's key */
  readonly name: string
  /** components of an observation, 1..64 */
  readonly observations: number
  /** actions, 2..16 */
  readonly actions: number
  /** the longest episode in steps */
  readonly limit: number
  /** the names of the components */
  readonly components: readonly string[]
  /** the interval of each component that is cut into sections, unless the config's `ranges` say otherwise */
  readonly bounds: readonly Span[]
  /** what the score of an episode is: its steps, or its return, the sum of its rewards */
  readonly score: 'steps' | 'return'
  /** when its mission is complete */
  readonly mission: Mission
  /** the numbers of the components by which MixFRD sorts, the first one first; where there are none, it mixes by distance */
  readonly mixup: readonly number[]
  /** its physical parameters and their defaults; an agent may have values of its own */
  readonly parameters: Readonly<Record<string, number>>
  /** what preset `tuned` sets for it beside what it sets for all */
  readonly tuned: Partial<Config>
}

/** The environments of the kernel, in the order of their numbers. */
export const environments = builtIn as readonly unknown[] as readonly Environment[]

/** The kernel's environment of that name; undefined where there is none. */
export const knownEnvironment = (name: string) => environments.find((env) => env.name === name)

/**
 * The kernel's environment of that name.
 * @throws RangeError that lists the known names; `why` is added to its message
 */
export function findEnvironment(name: string, why = ''): Environment {
  const found = knownEnvironment(name)
  if (found) return found
  const known = environments.map((env) => env.name)
  throw new RangeError(expectedOneOf('env', known, name, why))
}

/** The components of an environment in the order in which MixFRD sorts by them, that with this number first. */
export function sortingOrder({ observations, mixup }: Environment, first: number): number[] {
  const all = Array.from({ length: observations }, (_, i) => i)
  return [...new Set([first, ...mixup, ...all])]
}
