// int8: 8 bits per number in blocks with a scale, and 8 bits per probability but the last of each policy.

import type { NumberFormat } from './format.ts'
import { levelFormat, nearest, stochastic } from './levels.ts'

/** Numbers of 8 bits, rounded to the nearest level. */
export const int8: NumberFormat = levelFormat(8, nearest)

/** Numbers of 8 bits, rounded at random so that the mean error is 0. */
export const int8Stochastic: NumberFormat = levelFormat(8, stochastic)
