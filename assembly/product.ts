// The one product behind forward, backward and gradients: a row vector times a matrix, f32, with SIMD across 4 columns;
// rows are padded to a multiple of 4 floats. Each element of the result is a sum of its own, which runs by ascending
// index, and every operation is rounded to f32; so the bits do not depend on how columns and rows are grouped.
// Behind a relu, terms whose factor is 0 may be left out (terms.ts): what they would add is 0. Sums over the lanes of
// one vector are in lanes.ts. This file checks nothing: NaN and Infinity pass through, but for those left-out terms.

import { listTerms, OFFSETS, TERMS } from './terms'

/**
 * Floors of a product's sums: elements below the floor become the floor. ZERO_FLOOR makes the product's result relu of
 * the sums; NO_FLOOR is -Infinity and changes nothing. They are the bits of an f32: as an f32, the floor would occupy a
 * vector register throughout the product's loop. The floor is taken by pmax, which is one instruction on x86-64 where
 * max is nine. pmax keeps NaN, and it keeps -0, which adds to a sum what 0 would add.
 */
export const ZERO_FLOOR: i32 = 0
export const NO_FLOOR: i32 = 0xff800000

/** Rows of fewer vectors than this are not worth a list of terms (2026). */
const SPARSE_VECTORS: u32 = 9

/**
 * 4 * `vectors` columns of `product`: each lane of `vectors` registers (1..7, known when compiled) holds one sum. With
 * `isListed`, known when compiled too, x is TERMS, and the sums run over what is listed there.
 */
// @ts-ignore: decorator
@inline
function columns(isListed: bool, vectors: i32, x: usize, xStride: usize, rows: u32, m: usize, mStride: usize,
  start: usize, y: usize, floor: i32): void {
  let a0 = f32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  let a4 = a0
  let a5 = a0
  let a6 = a0
  if (start != 0) {
    a0 = v128.load(start)
    if (vectors > 1) a1 = v128.load(start, 16)
    if (vectors > 2) a2 = v128.load(start, 32)
    if (vectors > 3) a3 = v128.load(start, 48)
    if (vectors > 4) a4 = v128.load(start, 64)
    if (vectors > 5) a5 = v128.load(start, 80)
    if (vectors > 6) a6 = v128.load(start, 96)
  }
  const end = x + (<usize>rows << 2)
  for (let k: u32 = 0; isListed ? x < end : k < rows; k++) {
    const s = v128.load_splat<f32>(x)
    const w = isListed ? m + load<u32>(x, OFFSETS) : m
    a0 = f32x4.add(a0, f32x4.mul(s, v128.load(w)))
    if (vectors > 1) a1 = f32x4.add(a1, f32x4.mul(s, v128.load(w, 16)))
    if (vectors > 2) a2 = f32x4.add(a2, f32x4.mul(s, v128.load(w, 32)))
    if (vectors > 3) a3 = f32x4.add(a3, f32x4.mul(s, v128.load(w, 48)))
    if (vectors > 4) a4 = f32x4.add(a4, f32x4.mul(s, v128.load(w, 64)))
    if (vectors > 5) a5 = f32x4.add(a5, f32x4.mul(s, v128.load(w, 80)))
    if (vectors > 6) a6 = f32x4.add(a6, f32x4.mul(s, v128.load(w, 96)))
    x += xStride
    if (!isListed) m += mStride
  }
  const least = i32x4.splat(floor)
  v128.store(y, f32x4.pmax(a0, least))
  if (vectors > 1) v128.store(y, f32x4.pmax(a1, least), 16)
  if (vectors > 2) v128.store(y, f32x4.pmax(a2, least), 32)
  if (vectors > 3) v128.store(y, f32x4.pmax(a3, least), 48)
  if (vectors > 4) v128.store(y, f32x4.pmax(a4, least), 64)
  if (vectors > 5) v128.store(y, f32x4.pmax(a5, least), 80)
  if (vectors > 6) v128.store(y, f32x4.pmax(a6, least), 96)
}

/**
 * All columns of a product. At most 7 vectors of sums stay in registers at a time. More columns are taken in blocks of
 * like size: the additions of a block that is one vector alone would wait for one another.
 */
