// Figures from runs: every figure draws only from the runs that its plan computes, and its numbers are those of the
// runs.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { paperClaims } from '../src/paper/claims.ts'
import { contrastsOf } from '../src/paper/contrasts.ts'
import { drawFigure } from '../src/paper/draw.ts'
import { crossing } from '../src/paper/drawPayload.ts'
import { policyWeights } from '../src/paper/figures.ts'
import { figures, pointsOf } from '../src/paper/index.ts'
import { judge } from '../src/paper/judge.ts'
import { drawRuns } from '../src/paper/ownRuns.ts'
import { type MadeTable, tables } from '../src/paper/tables.ts'
import { trafficFigures } from '../src/paper/trafficFigures.ts'
import { describeFigure } from '../src/paper/words.ts'
import { renderSvg } from '../src/plot/svg.ts'
import { fromMeasuresCsv, toMeasuresCsv, toPoints, toPointsTable } from '../src/results/measures.ts'
import { settingOf } from '../src/results/setting.ts'
import { indexRuns, type Summary, summarise } from '../src/results/summary.ts'
import { runToEnd } from '../src/run/run.ts'
import { checkConfig } from '../src/run/setup.ts'
import { loadDistributions } from '../src/stats/distributions.ts'
import { packageRoot } from './helpers.ts'
import { madeRuns, timesOf } from './madeup.ts'
import { makeStream } from './reference/philox.ts'

const words = () => {
  const stream = makeStream(1, 2)
  return () => stream.word()
}
const tools = { distributions: await loadDistributions(), words }

/** Made-up runs for all points of a figure; each point has times around a middle of its own. */
function fill(name: string): Summary[] {
  const figure = figures[name]
  const lines = pointsOf(figure).flatMap(({ config, x }, i) =>
    madeRuns(config, timesOf(12, 200 + i, 0.5, i), config.method === 'frl' ? 4 * policyWeights(x, 2) : 9000 + i),
  )
  return [...new Map(lines.map((line) => [`${line.setting} ${line.seed}`, line])).values()]
}

for (const name of Object.keys(figures)) {
  test(`${name} draws from its own runs, and draws the same bytes twice`, async () => {
    const { axis } = figures[name]
    const findRuns = indexRuns(fill(name))
    const drawn = drawFigure(figures[name], axis.full, findRuns, tools)!
    const again = drawFigure(figures[name], axis.full, findRuns, tools)!
    assert.is(JSON.stringify(drawn.spec), JSON.stringify(again.spec))
    assert.equal([drawn.csv, drawn.table], [again.csv, again.table])
    assert.match(await renderSvg(drawn.spec), /^<svg /)
    assert.is(drawFigure(figures[name], axis.full, indexRuns([]), tools), null)
  })
}

test('a curve holds the quartiles of its runs, and a failed run does not count', () => {
  const { axis } = figures.period
  const lines = fill('period')
  const { csv } = drawFigure(figures.period, axis.full, indexRuns(lines), tools)!
  const rows = csv.trim().split('\n').slice(1)
  assert.is(rows.length, 2 * axis.full.length, 'one place per E and series')
  assert.ok(rows.every((row) => row.split(',')[3] === '12'))
  const failed = lines.map((line) => (line.seed === 1 ? { ...line, failed: true } : line))
  const fewer = drawFigure(figures.period, axis.full, indexRuns(failed), tools)!
  assert.ok(
    fewer.csv
      .trim()
      .split('\n')
      .slice(1)
      .every((row) => row.split(',')[3] === '11'),
  )
})

test('a contrast is the ratio of two mean times, paired by seed', () => {
  const lines = fill('choices')
  const { csv } = drawFigure(figures.choices, [4], indexRuns(lines), tools)!
  const rows = csv.trim().split('\n').slice(1)
  assert.is(rows.length, figures.choices.series.filter(({ against }) => against !== undefined).length)
  const places = pointsOf(figures.choices)
  const mean = (label: string) => {
    const { config } = places.find(({ series }) => series.label === label)!
    const times = indexRuns(lines)(config).runs.map(({ completion }) => completion!)
    return times.reduce((sum, time) => sum + time, 0) / times.length
  }
  const [label, against, n, effect] = rows[0].split(',').map((cell) => cell.replaceAll('"', ''))
  assert.is(n, '12')
  assert.ok(Math.abs(Number(effect) - mean(label) / mean(against)) < 1e-12)
})

