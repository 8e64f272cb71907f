// Adam (Kingma, Ba 2015) in its fast form, un-normalised moments: m = b1 m + g, v = b2 v + g g, p -= A m / (sqrt(v) + E).
// The square root and the division are three quarters of a training step, hence the physical floor: at batch 1 everything
// else (gradient, delta of the layer below) hides behind them, in trainHead and trainLayer. A Newton rsqrt is 2 times slower
// (2026).

import { deactivate, hiddenDelta, Mlp, RELU } from './mlp'

const BETA1: f64 = 0.9
const BETA2: f64 = 0.999
/** Moments below this become 0 every FLUSH_STEPS steps: subnormal arithmetic costs 15 to 30 times the step. */
const MOMENT_FLOOR: f32 = 8.271806125530277e-25 // 2^-80
const FLUSH_STEPS: u32 = 64
const PRODUCT_FLOOR: f64 = 8.673617379884035e-19 // 2^-60

/** State of one optimiser over a network's parameters; the moments lie at offsets relative to this record. */
@unmanaged
export class Adam {
  rate: f64
  /** running products of the betas */
  power1: f64
  power2: f64
  steps: u32
  floats: u32
  /** E */
  guard: f32
  firstAt: u32
  secondAt: u32

  get first(): usize {
    return changetype<usize>(this) + this.firstAt
  }
  get second(): usize {
    return changetype<usize>(this) + this.secondAt
  }
}

export function adamConfigure(adam: Adam, floats: u32, rate: f64, epsilon: f64, firstAt: u32, secondAt: u32): void {
  adam.rate = rate
  adam.guard = <f32>(epsilon / sqrt<f64>(1.0 - BETA2))
  adam.power1 = 1
  adam.power2 = 1
  adam.steps = 0
  adam.floats = floats
  adam.firstAt = firstAt
  adam.secondAt = secondAt
}

/** Opens the next step and returns its A, in Keras's form, from running products. */
// @ts-ignore: decorator
@inline
export function adamBegin(adam: Adam, rate: f64): f32 {
  adam.steps += 1
  let power1 = adam.power1 * BETA1
  let power2 = adam.power2 * BETA2
  if (power1 < PRODUCT_FLOOR) power1 = 0
  if (power2 < PRODUCT_FLOOR) power2 = 0
  adam.power1 = power1
  adam.power2 = power2
  return <f32>(((rate * sqrt<f64>(1.0 - power2)) / (1.0 - power1)) * ((1.0 - BETA1) / sqrt<f64>(1.0 - BETA2)))
}

/** Closes a step: every FLUSH_STEPS-th flushes the moments. */
// @ts-ignore: decorator
@inline
export function adamEnd(adam: Adam): void {
  if (adam.steps % FLUSH_STEPS != 0) return
  flush(adam.first, adam.floats)
  flush(adam.second, adam.floats)
}

function flush(moments: usize, floats: u32): void {
  const floor = f32x4.splat(MOMENT_FLOOR)
  for (const end = moments + (<usize>floats << 2); moments < end; moments += 16) {
    const value = v128.load(moments)
    v128.store(moments, v128.and(value, f32x4.ge(f32x4.abs(value), floor)))
  }
}

/** Offsets as types: an offset in the instruction must be a compile-time constant, and a type parameter is one. */
@unmanaged
class At0 {}
@unmanaged
class At16 {
  a: v128
}
@unmanaged
class At32 {
  a: v128
  b: v128
}
@unmanaged
class At48 {
  a: v128
  b: v128
  c: v128
}

/** Four parameters, offsetof<T>() bytes behind the pointers. */
// @ts-ignore: decorator
@inline
function update<T>(p: usize, m: usize, v: usize, g: v128, scale: v128, guard: v128): void {
  const first = f32x4.add(f32x4.mul(f32x4.splat(<f32>BETA1), v128.load(m, offsetof<T>())), g)
  const second = f32x4.add(f32x4.mul(f32x4.splat(<f32>BETA2), v128.load(v, offsetof<T>())), f32x4.mul(g, g))
  v128.store(m, first, offsetof<T>())
  v128.store(v, second, offsetof<T>())
  const step = f32x4.div(f32x4.mul(scale, first), f32x4.add(f32x4.sqrt(second), guard))
  v128.store(p, f32x4.sub(v128.load(p, offsetof<T>()), step), offsetof<T>())
}

