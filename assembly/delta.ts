// The delta of a hidden layer: the derivative of the loss by the layer's sums, before the activation. It is computed
// four units at a time. The batch (mlp.ts) and the online step (adamOnline.ts) share this one formula.

/**
 * Deltas of this magnitude, 2^-40, and below become 0. They would make subnormal numbers of Adam's moments, with which
 * a step costs 15 to 30 times as much (2026). Our choice, and part of the bits (docs/numerics.md, "Networks").
 */
const DELTA_FLOOR: f32 = 9.094947017729282e-13

/**
 * Four deltas, f32: d = sum f'(h), where `sum` is the sum over the units j of the next layer of d_j W_ij, and h is the
 * activation of this layer. Then d becomes 0 where |d| <= 2^-40 and where d is NaN.
 * relu: f' is 1 where h > 0, else 0, by a mask. tanh: f' = 1 - h h, each operation rounded.
 */
// @ts-ignore: decorator
@inline
export function hiddenDelta(isRelu: bool, h: v128, sum: v128): v128 {
  const one = f32x4.splat(1)
  const delta = isRelu ? v128.and(sum, f32x4.gt(h, f32x4.splat(0))) : f32x4.mul(sum, f32x4.sub(one, f32x4.mul(h, h)))
  return v128.and(delta, f32x4.gt(f32x4.abs(delta), f32x4.splat(DELTA_FLOOR)))
}
