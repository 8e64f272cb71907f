// Payload, progress and other curves: every point once, lines that are compared with, refusals, the same bytes.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type CurveOptions,
  type CurvePoint,
  curveFigure,
  payloadFigure,
  progressFigure,
  renderSvg,
  type Spec,
  specText,
} from '../src/figures.ts'

interface Panel {
  readonly title?: { readonly text: string }
  readonly width: number
  readonly height: number
  readonly layer: readonly {
    readonly name: string
    readonly mark: { readonly type: string; readonly text?: readonly string[] }
    readonly data: { readonly values: readonly { x: number; y: number; high: number; text: string }[] }
  }[]
  readonly encoding: { readonly x: Channel; readonly y: Channel }
}
interface Channel {
  readonly scale: { readonly type?: string; readonly domain: readonly [number, number]; readonly nice: boolean }
  readonly axis: { readonly values?: readonly number[]; readonly title: string | string[] | null }
}
const panelsOf = (spec: Spec) => spec.concat as readonly Panel[]
const rowsOf = (panel: Panel, name: string) => panel.layer.find((layer) => layer.name.endsWith(name))?.data.values ?? []

/** All visible text of an SVG; lines are joined. */
const textsOf = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) =>
    text.replace(/<\/tspan><tspan[^>]*>/g, ' ').replace(/<[^>]*>/g, ''),
  )

const at = (panel: string, series: string, x: number, mid: number, spread = 1.2): CurvePoint => {
  return { panel, series, x, low: mid / spread, mid, high: mid * spread, runs: 20 }
}

const clusters = [2, 10, 30, 100].map((sections) => at('', 'frd', sections, 12 * sections))
const options: CurveOptions = {
  title: 'Visited clusters',
  x: { title: 'Sections S', scale: 'log' },
  y: { title: 'Clusters', scale: 'log' },
  references: [
    { label: 'All', y: [2, 10, 30, 100].map((x) => ({ x, y: x * x * x * x })) },
    { label: 'Steps', y: 6400 },
  ],
}

// ---- any curve

test('every point is drawn once, within the axes, with its band', async () => {
  const spec = curveFigure(clusters, options)
  const [panel] = panelsOf(spec)
  assert.equal(
    rowsOf(panel, ' frd dot').map(({ x, y }) => [x, y]),
    clusters.map(({ x, mid }) => [x, mid]),
  )
  assert.equal(
    rowsOf(panel, ' frd band').map(({ y, high }) => [y, high]),
    clusters.map(({ low, high }) => [low, high]),
  )
  const svg = await renderSvg(spec)
  for (const { x, mid } of clusters) assert.is(svg.split(`aria-label="FRD at ${x}: ${mid} (`).length, 2)
  const { x, y } = panel.encoding
  for (const row of panel.layer.flatMap(({ data }) => data.values)) {
    assert.ok(x.scale.domain[0] <= row.x && row.x <= x.scale.domain[1])
    assert.ok(y.scale.domain[0] < row.y && (row.high ?? row.y) < y.scale.domain[1])
  }
})

test('the same bytes twice, in any order of the points, from the file too', async () => {
  const svg = await renderSvg(curveFigure(clusters, options))
  assert.is(await renderSvg(curveFigure([...clusters].reverse(), options)), svg)
  assert.is(await renderSvg(JSON.parse(specText(curveFigure(clusters, options)))), svg)
  assert.not.match(svg, /NaN|undefined|Infinity/)
})

test('the caption says the seeds, and the legend names series and references', async () => {
  const texts = textsOf(await renderSvg(curveFigure(clusters, options)))
  assert.ok(texts.some((text) => text.startsWith('20 seeds a point.')))
  for (const label of ['FRD', 'All', 'Steps']) assert.is(texts.filter((text) => text === label).length, 1, label)
})

test('a reference is a line without points: a constant spans the points, a curve is what was given', () => {
  const [panel] = panelsOf(curveFigure(clusters, options))
  assert.equal(
    rowsOf(panel, 'reference 2 line').map(({ x, y }) => [x, y]),
    [
      [2, 6400],
      [100, 6400],
    ],
  )
  assert.equal(rowsOf(panel, 'reference 1 line')[3].y, 1e8)
  assert.is(rowsOf(panel, 'reference 1 dot').length, 0)
  const [one] = panelsOf(curveFigure(clusters.slice(0, 1), options))
  const [left, right] = rowsOf(one, 'reference 2 line')
  assert.ok(left.x < 2 && 2 < right.x, 'a constant is a line beside one point, too')
})

