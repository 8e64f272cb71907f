// Ranks of values, with equal values sharing the mean of their places.

import { listOf } from '../config/checks.ts'
import { expected } from '../config/errors.ts'

/** The ranks of a sample. */
export interface Ranks {
  /**
   * the rank of each value, in the order of the values: 1 for the smallest; equal values have the mean of their places
   */
  readonly ranks: readonly number[]
  /** the sum of t^3 - t over all groups of t equal values, by which tests correct their variance */
  readonly ties: number
}

/**
 * The ranks of values. A censored time is given as Infinity and is the largest. A rank is a multiple of 1/2, so that
 * sums of ranks are exact.
 * @param values any numbers; the list may be empty
 * @throws TypeError for NaN, which has no rank
 */
export function rank(values: readonly number[]): Ranks {
  listOf((value) => {
    if (typeof value !== 'number' || Number.isNaN(value)) throw new TypeError(expected('values', 'numbers', value))
  })(values, 'values')
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
