// int4: 4 bits per number in blocks with a scale, and 4 bits per probability but the last of each policy.

import type { NumberFormat } from './format.ts'
import { levelFormat, nearest, stochastic } from './levels.ts'

/** Numbers of 4 bits, rounded to the nearest level. */
export const int4: NumberFormat = levelFormat(4, nearest)

/** Numbers of 4 bits, rounded at random so that the mean error is 0. */
export const int4Stochastic: NumberFormat = levelFormat(4, stochastic)
