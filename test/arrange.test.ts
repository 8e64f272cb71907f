// Figures of any sweep: every field can be an axis and tell curves apart, each run stands where its config says, what a
// method does not use stands at all values, and a figure from stored results is that of the runs computed again.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { streamWords } from '../src/cli/statistics.ts'
import type { Config } from '../src/config/config.ts'
import { fieldNames, fields } from '../src/config/fields.ts'
import { withFields } from '../src/config/resolve.ts'
import { blockOf, drawLearning, firstScore, scoresOf } from '../src/paper/learningCurves.ts'
import { drawSweep, type SweepMeasure, type SweepRun } from '../src/paper/sweepFigure.ts'
import { renderSvg } from '../src/plot/svg.ts'
import { arrangeRuns } from '../src/results/arrange.ts'
import { summarise, toConfig } from '../src/results/summary.ts'
import { toParquet, toTableCsv } from '../src/results/table.ts'
import type { RunResult } from '../src/run/record.ts'
import { runToEnd } from '../src/run/run.ts'
import { checkConfig } from '../src/run/setup.ts'
import { toEnd } from '../src/run/steps.ts'
import { kaplanMeier, quartiles, rmst, toObserved } from '../src/stats/index.ts'
import { readCsv } from './csv.ts'
import { otherValues } from './otherValues.ts'

const small = { width: 5, depth: 1, period: 3, cap: 12 } as const
const toRun = (result: RunResult): SweepRun => ({ ...summarise(result), config: result.config })
const play = (given: Partial<Config>) => toRun(runToEnd({ ...small, ...given }))
const draw = (runs: readonly SweepRun[], x: keyof Config, by: keyof Config, y: SweepMeasure = 'completion') =>
  toEnd(drawSweep(runs, { x, by, y, words: streamWords, scoreOf: () => 10, episodes: 12 }))!

/** A run that was not played: its completion alone matters. */
function made(given: Partial<Config>, completion: number | null): SweepRun {
  const config = checkConfig(given)
  const run = summarise({
    config,
    kernelHash: '',
    completion,
    completions: [completion],
    meanCompletion: null,
    episodes: completion ?? config.cap,
    envSteps: 0,
    scores: [],
    exchanges: [],
    failure: null,
    digest: '',
  })
  return { ...run, config }
}

test('every field of the config is drawn as x, and as what tells curves apart', async () => {
  for (const name of fieldNames.filter((one) => !one.endsWith('Version'))) {
    const configs = [0, 1].map((i) => ({ method: 'mixfrd', agents: 2, ...(i === 1 && otherValues[name]) }))
    // What FRL alone uses is swept with FRL.
    const method = name.startsWith('frl') ? 'frl' : 'mixfrd'
    const given = configs.map((one, i) => ({ cap: 12, ...one, ...(name === 'method' && i ? {} : { method }) }))
    const runs = given.flatMap((one, i) =>
      [1, 2].map((seed) => made({ seed, ...one, ...(name === 'seed' && i && { seed: 7 }) }, 5 + i)),
    )
    const other = name === 'method' ? 'gamma' : 'method'
    const show = fields[name].show as (value: unknown) => string
    const values = new Set(runs.map(({ config }) => show(config[name])))
    assert.ok(values.size >= 2, name)
    const { xs } = arrangeRuns(runs, { x: name, by: other })
    assert.equal(new Set(xs.map(String)), values, `${name} as x`)
    const overX = draw(runs, name, other)
    assert.is(overX.data.rows.length, values.size, `${name}: one row per place`)
    assert.equal(
      new Set(overX.data.rows.map((row) => String(row[overX.data.head.indexOf(columnOf(name))]))),
      values,
      name,
    )
    const by = draw(runs, other, name)
    assert.equal(new Set(by.data.rows.map((row) => String(row[by.data.head.indexOf(columnOf(name))]))), values, name)
    for (const { spec } of [overX, by]) assert.match(await renderSvg(spec), /^<svg .*<\/svg>\n$/s)
  }
})

