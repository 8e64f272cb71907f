// The integers of entries, indices and visits, as they are in a body: 4 bytes each, first all indices, then all visits.

import type { Entries } from './entries.ts'

/** How the integers of entries are written. Positions are bytes. */
export interface IntegerFormat {
  /** bytes of one entry's integers at least, by which a receiver bounds what it makes room for */
  readonly leastBytes: (integers: number) => number
  /** bytes of these integers */
  readonly bytesOf: (from: Entries) => number
  /** @returns the position behind them */
  readonly write: (from: Entries, to: Uint8Array, at: number) => number
  /** @returns the position behind them; @throws PayloadError for bytes that the format does not write */
  readonly read: (from: Uint8Array, at: number, to: Entries) => number
}

/** Integers of 4 bytes. Whoever uses the body checks them, as those of float32. */
export const integers32: IntegerFormat = {
  leastBytes: (integers) => 4 * integers,
  bytesOf: ({ integers, count }) => 4 * integers * count,
  write: ({ ints, stride, integers, count }, to, at) => {
    const copy = new Int32Array(integers * count)
    for (let c = 0, k = 0; c < integers; c++) {
      for (let row = 0, from = c; row < count; row++, from += stride) copy[k++] = ints[from]
    }
    to.set(new Uint8Array(copy.buffer), at)
    return at + copy.byteLength
  },
  read: (from, at, { ints, stride, integers, count }) => {
    const end = at + 4 * integers * count
    const copy = new Int32Array(new Uint8Array(from.subarray(at, end)).buffer)
    for (let c = 0, k = 0; c < integers; c++) {
      for (let row = 0, to = c; row < count; row++, to += stride) ints[to] = copy[k++]
    }
    return end
  },
}
