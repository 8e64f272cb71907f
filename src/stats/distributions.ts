// Tail probabilities for p-values, and the natural logarithm. The packages are optional peers, in pure JavaScript that
// calls none of the engine's own transcendental functions; they are imported when they are first needed. Each tail is
// computed directly, as a small number, and not as 1 minus a number near 1. chi2Tail is the one exception.

import { expected } from '../config/errors.ts'
import { importAll } from '../config/packages.ts'

/** The functions that p-values need, with the same bits on every engine. */
export interface Distributions {
  /** two-sided, of the standard normal distribution: P(|Z| >= |z|) = 2 cdf(-|z|) */
  readonly normalTail: (z: number) => number
  /**
   * P(X >= x) of chi-square with df > 0 degrees of freedom. For one degree it is the two-sided tail of the normal
   * distribution at sqrt(x), right to the last digits. For others it is 1 - cdf, right to about 1e-15, so that tails
   * below 1e-12 lose their digits and then read 0.
   */
  readonly chi2Tail: (x: number, df: number) => number
  /** P(X >= f) of Fisher's F with df1, df2 > 0, as the cdf of 1 / F at 1 / f; relative error 1e-12 + 2e-16 f df1 */
  readonly fTail: (f: number, df1: number, df2: number) => number
  /** two-sided, of Student's t with df > 0, which need not be an integer: P(|T| >= |t|) = 2 cdf(-|t|) */
  readonly tTail: (t: number, df: number) => number
  /** natural logarithm of x >= 0; -Infinity at 0 */
  readonly ln: (x: number) => number
}

/**
 * Loads the distribution functions, with which the statistics of frd/stats become p-values. They need the optional
 * packages `@stdlib/stats-base-dists-normal-cdf`, `-t-cdf`, `-f-cdf`, `-chisquare-cdf` and
 * `@stdlib/math-base-special-ln`. Each function throws a RangeError for NaN, for a negative x or f, and for a df that
 * is not positive; the tail at an infinite statistic is 0.
 *
 * @example
 * const { chi2Tail } = await loadDistributions()
 * const p = chi2Tail(logrank(a, b).chi2, 1)
 * @throws MissingPackagesError if a package is not installed, with the error of the import as its cause
 */
export async function loadDistributions(): Promise<Distributions> {
  const { normal, student, fisher, chiSquare, ln } = await packages()
  const normalTail = (z: number) => 2 * normal(-Math.abs(checkNumber('z', z)), 0, 1)
  return {
    normalTail,
    chi2Tail: (x, df) => {
      checkPositive('df', df)
      checkAtLeast0('x', x)
      return df === 1 ? normalTail(Math.sqrt(x)) : 1 - chiSquare(x, df)
    },
    fTail: (f, df1, df2) => fisher(1 / checkAtLeast0('f', f), checkPositive('df2', df2), checkPositive('df1', df1)),
    tTail: (t, df) => 2 * student(-Math.abs(checkNumber('t', t)), checkPositive('df', df)),
    ln: (x) => ln(checkAtLeast0('x', x)),
  }
}

function numberOf(name: string, value: number): number {
  if (typeof value === 'number') return value
  throw new TypeError(expected(name, 'a number', value))
}

function checkNumber(name: string, value: number): number {
  if (Number.isNaN(numberOf(name, value))) throw new RangeError(expected(name, 'a number', value))
  return value
}

function checkAtLeast0(name: string, value: number): number {
  if (numberOf(name, value) >= 0) return Math.abs(value) // -0 too
  throw new RangeError(expected(name, 'a number >= 0', value))
}

function checkPositive(name: string, value: number): number {
  if (numberOf(name, value) > 0 && Number.isFinite(value)) return value
  throw new RangeError(expected(name, 'a positive number', value))
}

async function packages() {
  const loaded = await importAll('p-values', {
    '@stdlib/stats-base-dists-normal-cdf': () => import('@stdlib/stats-base-dists-normal-cdf'),
    '@stdlib/stats-base-dists-t-cdf': () => import('@stdlib/stats-base-dists-t-cdf'),
    '@stdlib/stats-base-dists-f-cdf': () => import('@stdlib/stats-base-dists-f-cdf'),
    '@stdlib/stats-base-dists-chisquare-cdf': () => import('@stdlib/stats-base-dists-chisquare-cdf'),
    '@stdlib/math-base-special-ln': () => import('@stdlib/math-base-special-ln'),
  })
  return {
    normal: loaded['@stdlib/stats-base-dists-normal-cdf'].default,
    student: loaded['@stdlib/stats-base-dists-t-cdf'].default,
    fisher: loaded['@stdlib/stats-base-dists-f-cdf'].default,
    chiSquare: loaded['@stdlib/stats-base-dists-chisquare-cdf'].default,
    ln: loaded['@stdlib/math-base-special-ln'].default,
  }
}
