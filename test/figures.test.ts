// The completion figure: everything is drawn, nothing is invented above the cap, and the bytes repeat.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { completionCaption, completionFigure, methodStyles, renderSvg, type Spec } from '../src/figures.ts'
import { figures } from '../src/paper.ts'
import type { Completion } from '../src/stats/index.ts'
import type { Cell } from '../src/table.ts'

type Quartiles = readonly [Completion, Completion, Completion]

function cell(method: string, agents: number, [q25, median, q75]: Quartiles): Cell {
  const setting = { preset: 'paper', sections: 30, period: 25, width: '50', depth: '2', cap: 1000 }
  return {
    ...setting,
    method,
    agents,
    runs: 12,
    completed: 12,
    q25,
    median,
    q75,
    uplinkBytes: null,
    downlinkBytes: null,
  }
}

/** Fig. 4 with finite quartiles, but at N = 1: there q75 is censored, and the median of frl and independent. */
const fig4 = figures.fig4.methods.flatMap((method, i) => [
  cell(method, 1, [390, method === 'frl' || method === 'independent' ? null : 500 + i, null]),
  ...[2, 4, 8].map((agents) => cell(method, agents, [280 - 10 * agents, 300 - 9 * agents + i, 350 - 12 * agents])),
])
const options = { title: 'Completion & time', cap: 1000 }

interface Layer {
  readonly name: string
  // some hold text, as `control`
  readonly data: { readonly values: readonly Record<string, number>[] }
}
interface Panel {
  readonly title?: { readonly text: string }
  readonly layer: readonly Layer[]
  readonly encoding: { x: Axis; y: Axis }
}
interface Axis {
  readonly scale: { readonly domain: readonly [number, number] }
  readonly axis: { readonly values: readonly number[] }
}
const panelsOf = (spec: Spec) => spec.concat as readonly Panel[]
const rowsOf = (panel: Panel, name: string) => panel.layer.find((layer) => layer.name.endsWith(name))?.data.values ?? []
const figure = (cells: readonly Cell[]) => completionFigure(cells, options)

test('the SVG names every method, the cap and the seeds, and has the same bytes twice', async () => {
  const svg = await renderSvg(figure(fig4))
  for (const method of figures.fig4.methods) {
    assert.ok(svg.includes(`>${methodStyles[method].label}</text>`), method)
  }
  assert.ok(svg.includes('&gt; 1000</text>'))
  assert.ok(svg.includes('12 seeds a point'))
  assert.ok(svg.includes('>Completion &amp; time</text>'))
  assert.is(await renderSvg(figure(fig4)), svg)
  assert.is(await renderSvg(figure([...fig4].sort((a, b) => b.agents - a.agents))), svg, 'order within a method')
  assert.not.match(svg, /NaN|undefined|Infinity/)
})

test('the spec is plain JSON', () => {
  const spec = figure(fig4)
  assert.equal(JSON.parse(JSON.stringify(spec)), spec)
})

test('a panel a federated method, the controls in each', () => {
  const panels = panelsOf(figure(fig4))
  assert.equal(
    panels.map((panel) => panel.title!.text),
    ['MixFRD', 'FRD', 'PD', 'FRL'],
  )
  for (const panel of panels) {
    const controls = new Set(rowsOf(panel, ' control').map((row) => String(row.control)))
    assert.equal([...controls], ['Independent', 'Own memory', 'Uniform targets'])
  }
  const alone = panelsOf(figure(fig4.filter(({ method }) => methodStyles[method].dash)))
  assert.is(alone.length, 1)
  assert.is(alone[0].title, undefined)
})

test('a band that reaches the cap is open: filled into the lane, without an edge there', () => {
  for (const panel of panelsOf(figure(fig4))) {
    const name = panel.title!.text.toLowerCase()
    const lane = rowsOf(panel, ' lane')[0]
    assert.is(rowsOf(panel, `${name} band`)[0].high, lane.high)
    assert.equal(
      rowsOf(panel, `${name} upper edge`).map((row) => row.agents),
      [2, 4, 8],
    )
    assert.equal(
      rowsOf(panel, `${name} lower edge`).map((row) => row.agents),
      [1, 2, 4, 8],
    )
  }
})

