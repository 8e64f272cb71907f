// How floats move between the lanes 0..3 of f32 vectors: the shuffles of a 4 x 4 transpose, the transpose of a matrix,
// and the sum over lanes, whose order is the lane order of docs/numerics.md ("Order of sums"). Nothing else here adds.
// A 4 x 4 transpose takes two steps. The rows w0..w3 are interleaved: t0 = interleaveLow(w0, w1), t2 = interleaveHigh
// of the same, and t1 and t3 likewise of (w2, w3). Then columns 0 and 1 are the low and the high halves of (t0, t1),
// and columns 2 and 3 are the low and the high halves of (t2, t3).

/** (a0, b0, a1, b1): the lower lanes of a and of b in alternation. */
// @ts-ignore: decorator
@inline
export function interleaveLow(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5)
}

/** (a2, b2, a3, b3): the upper lanes of a and of b in alternation. */
// @ts-ignore: decorator
@inline
export function interleaveHigh(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7)
}

/** (a0, a1, b0, b1): the lower half of a, then that of b. */
// @ts-ignore: decorator
@inline
export function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5)
}

/** (a2, a3, b2, b3): the upper half of a, then that of b. */
// @ts-ignore: decorator
@inline
export function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7)
}

/**
 * The sums over the lanes of s and over those of t, each as (lane 0 + lane 1) + (lane 2 + lane 3): lane 0 of the
 * result is the sum of s and lane 1 that of t; lanes 2 and 3 hold both once more.
 */
// @ts-ignore: decorator
@inline
export function laneSums(s: v128, t: v128): v128 {
  const low = interleaveLow(s, t)
  const high = interleaveHigh(s, t)
  return f32x4.add(
    f32x4.add(low, v128.shuffle<f32>(low, low, 2, 3, 0, 1)),
    f32x4.add(high, v128.shuffle<f32>(high, high, 2, 3, 0, 1)),
  )
}

/**
 * Transposes the square weight matrix of a hidden layer, in tiles of 4 x 4: out[j, i] = w[i, j]. Both have rows of
 * `lanes` floats, a multiple of 4. It works on `lanes` rows, of which w has fewer where the width is no multiple of 4:
 * what follows them in memory then comes to stand in the padding of out's rows.
 */
export function transpose(w: usize, out: usize, lanes: u32): void {
  const row = <usize>lanes << 2
  for (let i: usize = 0; i < row; i += 16) {
    for (let j: usize = 0; j < row; j += 16) {
      const from = w + (i >> 2) * row + j
      const w0 = v128.load(from)
      const w1 = v128.load(from + row)
      const w2 = v128.load(from + 2 * row)
      const w3 = v128.load(from + 3 * row)
      const t0 = interleaveLow(w0, w1)
      const t1 = interleaveLow(w2, w3)
      const t2 = interleaveHigh(w0, w1)
      const t3 = interleaveHigh(w2, w3)
      const to = out + (j >> 2) * row + i
      v128.store(to, lowHalves(t0, t1))
      v128.store(to + row, highHalves(t0, t1))
      v128.store(to + 2 * row, lowHalves(t2, t3))
      v128.store(to + 3 * row, highHalves(t2, t3))
    }
  }
}
