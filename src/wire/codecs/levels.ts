// Numbers as levels of few bits. Any numbers are cut into blocks of 64 of one column, each with a scale, f32: a number is its
// level times the scale (block-wise quantisation, as in Dettmers et al., 8-bit Optimizers via Block-wise Quantization, ICLR
// 2022). A policy is its probabilities in shares of 1/255 or 1/15 which sum to 1, so that the last share need not be sent.

import { PayloadError } from '../payload.ts'
import type { Columns, NumberFormat, Words } from './format.ts'

/** Numbers of one column that share a scale: 4 bytes for 64 numbers are half a bit per number. */
const BLOCK = 64

/** The greatest f32. */
const GREATEST = 3.4028234663852886e38

/** How a number between two levels becomes one of them. */
export interface Rounding {
  /** a function that writes what is added to so many numbers before their fractions are cut off, in [0, 1) */
  readonly offsets: (words: Words) => (to: Float64Array, count: number) => void
  /** the greatest error, in levels */
  readonly error: number
}

/** To the nearest level, of two equally near to the upper one. */
export const nearest: Rounding = { offsets: () => (to, count) => to.fill(0.5, 0, count), error: 0.5 }

/**
 * To the upper level as often as the number is nearer to it, so that the mean error is 0 but for 2^-17 of a level. Each word
 * serves two numbers, the lower 16 bits first.
 */
export const stochastic: Rounding = {
  offsets: (words) => {
    /** the upper half of a word whose lower one was used; below 0 where there is none */
    let left = -1
    return (to, count) => {
      let k = 0
      if (left >= 0 && count > 0) {
        to[k++] = (left + 0.5) / 65536
        left = -1
      }
      for (; k < count; k += 2) {
        const word = words()
        to[k] = ((word & 0xffff) + 0.5) / 65536
        if (k + 1 < count) to[k + 1] = ((word >>> 16) + 0.5) / 65536
        else left = word >>> 16
      }
    }
  },
  error: 1,
}

/** The greatest f32 of which `top` times are no more than `most`, so that no level stands for more than the numbers are. */
function scaleFor(most: number, top: number): number {
  const scale = Math.fround(most / top)
  if (scale * top <= most) return scale
  const bits = new Uint32Array(Float32Array.of(scale).buffer)
  bits[0]--
  return new Float32Array(bits.buffer)[0]
}

/** Bytes of so many levels. */
const packedBytes = (bits: number, count: number) => Math.ceil((bits * count) / 8)

/** Writes u8[count] of 8 or 4 bits each, of two in one byte the first into the lower half. */
function pack(levels: Uint8Array, count: number, bits: number, to: Uint8Array, at: number): void {
  if (bits === 8) {
    for (let k = 0; k < count; k++) to[at + k] = levels[k]
    return
  }
  for (let k = 0; k < count; k += 2, at++) to[at] = (levels[k] & 15) | (k + 1 < count ? (levels[k + 1] & 15) << 4 : 0)
}

/** @throws PayloadError `level` where half a byte is left and not 0 */
function unpack(from: Uint8Array, at: number, count: number, bits: number, levels: Uint8Array): void {
  if (bits === 8) {
    for (let k = 0; k < count; k++) levels[k] = from[at + k]
    return
  }
  for (let k = 0; k < count; k++) levels[k] = k % 2 ? from[at + (k >> 1)] >>> 4 : from[at + (k >> 1)] & 15
  if (count % 2 && from[at + (count >> 1)] >>> 4) {
    throw new PayloadError('level', 'a last half byte of 0', from[at + (count >> 1)] >>> 4)
  }
}

/** @throws PayloadError `non-finite` for a scale that no block has */
function checkScale(scale: number, top: number): void {
  if (scale >= 0 && scale * top <= GREATEST && !Object.is(scale, -0)) return
  throw new PayloadError('non-finite', `a scale of which ${top} times are finite, not below 0`, scale)
}

