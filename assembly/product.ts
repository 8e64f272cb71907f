// The products and sums behind forward, backward and gradients, SIMD across 4 columns, rows padded to 4 lanes. Every sum
// runs by ascending index, so the bits do not depend on how the columns are blocked; laneSums is the one exception.

/**
 * Floors of a product's sums, as bits: as f32 they would hold a vector register throughout its loop. With pmax, one
 * instruction where max is nine, a floor keeps NaN, and -0, which adds to a sum what 0 would.
 */
export const ZERO_FLOOR: i32 = 0
export const NO_FLOOR: i32 = 0xff800000 // -Infinity

/**
 * `vectors` (1..7, a compile-time constant) lanes-of-4 columns of y = start + sum over k of x[k] M[k, :], k ascending, and
 * what of it is below the floor lifted to it.
 */
// @ts-ignore: decorator
@inline
function columns(vectors: i32, x: usize, xStride: usize, rows: u32, m: usize, mStride: usize, start: usize, y: usize, floor: i32): void {
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
  for (let k: u32 = 0; k < rows; k++) {
    const s = v128.load_splat<f32>(x)
    a0 = f32x4.add(a0, f32x4.mul(s, v128.load(m)))
    if (vectors > 1) a1 = f32x4.add(a1, f32x4.mul(s, v128.load(m, 16)))
    if (vectors > 2) a2 = f32x4.add(a2, f32x4.mul(s, v128.load(m, 32)))
    if (vectors > 3) a3 = f32x4.add(a3, f32x4.mul(s, v128.load(m, 48)))
    if (vectors > 4) a4 = f32x4.add(a4, f32x4.mul(s, v128.load(m, 64)))
    if (vectors > 5) a5 = f32x4.add(a5, f32x4.mul(s, v128.load(m, 80)))
    if (vectors > 6) a6 = f32x4.add(a6, f32x4.mul(s, v128.load(m, 96)))
    x += xStride
    m += mStride
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
 * y[0..lanes) = start + sum over k < rows of x[k] M[k, :], the one product behind forward, backward and gradients.
 * x is read every xStride bytes, rows of M every mStride bytes; start 0 means zeros, the floor is one of the two above. At
 * most 7 vectors at a time stay in registers, in blocks of like size, since a lone vector would wait for its own additions.
 */
export function product(x: usize, xStride: usize, rows: u32, m: usize, mStride: usize, start: usize, y: usize, lanes: u32,
  floor: i32): void {
  let left = lanes >> 2
  let blocks = (left + 6) / 7
  while (left > 0) {
    const size = blocks == 1 ? left : (left + blocks - 1) / blocks
    switch (size) {
      case 7: columns(7, x, xStride, rows, m, mStride, start, y, floor); break
      case 6: columns(6, x, xStride, rows, m, mStride, start, y, floor); break
      case 5: columns(5, x, xStride, rows, m, mStride, start, y, floor); break
      case 4: columns(4, x, xStride, rows, m, mStride, start, y, floor); break
      case 3: columns(3, x, xStride, rows, m, mStride, start, y, floor); break
      case 2: columns(2, x, xStride, rows, m, mStride, start, y, floor); break
      default: columns(1, x, xStride, rows, m, mStride, start, y, floor)
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
 * As `columns`, 1..4 vectors, for two x at once: M is loaded once for both. Loads of a turn are moved to its front, so that
 * with 5 vectors two of the sums no longer fit in 15 registers: 12 % slower at n = 100; with the floor as a vector, moved to
 * the loop's front too, 4 % (V8, 2026).
 */
// @ts-ignore: decorator
@inline
function columnPairs(vectors: i32, x: usize, x2: usize, xStride: usize, rows: u32, m: usize, mStride: usize, start: usize,
  y: usize, y2: usize, floor: i32): void {
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

/** Two products with one M: as product(x, .., y) and product(x2, .., y2), a seventh to a fifth cheaper (2026). */
function productPair(x: usize, x2: usize, xStride: usize, rows: u32, m: usize, mStride: usize, start: usize, y: usize, y2: usize,
  lanes: u32, floor: i32): void {
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

/** As product, for `count` x and y, which lie xRow and yRow bytes apart. */
export function products(count: u32, x: usize, xRow: usize, xStride: usize, rows: u32, m: usize, mStride: usize, start: usize,
  y: usize, yRow: usize, lanes: u32, floor: i32): void {
  for (; count > 1; count -= 2) {
    productPair(x, x + xRow, xStride, rows, m, mStride, start, y, y + yRow, lanes, floor)
    x += 2 * xRow
    y += 2 * yRow
  }
  if (count > 0) product(x, xStride, rows, m, mStride, start, y, lanes, floor)
}

/** Sums of the lanes of s and of t, each as (0 + 1) + (2 + 3), in the lower lanes. */
// @ts-ignore: decorator
@inline
export function laneSums(s: v128, t: v128): v128 {
  const low = v128.shuffle<f32>(s, t, 0, 4, 1, 5)
  const high = v128.shuffle<f32>(s, t, 2, 6, 3, 7)
  return f32x4.add(
    f32x4.add(low, v128.shuffle<f32>(low, low, 2, 3, 0, 1)),
    f32x4.add(high, v128.shuffle<f32>(high, high, 2, 3, 0, 1)),
  )
}

/** Transposes the width x width matrix of a hidden layer (rows of `lanes`) in 4 x 4 tiles -> rows of `lanes`. */
export function transpose(w: usize, out: usize, lanes: u32): void {
  const row = <usize>lanes << 2
  for (let i: usize = 0; i < row; i += 16) {
    for (let j: usize = 0; j < row; j += 16) {
      const from = w + (i >> 2) * row + j
      const w0 = v128.load(from)
      const w1 = v128.load(from + row)
      const w2 = v128.load(from + 2 * row)
      const w3 = v128.load(from + 3 * row)
      const t0 = v128.shuffle<f32>(w0, w1, 0, 4, 1, 5)
      const t1 = v128.shuffle<f32>(w2, w3, 0, 4, 1, 5)
      const t2 = v128.shuffle<f32>(w0, w1, 2, 6, 3, 7)
      const t3 = v128.shuffle<f32>(w2, w3, 2, 6, 3, 7)
      const to = out + (j >> 2) * row + i
      v128.store(to, v128.shuffle<f32>(t0, t1, 0, 1, 4, 5))
      v128.store(to + row, v128.shuffle<f32>(t0, t1, 2, 3, 6, 7))
      v128.store(to + 2 * row, v128.shuffle<f32>(t2, t3, 0, 1, 4, 5))
      v128.store(to + 3 * row, v128.shuffle<f32>(t2, t3, 2, 3, 6, 7))
    }
  }
}
