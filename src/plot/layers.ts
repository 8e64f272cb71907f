// The layers of one panel: bands, whiskers, lines, dots, the strip above the cap, and rules. No line joins a value and
// a value above the cap. A point is one mark: its dot, its open mark in the strip or, in a dense curve, a vertex of the
// line.

import { type Axis, type AxisOptions, placeOn, shifted } from './axes.ts'
import { FONT, type SeriesStyle, wrap } from './styles.ts'
import { EM, type Spec } from './svg.ts'

/** A value at one place. */
export interface PanelPoint {
  readonly x: number
  /** null if it is censored, above the cap of the axis */
  readonly mid: number | null
  /** the ends of its band, both or neither; each is null if it lies above the cap */
  readonly low?: number | null
  readonly high?: number | null
  /** its place in words, for readers who cannot see the drawing; x unless given */
  readonly at?: string
}

/** What is drawn of a series in a panel. */
export interface PanelSeries extends SeriesStyle {
  readonly band: 'area' | 'whiskers' | 'none'
  readonly hasLine: boolean
  readonly hasDots: boolean
  /** by ascending x */
  readonly points: readonly PanelPoint[]
}

/** A vertical line with text at its upper end. */
export interface Rule {
  readonly x: number
  readonly text: string
}

/** One panel. */
export interface Panel {
  /** its title; empty for none */
  readonly title: string
  /** panels with the same object share their axis */
  readonly y: AxisOptions
  /** an x axis of its own; that of the figure unless given */
  readonly x?: AxisOptions
  /** shares, 0 to 1, that are drawn in a low strip below the panel, on its x axis */
  readonly shares?: readonly PanelSeries[]
  readonly series: readonly PanelSeries[]
  readonly rules: readonly Rule[]
  /** whether it takes the whole width */
  readonly isWide?: boolean
}

/** The looks of labels, which all panels share. */
export interface Scales {
  readonly color: Spec
  readonly dash: Spec
}

interface Frame extends Scales {
  readonly width: number
  readonly x: Axis
  readonly y: Axis
}

export function panelLayers({ series, rules }: Panel, frame: Frame): Spec[] {
  const { color, dash, y } = frame
  const byWeight = [...series.filter((one) => one.dash), ...series.filter((one) => !one.dash)]
  const rowsOf = (pick: (one: PanelSeries) => Row[]) => byWeight.flatMap((one) => pick(one))
  const bands = rowsOf((one) => (one.band === 'none' ? [] : bandOf(one, y.domain[1])))
  const isJoined = (row: Row) => row.isArea && bands.some((other) => other !== row && isSame(other, row))
  const asIs = { type: 'quantitative', scale: null }
  // The colour of marks has a channel of its own, so that the legend shows lines alone.
  const own = { field: 'color', type: 'nominal', scale: null }
  const point = { size: { field: 'size', ...asIs }, description: { field: 'text', type: 'nominal' } }
  const detail = { field: 'stretch' }
  const band = { y2: { field: 'high' }, detail }
  const alone = bands.filter((row) => !isJoined(row))
  const ends = [...alone, ...alone.map((row) => ({ ...row, y: row.high! }))]
  const whiskers = [
    ...layer('whisker', alone, { mark: { type: 'rule', strokeWidth: 1.6, aria: false }, encoding: band }),
    ...layer('whisker end', ends, { mark: { type: 'tick', orient: 'horizontal', size: 8, aria: false }, encoding: {} }),
  ] as { encoding: Spec }[]
  return [
    ...laneLayer(frame),
    ...layer('band', bands.filter(isJoined), {
      mark: { type: 'area', opacity: 0.2, aria: false },
      encoding: { ...band, fill: own },
    }),
    ...whiskers.map((row) => ({ ...row, encoding: { ...row.encoding, stroke: own } })),
    ...ruleLayers(rules, frame),
    // This layer is drawn even without rows, so that the legend names a series whose values are all censored.
    {
      name: 'line',
      data: { values: rowsOf((one) => (one.hasLine ? lineOf(one) : [])) },
      mark: { type: 'line', clip: true, aria: false },
      encoding: { color, strokeDash: dash, strokeWidth: { field: 'weight', ...asIs }, detail },
    },
    ...layer(
      'dot',
      rowsOf((one) => (one.hasDots ? lineOf(one) : [])),
      { mark: { type: 'point', filled: true, opacity: 1 }, encoding: { fill: own, ...point } },
    ),
    ...layer('censored', censoredRows(byWeight, frame), {
      mark: { type: 'point', fill: 'white', opacity: 1, strokeWidth: 1.8 },
      encoding: { stroke: own, ...point },
    }),
  ]
}

