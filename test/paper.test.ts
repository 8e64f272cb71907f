// The plans of the figures, and cells as groups of runs: which runs there are, what is counted, and what the CSV and
// the table say.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { policyWeights, settings, type TableSetting } from '../src/paper/figures.ts'
import { figureNames, figures, findFigure, pointsOf, runsOf } from '../src/paper/index.ts'
import { type Cell, type CellRun, cellsOf, toCellsCsv, toCellsJson, toCellsTable } from '../src/results/cells.ts'
import { settingCell } from '../src/results/setting.ts'
import { checkConfig } from '../src/run/setup.ts'

/** The bytes of a run: for each exchange, a list of the bytes of each agent. */
type Bytes = readonly (readonly number[])[]
const total = (bytes: Bytes) => bytes.flat().reduce((sum, value) => sum + value, 0)

function row(config: Partial<Config>, completion: number | null, up: Bytes = [], down: Bytes = []): CellRun {
  const { method = 'mixfrd', ...rest } = config // results may hold a method that this version does not know
  return {
    config: { ...resolveConfig(rest), method },
    completion,
    exchanges: up.length,
    uplinkBytes: total(up),
    downlinkBytes: total(down),
    failed: false,
  }
}

const rows: CellRun[] = [
  row(
    { method: 'frd', seed: 1 },
    300,
    [
      [12, 24],
      [48, 60],
    ],
    [
      [36, 36],
      [96, 96],
    ],
  ),
  row({ method: 'frd', seed: 2 }, 310, [[0, 0]], [[0, 0]]),
  row({ method: 'frd', seed: 3 }, null),
  row({ method: 'independent', agents: 1 }, null),
  row({ method: 'own', agents: 4 }, 250, [[0, 0, 0, 0]], [[0, 0, 0, 0]]),
  row({ method: 'zeta', agents: 10 }, 20),
  row({ method: 'mixfrd', nets: [24, 50, 100].map((width, i) => ({ width, depth: [1, 2, 2][i] })) }, 400),
  { ...row({ method: 'frd', seed: 4 }, null), failed: true },
]

test('a plan goes through the seeds one after another, and every seed has the same cells', () => {
  for (const [name, figure] of Object.entries(figures)) {
    for (const values of [figure.axis.quick, figure.axis.full]) {
      const runs = runsOf(figure, [3, 1, 2], values)
      const cellsOfSeed = pointsOf(figure, values).length
      assert.is(runs.length, 3 * cellsOfSeed, name)
      assert.equal([...new Set(runs.map((config) => config.seed))], [3, 1, 2])
      runs.forEach((config, i) => {
        assert.is(config.seed, [3, 1, 2][Math.floor(i / cellsOfSeed)])
        assert.equal({ ...config, seed: 0 }, { ...runs[i % cellsOfSeed], seed: 0 }, 'every seed has the same cells')
      })
    }
  }
})

test('the runs of every figure are valid, full and quick, and quick has no more of them', () => {
  for (const figure of Object.values(figures)) {
    const { full, quick } = figure.axis
    assert.ok(quick.length <= full.length && figure.seeds.quick < figure.seeds.full)
    for (const config of runsOf(figure, [1], [...full, ...quick])) checkConfig(config)
  }
})

test('a contrast names a baseline that exists and has the same outcome', () => {
  for (const { series } of Object.values(figures)) {
    for (const one of series) {
      if (one.against === undefined) continue
      const other = series.find(({ label }) => label === one.against)
      assert.ok(other && other.against === undefined && other.outcome === one.outcome, one.label)
    }
  }
})

test('where no seeds are given, places that carry claims about spread run more of them', () => {
  const runs = runsOf(figures.fig4, null, [2, 3, 4])
  const seedsOf = (agents: number) =>
    runs.filter((config) => config.agents === agents && config.method === 'frd').length
  assert.equal([seedsOf(2), seedsOf(3), seedsOf(4)], [200, 100, 200])
  const seeds = runs.map(({ seed }) => seed!)
  assert.ok(seeds.every((seed, i) => i === 0 || seed >= seeds[i - 1]))
  assert.is(runsOf(figures.fig4, null, [2], true).length, figures.fig4.seeds.quick * figures.fig4.series.length)
})

test('Figs. 2, 3 and 4 have all three controls, Fig. 4 the upper bound, and Fig. 3 FRD with the steps of MixFRD', () => {
  for (const name of ['fig3', 'fig4']) {
    const methods = figures[name].series.map(({ config }) => config.method)
    for (const control of ['independent', 'own', 'uniform']) assert.ok(methods.includes(control), `${name} ${control}`)
  }
  assert.ok(figures.fig4.series.some(({ config }) => config.method === 'central'))
  assert.ok(figures.fig3.series.some(({ config }) => config.method === 'frd' && config.epochs === 2))
  const panels = new Set(figures.fig2.series.map(({ panel }) => panel))
  assert.is(panels.size, 5)
  for (const panel of panels) {
    const own = figures.fig2.series.filter((one) => one.panel === panel)
    assert.equal(
      own.map(({ config }) => config.method),
      ['frd', 'independent', 'own', 'uniform'],
    )
  }
})

