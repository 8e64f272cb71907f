// Softmax, f32: the policy behind a network's head.

/** f32 exponential: AssemblyScript's port of musl, inside the module. */
export function exp32(x: f32): f32 {
  return NativeMathf.exp(x)
}

/** Which of two is larger is chance, and a branch on chance is mispredicted: one exponential, and masks (5 % of distillation). */
// @ts-ignore: decorator
@inline
function softmaxPair(z: usize, p: usize): void {
  const both = v128.load64_zero(z)
  const below = f32x4.sub(both, f32x4.pmax(both, v128.shuffle<f32>(both, both, 1, 0, 2, 3)))
  const e = exp32(f32x4.extract_lane(below, 0) + f32x4.extract_lane(below, 1)) // one of them is 0, and exp32(0) is 1
  const terms = v128.bitselect(f32x4.splat(1), f32x4.splat(e), f32x4.eq(below, f32x4.splat(0)))
  v128.store64_lane(p, f32x4.div(terms, f32x4.splat(1 + e)), 0)
}

/** p = softmax(z), f32[count]; z and p may be the same. */
// @ts-ignore: decorator
@inline
export function softmax(z: usize, p: usize, count: u32): void {
  if (count == 2) return softmaxPair(z, p)
  const end = <usize>count << 2
  let top = load<f32>(z)
  for (let i: usize = 4; i < end; i += 4) top = max(top, load<f32>(z + i))
  let sum: f32 = 0
  for (let i: usize = 0; i < end; i += 4) {
    const e = exp32(load<f32>(z + i) - top)
    store<f32>(p + i, e)
    sum += e
  }
  for (let i: usize = 0; i < end; i += 4) store<f32>(p + i, load<f32>(p + i) / sum)
}
