// Percentile bootstrap of the median completion (Efron 1979): how far it moves when the seeds are drawn anew.
// The randomness is an argument, so this file has no generator of its own and the interval is a function of its input.

import { type Completion, quantile, quantileSorted, sortCompletions } from './quantiles.ts'

export interface Interval {
  readonly low: Completion
  readonly median: Completion
  readonly high: Completion
}

export interface BootstrapOptions {
  /** the next word of a seeded stream: an integer in 0..2^32-1 */
  readonly word: () => number
  /** coverage, in 0..1 exclusive */
  readonly level?: number
  /** medians drawn; each costs one word a run */
  readonly resamples?: number
}

const WORDS = 4_294_967_296 // 2^32, the values of a uint32

/**
 * Quantiles (1 - level)/2 and (1 + level)/2, type 7, of the medians of `resamples` samples of n drawn with replacement;
 * a bound is null where that quantile lies above the cap. The index is floor(word n / 2^32), exact in f64 for
 * n <= 2^21; its bias is below n / 2^32. The times are sorted first: equal samples give equal intervals.
 * @param times n >= 1 completions, any order
 * @throws RangeError for no times, a level outside 0..1, or resamples that are no positive integer
 */
export function medianInterval(times: readonly Completion[], options: BootstrapOptions): Interval {
  const { word, level = 0.95, resamples = 2000 } = options
  if (!(level > 0 && level < 1)) throw new RangeError(`"level" expected a number between 0 and 1, got ${level}`)
  if (!(Number.isInteger(resamples) && resamples > 0)) {
    throw new RangeError(`"resamples" expected a positive integer, got ${resamples}`)
  }
  const median = quantile(times, 0.5)
  const sorted = sortCompletions(times)
  const medians: Completion[] = []
  for (let i = 0; i < resamples; i++) {
    const sample = sorted.map(() => sorted[Math.floor((word() * sorted.length) / WORDS)])
    medians.push(quantile(sample, 0.5))
  }
  const ranked = sortCompletions(medians)
  const tail = (1 - level) / 2
  return { low: quantileSorted(ranked, tail), median, high: quantileSorted(ranked, 1 - tail) }
}
