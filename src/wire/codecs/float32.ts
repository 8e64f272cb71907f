// float32, the paper's numbers: 4 bytes each, and no error. It stands here for codecs that shorten only the indices.

import type { Columns, NumberFormat } from './format.ts'

const bytesFor = (rows: number, columns: number) => 4 * rows * columns

function write({ floats, offset, stride, rows, columns }: Columns, to: Uint8Array, at: number): void {
  const copy = new Float32Array(rows * columns)
  for (let row = 0, from = offset, k = 0; row < rows; row++, from += stride) {
    for (let c = 0; c < columns; c++) copy[k++] = floats[from + c]
  }
  to.set(new Uint8Array(copy.buffer), at)
}

function read(from: Uint8Array, at: number, { floats, offset, stride, rows, columns }: Columns): void {
  const copy = new Float32Array(new Uint8Array(from.subarray(at, at + bytesFor(rows, columns))).buffer)
  for (let row = 0, to = offset, k = 0; row < rows; row++, to += stride) {
    for (let c = 0; c < columns; c++) floats[to + c] = copy[k++]
  }
}

/** Numbers of 4 bytes, as they are in memory. */
export const float32: NumberFormat = {
  numberBytes: bytesFor,
  policyBytes: bytesFor,
  writeNumbers: write,
  writePolicies: write,
  readNumbers: read,
  readPolicies: read,
  numberError: () => 0,
  policyError: () => 0,
}
