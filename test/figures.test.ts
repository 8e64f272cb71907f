// The completion figure: everything is drawn, nothing is invented above the cap, and the bytes repeat.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type CompletionPoint,
  completionCaption,
  completionCurves,
  completionFigure,
  methodStyles,
  renderSvg,
  type Spec,
  specText,
} from '../src/figures.ts'
import { METHODS } from '../src/paper.ts'
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
const fig4 = METHODS.flatMap((method, i) => [
  cell(method, 1, [390, method === 'frl' || method === 'independent' ? null : 500 + i, null]),
  ...[2, 4, 8].map((agents) => cell(method, agents, [280 - 10 * agents, 300 - 9 * agents + i, 350 - 12 * agents])),
])
const options = { title: 'Completion & time', cap: 1000 }

interface Row {
  readonly x: number
  readonly y: number
  readonly high: number
  readonly stretch: number
  readonly right: number
  readonly text: string
}
interface Layer {
  readonly name: string
  readonly data: { readonly values: readonly Row[] }
}
interface Panel {
  readonly title?: { readonly text: string; readonly color?: string }
  readonly layer: readonly Layer[]
  readonly encoding: { x: Axis; y: Axis }
}
interface Axis {
  readonly scale: { readonly domain: readonly [number, number] }
  readonly axis: { readonly values: readonly number[]; readonly title: string | null }
}
const panelsOf = (spec: Spec) => spec.concat as readonly Panel[]
const rowsOf = (panel: Panel, name: string) => panel.layer.find((layer) => layer.name.endsWith(name))?.data.values ?? []
const figure = (cells: readonly Cell[]) => completionFigure(cells, options)

test('the SVG names every method, the cap and the seeds, and has the same bytes twice', async () => {
  const svg = await renderSvg(figure(fig4))
  for (const method of METHODS) {
    assert.ok(svg.includes(`>${methodStyles[method].label}</text>`), method)
  }
  assert.ok(svg.includes('&gt; 1000</text>'))
  assert.ok(svg.includes('12 seeds a point'))
  assert.ok(svg.includes('>Completion &amp; time</text>'))
  assert.is(await renderSvg(figure(fig4)), svg)
  assert.is(await renderSvg(figure([...fig4].sort((a, b) => b.agents - a.agents))), svg, 'order within a method')
  assert.not.match(svg, /NaN|undefined|Infinity/)
})

test('the spec is plain JSON, and its file redraws it', async () => {
  const spec = figure(fig4)
  assert.equal(JSON.parse(specText(spec)), spec)
  assert.is(specText(figure(fig4)), specText(spec))
  assert.is(await renderSvg(JSON.parse(specText(spec))), await renderSvg(spec))
})

test('a panel a federated method, the controls in each', () => {
  const panels = panelsOf(figure(fig4))
  assert.equal(
    panels.map((panel) => panel.title!.text),
    ['MixFRD', 'FRD', 'PD', 'FRL'],
  )
  for (const panel of panels) {
    for (const control of ['independent', 'own', 'uniform']) assert.ok(rowsOf(panel, ` ${control} line`).length > 0)
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
      rowsOf(panel, `${name} upper edge`).map((row) => row.x),
      [2, 4, 8],
    )
    assert.equal(
      rowsOf(panel, `${name} lower edge`).map((row) => row.x),
      [1, 2, 4, 8],
    )
  }
})

test('a censored median is an open marker in the lane, and no line leads to it', () => {
  const [mixfrd, , , frl] = panelsOf(figure(fig4))
  assert.is(rowsOf(mixfrd, ' censored').length, 1, 'independent')
  const markers = rowsOf(frl, ' censored')
  assert.is(markers.length, 2, 'independent and frl')
  assert.is.not(markers[0].x, markers[1].x, 'side by side')
  const lane = rowsOf(frl, ' lane')[0]
  for (const { y } of markers) assert.ok(lane.y < y && y < lane.high)
  assert.equal(
    rowsOf(frl, ' frl line').map((row) => row.x),
    [2, 4, 8],
  )
  assert.ok(rowsOf(frl, ' frl line').every((row) => row.y <= 1000))
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
    rowsOf(panel, ' frd line').map(({ x, stretch }) => [x, stretch]),
    [
      [1, 0],
      [2, 0],
      [4, 1],
      [5, 1],
    ],
  )
  assert.equal(
    rowsOf(panel, 'frd band').map((row) => row.x),
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
        assert.ok(bottom < row.y && row.y < end, `${row.y} in ${bottom}..${end}`)
        assert.ok(left <= row.x && row.x <= right)
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
  assert.ok(panel.title!.color)
})

test('what cannot be drawn is refused', () => {
  const one = cell('frd', 4, [254, 277, 315])
  assert.throws(() => figure([]), /"cells" expected at least one, got none/)
  assert.throws(() => figure([one, { ...one, sections: 10 }]), /got two for frd at N = 4/)
  assert.throws(() => completionFigure([one], { ...options, cap: 300 }), /got 300, with 315 for frd at N = 4/)
})

// ---- over any setting

const point = (panel: string, series: string, x: number, [q25, median, q75]: Quartiles): CompletionPoint => {
  return { panel, series, x, q25, median, q75, runs: 100 }
}

/** Two settings, FRD and its control over S; at S = 2 the control's median is censored, and FRD's in b. */
const overS = ['a', 'b'].flatMap((panel, p) =>
  [2, 10, 30, 100].flatMap((sections, i) => [
    point(panel, 'frd', sections, i + 1 - p ? [300 - i, 400 - i, 500 - i] : [900, null, null]),
    point(panel, 'independent', sections, i ? [250, 350 + i, null] : [980, null, null]),
  ]),
)
const curveOptions = { title: 'Over S', cap: 1000, xTitle: 'Sections S', xScale: 'log' as const }
const curves = (points: readonly CompletionPoint[], more: object = {}) =>
  completionCurves(points, { ...curveOptions, ...more })

