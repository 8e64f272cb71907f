// Effects between arms of runs, with their intervals. Arms share their seeds, so they are paired, and intervals are paired
// bootstraps. Runs are censored only at the cap, so the restricted mean completion time is the mean of min(t, cap): the area
// under the Kaplan-Meier curve.

import type { Summary } from '../results/summary.ts'
import type { Distributions } from '../stats/distributions.ts'
import { bootstrapInterval, mean } from '../stats/index.ts'
import type { WhoseCompletion } from './figures.ts'

/** What a bootstrap and its p-value need from outside. */
export interface StatisticsTools {
  readonly distributions: Distributions
  /** a fresh seeded stream of u32 words, the same at each call */
  readonly words: () => () => number
}

/** A number with its 95 % interval. */
export interface Effect {
  readonly effect: number
  readonly low: number
  readonly high: number
}

/** Runs of several arms. */
export type Arms = readonly (readonly Summary[])[]

/** The runs of the seeds that all arms have, by ascending seed. Failed runs are left out. */
export function pairBySeed(arms: Arms): Arms {
  const bySeed = arms.map((arm) => new Map(arm.filter(({ failed }) => !failed).map((run) => [run.seed, run])))
  const seeds = [...bySeed[0].keys()].filter((seed) => bySeed.every((arm) => arm.has(seed))).sort((a, b) => a - b)
  return bySeed.map((arm) => seeds.map((seed) => arm.get(seed)!))
}

const times = { first: 'completion', mean: 'meanCompletion', last: 'lastCompletion' } as const

/** Completion of a run by the agent that counts; null if it is censored. */
export const completionOf = (run: Summary, outcome: WhoseCompletion = 'first') => run[times[outcome]]

/** Completion time restricted to the cap. @throws RangeError for a run that stopped before its outcome was known */
export const restricted = (run: Summary, cap: number, outcome: WhoseCompletion = 'first') =>
  completionOf(run, outcome) ?? censoredAt(run, cap)

/** Restricted mean completion time, in episodes. @throws as restricted */
export const meanTime = (runs: readonly Summary[], cap: number, outcome: WhoseCompletion = 'first') =>
  mean(runs.map((run) => restricted(run, cap, outcome)))

/** A run that stops with its first agent tells nothing of the others: it is not censored at the cap. */
function censoredAt({ episodes, setting, seed }: Summary, cap: number): number {
  if (episodes >= cap) return cap
  const why = 'it stopped before; runs with "until cap" tell'
  throw new RangeError(`"episodes" expected ${cap}, got ${episodes} of "${setting}" seed ${seed}: ${why}`)
}

/** The share of runs that did not complete within the cap. */
export const censoredShare = (runs: readonly Summary[], outcome: WhoseCompletion = 'first') =>
  mean(runs.map((run) => (completionOf(run, outcome) === null ? 1 : 0)))

/** Standard deviation of a sample; 0 for a single value. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0)
  return Math.sqrt(squares / (values.length - 1))
}

/** A statistic of paired arms with its interval; null if it is not a number, such as 0 over 0. It may be infinite. */
export function effectOf<T>(
  arms: readonly (readonly T[])[],
  statistic: (arms: readonly (readonly T[])[]) => number,
  { words }: StatisticsTools,
): Effect | null {
  if (Number.isNaN(statistic(arms))) return null
  let isKnown = true
  const checked = (drawn: readonly (readonly T[])[]) => {
    const value = statistic(drawn)
    if (!Number.isNaN(value)) return value
    isKnown = false
    return 0
  }
  const { low, estimate, high } = bootstrapInterval({ statistic: checked, samples: arms, paired: true, word: words() })
  return isKnown ? { low: low!, effect: estimate!, high: high! } : null
}

/** Ratio of mean completion times, a over b: below 1, a is sooner. */
export function timeRatio(
  a: readonly Summary[],
  b: readonly Summary[],
  cap: number,
  tools: StatisticsTools,
  outcome?: WhoseCompletion,
): Effect {
  const ratio = ([one, other]: Arms) => meanTime(one, cap, outcome) / meanTime(other, cap, outcome)
  return effectOf([a, b], ratio, tools)! // no time is 0
}
