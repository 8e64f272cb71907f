// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers, SC'11), counter based: a stream is a key and
// a block counter, its words come block after block. Draws as in docs/numerics.md.

const M0: u64 = 0xd2511f53
const M1: u64 = 0xcd9e8d57
const W0: u32 = 0x9e3779b9
const W1: u32 = 0xbb67ae85

/** State of one stream: key, next block's counter, the current block's words and how many are left. */
@unmanaged
export class Stream {
  key0: u32
  key1: u32
  block: u64
  word0: u32
  word1: u32
  word2: u32
  word3: u32
  left: u32
  spare: u32
}

/** The block function: counter u32[4], key u32[2] -> out u32[4]. */
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

export function streamBytes(): usize {
  return offsetof<Stream>()
}

export function streamSeed(stream: Stream, key0: u32, key1: u32): void {
  memory.fill(changetype<usize>(stream), 0, offsetof<Stream>())
  stream.key0 = key0
  stream.key1 = key1
}

/** The next 32-bit word. */
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

/** Uniform f64 in [0, 1), 53 bits, two words. */
export function streamUniform(stream: Stream): f64 {
  const a = streamWord(stream) >>> 5
  const b = streamWord(stream) >>> 6
  return (<f64>a * 67108864.0 + <f64>b) * (1.0 / 9007199254740992.0)
}

/** Uniform integer in 0..bound-1, unbiased (Lemire, Fast random integer generation in an interval, 2019). */
export function streamInteger(stream: Stream, bound: u32): u32 {
  const wide: u64 = bound
  let product: u64 = wide * streamWord(stream)
  if ((product & 0xffffffff) < wide) {
    const threshold: u64 = (0x100000000 - wide) % wide
    while ((product & 0xffffffff) < threshold) product = wide * streamWord(stream)
  }
  return <u32>(product >> 32)
}

/** Fisher-Yates over u32[count], from the last element down. */
export function streamShuffle(stream: Stream, order: usize, count: u32): void {
  for (let i = count; i > 1; i--) {
    const last = order + ((<usize>i - 1) << 2)
    const other = order + ((<usize>streamInteger(stream, i)) << 2)
    const held = load<u32>(last)
    store<u32>(last, load<u32>(other))
    store<u32>(other, held)
  }
}

/** Natural logarithm, f64: AssemblyScript's port of musl, inside the module. */
export function log64(x: f64): f64 {
  return NativeMath.log(x)
}

/** Two independent standard normals (Marsaglia's polar method) -> f64[2] at `out`. */
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
