// Quantiles of completion times under censoring. A censored run (null) is never dropped: it sorts above every time,
// and a quantile that leans on one is null, read "above the cap". Definition: Hyndman & Fan 1996, type 7.

/** Completion in episodes; null = censored at the cap. */
export type Completion = number | null

export interface Quartiles {
  readonly q25: Completion
  readonly median: Completion
  readonly q75: Completion
}

/** Ascending, censored last: a total order, so that the result does not depend on the order of the input. */
export function sortCompletions(times: readonly Completion[]): Completion[] {
  for (const time of times) {
    if (time !== null && (typeof time !== 'number' || Number.isNaN(time))) {
      throw new TypeError(`"times" expected numbers or null (censored), got ${time}`)
    }
  }
  return [...times].sort((a, b) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a - b))
}

/**
 * x_lo + w (x_hi - x_lo) with h = (n - 1) p, lo = floor(h), w = h - lo. With w = 0 only x_lo counts, so the quantile is
 * finite although the next time is censored; with w > 0 a censored x_hi makes it null, as any point between a time and
 * "above every time" is.
 * @param times n >= 1 completions, any order
 * @param p in 0..1
 * @throws RangeError for no times or a p outside 0..1, TypeError for a NaN
 */
export function quantile(times: readonly Completion[], p: number): Completion {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`"p" expected a number in 0..1, got ${p}`)
  if (!times.length) throw new RangeError('"times" expected at least one completion, got none: no runs, no quantile')
  return quantileSorted(sortCompletions(times), p)
}

/** `quantile` of times that `sortCompletions` has sorted already. */
export function quantileSorted(sorted: readonly Completion[], p: number): Completion {
  const h = (sorted.length - 1) * p
  const lo = Math.floor(h)
  const w = h - lo
  const low = sorted[lo]
  if (w === 0 || low === null) return low
  const high = sorted[lo + 1]
  if (high === null) return null
  // two infinities have no difference, and what leans on -Infinity is -Infinity
  return low === high || low === Number.NEGATIVE_INFINITY ? low : low + w * (high - low)
}

/** The quartiles of n >= 1 completions, each null where it lies above the cap. */
export function quartiles(times: readonly Completion[]): Quartiles {
  if (!times.length) throw new RangeError('"times" expected at least one completion, got none: no runs, no quartiles')
  const sorted = sortCompletions(times)
  return {
    q25: quantileSorted(sorted, 0.25),
    median: quantileSorted(sorted, 0.5),
    q75: quantileSorted(sorted, 0.75),
  }
}

/**
 * Interquartile mean: 2 x the integral of the empirical quantile function over 1/4..3/4, so the sorted time i = 0..n-1
 * weighs as much of i..i+1 as lies in n/4..3n/4, and the weights sum to n/2. For n divisible by 4 that is the plain 25 %
 * trimmed mean; otherwise the two times at the edges count in part, where a trimmed mean would round. Null where a
 * censored run has weight. Source: Agarwal et al., Deep reinforcement learning at the edge of the statistical precipice, 2021.
 * @param times n >= 1 completions, any order
 * @throws RangeError for no times, TypeError for a NaN
 */
export function iqm(times: readonly Completion[]): Completion {
  const n = times.length
  if (!n) throw new RangeError('"times" expected at least one completion, got none: no runs, no mean')
  const sorted = sortCompletions(times)
  let sum = 0
  for (let i = Math.floor(n / 4); i < (3 * n) / 4; i++) {
    const time = sorted[i]
    if (time === null) return null
    sum += (Math.min(i + 1, (3 * n) / 4) - Math.max(i, n / 4)) * time
  }
  return sum / (n / 2)
}
