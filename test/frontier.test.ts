// The frontier of bytes and time: what the search finds in made-up runs whose frontier is known.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { drawFrontier } from '../src/paper/drawFrontier.ts'
import { ASKED, FIRST_JUDGED, type Problem, problems, quickProblems } from '../src/paper/frontier.ts'
import { type Cost, frontierOf, frontiersIn, lag, searchFrontier } from '../src/paper/frontierSearch.ts'
import { renderSvg } from '../src/plot/svg.ts'
import { settingOf } from '../src/results/setting.ts'
import { indexRuns, type Summary } from '../src/results/summary.ts'
import { checkConfig } from '../src/run/setup.ts'
import { loadDistributions } from '../src/stats/distributions.ts'
import { makeStream } from './reference/philox.ts'

const words = () => {
  const stream = makeStream(3, 4)
  return () => stream.word()
}
const tools = { distributions: await loadDistributions(), words }

const cost = (bytes: number, episodes: number): Cost => ({ bytes, episodes })

test('the frontier is what no other one beats, and the lag is the factor that it is behind', () => {
  const all = [cost(0, 500), cost(100, 300), cost(200, 200), cost(200, 200), cost(150, 400), cost(400, 400)]
  assert.equal(frontierOf(all), [true, true, true, true, false, false])
  const behind = all.map((one, i) =>
    lag(
      one,
      all.filter((_, k) => k !== i),
    ),
  )
  assert.equal(behind, [0, 2 / 3, 1, 1, 4 / 3, 2])
  assert.is(lag(cost(10, 600), [cost(0, 500)]), 1.2, 'and whoever is later than it is behind')
  assert.is(lag(cost(10, 10), []), 0)
})

/** A run that takes so much. */
function made(given: Partial<Config>, seed: number, { bytes, episodes }: Cost): Summary {
  const isComplete = episodes < 1000
  return {
    setting: settingOf(checkConfig(given)),
    seed,
    completion: isComplete ? episodes : null,
    meanCompletion: null,
    lastCompletion: null,
    episodes: isComplete ? episodes : 1000,
    envSteps: 1,
    exchanges: 4,
    uplinkBytes: bytes / 2,
    downlinkBytes: bytes / 2,
    failed: false,
    digest: '0'.repeat(64),
  }
}

/** Candidates of which the k-th takes 1000 k bytes; those of even k need fewer episodes the more they send, the others 900. */
const problem: Problem = {
  title: 'made up',
  rounds: [2, 4],
  judged: 3,
  asked: 0,
  candidates: [1, 2, 3, 4, 5, 6, 7, 8].map((k) => ({
    method: 'frd',
    config: { method: 'frd', period: 10 * k },
    isJudged: k === 7,
    isPaper: k === 7,
    isAsked: false,
  })),
}
const takes = (period: number, seed: number) => {
  const k = period / 10
  return cost(1000 * k + seed, k % 2 ? 900 : 800 - 50 * k)
}

/** Drives the search, and computes what it asks for. */
function play(one: Problem, of: (given: Partial<Config>, seed: number) => Summary) {
  const asked: (readonly (readonly [period: number | undefined, seed: number])[])[] = []
  const runs: Summary[] = []
  const search = searchFrontier(one)
  let step = search.next(indexRuns([]))
  while (!step.done) {
    asked.push(step.value.map(({ period, seed }) => [period, seed!]))
    for (const { seed, ...given } of step.value) runs.push(of(given, seed!))
    step = search.next(indexRuns(runs))
  }
  return { asked, runs, frontier: step.value }
}

test('the search gives more seeds to the better half, and judges what it found on seeds that it has not seen', () => {
  const { asked, runs, frontier } = play(problem, (given, seed) => made(given, seed, takes(given.period!, seed)))
  const seedsOf = (list: (typeof asked)[number]) => [...new Set(list.map(([, seed]) => seed))]
  const periodsOf = (list: (typeof asked)[number]) => [...new Set(list.map(([period]) => period))]
  assert.equal(asked.map(seedsOf), [
    [1, 2],
    [3, 4],
    [101, 102, 103],
  ])
  assert.ok(asked[2].every(([, seed]) => seed >= FIRST_JUDGED))
  // Of the odd ones only the first, which sends least, is on the frontier; of the others the one that is nearest to a third.
  assert.equal(asked.map(periodsOf), [
    [10, 20, 30, 40, 50, 60, 70, 80],
    [10, 20, 60, 80],
    [10, 20, 60, 70, 80],
  ])
  const found = frontier!.judged.filter(({ isFound }) => isFound).map(({ candidate }) => candidate.config.period)
  assert.ok(found.every((period) => period === 10 || (period! / 10) % 2 === 0))
  assert.ok(
    frontier!.judged.some(({ candidate, isFound }) => candidate.isPaper && !isFound),
    'the paper’s is judged too',
  )
  assert.is(frontier!.tried.length, 8)

  // From the same runs the same is found, and from fewer nothing.
  assert.equal(frontiersIn([problem], indexRuns(runs)), [frontier])
  assert.is(frontiersIn([problem], indexRuns(runs.slice(0, -1))), null)
})

test('a candidate all of whose runs fail is out, and censored runs count with the cap', () => {
  const { frontier } = play(problem, (given, seed) => {
    const run = made(given, seed, given.period === 20 ? cost(10, 1000) : takes(given.period!, seed))
    return given.period === 80 ? { ...run, failed: true } : run
  })
  assert.not.ok(frontier!.tried.some(({ candidate }) => candidate.config.period === 80))
  const censored = frontier!.tried.find(({ candidate }) => candidate.config.period === 20)!
  assert.equal([censored.bytes, censored.episodes], [10, 1000])
})

test('what is drawn are the means of the judged seeds', async () => {
  const { frontier } = play(problem, (given, seed) => made(given, seed, takes(given.period!, seed)))
  const drawn = drawFrontier('x', [frontier!], tools)
  assert.match(await renderSvg(drawn.spec), /^<svg /)
  assert.is(JSON.stringify(drawFrontier('x', [frontier!], tools).spec), JSON.stringify(drawn.spec))
  const [head, ...lines] = drawn.csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
  const at = (line: readonly string[], name: string) => line[head.indexOf(name)]
  const paper = lines.find((line) => at(line, 'paper') === 'true')!
  // The mean of 7000 and the seeds 101 to 103.
  assert.equal([at(paper, 'bytes'), at(paper, 'episodes'), at(paper, 'seeds')], ['7102', '900', '3'])
  assert.is(Number(at(paper, 'frontier_share')), 0)
  const found = lines.filter((line) => at(line, 'found') === 'true')
  assert.ok(found.length > 1 && found.every((line) => at(line, 'frontier_share') === '1'))
})

test('the candidates of the figure can run, differ, and hold the paper’s points and what is asked about', () => {
  for (const { candidates, rounds } of [...problems, ...quickProblems]) {
    const settings = candidates.map(({ config }) => settingOf(checkConfig(config)))
    assert.is(new Set(settings).size, candidates.length)
    const methods = new Set(candidates.map(({ method }) => method))
    const paper = candidates.filter(({ isPaper }) => isPaper)
    assert.is(paper.length, methods.size - 1)
    assert.ok(candidates.some(({ method, isJudged }) => method === 'independent' && isJudged))
    assert.ok(rounds.at(-1)! < FIRST_JUDGED)
  }
  assert.is(problems[0].candidates.filter(({ isAsked }) => isAsked).length, ASKED.length)
  assert.ok(problems[0].candidates.every(({ isAsked, isJudged }) => isJudged || !isAsked))
})

test.run()
