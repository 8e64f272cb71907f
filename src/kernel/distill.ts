// The host's part of assembly/distill.ts: what an agent accepts as entries of a distillation, and how many.

import { floatsOf, integerIn } from '../config/checks.ts'
import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'

const countOf = integerIn(0, 4294967295)

/** @throws TypeError, RangeError for what is no count, or one that is above `targets` */
export function checkCount(value: unknown, name: string, targets: number): number {
  const count = countOf(value, name)
  if (count <= targets) return count
  throw new RangeError(expected(name, `at most ${targets}`, count, 'capacity.targets is set at creation'))
}

/**
 * Entries f32[M * (observations + actions)].
 * @throws TypeError for what is no Float32Array; RangeError for a part of an entry, more than `targets`, or a number that
 *   is not finite
 */
export function checkEntries(
  value: unknown,
  { observations, actions }: Pick<Environment, 'observations' | 'actions'>,
  targets: number,
): Float32Array {
  const width = observations + actions
  const rows = floatsOf(value, 'entries')
  if (rows.length % width) {
    const why = `an entry is ${observations} numbers of a state, then ${actions} of a policy`
    throw new RangeError(expected('entries', `a multiple of ${width} numbers`, rows.length, why))
  }
  checkCount(rows.length / width, 'entries', targets)
  const wrong = rows.find((number) => !Number.isFinite(number))
  if (wrong !== undefined) throw new RangeError(expected('entries', 'finite numbers', wrong))
  return rows
}
