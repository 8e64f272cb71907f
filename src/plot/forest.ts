// Contrasts as a forest plot: one row for each, with its effect and interval beside "no effect", its numbers, and the
// verdict as colour and shape. Rows of one group stand under its heading.

import { type AxisOptions, isLog, titleOf, valueAxis, xChannel } from './axes.ts'
import { layer } from './layers.ts'
import { FONT, headOf, WIDTH, wrap } from './styles.ts'
import type { Spec } from './svg.ts'

/** One contrast. */
export interface ForestRow {
  readonly label: string
  /** the heading above it; rows of one group stand together */
  readonly group?: string
  readonly effect: number
  /** null if the interval is open at this end */
  readonly low: number | null
  readonly high: number | null
  /** how many seeds, or pairs of seeds, it is made of */
  readonly n: number
  /** the name of a verdict's style */
  readonly verdict: string
}

/** The look of a verdict. */
export interface VerdictStyle {
  readonly name: string
  readonly label: string
  readonly color: string
  readonly shape: 'circle' | 'square' | 'diamond' | 'triangle-up' | 'cross'
}

/** How contrasts are drawn. */
export interface ForestOptions {
  readonly title: string
  /** the caption; unless given, it says what mark and line are, and n */
  readonly caption?: string
  /** the axis of the effect; logarithmic for ratios */
  readonly x: AxisOptions
  /** the interval as the caption names it, such as `95 % interval` */
  readonly interval: string
  /** the value of "no effect"; unless given, 0, or 1 on a logarithmic axis */
  readonly reference?: number
  /** what an effect to the left and to the right of the reference means */
  readonly sides?: readonly [string, string]
  /** `verdictStyles` unless given */
  readonly verdicts?: readonly VerdictStyle[]
}

/** The looks of the usual verdicts. */
export const verdictStyles: readonly VerdictStyle[] = [
  { name: 'holds', label: 'Holds', color: '#0072b2', shape: 'circle' },
  { name: 'fails', label: 'Fails', color: '#d55e00', shape: 'square' },
  { name: 'open', label: 'Undecided', color: '#767676', shape: 'triangle-up' },
]

/** The widths of the columns of labels and of numbers, in pixels, and the characters in a line of a label. */
const COLUMNS = { labels: 172, numbers: 146, line: 20 }
const LINE = 16

/**
 * One row for each contrast, in the given order: its label, its interval with the effect, its numbers. An open end is
 * an arrow at the edge of the axis.
 * @throws RangeError for no rows, two rows of one label, low > effect > high, n below 1, a value of 0 or less on a
 *   logarithmic axis, and for an unknown verdict
 */
export function forestFigure(rows: readonly ForestRow[], options: ForestOptions): Spec {
  const { title, x, interval, sides, verdicts = verdictStyles, caption = forestCaption(rows, interval) } = options
  checkRows(rows, x, verdicts)
  const reference = options.reference ?? (isLog(x) ? 1 : 0)
  const drawn = rows.flatMap(({ low, effect, high }) => [low, effect, high].filter((value) => value !== null))
  const digits = digitsOf(drawn)
  const axis = valueAxis([...drawn, reference], x, null)
  const width = WIDTH - COLUMNS.labels - COLUMNS.numbers
  const channel = xChannel(axis, 'title', width)
  const sideWords = sides ? [`${sides[0]} \u2190 ${reference} \u2192 ${sides[1]}`] : []
  const axisTitle = [...wrap(titleOf(x), 24), ...sideWords]
  const groups = [...new Set(rows.map(({ group = '' }) => group))]
  const used = verdicts.filter(({ name }) => rows.some(({ verdict }) => verdict === name))
  return {
    ...headOf(title, caption),
    spacing: 10,
    vconcat: groups.map((group, i) => {
      const own = rows.filter((row) => (row.group ?? '') === group)
      const isLast = i === groups.length - 1
      const lines = own.map(({ label }) => wrap(label, COLUMNS.line))
      const rowHeight = LINE * Math.max(...lines.map(({ length }) => length)) + 8
      return {
        ...(group ? { title: { text: wrap(group, 60), fontSize: FONT, anchor: 'start', offset: 4 } } : {}),
        width,
        height: rowHeight * own.length,
        encoding: {
          x: { ...channel, axis: isLast ? { ...(channel.axis as Spec), title: axisTitle, tickCount: 4 } : null },
          y: {
            field: 'row',
            type: 'ordinal',
            scale: { domain: own.map((_, k) => k) },
            axis: {
              title: null,
              grid: false,
              labelExpr: `${JSON.stringify(lines)}[datum.value]`,
              labelAlign: 'left',
              labelLineHeight: LINE,
              labelPadding: COLUMNS.labels - 8,
            },
          },
        },
        // Layers of one name in two groups would share their data.
        layer: layersOf(own, { width, height: rowHeight * own.length, reference, axis, verdicts: used, digits }).map(
          (one) => ({ ...one, name: `group ${i + 1} ${one.name}` }),
        ),
      }
    }),
  }
}