test('a contrast is taken against its baseline at the same place', () => {
  const points = pointsOf(figures.mixup, [2, 4])
  const places = points.map((point, i) => {
    const config = checkConfig(point.config)
    const { agents, method, cap } = config
    return { ...point, agents, method, cap, runs: madeRuns(point.config, [100 + i, 120 + i]) }
  })
  const timeOf = (label: string, x: number) =>
    110 + points.findIndex((one) => one.series.label === label && one.x === x)
  const contrasts = contrastsOf(places, tools)
  assert.is(contrasts.length, points.length - 2)
  for (const [i, { label, against, effect }] of contrasts.entries()) {
    const x = i % 2 ? 4 : 2
    assert.ok(Math.abs(effect - timeOf(label, x) / timeOf(against, x)) < 1e-12, `${label} at ${x}`)
  }
})

test('two seeds decide no contrast', () => {
  const verdicts = (seeds: number) => {
    const lines = pointsOf(figures.nets).flatMap(({ config, series }, i) =>
      madeRuns(config, timesOf(seeds, series.against ? 200 : 400, 0.1, i)),
    )
    const { spec } = drawFigure(figures.nets, [3], indexRuns(lines), tools)!
    return [...new Set(JSON.stringify(spec).match(/(?<="verdict":")\w+(?=")/g))]
  }
  assert.equal([verdicts(2), verdicts(12)], [['Undecided'], ['Sooner']])
})

test('the bytes spent are totals per agent over the whole run, in the table as in the CSV', () => {
  const lines = fill('spent')
  const { csv, table } = drawFigure(figures.spent, figures.spent.axis.full, indexRuns(lines), tools)!
  const line = lines.find(({ setting }) => setting === settingOf(checkConfig({ method: 'pd', agents: 4 })))!
  const spent = line.uplinkBytes / 4
  assert.ok(csv.includes(`uplink,pd,4,12,${spent},${spent},${spent}\n`), csv)
  assert.match(table, new RegExp(`uplink +pd +4 +12 +${Number(spent.toPrecision(4))}`))
})

test('a figure of completion shows the share that completed, and its units count what they say', () => {
  const lines = fill('fig4')
  const some = lines.map((line) => (line.seed <= 3 ? { ...line, completion: null, episodes: 1000 } : line))
  for (const [name, title] of [
    ['fig4', 'Episodes'],
    ['total', 'Episodes of all agents'],
    ['steps', 'Environment steps'],
  ]) {
    const figure = figures[name]
    const { spec } = drawFigure(figure, figure.axis.full, indexRuns(some), tools)!
    const text = JSON.stringify(spec)
    assert.ok(text.includes('"Completed"') && text.includes('"y":0.75'), name)
    assert.ok(text.includes(`"${title.split(' ')[0]}`), name)
  }
  const { csv } = drawFigure(figures.fig4, [2], indexRuns(some), tools)!
  assert.ok(csv.split('\n')[1].startsWith(',mixfrd,2,12,9,'), csv.split('\n')[1])
})

test('completion curves are one minus the Kaplan-Meier curve', () => {
  const lines = fill('curves').map((line) => (line.seed <= 3 ? { ...line, completion: null, episodes: 1000 } : line))
  const { csv, table } = drawFigure(figures.curves, [4], indexRuns(lines), tools)!
  const rows = csv.trim().split('\n').slice(1)
  const shares = rows.filter((row) => row.startsWith('N = 4,frd,')).map((row) => Number(row.split(',')[3]))
  assert.ok(shares.every((share, i) => i === 0 || share > shares[i - 1]))
  assert.ok(Math.abs(shares.at(-1)! - 0.75) < 1e-12)
  assert.match(table, /^method +N +runs +by 100/)
})

test('the words of a figure say who completed, and what so few seeds cannot decide', () => {
  const findRuns = indexRuns(fill('fig4'))
  const judged = judge(
    paperClaims.filter(({ figure }) => figure === 'fig4'),
    { ...tools, findRuns, measuresOf: () => [] },
  )
  const words = describeFigure('fig4', figures.fig4, [1, 2, 4], findRuns, judged)
  assert.match(
    words,
    /^\nWhat you see: of 12 missions with 4 agents, .*MixFRD 12, FRD 12, .* and Uniform targets 12\.\n/,
  )
  assert.match(words, /What 12 seeds cannot decide: \d+ of \d+ claims/)
  assert.is(describeFigure('total', figures.total, [4], findRuns, judged), '')
})

