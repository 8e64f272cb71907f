// Sine and cosine, f64, correctly rounded for |x| < 0.5, so that the physics depends on no library's version. First a
// Taylor series in z = x x, whose leading terms are in double-double: a value is the unrounded sum of two f64, high and
// low (Dekker 1971). Then a rounding test (Ziv 1991): where the bound of the error leaves two possible roundings (about
// 1 argument in 10,000), series() computes everything in double-double. From 0.5 on, series() alone is used, up to
// |x| < 2; an episode of CartPole ends at |theta| = 0.21. This file does not reduce larger arguments.

/** Veltkamp's constant, 2^27 + 1: it splits the 53 bits of an f64 into two halves of at most 26 bits (Dekker 1971). */
// @ts-ignore: decorator
@inline
const SPLIT: f64 = 134217729.0

/** The rounding error of a product, a b - product, where product = fl(a b): exact, and without a fused multiply-add. */
// @ts-ignore: decorator
@inline
function productError(a: f64, b: f64, product: f64): f64 {
  const ta = SPLIT * a
  const ah = ta - (ta - a)
  const al = a - ah
  const tb = SPLIT * b
  const bh = tb - (tb - b)
  const bl = b - bh
  return ah * bh - product + ah * bl + al * bh + al * bl
}

/**
 * sin x, f64. The error is at most 0.5 ulp for |x| < 0.5 (correctly rounded) and at most 1 ulp for |x| < 2. The
 * function is odd to the bit. In the first stage, t is the polynomial from -1/7! on, in f64 by Horner's rule. In
 * double-double follow z = x x, q = 1/5! + z t, r = -1/3! + z q, w = (x z) r and sin x = x + w. A name in `l` is the
 * low part of the value whose name ends in `h`; the tiny constant that is added to a low part is the low part of the
 * coefficient. With sine and cosine of f64 alone, a step of CartPole would take about 10 ns less, at most 2.5 % of a
 * training step (2026).
 */
export function sin64(x: f64): f64 {
  const magnitude = abs(x)
  if (magnitude >= 0.5) return series(x, 1)
  if (magnitude < 1.4901161193847656e-8) return x // 2^-26: below it, x^3/6 is less than half an ulp
  const zh = x * x
  const zl = productError(x, x, zh)
  // Coefficients -1/19! to -1/7!; the terms behind 1/19! are below 2^-85 of the result.
  let t: f64 = -8.22063524662433e-18
  t = 2.8114572543455206e-15 + zh * t
  t = -7.647163731819816e-13 + zh * t
  t = 1.6059043836821613e-10 + zh * t
  t = -2.505210838544172e-8 + zh * t
  t = 2.7557319223985893e-6 + zh * t
  t = -0.0001984126984126984 + zh * t
  const b = zh * t
  // q = 1/5! + b
  const qh = 0.008333333333333333 + b
  const ql = 0.008333333333333333 - qh + b + 1.1564823173178714e-19
  // r = -1/3! + z q
  const ph = zh * qh
  const pl = productError(zh, qh, ph) + (zh * ql + zl * qh)
  const rh = -0.16666666666666666 + ph
  const rl = -0.16666666666666666 - rh + ph + (pl - 9.25185853854297e-18)
  // sin = x + (x z) r
  const uh = x * zh
  const ul = productError(x, zh, uh) + x * zl
  const wh = uh * rh
  const wl = productError(uh, rh, wh) + (uh * rl + ul * rh)
  const hi = x + wh
  const lo = x - hi + wh + wl
  const bound = abs(hi) * 1.3552527156068805e-20 // 2^-66, more than ten times the error of the terms above
  const rounded = hi + (lo + bound)
  return rounded == hi + (lo - bound) ? rounded : series(x, 1)
}

/**
 * cos x, f64. The error is at most 0.5 ulp for |x| < 0.5 (correctly rounded) and at most 1 ulp for |x| < 2, but not
 * within 1e-8 of pi/2, where cos x nears 0 (3 ulp at a distance of 3e-9, 8e7 ulp at the f64 nearest to pi/2). The
 * function is even to the bit. In the first stage, t is the polynomial from -1/6! on, in f64 by Horner's rule. In
 * double-double follow z = x x, q = 1/4! + z t, r = -1/2 + z q, w = z r and cos x = 1 + w.
 */
export function cos64(x: f64): f64 {
  const magnitude = abs(x)
  if (magnitude >= 0.5) return series(x, 0)
  if (magnitude < 7.450580596923828e-9) return 1.0 // 2^-27: below it, x^2/2 is less than half an ulp
  const zh = x * x
  const zl = productError(x, x, zh)
  // Coefficients 1/20! to -1/6!.
  let t: f64 = 4.110317623312165e-19
  t = -1.5619206968586225e-16 + zh * t
  t = 4.779477332387385e-14 + zh * t
  t = -1.1470745597729725e-11 + zh * t
  t = 2.08767569878681e-9 + zh * t
  t = -2.755731922398589e-7 + zh * t
  t = 2.48015873015873e-5 + zh * t
  t = -0.001388888888888889 + zh * t
  const b = zh * t
  // q = 1/4! + b
  const qh = 0.041666666666666664 + b
  const ql = 0.041666666666666664 - qh + b + 2.3129646346357427e-18
  // r = -1/2 + z q
  const ph = zh * qh
  const pl = productError(zh, qh, ph) + (zh * ql + zl * qh)
  const rh = -0.5 + ph
  const rl = -0.5 - rh + ph + pl
  // cos = 1 + z r
  const wh = zh * rh
  const wl = productError(zh, rh, wh) + (zh * rl + zl * rh)
  const hi = 1.0 + wh
  const lo = 1.0 - hi + wh + wl
  const bound: f64 = 5.421010862427522e-20 // 2^-64, where cos x itself is between 0.87 and 1
  const rounded = hi + (lo + bound)
  return rounded == hi + (lo - bound) ? rounded : series(x, 0)
}

/**
 * sin x (odd = 1) or cos x (odd = 0) by the whole series, with every operation in double-double (relative error below
 * 2^-98): 1 - z/((k+1)(k+2)) (1 - z/((k+3)(k+4)) (...)), where k = odd, and times x for the sine. The 13 brackets,
 * which make 14 terms, are computed from the innermost out. The terms left out are below 2^-110 for |x| < 0.5.
 */
function series(x: f64, odd: i32): f64 {
  const zh = x * x
  const zl = productError(x, x, zh)
  let sh: f64 = 1.0
  let sl: f64 = 0.0
  for (let k = 26 + odd; k > odd; k -= 2) {
    // s = 1 - (z s) / (k (k - 1))
    const n = <f64>(k * (k - 1))
    const ph = zh * sh
    const pl = productError(zh, sh, ph) + (zh * sl + zl * sh)
    const dh = ph / n
    const back = dh * n
    const dl = (ph - back - productError(dh, n, back) + pl) / n
    sh = 1.0 - dh
    sl = 1.0 - sh - dh - dl
    const sum = sh + sl
    sl = sh - sum + sl
    sh = sum
  }
  if (odd == 0) return sh
  const ph = x * sh
  const pl = productError(x, sh, ph) + x * sl
  return ph + pl
}