test('a censored median is an open marker in the lane, and no line leads to it', () => {
  const [mixfrd, , , frl] = panelsOf(figure(fig4))
  assert.is(rowsOf(mixfrd, ' censored').length, 1, 'independent')
  const markers = rowsOf(frl, ' censored')
  assert.is(markers.length, 2, 'independent and frl')
  assert.is.not(markers[0].agents, markers[1].agents, 'side by side')
  const lane = rowsOf(frl, ' lane')[0]
  for (const { time } of markers) assert.ok(lane.time < time && time < lane.high)
  assert.equal(
    rowsOf(frl, ' median').map((row) => row.agents),
    [2, 4, 8],
  )
  assert.ok(rowsOf(frl, ' median').every((row) => row.time <= 1000))
})

test('a censored quantile in the middle parts the line in two stretches', () => {
  const times: Quartiles[] = [
    [200, 250, 300],
    [200, 250, 300],
    [null, null, null],
    [200, 250, 300],
    [200, 250, 300],
  ]
  const [panel] = panelsOf(figure(times.map((quartiles, i) => cell('frd', i + 1, quartiles))))
  assert.equal(
    rowsOf(panel, ' median').map(({ agents, stretch }) => [agents, stretch]),
    [
      [1, 0],
      [2, 0],
      [4, 1],
      [5, 1],
    ],
  )
  assert.equal(
    rowsOf(panel, 'frd band').map((row) => row.agents),
    [1, 2, 4, 5],
  )
})

test('a lone point has a bar, as a band needs two', () => {
  const [panel] = panelsOf(figure([cell('frd', 4, [254, 277, 315])]))
  assert.is(rowsOf(panel, 'frd bar').length, 1)
  assert.is(rowsOf(panel, 'frd band').length, 0)
})

test('every drawn time lies within the axes', () => {
  const samples = [
    fig4,
    [cell('frd', 1, [11, 12, 1000])],
    [cell('frd', 3, [null, null, null])],
    [cell('frd', 2, [10, 10, 10])],
  ]
  for (const cells of samples) {
    for (const { layer, encoding } of panelsOf(figure(cells))) {
      const [bottom, end] = encoding.y.scale.domain
      const [left, right] = encoding.x.scale.domain
      for (const row of layer.flatMap(({ data }) => data.values)) {
        assert.ok(bottom < row.time && row.time < end, `${row.time} in ${bottom}..${end}`)
        assert.ok(left <= row.agents && row.agents <= right)
        if ('high' in row) assert.ok(row.high <= end)
      }
      const ticks = encoding.y.axis.values
      assert.ok(ticks.length >= 2 && ticks.every((tick, i) => i === 0 || tick > ticks[i - 1]), `ticks ${ticks}`)
    }
  }
})

test('without a censored quantile there is no lane and no word of the cap', () => {
  const cells = [1, 2].map((agents) => cell('frd', agents, [254, 277, 315]))
  const [panel] = panelsOf(figure(cells))
  assert.is(rowsOf(panel, ' lane').length, 0)
  assert.not.match(completionCaption(cells, 1000), /cap/)
})

test('the caption counts the seeds', () => {
  const cells = [1, 2].map((agents) => cell('frd', agents, [254, 277, 315]))
  assert.match(completionCaption(cells, 1000), /^12 seeds a point/)
  assert.match(completionCaption([cells[0], { ...cells[1], runs: 9 }], 1000), /^9 to 12 seeds a point/)
  assert.match(completionCaption([{ ...cells[1], runs: 1 }], 1000), /^1 seed a point/)
  const spec = completionFigure(cells, { ...options, caption: 'own words' })
  assert.equal((spec.title as { subtitle: unknown }).subtitle, ['own words'])
})

test('a method without a style gets a label, a colour and a panel', () => {
  const [panel] = panelsOf(figure([cell('my-method', 1, [1, 2, 3])]))
  assert.is(panel.title!.text, 'my-method')
  assert.ok((panel.title as unknown as { color: string }).color)
})

test('what cannot be drawn is refused', () => {
  const one = cell('frd', 4, [254, 277, 315])
  assert.throws(() => figure([]), /"cells" expected at least one, got none/)
  assert.throws(() => figure([one, { ...one, sections: 10 }]), /got two for frd at N = 4/)
  assert.throws(() => completionFigure([one], { ...options, cap: 300 }), /got 300, with 315 for frd at N = 4/)
})

test.run()