interface Frame {
  readonly width: number
  readonly height: number
  readonly reference: number
  readonly axis: ReturnType<typeof valueAxis>
  readonly verdicts: readonly VerdictStyle[]
  readonly digits: number
}

function layersOf(rows: readonly ForestRow[], { width, height, reference, axis, verdicts, digits }: Frame): Spec[] {
  const [left, right] = axis.domain
  const values = rows.map(({ label, effect, low, high, n, verdict }, row) => {
    const style = verdicts.find(({ name }) => name === verdict)!
    const numbers = numbersOf({ effect, low, high }, digits)
    const isOpen = { low: low === null, high: high === null }
    const text = `${label}: ${numbers}, n = ${n}, ${style.label}`
    return { row, x: effect, low: low ?? left, high: high ?? right, isOpen, verdict: style.label, numbers, text }
  })
  const legend = { symbolType: 'circle', symbolSize: 90, symbolStrokeWidth: 1 }
  const scale = (range: readonly string[]) => ({ domain: verdicts.map(({ label }) => label), range })
  const channel = { field: 'verdict', type: 'nominal', legend }
  const color = { ...channel, scale: scale(verdicts.map((style) => style.color)) }
  const shape = { ...channel, scale: scale(verdicts.map((style) => style.shape)) }
  const arrow = (end: 'low' | 'high', x: number) => {
    const open = values.filter(({ isOpen }) => isOpen[end]).map((value) => ({ ...value, x }))
    const mark = { type: 'point', filled: true, size: 80, opacity: 1, aria: false }
    return layer(`open ${end}`, open, {
      mark: { ...mark, shape: end === 'low' ? 'triangle-left' : 'triangle-right' },
      encoding: { color },
    })
  }
  return [
    ...layer('reference', [{ x: reference }], {
      mark: { type: 'rule', color: '#555555', strokeDash: [4, 3], strokeWidth: 1.2, aria: false },
      encoding: { y: { value: 0 }, y2: { value: height } },
    }),
    ...layer(
      'interval',
      values.map((value) => ({ ...value, x: value.low })),
      { mark: { type: 'rule', strokeWidth: 2, aria: false }, encoding: { x2: { field: 'high' }, color } },
    ),
    ...arrow('low', left),
    ...arrow('high', right),
    ...layer('effect', values, {
      mark: { type: 'point', filled: true, size: 90, opacity: 1 },
      encoding: { color, shape, description: { field: 'text' } },
    }),
    ...layer('numbers', values, {
      mark: { type: 'text', align: 'right', fontSize: FONT, color: '#333333' },
      encoding: { x: { value: width + COLUMNS.numbers }, text: { field: 'numbers' } },
    }),
  ]
}

/** `0.82 [0.71, 0.95]`; an open end is a dash. */
function numbersOf({ effect, low, high }: Pick<ForestRow, 'effect' | 'low' | 'high'>, digits: number): string {
  const ends = [low, high].map((end) => (end === null ? '\u2013' : end.toFixed(digits)))
  return `${effect.toFixed(digits)} [${ends.join(', ')}]`
}

/** Digits after the point, the same in all rows: three digits of the largest number. */
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

function checkRows(rows: readonly ForestRow[], x: AxisOptions, verdicts: readonly VerdictStyle[]): void {
  if (!rows.length) throw new RangeError('"rows" expected at least one, got none: no contrast, nothing to draw')
  const seen = new Set<string>()
  for (const { group = '', label, low, effect, high, n, verdict } of rows) {
    const refuse = (what: string, got: unknown) => {
      throw new RangeError(`"rows" expected ${what}, got ${got} for "${label}"`)
    }
    const key = JSON.stringify([group, label])
    if (seen.has(key)) refuse('one per label', 'two')
    seen.add(key)
    const values = [low ?? effect, effect, high ?? effect]
    if (!values.every(Number.isFinite)) refuse('finite effects', values.join(', '))
    if (values[0] > effect || effect > values[2]) refuse('low <= effect <= high', values.join(', '))
    if (isLog(x) && values[0] <= 0) refuse('values above 0 on a log axis', values[0])
    if (!Number.isInteger(n) || n < 1) refuse('n of at least 1', n)
    if (verdicts.every(({ name }) => name !== verdict)) {
      refuse(`a verdict of ${verdicts.map(({ name }) => name).join(', ')}`, verdict)
    }
  }
}
