// float16 (IEEE 754 binary16): 2 bytes per number, rounded to the nearest one, of two equally near to the even one. It is
// converted by integers, because not every runtime has floats of 16 bits. It ends at 65504, and a greater number is refused.

import { expected } from '../../config/errors.ts'
import { PayloadError } from '../payload.ts'
import type { Columns, NumberFormat } from './format.ts'

/** The bits of 65520, half-way between the greatest number of float16 and what would be the next one. */
const TOO_GREAT = 0x477ff000
/** The bits of 2^-14, from which on the numbers of float16 are normal. */
const NORMAL = 0x38800000
/** The bits of 2^-25, half of the least number of float16. */
const LEAST_HALF = 0x33000000
/** The difference of the two exponents' biases, 127 - 15, where the exponent of float32 stands. */
const BIAS = 0x38000000

/** The float16 nearest to a float32, both as bits. @throws RangeError beyond the greatest */
export function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude >= TOO_GREAT) {
    const got = new Float32Array(Int32Array.of(bits).buffer)[0]
    throw new RangeError(expected('body', 'numbers within +-65504 for float16', got, 'int8 has no such limit'))
  }
  // Half of what is cut off, less one where the last bit that stays is even, so that a tie goes to the even number.
  if (magnitude >= NORMAL) return sign | ((magnitude - BIAS + 0xfff + ((magnitude >>> 13) & 1)) >>> 13)
  if (magnitude < LEAST_HALF) return sign
  const shift = 126 - (magnitude >>> 23)
  const mantissa = (magnitude & 0x7fffff) | 0x800000
  const half = 1 << (shift - 1)
  return sign | ((mantissa + half - 1 + ((mantissa >>> shift) & 1)) >>> shift)
}

/** The float32 that equals a float16, both as bits. @throws PayloadError `non-finite` */
export function fromHalf(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >>> 10) & 31
  const fraction = half & 0x3ff
  if (exponent === 31) throw new PayloadError('non-finite', 'a finite float16', `0x${half.toString(16)}`)
  if (exponent > 0) return sign | ((exponent << 23) + BIAS) | (fraction << 13)
  if (fraction === 0) return sign
  const highest = 31 - Math.clz32(fraction)
  return sign | ((highest + 103) << 23) | ((fraction << (23 - highest)) & 0x7fffff)
}

const bitsOf = ({ floats }: Columns) => new Int32Array(floats.buffer, floats.byteOffset, floats.length)
const bytesFor = (rows: number, columns: number) => 2 * rows * columns

function write(from: Columns, to: Uint8Array, at: number): void {
  const bits = bitsOf(from)
  const { offset, stride, rows, columns } = from
  for (let row = 0, k = offset; row < rows; row++, k += stride) {
    for (let c = 0; c < columns; c++, at += 2) {
      const half = toHalf(bits[k + c])
      to[at] = half
      to[at + 1] = half >>> 8
    }
  }
}

function read(from: Uint8Array, at: number, to: Columns): void {
  const bits = bitsOf(to)
  const { offset, stride, rows, columns } = to
  for (let row = 0, k = offset; row < rows; row++, k += stride) {
    for (let c = 0; c < columns; c++, at += 2) bits[k + c] = fromHalf(from[at] | (from[at + 1] << 8))
  }
}

/** Half a unit in the last place, which is 2^-11 of a normal number at most, and 2^-25 below 2^-14. */
const errorOf = (most: number) => Math.max(most / 2048, 1 / 33554432)

/** Numbers of 2 bytes. */
export const float16: NumberFormat = {
  numberBytes: bytesFor,
  policyBytes: bytesFor,
  writeNumbers: write,
  writePolicies: write,
  readNumbers: read,
  readPolicies: read,
  numberError: errorOf,
  policyError: () => errorOf(0.5),
}
