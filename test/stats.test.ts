// Laws of the statistics: order, censoring and symmetry; values are compared with scipy, statsmodels and R. The test of
// p-values is distributions.test.ts.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadDistributions } from '../src/stats/distributions.ts'
import {
  bootstrapInterval,
  brownForsythe,
  type Completion,
  holm,
  kaplanMeier,
  logrank,
  medianInterval,
  type Observed,
  quantile,
  quartiles,
  rank,
  rmst,
  survivalMedian,
  toObserved,
} from '../src/stats/index.ts'
import { loadVectors } from './helpers.ts'

interface Sample {
  readonly time: readonly number[]
  readonly event: readonly number[]
}
interface Golden {
  readonly aml: {
    readonly maintained: Sample
    readonly nonmaintained: Sample
    readonly logrank: { readonly chi2: number }
    /** time, survival, error */
    readonly kaplan_meier_maintained: readonly (readonly [number, number, number])[]
    readonly median: readonly [number, number]
    readonly rmst30: readonly [number, number]
    readonly rmst45: readonly [number, number]
  }
  readonly A: readonly number[]
  readonly B: readonly number[]
  readonly iqr_type7: readonly [number, number]
  readonly mann_whitney: { readonly U: number; readonly p_none: number }
  readonly brown_forsythe_median: { readonly F: number }
}
interface Simulated {
  readonly cells: readonly { runs: number; times: readonly number[] }[]
}
const golden = loadVectors<Golden>('statistics')
const { normalTail } = await loadDistributions()
const simulated = loadVectors<Simulated>('completion-times').cells

/** The generator of Numerical Recipes: these tests need words, which need not be good ones. */
function words(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
}

const toNumber = (time: Completion) => time ?? Number.POSITIVE_INFINITY
const withCensored = (cell: Simulated['cells'][number]): Completion[] => [
  ...cell.times,
  ...Array.from({ length: cell.runs - cell.times.length }, () => null),
]
const reversed = <T>(values: readonly T[]) => [...values].reverse()
const observed = ({ time, event }: Sample) => time.map((t, i) => ({ time: t, event: event[i] === 1 }))
const ranked = (times: readonly Completion[]) => times.map(toNumber)