test("Fig. 3 to 5 have the paper's setting", () => {
  for (const name of ['fig3', 'fig4', 'fig5']) {
    for (const given of runsOf(figures[name], [1], figures[name].axis.full)) {
      const { sections, period, width, depth, preset } = resolveConfig(given)
      assert.equal({ sections, period, depth, preset }, { sections: 30, period: 25, depth: 2, preset: 'paper' })
      if (name !== 'fig5') assert.is(width, 50)
    }
  }
})

test('Table 1 has the twenty cells of the paper, and three pairs of settings differ in one factor', () => {
  assert.equal(
    Object.entries(settings).map(([setting, { sections, period, width, depth }]) => [
      Number(setting),
      sections,
      period,
      width,
      depth,
    ]),
    [
      [1, 100, 25, 24, 2],
      [2, 100, 25, 100, 2],
      [3, 50, 25, 100, 2],
      [4, 100, 10, 24, 1],
      [5, 100, 50, 24, 1],
    ],
  )
  const differing = (a: TableSetting, b: TableSetting) =>
    Object.entries(settings[a]).flatMap(([name, value]) => (settings[b][name as 'sections'] !== value ? [name] : []))
  assert.equal([differing(1, 2), differing(2, 3), differing(4, 5)], [['width'], ['sections'], ['period']])
})

test('in Fig. 5 the width is that of the policy network alone', () => {
  const critics = runsOf(figures.fig5, [1], figures.fig5.axis.full).map((given) => resolveConfig(given).critic)
  assert.equal([...new Set(critics.map((critic) => JSON.stringify(critic)))], ['{"width":50,"depth":2}'])
})

test('W(n, l) counts the weights of the network', () => {
  assert.is(policyWeights(50, 2), 2902)
  for (const [width, depth] of [
    [1, 1],
    [24, 1],
    [50, 3],
    [7, 8],
  ]) {
    let count = 0
    for (let layer = 0, inputs = 4; layer < depth; layer++, inputs = width) count += (inputs + 1) * width
    assert.is(policyWeights(width, depth), count + (width + 1) * 2)
  }
})

test('the refusal of an unknown figure lists the known ones', () => {
  assert.throws(() => findFigure('fig9'), new RegExp(`one of ${figureNames.join(', ')}, got "fig9"`))
  assert.throws(() => findFigure('toString'), RangeError)
})

test('cells hold every finished run once', () => {
  const all = cellsOf(rows)
  assert.is(all.reduce((sum, cell) => sum + cell.runs, 0) + 1, rows.length)
  assert.is(rows.filter(({ failed }) => failed).length, 1)
  assert.equal(
    all.map(({ config }) => config.method),
    ['mixfrd', 'frd', 'independent', 'own', 'zeta'],
  )
})

test('cells do not depend on the order of the rows', () => {
  for (let turn = 0; turn < rows.length; turn++) {
    assert.equal(cellsOf([...rows.slice(turn), ...rows.slice(0, turn)].reverse()), cellsOf(rows))
  }
})

test('a cell counts censored runs above every time and its bytes over agents, exchanges and runs', () => {
  const frd = cellsOf(rows)[1]
  assert.equal([frd.runs, frd.completed, frd.q25, frd.median, frd.q75], [3, 2, 305, 310, null])
  assert.equal([frd.uplinkBytes, frd.downlinkBytes], [144 / 6, 264 / 6])
})

test('a cell has no bytes where there was no exchange, and 0 bytes for a method that sends nothing', () => {
  const [mixfrd, , independent, own] = cellsOf(rows)
  assert.equal([mixfrd.uplinkBytes, mixfrd.downlinkBytes], [null, null])
  assert.equal([independent.uplinkBytes, independent.downlinkBytes], [0, 0])
  assert.equal([own.uplinkBytes, own.downlinkBytes], [0, 0])
})

test('mixed networks are written as 24+50+100 and 1+2+2, and are a cell of their own', () => {
  const [mixed] = cellsOf(rows)
  const sizes = (cell: Cell) => [
    cell.config.agents,
    settingCell(cell.config, 'width'),
    settingCell(cell.config, 'depth'),
  ]
  assert.equal(sizes(mixed), [3, '24+50+100', '1+2+2'])
  const both = cellsOf([...rows, row({ method: 'mixfrd', agents: 3 }, 300)])
  assert.equal(
    both.slice(0, 2).map((cell) => sizes(cell)[1]),
    ['24+50+100', 50],
  )
})

test('sizes sort as numbers', () => {
  const widths = [100, 24, 50].map((width) => row({ width }, 300))
  assert.equal(
    cellsOf(widths).map(({ config }) => config.width),
    [24, 50, 100],
  )
})

