// Effects between arms of runs: arms share their seeds, so they are paired, and intervals are paired bootstraps. Nothing is
// censored before the cap, hence the restricted mean completion time is the mean of min(t, cap): Kaplan-Meier's area.

import type { Line } from './archive.ts'
import type { Distributions } from './distributions.ts'
import type { Outcome } from './paper.ts'
import { bootstrapInterval } from './stats/index.ts'

/** What a bootstrap and its p-value need from outside. */
export interface Tools {
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

export type Arms = readonly (readonly Line[])[]

/** Runs of the seeds that all arms have, ascending; failed runs are no observation. */
export function pairBySeed(arms: Arms): Arms {
  const bySeed = arms.map((arm) => new Map(arm.filter(({ failed }) => !failed).map((line) => [line.seed, line])))
  const seeds = [...bySeed[0].keys()].filter((seed) => bySeed.every((arm) => arm.has(seed))).sort((a, b) => a - b)
  return bySeed.map((arm) => seeds.map((seed) => arm.get(seed)!))
}

const times = { first: 'completion', mean: 'meanCompletion', last: 'lastCompletion' } as const

/** Completion of a run by the agent that counts; null = censored. */
export const completionOf = (line: Line, outcome: Outcome = 'first') => line[times[outcome]]

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Restricted mean completion time: episodes. */
export const meanTime = (lines: readonly Line[], cap: number, outcome: Outcome = 'first') =>
  mean(lines.map((line) => completionOf(line, outcome) ?? cap))

export const censoredShare = (lines: readonly Line[], outcome: Outcome = 'first') =>
  mean(lines.map((line) => (completionOf(line, outcome) === null ? 1 : 0)))

const NORMAL_97_5 = 1.959963984540054 // quantile of the standard normal

/** A positive statistic of paired arms, with its 95 % interval. */
export function effectOf(arms: Arms, statistic: (arms: Arms) => number, { distributions, words }: Tools): Effect {
  const interval = bootstrapInterval({ statistic, samples: arms, paired: true, word: words() })
  const { low, estimate: effect, high } = interval as { low: number; estimate: number; high: number }
  const { ln, normalTail } = distributions
  const error = low > 0 && high > low ? (ln(high) - ln(low)) / (2 * NORMAL_97_5) : 0
  return { effect, low, high, p: error > 0 ? normalTail(ln(effect) / error) : null }
}

/** Ratio of mean completion times, a over b: below 1, a is sooner. */
export function timeRatio(
  a: readonly Line[],
  b: readonly Line[],
  cap: number,
  tools: Tools,
  outcome?: Outcome,
): Effect {
  const ratio = ([one, other]: Arms) => meanTime(one, cap, outcome) / meanTime(other, cap, outcome)
  return effectOf([a, b], ratio, tools)
}
