// The p-values of the tests in src/stats agree with scipy and statsmodels, and the tails agree with closed forms and
// with each other.

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadDistributions } from '../src/stats/distributions.ts'
import { brownForsythe, logrank, type Observed } from '../src/stats/index.ts'
import { loadVectors } from './helpers.ts'

interface Sample {
  readonly time: readonly number[]
  readonly event: readonly number[]
}
interface Golden {
  readonly aml: {
    readonly maintained: Sample
    readonly nonmaintained: Sample
    readonly logrank: { readonly p: number }
    readonly gehan_breslow: { readonly chi2: number; readonly p: number }
  }
  readonly A: readonly number[]
  readonly B: readonly number[]
  readonly brown_forsythe_median: { readonly p: number }
  readonly welch_t: { readonly t: number; readonly p: number; readonly df: number }
}
const golden = loadVectors<Golden>('statistics')
const { normalTail, chi2Tail, fTail, tTail, ln } = await loadDistributions()

const observed = ({ time, event }: Sample): Observed[] => time.map((t, i) => ({ time: t, event: event[i] === 1 }))

/** The golden p-values have ten decimals. */
const agrees = (p: number, expected: number) => assert.ok(Math.abs(p - expected) < 1e-9, `${p}, expected ${expected}`)
/** Compares by relative difference, because a small tail would pass any absolute bound. */
const close = (p: number, expected: number, relative = 1e-12) =>
  assert.ok(Math.abs(p - expected) <= relative * expected, `${p}, expected ${expected}`)

test('the p-values of the statistics are those of scipy and statsmodels', () => {
  const { A, B, aml } = golden
  agrees(chi2Tail(logrank(observed(aml.maintained), observed(aml.nonmaintained)).chi2, 1), aml.logrank.p)
  agrees(chi2Tail(aml.gehan_breslow.chi2, 1), aml.gehan_breslow.p)
  const { f, df1, df2 } = brownForsythe([A, B])
  agrees(fTail(f, df1, df2), golden.brown_forsythe_median.p)
  agrees(tTail(golden.welch_t.t, golden.welch_t.df), golden.welch_t.p)
})

test('a tail that has a closed form agrees with it: t of 1 and 2, F of 2 and chi-square of 2 degrees', () => {
  for (const x of [0.1, 1, 3, 10, 1e3, 1e6]) {
    close(tTail(x, 1), (2 / Math.PI) * Math.atan(1 / x))
    const root = Math.sqrt(2 + x * x)
    close(tTail(x, 2), 2 / (root * (root + x)))
    // The argument lies df2 / (f df1) away from 1; rounding that distance costs digits where f is huge.
    for (const df of [1, 7.5, 198]) close(fTail(x, 2, df), (1 + (2 * x) / df) ** (-df / 2), 1e-12 + 2 ** -52 * 2 * x)
  }
  for (const x of [0, 0.1, 1, 10, 30]) assert.ok(Math.abs(chi2Tail(x, 2) - Math.exp(-x / 2)) < 1e-15)
  close(chi2Tail(18.307038053275146, 10), 0.05)
})

test('small tails keep their digits', () => {
  // scipy 1.17.1: 2 norm.sf(z), chi2.sf(z^2, 1), 2 t.sf(t, df), f.sf(f, df1, df2)
  close(normalTail(10), 1.5239706048321054e-23)
  close(normalTail(37), 1.1451142445047853e-299)
  close(chi2Tail(100, 1), 1.5239706048321054e-23)
  close(tTail(20, 198), 2.068940257467799e-49, 1e-12)
  close(fTail(400, 1, 198), 2.068940257467799e-49, 1e-12)
})

test('equal distributions have equal tails: F of 1 is t squared, chi-square of 1 is z squared, t tends to z', () => {
  for (const x of [0, 0.3, 1.7, 5, 12]) {
    for (const df of [3, 12.7, 198]) close(fTail(x * x, 1, df), tTail(x, df), 1e-11)
    close(chi2Tail(x * x, 1), normalTail(x), 1e-11)
    assert.ok(Math.abs(tTail(x, 1e9) - normalTail(x)) < 1e-8)
  }
})

test('a tail is 1 at 0, falls, is 0 at infinity, and does not depend on the sign where it is two-sided', () => {
  for (const tail of [
    normalTail,
    (x: number) => tTail(x, 5.5),
    (x: number) => chi2Tail(x, 1),
    (x: number) => chi2Tail(x, 4),
    (x: number) => fTail(x, 3, 20),
  ]) {
    assert.is(tail(0), 1)
    assert.is(tail(-0), 1)
    assert.is(tail(Number.POSITIVE_INFINITY), 0)
    for (let x = 0.25; x < 8; x += 0.25) assert.ok(tail(x) < tail(x - 0.25) && tail(x) > 0)
  }
  assert.is(normalTail(-1.5), normalTail(1.5))
  assert.is(tTail(Number.NEGATIVE_INFINITY, 3), 0)
})

test('ln is the natural logarithm', () => {
  assert.is(ln(1), 0)
  assert.is(ln(0), Number.NEGATIVE_INFINITY)
  for (const x of [1e-300, 0.5, 2, Math.E, 137, 1000]) {
    assert.ok(Math.abs(ln(x) - Math.log(x)) <= 2 ** -52 * Math.abs(ln(x)), `ln(${x}) = ${ln(x)}`)
  }
})

test('an argument that has no tail is refused', () => {
  assert.throws(() => normalTail(Number.NaN), /"z" expected a number, got NaN/)
  assert.throws(() => chi2Tail(-1, 1), /"x" expected a number >= 0, got -1/)
  assert.throws(() => chi2Tail(1, 0), /"df" expected a positive number, got 0/)
  assert.throws(() => fTail(-1, 1, 2), /"f" expected a number >= 0, got -1/)
  assert.throws(() => fTail(1, Number.NaN, 2), /"df1" expected a positive number, got NaN/)
  assert.throws(() => fTail(1, 1, Number.POSITIVE_INFINITY), /"df2" expected a positive number, got Infinity/)
  assert.throws(() => tTail(1, -2), /"df" expected a positive number, got -2/)
  assert.throws(() => ln(-1), RangeError)
})

test('without the packages, the error says what to install', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'frd-distributions-')) // no node_modules above it
  try {
    writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module" }')
    for (const file of ['stats/distributions.js', 'config/errors.js', 'config/packages.js']) {
      mkdirSync(dirname(join(elsewhere, file)), { recursive: true })
      cpSync(fileURLToPath(new URL(`../src/${file}`, import.meta.url)), join(elsewhere, file))
    }
    const alone: { loadDistributions: typeof loadDistributions } = await import(
      pathToFileURL(join(elsewhere, 'stats/distributions.js')).href
    )
    const error = await alone.loadDistributions().then(
      () => undefined,
      (reason: Error) => reason,
    )
    assert.match(error!.message, /npm install @stdlib\/stats-base-dists-normal-cdf .*@stdlib\/math-base-special-ln$/)
    assert.match((error!.cause as Error).message, /@stdlib/)
  } finally {
    rmSync(elsewhere, { recursive: true })
  }
})

test.run()