test('two versions of a method of your own are two places, and two curves that no other field parts', () => {
  const versions = ['ab'.repeat(32), 'cd'.repeat(32)]
  const runs = versions.map((methodVersion, i): SweepRun => {
    const run = made({ seed: i + 1 }, 5)
    return { ...run, config: withFields(run.config, { method: 'mine', methodVersion }) }
  })
  for (const [x, by] of [
    ['methodVersion', 'method'],
    ['agents', 'methodVersion'],
  ] as const) {
    const { data } = draw(runs, x, by)
    assert.equal(
      data.rows.map((row) => row[data.head.indexOf('method_version')]),
      versions,
    )
  }
  const { data } = draw(runs, 'agents', 'method')
  assert.equal(
    data.rows.map((row) => row[data.head.indexOf('method')]),
    ['mine-abababab', 'mine-cdcdcdcd'],
  )
})

const columnOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

test('each run stands at its own values once, and fields beside the axes have panels', () => {
  const grid = [0.9, 0.99].flatMap((gamma) =>
    [1, 2, 4].flatMap((agents) =>
      ['frd', 'pd'].flatMap((method) => [1, 2].map((seed) => made({ gamma, agents, method, seed }, 9))),
    ),
  )
  const { x, by, spots } = arrangeRuns(grid)
  assert.equal([x, by], ['agents', 'method'])
  assert.is(spots.length, 12)
  for (const spot of spots) {
    assert.is(spot.runs.length, 2)
    for (const { config } of spot.runs) {
      assert.equal([config.agents, config.method, config.gamma], [spot.x, spot.series.value, spot.panel[0].value])
    }
  }
  const shuffled = [...grid].sort((a, b) => b.config.seed - a.config.seed || a.config.agents - b.config.agents)
  const shape = (runs: readonly SweepRun[]) => draw(runs, 'agents', 'method').csv
  assert.is(shape(shuffled), shape(grid))
})

test('a run whose method does not use a field stands at all of its values', () => {
  const runs = [10, 20, 30].flatMap((sections) => [
    made({ method: 'frd', sections }, 9),
    made({ method: 'independent', sections }, 8),
  ])
  const alone = runs.filter(({ config }, i) => config.method === 'frd' || i === 1)
  const { spots } = arrangeRuns(alone, { x: 'sections', by: 'method' })
  assert.equal(
    spots.filter(({ series }) => series.value === 'independent').map((spot) => [spot.x, spot.runs.length]),
    [
      [10, 1],
      [20, 1],
      [30, 1],
    ],
  )
  // As panels too, where another field is the axis.
  const panels = arrangeRuns(alone, { x: 'agents', by: 'method' }).spots.map(({ panel }) => panel[0].value)
  assert.equal(panels, [10, 10, 20, 20, 30, 30])
})

test('completion is censored as the statistics say, with the share of Kaplan and Meier', () => {
  const times = [40, 55, null, 70, null, 90, null, 60]
  const runs = times.map((time, i) => made({ method: 'frd', agents: 2, cap: 100, seed: i + 1 }, time))
  const { csv } = draw(runs, 'agents', 'method')
  const [head, row] = readCsv(csv)
  const cell = (name: string) => (row[head.indexOf(name)] === '' ? null : Number(row[head.indexOf(name)]))
  const { q25, median, q75 } = quartiles(times)
  assert.equal([cell('q25'), cell('median'), cell('q75')], [q25, median, q75])
  assert.is(cell('q75'), null)
  const observed = toObserved(times, 100)
  assert.equal([cell('runs'), cell('completed'), cell('mean')], [8, 5, rmst(observed, 100).mean])
  assert.ok(Math.abs(1 - kaplanMeier(observed).at(-1)!.survival - 5 / 8) < 1e-12)
  assert.ok(cell('median_low')! <= median! && (cell('median_high') ?? 101) >= median!)
  // A run that completes after the cap of a shorter one beside it does not count as completed there.
  const capped = [made({ cap: 100, seed: 1 }, 90), made({ cap: 50, seed: 2 }, null)]
  const overSeed = draw(capped, 'agents', 'method')
  assert.is(overSeed.data.rows.length, 2, 'caps that differ have panels')
})

