// Laws of the statistics: order, censoring and symmetry; the log-rank against statsmodels and R.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Completion, logrank, medianInterval, quantile, quartiles, toObserved } from '../src/stats/index.ts'
import { loadVectors } from './helpers.ts'

interface Sample {
  readonly time: readonly number[]
  readonly event: readonly number[]
}
interface Golden {
  readonly aml: { maintained: Sample; nonmaintained: Sample; logrank: { chi2: number } }
  readonly A: readonly number[]
  readonly B: readonly number[]
  readonly iqr_type7: readonly [number, number]
}
interface Simulated {
  readonly cells: readonly { runs: number; times: readonly number[] }[]
}
const golden = loadVectors<Golden>('statistics')
const simulated = loadVectors<Simulated>('completion-times').cells

/** Numerical Recipes' generator: the tests need words, not good ones. */
function words(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
}

const rank = (time: Completion) => time ?? Number.POSITIVE_INFINITY
const withCensored = (cell: Simulated['cells'][number]): Completion[] => [
  ...cell.times,
  ...Array.from({ length: cell.runs - cell.times.length }, () => null),
]
const reversed = <T>(values: readonly T[]) => [...values].reverse()
const observed = ({ time, event }: Sample) => time.map((t, i) => ({ time: t, event: event[i] === 1 }))

test('quantiles are type 7', () => {
  for (const [i, sample] of [golden.A, golden.B].entries()) {
    const { q25, q75 } = quartiles(sample)
    assert.is(q75! - q25!, golden.iqr_type7[i])
  }
  assert.equal(quartiles([4, 1, 3, 2]), { q25: 1.75, median: 2.5, q75: 3.25 })
  assert.equal(quartiles([7]), { q25: 7, median: 7, q75: 7 })
})

test("the simulator's quartiles, censored runs above every time", () => {
  assert.equal(quartiles(withCensored(simulated[0])), { q25: 390, median: null, q75: null })
  const { median } = quartiles(withCensored(simulated[1]))
  assert.is(median, 290.5)
})

test('a quantile grows with p and does not depend on the order', () => {
  for (const cell of simulated) {
    const times = withCensored(cell)
    for (let p = 0, last = 0; p <= 1; p += 1 / 64) {
      const value = rank(quantile(times, p))
      assert.ok(value >= last, `p = ${p}: ${value} after ${last}`)
      assert.is(rank(quantile(reversed(times), p)), value)
      last = value
    }
  }
})

test('a quantile is finite exactly where it leans on no censored run', () => {
  const times = [10, null, 20, null, 30]
  assert.is(quantile(times, 0.5), 30, 'weight 0 on the censored neighbour')
  assert.is(quantile(times, 0.5 + 1e-9), null)
  assert.is(quantile(times, 0.25), 20)
  assert.is(quantile([10, null], 0.5), null)
  assert.is(quantile([null, null], 0), null)
})

test('censoring a run never lowers a quantile', () => {
  for (let i = 0; i < golden.A.length; i++) {
    const censored = golden.A.map((time, j) => (i === j ? null : time))
    for (const p of [0, 0.1, 0.25, 0.5, 0.75, 1]) {
      assert.ok(rank(quantile(censored, p)) >= rank(quantile(golden.A, p)))
    }
  }
})

test('quantiles refuse what has none', () => {
  assert.throws(() => quantile([], 0.5), /"times" expected at least one completion, got none/)
  assert.throws(() => quartiles([]), RangeError)
  assert.throws(() => quantile([1], 1.5), /"p" expected a number in 0..1, got 1.5/)
  assert.throws(() => quantile([1, Number.NaN], 0.5), TypeError)
})

test('the input stays as it was', () => {
  const times = [3, null, 1, 2]
  quartiles(times)
  medianInterval(times, { word: words(1), resamples: 10 })
  assert.equal(times, [3, null, 1, 2])
})

test('log-rank of the aml data', () => {
  const { maintained, nonmaintained, logrank: expected } = golden.aml
  const result = logrank(observed(maintained), observed(nonmaintained))
  assert.ok(Math.abs(result.chi2 - expected.chi2) < 1e-9, `chi2 ${result.chi2}, expected ${expected.chi2}`)
  assert.is(result.observed, 7)
  assert.ok(result.z < 0, 'the maintained patients fare better: fewer events than expected')
})

