// Contrasts as a figure: each one is a row whose colour and shape show the verdict, an open end is an arrow, and no
// line goes past a bound.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type ForestRow, forestFigure, verdictStyles } from '../src/plot/forest.ts'
import { renderSvg, type Spec, specText } from '../src/plot/svg.ts'

const row = (label: string, effect: number, verdict = 'open', more: Partial<ForestRow> = {}): ForestRow => {
  return { label, effect, low: 0.9 * effect, high: 1.2 * effect, n: 100, verdict, ...more }
}
const rows = [
  row('Adam shared with learning', 0.7, 'holds', { group: 'Exchange' }),
  row('Two epochs', 1.3, 'fails', { group: 'Exchange' }),
  row('S = 10', 1.2, 'fails', { group: 'Sections', high: null }),
  row('S = 50', 1, 'open', { group: 'Sections', low: null, n: 90 }),
]
const options = { title: 'Choices', x: { title: 'Ratio', scale: 'log' as const }, interval: '95 % interval' }
const draw = (some: readonly ForestRow[], more: object = {}) => forestFigure(some, { ...options, ...more })

interface Value {
  readonly row: number
  readonly x: number
  readonly high: number
  readonly text: string
}
interface View {
  readonly height: number
  readonly layer: readonly { readonly name: string; readonly data: { readonly values: readonly Value[] } }[]
  readonly encoding: {
    readonly x: { readonly scale: { readonly domain: readonly [number, number] } }
    readonly y: { readonly axis: { readonly labelExpr: string } }
  }
}
const viewsOf = (spec: Spec) => spec.vconcat as readonly View[]
/** The values of a layer, over all groups in their order. */
const valuesOf = (spec: Spec, name: string) =>
  viewsOf(spec).flatMap(({ layer }) =>
    layer.filter((one) => one.name.endsWith(` ${name}`)).flatMap((one) => one.data.values),
  )
const domainOf = (spec: Spec) => viewsOf(spec)[0].encoding.x.scale.domain

test('each contrast is one row, from top to bottom as given, with its numbers and its verdict', async () => {
  const spec = draw(rows)
  const effects = valuesOf(spec, 'effect')
  assert.equal(
    effects.map(({ x }) => x),
    rows.map(({ effect }) => effect),
  )
  assert.equal(
    effects.map(({ row }) => row),
    [0, 1, 0, 1],
    'rows are counted from the top of each group',
  )
  const svg = await renderSvg(spec)
  for (const text of [
    'Adam shared with learning: 0.70 [0.63, 0.84], n = 100, Holds',
    'S = 10: 1.20 [1.08, \u2013], n = 100, Fails',
    'S = 50: 1.00 [\u2013, 1.20], n = 90, Undecided',
  ]) {
    assert.is(svg.split(`aria-label="${text}"`).length, 2, text)
  }
  for (const text of ['0.70 [0.63, 0.84]', 'Exchange', 'Sections', 'Two epochs', 'Holds', 'Fails', 'Undecided']) {
    assert.is(svg.split(`>${text}</text>`).length, 2, text)
  }
  assert.not.match(svg, /NaN|undefined|Infinity/)
})

test('an open end is an arrow at the edge of the axis, and a bounded end stands at its bound', () => {
  const spec = draw(rows)
  const [left, right] = domainOf(spec)
  const intervals = valuesOf(spec, 'interval')
  assert.equal(
    intervals.map(({ x, high }) => [x, high]),
    rows.map(({ low, high }) => [low ?? left, high ?? right]),
  )
  assert.equal(
    [valuesOf(spec, 'open low'), valuesOf(spec, 'open high')].map((arrows) => arrows.map(({ x }) => x)),
    [[left], [right]],
  )
  for (const value of rows.flatMap(({ low, effect, high }) => [low ?? effect, effect, high ?? effect])) {
    assert.ok(left < value && value < right)
  }
})

test('verdicts differ in colour and shape, and the legend lists those that were given', async () => {
  for (const look of ['color', 'shape'] as const) {
    assert.is(new Set(verdictStyles.map((style) => style[look])).size, verdictStyles.length)
  }
  const svg = await renderSvg(draw(rows.slice(0, 2)))
  assert.ok(svg.includes('>Holds</text>'))
  assert.not(svg.includes('>Undecided</text>'))
  const verdicts = [{ name: 'maybe', label: 'Perhaps', color: '#123456', shape: 'cross' as const }]
  const own = await renderSvg(draw([row('a', 1, 'maybe')], { verdicts }))
  assert.ok(own.includes('>Perhaps</text>') && own.includes('#123456'))
})

test('the line of no effect stands at 1 on a log axis, else at 0, and is always in sight', () => {
  assert.is(valuesOf(draw(rows), 'reference')[0].x, 1)
  const linear = draw([row('later', 30)], { x: { title: 'Episodes' } })
  assert.is(valuesOf(linear, 'reference')[0].x, 0)
  assert.ok(domainOf(linear)[0] <= 0)
  assert.ok(domainOf(draw([row('later', 30)]))[0] < 1)
  assert.is(valuesOf(draw(rows, { reference: 0.5 }), 'reference')[0].x, 0.5)
})

test('a long label is broken into lines, and the rows become high enough for it', () => {
  const long = 'Larger networks gain more from federation than small ones do'
  const [view] = viewsOf(draw([row(long, 1), row('b', 1)]))
  assert.ok(view.height > viewsOf(draw([row('a', 1), row('b', 1)]))[0].height)
  const [lines, other] = JSON.parse(view.encoding.y.axis.labelExpr.replace(/\[datum\.value\]$/, ''))
  assert.is(lines.join(' '), long)
  assert.ok(lines.length > 1 && lines.every((line: string) => line.length <= 20))
  assert.equal(other, ['b'])
})

test('the caption says what the interval, n and an arrow are', () => {
  const subtitle = (spec: Spec) => (spec.title as { subtitle: readonly string[] }).subtitle.join(' ')
  assert.is(subtitle(draw(rows)), 'Mark: effect; line: 95 % interval; arrow: unbounded. n = 90 to 100.')
  assert.is(subtitle(draw(rows.slice(0, 2))), 'Mark: effect; line: 95 % interval. n = 100.')
})

test('a figure draws to the same bytes twice, and from its file too', async () => {
  const spec = draw(rows, { sides: ['faster', 'slower'] })
  const svg = await renderSvg(spec)
  assert.equal(JSON.parse(specText(spec)), spec)
  assert.is(await renderSvg(JSON.parse(specText(spec))), svg)
  assert.ok(svg.includes('>faster \u2190 1 \u2192 slower</text>') || svg.includes('faster \u2190 1 \u2192 slower'))
})

test('a row that cannot be drawn is refused by its label', () => {
  const one = row('S = 10', 1.2)
  assert.throws(() => draw([]), /"rows" expected at least one, got none/)
  assert.throws(() => draw([one, { ...one, effect: 1.25 }]), /one per label, got two for "S = 10"/)
  draw([one, { ...one, group: 'other' }])
  assert.throws(() => draw([{ ...one, low: 1.3 }]), /low <= effect <= high, got 1.3, 1.2/)
  assert.throws(() => draw([{ ...one, effect: Number.NaN }]), /finite effects/)
  assert.throws(() => draw([{ ...one, low: 0 }]), /above 0 on a log axis, got 0 for "S = 10"/)
  assert.throws(() => draw([{ ...one, n: 0 }]), /n of at least 1, got 0/)
  assert.throws(() => draw([{ ...one, verdict: 'maybe' }]), /a verdict of holds, fails, open, got maybe/)
})

test.run()