/** One step over `floats` (a multiple of 4) parameters p with moments m, v and gradient g; A, E as above. */
export function adamStep(p: usize, m: usize, v: usize, g: usize, floats: u32, a: f32, e: f32): void {
  const scale = f32x4.splat(a)
  const guard = f32x4.splat(e)
  for (const end = p + (<usize>floats << 2); p < end; p += 16) {
    update<At0>(p, m, v, v128.load(g), scale, guard)
    m += 16
    v += 16
    g += 16
  }
}

/** Scales g in place to norm `clip` where its norm is larger: squares in f64, four partial sums, a lane each. */
export function clipGradient(g: usize, floats: u32, clip: f64): void {
  let low = f64x2.splat(0)
  let high = low
  const end = g + (<usize>floats << 2)
  for (let i = g; i < end; i += 16) {
    const value = v128.load(i)
    const a = f64x2.promote_low_f32x4(value)
    const b = f64x2.promote_low_f32x4(v128.shuffle<u64>(value, value, 1, 0))
    low = f64x2.add(low, f64x2.mul(a, a))
    high = f64x2.add(high, f64x2.mul(b, b))
  }
  const norm = sqrt<f64>(
    f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1)),
  )
  if (!(norm > clip)) return
  const factor = f32x4.splat(<f32>(clip / norm))
  for (let i = g; i < end; i += 16) v128.store(i, f32x4.mul(v128.load(i), factor))
}

/** A row of a layer at batch 1: gradient x d fused into the update. */
// @ts-ignore: decorator
@inline
function trainRow(p: usize, m: usize, v: usize, x: v128, d: usize, bytes: usize, scale: v128, guard: v128): void {
  const end = d + bytes
  for (const most = end - 48; d < most; d += 64) {
    update<At0>(p, m, v, f32x4.mul(x, v128.load(d)), scale, guard)
    update<At16>(p, m, v, f32x4.mul(x, v128.load(d, 16)), scale, guard)
    update<At32>(p, m, v, f32x4.mul(x, v128.load(d, 32)), scale, guard)
    update<At48>(p, m, v, f32x4.mul(x, v128.load(d, 48)), scale, guard)
    p += 64
    m += 64
    v += 64
  }
  for (; d < end; d += 16) {
    update<At0>(p, m, v, f32x4.mul(x, v128.load(d)), scale, guard)
    p += 16
    m += 16
    v += 16
  }
}

/**
 * Adds columns j..j+3 of d[j] W[i, j] to the sums of four rows from q on, j ascending: 4 x 4 transposed in registers. The sums
 * stay in memory, since the compiler would otherwise move this work behind the updates and spill (15 % of a step, 2026).
 */
// @ts-ignore: decorator
@inline
function addColumns(q: usize, bytes: usize, d: usize, sums: usize): void {
  const w0 = v128.load(q)
  const w1 = v128.load(q + bytes)
  const w2 = v128.load(q + 2 * bytes)
  const w3 = v128.load(q + 3 * bytes)
  const t0 = v128.shuffle<f32>(w0, w1, 0, 4, 1, 5)
  const t1 = v128.shuffle<f32>(w2, w3, 0, 4, 1, 5)
  const t2 = v128.shuffle<f32>(w0, w1, 2, 6, 3, 7)
  const t3 = v128.shuffle<f32>(w2, w3, 2, 6, 3, 7)
  let s = v128.load(sums)
  s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(d), v128.shuffle<f32>(t0, t1, 0, 1, 4, 5)))
  s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(d, 4), v128.shuffle<f32>(t0, t1, 2, 3, 6, 7)))
  s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(d, 8), v128.shuffle<f32>(t2, t3, 0, 1, 4, 5)))
  s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(d, 12), v128.shuffle<f32>(t2, t3, 2, 3, 6, 7)))
  v128.store(sums, s)
}

/**
 * A hidden layer at batch 1: updates `rows` rows and the bias row with inputs x and deltas d; where `below` is given, its
 * rows [0, rows) receive sum over j of d[j] W[i, j] (j ascending, weights before the update), four rows at a time.
 * Floats of `below` from rows to its padding are undefined.
 */