function close(value: number, expected: number, tolerance = 1e-9) {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value}, expected ${expected}`)
}

test('quantiles are of type 7', () => {
  for (const [i, sample] of [golden.A, golden.B].entries()) {
    const { q25, q75 } = quartiles(sample)
    assert.is(q75! - q25!, golden.iqr_type7[i])
  }
  assert.equal(quartiles([4, 1, 3, 2]), { q25: 1.75, median: 2.5, q75: 3.25 })
  assert.equal(quartiles([7]), { q25: 7, median: 7, q75: 7 })
})

test("the quartiles of the simulator's times count censored runs above every time", () => {
  assert.equal(quartiles(withCensored(simulated[0])), { q25: 390, median: null, q75: null })
  const { median } = quartiles(withCensored(simulated[1]))
  assert.is(median, 290.5)
})

test('a quantile grows with p and does not depend on the order', () => {
  for (const cell of simulated) {
    const times = withCensored(cell)
    for (let p = 0, last = 0; p <= 1; p += 1 / 64) {
      const value = toNumber(quantile(times, p))
      assert.ok(value >= last, `p = ${p}: ${value} after ${last}`)
      assert.is(toNumber(quantile(reversed(times), p)), value)
      last = value
    }
  }
})

test('a quantile is finite exactly where no censored run has weight in it', () => {
  const times = [10, null, 20, null, 30]
  assert.is(quantile(times, 0.5), 30, 'the censored neighbour has weight 0')
  assert.is(quantile(times, 0.5 + 1e-9), null)
  assert.is(quantile(times, 0.25), 20)
  assert.is(quantile([10, null], 0.5), null)
  assert.is(quantile([null, null], 0), null)
})

test('censoring a run never lowers a quantile', () => {
  for (let i = 0; i < golden.A.length; i++) {
    const censored = golden.A.map((time, j) => (i === j ? null : time))
    for (const p of [0, 0.1, 0.25, 0.5, 0.75, 1]) {
      assert.ok(toNumber(quantile(censored, p)) >= toNumber(quantile(golden.A, p)))
    }
  }
})

test('a sample or a share that has no quantile is refused', () => {
  assert.throws(() => quantile([], 0.5), /"times" expected at least one completion, got 0/)
  assert.throws(() => quartiles([]), RangeError)
  assert.throws(() => quantile([1], 1.5), /"p" expected a number in 0..1, got 1.5/)
  assert.throws(() => quantile([1, Number.NaN], 0.5), TypeError)
})

test('quartiles and intervals do not change their input', () => {
  const times = [3, null, 1, 2]
  quartiles(times)
  medianInterval(times, { word: words(1), resamples: 10 })
  assert.equal(times, [3, null, 1, 2])
})

test('log-rank agrees with the known result for the aml data', () => {
  const { maintained, nonmaintained, logrank: expected } = golden.aml
  const result = logrank(observed(maintained), observed(nonmaintained))
  assert.ok(Math.abs(result.chi2 - expected.chi2) < 1e-9, `chi2 ${result.chi2}, expected ${expected.chi2}`)
  assert.is(result.observed, 7)
  assert.ok(result.z < 0, 'the maintained patients fare better: fewer events than expected')
})

test('log-rank is antisymmetric and does not depend on order', () => {
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

test('log-rank depends only on ranks', () => {
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
  assert.throws(() => logrank([], a), /got \[0,12\]/)
  assert.throws(() => logrank([{ time: Number.NaN, event: true }], a), TypeError)
})

test('log-rank agrees with a calculation by hand: a = 1, 3 and b = 2, 3 censored', () => {
  // Runs of a at risk: at t = 1 it is 2 of 4, at t = 2 it is 1 of 3, at t = 3 it is 1 of 2.
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
  const few = (seed: number, sample = times) => medianInterval(sample, { word: words(seed), resamples: 50 })
  assert.not.equal(few(8), few(9), 'other words give another interval')
  assert.equal(few(8, reversed(times)), few(8))
  assert.ok(toNumber(wide.low) <= toNumber(narrow.low) && toNumber(narrow.high) <= toNumber(wide.high))
  assert.ok(toNumber(narrow.low) <= toNumber(narrow.median) && toNumber(narrow.median) <= toNumber(narrow.high))
  assert.is(narrow.median, quantile(times, 0.5))
  // The standard deviation of the median of 200 times is about 1.25 sd / sqrt(200), some 12 episodes.
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

test('quantiles of infinite values are not NaN', () => {
  const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  assert.is(quantile([low, 1], 0.3), low)
  assert.is(quantile([1, high], 0.3), high)
  assert.is(quantile([high, high], 0.3), high)
  assert.is(quantile([low, null], 0.3), null)
})

// ---- bootstrap of any statistic

const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length
const difference = ([a, b]: readonly (readonly number[])[]) => mean(a) - mean(b)

test('pairs share their draws, so that two equal arms differ by exactly 0; unpaired arms do not', () => {
  const options = { statistic: difference, samples: [golden.A, golden.A], resamples: 200 }
  const paired = bootstrapInterval({ ...options, paired: true, word: words(1) })
  assert.equal(paired, { low: 0, estimate: 0, high: 0 })
  const apart = bootstrapInterval({ ...options, paired: false, word: words(1) })
  assert.is(apart.estimate, 0)
  assert.ok(apart.low! < -5 && apart.high! > 5, `${apart.low} to ${apart.high}`)
})

test('a resample uses one word per run, or one per pair; resamples differ, and repeat with the words', () => {
  for (const [paired, expected] of [
    [true, 12 * 50],
    [false, 24 * 50],
  ] as const) {
    const next = words(2)
    let used = 0
    const word = () => {
      used++
      return next()
    }
    const drawn: string[] = []
    const statistic = (arms: readonly (readonly number[])[]) => {
      drawn.push(arms.join(';'))
      for (const [i, arm] of arms.entries()) {
        assert.is(arm.length, 12)
        for (const value of arm) assert.ok([golden.A, golden.B][i].includes(value))
      }
      if (paired) for (const [i, value] of arms[0].entries()) assert.ok(partners(value).includes(arms[1][i]))
      return difference(arms)
    }
    const partners = (value: number) => golden.B.filter((_, i) => golden.A[i] === value)
    const samples = [golden.A, golden.B]
    const result = bootstrapInterval({ statistic, samples, paired, word, resamples: 50 })
    assert.is(used, expected)
    assert.is(new Set(drawn).size, 51, 'the samples and 50 resamples')
    assert.equal(bootstrapInterval({ statistic: difference, samples, paired, word: words(2), resamples: 50 }), result)
    assert.is(result.estimate, difference(samples))
  }
})

test('the interval of a mean is as wide as its standard error says, and moves with its sample', () => {
  const times = simulated[1].times
  const options = { statistic: ([arm]: readonly (readonly number[])[]) => mean(arm), paired: false, resamples: 1000 }
  const { low, estimate, high } = bootstrapInterval({ ...options, samples: [times], word: words(3) })
  const centre = mean(times)
  const error = Math.sqrt(mean(times.map((time) => (time - centre) ** 2)) / times.length)
  assert.is(estimate, centre)
  close((high! - low!) / (2 * 1.96 * error), 1, 0.1) // with 1000 resamples the quantiles themselves err by some 3 %
  const moved = bootstrapInterval({ ...options, samples: [times.map((time) => time + 1024)], word: words(3) })
  close(moved.low!, low! + 1024)
  close(moved.high!, high! + 1024)
})

test('the median interval is the bootstrap of a median over sorted times', () => {
  const samples = [[...withCensored(simulated[1])].sort((a, b) => toNumber(a) - toNumber(b))]
  const statistic = ([arm]: readonly (readonly Completion[])[]) => quantile(arm, 0.5)
  const { low, median, high } = medianInterval(withCensored(simulated[1]), { word: words(4), resamples: 300 })
  const same = bootstrapInterval({ statistic, samples, paired: false, word: words(4), resamples: 300 })
  assert.equal({ low, estimate: median, high }, same)
})

test('the median interval keeps the bits that it had before the bootstrap took other statistics', () => {
  const { low, median, high } = medianInterval(withCensored(simulated[1]), { word: words(11), resamples: 100 })
  assert.equal([low, median, high], [276, 290.5, 312.525])
})

test('a statistic above the cap lies above every number, also an infinite one', () => {
  const values = [null, 3, Number.NEGATIVE_INFINITY, 5]
  for (const [shares, low, high] of [
    [[1, 1, 1, 1], 3, 5],
    [[1, 1, 0, 1], 3, null],
    [[2, 1, 2, 1], Number.NEGATIVE_INFINITY, null],
  ] as const) {
    const wanted = values.flatMap((value, i) => Array<Completion>(shares[i] * 40).fill(value))
    const queue: Completion[] = [3, ...wanted] // the estimate, then one value per resample
    const statistic = () => queue.shift() ?? null
    const options = { samples: [[1]], paired: false, word: words(1), resamples: wanted.length, level: 0.4 }
    const result = bootstrapInterval({ ...options, statistic })
    assert.equal(result, { low, estimate: 3, high })
  }
})

test('the bootstrap refuses samples from which it cannot draw', () => {
  const options = { statistic: difference, paired: true, word: words(1) }
  assert.throws(() => bootstrapInterval({ ...options, samples: [] }), /"samples" expected at least one arm/)
  assert.throws(() => bootstrapInterval({ ...options, samples: [[1], []] }), /no empty one, got \[1,0\]/)
  assert.throws(() => bootstrapInterval({ ...options, samples: [[1], [1, 2]] }), /of one length, got \[1,2\]/)
  assert.throws(() => bootstrapInterval({ ...options, samples: [[1]], level: 1 }), /"level" expected/)
  assert.throws(() => bootstrapInterval({ ...options, samples: [[1]], resamples: 0 }), /"resamples" expected/)
  const statistic = () => Number.NaN
  assert.throws(() => bootstrapInterval({ ...options, samples: [[1]], statistic }), /"statistic" expected.* got NaN/)
})

// ---- Kaplan-Meier

test('Kaplan-Meier agrees with the known curve of the aml data and its Greenwood errors', () => {
  const { maintained, nonmaintained, kaplan_meier_maintained: expected, median, rmst30, rmst45 } = golden.aml
  const steps = kaplanMeier(observed(maintained))
  assert.is(steps.length, expected.length)
  for (const [i, [time, survival, error]] of expected.entries()) {
    assert.is(steps[i].time, time)
    close(steps[i].survival, survival)
    close(steps[i].error, error)
  }
  assert.equal([steps[1].atRisk, steps[1].events], [10, 1], 'the run censored at 13 is at risk at 13')
  for (const [i, sample] of [maintained, nonmaintained].map(observed).entries()) {
    assert.is(survivalMedian(sample), median[i])
    close(rmst(sample, 30).mean, rmst30[i])
    close(rmst(sample, 45).mean, rmst45[i])
  }
})

test('without censoring the curve is the share of later times, and its error that of a proportion', () => {
  const times = [...golden.A, ...golden.A.slice(0, 5), ...golden.B]
  const n = times.length
  for (const { time, atRisk, events, survival, error } of kaplanMeier(toObserved(times, 1000))) {
    assert.is(survival, times.filter((other) => other > time).length / n)
    assert.is(atRisk, times.filter((other) => other >= time).length)
    assert.is(events, times.filter((other) => other === time).length)
    close(error, Math.sqrt((survival * (1 - survival)) / n), 1e-15)
  }
  assert.is(survivalMedian(toObserved([4, 3, 1, 2], 9)), 2, 'S(2) is 1/2 to the last bit')
})

test('without censoring before tau, the restricted mean is the mean of min(time, tau)', () => {
  for (const [cell, tau] of [0, 1, 2, 3].flatMap((i) =>
    [200, 300.5, 1000].map((tau) => [simulated[i], tau] as const),
  )) {
    const sample = toObserved(withCensored(cell), 1000)
    const cut = sample.map(({ time }) => Math.min(time, tau))
    const mean = cut.reduce((total, time) => total + time, 0) / cut.length
    const variance = cut.reduce((total, time) => total + (time - mean) * (time - mean), 0) / cut.length
    const result = rmst(sample, tau)
    close(result.mean, mean)
    close(result.error, Math.sqrt(variance / cut.length))
    assert.equal(rmst(reversed(sample), tau), result)
  }
})

/** S(tau) and the area up to tau where run i counts `weights[i]` times, from the product as it is defined. */
function weighted(sample: readonly Observed[], weights: readonly number[], tau: number) {
  const total = (keep: (o: Observed) => boolean) => sample.reduce((sum, o, i) => (keep(o) ? sum + weights[i] : sum), 0)
  const times = [...new Set(sample.filter((o) => o.event && o.time <= tau).map((o) => o.time))].sort((a, b) => a - b)
  let survival = 1
  let area = 0
  let from = 0
  for (const time of times) {
    area += survival * (time - from)
    survival *= 1 - total((o) => o.event && o.time === time) / total((o) => o.time >= time)
    from = time
  }
  return { survival, area: area + survival * (tau - from) }
}

test('with censoring, the errors are those of the infinitesimal jackknife of curve and area', () => {
  const step = 1e-5
  for (const sample of [golden.aml.maintained, golden.aml.nonmaintained].map(observed)) {
    for (const tau of [10, 23, 30, 44]) {
      let survival = 0
      let area = 0
      for (const i of sample.keys()) {
        const at = (shift: number) =>
          weighted(
            sample,
            sample.map((_, j) => (i === j ? 1 + shift : 1)),
            tau,
          )
        const [up, down] = [at(step), at(-step)]
        survival += ((up.survival - down.survival) / (2 * step)) ** 2
        area += ((up.area - down.area) / (2 * step)) ** 2
      }
      const { error } = kaplanMeier(sample).findLast(({ time }) => time <= tau)!
      close(error, Math.sqrt(survival), 1e-8)
      close(rmst(sample, tau).error, Math.sqrt(area), 1e-7)
    }
  }
})

test('a restricted mean grows with tau, but not faster than tau; before the first event it is tau', () => {
  const sample = observed(golden.aml.maintained)
  assert.equal(rmst(sample, 8.5), { mean: 8.5, error: 0 })
  for (let tau = 1, last = 0; tau <= 161; tau++) {
    const { mean } = rmst(sample, tau)
    assert.ok(mean >= last && mean <= last + 1 + 1e-12)
    last = mean
  }
})

test('survival functions refuse times that the sample says nothing about, and times that are none', () => {
  const sample = observed(golden.aml.maintained)
  assert.throws(() => rmst(sample, 162), /"tau" expected at most 161, got 162: the last run is censored at 161/)
  assert.is(rmst(toObserved([1, 3], 9), 100).mean, 2, 'all have completed, so that the curve is 0 from there on')
  assert.throws(() => rmst(sample, 0), /"tau" expected a positive number, got 0/)
  assert.throws(() => rmst(toObserved([-1, 3], 9), 2), /"time" expected a number >= 0, got -1/)
  assert.throws(() => kaplanMeier([]), /"observed" expected at least one time, got 0/)
  assert.throws(() => survivalMedian([{ time: Number.POSITIVE_INFINITY, event: true }]), TypeError)
  assert.is(survivalMedian(toObserved([1, null, null], 9)), null)
  assert.equal(kaplanMeier(toObserved([null, null], 9)), [])
  assert.equal(rmst(toObserved([null, null], 9), 9), { mean: 9, error: 0 })
})

// ---- ranks and spread

/** U of Mann and Whitney, from the ranks of both samples together, with its z: the variance is corrected for ties. */
function rankSum(a: readonly number[], b: readonly number[]) {
  const { ranks, ties } = rank([...a, ...b])
  const [n, m] = [a.length, b.length]
  const u = ranks.slice(0, n).reduce((sum, one) => sum + one, 0) - (n * (n + 1)) / 2
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
  return { u, z: (u - (n * m) / 2) / Math.sqrt(variance) }
}

test('the sum of ranks is that of scipy, and so is its p-value', () => {
  const { u, z } = rankSum(golden.A, golden.B)
  assert.is(u, golden.mann_whitney.U)
  close(normalTail(z), golden.mann_whitney.p_none)
})

test('a rank sum counts pairs: a larger value counts 1, an equal one 1/2, and censored runs are above all', () => {
  for (const [p, q] of [
    [simulated[0], simulated[1]],
    [simulated[1], simulated[2]],
  ]) {
    const a = ranked(withCensored(p))
    const b = ranked(withCensored(q))
    let pairs = 0
    for (const x of a) for (const y of b) pairs += x > y ? 1 : x === y ? 0.5 : 0
    assert.is(rankSum(a, b).u, pairs)
  }
})

test('ranks are those of the places, equal values share their mean, and ties are counted', () => {
  assert.equal(rank([30, 10, 20]), { ranks: [3, 1, 2], ties: 0 })
  assert.equal(rank([2, 1, 2, 2]), { ranks: [3, 1, 3, 3], ties: 24 })
  assert.equal(rank([0, -0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]), {
    ranks: [1.5, 1.5, 3.5, 3.5],
    ties: 12,
  })
  assert.equal(rank([]), { ranks: [], ties: 0 })
  const times = ranked(withCensored(simulated[0]))
  const { ranks } = rank(times)
  assert.is(
    ranks.reduce((sum, one) => sum + one, 0),
    (times.length * (times.length + 1)) / 2,
  )
  assert.equal(reversed(rank(reversed(times)).ranks), ranks)
  assert.equal(rank(times.map((time) => time * time)).ranks, ranks, 'they do not depend on the scale')
  assert.throws(() => rank([1, Number.NaN]), /"values" expected numbers, got NaN/)
  assert.throws(() => rank([1, null as unknown as number]), TypeError)
})

test('Brown-Forsythe agrees with scipy', () => {
  const { f, df1, df2 } = brownForsythe([golden.A, golden.B])
  close(f, golden.brown_forsythe_median.F)
  assert.equal([df1, df2], [1, 22])
})

test('Brown-Forsythe depends neither on location, nor on unit, nor on order', () => {
  const groups = [golden.A, golden.B, golden.A.slice(3)]
  const { f } = brownForsythe(groups)
  close(brownForsythe(groups.map((group, i) => group.map((value) => value + 100 * i))).f, f)
  close(brownForsythe(groups.map((group) => group.map((value) => 8 * value))).f, f)
  assert.is(brownForsythe(groups.map(reversed)).f, f)
  close(brownForsythe(reversed(groups)).f, f)
  assert.ok(brownForsythe([golden.A, golden.A.map((value) => 5 * value)]).f > f)
  assert.is(brownForsythe([golden.A, golden.A]).f, 0)
})

test('Brown-Forsythe agrees with calculations by hand, and can be 0 or infinite', () => {
  // The distances are 1, 0, 1 | 2, 0, 2 with means 2/3 and 4/3; f = 4 (2 * 3 / 9) / (6/9 + 24/9).
  close(
    brownForsythe([
      [1, 2, 3],
      [1, 3, 5],
    ]).f,
    0.8,
  )
  // The distances are 0, 1, 1 | 2, 2 with means 2/3 and 2, of all 6/5; f = 3 (3 (8/15)^2 + 2 (4/5)^2) / (6/9).
  close(
    brownForsythe([
      [1, 2, 3],
      [0, 4],
    ]).f,
    9.6,
  )
  assert.is(
    brownForsythe([
      [7, 7],
      [9, 9],
    ]).f,
    0,
  )
  assert.is(
    brownForsythe([
      [0, 2],
      [0, 4],
    ]).f,
    Number.POSITIVE_INFINITY,
  )
})

test('Brown-Forsythe refuses a censored time and groups that have no spread', () => {
  assert.throws(
    () =>
      brownForsythe([
        [1, 2],
        [3, Number.POSITIVE_INFINITY],
      ]),
    /expected finite numbers, got Infinity/,
  )
  assert.throws(() => brownForsythe([[1, 2]]), /"groups" expected at least two groups.* got \[2\]/)
  assert.throws(() => brownForsythe([[1, 2], []]), RangeError)
  assert.throws(() => brownForsythe([[1], [2]]), RangeError)
})

test('Holm gives the textbook case, in the order of its input', () => {
  assert.equal(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
  assert.equal(holm([0.5]), [0.5])
  assert.equal(holm([]), [])
  assert.throws(() => holm([0.5, Number.NaN]), /"p" expected numbers in 0..1, got NaN/)
})

test('Holm is monotone, never below p nor above Bonferroni, and equals the closed test', () => {
  const word = words(5)
  for (let m = 1; m <= 7; m++) {
    const p = Array.from({ length: m }, () => (word() / 2 ** 32) ** 3)
    const adjusted = holm(p)
    assert.equal(reversed(holm(reversed(p))), adjusted)
    for (const i of p.keys()) {
      assert.ok(adjusted[i] >= p[i] && adjusted[i] <= Math.min(1, m * p[i]))
      for (const j of p.keys()) assert.ok(p[i] > p[j] || adjusted[i] <= adjusted[j])
      // Bonferroni tests every intersection that contains i (Marcus, Peritz & Gabriel 1976).
      let closed = 0
      for (let set = 0; set < 2 ** m; set++) {
        if (!((set >> i) & 1)) continue
        const members = p.filter((_, j) => (set >> j) & 1)
        closed = Math.max(closed, Math.min(1, members.length * Math.min(...members)))
      }
      close(adjusted[i], closed, 1e-15)
    }
  }
})

test.run()
