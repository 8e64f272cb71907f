// A body as codecs see it: views of its integers, numbers and policies where they lie. What an entry is made of, payload.ts
// says.

import { aligned, entryBytes, entryCount, entryParts, type PayloadKind, type Space } from '../payload.ts'
import type { Columns } from './format.ts'

/** The entries of a body. */
export interface Entries {
  readonly kind: PayloadKind
  readonly space: Space
  readonly count: number
  /** the body itself */
  readonly body: Uint8Array
  readonly ints: Int32Array
  /** words from entry to entry */
  readonly stride: number
  /** integers of an entry: its index, then its visits, as far as they travel */
  readonly integers: number
  /** the numbers of all entries, of 0 columns where there are none */
  readonly numbers: Columns
  /** the policies of all entries, of 0 columns where there are none */
  readonly policies: Columns
}

/** The views of a body. @throws PayloadError `length`; TypeError, RangeError for wrong arguments */
export function entriesOf(kind: PayloadKind, space: Space, given: Uint8Array): Entries {
  const rows = entryCount(kind, space, given)
  const body = aligned(given)
  const { integers, numbers, probabilities } = entryParts(kind, space)
  const stride = integers + numbers + probabilities
  const floats = new Float32Array(body.buffer, body.byteOffset, rows * stride)
  return {
    kind,
    space,
    count: rows,
    body,
    ints: new Int32Array(body.buffer, body.byteOffset, rows * stride),
    stride,
    integers,
    numbers: { floats, offset: integers, stride, rows, columns: numbers },
    policies: { floats, offset: integers + numbers, stride, rows, columns: probabilities },
  }
}

/** So many entries, all of zeros, to be written into. */
export const blankEntries = (kind: PayloadKind, space: Space, count: number): Entries =>
  entriesOf(kind, space, new Uint8Array(count * entryBytes(kind, space)))