// @ts-ignore: decorator
@inline
function trainLayer(p: usize, m: usize, v: usize, rows: u32, bytes: usize, x: usize, d: usize, below: usize, scale: v128,
  guard: v128): void {
  let left = rows
  if (below != 0) {
    for (; left >= 4; left -= 4) {
      const x0 = v128.load_splat<f32>(x)
      const x1 = v128.load_splat<f32>(x, 4)
      const x2 = v128.load_splat<f32>(x, 8)
      const x3 = v128.load_splat<f32>(x, 12)
      v128.store(below, f32x4.splat(0))
      for (let j: usize = 0; j < bytes; j += 16) {
        addColumns(p + j, bytes, d + j, below)
        const delta = v128.load(d + j)
        update<At0>(p + j, m + j, v + j, f32x4.mul(x0, delta), scale, guard)
        update<At0>(p + j + bytes, m + j + bytes, v + j + bytes, f32x4.mul(x1, delta), scale, guard)
        update<At0>(p + j + 2 * bytes, m + j + 2 * bytes, v + j + 2 * bytes, f32x4.mul(x2, delta), scale, guard)
        update<At0>(p + j + 3 * bytes, m + j + 3 * bytes, v + j + 3 * bytes, f32x4.mul(x3, delta), scale, guard)
      }
      below += 16
      x += 16
      p += 4 * bytes
      m += 4 * bytes
      v += 4 * bytes
    }
    // The last rows' sums, and those of the rows behind them, which fall into the padding.
    if (left > 0) {
      v128.store(below, f32x4.splat(0))
      for (let j: usize = 0; j < bytes; j += 16) addColumns(p + j, bytes, d + j, below)
    }
  }
  // The bias row, whose input is 1, comes last.
  for (; ; left--) {
    const one = f32x4.splat(1)
    trainRow(p, m, v, left > 0 ? v128.load_splat<f32>(x) : one, d, bytes, scale, guard)
    if (left == 0) return
    x += 4
    p += bytes
    m += bytes
    v += bytes
  }
}

/** The head at batch 1, deltas d: as trainLayer, but for `above`, which receives the deltas of the last hidden layer h. */
// @ts-ignore: decorator
@inline
function trainHead(net: Mlp, p: usize, m: usize, v: usize, h: usize, d: usize, above: usize, scale: v128, guard: v128): void {
  const bytes = <usize>net.lanes << 2
  const biases = net.outputs * bytes
  for (let j: usize = 0; j < bytes; j += 16) {
    const input = v128.load(h + j)
    let sum = f32x4.splat(0)
    for (let q = j, a = d; q < biases; q += bytes, a += 4) {
      const delta = v128.load_splat<f32>(a)
      sum = f32x4.add(sum, f32x4.mul(delta, v128.load(p + q)))
      update<At0>(p + q, m + q, v + q, f32x4.mul(delta, input), scale, guard)
    }
    v128.store(above + j, hiddenDelta(net.activation == RELU, input, sum))
  }
  trainRow(p + biases, m + biases, v + biases, f32x4.splat(1), d, <usize>net.outputLanes << 2, scale, guard)
}

/**
 * One step at batch 1, gradient and Adam fused: `acts` after mlpForward of the input x, `head` the output's delta (padded
 * with zeros), `deltas` two scratch rows of net.lanes floats. Bits as mlpBackward and adamStep on a batch of one.
 */
export function trainOnline(net: Mlp, adam: Adam, x: usize, acts: usize, head: usize, deltas: usize): void {
  const scale = f32x4.splat(adamBegin(adam, adam.rate))
  const guard = f32x4.splat(adam.guard)
  const row = <usize>net.lanes << 2
  const p = net.params
  const m = adam.first
  const v = adam.second
  let at = net.layer(net.depth)
  let h = acts + net.entering(net.depth)
  let above = deltas
  let below = deltas + row
  trainHead(net, p + at, m + at, v + at, h, head, above, scale, guard)
  for (let left = net.depth; left > 0; left--) {
    const isFirst = left == 1
    const rows = isFirst ? net.inputs : net.width
    at -= (rows + 1) * row
    h = isFirst ? x : h - row
    trainLayer(p + at, m + at, v + at, rows, row, h, above, isFirst ? 0 : below, scale, guard)
    if (!isFirst) deactivate(net, h, below)
    const held = above
    above = below
    below = held
  }
  adamEnd(adam)
}

/** One step with the batch's gradient, clipped where clip > 0. */
export function trainBatch(net: Mlp, adam: Adam, gradient: usize, rate: f64, clip: f64): void {
  if (clip > 0) clipGradient(gradient, net.floats, clip)
  const scale = adamBegin(adam, rate)
  adamStep(net.params, adam.first, adam.second, gradient, net.floats, scale, adam.guard)
  adamEnd(adam)
}
