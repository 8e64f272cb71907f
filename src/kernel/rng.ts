// The host's interface to assembly/rng.ts, for what the host draws: uniform numbers, and the Beta distribution from two gamma variates
// (Marsaglia and Tsang, A simple method for generating gamma variables, ACM TOMS 26, 2000). They are kept as
// logarithms, so that small shapes do not underflow. The uniforms, the logarithm and the exponential are the kernel's.
// docs/numerics.md specifies the order of draws.

import { integerIn, listOf, numberIn } from '../config/checks.ts'
import { expectedOneOf } from '../config/errors.ts'
import { type Draws, type Purpose, purposes } from './records.ts'
import type { Kernel } from './wasm.ts'

const boundOf = integerIn(1, 4294967295)

/** A Philox key of two u32. */
export const keyOf = listOf(integerIn(0, 4294967295), 2)

/** Both shapes of a Beta distribution. With one that is not finite, the rejection below would never end. */
export const shapeOf = numberIn(1e-3, 1e3)

/** The number of a stream among those of an agent. @throws RangeError for an unknown one, or the one that is excluded */
export function placeOf(purpose: unknown, excluded?: Purpose): number {
  const known = purposes.filter((one) => one !== excluded)
  if (!known.includes(purpose as Purpose)) throw new RangeError(expectedOneOf('purpose', known, purpose))
  return purposes.indexOf(purpose as Purpose)
}

/** Uniform draws from a stream of the kernel. */
export function drawsOf(kernel: Kernel, stream: number): Draws {
  return {
    uniform: () => kernel.streamUniform(stream),
    integer: (bound) => kernel.streamInteger(stream, boundOf(bound, 'bound')) >>> 0,
  }
}

/** A draw from the standard normal: the first of a pair by the polar method. */
function drawNormal(kernel: Kernel, stream: number): number {
  for (;;) {
    const a = 2 * kernel.streamUniform(stream) - 1
    const b = 2 * kernel.streamUniform(stream) - 1
    const s = a * a + b * b
    if (s < 1 && s > 0) return a * Math.sqrt((-2 * kernel.log64(s)) / s)
  }
}

/** The logarithm of a gamma variate divided by d, which two variates of one shape share. */
function drawLogGamma(kernel: Kernel, stream: number, shape: number): number {
  const isSmall = shape < 1
  // Gamma(a) = Gamma(a + 1) u^(1/a)
  const boost = isSmall ? kernel.log64(1 - kernel.streamUniform(stream)) / shape : 0
  const d = (isSmall ? shape + 1 : shape) - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = drawNormal(kernel, stream)
    const root = 1 + c * x
    if (root <= 0) continue
    const v = root * root * root
    const u = 1 - kernel.streamUniform(stream)
    if (kernel.log64(u) < 0.5 * x * x + d - d * v + d * kernel.log64(v)) return kernel.log64(v) + boost
  }
}

/** A draw from Beta(shape, shape). */
export function drawBeta(kernel: Kernel, stream: number, shape: number): number {
  const difference = drawLogGamma(kernel, stream, shape) - drawLogGamma(kernel, stream, shape)
  // The smaller gamma variate over the larger, so that the exponential cannot overflow.
  const ratio = kernel.exp32(difference < 0 ? difference : -difference)
  return (difference < 0 ? ratio : 1) / (1 + ratio)
}