/** A layer, or nothing if there are no rows: a layer without data would still be drawn as a group. */
export function layer(name: string, values: readonly object[], spec: Spec): Spec[] {
  return values.length ? [{ name, data: { values }, ...spec }] : []
}

interface Row {
  readonly x: number
  readonly y: number
  readonly label: string
  readonly color: string
  /** points of one stretch are joined; a censored or missing value ends it */
  readonly stretch: string
  readonly high?: number
  readonly isArea?: boolean
  readonly size?: number
  readonly weight?: number
  readonly text?: string
}

const isSame = (a: Row, b: Row) => a.label === b.label && a.stretch === b.stretch

function stretches(
  { name, label, color, points }: PanelSeries,
  pick: (point: PanelPoint) => number | null | undefined,
) {
  let stretch = 0
  return points.flatMap((point) => {
    const y = pick(point) ?? null
    if (y !== null) return [{ point, row: { x: point.x, y, label, color, stretch: `${name} ${stretch}` } }]
    stretch++
    return []
  })
}

/**
 * The band of a series. Where `high` is censored, it reaches to the top of the strip; where `low` is censored, there is
 * no band.
 */
function bandOf(series: PanelSeries, end: number): Row[] {
  const found = stretches(series, ({ low, high }) => (high === undefined ? null : low))
  return found.map(({ point, row }) => ({ ...row, high: point.high ?? end, isArea: series.band === 'area' }))
}

function lineOf(series: PanelSeries): Row[] {
  return stretches(series, ({ mid }) => mid).map(({ point, row }) => ({
    ...row,
    size: series.dash ? 14 : 44,
    weight: series.dash ? 1.6 : 2.4,
    text: textOf(series.label, point),
  }))
}

/** `FRD at 4: 277 (254 to 315)`, for readers who cannot see the drawing. */
function textOf(label: string, { x, at, mid, low, high }: PanelPoint): string {
  const around = typeof low !== 'number' ? '' : high === null ? ` (${low} to above the cap)` : ` (${low} to ${high})`
  return `${label} at ${at ?? x}: ${mid}${around}`
}

function laneLayer({ x, y }: Frame): Spec[] {
  if (!y.lane) return []
  return layer('lane', [{ x: x.domain[0], right: x.domain[1], y: y.lane.low, high: y.domain[1] }], {
    mark: { type: 'rect', color: '#f0f0f0', aria: false },
    encoding: { x2: { field: 'right' }, y2: { field: 'high' } },
  })
}

/**
 * Open marks in the strip, side by side if several medians of one x are censored, and closer together where the marks of
 * the next x would be reached. No line leads to them.
 */
function censoredRows(series: readonly PanelSeries[], { width, x: axis, y }: Frame): Row[] {
  const dotted = series.filter(({ hasDots }) => hasDots)
  const places = [...new Set(dotted.flatMap(({ points }) => points.map(({ x }) => x)))]
  return places.flatMap((x) => {
    const above = dotted.filter(({ points }) => points.some((point) => point.x === x && point.mid === null))
    const gaps = places.filter((other) => other !== x).map((other) => Math.abs(placeOn(axis, other) - placeOn(axis, x)))
    const step = Math.min(10, (0.8 * width * Math.min(1, ...gaps)) / above.length)
    return above.map(({ label, color, dash, points }, i) => ({
      x: shifted(x, ((i - (above.length - 1) / 2) * step) / width, axis),
      y: y.lane!.middle,
      label,
      color,
      stretch: '',
      size: dash ? 26 : 50,
      text: `${label} at ${points.find((point) => point.x === x)?.at ?? x}: > ${y.lane!.cap}`,
    }))
  })
}

/** The text stands on the side of the rule that has more room, in lines that fit there. */
function ruleLayers(rules: readonly Rule[], { width, x: axis, y }: Frame): Spec[] {
  return rules.flatMap(({ x, text }, i) => {
    const place = placeOn(axis, x)
    const [dx, align, room] = place > 0.5 ? [-6, 'right', place] : [6, 'left', 1 - place]
    const lines = wrap(text, Math.min(26, Math.floor((room * width - 6) / (EM * FONT))))
    return [
      ...layer(`rule ${i + 1}`, [{ x, y: y.domain[0], high: y.domain[1] }], {
        mark: { type: 'rule', color: '#555555', strokeWidth: 1.2, strokeDash: [3, 3], aria: false },
        encoding: { y2: { field: 'high' } },
      }),
      ...layer(`rule ${i + 1} text`, [{ x, y: y.domain[1] }], {
        mark: {
          type: 'text',
          text: lines,
          align,
          baseline: 'top',
          dx,
          dy: 2,
          fontSize: FONT,
          lineHeight: 16,
          color: '#333333',
          clip: true,
        },
      }),
    ]
  })
}
