// Figures of curves: every point is drawn once; no value is invented above the cap; what cannot be drawn is refused by
// name; text is large enough for the column of a journal; and a figure has the same bytes every time.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { METHODS } from '../src/methods/index.ts'
import { type CompletionPoint, completionCurves, methodFigure } from '../src/plot/completion.ts'
import { type CurveOptions, type CurvePoint, curveFigure } from '../src/plot/curves.ts'
import { payloadFigure, progressFigure } from '../src/plot/payload.ts'
import { methodStyles } from '../src/plot/styles.ts'
import { renderSvg, type Spec, specText } from '../src/plot/svg.ts'
import type { Completion } from '../src/stats/index.ts'

type Quartiles = readonly [Completion, Completion, Completion]

interface Row {
  readonly x: number
  readonly y: number
  readonly high: number
  readonly label: string
  readonly stretch: string
  readonly text: string
}
interface Channel {
  readonly scale: { readonly type?: string; readonly domain: readonly [number, number] }
  readonly axis: { readonly values?: readonly number[]; readonly title: readonly string[] | null }
}
interface Panel {
  readonly title?: { readonly text: readonly string[] }
  readonly width: number
  readonly height: number
  readonly layer: readonly {
    readonly name: string
    readonly mark: { readonly type: string; readonly text?: readonly string[] }
    readonly data: { readonly values: readonly Row[] }
  }[]
  readonly encoding: { readonly x: Channel; readonly y: Channel }
}

const panelsOf = (spec: Spec) =>
  (spec.vconcat as readonly { hconcat: readonly Panel[] }[]).flatMap(({ hconcat }) => hconcat)
const titleOf = (panel: Panel) => panel.title?.text.join(' ') ?? ''
/** The rows of a layer, or those of one series in it where a label is given. */
const rowsOf = (panel: Panel, name: string, label?: string) =>
  (panel.layer.find((layer) => layer.name.replace(/^panel \d+ /, '') === name)?.data.values ?? []).filter(
    (row) => label === undefined || row.label === label,
  )
/** All visible texts of an SVG; the lines of one text are joined. */
const textsOf = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) =>
    text.replace(/<\/tspan><tspan[^>]*>/g, ' ').replace(/<[^>]*>/g, ''),
  )

// ---- completion times of methods

const at = (series: string, x: number, [q25, median, q75]: Quartiles, panel = ''): CompletionPoint => {
  return { panel, series, x, q25, median, q75, runs: 12 }
}

/** Fig. 4 with finite quartiles, except at N = 1: there all q75 and the medians of frl and independent are censored. */
const fig4 = METHODS.flatMap((method, i) => [
  at(method, 1, [390, method === 'frl' || method === 'independent' ? null : 500 + i, null]),
  ...[2, 4, 8].map((agents) => at(method, agents, [280 - 10 * agents, 300 - 9 * agents + i, 350 - 12 * agents])),
])
const options = { title: 'Completion & time', cap: 1000 }
const figure = (points: readonly CompletionPoint[]) => methodFigure(points, options)

test('the SVG names every method, the cap and the seeds, and has the same bytes twice', async () => {
  const svg = await renderSvg(figure(fig4))
  for (const method of METHODS) assert.ok(svg.includes(`>${methodStyles[method].label}</text>`), method)
  assert.ok(svg.includes('&gt; 1000</text>'))
  assert.ok(svg.includes('12 seeds per point'))
  assert.ok(svg.includes('>Completion &amp; time</text>'))
  assert.is(await renderSvg(figure(fig4)), svg)
  assert.is(await renderSvg(figure([...fig4].sort((a, b) => b.x - a.x))), svg, 'the order of points does not matter')
  assert.not.match(svg, /NaN|undefined|Infinity/)
})

test('the spec is plain JSON, and its file draws the same figure', async () => {
  const spec = figure(fig4)
  assert.equal(JSON.parse(specText(spec)), spec)
  assert.is(specText(figure(fig4)), specText(spec))
  assert.is(await renderSvg(JSON.parse(specText(spec))), await renderSvg(spec))
})