/** A format of so many bits. */
export function levelFormat(bits: 8 | 4, { offsets, error }: Rounding): NumberFormat {
  /** shares of a whole */
  const whole = bits === 8 ? 255 : 15
  /** the greatest level; the least one is -top */
  const top = (whole - 1) / 2
  const blockBytes = 4 + packedBytes(bits, BLOCK)

  const writeNumbers = (
    { floats, offset, stride, rows, columns }: Columns,
    to: Uint8Array,
    at: number,
    words: Words,
  ) => {
    const view = new DataView(to.buffer, to.byteOffset, to.byteLength)
    const levels = new Uint8Array(BLOCK)
    const added = new Float64Array(BLOCK)
    const addTo = offsets(words)
    for (let c = 0; c < columns; c++) {
      for (let row = 0; row < rows; row += BLOCK) {
        const count = Math.min(BLOCK, rows - row)
        const first = offset + c + row * stride
        let most = 0
        for (let k = 0, i = first; k < count; k++, i += stride) {
          const size = Math.abs(floats[i])
          if (size > most) most = size
        }
        const scale = scaleFor(most, top)
        view.setFloat32(at, scale, true)
        if (scale > 0) addTo(added, count)
        for (let k = 0, i = first; k < count; k++, i += stride) {
          const level = scale === 0 ? 0 : Math.floor(floats[i] / scale + added[k])
          levels[k] = Math.min(Math.max(level, -top), top)
        }
        pack(levels, count, bits, to, at + 4)
        at += 4 + packedBytes(bits, count)
      }
    }
  }

  const readNumbers = (from: Uint8Array, at: number, { floats, offset, stride, rows, columns }: Columns) => {
    const view = new DataView(from.buffer, from.byteOffset, from.byteLength)
    const levels = new Uint8Array(BLOCK)
    for (let c = 0; c < columns; c++) {
      for (let row = 0; row < rows; row += BLOCK) {
        const count = Math.min(BLOCK, rows - row)
        const scale = view.getFloat32(at, true)
        checkScale(scale, top)
        unpack(from, at + 4, count, bits, levels)
        for (let k = 0, i = offset + c + row * stride; k < count; k++, i += stride) {
          const level = (levels[k] << (32 - bits)) >> (32 - bits)
          if (level < -top) throw new PayloadError('level', `a level in -${top}..${top}`, level)
          floats[i] = level * scale
        }
        at += 4 + packedBytes(bits, count)
      }
    }
  }

  /** The bounds of the shares are rounded, not the shares, so that these sum to 1 whatever their number. */
  const writePolicies = (
    { floats, offset, stride, rows, columns }: Columns,
    to: Uint8Array,
    at: number,
    words: Words,
  ) => {
    const levels = new Uint8Array(rows * (columns - 1))
    const added = new Float64Array(rows)
    offsets(words)(added, rows)
    for (let row = 0, from = offset, k = 0; row < rows; row++, from += stride) {
      let total = 0
      for (let a = 0; a < columns; a++) total += floats[from + a]
      let sum = 0
      let before = 0
      for (let a = 0; a < columns - 1; a++) {
        sum += floats[from + a]
        const bound = Math.min(whole, Math.floor((whole * sum) / total + added[row]))
        levels[k++] = bound - before
        before = bound
      }
    }
    pack(levels, levels.length, bits, to, at)
  }

  const readPolicies = (from: Uint8Array, at: number, { floats, offset, stride, rows, columns }: Columns) => {
    const levels = new Uint8Array(rows * (columns - 1))
    unpack(from, at, levels.length, bits, levels)
    for (let row = 0, to = offset, k = 0; row < rows; row++, to += stride) {
      let left = whole
      for (let a = 0; a < columns - 1; a++) {
        const level = levels[k++]
        floats[to + a] = level / whole
        left -= level
      }
      if (left < 0) throw new PayloadError('probability', `at most ${whole} shares`, whole - left)
      floats[to + columns - 1] = left / whole
    }
  }

  return {
    numberBytes: (rows, columns) => {
      const last = rows % BLOCK
      const inLast = last ? 4 + packedBytes(bits, last) : 0
      return columns * (Math.floor(rows / BLOCK) * blockBytes + inLast)
    },
    policyBytes: (rows, actions) => packedBytes(bits, rows * (actions - 1)),
    writeNumbers,
    writePolicies,
    readNumbers,
    readPolicies,
    // The scale is cut to f32, and the product of level and scale is rounded to f32.
    numberError: (most) => most * (error / top + 2.4e-7) + 1e-42,
    // A share lies between two bounds, each of which is rounded, but for the first and the last.
    policyError: (actions) => (actions === 2 ? error : 1) / whole + 1.2e-7,
  }
}
