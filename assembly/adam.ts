// Adam (Kingma, Ba 2015) in its fast form, with un-normalised moments: m = b1 m + g, v = b2 v + g g and
// p = p - A m / (sqrt(v) + E), f32. A and E hold all constant factors and the corrections of the bias, in Keras's form;
// docs/numerics.md ("Adam") has them. The gradient comes from mlpBackward; adamOnline.ts does without one at batch 1.
// The square root and the division take three quarters of a training step, which is therefore the physical floor; a
// Newton iteration for 1 / sqrt is 2 times slower (2026).

import { Mlp } from './mlp'

/** Decay of the first and of the second moment per step; the defaults of Kingma and Ba, of Keras and of PyTorch. */
const BETA1: f64 = 0.9
const BETA2: f64 = 0.999
/**
 * Moments of a magnitude below this, 2^-80, become 0 every FLUSH_STEPS steps: otherwise they shrink to subnormal
 * numbers, with which a step costs 15 to 30 times as much (2026). Our choice, and part of the bits (docs/numerics.md,
 * "Adam").
 */
const MOMENT_FLOOR: f32 = 8.271806125530277e-25
/** Steps from one flush of the moments to the next. */
const FLUSH_STEPS: u32 = 64
/** Running products of the betas below this, 2^-60, become 0. No bit of A changes: 1 - 2^-60 is 1 in f64. */
const PRODUCT_FLOOR: f64 = 8.673617379884035e-19

/** State of one optimiser of a network's parameters. */
@unmanaged
export class Adam {
  rate: f64 // learning rate
  power1: f64 // running product of BETA1 over the steps, P1
  power2: f64 // running product of BETA2 over the steps, P2
  steps: u32 // steps so far, t
  floats: u32 // floats of the parameters, and of each moment, padding included
  guard: f32 // E, which guards the division against 0
  firstAt: u32 // bytes from this record to the first moments
  secondAt: u32 // bytes from this record to the second moments

  /** Address of the first moments m, f32[floats], laid out as the parameters. */
  get first(): usize {
    return changetype<usize>(this) + this.firstAt
  }
  /** Address of the second moments v, f32[floats], laid out as the parameters. */
  get second(): usize {
    return changetype<usize>(this) + this.secondAt
  }
}

/** Fills the record, at step 0. E = f32(epsilon / sqrt(1 - BETA2)). The moments are not touched; they must be 0. */
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

/**
 * Opens the next step t: multiplies the running products P1 and P2 by the betas, in f64.
 * @returns A = f32(((rate sqrt(1 - P2)) / (1 - P1)) ((1 - BETA1) / sqrt(1 - BETA2))), in this order of operations
 */
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

/** Closes a step: where t is a multiple of FLUSH_STEPS, the small moments become 0. */
// @ts-ignore: decorator
@inline
export function adamEnd(adam: Adam): void {
  if (adam.steps % FLUSH_STEPS != 0) return
  flush(adam.first, adam.floats)
  flush(adam.second, adam.floats)
}

/** Makes 0 of every moment below MOMENT_FLOOR, and of NaN. */
function flush(moments: usize, floats: u32): void {
  const floor = f32x4.splat(MOMENT_FLOOR)
  for (const end = moments + (<usize>floats << 2); moments < end; moments += 16) {
    const value = v128.load(moments)
    v128.store(moments, v128.and(value, f32x4.ge(f32x4.abs(value), floor)))
  }
}

/** Offsets as types: an offset in the instruction must be a compile-time constant, and a type parameter is one. */
@unmanaged
export class At0 {}
/** Offset 16 bytes. */
@unmanaged
export class At16 {
  a: v128
}
/** Offset 32 bytes. */
@unmanaged
export class At32 {
  a: v128
  b: v128
}
/** Offset 48 bytes. */
@unmanaged
export class At48 {
  a: v128
  b: v128
  c: v128
}

/**
 * The first half of the update of four parameters, offsetof<T>() bytes behind v: v = b2 v + g g with their gradient g.
 * @returns the divisor sqrt(v) + E; `guard` is E in every lane
 */
// @ts-ignore: decorator
@inline
export function updateSecond<T>(v: usize, g: v128, guard: v128): v128 {
  const second = f32x4.add(f32x4.mul(f32x4.splat(<f32>BETA2), v128.load(v, offsetof<T>())), f32x4.mul(g, g))
  v128.store(v, second, offsetof<T>())
  return f32x4.add(f32x4.sqrt(second), guard)
}

/**
 * The second half, offsetof<T>() bytes behind p and m: m = b1 m + g; p = p - (A m) / divisor. `scale` is A in every
 * lane.
 */
// @ts-ignore: decorator
@inline
export function updateFirst<T>(p: usize, m: usize, g: v128, scale: v128, divisor: v128): void {
  const first = f32x4.add(f32x4.mul(f32x4.splat(<f32>BETA1), v128.load(m, offsetof<T>())), g)
  v128.store(m, first, offsetof<T>())
  const step = f32x4.div(f32x4.mul(scale, first), divisor)
  v128.store(p, f32x4.sub(v128.load(p, offsetof<T>()), step), offsetof<T>())
}

/**
 * The update of four parameters, offsetof<T>() bytes behind p, m and v, with their gradient g; `scale` is A and `guard`
 * is E in every lane. m = b1 m + g; v = b2 v + g g; p = p - (A m) / (sqrt(v) + E). Every operation is rounded to f32,
 * and b1 and b2 are the betas rounded to f32.
 */
// @ts-ignore: decorator
@inline
export function update<T>(p: usize, m: usize, v: usize, g: v128, scale: v128, guard: v128): void {
  updateFirst<T>(p, m, g, scale, updateSecond<T>(v, g, guard))
}

/**
 * One step over the parameters p with moments m and v and gradient g, all f32[floats], `floats` a multiple of 4:
 * m = b1 m + g; v = b2 v + g g; p = p - (a m) / (sqrt(v) + e), each operation rounded to f32. The elements are
 * independent, so that there is no sum to order. `a` and `e` are A and E, or those of another form of Adam: with
 * e = eps sqrt(1 - P2) / sqrt(1 - BETA2) the step is PyTorch's. It flushes no moments. Nothing is checked.
 */
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

/**
 * Scales the gradient g, f32[floats], in place, to the norm `clip` where its norm N is larger: g = g f32(clip / N).
 * N = sqrt(sum of g g), in f64 and in lane order over the whole vector: four partial sums, one for each lane, then
 * (lane 0 + lane 1) + (lane 2 + lane 3). Where N is NaN, g stays as it is.
 */
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
  const lowSum = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
  const norm = sqrt<f64>(lowSum + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1)))
  if (!(norm > clip)) return
  const factor = f32x4.splat(<f32>(clip / norm))
  for (let i = g; i < end; i += 16) v128.store(i, f32x4.mul(v128.load(i), factor))
}

/** One step of all parameters of `net` with a whole gradient, which is clipped first, in place, where clip > 0. */
export function trainBatch(net: Mlp, adam: Adam, gradient: usize, rate: f64, clip: f64): void {
  if (clip > 0) clipGradient(gradient, net.floats, clip)
  const scale = adamBegin(adam, rate)
  adamStep(net.params, adam.first, adam.second, gradient, net.floats, scale, adam.guard)
  adamEnd(adam)
}
