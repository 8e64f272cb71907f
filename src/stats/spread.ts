// Whether groups differ in spread, by the test of Brown and Forsythe (1974): Levene's analysis of variance on the
// distances from each group's median, which keeps its level for skewed data too. The spread of completion times grows
// in proportion to their size, so the test should be given their logarithms. For the p-value, see `brownForsythe`.

import { listOf } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { mean } from './mean.ts'
import { quantileSorted } from './quantiles.ts'

/** The test of Brown and Forsythe. */
export interface BrownForsythe {
  /** the statistic; where all spreads are equal, it follows Fisher's F with df1 and df2 degrees of freedom */
  readonly f: number
  /** the number of groups less 1 */
  readonly df1: number
  /** the number of values less the number of groups */
  readonly df2: number
  /** the mean distance of the values of each group from its median; it is smaller where the group is less spread */
  readonly means: readonly number[]
}

/**
 * The test statistic. With z the distances |x - median of its group|, k groups of n_i values and N values in all:
 * f = (N - k) / (k - 1) x sum of n_i (mean z_i - mean z)^2 / sum of (z - mean z_i)^2. If no distance differs within its
 * group, f is Infinity, or 0 if all distances are equal. Sums run over ascending distances. `fTail` of
 * `loadDistributions` of frd/node gives the p-value, and `ln` of it the logarithms.
 *
 * @example
 * const { fTail, ln } = await loadDistributions()
 * const { f, df1, df2 } = brownForsythe([timesOfFrd, timesOfPd].map((times) => times.map(ln)))
 * const p = fTail(f, df1, df2)
 * @param groups k >= 2 groups of n_i >= 1 finite numbers, more than k numbers in all
 * @throws RangeError for fewer than two groups, an empty group, or one value in each group; TypeError for a value that
 *   is not finite
 */
export function brownForsythe(groups: readonly (readonly number[])[]): BrownForsythe {
  const lengths = listOf(listOf(finiteOf))(groups, 'groups').map((group) => group.length)
  const values = lengths.reduce((total, n) => total + n, 0)
  if (groups.length < 2 || lengths.includes(0) || values === groups.length) {
    throw new RangeError(expected('groups', 'at least two groups, none empty, one of two values or more', lengths))
  }
  const distances = groups.map((group) => distancesFromMedian(group))
  const means = distances.map((z) => mean(z))
  const overall = means.reduce((total, value, i) => total + lengths[i] * value, 0) / values
  let between = 0
  let within = 0
  for (const [i, z] of distances.entries()) {
    between += lengths[i] * (means[i] - overall) * (means[i] - overall)
    for (const value of z) within += (value - means[i]) * (value - means[i])
  }
  const df1 = groups.length - 1
  const df2 = values - groups.length
  return { f: between === 0 ? 0 : (df2 * between) / (df1 * within), df1, df2, means }
}

function finiteOf(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const why = 'a censored time has no known distance from the median: leave it out, or take its cap for it'
  throw new TypeError(expected('groups', 'finite numbers', value, why))
}

function distancesFromMedian(group: readonly number[]): number[] {
  const median = quantileSorted(
    [...group].sort((a, b) => a - b),
    0.5,
  )!
  return group.map((value) => Math.abs(value - median)).sort((a, b) => a - b)
}
