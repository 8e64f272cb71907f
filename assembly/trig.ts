// Sine and cosine, f64, correctly rounded, so that the physics depends on no library's version. Up to 0.5 an argument is
// taken as it is; beyond, and up to 1024, its nearest multiple of pi/2 is subtracted first, as a double-double. Then a
// Taylor series in z = x x, whose leading terms are in double-double: a value is the unrounded sum of two f64, high and
// low (Dekker 1971). Then a rounding test (Ziv 1991): where the bound of the error leaves two possible roundings (about
// 1 argument in 10,000, beyond 0.5 about 1 in 300), series() computes everything in double-double.

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
 * sin x, f64, correctly rounded for |x| <= 64, which the angles of an environment do not leave; NaN for |x| > 1024. The
 * function is odd to the bit. With sine and cosine of f64 alone, a step of CartPole would take about 10 ns less, at most
 * 2.5 % of a training step (2026).
 */
export function sin64(x: f64): f64 {
  const magnitude = abs(x)
  if (magnitude >= 0.5) return turned(x, 0)
  if (magnitude < 1.4901161193847656e-8) return x // 2^-26: below it, x^3/6 is less than half an ulp
  return sine(x, 0, false)
}

/** cos x, f64, correctly rounded for |x| <= 64; NaN for |x| > 1024. The function is even to the bit. */
export function cos64(x: f64): f64 {
  const magnitude = abs(x)
  if (magnitude >= 0.5) return turned(x, 1)
  if (magnitude < 7.450580596923828e-9) return 1.0 // 2^-27: below it, x^2/2 is less than half an ulp
  return cosine(x, 0, false)
}

/**
 * The sine (quarter 0) or the cosine (quarter 1) of 0.5 <= |x| <= 1024: that of x less k pi/2, for the nearest k. pi/2
 * is the sum of three numbers of 42 bits, whose multiples are exact, and of a fourth (Cody, Waite 1980); the rest is
 * summed with the errors of its additions, so that it is known to 2^-104 of itself.
 */
function turned(x: f64, quarter: i32): f64 {
  if (abs(x) > 1024.0) return NaN
  const k = nearest<f64>(x * 0.6366197723675814)
  const t = x - k * 1.570796326794607
  const b = -k * 2.8960739716218175e-13
  const sum = t + b
  const back = sum - t
  const error = t - (sum - back) + (b - back)
  const c = -k * 1.6446256936323316e-26
  const high = sum + c
  const far = high - sum
  const low = sum - (high - far) + (c - far) + (error - k * 9.415205388303925e-40)
  const rh = high + low
  const rl = high - rh + low
  const turns = (<i32>k + quarter) & 3
  const value = (turns & 1) == 0 ? sine(rh, rl, true) : cosine(rh, rl, true)
  return turns < 2 ? value : -value
}

/**
 * The sine of x + low, |x| < 0.8. `isReduced` tells that low is not 0, which a constant at each call decides. In the
 * first stage, t is the polynomial from -1/7! on, in f64 by Horner's rule. In double-double follow z = x x,
 * q = 1/5! + z t, r = -1/3! + z q, w = (x z) r and sin x = x + w. A name in `l` is the low part of the value whose name
 * ends in `h`; the tiny constant that is added to a low part is the low part of the coefficient.
 */
// @ts-ignore: decorator
@inline
function sine(x: f64, low: f64, isReduced: bool): f64 {
  const zh = x * x
  const zl = isReduced ? productError(x, x, zh) + 2.0 * x * low : productError(x, x, zh)
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
  const ul = isReduced ? productError(x, zh, uh) + (x * zl + low * zh) : productError(x, zh, uh) + x * zl
  const wh = uh * rh
  const wl = productError(uh, rh, wh) + (uh * rl + ul * rh)
  const hi = x + wh
  const lo = isReduced ? x - hi + wh + (wl + low) : x - hi + wh + wl
  // 2^-66 up to 0.5, more than ten times the error of the terms above, and 2^-64 up to 0.8, more than four times.
  const bound = abs(hi) * (isReduced ? 5.421010862427522e-20 : 1.3552527156068805e-20)
  const rounded = hi + (lo + bound)
  return rounded == hi + (lo - bound) ? rounded : series(x, low, 1)
}

/**
 * The cosine of x + low, |x| < 0.8, as `sine`: t is the polynomial from -1/6! on; in double-double follow z = x x,
 * q = 1/4! + z t, r = -1/2 + z q, w = z r and cos x = 1 + w.
 */
// @ts-ignore: decorator
@inline
function cosine(x: f64, low: f64, isReduced: bool): f64 {
  const zh = x * x
  const zl = isReduced ? productError(x, x, zh) + 2.0 * x * low : productError(x, x, zh)
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
  // 2^-64 up to 0.5, where cos x is between 0.87 and 1, and 2^-62 up to 0.8, three times the largest error.
  const bound: f64 = isReduced ? 2.168404344971009e-19 : 5.421010862427522e-20
  const rounded = hi + (lo + bound)
  return rounded == hi + (lo - bound) ? rounded : series(x, low, 0)
}

/**
 * The sine (odd = 1) or cosine (odd = 0) of x + low by the whole series, with every operation in double-double (relative
 * error below 2^-98): 1 - z/((k+1)(k+2)) (1 - z/((k+3)(k+4)) (...)), where k = odd, and times x for the sine. The 13
 * brackets, which make 14 terms, are computed from the innermost out. The terms left out are below 2^-105 for |x| < 0.8.
 */
function series(x: f64, low: f64, odd: i32): f64 {
  const zh = x * x
  const zl = productError(x, x, zh) + 2.0 * x * low
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
  const pl = productError(x, sh, ph) + (x * sl + low * sh)
  return ph + pl
}
