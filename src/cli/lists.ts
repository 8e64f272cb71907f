// Lists of integers on a command line, such as `1..100` and `1,5,7..9`: seeds, and the axes of a sweep.

import { expected } from '../config/errors.ts'
import type { Field } from '../config/field.ts'
import { fields } from '../config/fields.ts'

/** The most values of a list. A longer list is most likely a typing error. */
const MOST = 1_000_000

/**
 * The integers of a list such as `1,5,7..9`, ascending and each once; both ends of a range are included.
 * @throws TypeError for a text that is not a list, RangeError for a value out of the field's range, a descending range
 *   or over 1e6 values
 */
export function parseIntegers(text: string, name: string, field: Field<number>): number[] {
  const form = `a list such as 1,5,7..9, each ${field.expects}`
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const ends = part.split('..')
    if (ends.length > 2 || ends.includes('')) throw new TypeError(expected(name, form, text))
    const [first, last] = ends.map((end) => field.parse(end, name))
    if (last < first) throw new RangeError(expected(name, `a range that ascends, as ${last}..${first}`, part))
    if ((last ?? first) - first >= MOST) throw tooMany(name, part)
    for (let value = first; value <= (last ?? first); value++) values.add(value)
    if (values.size > MOST) throw tooMany(name, text)
  }
  return [...values].sort((a, b) => a - b)
}

function tooMany(name: string, text: string): RangeError {
  return new RangeError(expected(name, `at most ${MOST} values`, text, 'split it over several commands'))
}

/** Seeds, each an integer in 0..2^53-1. */
export function parseSeeds(text: string, name = 'seeds'): number[] {
  return parseIntegers(text, name, fields.seed)
}

/** The seeds 1..count. */
export const firstSeeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