test('the crossing is the first width whose weights take more bytes than the ProxRM', () => {
  const points = [10, 50, 100].map((x) => ({ x, mid: 9000 }))
  const n = crossing(points, 2)!
  assert.ok(4 * policyWeights(n, 2) > 9000 && 4 * policyWeights(n - 1, 2) <= 9000)
  assert.is(
    crossing(
      points.map(({ x }) => ({ x, mid: 1e9 })),
      2,
    ),
    null,
  )
})

test('your own runs draw one panel for each setting, and runs without exchange stand in each they fit', async () => {
  const made = (arm: Partial<Config>, count: number) =>
    madeRuns(arm, timesOf(count, 200, 0.5)).map((run) => ({ ...run, config: checkConfig(arm) }))
  const own = [
    ...made({ method: 'frd', sections: 10 }, 9),
    ...made({ method: 'frd', sections: 20 }, 9),
    ...made({ method: 'independent' }, 7),
    ...made({ method: 'independent', width: 24 }, 5),
  ]
  const drawn = drawRuns(own)!
  const svg = await renderSvg(drawn.spec)
  for (const title of ['sections=10', 'sections=20', 'width=24']) assert.ok(svg.includes(`>${title}</text>`), title)
  assert.is(svg.split('aria-label="FRD at 2').length, 3)
  assert.is(svg.split('aria-label="No exchange at 2').length, 4)
  assert.is(drawn.csv.trim().split('\n').length, 5)
  assert.is(drawRuns([]), null)
})

test('two versions of a method are two curves and two cells, however their texts begin', () => {
  const version = (end: string) => ({ method: 'mine', methodVersion: `release-${end}` })
  const some = ['1.0', '1.1'].map((end, i) => ({
    ...summarise(runToEnd({ width: 4, depth: 1, cap: 2, agents: 1, seed: 1, method: 'own' })),
    completion: i + 1,
    config: resolveConfig({ cap: 2, agents: 1, ...version(end) }),
  }))
  const drawn = drawRuns(some)!
  assert.equal(drawn.csv.match(/mine-release-1\.[01]/g), ['mine-release-1.0', 'mine-release-1.1'])
})

/** These take seconds to measure, and `frd verify` measures them again: the first committed seed stands for them. */
const LONG = ['clusters', 'overlap', 'worlds', 'withheld']

const committed = (name: string) => {
  const path = join(packageRoot, 'results', 'paper', `${name}.csv`)
  return fromMeasuresCsv(readFileSync(path, 'utf8'), path).filter(({ seed }) => seed === 1)
}

test('every measure on the wire draws, and its CSV reads back to the same bytes', async () => {
  for (const [name, { title, draw, measure }] of Object.entries(trafficFigures)) {
    const measured = LONG.includes(name) ? committed(name) : measure(1, true)
    const spots = [...new Map(measured.map((row) => [JSON.stringify([row.panel, row.series, row.x]), row])).values()]
    assert.ok(spots.length > 2 && spots.every(({ value }) => Number.isFinite(value) && value >= 0), name)
    const rows = [1, 2, 3].flatMap((seed) => spots.map((row) => ({ ...row, seed })))
    const csv = toMeasuresCsv(rows)
    assert.is(toMeasuresCsv(fromMeasuresCsv(csv, 'x')), csv)
    assert.throws(() => fromMeasuresCsv(csv.slice(0, -3), 'x'), /expected rows of seed,panel/)
    assert.match(await renderSvg(draw(toPoints(rows), title)), /^<svg /)
    assert.is(toPointsTable(toPoints(rows)).trim().split('\n').length, spots.length + 1)
  }
})

/** A table, after all the steps that make it. */
function made(name: string, seeds: readonly number[]): MadeTable {
  const steps = tables[name].make(seeds)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

test('in Table 2 the measured bytes are those of the formula', () => {
  const { cells, text } = made('table2', [1, 4])
  assert.equal([cells.length, text.trim().split('\n').length], [4, 5])
  for (const cell of cells) {
    assert.is(cell['formula, B'], cell['measured, B'], String(cell.method))
    assert.ok(cell['on the wire, B'] > cell['measured, B'], String(cell.method))
  }
  const table1 = made('table1', [])
  assert.match(table1.text, /^setting +S +E +n +l\n/)
  assert.equal(table1.cells[2], { setting: 3, S: 50, E: 25, n: 100, l: 2 })
})

test.run()
