// The arithmetic mean. Its sum runs in the order of the values.

import { listOf } from '../config/checks.ts'
import { expected } from '../config/errors.ts'

const numbers = listOf((value, name) => {
  if (typeof value === 'number') return value
  throw new TypeError(expected(name, 'a number', value))
})

/** The mean of numbers; NaN for an empty list. @throws TypeError for what is no list of numbers */
export function mean(values: readonly number[]): number {
  // A bootstrap calls this millions of times, so that a sound list is neither copied nor walked twice.
  if (!Array.isArray(values)) numbers(values, 'values')
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] !== 'number') numbers(values, 'values')
    sum += values[i]
  }
  return sum / values.length
}
