// Quantiles of completion times, of which some are censored. A censored run (null) is never dropped: it is later than
// every time, and a quantile that depends on it is null, which reads "above the cap". Definition: Hyndman and Fan 1996,
// type 7.

import { listOf, numberIn } from '../config/checks.ts'
import { expected } from '../config/errors.ts'

/** A completion time in episodes; null if it was censored at the cap. */
export type Completion = number | null

/** The quartiles of completion times, each null where it lies above the cap. */
export interface Quartiles {
  /** the lower quartile */
  readonly q25: Completion
  /** the median */
  readonly median: Completion
  /** the upper quartile */
  readonly q75: Completion
}

/** Completion times. @throws TypeError for what is no list of them */
export const completionsOf = listOf((time): Completion => {
  if (time === null || (typeof time === 'number' && !Number.isNaN(time))) return time
  throw new TypeError(expected('times', 'numbers or null (censored)', time))
})

/** The times in ascending order, censored ones last. @throws TypeError for NaN */
export function sortCompletions(times: readonly Completion[]): Completion[] {
  return [...completionsOf(times, 'times')].sort((a, b) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a - b))
}

/**
 * A quantile of completion times: x_lo + w (x_hi - x_lo) with h = (n - 1) p, lo = floor(h), w = h - lo. If w is 0, only
 * x_lo counts, and the quantile is finite even if the next time is censored; otherwise a censored x_hi makes it null.
 *
 * @example
 * quantile([200, 300, null], 0.5) // 300
 * @param times at least one completion, in any order
 * @param p 0..1
 * @throws RangeError for no times or a p outside 0..1, TypeError for NaN
 */
export function quantile(times: readonly Completion[], p: number): Completion {
  numberIn(0, 1)(p === 0 ? 0 : p, 'p') // without the sign of -0
  if (!completionsOf(times, 'times').length) {
    throw new RangeError(expected('times', 'at least one completion', 0, 'no runs, no quantile'))
  }
  return quantileSorted(sortCompletions(times), p)
}

/** `quantile` of times that are sorted already. */
export function quantileSorted(sorted: readonly Completion[], p: number): Completion {
  const h = (sorted.length - 1) * p
  const lo = Math.floor(h)
  const w = h - lo
  const low = sorted[lo]
  if (w === 0 || low === null) return low
  const high = sorted[lo + 1]
  if (high === null) return null
  // Two infinities have no difference, and what depends on -Infinity is -Infinity.
  return low === high || low === Number.NEGATIVE_INFINITY ? low : low + w * (high - low)
}

/** The quartiles of at least one completion, in any order. @throws as quantile */
export function quartiles(times: readonly Completion[]): Quartiles {
  const sorted = sortCompletions(times)
  if (!sorted.length) throw new RangeError(expected('times', 'at least one completion', 0, 'no runs, no quartiles'))
  return {
    q25: quantileSorted(sorted, 0.25),
    median: quantileSorted(sorted, 0.5),
    q75: quantileSorted(sorted, 0.75),
  }
}
