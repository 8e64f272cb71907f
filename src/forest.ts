// Contrasts -> Vega-Lite spec: a row each, its effect and interval against "no effect", its numbers, and the verdict as
// colour and shape. For sensitivity tables and claims. Columns of text are clipped marks of known width, as Vega takes
// text for wider than it is.

import { type AxisOptions, titleOf, valueAxis, xChannel } from './axes.ts'
import { layer, wrap } from './layers.ts'
import { headOf, type Size } from './panels.ts'
import type { Spec } from './svg.ts'

export interface ForestRow {
  readonly label: string
  /** a heading above the first row of each group; rows of one stand together */
  readonly group?: string
  readonly effect: number
  /** null = open: no bound was reached */
  readonly low: number | null
  readonly high: number | null
  /** seeds, or pairs of them, behind it */
  readonly n: number
  /** a name of the verdict styles */
  readonly verdict: string
}

export interface VerdictStyle {
  readonly name: string
  readonly label: string
  readonly color: string
  readonly shape: 'circle' | 'square' | 'diamond' | 'triangle-up' | 'cross'
}

export interface ForestOptions {
  readonly title: string
  /** default: what mark and line are, and n */
  readonly caption?: string
  /** of the effect; logarithmic for ratios */
  readonly x: AxisOptions
  /** as the caption says it: `95 % interval` */
  readonly interval: string
  /** no effect; default: 0, or 1 on a log axis */
  readonly reference?: number
  /** what an effect left and right of the reference means */
  readonly sides?: readonly [string, string]
  /** default: `verdictStyles` */
  readonly verdicts?: readonly VerdictStyle[]
  /** default: column */
  readonly size?: Size
}

export const verdictStyles: readonly VerdictStyle[] = [
  { name: 'holds', label: 'Holds', color: '#0072b2', shape: 'circle' },
  { name: 'fails', label: 'Fails', color: '#d55e00', shape: 'square' },
  { name: 'open', label: 'Undecided', color: '#767676', shape: 'triangle-up' },
]

/** Pixels: the columns of labels, marks and numbers; characters of a label's line. */
const layouts = {
  column: { label: 172, plot: 168, numbers: 136, line: 18 },
  page: { label: 420, plot: 310, numbers: 146, line: 50 },
}
const FONT = 13
const LINE = 15
const HEAD = 24

/** A row's place; a heading has no row. */
interface Slot {
  /** pixels from the top to its middle */
  readonly y: number
  readonly lines: readonly string[]
  readonly row?: ForestRow
}

/**
 * A row a contrast, in the order given: label and n, interval with its effect, the numbers. An open end is an arrow at
 * the edge of the axis.
 * @throws RangeError for no rows, two of one label, low > effect > high, n below 1, 0 or less on a log axis, an unknown
 *   verdict
 */
export function forestFigure(rows: readonly ForestRow[], options: ForestOptions): Spec {
  const { title, x, interval, sides, verdicts = verdictStyles, size = 'column' } = options
  checkRows(rows, x, verdicts)
  const reference = options.reference ?? (x.scale === 'log' ? 1 : 0)
  const layout = layouts[size]
  const { slots, height } = slotsOf(rows, layout.line)
  const drawn = rows.flatMap(({ low, effect, high }) => [low, effect, high].filter((value) => value !== null))
  const digits = digitsOf(drawn)
  const axis = valueAxis([...drawn, reference], x, null, 0)
  const y = { field: 'y', type: 'quantitative', scale: { domain: [height, 0], nice: false }, axis: null }
  const view = (width: number, encoding: Spec, layers: Spec[]) => ({ width, height, encoding, layer: layers })
  const channel = xChannel(axis, true)
  const sideWords = sides ? [`${sides[0]} \u2190 ${reference} \u2192 ${sides[1]}`] : []
  return {
    ...headOf({ title, caption: options.caption ?? forestCaption(rows, interval), size }),
    spacing: 8,
    bounds: 'flush',
    hconcat: [
      view(layout.label, { y }, labelLayers(slots, layout.label)),
      view(
        layout.plot,
        {
          y,
          x: {
            ...channel,
            axis: {
              ...(channel.axis as Spec),
              title: [titleOf(axis), ...sideWords],
              tickCount: 4,
              labelFontSize: FONT,
              titleFontSize: FONT,
            },
          },
        },
        effectLayers(slots, height, reference, axis.domain, verdicts, digits),
      ),
      view(layout.numbers, { y }, numberLayers(slots, layout.numbers, digits)),
    ],
  }
}

function slotsOf(rows: readonly ForestRow[], line: number): { slots: Slot[]; height: number } {
  const slots: Slot[] = []
  let height = HEAD
  const add = (lines: readonly string[], above: number, row?: ForestRow) => {
    const own = above + LINE * lines.length + 9
    slots.push({ y: height + (above + own) / 2, lines, row })
    height += own
  }
  rows.forEach((row, i) => {
    const { group } = row
    if (group && group !== rows[i - 1]?.group) add([group], i ? 8 : 0)
    add(wrap(row.label, line), 0, row)
  })
  return { slots, height }
}

/** A column of text at one x of its view, left or right. */
function textLayer(name: string, values: readonly object[], x: number, align: string, more: Spec = {}): Spec[] {
  return layer(name, values, {
    mark: {
      type: 'text',
      baseline: 'middle',
      fontSize: FONT,
      lineHeight: LINE,
      color: '#333333',
      clip: true,
      align,
      ...more,
    },
    encoding: { x: { value: x }, text: { field: 'text' } },
  })
}

