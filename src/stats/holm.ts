// Several tests at once: Holm 1979. Rejecting where the adjusted p-value is at most alpha keeps the chance of any false
// rejection at most alpha, whatever the dependence between the tests.

/**
 * Of m p-values in ascending order, the i-th (from 1) becomes the largest of min(1, (m - j + 1) p_j) over j <= i.
 * @param p p-values, any order; none gives none
 * @returns the adjusted p-values, in the order of `p`
 * @throws RangeError for a value outside 0..1, NaN too
 */
export function holm(p: readonly number[]): number[] {
  for (const value of p) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`"p" expected numbers in 0..1, got ${value}`)
  }
  const order = p.map((_, i) => i).sort((i, j) => p[i] - p[j])
  const adjusted: number[] = Array(p.length)
  let largest = 0
  for (const [done, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (p.length - done) * p[i]))
    adjusted[i] = largest
  }
  return adjusted
}