test('where a figure is one column wide, none of its text is smaller than 7 points', async () => {
  for (const spec of [figure(fig4), figure(fig4.slice(0, 4)), curves(overS)]) {
    const svg = await renderSvg(spec)
    const width = Number(/ width="([\d.]+)"/.exec(svg)![1])
    const sizes = [...svg.matchAll(/font-size="([\d.]+)px"/g)].map(([, size]) => Number(size))
    assert.ok(sizes.length > 5 && Math.min(...sizes) * (252 / width) >= 7, `${Math.min(...sizes)} px of ${width}`)
  }
})

test('one panel holds all federated methods, and one panel for each holds it beside the controls', () => {
  const [all, ...panels] = panelsOf(figure(fig4))
  assert.is(titleOf(all), 'MixFRD, FRD, PD, FRL, FedHPD')
  assert.equal(panels.map(titleOf), ['MixFRD', 'FRD', 'PD', 'FRL', 'FedHPD'])
  for (const panel of panels) {
    for (const control of ['No exchange', 'Own memory', 'Uniform targets']) {
      assert.is(rowsOf(all, 'line', control).length, 0)
      assert.ok(rowsOf(panel, 'line', control).length > 0)
    }
    assert.ok(panel.width < all.width)
  }
  const alone = panelsOf(figure(fig4.filter(({ series }) => methodStyles[series].dash)))
  assert.is(alone.length, 1)
  assert.is(alone[0].title, undefined)
})

test('the x axis has a title only under the bottom panel of each column', () => {
  const drawn = panelsOf(curves(['a', 'b', 'c'].map((panel) => at('frd', 2, [1, 2, 3], panel))))
  assert.equal(
    drawn.map(({ encoding }) => encoding.x.axis.title !== null),
    [false, true, true],
  )
})

test('a band that reaches the cap is filled into the lane above it, and no line ends it there', () => {
  for (const panel of panelsOf(figure(fig4)).slice(1)) {
    const label = titleOf(panel)
    const lane = rowsOf(panel, 'lane')[0]
    const band = rowsOf(panel, 'band', label)
    assert.equal(
      band.map(({ x }) => x),
      [1, 2, 4, 8],
    )
    assert.is(band[0].high, lane.high)
    assert.ok(band.slice(1).every(({ high }) => high < 1000))
    assert.ok(panel.layer.every(({ name, mark }) => !name.endsWith('band') || !('borders' in mark)))
  }
})

test('a censored median is an open mark in the lane, and no line leads to it', () => {
  const [, mixfrd, , , frl] = panelsOf(figure(fig4))
  assert.is(rowsOf(mixfrd, 'censored').length, 1, 'no exchange')
  const marks = rowsOf(frl, 'censored')
  assert.is(marks.length, 2, 'no exchange and FRL')
  assert.is.not(marks[0].x, marks[1].x, 'the marks stand side by side')
  const lane = rowsOf(frl, 'lane')[0]
  for (const { y } of marks) assert.ok(lane.y < y && y < lane.high)
  assert.equal(
    rowsOf(frl, 'line', 'FRL').map((row) => row.x),
    [2, 4, 8],
  )
  assert.ok(rowsOf(frl, 'line').every((row) => row.y <= 1000))
})

test('a censored quantile in the middle breaks the line into two parts', () => {
  const censored: Quartiles = [null, null, null]
  const times: Quartiles[] = [[200, 250, 300], [200, 250, 300], censored, [200, 250, 300], [200, 250, 300]]
  const [panel] = panelsOf(figure(times.map((quartiles, i) => at('frd', i + 1, quartiles))))
  const line = rowsOf(panel, 'line')
  assert.equal(
    line.map(({ x }) => x),
    [1, 2, 4, 5],
  )
  assert.ok(line[0].stretch === line[1].stretch && line[2].stretch === line[3].stretch)
  assert.is.not(line[1].stretch, line[2].stretch)
  assert.equal(
    rowsOf(panel, 'band').map(({ x }) => x),
    [1, 2, 4, 5],
  )
})

test('a single point has a whisker, because a band needs two points', () => {
  const [panel] = panelsOf(figure([at('frd', 4, [254, 277, 315])]))
  assert.is(rowsOf(panel, 'whisker').length, 1)
  assert.is(rowsOf(panel, 'band').length, 0)
})

