// The terms of a sum whose factor is not 0, for products with a vector behind a relu, of which about half is 0: a list
// of the factors, and beside it a list of the byte offsets of their matrix rows. What a left-out term would add is 0,
// so the bits of a sum stay (docs/numerics.md, "Order of sums"). Four factors at a time are packed by one shuffle.

/** The most factors of a list: the largest batch; a unit's samples are the longest vector that is listed. */
const MAX_TERMS: usize = 4096
/** The listed factors, f32[MAX_TERMS], and a vector that may spill over. Scratch: every product fills it anew. */
export const TERMS = memory.data(32800, 16) // 2 * 4 * (MAX_TERMS + 4)
/** Bytes from a factor to the offset of its row, u32. */
export const OFFSETS: usize = 4 * (MAX_TERMS + 4)

/**
 * The shuffle that moves the lanes of a mask to the front, 16 bytes per mask 0..15: lane k of a vector is its bytes
 * 4 k..4 k + 3. Lanes behind the last one of the mask repeat lane 0, and are overwritten or never read.
 */
const PACK = memory.data<u64>([
  0x0302010003020100, 0x0302010003020100, 0x0302010003020100, 0x0302010003020100,
  0x0302010007060504, 0x0302010003020100, 0x0706050403020100, 0x0302010003020100,
  0x030201000b0a0908, 0x0302010003020100, 0x0b0a090803020100, 0x0302010003020100,
  0x0b0a090807060504, 0x0302010003020100, 0x0706050403020100, 0x030201000b0a0908,
  0x030201000f0e0d0c, 0x0302010003020100, 0x0f0e0d0c03020100, 0x0302010003020100,
  0x0f0e0d0c07060504, 0x0302010003020100, 0x0706050403020100, 0x030201000f0e0d0c,
  0x0f0e0d0c0b0a0908, 0x0302010003020100, 0x0b0a090803020100, 0x030201000f0e0d0c,
  0x0b0a090807060504, 0x030201000f0e0d0c, 0x0706050403020100, 0x0f0e0d0c0b0a0908,
])

/** x[0..min(rows, 4)), f32 that lie xStride bytes apart, in the lanes of a vector; the other lanes are 0. */
// @ts-ignore: decorator
@inline
function gather(x: usize, xStride: usize, rows: i32): v128 {
  let value = v128.load32_zero(x)
  if (rows > 3) {
    value = v128.load32_lane(x + xStride, value, 1)
    value = v128.load32_lane(x + 2 * xStride, value, 2)
    return v128.load32_lane(x + 3 * xStride, value, 3)
  }
  if (rows > 1) value = v128.load32_lane(x + xStride, value, 1)
  if (rows > 2) value = v128.load32_lane(x + 2 * xStride, value, 2)
  return value
}

/**
 * Lists the terms of x[0..rows) that are not 0, by ascending index; NaN is listed. Factor k lies k xStride bytes
 * behind x, and its row k mStride bytes behind the matrix. `isDense`, known when compiled: x is a row that is padded
 * with zeros.
 * @returns how many terms there are
 */
// @ts-ignore: decorator
@inline
export function listTerms(isDense: bool, x: usize, xStride: usize, rows: u32, mStride: usize): u32 {
  let list = TERMS
  let offsets = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(<i32>mStride))
  const step = i32x4.splat(4 * <i32>mStride)
  for (let left = <i32>rows; left > 0; left -= 4) {
    const value = isDense ? v128.load(x) : gather(x, xStride, left)
    const mask = i32x4.bitmask(f32x4.ne(value, f32x4.splat(0)))
    const pack = v128.load(PACK + (<usize>mask << 4))
    v128.store(list, i8x16.swizzle(value, pack))
    v128.store(list, i8x16.swizzle(offsets, pack), OFFSETS)
    list += <usize>popcnt(mask) << 2
    offsets = i32x4.add(offsets, step)
    x += 4 * xStride
  }
  return <u32>(list - TERMS) >> 2
}
