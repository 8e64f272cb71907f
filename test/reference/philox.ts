// Twin of the random numbers: Philox4x32-10 (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC'11) and the
// draws that docs/numerics.md specifies. Keys come from src/run/streams.ts.
const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85
const ROUNDS = 10

export type Words = [number, number, number, number]

/** The 64-bit product of two u32 as [high, low] words, by the halves of b: all values on the way are exact, < 2^49. */
function multiply(a: number, b: number): [number, number] {
  const byLowHalf = a * (b & 0xffff)
  const byHighHalf = a * (b >>> 16)
  const high = Math.floor((byHighHalf + Math.floor(byLowHalf / 2 ** 16)) / 2 ** 16)
  return [high, Math.imul(a, b) >>> 0]
}

/** One block: ten rounds of two 32 x 32 -> 64 bit products; the key is advanced between rounds. */
export function philoxBlock(counter: Words, key: [number, number]): Words {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < ROUNDS; round++) {
    const [high0, low0] = multiply(MULTIPLIER_0, c0)
    const [high1, low1] = multiply(MULTIPLIER_1, c2)
    ;[c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0]
    k0 = (k0 + WEYL_0) >>> 0
    k1 = (k1 + WEYL_1) >>> 0
  }
  return [c0, c1, c2, c3]
}

export type Stream = {
  /** The next 32-bit word. */
  word: () => number
  /** f64 in [0, 1), from two words. */
  uniform: () => number
  /** Integer in 0..k-1, unbiased (Lemire 2019). */
  integer: (k: number) => number
  /** Fisher-Yates in place, from the end. */
  shuffle: (order: number[]) => void
  /** `count` standard normals by the polar method; the second of an odd last pair is dropped. */
  normals: (log64: (x: number) => number, count: number) => number[]
}

export function makeStream(key0: number, key1: number): Stream {
  let block = 0
  let words: number[] = []

  function word(): number {
    if (words.length === 0) {
      words = philoxBlock([block >>> 0, Math.floor(block / 2 ** 32), 0, 0], [key0, key1])
      block += 1
    }
    return words.shift() as number
  }

  function uniform(): number {
    const a = word()
    const b = word()
    return ((a >>> 5) * 2 ** 26 + (b >>> 6)) * 2 ** -53
  }

  function integer(k: number): number {
    const threshold = (2 ** 32 - k) % k
    for (;;) {
      const [high, low] = multiply(word(), k)
      if (low >= threshold) return high
    }
  }

  function shuffle(order: number[]): void {
    for (let i = order.length - 1; i >= 1; i--) {
      const j = integer(i + 1)
      const kept = order[i]
      order[i] = order[j]
      order[j] = kept
    }
  }

  function normals(log64: (x: number) => number, count: number): number[] {
    const drawn: number[] = []
    while (drawn.length < count) {
      const v1 = 2 * uniform() - 1
      const v2 = 2 * uniform() - 1
      const s = v1 * v1 + v2 * v2
      if (s >= 1 || s === 0) continue
      const f = Math.sqrt((-2 * log64(s)) / s)
      drawn.push(v1 * f, v2 * f)
    }
    return drawn.slice(0, count)
  }

  return { word, uniform, integer, shuffle, normals }
}