test('log-rank is antisymmetric, and blind to order', () => {
  const a = toObserved(withCensored(simulated[0]), 1000)
  const b = toObserved(withCensored(simulated[1]), 1000)
  const there = logrank(a, b)
  const back = logrank(b, a)
  assert.ok(Math.abs(there.z + back.z) < 1e-9, `${there.z} and ${back.z}`)
  assert.ok(Math.abs(there.variance - back.variance) < 1e-9)
  assert.ok(Math.abs(there.expected + back.expected - there.observed - back.observed) < 1e-9, 'all events are expected')
  assert.equal(logrank(reversed(a), reversed(b)), there)
  assert.ok(there.z < -5, 'one agent completes later than the first of four')
})

test('log-rank knows only ranks', () => {
  const a = toObserved(golden.A, 1000)
  const b = toObserved(golden.B, 1000)
  const stretch = (sample: typeof a) => sample.map(({ time, event }) => ({ time: time * time, event }))
  assert.equal(logrank(stretch(a), stretch(b)), logrank(a, b))
})

test('log-rank of a sample with itself, and where nothing can be compared, is 0', () => {
  const a = toObserved(golden.A, 1000)
  assert.ok(Math.abs(logrank(a, a).z) < 1e-12)
  const censored = toObserved([null, null], 1000)
  assert.equal(logrank(censored, censored), { z: 0, chi2: 0, observed: 0, expected: 0, variance: 0 })
  assert.throws(() => logrank([], a), /got 0 and 12/)
  assert.throws(() => logrank([{ time: Number.NaN, event: true }], a), TypeError)
})

test('log-rank by hand: a = 1, 3 and b = 2, 3 censored', () => {
  // t = 1: 2 of 4 at risk, t = 2: 1 of 3, t = 3: 1 of 2
  const result = logrank(toObserved([1, 3], 9), [
    { time: 2, event: true },
    { time: 3, event: false },
  ])
  assert.is(result.observed, 2)
  assert.ok(Math.abs(result.expected - (1 / 2 + 1 / 3 + 1 / 2)) < 1e-15)
  assert.ok(Math.abs(result.variance - (1 / 4 + 2 / 9 + 1 / 4)) < 1e-15)
})

test('the interval holds the median, repeats with its words, and widens with the level', () => {
  const times = withCensored(simulated[1])
  const narrow = medianInterval(times, { word: words(7), level: 0.8 })
  const wide = medianInterval(times, { word: words(7), level: 0.99 })
  assert.equal(medianInterval(reversed(times), { word: words(7), level: 0.8 }), narrow)
  const few = (seed: number) => medianInterval(times, { word: words(seed), resamples: 50 })
  assert.not.equal(few(8), few(9), 'it does use its words')
  assert.ok(rank(wide.low) <= rank(narrow.low) && rank(narrow.high) <= rank(wide.high))
  assert.ok(rank(narrow.low) <= rank(narrow.median) && rank(narrow.median) <= rank(narrow.high))
  assert.is(narrow.median, quantile(times, 0.5))
  // sd of the median of 200: about 1.25 sd / sqrt(200), some 12 episodes
  assert.ok(wide.high! - wide.low! < 80, `${wide.low} to ${wide.high}`)
})

test('an interval may end above the cap', () => {
  const { low, median, high } = medianInterval(withCensored(simulated[0]), { word: words(3) })
  assert.is(median, null)
  assert.is(high, null)
  assert.ok(low !== null && low > 500)
})

test('the interval uses the whole range of a word, and no value beyond the sample', () => {
  const highest = medianInterval([1, 2, 3], { word: () => 0xffffffff, resamples: 1 })
  assert.equal(highest, { low: 3, median: 2, high: 3 })
  assert.equal(medianInterval([1, 2, 3], { word: () => 0, resamples: 1 }), { low: 1, median: 2, high: 1 })
  assert.throws(() => medianInterval([1], { word: () => 0, level: 1 }), /"level" expected/)
  assert.throws(() => medianInterval([1], { word: () => 0, resamples: 0 }), /"resamples" expected/)
})

test.run()
