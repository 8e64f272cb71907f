// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC'11). The generator
// is counter based: a stream is a key and a block counter, and each block gives 4 words. Uniforms, integers, shuffles
// and normals are made of these words as docs/numerics.md ("Random numbers") says. This file makes no keys, which
// src/run/streams.ts does, and it is not fit for cryptography.

/** Multipliers of a round of Philox4x32, from the paper of Salmon et al. */
const M0: u64 = 0xd2511f53
const M1: u64 = 0xcd9e8d57
/** What a round adds to the key: 2^32 times the fraction of the golden ratio and of the root of 3 (same paper). */
const W0: u32 = 0x9e3779b9
const W1: u32 = 0xbb67ae85

/** State of one stream, 40 bytes. */
@unmanaged
export class Stream {
  key0: u32 // first word of the key
  key1: u32 // second word of the key
  block: u64 // counter of the next block; the upper half of the 128-bit counter is always 0
  word0: u32 // first word of the current block
  word1: u32 // second word of the current block
  word2: u32 // third word of the current block
  word3: u32 // fourth word of the current block
  left: u32 // how many words of the current block, the last ones, were not given yet, 0..4
  spare: u32 // unused; it makes the state a multiple of 8 bytes
}

/**
 * The block function of Philox4x32-10, which uses integers alone: counter u32[4] and the key (key0, key1) give u32[4]
 * at `out`, which may be `counter`. Each of its ten rounds multiplies words 0 and 2 by M0 and M1, mixes the halves of
 * the products with the other words and with the key, and then adds W0 and W1 to the key.
 */
export function philox(counter: usize, key0: u32, key1: u32, out: usize): void {
  let c0 = load<u32>(counter)
  let c1 = load<u32>(counter, 4)
  let c2 = load<u32>(counter, 8)
  let c3 = load<u32>(counter, 12)
  for (let round = 0; round < 10; round++) {
    const p0 = M0 * <u64>c0
    const p1 = M1 * <u64>c2
    c0 = <u32>(p1 >> 32) ^ c1 ^ key0
    c1 = <u32>p1
    c2 = <u32>(p0 >> 32) ^ c3 ^ key1
    c3 = <u32>p0
    key0 += W0
    key1 += W1
  }
  store<u32>(out, c0)
  store<u32>(out, c1, 4)
  store<u32>(out, c2, 8)
  store<u32>(out, c3, 12)
}

/** Bytes of a stream's state. */
export function streamBytes(): usize {
  return offsetof<Stream>()
}

/** Starts a stream from a key, at block 0. Words that were left of an earlier block are dropped. */
export function streamSeed(stream: Stream, key0: u32, key1: u32): void {
  memory.fill(changetype<usize>(stream), 0, offsetof<Stream>())
  stream.key0 = key0
  stream.key1 = key1
}

/** The next 32-bit word of the stream: the words of block 0 in order, then those of block 1, and so on. */
export function streamWord(stream: Stream): u32 {
  const words = changetype<usize>(stream) + offsetof<Stream>('word0')
  if (stream.left == 0) {
    store<u64>(words, stream.block)
    store<u64>(words, 0, 8)
    philox(words, stream.key0, stream.key1, words)
    stream.block += 1
    stream.left = 4
  }
  const at: usize = 4 - stream.left
  stream.left -= 1
  return load<u32>(words + (at << 2))
}

/**
 * A uniform f64 in [0, 1): from the next two words a and b, ((a >>> 5) 2^26 + (b >>> 6)) 2^-53. No operation rounds, so
 * the result is exact: each multiple of 2^-53 is as likely as any other.
 */
export function streamUniform(stream: Stream): f64 {
  const a = streamWord(stream) >>> 5
  const b = streamWord(stream) >>> 6
  return (<f64>a * 67108864.0 + <f64>b) * (1.0 / 9007199254740992.0)
}

/**
 * A uniform integer in 0..bound-1, without bias (Lemire: Fast random integer generation in an interval, 2019): the
 * upper half of word * bound, where words whose lower half is below (2^32 - bound) mod bound are drawn again. At least
 * one word is drawn; `bound` is at least 1.
 */
export function streamInteger(stream: Stream, bound: u32): u32 {
  const wide: u64 = bound
  let product: u64 = wide * streamWord(stream)
  if ((product & 0xffffffff) < wide) {
    const threshold: u64 = (0x100000000 - wide) % wide
    while ((product & 0xffffffff) < threshold) product = wide * streamWord(stream)
  }
  return <u32>(product >> 32)
}

/** Shuffles u32[count] (Fisher, Yates): for i = count - 1 down to 1, element i swaps with a uniform one of 0..i. */
export function streamShuffle(stream: Stream, order: usize, count: u32): void {
  for (let i = count; i > 1; i--) {
    const last = order + ((<usize>i - 1) << 2)
    const other = order + ((<usize>streamInteger(stream, i)) << 2)
    const held = load<u32>(last)
    store<u32>(last, load<u32>(other))
    store<u32>(other, held)
  }
}

/**
 * The natural logarithm, f64: AssemblyScript's port of musl, which is compiled into the module. The error is at most
 * 0.52 ulp (musl). log64(0) is -Infinity, and log64 of a negative number is NaN.
 */
export function log64(x: f64): f64 {
  return NativeMath.log(x)
}

/**
 * Draws two independent standard normals, f64[2] at `out`, by Marsaglia's polar method: a = 2u - 1 and b = 2u' - 1 are
 * drawn until 0 < s < 1, where s = a a + b b. The normals are a f and b f, where f = sqrt(-2 log64(s) / s).
 */
export function streamNormals(stream: Stream, out: usize): void {
  let a: f64, b: f64, s: f64
  do {
    a = 2.0 * streamUniform(stream) - 1.0
    b = 2.0 * streamUniform(stream) - 1.0
    s = a * a + b * b
  } while (s >= 1.0 || s == 0.0)
  const factor = sqrt<f64>((-2.0 * log64(s)) / s)
  store<f64>(out, a * factor)
  store<f64>(out, b * factor, 8)
}