test('every drawn time lies within the axes', () => {
  const samples = [
    fig4,
    [at('frd', 1, [11, 12, 1000])],
    [at('frd', 3, [null, null, null])],
    [at('frd', 2, [10, 10, 10])],
  ]
  for (const points of samples) {
    for (const { layer, encoding } of panelsOf(figure(points))) {
      const [bottom, end] = encoding.y.scale.domain
      const [left, right] = encoding.x.scale.domain
      for (const row of layer.flatMap(({ data }) => data.values)) {
        assert.ok(bottom < row.y && row.y < end, `${row.y} in ${bottom}..${end}`)
        assert.ok(left <= row.x && row.x <= right)
        if ('high' in row) assert.ok(row.high <= end)
      }
      const ticks = encoding.y.axis.values!
      assert.ok(ticks.length >= 1 && ticks.every((tick, i) => i === 0 || tick > ticks[i - 1]), `ticks ${ticks}`)
    }
  }
})

test('without a censored quantile there is no lane, and the caption does not name the cap', () => {
  const spec = figure([1, 2].map((agents) => at('frd', agents, [254, 277, 315])))
  assert.is(rowsOf(panelsOf(spec)[0], 'lane').length, 0)
  assert.not.match(String((spec.title as { subtitle: readonly string[] }).subtitle), /cap/)
})

test('the caption counts the seeds, and a caption of your own replaces it', () => {
  const points = [1, 2].map((agents) => at('frd', agents, [254, 277, 315]))
  const captionOf = (some: readonly CompletionPoint[], more: object = {}) =>
    String((methodFigure(some, { ...options, ...more }).title as { subtitle?: readonly string[] }).subtitle?.join(' '))
  assert.match(captionOf(points), /^12 seeds per point/)
  assert.match(captionOf([points[0], { ...points[1], runs: 9 }]), /^9 to 12 seeds per point/)
  assert.match(captionOf([{ ...points[1], runs: 1 }]), /^1 seed per point/)
  assert.is(captionOf(points, { caption: 'own words' }), 'own words')
  assert.is(captionOf(points, { caption: '' }), 'undefined')
})

test('a method without a style gets a label, a colour and a panel', async () => {
  const spec = figure([at('my-method', 1, [1, 2, 3])])
  assert.is(titleOf(panelsOf(spec)[0]), 'my-method')
  assert.match(await renderSvg(spec), /aria-label="my-method at 1: 2 \(1 to 3\)"/)
})

// ---- completion times over any setting

/** Two panels of FRD and its control over S. At S = 2 the control's median is censored, and in panel b FRD's too. */
const overS = ['a', 'b'].flatMap((panel, p) =>
  [2, 10, 30, 100].flatMap((sections, i) => [
    at('frd', sections, i + 1 - p ? [300 - i, 400 - i, 500 - i] : [900, null, null], panel),
    at('independent', sections, i ? [250, 350 + i, null] : [980, null, null], panel),
  ]),
)
function curves(points: readonly CompletionPoint[], more: object = {}): Spec {
  return completionCurves(points, { title: 'Over S', cap: 1000, x: { title: 'Sections S', scale: 'log' }, ...more })
}

