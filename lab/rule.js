// The rule by which the page opens: the number of agents and the seed of each scenario, computed from the committed runs
// and blind to who wins. With --write it writes lab/src/archive.json, which the page reads; a test compares the two.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { loadStatistics } from '../dist/src/cli/statistics.js'
import { fields, resolveConfig } from '../dist/src/index.js'
import { AGENTS } from '../dist/src/paper/figures.js'
import { judge, judgeReadings, together } from '../dist/src/paper/judge.js'
import { READING_AGENTS } from '../dist/src/paper/readings.js'
import { decodeArchive } from '../dist/src/results/archive.js'
import { indexRuns } from '../dist/src/results/summary.js'
import { quantile, rank } from '../dist/src/stats/index.js'

/** The most seeds of the archive that the page shows. */
const SEEDS = 50
/** Digits of a digest that the page compares with. */
const DIGITS = 8

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
export const read = (name) => JSON.parse(readFileSync(path(name), 'utf8'))

/** The configs of a scenario's arms, from the texts of their fields. */
export function configsOf({ given, arms }, agents) {
  return arms.map((arm) => {
    const texts = { ...given, ...arm.given }
    const parsed = Object.entries(texts).map(([name, text]) => [name, fields[name].parse(text, name)])
    const { nets, worlds, ...rest } = Object.fromEntries(parsed)
    return resolveConfig({
      ...(!nets && !worlds && { agents }),
      ...(nets && { nets }),
      ...(worlds && { worlds }),
      ...rest,
    })
  })
}

/**
 * The runs of the seeds from 1 on without a gap, since the page draws them in this order. One that both archives hold is one
 * run.
 */
function bySeed(runs) {
  const found = new Map()
  for (const run of runs) {
    const other = found.get(run.seed) ?? run
    if (other.digest !== run.digest) throw new Error(`seed ${run.seed} of "${run.setting}" has two digests`)
    found.set(run.seed, other)
  }
  return [...found.values()].sort((a, b) => a.seed - b.seed).filter(({ seed }, i) => seed === i + 1)
}

/**
 * The smallest number of agents above 1 of Fig. 4 at which the upper quartile of every arm lies below the cap, so that
 * all that the page shows can be estimated; `otherwise` where there is none.
 */
function agentsOf(scenario, findRuns, otherwise) {
  if (scenario.agents !== null) return scenario.agents
  const isEstimable = (agents) =>
    configsOf(scenario, agents).every((config) => {
      const { runs } = findRuns(config)
      return (
        runs.length > 0 &&
        quantile(
          runs.map(({ completion }) => completion),
          0.75,
        ) !== null
      )
    })
  return AGENTS.find((agents) => agents > 1 && isEstimable(agents)) ?? otherwise
}

/** The most typical seed: the smallest maximum over the arms of |rank / n - 1/2|, the lowest of equal ones. */
export function typicalSeed(arms) {
  const [{ length: n }] = arms
  const parts = arms.map((times) => rank(times.map((time) => time ?? Number.POSITIVE_INFINITY)).ranks)
  const farthest = Array.from({ length: n }, (_, i) => Math.max(...parts.map((ranks) => Math.abs(ranks[i] / n - 0.5))))
  return farthest.indexOf(Math.min(...farthest)) + 1
}

/** What the archive says of one pair: all its seeds under the default reading, then how it goes under all eight. */
function verdictOf(kind, a, b, judging) {
  const cells = [{ label: 'all', quantity: { kind, a, b }, side: { below: 1 } }]
  const claim = { id: 'lab', place: 'ours', text: '', figure: 'fig4', cells }
  const [{ verdict, findings }] = judge([claim], judging)
  const [{ n, effect, low, high }] = findings
  const isRead = [a, b].every(({ env, agents }) => env === 'CartPole-v1' && READING_AGENTS.includes(agents))
  const under = isRead ? judgeReadings(claim, judging) : []
  // Where a reading was not run for these arms, nothing is said of the readings.
  const isWhole = isRead && under.every(([finding]) => finding.n >= 40)
  const verdicts = under.map((one) => together(claim, one))
  const count = (name) => verdicts.filter((one) => one === name).length
  const readings = isWhole ? [count('holds'), count('contradicted'), count('undecided') + count('not estimable')] : null
  const round = (value) => (value === null ? null : Math.round(value * 100) / 100)
  return { n, verdict, ratio: round(effect), low: round(low), high: round(high), readings }
}

/**
 * The archives: the paper's runs, and those of questions that no figure asks, by
 * `frd sweep --method mixfrd,independent --worlds length=0.1,0.366667,0.633333,0.9 --seeds 1..50 --out out/lab` and
 * `frd archive out/lab --out results/lab`.
 */
const ARCHIVES = ['../results/paper/runs.csv.gz', '../results/lab/runs.csv.gz']

/** All that the page knows of the archives. */
export async function openings() {
  const archives = ARCHIVES.map((name) => decodeArchive(gunzipSync(readFileSync(path(name))).toString(), name))
  const findRuns = indexRuns(archives.flatMap(({ runs }) => runs))
  const judging = { ...(await loadStatistics()), findRuns, measuresOf: () => [] }
  const opened = {}
  for (const scenario of read('src/scenarios.json')) {
    const agents = agentsOf(scenario, findRuns, opened[1]?.agents)
    const configs = configsOf(scenario, agents)
    const runs = configs.map((config) => bySeed(findRuns(config).runs))
    const n = Math.min(SEEDS, ...runs.map(({ length }) => length))
    const kept = runs.map((arm) => arm.slice(0, n))
    const [a, ...others] = configs
    opened[scenario.id] = {
      agents,
      seed: n ? typicalSeed(kept.map((arm) => arm.map(({ completion }) => completion))) : 1,
      arms: kept.map((arm) => ({
        completions: arm.map(({ completion }) => completion),
        digests: arm.map(({ digest }) => digest.slice(0, DIGITS)).join(''),
      })),
      pairs: n ? others.map((b) => verdictOf(scenario.spread ? 'spread' : 'time', a, b, judging)) : [],
    }
  }
  return opened
}

if (process.argv[2] === '--write') writeFileSync(path('src/archive.json'), `${JSON.stringify(await openings())}\n`)
