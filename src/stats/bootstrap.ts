// Percentile bootstrap (Efron 1979): how far a statistic of completion times moves when the seeds are drawn anew. The
// random words are an argument, so this file has no generator, and an interval depends on its input alone.

import { functionOf, integerIn, listOf, record } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { type Completion, completionsOf, quantile, quantileSorted, sortCompletions } from './quantiles.ts'

/** A median with its interval. Each is null if it lies above the cap. */
export interface Interval {
  /** the lower end */
  readonly low: Completion
  /** the median of the times as they are */
  readonly median: Completion
  /** the upper end */
  readonly high: Completion
}

/** How a bootstrap is drawn. */
export interface BootstrapOptions {
  /** the next word of a seeded stream: an integer in 0..2^32-1 */
  readonly word: () => number
  /** coverage, between 0 and 1; 0.95 unless given */
  readonly level?: number
  /** how many resamples are drawn, each with one word per run, or per pair of runs; 2000 unless given, 10,000,000 at most */
  readonly resamples?: number
}

/** What is resampled, and what is computed from it. */
export interface Bootstrap<T> extends BootstrapOptions {
  /**
   * computes the statistic from arms, each as long as it was given; null for a value above the cap, which counts as
   * larger than every number
   */
  readonly statistic: (arms: readonly (readonly T[])[]) => Completion
  /** a list of runs for each arm */
  readonly samples: readonly (readonly T[])[]
  /**
   * whether run i of one arm belongs to run i of another, as runs of one seed do; then all arms draw the same indices
   */
  readonly paired: boolean
}

/** A statistic with its interval. Each is null if it lies above the cap. */
export interface Estimate {
  /** the lower end */
  readonly low: Completion
  /** the statistic of the samples as they are */
  readonly estimate: Completion
  /** the upper end */
  readonly high: Completion
}

const WORDS = 4_294_967_296 // 2^32, the values of a uint32
/** Resamples are kept to be sorted, so that more would not fit the memory. */
const MAX_RESAMPLES = 10_000_000
const wordOf = integerIn(0, WORDS - 1)

/**
 * A percentile interval: the quantiles (1 - level)/2 and (1 + level)/2, of type 7, of the statistic over `resamples`
 * draws with replacement. The words are used in this order: one resample after the other, in a resample one arm after
 * the other, and in an arm one run after the other; paired arms share the words of the first arm. An index is
 * floor(word n / 2^32), exact in f64 for n <= 2^21, with a bias below n / 2^32.
 * Intervals of 95 % of a ratio of medians cover about 97 % with arms of 100 and 96 % with arms of 400; those of a
 * difference of restricted means cover 94.5 % with arms of 100 (test/slow/montecarlo.ts).
 * The interval depends on the order of the runs, because the words are used in that order: sort runs that have no order
 * of their own.
 *
 * @example
 * const arms = [timesOfFrd, timesOfPd] // by seed
 * const ratio = ([a, b]) => mean(a) / mean(b)
 * const { low, estimate, high } = bootstrapInterval({ statistic: ratio, samples: arms, paired: true, word })
 * @throws RangeError if there is no arm, an arm is empty, paired arms differ in length, level is not between 0 and 1,
 *   or resamples is not an integer in 1..10000000; TypeError if the statistic is neither a number nor null
 */
export function bootstrapInterval<T>(bootstrap: Bootstrap<T>): Estimate {
  record(bootstrap, 'bootstrap')
  const { statistic, samples, paired, word, level = 0.95, resamples = 2000 } = bootstrap
  functionOf(statistic, 'statistic')
  functionOf(word, 'word')
  if (typeof paired !== 'boolean') throw new TypeError(expected('paired', 'true or false', paired))
  if (typeof level !== 'number') throw new TypeError(expected('level', 'a number between 0 and 1', level))
  if (typeof resamples !== 'number') throw new TypeError(expected('resamples', 'a positive integer', resamples))
  if (!(level > 0 && level < 1)) throw new RangeError(expected('level', 'a number between 0 and 1', level))
  if (!(Number.isInteger(resamples) && resamples > 0 && resamples <= MAX_RESAMPLES)) {
    throw new RangeError(expected('resamples', `a positive integer up to ${MAX_RESAMPLES}`, resamples))
  }
  const lengths = listOf(listOf((run) => run))(samples, 'samples').map((arm) => arm.length)
  if (!lengths.length || lengths.includes(0)) {
    throw new RangeError(expected('samples', 'at least one arm and no empty one', lengths))
  }
  if (paired && lengths.some((n) => n !== lengths[0])) {
    throw new RangeError(expected('samples', 'paired arms of one length', lengths, 'pair them by seed'))
  }
  /** Draws into `indices`, because arrays made anew for each resample take most of the time. */
  const draw = (indices: number[]) => {
    const n = indices.length
    for (let i = 0; i < n; i++) indices[i] = Math.floor((wordOf(word(), 'word') * n) / WORDS)
    return indices
  }
  const evaluate = (arms: readonly (readonly T[])[]) => {
    const value = statistic(arms)
    if (value === null || (typeof value === 'number' && !Number.isNaN(value))) return value
    throw new TypeError(expected('statistic', 'to return a number, or null for above the cap', value))
  }
  const estimate = evaluate(samples)
  const indices = lengths.map((n) => new Array<number>(n).fill(0))
  const drawn: Completion[] = []
  for (let i = 0; i < resamples; i++) {
    const pairs = paired ? draw(indices[0]) : undefined
    drawn.push(evaluate(samples.map((arm, k) => (pairs ?? draw(indices[k])).map((index) => arm[index]))))
  }
  const ranked = sortCompletions(drawn)
  const tail = (1 - level) / 2
  return { low: quantileSorted(ranked, tail), estimate, high: quantileSorted(ranked, 1 - tail) }
}

/**
 * The bootstrap interval of the median of one sample. The times are sorted first, so that equal samples give equal
 * intervals.
 * @param times at least one completion, in any order
 * @throws RangeError if there are no times, level is not between 0 and 1, or resamples is not a positive integer
 */
export function medianInterval(times: readonly Completion[], options: BootstrapOptions): Interval {
  if (!completionsOf(times, 'times').length)
    throw new RangeError(expected('times', 'at least one completion', 0, 'no runs, no median'))
  const statistic = ([arm]: readonly (readonly Completion[])[]) => quantile(arm, 0.5)
  record(options, 'options')
  const samples = [sortCompletions(times)]
  const { low, estimate, high } = bootstrapInterval({ ...options, statistic, samples, paired: false })
  return { low, median: estimate, high }
}
