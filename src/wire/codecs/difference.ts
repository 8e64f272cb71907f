// difference: numbers travel as their difference from the last download, which agents and server both have. Its digest stands
// before the body, so that a receiver that has another one refuses the frame and cannot drift; 8 zeros stand before a body
// that travels whole, because its sender has no download yet or one of another length.

import { PayloadError } from '../payload.ts'
import type { Entries } from './entries.ts'
import type { Columns } from './format.ts'

/** What both sides have, and its digest. */
export interface Base {
  /** the body of the last download, of float32 */
  readonly body: Uint8Array
  /** 8 bytes of a hash of it */
  readonly digest: Uint8Array
}

/** Bytes before a body. */
export const DIGEST_BYTES = 8

/** @returns whether the body behind the digest is whole; @throws PayloadError `base` where it is a difference from another one */
export function isWholeBehind(bytes: Uint8Array, base: Base | null): boolean {
  const digest = bytes.subarray(0, DIGEST_BYTES)
  if (digest.every((byte) => byte === 0)) return true
  if (base?.digest.every((byte, i) => byte === digest[i])) return false
  const hex = (list: Uint8Array) => Array.from(list, (byte) => byte.toString(16).padStart(2, '0')).join('')
  throw new PayloadError('base', base ? `a difference from ${hex(base.digest)}` : 'a whole body', hex(digest))
}

/** A policy is determined by its probabilities but the last. */
const freeColumns = ({ numbers, policies }: Entries) => numbers.columns || policies.columns - 1

/** Numbers that a difference of these entries has: weights, or the probabilities of each policy but the last. */
export const differenceColumns = (entries: Entries): Columns => ({
  floats: new Float32Array(entries.count * freeColumns(entries)),
  offset: 0,
  stride: freeColumns(entries),
  rows: entries.count,
  columns: freeColumns(entries),
})

/**
 * What the base says of each of these numbers; of a cluster that it does not have, that all actions are alike. Null where
 * the base is of another length.
 */
function foreseen(entries: Entries, base: Entries): Float32Array | null {
  const { count, ints, stride, integers } = entries
  if (integers === 0 && base.count !== count) return null
  const columns = freeColumns(entries)
  const from = base.numbers.columns ? base.numbers : base.policies
  const values = new Float32Array(count * columns)
  const uniform = 1 / base.policies.columns
  for (let row = 0, k = 0, to = 0; row < count; row++, to += columns) {
    if (integers) while (k < base.count && base.ints[k * stride] < ints[row * stride]) k++
    else k = row
    const isKnown = !integers || (k < base.count && base.ints[k * stride] === ints[row * stride])
    const at = from.offset + k * stride
    for (let c = 0; c < columns; c++) values[to + c] = isKnown ? from.floats[at + c] : uniform
  }
  return values
}

/** The difference of entries from a base; null where they have to travel whole. */
export function differenceFrom(entries: Entries, base: Entries): Columns | null {
  const values = foreseen(entries, base)
  if (values === null) return null
  const { floats, offset, stride } = entries.numbers.columns ? entries.numbers : entries.policies
  const difference = differenceColumns(entries)
  const { columns } = difference
  let most = 0
  for (let row = 0, k = 0, at = offset; row < entries.count; row++, at += stride) {
    for (let c = 0; c < columns; c++, k++) {
      difference.floats[k] = floats[at + c] - values[k]
      most = Math.max(most, Math.abs(difference.floats[k]))
    }
  }
  return Number.isFinite(most) ? difference : null
}

/**
 * Fills entries, whose integers are there, with what the base says of them and a difference. Probabilities are cut to 0..1;
 * where those but the last sum to more than 1, they are divided by their sum.
 * @throws PayloadError `base` where the base is of another length
 */
export function addToBase(entries: Entries, base: Entries, difference: Columns): void {
  const values = foreseen(entries, base)
  if (values === null) throw new PayloadError('base', `${base.count} entries, as the base has`, entries.count)
  const { columns } = difference
  const isPolicy = entries.policies.columns > 0
  const { floats, offset, stride } = isPolicy ? entries.policies : entries.numbers
  for (let row = 0, k = 0, to = offset; row < entries.count; row++, to += stride) {
    let sum = 0
    for (let c = 0; c < columns; c++, k++) {
      const value = Math.fround(values[k] + difference.floats[k])
      floats[to + c] = isPolicy ? Math.min(Math.max(value, 0), 1) : value
      sum += floats[to + c]
    }
    if (!isPolicy) continue
    if (sum > 1) for (let c = 0; c < columns; c++) floats[to + c] /= sum
    floats[to + columns] = sum > 1 ? 0 : 1 - sum
  }
}
