// Effects between arms of runs: arms share their seeds, so they are paired, and intervals are paired bootstraps. What is
// censored is so at the cap, hence the restricted mean completion time is the mean of min(t, cap): Kaplan-Meier's area.

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

export interface Effect {
  readonly effect: number
  readonly low: number
  readonly high: number
  /** two-sided, of the effect's logarithm against 0 by the normal; null where the interval has no width */
  readonly p: number | null
}

export type Arms = readonly (readonly Summary[])[]

/** Runs of the seeds that all arms have, ascending; failed runs are no observation. */
export function pairBySeed(arms: Arms): Arms {
  const bySeed = arms.map((arm) => new Map(arm.filter(({ failed }) => !failed).map((run) => [run.seed, run])))
  const seeds = [...bySeed[0].keys()].filter((seed) => bySeed.every((arm) => arm.has(seed))).sort((a, b) => a - b)
  return bySeed.map((arm) => seeds.map((seed) => arm.get(seed)!))
}

const times = { first: 'completion', mean: 'meanCompletion', last: 'lastCompletion' } as const

/** Completion of a run by the agent that counts; null = censored. */
export const completionOf = (run: Summary, outcome: WhoseCompletion = 'first') => run[times[outcome]]

/** Restricted mean completion time: episodes. @throws RangeError for a run that stopped before its outcome was known */
export const meanTime = (runs: readonly Summary[], cap: number, outcome: WhoseCompletion = 'first') =>
  mean(runs.map((run) => completionOf(run, outcome) ?? censoredAt(run, cap)))

/** A run that stops with its first agent tells nothing of the others: it is not censored at the cap. */
function censoredAt({ episodes, setting, seed }: Summary, cap: number): number {
  if (episodes >= cap) return cap
  const why = 'it stopped before; runs with "until cap" tell'
  throw new RangeError(`"episodes" expected ${cap}, got ${episodes} of "${setting}" seed ${seed}: ${why}`)
}

export const censoredShare = (runs: readonly Summary[], outcome: WhoseCompletion = 'first') =>
  mean(runs.map((run) => (completionOf(run, outcome) === null ? 1 : 0)))

const NORMAL_97_5 = 1.959963984540054 // quantile of the standard normal

/** A positive statistic of paired arms, with its 95 % interval; null where it is 0 or infinite, as a ratio to nothing. */
export function effectOf(
  arms: Arms,
  statistic: (arms: Arms) => number,
  { distributions, words }: StatisticsTools,
): Effect | null {
  let isKnown = true
  const checked = (drawn: Arms) => {
    const value = statistic(drawn)
    if (value > 0 && value < Number.POSITIVE_INFINITY) return value
    isKnown = false
    return 1
  }
  const interval = bootstrapInterval({ statistic: checked, samples: arms, paired: true, word: words() })
  if (!isKnown) return null
  const { low, estimate: effect, high } = interval as { low: number; estimate: number; high: number }
  const { ln, normalTail } = distributions
  const error = high > low ? (ln(high) - ln(low)) / (2 * NORMAL_97_5) : 0
  return { effect, low, high, p: error > 0 ? normalTail(ln(effect) / error) : null }
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