test('ticks are those of what was measured; over nine decades, powers of ten', () => {
  const references = [{ label: 'All', y: 3.2e8 }]
  const [{ encoding }] = panelsOf(curveFigure(clusters, { ...options, references, rules: [{ x: 17, text: 'here' }] }))
  assert.equal(encoding.x.axis.values, [2, 10, 30, 100])
  const { values } = encoding.y.axis
  assert.ok(values!.length >= 4 && values!.every((tick) => /^10*$/.test(String(tick))), String(values))
})

test('log axes below 1 have round ticks', () => {
  const gains = [1, 2, 3].map((x) => at('', 'frd', x, 0.3 * x))
  const [{ encoding }] = panelsOf(curveFigure(gains, { title: 'Gain', x: { title: 'x' }, y: options.y }))
  assert.equal(encoding.y.axis.values, [0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5])
})

test('a value of 0 is drawn clear of the axis; values far from 0 do not start there', () => {
  const linear = { title: 'Error', x: { title: 'x' }, y: { title: 'Error' } }
  const domainOf = (points: readonly CurvePoint[]) => panelsOf(curveFigure(points, linear))[0].encoding.y.scale
  const zero = domainOf([at('', 'frd', 1, 0), at('', 'frd', 2, 1)])
  assert.ok(zero.domain[0] < 0 && !zero.nice)
  assert.is(domainOf([at('', 'frd', 1, 5), at('', 'frd', 2, 50)]).domain[0], 0)
  assert.ok(domainOf([at('', 'frd', 1, 90), at('', 'frd', 2, 91)]).domain[0] > 50)
})

test('panels: order, titles and an axis of their own', () => {
  const points = [...clusters, ...clusters.map((point) => ({ ...point, panel: 'b', mid: 0.5, low: 0.4, high: 0.6 }))]
  const y = { title: 'Share', format: 'percent' as const, domain: [0, 1] as const }
  const panels = [
    { name: 'b', title: 'Second', y },
    { name: '', title: '' },
  ]
  const drawn = panelsOf(curveFigure(points, { ...options, panels, references: [] }))
  assert.equal(
    drawn.map(({ title }) => title?.text),
    ['Second', undefined],
  )
  assert.equal(drawn[0].encoding.y.scale.domain, [0, 1])
  assert.is(drawn[1].encoding.y.scale.type, 'log')
  assert.throws(
    () => curveFigure(points, { ...options, panels: panels.slice(0, 1) }),
    /"panels" .* got none for "": it has b/,
  )
})

test('a dense series is a line without dots, every point a vertex', () => {
  const points = Array.from({ length: 40 }, (_, i) => at('', 'frd', i + 1, 10 + i))
  const [panel] = panelsOf(curveFigure(points, { ...options, references: [] }))
  assert.is(rowsOf(panel, ' frd line').length, 40)
  assert.is(rowsOf(panel, ' frd dot').length, 0)
})

test('what cannot be drawn is refused, by name and place', () => {
  const draw = (points: readonly CurvePoint[], more: Partial<CurveOptions> = {}) =>
    curveFigure(points, { ...options, ...more })
  const [one] = clusters
  assert.throws(() => draw([]), /"points" expected at least one, got none/)
  assert.throws(() => draw([one, { ...one, mid: 25 }]), /got two for frd at x = 2/)
  assert.throws(() => draw([{ ...one, low: undefined }]), /low and high, or neither/)
  assert.throws(() => draw([{ ...one, low: 30 }]), /low <= mid <= high, got 30, 24/)
  assert.throws(() => draw([{ ...one, mid: null as never, high: null as never }]), /this figure has no cap/)
  assert.throws(() => draw([{ ...one, low: 0 }]), /above 0 on a log axis, got 0 for frd at x = 2: leave it out/)
  const domain = { title: 'Clusters', domain: [0, 100] as const }
  assert.throws(() => draw(clusters, { y: domain }), /"domain" of "Clusters" .* got 0..100, with 120 for frd at x = 10/)
  const off = { x: { ...options.x, domain: [1, 100] as const }, rules: [{ x: 200, text: 'off' }] }
  assert.throws(() => draw(clusters, off), /with 200 for the rule "off"/)
  assert.throws(() => draw(clusters, { references: [{ label: 'None', y: 0 }] }), /"None" expected numbers above 0/)
  assert.throws(() => draw(clusters, { references: [{ label: 'Dot', y: [{ x: 1, y: 1 }] }] }), /two points at least/)
})

// ---- payload