// @ts-ignore: decorator
@inline
function allColumns(isListed: bool, x: usize, xStride: usize, rows: u32, m: usize, mStride: usize, start: usize,
  y: usize, lanes: u32, floor: i32): void {
  let left = lanes >> 2
  let blocks = (left + 6) / 7
  while (left > 0) {
    const size = blocks == 1 ? left : (left + blocks - 1) / blocks
    switch (size) {
      case 7: columns(isListed, 7, x, xStride, rows, m, mStride, start, y, floor); break
      case 6: columns(isListed, 6, x, xStride, rows, m, mStride, start, y, floor); break
      case 5: columns(isListed, 5, x, xStride, rows, m, mStride, start, y, floor); break
      case 4: columns(isListed, 4, x, xStride, rows, m, mStride, start, y, floor); break
      case 3: columns(isListed, 3, x, xStride, rows, m, mStride, start, y, floor); break
      case 2: columns(isListed, 2, x, xStride, rows, m, mStride, start, y, floor); break
      default: columns(isListed, 1, x, xStride, rows, m, mStride, start, y, floor)
    }
    const bytes = <usize>size << 4
    m += bytes
    y += bytes
    if (start != 0) start += bytes
    left -= size
    blocks -= 1
  }
}

/**
 * y[j] = max(floor, start[j] + sum over k < rows of x[k] M[k, j]) for j < lanes; k ascending, all f32.
 * x[k] lies k xStride bytes behind x, and row k of M lies k mStride bytes behind m; y, start and each row of M are
 * dense, `lanes` floats, a multiple of 4. Where `start` is 0, the sums start from 0. `floor` is one of the two above.
 * The error of a sum is at most g (|start[j]| + sum of |x[k] M[k, j]|), where g = n u / (1 - n u), n = rows + 1 and
 * u = 2^-24, unless a product underflows (Higham: Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).
 */
export function product(x: usize, xStride: usize, rows: u32, m: usize, mStride: usize, start: usize, y: usize,
  lanes: u32, floor: i32): void {
  allColumns(false, x, xStride, rows, m, mStride, start, y, lanes, floor)
}

/** Whether sparseProduct is faster than product for an x behind a relu: only long rows pay for the list of terms. */
// @ts-ignore: decorator
@inline
export function paysSparse(lanes: u32): bool {
  return lanes >= 4 * SPARSE_VECTORS
}

/**
 * As product, for an x behind a relu, without the terms whose x[k] is 0. The bits are the same while M is finite. It
 * saves 9 to 14 % of a distillation at n = 50 and 20 to 24 % at n = 100, where 40 to 60 % of the units are active, as
 * in real runs; where all are, it costs up to a quarter (2026). A dense x (xStride 4) must be padded with zeros, and
 * `rows` is at most 4096.
 */
export function sparseProduct(x: usize, xStride: usize, rows: u32, m: usize, mStride: usize, start: usize, y: usize,
  lanes: u32, floor: i32): void {
  const terms = xStride == 4 ? listTerms(true, x, 4, rows, mStride) : listTerms(false, x, xStride, rows, mStride)
  allColumns(true, TERMS, 4, terms, m, mStride, start, y, lanes, floor)
}

/**
 * As `columns`, for two rows x and x2 at once and with 1..4 vectors each: every vector of M is loaded once for both.
 * V8 moves the loads of an iteration to its front. With 5 vectors, two of the sums then do not fit in the 15 registers,
 * which is 12 % slower at n = 100. A floor held as a vector, which V8 moves to the front of the loop, is 4 % slower
 * (V8, 2026); the zero here is made behind the loop.
 */
