// Figures from runs: every figure draws only from the runs that its plan computes, and its numbers are those of the
// runs.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { contrastsOf, crossing, drawFigure } from '../src/paper/draw.ts'
import { policyWeights } from '../src/paper/figures.ts'
import { figures, pointsOf } from '../src/paper/index.ts'
import { drawRuns } from '../src/paper/ownRuns.ts'
import { tables } from '../src/paper/tables.ts'
import { trafficFigures } from '../src/paper/trafficFigures.ts'
import { renderSvg } from '../src/plot/svg.ts'
import { fromMeasuresCsv, toMeasuresCsv, toPoints, toPointsTable } from '../src/results/measures.ts'
import { indexRuns, type Summary, settingOf } from '../src/results/summary.ts'
import { checkConfig } from '../src/run/setup.ts'
import { loadDistributions } from '../src/stats/distributions.ts'
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

test('a curve holds the quartiles of its runs, a failed run does not count, a run at two places counts once', () => {
  const { axis } = figures.period
  const lines = fill('period')
  const { csv } = drawFigure(figures.period, axis.full, indexRuns(lines), tools)!
  const rows = csv.trim().split('\n').slice(1)
  assert.is(rows.length, axis.full.length + 1, 'one cell per E, and one without exchange')
  assert.ok(rows.every((row) => row.split(',')[6] === '12'))
  const failed = lines.map((line) => (line.seed === 1 ? { ...line, failed: true } : line))
  const fewer = drawFigure(figures.period, axis.full, indexRuns(failed), tools)!
  assert.ok(
    fewer.csv
      .trim()
      .split('\n')
      .slice(1)
      .every((row) => row.split(',')[6] === '11'),
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
    return { ...point, rows: madeRuns(point.config, [100 + i, 120 + i]).map((line) => ({ ...line, config })) }
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

test('every measure on the wire draws, and its CSV reads back to the same bytes', async () => {
  for (const [name, { title, draw, measure }] of Object.entries(trafficFigures)) {
    const spots = [
      ...new Map(measure(1, true).map((row) => [JSON.stringify([row.panel, row.series, row.x]), row])).values(),
    ]
    assert.ok(spots.length > 2 && spots.every(({ value }) => Number.isFinite(value) && value >= 0), name)
    const rows = [1, 2, 3].flatMap((seed) => spots.map((row) => ({ seed, ...row })))
    const csv = toMeasuresCsv(rows)
    assert.is(toMeasuresCsv(fromMeasuresCsv(csv, 'x')), csv)
    assert.throws(() => fromMeasuresCsv(csv.slice(0, -3), 'x'), /expected rows of seed,panel/)
    assert.match(await renderSvg(draw(toPoints(rows), title)), /^<svg /)
    assert.is(toPointsTable(toPoints(rows)).trim().split('\n').length, spots.length + 1)
  }
})

/** The text of a table, after all the steps that make it. */
function made(name: string, seeds: readonly number[]): string {
  const steps = tables[name].make(seeds)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

test('in Table 2 the measured bytes are those of the formula', () => {
  const rows = made('table2', [1, 4]).trim().split('\n').slice(1)
  assert.is(rows.length, 4)
  for (const row of rows) {
    const [, , , formula, measured, wire] = row.split(/ {2,}/)
    assert.is(formula, measured, row)
    assert.ok(Number(wire) > Number(measured), row)
  }
  assert.match(made('table1', []), /^setting {2}S/)
})

test.run()