test('every point is one mark, a dot or an open mark in the lane', async () => {
  const spec = curves(overS)
  const svg = await renderSvg(spec)
  for (const panel of panelsOf(spec)) {
    const texts = [...rowsOf(panel, 'dot'), ...rowsOf(panel, 'censored')].map(({ text }) => text).sort()
    const expected = overS
      .filter(({ panel: name }) => name === titleOf(panel))
      .map(({ series, x, q25, median, q75 }) => {
        const label = `${methodStyles[series].label} at ${x}`
        return median === null ? `${label}: > 1000` : `${label}: ${median} (${q25} to ${q75 ?? 'above the cap'})`
      })
    assert.equal(texts, expected.sort())
    for (const text of texts) assert.ok(svg.includes(`aria-label="${text.replace('>', '&gt;')}"`), text)
  }
  assert.is(svg.match(/aria-label="(FRD|No exchange) at /g)!.length, overS.length)
})

test('a censored median has no finite height: it is in no line and no dot, and its mark is above the cap', () => {
  for (const panel of panelsOf(curves(overS))) {
    for (const series of ['frd', 'independent']) {
      const { label } = methodStyles[series]
      const censored = overS.filter(
        (one) => one.panel === titleOf(panel) && one.series === series && one.median === null,
      )
      for (const kind of ['line', 'dot']) {
        const drawn = rowsOf(panel, kind, label).map(({ x }) => x)
        for (const { x } of censored) assert.not(drawn.includes(x), `${series} ${kind} at ${x}`)
      }
    }
    const marks = rowsOf(panel, 'censored')
    const [, end] = panel.encoding.y.scale.domain
    for (const { x, y } of marks) {
      assert.ok(1000 < y && y < end)
      assert.ok(1.5 < x && x < 2.7, `near 2 on the log axis: ${x}`)
    }
    assert.is(new Set(marks.map(({ x }) => x)).size, marks.length, 'the marks stand side by side')
  }
})

test('panels stand in the order of the points and share their axes, which are logarithmic where asked', () => {
  const panels = panelsOf(curves(overS))
  assert.equal(panels.map(titleOf), ['a', 'b'])
  assert.equal(panels[0].encoding.x.scale, panels[1].encoding.x.scale)
  assert.equal(panels[0].encoding.y.scale, panels[1].encoding.y.scale)
  assert.equal(panels[0].encoding.x.axis.values, [2, 10, 30, 100])
  assert.is(panels[0].encoding.x.axis.title!.join(' '), 'Sections S (log scale)')
  const [linear] = panelsOf(curves(overS, { x: { title: 'Sections S' } }))
  assert.is(linear.encoding.x.axis.title!.join(' '), 'Sections S')
})

test('the legend has the given styles in the given order', async () => {
  const series = [
    { name: 'independent', label: 'Alone', color: '#123456', dash: [4, 2] },
    { name: 'frd', label: 'Together', color: '#654321' },
  ]
  const svg = await renderSvg(curves(overS, { series }))
  const place = (text: string) => svg.indexOf(`>${text}</text>`)
  assert.ok(0 < place('Alone') && place('Alone') < place('Together'))
  assert.match(svg, /stroke="#123456"[^>]*stroke-dasharray="4,2"/)
  assert.throws(() => curves(overS, { series: series.slice(1) }), /got none for independent: it has frd/)
  const alone = await renderSvg(curves(overS.filter((one) => one.series === 'frd')))
  assert.not(alone.includes('>FRD</text>'), 'one series needs no legend')
})

test('points in any order give the same bytes', async () => {
  const svg = await renderSvg(curves(overS))
  const byX = [...overS].sort((a, b) => a.panel.localeCompare(b.panel) || a.series.localeCompare(b.series) || b.x - a.x)
  assert.is(await renderSvg(curves(byX)), svg)
})

test('completion times that cannot be drawn are refused with their name and place', () => {
  const one = at('frd', 30, [200, 300, 400], 'a')
  assert.throws(() => curves([]), /"points" expected at least one, got none/)
  assert.throws(() => curves([one, { ...one, median: 310 }]), /got two for frd at x = 30 in "a"/)
  curves([one, { ...one, panel: 'b' }, { ...one, series: 'pd' }])
  assert.throws(() => curves([{ ...one, q75: 1001 }]), /"cap" .* got 1000, with 1001 for frd at x = 30/)
  assert.throws(() => curves([{ ...one, x: 0 }]), /an x above 0 on a log axis, got 0/)
  assert.throws(() => curves([{ ...one, median: Number.NaN }]), /finite values, got NaN/)
  assert.throws(() => curves([{ ...one, q25: 301 }]), /low <= mid <= high, got 301, 300, 400/)
  assert.throws(() => curves([{ ...one, q25: null }]), /low <= mid <= high/, 'a censored q25 below a finite median')
  assert.throws(() => curves([{ ...one, runs: 0 }]), /at least one run per point, got 0/)
  assert.throws(() => curves(overS, { columns: 3 }), /"columns" expected 1 or 2, got 3/)
})

// ---- any curve

const point = (panel: string, series: string, x: number, mid: number, spread = 1.2): CurvePoint => {
  return { panel, series, x, low: mid / spread, mid, high: mid * spread, runs: 20 }
}
const clusters = [2, 10, 30, 100].map((sections) => point('', 'frd', sections, 12 * sections))
const curveOptions: CurveOptions = {
  title: 'Visited clusters',
  x: { title: 'Sections S', scale: 'log' },
  y: { title: 'Clusters', scale: 'log' },
  references: [
    { label: 'All', y: [2, 10, 30, 100].map((x) => ({ x, y: x * x * x * x })) },
    { label: 'Steps', y: 6400 },
  ],
}

test('every point of a curve is drawn once, within the axes, with its band', async () => {
  const spec = curveFigure(clusters, curveOptions)
  const [panel] = panelsOf(spec)
  assert.equal(
    rowsOf(panel, 'dot').map(({ x, y }) => [x, y]),
    clusters.map(({ x, mid }) => [x, mid]),
  )
  assert.equal(
    rowsOf(panel, 'band').map(({ y, high }) => [y, high]),
    clusters.map(({ low, high }) => [low, high]),
  )
  const svg = await renderSvg(spec)
  for (const { x, mid } of clusters) assert.is(svg.split(`aria-label="FRD at ${x}: ${mid} (`).length, 2)
  const { x, y } = panel.encoding
  for (const row of panel.layer.flatMap(({ data }) => data.values)) {
    assert.ok(x.scale.domain[0] <= row.x && row.x <= x.scale.domain[1])
    assert.ok(y.scale.domain[0] < row.y && (row.high ?? row.y) < y.scale.domain[1])
  }
  const texts = textsOf(svg)
  assert.ok(texts.some((text) => text.startsWith('20 seeds per point.')))
  for (const label of ['FRD', 'All', 'Steps']) assert.is(texts.filter((text) => text === label).length, 1, label)
})

test('a reference is a line without points: a constant spans all points, and a curve is drawn as given', () => {
  const [panel] = panelsOf(curveFigure(clusters, curveOptions))
  assert.equal(
    rowsOf(panel, 'line', 'Steps').map(({ x, y }) => [x, y]),
    [
      [2, 6400],
      [100, 6400],
    ],
  )
  assert.is(rowsOf(panel, 'line', 'All')[3].y, 1e8)
  assert.is(rowsOf(panel, 'dot', 'All').length, 0)
  const [one] = panelsOf(curveFigure(clusters.slice(0, 1), curveOptions))
  const [left, right] = rowsOf(one, 'line', 'Steps')
  assert.ok(left.x < 2 && 2 < right.x, 'a constant is a line even beside a single point')
})

test('ticks of x are the measured values; ticks of y are powers of ten over nine decades, and round below 1', () => {
  const references = [{ label: 'All', y: 3.2e8 }]
  const [wide] = panelsOf(curveFigure(clusters, { ...curveOptions, references, rules: [{ x: 17, text: 'here' }] }))
  assert.equal(wide.encoding.x.axis.values, [2, 10, 30, 100])
  const { values } = wide.encoding.y.axis
  assert.ok(values!.length >= 4 && values!.every((tick) => /^10*$/.test(String(tick))), String(values))
  const gains = [1, 2, 3].map((x) => point('', 'frd', x, 0.3 * x))
  const [small] = panelsOf(curveFigure(gains, { title: 'Gain', x: { title: 'x' }, y: curveOptions.y }))
  assert.equal(small.encoding.y.axis.values, [0.3, 0.4, 0.5, 0.7, 1])
})

test('a value of 0 does not touch the edge, and the axis of values far from 0 does not start at 0', () => {
  const linear = { title: 'Error', x: { title: 'x' }, y: { title: 'Error' } }
  const domainOf = (points: readonly CurvePoint[]) => panelsOf(curveFigure(points, linear))[0].encoding.y.scale.domain
  assert.ok(domainOf([point('', 'frd', 1, 0), point('', 'frd', 2, 1)])[0] < 0)
  assert.is(domainOf([point('', 'frd', 1, 5), point('', 'frd', 2, 50)])[0], 0)
  assert.ok(domainOf([point('', 'frd', 1, 90), point('', 'frd', 2, 91)])[0] > 50)
})

test('panels may have an order, titles and axes of their own', () => {
  const points = [...clusters, ...clusters.map((one) => ({ ...one, panel: 'b', mid: 0.5, low: 0.4, high: 0.6 }))]
  const y = { title: 'Share', format: 'percent' as const, domain: [0, 1] as const }
  const panels = [
    { name: 'b', title: 'Second', y },
    { name: '', title: '' },
  ]
  const drawn = panelsOf(curveFigure(points, { ...curveOptions, panels, references: [] }))
  assert.equal(drawn.map(titleOf), ['Second', ''])
  assert.equal(drawn[0].encoding.y.scale.domain, [0, 1])
  assert.is(drawn[1].encoding.y.scale.type, 'log')
  assert.throws(
    () => curveFigure(points, { ...curveOptions, panels: panels.slice(0, 1) }),
    /"panels" .* got none for "": it has b/,
  )
})

test('a dense series is a line without dots that goes through every point', () => {
  const points = Array.from({ length: 40 }, (_, i) => point('', 'frd', i + 1, 10 + i))
  const [panel] = panelsOf(curveFigure(points, { ...curveOptions, references: [] }))
  assert.is(rowsOf(panel, 'line').length, 40)
  assert.is(rowsOf(panel, 'dot').length, 0)
})

test('curves that cannot be drawn are refused with their name and place', () => {
  const draw = (points: readonly CurvePoint[], more: Partial<CurveOptions> = {}) =>
    curveFigure(points, { ...curveOptions, ...more })
  const [one] = clusters
  assert.throws(() => draw([]), /"points" expected at least one, got none/)
  assert.throws(() => draw([one, { ...one, mid: 25 }]), /got two for frd at x = 2/)
  assert.throws(() => draw([{ ...one, low: undefined }]), /low and high, or neither/)
  assert.throws(() => draw([{ ...one, low: 30 }]), /low <= mid <= high, got 30, 24/)
  assert.throws(() => draw([{ ...one, mid: null, high: null }]), /this figure has no cap/)
  assert.throws(() => draw([{ ...one, low: 0 }]), /above 0 on a log axis, got 0 for frd at x = 2: leave it out/)
  const domain = { title: 'Clusters', domain: [0, 100] as const }
  assert.throws(() => draw(clusters, { y: domain }), /"domain" of "Clusters" .* got 0..100, with 120 for frd at x = 10/)
  const off = { x: { ...curveOptions.x, domain: [1, 100] as const }, rules: [{ x: 200, text: 'off' }] }
  assert.throws(() => draw(clusters, off), /with 200 for the rule "off"/)
  assert.throws(() => draw(clusters, { references: [{ label: 'None', y: 0 }] }), /"None" expected numbers above 0/)
  assert.throws(() => draw(clusters, { references: [{ label: 'Dot', y: [{ x: 1, y: 1 }] }] }), /two points at least/)
})

// ---- payload and progress

const widths = [10, 50, 100]
const weights = (n: number) => 4 * (5 * n + n * n + n + 2 * n + 2)
const sent = ['uplink', 'downlink'].flatMap((panel) =>
  widths.flatMap((n) => [point(panel, 'frd', n, 20000 + n), point(panel, 'frl', n, weights(n), 1)]),
)
const forms = ['uplink', 'downlink'].map((panel) => {
  return { panel, series: 'frl', text: '4 W(n, l)', points: [10, 30, 50, 70, 100].map((x) => ({ x, y: weights(x) })) }
})
const rules = [{ panel: 'uplink', x: 66, text: 'ProxRM gets cheaper than weights at n = 66' }]
const payload = (points = sent, more: object = {}) =>
  payloadFigure(points, { title: 'Payload', x: { title: 'Width n' }, forms, rules, ...more })

test('payload: uplink stands above downlink on the same axes in kB, and the caption has the closed form', async () => {
  const [up, down] = panelsOf(payload([...sent].reverse()))
  assert.match(titleOf(up), /^Uplink/)
  assert.match(titleOf(down), /^Downlink/)
  assert.equal(up.encoding.y.scale, down.encoding.y.scale)
  assert.is(up.encoding.y.scale.type, 'log')
  const svg = await renderSvg(payload())
  const texts = textsOf(svg)
  for (const label of ['1 kB', '10 kB']) assert.is(texts.filter((text) => text === label).length, 2, label)
  assert.ok(texts.some((text) => text.startsWith('20 seeds per point.')))
  assert.ok(texts.join(' ').includes('FRL = 4 W(n, l)'))
  for (const label of ['FRD', 'FRL']) assert.is(texts.filter((text) => text === label).length, 1, label)
  assert.is(await renderSvg(payload()), svg)
})

test('payload: points are marks with whiskers, and a closed form is a line that replaces the joined marks', () => {
  for (const panel of panelsOf(payload())) {
    assert.is(rowsOf(panel, 'dot', 'FRD').length, 3)
    assert.is(rowsOf(panel, 'line', 'FRD').length, 3)
    assert.is(rowsOf(panel, 'dot', 'FRL').length, 3)
    assert.equal(
      rowsOf(panel, 'line', 'FRL').map(({ y }) => y),
      [10, 30, 50, 70, 100].map(weights),
    )
    assert.equal(
      rowsOf(panel, 'whisker', 'FRD').map(({ y, high }) => [y, high]),
      sent
        .filter(({ series }) => series === 'frd')
        .slice(0, 3)
        .map(({ low, high }) => [low, high]),
    )
    assert.is(rowsOf(panel, 'band').length, 0)
  }
})

test('payload: a rule stands in its panel, and its text fits into the panel above all that is drawn', () => {
  const [up, down] = panelsOf(payload())
  const [row] = rowsOf(up, 'rule 1')
  assert.is(row.x, 66)
  const words = up.layer.find(({ name }) => name.endsWith('rule 1 text'))!
  assert.is(words.mark.text!.join(' '), rules[0].text)
  assert.is(rowsOf(down, 'rule 1').length, 0)
  const [left, right] = up.encoding.x.scale.domain
  const room = (up.width * Math.max(66 - left, right - 66)) / (right - left)
  for (const line of words.mark.text!) assert.ok(7.6 * line.length <= room)
  const [bottom, end] = up.encoding.y.scale.domain
  const most = Math.max(...sent.map(({ high }) => high!))
  const above = (up.height * Math.log(end / most)) / Math.log(end / bottom)
  assert.ok(above >= 2 + 16 * words.mark.text!.length, `${above} pixels`)
})

test('payload: 0 bytes, other panels, and a closed form of a series without points are refused', () => {
  assert.throws(() => payload([...sent, point('uplink', 'own', 10, 0)]), /above 0 on a log axis, got 0 for own/)
  assert.throws(() => payload([...sent, point('sideways', 'frd', 10, 5)]), /"panels" .* got none for "sideways"/)
  const pd = [{ ...forms[0], series: 'pd' }]
  assert.throws(() => payload(sent, { forms: pd }), /"forms" expected a series of the points, got pd in uplink/)
  assert.throws(() => payload([...sent, sent[0]]), /got two for frd at x = 10 in "uplink"/)
})

test('progress: bytes stand above scores on one x axis, each with a y axis of its own', async () => {
  const points = [25, 50, 75].flatMap((episode, i) => [
    point('bytes', 'frd', episode, 9000 * (i + 1)),
    point('score', 'frd', episode, 100 * (i + 1)),
    point('score', 'independent', episode, 80 * (i + 1)),
  ])
  const spec = progressFigure(points, { title: 'Progress' })
  const [bytes, score] = panelsOf(spec)
  assert.equal(bytes.encoding.x.scale, score.encoding.x.scale)
  assert.equal([bytes.encoding.y.scale.type, score.encoding.y.scale.type], ['log', undefined])
  assert.is(rowsOf(bytes, 'line', 'No exchange').length, 0, 'without an exchange there are no bytes')
  assert.is(rowsOf(score, 'line', 'No exchange').length, 3)
  const texts = textsOf(await renderSvg(spec))
  for (const label of ['Episode', 'Mean score', 'FRD', 'No exchange']) {
    assert.is(texts.filter((text) => text === label).length, 1, label)
  }
  assert.throws(() => progressFigure([], { title: 'Progress' }), /got none/)
})

test.run()