function labelLayers(slots: readonly Slot[], width: number): Spec[] {
  const isRow = ({ row }: Slot) => row !== undefined
  // y is the first line's middle
  const texts = (some: readonly Slot[]) =>
    some.map(({ y, lines }) => ({ y: y - ((lines.length - 1) * LINE) / 2, text: lines }))
  const counts = slots.flatMap(({ y, row }) => (row ? [{ y, text: String(row.n) }] : []))
  return [
    ...textLayer('label', texts(slots.filter(isRow)), 0, 'left'),
    ...textLayer('group', texts(slots.filter((slot) => !isRow(slot))), 0, 'left', { fontWeight: 'bold' }),
    ...textLayer('n', [{ y: HEAD / 2, text: 'n' }, ...counts], width, 'right', { color: '#666666' }),
  ]
}

function numberLayers(slots: readonly Slot[], width: number, digits: number): Spec[] {
  const texts = slots.flatMap(({ y, row }) => (row ? [{ y, text: numbersOf(row, digits) }] : []))
  return [
    ...textLayer('numbers', texts, width, 'right'),
    ...textLayer('numbers head', [{ y: HEAD / 2, text: 'effect [interval]' }], width, 'right', { color: '#666666' }),
  ]
}

function effectLayers(
  slots: readonly Slot[],
  height: number,
  reference: number,
  [left, right]: readonly [number, number],
  verdicts: readonly VerdictStyle[],
  digits: number,
): Spec[] {
  const rows = slots.flatMap(({ y, row }) => {
    if (!row) return []
    const { label, low, effect, high, n, verdict } = row
    const style = verdicts.find(({ name }) => name === verdict)!
    const text = `${label}: ${numbersOf(row, digits)}, n = ${n}, ${style.label}`
    const ends = { low: low ?? left, high: high ?? right }
    return [{ y, x: effect, ...ends, isOpenLow: low === null, isOpenHigh: high === null, verdict: style.label, text }]
  })
  const used = verdicts.filter(({ label }) => rows.some(({ verdict }) => verdict === label))
  const domain = used.map(({ label }) => label)
  const verdict = {
    field: 'verdict',
    type: 'nominal',
    legend: { symbolType: 'circle', symbolSize: 90, symbolStrokeWidth: 1 },
  }
  const color = { ...verdict, scale: { domain, range: used.map((style) => style.color) } }
  const shape = { ...verdict, scale: { domain, range: used.map((style) => style.shape) } }
  const arrow = (name: string, field: 'isOpenLow' | 'isOpenHigh', x: number, shape: string) => {
    const open = rows.filter((row) => row[field]).map(({ y, verdict }) => ({ y, x, verdict }))
    return layer(name, open, {
      mark: { type: 'point', filled: true, shape, size: 80, opacity: 1, aria: false },
      encoding: { color },
    })
  }
  return [
    ...layer('reference', [{ x: reference, y: HEAD, below: height }], {
      mark: { type: 'rule', color: '#555555', strokeDash: [4, 3], strokeWidth: 1.2, aria: false },
      encoding: { y2: { field: 'below' } },
    }),
    ...layer(
      'interval',
      rows.map(({ y, low, high, verdict }) => ({ y, x: low, high, verdict })),
      {
        mark: { type: 'rule', strokeWidth: 2, aria: false },
        encoding: { x2: { field: 'high' }, color },
      },
    ),
    ...arrow('open low', 'isOpenLow', left, 'triangle-left'),
    ...arrow('open high', 'isOpenHigh', right, 'triangle-right'),
    ...layer(
      'effect',
      rows.map(({ y, x, verdict, text }) => ({ y, x, verdict, text })),
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: { color, shape, description: { field: 'text' } },
      },
    ),
  ]
}

/** `0.82 [0.71, 0.95]`; an open end is a dash. */
function numbersOf({ effect, low, high }: ForestRow, digits: number): string {
  const ends = [low, high].map((end) => (end === null ? '\u2013' : end.toFixed(digits)))
  return `${effect.toFixed(digits)} [${ends.join(', ')}]`
}

/** After the point, in all rows alike: three digits of the largest number. */
function digitsOf(values: readonly number[]): number {
  const most = Math.max(...values.map(Math.abs))
  return most >= 100 ? 0 : most >= 10 ? 1 : most >= 0.95 ? 2 : 3
}

function forestCaption(rows: readonly ForestRow[], interval: string): string {
  const counts = rows.map(({ n }) => n)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  const open = rows.some(({ low, high }) => low === null || high === null) ? '; arrow: unbounded' : ''
  return `Mark: effect; line: ${interval}${open}. n = ${least === most ? most : `${least} to ${most}`}.`
}

function checkRows(rows: readonly ForestRow[], { scale }: AxisOptions, verdicts: readonly VerdictStyle[]): void {
  if (!rows.length) throw new RangeError('"rows" expected at least one, got none: no contrast, nothing to draw')
  const seen = new Set<string>()
  for (const { group = '', label, low, effect, high, n, verdict } of rows) {
    const refuse = (what: string, got: unknown) => {
      throw new RangeError(`"rows" expected ${what}, got ${got} for "${label}"`)
    }
    const key = JSON.stringify([group, label])
    if (seen.has(key)) refuse('one a label', 'two')
    seen.add(key)
    const values = [low ?? effect, effect, high ?? effect]
    if (!values.every(Number.isFinite)) refuse('finite effects', values.join(', '))
    if (values[0] > effect || effect > values[2]) refuse('low <= effect <= high', values.join(', '))
    if (scale === 'log' && values[0] <= 0) refuse('values above 0 on a log axis', values[0])
    if (!Number.isInteger(n) || n < 1) refuse('n of at least 1', n)
    if (verdicts.every(({ name }) => name !== verdict)) {
      refuse(`a verdict of ${verdicts.map(({ name }) => name).join(', ')}`, verdict)
    }
  }
}