test('runs that differ in any field but the seed are in different cells, with a column for that field', () => {
  const net = (activation: 'relu' | 'tanh') => [{ width: 24, depth: 1, activation }]
  const pairs: [name: string, one: Partial<Config>, other: Partial<Config>][] = [
    ['cap', { cap: 1000 }, { cap: 500 }],
    ['epochs', { epochs: 1 }, { epochs: 5 }],
    ['policy_rate', { policyRate: 0.1 }, { policyRate: 0.2 }],
    ['until', { until: 'first' }, { until: 'cap' }],
    ['ranges', {}, { ranges: [1, [0, 2], 3, 4] }],
    ['nets', { nets: net('relu') }, { nets: net('tanh') }],
    ['worlds', {}, { worlds: { length: [0.5, 1] } }],
    ['method_version', {}, { methodVersion: 'abc' }],
  ]
  for (const [name, one, other] of pairs) {
    const runs = [row(one, 100), row({ ...one, seed: 2 }, 200), row(other, 300), row({ ...other, seed: 2 }, 400)]
    const cells = cellsOf(runs)
    assert.equal(
      cells.map((cell) => cell.runs),
      [2, 2],
      name,
    )
    const [head, ...lines] = toCellsCsv(cells).trim().split('\n')
    assert.ok(head.split(',').includes(name), `${name} in ${head}`)
    assert.not.equal(lines[0].replace(/,2,2,.*/, ''), lines[1].replace(/,2,2,.*/, ''), name)
    assert.is(
      new Set(
        toCellsTable(cells)
          .split('\n')
          .slice(1, 3)
          .map((line) => line.replace(/ 2\/2.*/, '')),
      ).size,
      2,
      name,
    )
    assert.is(new Set(toCellsJson(cells).map(({ setting }) => setting)).size, 2)
  }
})

test('what a method does not use is empty in CSV, null in JSON and "not used" in a table', () => {
  const cells = cellsOf([
    row({ method: 'frd', sections: 10 }, 100),
    row({ sections: 20, method: 'frd' }, 100),
    row({ method: 'frl' }, 100),
  ])
  assert.equal(
    toCellsJson(cells).map(({ sections, period }) => [sections, period]),
    [
      [10, 25],
      [20, 25],
      [null, 25],
    ],
  )
  assert.match(toCellsCsv(cells), /^frl,|\npaper,frl,2,,25,50,2,/)
  assert.match(toCellsTable(cells), /\nfrl +2 +not used +1\/1/)
})

test('no two settings have one row, whatever their methods use and however their networks are given', () => {
  const size = { width: 16, depth: 2 }
  for (const given of [
    [{ sections: 10 }, { sections: 20 }, {}].map((more) => ({ method: 'pd', ...more })),
    [{ distillAdam: 'shared' as const }, {}].map((more) => ({ method: 'frl', preset: 'tuned' as const, ...more })),
    [{ nets: [size] }, { ...size, agents: 1 }].map((more) => ({ method: 'frd', ...more })),
    [{ sections: 10 }, { sections: 20 }].map((more) => ({ method: 'frl', period: 7, ...more })),
  ]) {
    const cells = cellsOf(given.map((config) => row(config, 100)))
    const apart = (name: string, rows: readonly string[]) => assert.is(new Set(rows).size, given.length, name)
    apart('table', toCellsTable(cells).trim().split('\n').slice(-given.length))
    apart('CSV', toCellsCsv(cells).trim().split('\n').slice(1))
    apart(
      'JSON',
      toCellsJson(cells).map(({ setting, ...columns }) => JSON.stringify(columns)),
    )
  }
})

test('the CSV has these columns, and empty fields for what lies above the cap', () => {
  assert.is(
    toCellsCsv(cellsOf(rows)),
    `preset,method,agents,sections,period,width,depth,cap,runs,completed,q25,median,q75,uplink_bytes,downlink_bytes
paper,mixfrd,3,30,25,24+50+100,1+2+2,1000,1,1,400,400,400,,
paper,frd,2,30,25,50,2,1000,3,2,305,310,,24,44
paper,independent,1,,,50,2,1000,1,0,,,,0,0
paper,own,4,30,25,50,2,1000,1,1,250,250,250,0,0
paper,zeta,10,30,25,50,2,1000,1,1,20,20,20,,
`,
  )
})

test('numbers of the CSV read back to the same bits', () => {
  const [cell] = cellsOf([row({}, 100), row({ seed: 2 }, 101)])
  const odd: Cell = { ...cell, uplinkBytes: 1000 / 3, q25: 0.1 + 0.2 }
  const fields = toCellsCsv([odd]).split('\n')[1].split(',')
  assert.is(Number(fields[10]), 0.1 + 0.2)
  assert.is(Number(fields[13]), 1000 / 3)
})

test('the table says > 1000 above the cap, and shows a setting only where it differs', () => {
  const text = toCellsTable(cellsOf(rows.slice(0, 5)))
  assert.is(
    text,
    `method       agents  completed  median     q25     q75  up B  down B
frd               2        2/3     310     305  > 1000    24      44
independent       1        0/1  > 1000  > 1000  > 1000     0       0
own               4        1/1     250     250     250     0       0
`,
  )
  assert.match(toCellsTable(cellsOf(rows)), /^method +agents +width +depth +completed/)
  assert.match(toCellsTable(cellsOf([row({ cap: 90 }, null)])), /> 90/)
  assert.is(toCellsTable([]).split('\n').length, 2)
})

test.run()
