// Do the tests of src/stats reject as often as they say, and do the intervals cover? Completion times are simulated:
// lognormal, in arms of 100. `npm run build && node dist/test/slow/montecarlo.js [SIMULATIONS]` computes that many
// intervals, 2000 by default, and five times as many tests, in some minutes. It prints every rate with its sampling
// error, and exits with 1 where a rate is outside its band. The ratio of medians is held to its level in arms of 400,
// because in arms of 100 it covers about 97 %.

import { loadDistributions } from '../../src/stats/distributions.ts'
import {
  bootstrapInterval,
  brownForsythe,
  type Completion,
  type Estimate,
  logrank,
  type Observed,
  quantile,
  rmst,
  toObserved,
} from '../../src/stats/index.ts'
import { makeStream, philoxBlock } from '../reference/philox.ts'

const SEED = 20200605
const ARM = 100
const CAP = 450 // about a tenth of a lognormal(ln 290, 0.35) is censored there
const RESAMPLES = 500
const simulations = Number(process.argv[2] ?? 2000)
if (!(Number.isInteger(simulations) && simulations > 0)) {
  throw new RangeError(`"SIMULATIONS" expected a positive integer, got ${process.argv[2]}`)
}
const { normalTail, chi2Tail, fTail } = await loadDistributions()

/** Words of the reference Philox, one block at a time, because the bootstrap needs hundreds of millions. */
function makeWords(key: number): () => number {
  let block = 0
  let words = philoxBlock([0, 0, 0, 0], [SEED, key])
  let used = 0
  return () => {
    if (used === 4) {
      block++
      words = philoxBlock([block >>> 0, Math.floor(block / 2 ** 32), 0, 0], [SEED, key])
      used = 0
    }
    return words[used++]
  }
}

let streams = 0
const makeNormals = (count: number) => {
  const { normals } = makeStream(SEED, ++streams)
  return () => normals(Math.log, count)
}
const scale = (normals: readonly number[], median: number, sigma: number) =>
  normals.map((z) => median * Math.exp(sigma * z))
/** The times in whole episodes; null above the cap. */
const complete = (times: readonly number[]): Completion[] =>
  times.map((time) => (time > CAP ? null : Math.max(1, Math.ceil(time))))

let passed = 0
let failed = 0
const percent = (share: number) => `${(100 * share).toFixed(2)} %`

/** The rate that was found, and its standard error: how far it may be from the rate of a long simulation. */
function describe(what: string, hits: number, runs: number): string {
  const rate = hits / runs
  return `${what}: ${percent(rate)} (s.e. ${percent(Math.sqrt((rate * (1 - rate)) / runs))})`
}

function check(what: string, hits: number, runs: number, expected: number, band: number): void {
  const held = Math.abs(hits / runs - expected) <= band
  if (held) passed++
  else failed++
  const wanted = `${percent(expected)} +- ${percent(band)} expected`
  console.log(`${held ? 'ok      ' : 'FAILED  '} ${describe(what, hits, runs)}, ${wanted}`)
}

/** Checks the share of p-values below 5 % where there is no difference to find. */
function checkLevel(what: string, pValue: () => number): void {
  const runs = 5 * simulations
  let rejected = 0
  for (let i = 0; i < runs; i++) if (pValue() < 0.05) rejected++
  check(`${what} rejects`, rejected, runs, 0.05, 0.01)
}

/** How many of the 95 % intervals contain the true value. */
function countCovered(truth: number, intervals: number, interval: () => Estimate): number {
  let covered = 0
  for (let i = 0; i < intervals; i++) {
    const { low, high } = interval()
    if (low !== null && low <= truth && (high === null || truth <= high)) covered++
  }
  return covered
}

console.log(`N = ${simulations}, seed ${SEED}, arms of ${ARM}, ${RESAMPLES} resamples per interval`)

// ---- tests under equality

const draw = makeNormals(ARM)
const same = () => complete(scale(draw(), 290, 0.35))
checkLevel('log-rank, censored at the cap,', () =>
  chi2Tail(logrank(toObserved(same(), CAP), toObserved(same(), CAP)).chi2, 1),
)
checkLevel('Brown-Forsythe, logs, medians 290 and 240,', () => {
  const logs = [290, 240].map((median) => scale(draw(), median, 0.35).map((time) => Math.log(Math.ceil(time))))
  const { f, df1, df2 } = brownForsythe(logs)
  return fTail(f, df1, df2)
})
/** Each run is observed for a time of its own, so that runs are censored everywhere and not only at the cap. */
const watched = (): Observed[] => {
  const limits = scale(draw(), 400, 0.5)
  return scale(draw(), 290, 0.35).map((time, i) => ({ time: Math.min(time, limits[i]), event: time <= limits[i] }))
}
checkLevel('restricted mean to 300 by its errors, censored throughout,', () => {
  const [a, b] = [rmst(watched(), 300), rmst(watched(), 300)]
  return normalTail((a.mean - b.mean) / Math.sqrt(a.error * a.error + b.error * b.error))
})

// ---- paired intervals: half of the variance comes from the seed that a pair shares

interface Arm {
  readonly median: number
  readonly sigma: number
}
const ARMS: readonly Arm[] = [
  { median: 290, sigma: 0.35 },
  { median: 240, sigma: 0.3 },
]
const makePairs = (count: number) => {
  const normals = makeNormals(count)
  return () => {
    const shared = normals()
    return ARMS.map(({ median, sigma }) => {
      const mixed = normals().map((own, i) => Math.sqrt(0.5) * (own + shared[i]))
      return scale(mixed, median, sigma).map((time): Completion => (time > CAP ? null : time))
    })
  }
}
const options = { paired: true, word: makeWords(0), resamples: RESAMPLES }

/** The expected value of min(T, cap) for a lognormal time T. */
function expectedMin({ median, sigma }: Arm): number {
  const below = (z: number) => (z < 0 ? normalTail(z) / 2 : 1 - normalTail(z) / 2)
  const z = Math.log(CAP / median) / sigma
  return median * Math.exp((sigma * sigma) / 2) * below(z - sigma) + CAP * (1 - below(z))
}
const meanDifference = ([a, b]: readonly (readonly Observed[])[]) => rmst(a, CAP).mean - rmst(b, CAP).mean
const pairs = makePairs(ARM)
const heldMeans = countCovered(expectedMin(ARMS[0]) - expectedMin(ARMS[1]), simulations, () => {
  const samples = pairs().map((times) => toObserved(times, CAP))
  return bootstrapInterval({ ...options, statistic: meanDifference, samples })
})
check('paired bootstrap, difference of restricted means, covers', heldMeans, simulations, 0.95, 0.015)

const medianRatio = ([a, b]: readonly (readonly Completion[])[]): Completion => {
  const [of, to] = [quantile(a, 0.5), quantile(b, 0.5)]
  return of === null ? null : to === null ? 0 : of / to
}
const heldRatios = (count: number, intervals: number) => {
  const pairs = makePairs(count)
  return countCovered(ARMS[0].median / ARMS[1].median, intervals, () =>
    bootstrapInterval({ ...options, statistic: medianRatio, samples: pairs() }),
  )
}
// Percentile intervals of medians are conservative in small arms, so that in arms of 100 the rate is printed without a
// band.
const ratio = (count: number) => `paired bootstrap, ratio of medians, arms of ${count}, covers`
console.log(`measured ${describe(ratio(ARM), heldRatios(ARM, simulations), simulations)}, no band`)
const fewer = Math.ceil(simulations / 2)
check(ratio(4 * ARM), heldRatios(4 * ARM, fewer), fewer, 0.95, 0.015)

console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