// @ts-ignore: decorator
@inline
function columnPairs(vectors: i32, x: usize, x2: usize, xStride: usize, rows: u32, m: usize, mStride: usize,
  start: usize, y: usize, y2: usize, floor: i32): void {
  let a0 = f32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  if (start != 0) {
    a0 = v128.load(start)
    if (vectors > 1) a1 = v128.load(start, 16)
    if (vectors > 2) a2 = v128.load(start, 32)
    if (vectors > 3) a3 = v128.load(start, 48)
  }
  let b0 = a0
  let b1 = a1
  let b2 = a2
  let b3 = a3
  for (let k: u32 = 0; k < rows; k++) {
    const s = v128.load_splat<f32>(x)
    const t = v128.load_splat<f32>(x2)
    let w = v128.load(m)
    a0 = f32x4.add(a0, f32x4.mul(s, w))
    b0 = f32x4.add(b0, f32x4.mul(t, w))
    if (vectors > 1) {
      w = v128.load(m, 16)
      a1 = f32x4.add(a1, f32x4.mul(s, w))
      b1 = f32x4.add(b1, f32x4.mul(t, w))
    }
    if (vectors > 2) {
      w = v128.load(m, 32)
      a2 = f32x4.add(a2, f32x4.mul(s, w))
      b2 = f32x4.add(b2, f32x4.mul(t, w))
    }
    if (vectors > 3) {
      w = v128.load(m, 48)
      a3 = f32x4.add(a3, f32x4.mul(s, w))
      b3 = f32x4.add(b3, f32x4.mul(t, w))
    }
    x += xStride
    x2 += xStride
    m += mStride
  }
  if (floor == ZERO_FLOOR) {
    const zero = f32x4.splat(0)
    a0 = f32x4.pmax(a0, zero)
    b0 = f32x4.pmax(b0, zero)
    if (vectors > 1) a1 = f32x4.pmax(a1, zero)
    if (vectors > 1) b1 = f32x4.pmax(b1, zero)
    if (vectors > 2) a2 = f32x4.pmax(a2, zero)
    if (vectors > 2) b2 = f32x4.pmax(b2, zero)
    if (vectors > 3) a3 = f32x4.pmax(a3, zero)
    if (vectors > 3) b3 = f32x4.pmax(b3, zero)
  }
  v128.store(y, a0)
  v128.store(y2, b0)
  if (vectors > 1) {
    v128.store(y, a1, 16)
    v128.store(y2, b1, 16)
  }
  if (vectors > 2) {
    v128.store(y, a2, 32)
    v128.store(y2, b2, 32)
  }
  if (vectors > 3) {
    v128.store(y, a3, 48)
    v128.store(y2, b3, 48)
  }
}

/**
 * product of x into y and of x2 into y2, with one M, `start` and `floor` and the same bits. A pair costs a seventh to a
 * fifth less than two products (2026), and inlined another tenth of a distillation at n = 24.
 */
// @ts-ignore: decorator
@inline
function productPair(x: usize, x2: usize, xStride: usize, rows: u32, m: usize, mStride: usize, start: usize, y: usize,
  y2: usize, lanes: u32, floor: i32): void {
  let left = lanes >> 2
  let blocks = (left + 3) / 4
  while (left > 0) {
    const size = blocks == 1 ? left : (left + blocks - 1) / blocks
    switch (size) {
      case 4: columnPairs(4, x, x2, xStride, rows, m, mStride, start, y, y2, floor); break
      case 3: columnPairs(3, x, x2, xStride, rows, m, mStride, start, y, y2, floor); break
      case 2: columnPairs(2, x, x2, xStride, rows, m, mStride, start, y, y2, floor); break
      default: columnPairs(1, x, x2, xStride, rows, m, mStride, start, y, y2, floor)
    }
    const bytes = <usize>size << 4
    m += bytes
    y += bytes
    y2 += bytes
    if (start != 0) start += bytes
    left -= size
    blocks -= 1
  }
}

/**
 * `count` products with one M, `start` and `floor`, each with the bits of `product`: product b reads x + b xRow and
 * writes y + b yRow, xRow and yRow in bytes. Two products are taken at a time, and an odd last one alone. Where each x
 * is behind a relu (`isBehindRelu`) and rows are long enough, each product is sparse.
 */
export function products(count: u32, x: usize, xRow: usize, xStride: usize, rows: u32, m: usize, mStride: usize,
  start: usize, y: usize, yRow: usize, lanes: u32, floor: i32, isBehindRelu: bool): void {
  if (isBehindRelu && paysSparse(lanes)) {
    for (; count > 0; count--) {
      sparseProduct(x, xStride, rows, m, mStride, start, y, lanes, floor)
      x += xRow
      y += yRow
    }
    return
  }
  for (; count > 1; count -= 2) {
    productPair(x, x + xRow, xStride, rows, m, mStride, start, y, y + yRow, lanes, floor)
    x += 2 * xRow
    y += 2 * yRow
  }
  if (count > 0) product(x, xStride, rows, m, mStride, start, y, lanes, floor)
}
