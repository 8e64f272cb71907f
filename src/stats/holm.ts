// Several tests at once (Holm 1979). If one rejects each hypothesis whose adjusted p-value is at most alpha, the
// probability of one or more false rejections is at most alpha, however the tests depend on each other.

import { listOf } from '../config/checks.ts'
import { expected } from '../config/errors.ts'

/**
 * Holm's adjusted p-values. Of m values in ascending order, the i-th (from 1) becomes the largest of min(1, (m - j + 1)
 * p_j) over all j <= i.
 * @param p p-values in any order; the list may be empty
 * @returns the adjusted p-values, in the order of `p`
 * @throws RangeError for a value outside 0..1, also for NaN
 */
export function holm(p: readonly number[]): number[] {
  listOf((value) => {
    if (typeof value !== 'number') throw new TypeError(expected('p', 'numbers in 0..1', value))
    if (!(value >= 0 && value <= 1)) throw new RangeError(expected('p', 'numbers in 0..1', value))
  })(p, 'p')
  const order = p.map((_, i) => i).sort((i, j) => p[i] - p[j])
  const adjusted: number[] = Array(p.length)
  let largest = 0
  for (const [done, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (p.length - done) * p[i]))
    adjusted[i] = largest
  }
  return adjusted
}
