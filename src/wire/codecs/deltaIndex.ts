// delta-index: indices ascend, so each is written as its distance from the one before, less 1, in variable length: 7 bits per
// byte, the lowest first, with the highest bit set where more follow (LEB128). Visits are written in the same way.

import { PayloadError } from '../payload.ts'
import type { Entries } from './entries.ts'
import type { IntegerFormat } from './integers.ts'

/** Bytes of a number below 2^31. */
function lengthOf(value: number): number {
  if (value < 128) return 1
  if (value < 16384) return 2
  if (value < 2097152) return 3
  return value < 268435456 ? 4 : 5
}

function put(value: number, to: Uint8Array, at: number): number {
  for (; value >= 128; value >>>= 7) to[at++] = value | 128
  to[at++] = value
  return at
}

/** @throws PayloadError for a number that no sender writes: a cut one, one of 2^31 or more, or one with idle bytes */
function take(from: Uint8Array, at: number, code: 'index' | 'visits'): number {
  let value = 0
  for (let shift = 0; ; shift += 7, at++) {
    if (at >= from.length) throw new PayloadError('length', 'a number of variable length', 'one that is cut')
    const byte = from[at]
    // The fifth byte has the bits 28 to 30.
    if (shift === 28 && byte > 7) throw new PayloadError(code, 'a number below 2^31', 'a greater one')
    value |= (byte & 127) << shift
    if (byte > 127) continue
    if (byte === 0 && shift > 0) throw new PayloadError(code, 'a number in as few bytes as it needs', 'idle bytes')
    return value
  }
}

/** The integers as they are written, in order. @throws PayloadError `index`, `visits` for entries that no body has */
function eachWritten({ ints, stride, integers, count, space }: Entries, use: (value: number) => void): void {
  let before = -1
  for (let row = 0, at = 0; row < count; row++, at += stride) {
    const index = ints[at]
    if (index <= before || index >= space.clusters) {
      throw new PayloadError('index', `an index in ${before + 1}..${space.clusters - 1}`, index)
    }
    use(index - before - 1)
    before = index
  }
  if (integers < 2) return
  for (let row = 0, at = 1; row < count; row++, at += stride) {
    if (ints[at] <= 0) throw new PayloadError('visits', 'at least one visit', ints[at])
    use(ints[at])
  }
}

/** Integers in variable length, indices as distances. */
export const deltaIndex: IntegerFormat = {
  leastBytes: (integers) => integers,
  bytesOf: (from) => {
    let bytes = 0
    if (from.integers) {
      eachWritten(from, (value) => {
        bytes += lengthOf(value)
      })
    }
    return bytes
  },
  write: (from, to, at) => {
    let end = at
    if (from.integers) {
      eachWritten(from, (value) => {
        end = put(value, to, end)
      })
    }
    return end
  },
  read: (from, at, { ints, stride, integers, count, space }) => {
    let end = at
    let before = -1
    for (let row = 0, to = 0; integers > 0 && row < count; row++, to += stride) {
      const distance = take(from, end, 'index')
      end += lengthOf(distance)
      const index = before + 1 + distance
      if (index >= space.clusters) {
        throw new PayloadError('index', `an index in ${before + 1}..${space.clusters - 1}`, index)
      }
      ints[to] = index
      before = index
    }
    for (let row = 0, to = 1; integers > 1 && row < count; row++, to += stride) {
      const visits = take(from, end, 'visits')
      if (visits === 0) throw new PayloadError('visits', 'at least one visit', visits)
      end += lengthOf(visits)
      ints[to] = visits
    }
    return end
  },
}