test('figures from results alone are those of the runs computed again, to the byte', async () => {
  const configs = [1, 2].flatMap((agents) =>
    ['frd', 'independent'].flatMap((method) => [1, 2, 3].map((seed) => ({ ...small, agents, method, seed }))),
  )
  const results = configs.map((config) => runToEnd(config))
  // What is stored of a run is its summary; its config is read back from the text of its setting.
  const stored = results.map((result) => {
    const summary = summarise(result)
    return { ...summary, config: toConfig(summary.setting, summary.seed) }
  })
  const fresh = configs.map((config) => play(config))
  for (const y of ['completion', 'bytes', 'score'] as const) {
    const [one, two] = [stored, fresh].map((runs) => draw(runs, 'agents', 'method', y))
    assert.is(one.csv, two.csv)
    assert.is(await renderSvg(one.spec), await renderSvg(two.spec))
  }
  const curves = [results, [...configs].reverse().map((config) => runToEnd(config))].map((some) => {
    const runs = some.map(toRun)
    const block = blockOf(runs)
    const byKey = new Map(some.map((result, i) => [`${runs[i].setting} ${runs[i].seed}`, scoresOf(result, block)]))
    return drawLearning(runs, ({ setting, seed }) => byKey.get(`${setting} ${seed}`)!, block)!
  })
  assert.is(curves[0].csv, curves[1].csv)
  assert.is(await renderSvg(curves[0].spec), await renderSvg(curves[1].spec))
})

test('the CSV of a figure and its Parquet hold the same cells', async () => {
  const runs = ['frd', 'independent'].flatMap((method) =>
    [null, 0, -50].map((terminalReward) => play({ method, agents: 2, terminalReward, seed: 1 })),
  )
  const { data, csv } = draw(runs, 'terminalReward', 'method')
  assert.is(toTableCsv(data), csv)
  const [head, ...rows] = readCsv(csv)
  assert.equal(head, data.head)
  assert.equal(new Set(head).size, head.length, 'no column has the name of another')
  assert.ok(
    head.every((name) => /^[a-z][a-z0-9_]*$/.test(name)),
    head.join(),
  )
  const texts = data.rows.map((row) => row.map((cell) => String(cell ?? '')))
  assert.equal(rows, texts)
  const { parquetReadObjects } = await import('hyparquet')
  const bytes = await toParquet(data)
  const found = await parquetReadObjects({ file: bytes.slice().buffer })
  assert.equal(
    found.map((row: Record<string, unknown>) => head.map((name) => String(row[name] ?? ''))),
    texts,
  )
})

test('a learning curve ends where the first of its runs ended, and a completed mission stays complete', () => {
  const scores = [Array.from({ length: 40 }, (_, i) => (i < 20 ? 50 : 500)), new Array(100).fill(20)]
  const results = scores.map(
    (list, i): RunResult => ({
      ...runToEnd({ ...small, agents: 1, cap: 5, seed: i + 1 }),
      config: checkConfig({ agents: 1, cap: 100, method: 'independent', seed: i + 1 }),
      scores: [list],
      episodes: list.length,
      completion: i ? null : 30,
      completions: [i ? null : 30],
    }),
  )
  const runs = results.map(toRun)
  const block = blockOf(runs)
  assert.is(block, 10)
  const parts = results.map((result) => scoresOf(result, block))
  assert.equal(parts[0].means, [50, 50, 500, 500])
  assert.equal(parts[0].best, [50, 50, ...new Array(8).fill(490)])
  const { data } = drawLearning(runs, ({ seed }) => parts[seed - 1], block)!
  const of = (measure: string) => data.rows.filter((row) => row.includes(measure)).map((row) => row.slice(-5))
  assert.equal(
    of('mean score').map(([episode]) => episode),
    [10, 20, 30, 40],
  )
  assert.equal(of('best so far').at(-1), [100, 2, 137.5, 255, 372.5])
  assert.is(firstScore(results[0], 20), 50)
})

test.run()
