// Correctly rounded sin and cos of a double with |x| <= 64: Taylor series in BigInt fixed point with 400 fractional bits,
// then one rounding, half to even. They depend on no libm, and the kernel's sin64 and cos64 must equal them.
const BITS = 400n
const ONE = 1n << BITS
const INPUT_BITS = 80n
/**
 * Below this, sin x rounds to x and cos x to 1, because x^2/6 and x^2/2 are less than half an ulp. From here on, x is a
 * multiple of 2^-79.
 */
const TINY = 2 ** -27
/**
 * The largest term is below 2^90, and so the error of the series below 2^-300. A value so near to a midpoint could round
 * either way; none is known.
 */
const UNDECIDED = 1n << 100n

export function sinExact(x: number): number {
  const magnitude = Math.abs(x)
  checkRange(magnitude)
  if (magnitude < TINY) return x
  const fixed = toFixed(magnitude)
  const sine = roundToDouble(alternatingSeries(fixed, (fixed * fixed) >> BITS, 1n))
  return x < 0 ? -sine : sine
}

export function cosExact(x: number): number {
  const magnitude = Math.abs(x)
  checkRange(magnitude)
  if (magnitude < TINY) return 1
  const fixed = toFixed(magnitude)
  return roundToDouble(alternatingSeries(ONE, (fixed * fixed) >> BITS, 0n))
}

function checkRange(magnitude: number): void {
  if (!(magnitude <= 64)) throw new RangeError(`"x" expected |x| <= 64, got ${magnitude}`)
}

/** x in fixed point, exactly, because x in [2^-27, 64] is an integer times 2^-79. */
function toFixed(x: number): bigint {
  return BigInt(x * 2 ** Number(INPUT_BITS)) << (BITS - INPUT_BITS)
}

/** The sum first - first x^2 / ((d+1)(d+2)) + ..., where d is the power of the first term. */
function alternatingSeries(first: bigint, square: bigint, power: bigint): bigint {
  let sum = 0n
  let term = first
  for (let d = power, sign = 1n; term > 0n; d += 2n, sign = -sign) {
    sum += sign * term
    term = ((term * square) >> BITS) / ((d + 1n) * (d + 2n))
  }
  return sum
}

function roundToDouble(fixed: bigint): number {
  if (fixed < 0n) return -roundToDouble(-fixed)
  const drop = BigInt(fixed.toString(2).length - 53)
  const half = 1n << (drop - 1n)
  const rest = fixed & ((1n << drop) - 1n)
  const distance = rest > half ? rest - half : half - rest
  if (distance < UNDECIDED) throw new RangeError('400 bits do not decide the rounding: raise BITS')
  const mantissa = (fixed >> drop) + (rest > half ? 1n : 0n)
  return Number(mantissa << drop) / Number(ONE)
}
