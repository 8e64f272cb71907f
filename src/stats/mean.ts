// The arithmetic mean. Its sum runs in the order of the values.

import { listOf } from '../config/checks.ts'
import { expected } from '../config/errors.ts'

const numbers = listOf((value, name) => {
  if (typeof value === 'number') return value
  throw new TypeError(expected(name, 'a number', value))
})

/** The mean of numbers; NaN for an empty list. @throws TypeError for what is no list of numbers */
export const mean = (values: readonly number[]) =>
  numbers(values, 'values').reduce((sum, value) => sum + value, 0) / values.length