const widths = [10, 50, 100]
const weights = (n: number) => 4 * (5 * n + n * n + n + 2 * n + 2)
const sent = ['uplink', 'downlink'].flatMap((panel) =>
  widths.flatMap((n) => [at(panel, 'frd', n, 20000 + n), at(panel, 'frl', n, weights(n), 1)]),
)
const forms = (['uplink', 'downlink'] as const).map((panel) => {
  return { panel, series: 'frl', text: '4 W(n, l)', points: [10, 30, 50, 70, 100].map((x) => ({ x, y: weights(x) })) }
})
const rules = [{ panel: 'uplink', x: 66, text: 'ProxRM gets cheaper than weights at n = 66' }]
const payload = (points = sent, more: object = {}) =>
  payloadFigure(points, { title: 'Payload', x: { title: 'Width n' }, forms, rules, ...more })

test('payload: uplink above downlink on the same axes, bytes in kB', async () => {
  const [up, down] = panelsOf(payload([...sent].reverse()))
  assert.match(up.title!.text, /^Uplink/)
  assert.match(down.title!.text, /^Downlink/)
  assert.equal(up.encoding.y.scale, down.encoding.y.scale)
  assert.is(up.encoding.y.scale.type, 'log')
  const texts = textsOf(await renderSvg(payload()))
  for (const label of ['1 kB', '10 kB']) assert.is(texts.filter((text) => text === label).length, 2, label)
})

test('payload: points are marks with whiskers; a closed form is the line in place of the joined marks', () => {
  for (const panel of panelsOf(payload())) {
    assert.is(rowsOf(panel, ' frd dot').length, 3)
    assert.is(rowsOf(panel, ' frd line').length, 3)
    assert.is(rowsOf(panel, ' frl dot').length, 3)
    assert.is(rowsOf(panel, ' frl line').length, 0)
    assert.equal(
      rowsOf(panel, ' frl form line').map(({ y }) => y),
      [10, 30, 50, 70, 100].map(weights),
    )
    const whiskers = rowsOf(panel, ' frd whisker')
    assert.equal(
      whiskers.map(({ y, high }) => [y, high]),
      sent
        .filter(({ series }) => series === 'frd')
        .slice(0, 3)
        .map(({ low, high }) => [low, high]),
    )
    assert.is(panel.layer.filter(({ mark }) => mark.type === 'area').length, 0)
  }
})

test('payload: a rule stands in its panel, its words within it and above all that is drawn', () => {
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
  assert.ok(above >= 3 + 16 * words.mark.text!.length, `${above} pixels`)
})

test('payload: the caption says seeds and closed forms; the legend names a method once', async () => {
  const svg = await renderSvg(payload())
  const texts = textsOf(svg)
  assert.ok(texts.some((text) => text.startsWith('20 seeds a point.')))
  assert.ok(texts.join(' ').includes('FRL = 4 W(n, l)'))
  for (const label of ['FRD', 'FRL']) assert.is(texts.filter((text) => text === label).length, 1, label)
  assert.is(await renderSvg(payload()), svg)
})

test('payload: refused are 0 bytes, other panels, and a closed form of what was not measured', () => {
  assert.throws(() => payload([...sent, at('uplink', 'own', 10, 0)]), /above 0 on a log axis, got 0 for own/)
  assert.throws(() => payload([...sent, at('sideways', 'frd', 10, 5)]), /"panels" .* got none for "sideways"/)
  const pd = [{ ...forms[0], series: 'pd' }]
  assert.throws(() => payload(sent, { forms: pd }), /"forms" expected a series of the points, got pd in uplink/)
  assert.throws(() => payload([...sent, sent[0]]), /got two for frd at x = 10 in "uplink"/)
})

// ---- progress

test('progress: bytes above scores on one x axis, each with its own y', async () => {
  const points = [25, 50, 75].flatMap((episode, i) => [
    at('bytes', 'frd', episode, 9000 * (i + 1)),
    at('score', 'frd', episode, 100 * (i + 1)),
    at('score', 'independent', episode, 80 * (i + 1)),
  ])
  const spec = progressFigure(points, { title: 'Progress' })
  const [bytes, score] = panelsOf(spec)
  assert.is(spec.columns, 1)
  assert.equal(bytes.encoding.x.scale, score.encoding.x.scale)
  assert.equal([bytes.encoding.y.scale.type, score.encoding.y.scale.type], ['log', undefined])
  assert.is(rowsOf(bytes, ' independent line').length, 0, 'no exchange, no bytes')
  assert.is(rowsOf(score, ' independent line').length, 3)
  const texts = textsOf(await renderSvg(spec))
  for (const label of ['Episode', 'Mean score', 'FRD', 'Independent']) {
    assert.is(texts.filter((text) => text === label).length, 1, label)
  }
  assert.throws(() => progressFigure([], { title: 'Progress' }), /got none/)
})

test.run()