test('curves: every point is one mark, a dot or an open marker in the lane', async () => {
  const spec = curves(overS)
  const svg = await renderSvg(spec)
  for (const panel of panelsOf(spec)) {
    const marks = panel.layer.filter(({ name }) => / (dot|censored)$/.test(name)).flatMap(({ data }) => data.values)
    const texts = marks.map(({ text }) => text).sort()
    const expected = overS
      .filter(({ panel: name }) => name === panel.title!.text)
      .map(({ series, x, q25, median, q75 }) => {
        const label = `${methodStyles[series].label} at ${x}`
        return median === null ? `${label}: > 1000` : `${label}: ${median} (${q25} to ${q75 ?? 'above the cap'})`
      })
    assert.equal(texts, expected.sort())
    for (const text of texts) assert.ok(svg.includes(`aria-label="${text.replace('>', '&gt;')}"`), text)
  }
  assert.is(svg.match(/aria-label="(FRD|Independent) at /g)!.length, overS.length)
})

test('curves: a censored median is at no finite height: in no line, no dot, and above the cap', () => {
  for (const panel of panelsOf(curves(overS))) {
    for (const series of ['frd', 'independent']) {
      const censored = overS.filter(
        (at) => at.panel === panel.title!.text && at.series === series && at.median === null,
      )
      for (const kind of ['line', 'dot']) {
        const drawn = rowsOf(panel, ` ${series} ${kind}`).map(({ x }) => x)
        for (const { x } of censored) assert.not(drawn.includes(x), `${series} ${kind} at ${x}`)
      }
    }
    const markers = rowsOf(panel, ' censored')
    const [, end] = panel.encoding.y.scale.domain
    for (const { x, y } of markers) {
      assert.ok(1000 < y && y < end)
      assert.ok(1.5 < x && x < 2.7, `near 2 on the log axis: ${x}`)
    }
    assert.is(new Set(markers.map(({ x }) => x)).size, markers.length, 'side by side')
  }
})

test('curves: panels in the order of the points, on one pair of axes, logarithmic where asked', () => {
  const panels = panelsOf(curves(overS))
  assert.equal(
    panels.map(({ title }) => title!.text),
    ['a', 'b'],
  )
  assert.equal(panels[0].encoding.x.scale, panels[1].encoding.x.scale)
  assert.equal(panels[0].encoding.y.scale, panels[1].encoding.y.scale)
  assert.equal(panels[0].encoding.x.axis.values, [2, 10, 30, 100])
  assert.is(panels[0].encoding.x.axis.title, 'Sections S (log scale)')
  const [linear] = panelsOf(curves(overS, { xScale: 'linear' }))
  assert.is(linear.encoding.x.axis.title, 'Sections S')
})

test('curves: the legend has the given looks in the given order', async () => {
  const series = [
    { name: 'independent', label: 'Alone', color: '#123456', dash: [4, 2] },
    { name: 'frd', label: 'Together', color: '#654321' },
  ]
  const svg = await renderSvg(curves(overS, { series }))
  const at = (text: string) => svg.indexOf(`>${text}</text>`)
  assert.ok(0 < at('Alone') && at('Alone') < at('Together'))
  assert.match(svg, /stroke="#123456"[^>]*stroke-dasharray="4,2"/)
  assert.throws(() => curves(overS, { series: series.slice(1) }), /got none for independent: it has frd/)
  const alone = await renderSvg(curves(overS.filter((one) => one.series === 'frd')))
  assert.not(alone.includes('>FRD</text>'), 'one series needs no legend')
})

test('curves: the same bytes for points in any order, the caption with the seeds', async () => {
  const svg = await renderSvg(curves(overS))
  const byX = [...overS].sort((a, b) => a.panel.localeCompare(b.panel) || a.series.localeCompare(b.series) || b.x - a.x)
  assert.is(await renderSvg(curves(byX)), svg)
  assert.ok(svg.includes('>100 seeds a point.'))
  const fewer = [{ ...overS[0], runs: 7 }, ...overS.slice(1)]
  assert.ok((await renderSvg(curves(fewer))).includes('>7 to 100 seeds a point.'))
  assert.is((curves(overS, { caption: '' }).title as { subtitle?: unknown }).subtitle, undefined)
})

test('curves: what cannot be drawn is refused, by name and place', () => {
  const one = point('a', 'frd', 30, [200, 300, 400])
  assert.throws(() => curves([]), /"points" expected at least one, got none/)
  assert.throws(() => curves([one, { ...one, median: 310 }]), /got two for frd at x = 30 in "a"/)
  curves([one, { ...one, panel: 'b' }, { ...one, series: 'pd' }])
  assert.throws(() => curves([{ ...one, q75: 1001 }]), /"cap" .* got 1000, with 1001 for frd at x = 30/)
  assert.throws(() => curves([{ ...one, x: 0 }]), /an x above 0 on a log axis, got 0/)
  assert.throws(() => curves([{ ...one, median: Number.NaN }]), /finite values, got NaN/)
  assert.throws(() => curves([{ ...one, q25: 301 }]), /low <= mid <= high, got 301, 300, 400/)
  assert.throws(() => curves([{ ...one, q25: null }]), /low <= mid <= high/, 'a censored q25 below a finite median')
  assert.throws(() => curves([{ ...one, runs: 0 }]), /at least one run a point, got 0/)
  assert.throws(() => curves(overS, { columns: 3 }), /"columns" expected an integer in 1..2 at size column, got 3/)
})

test.run()
