// Percentile bootstrap (Efron 1979): how far a statistic of completion times moves when the seeds are drawn anew.
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
  /** statistics drawn; each costs one word a run, or one word a pair */
  readonly resamples?: number
}

export interface Bootstrap<T> extends BootstrapOptions {
  /** of the arms, each as long as it was given; null = above the cap, larger than every number */
  readonly statistic: (arms: readonly (readonly T[])[]) => Completion
  /** one list of runs an arm */
  readonly samples: readonly (readonly T[])[]
  /** true = the arms share their seeds, run i of one belongs to run i of another: all arms draw the same indices */
  readonly paired: boolean
}

export interface Estimate {
  readonly low: Completion
  /** the statistic of the samples as they are */
  readonly estimate: Completion
  readonly high: Completion
}

const WORDS = 4_294_967_296 // 2^32, the values of a uint32

/**
 * Quantiles (1 - level)/2 and (1 + level)/2, type 7, of the statistic of `resamples` draws with replacement; a bound is
 * null where that quantile lies above the cap. Words are consumed a resample, then an arm, then a run; paired arms share
 * those of the first. The index is floor(word n / 2^32), exact in f64 for n <= 2^21; its bias is below n / 2^32.
 * Intervals of 95 % of a ratio of medians cover about 97 % in arms of 100 and 96 % in arms of 400, those of a difference of
 * restricted means 94.5 % in arms of 100 (test/slow/montecarlo.ts).
 * The interval depends on the order of the runs, as the words do: sort what has no order of its own.
 * @throws RangeError for no arms, an empty arm, paired arms of different lengths, a level outside 0..1, or resamples that
 * are no positive integer; TypeError for a statistic that is neither a number nor null
 */
export function bootstrapInterval<T>(bootstrap: Bootstrap<T>): Estimate {
  const { statistic, samples, paired, word, level = 0.95, resamples = 2000 } = bootstrap
  if (!(level > 0 && level < 1)) throw new RangeError(`"level" expected a number between 0 and 1, got ${level}`)
  if (!(Number.isInteger(resamples) && resamples > 0)) {
    throw new RangeError(`"resamples" expected a positive integer, got ${resamples}`)
  }
  const lengths = samples.map((arm) => arm.length)
  if (!lengths.length || lengths.includes(0)) {
    throw new RangeError(`"samples" expected at least one arm and no empty one, got lengths [${lengths}]`)
  }
  if (paired && lengths.some((n) => n !== lengths[0])) {
    throw new RangeError(`"samples" expected paired arms of one length, got lengths [${lengths}]: pair them by seed`)
  }
  const draw = (n: number) => Array.from({ length: n }, () => Math.floor((word() * n) / WORDS))
  const evaluate = (arms: readonly (readonly T[])[]) => {
    const value = statistic(arms)
    if (value === null || (typeof value === 'number' && !Number.isNaN(value))) return value
    throw new TypeError(`"statistic" expected to return a number, or null for above the cap, got ${value}`)
  }
  const estimate = evaluate(samples)
  const drawn: Completion[] = []
  for (let i = 0; i < resamples; i++) {
    const pairs = paired ? draw(lengths[0]) : undefined
    drawn.push(evaluate(samples.map((arm) => (pairs ?? draw(arm.length)).map((index) => arm[index]))))
  }
  const ranked = sortCompletions(drawn)
  const tail = (1 - level) / 2
  return { low: quantileSorted(ranked, tail), estimate, high: quantileSorted(ranked, 1 - tail) }
}

/**
 * The bootstrap interval of one sample's median. The times are sorted first: equal samples give equal intervals.
 * @param times n >= 1 completions, any order
 * @throws RangeError for no times, a level outside 0..1, or resamples that are no positive integer
 */
export function medianInterval(times: readonly Completion[], options: BootstrapOptions): Interval {
  if (!times.length) throw new RangeError('"times" expected at least one completion, got none: no runs, no median')
  const statistic = ([arm]: readonly (readonly Completion[])[]) => quantile(arm, 0.5)
  const samples = [sortCompletions(times)]
  const { low, estimate, high } = bootstrapInterval({ ...options, statistic, samples, paired: false })
  return { low, median: estimate, high }
}
