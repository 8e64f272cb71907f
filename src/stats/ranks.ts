// Two-sample rank tests: Mann & Whitney 1947 and, where the two samples may differ in spread too, Brunner & Munzel 2000.
// They know only order, so a censored run may stand as Infinity, tied with its like above every time. A p-value needs a
// distribution function and is left to the caller.

import { mean } from './mean.ts'

export interface MannWhitney {
  /** pairs in which a is larger, ties counting half: 0..n m */
  readonly u: number
  /** standard normal under equality, for samples that are not small; positive where a is larger */
  readonly z: number
  /** the same with |u - n m / 2| shortened by 1/2, to 0 at least */
  readonly zContinuity: number
  /** P(X > Y) + P(X = Y) / 2 = u / (n m), X of a and Y of b (Vargha & Delaney 2000) */
  readonly superiority: number
  /** P(X > Y) - P(X < Y) = 2 superiority - 1 (Cliff 1993) */
  readonly cliffDelta: number
}

export interface BrunnerMunzel {
  /** Student's t with `df` degrees of freedom under superiority 1/2; negative where a is larger, as in scipy */
  readonly statistic: number
  /** Satterthwaite's, between min(n, m) - 1 and n + m - 2 */
  readonly df: number
}

interface Ranks {
  /** of values[i]: one-based, the mean of the places that its equals take (mid-rank) */
  readonly ranks: readonly number[]
  /** sum of t^3 - t over groups of t equal values */
  readonly ties: number
}

function rank(values: readonly number[]): Ranks {
  const order = values.map((_, i) => i).sort((i, j) => (values[i] === values[j] ? 0 : values[i] - values[j]))
  const ranks: number[] = Array(values.length)
  let ties = 0
  for (let i = 0; i < order.length; ) {
    const first = i
    while (i < order.length && values[order[i]] === values[order[first]]) i++
    const equal = i - first
    for (let k = first; k < i; k++) ranks[order[k]] = (first + 1 + i) / 2
    ties += equal * equal * equal - equal
  }
  return { ranks, ties }
}

function checkSamples(a: readonly number[], b: readonly number[], least: number): void {
  if (a.length < least || b.length < least) {
    throw new RangeError(`"a" and "b" expected at least ${least} values each, got ${a.length} and ${b.length}`)
  }
  for (const value of [...a, ...b]) {
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw new TypeError(`"a" and "b" expected numbers (censored = Infinity), got ${value}`)
    }
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function variance(values: readonly number[]): number {
  const middle = mean(values)
  return sum(values.map((value) => (value - middle) * (value - middle))) / (values.length - 1)
}

/**
 * u = (sum of a's ranks in both samples) - n (n + 1) / 2, z = (u - n m / 2) / sd, where sd^2 = n m / 12 times
 * (N + 1 - sum of (t^3 - t) / (N (N - 1))), N = n + m, over groups of t tied values. Where all values are equal, z is 0.
 * u is exact, as ranks are halves.
 * @param a n >= 1 numbers, Infinity allowed
 * @param b m >= 1 numbers, Infinity allowed
 * @throws RangeError for an empty sample, TypeError for a NaN
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  checkSamples(a, b, 1)
  const pairs = a.length * b.length
  const all = a.length + b.length
  const { ranks, ties } = rank([...a, ...b])
  const u = sum(ranks.slice(0, a.length)) - (a.length * (a.length + 1)) / 2
  const squared = (pairs / 12) * (all + 1 - ties / (all * (all - 1)))
  const standard = (value: number) => (squared > 0 ? value / Math.sqrt(squared) : 0)
  const excess = u - pairs / 2
  const shortened = Math.abs(excess) > 0.5 ? excess - 0.5 * Math.sign(excess) : 0
  const superiority = u / pairs
  return { u, z: standard(excess), zContinuity: standard(shortened), superiority, cliffDelta: (2 * excess) / pairs }
}

/**
 * With d how many of the other sample lie below a value (ties half: its rank in both samples less its rank in its own),
 * S_a^2 and S_b^2 the sample variances of d, and u as in mannWhitney: statistic = (n m / 2 - u) / sqrt(n S_a^2 + m S_b^2),
 * df = (n S_a^2 + m S_b^2)^2 / ((n S_a^2)^2 / (n - 1) + (m S_b^2)^2 / (m - 1)). Samples that do not overlap have no
 * variance: the statistic is infinite then (0 where all values are equal), df the least it can be, min(n, m) - 1, and the
 * answer is "separate"; how surprising that is depends on n and m alone, so ask mannWhitney.
 * @param a n >= 2 numbers, Infinity allowed
 * @param b m >= 2 numbers, Infinity allowed
 * @throws RangeError for a sample of fewer than two, TypeError for a NaN
 */
export function brunnerMunzel(a: readonly number[], b: readonly number[]): BrunnerMunzel {
  checkSamples(a, b, 2)
  const n = a.length
  const m = b.length
  const { ranks } = rank([...a, ...b])
  // sorted, so that the sums know no order
  const below = (all: readonly number[], own: readonly number[]) =>
    rank(own)
      .ranks.map((within, i) => all[i] - within)
      .sort((x, y) => x - y)
  const belowA = below(ranks.slice(0, n), a)
  const belowB = below(ranks.slice(n), b)
  const excess = (n * m) / 2 - sum(belowA)
  const spreadA = n * variance(belowA)
  const spreadB = m * variance(belowB)
  const spread = spreadA + spreadB
  if (spread === 0) return { statistic: excess === 0 ? 0 : excess / 0, df: Math.min(n, m) - 1 }
  const df = (spread * spread) / ((spreadA * spreadA) / (n - 1) + (spreadB * spreadB) / (m - 1))
  return { statistic: excess / Math.sqrt(spread), df }
}
