// The layers of one panel: series as lines between points with a band around them, the lane of censored medians,
// vertical rules. Nothing is drawn between a value and "above the cap"; a point is one mark: its dot, its open marker in
// the lane, or, in a dense curve, a vertex of the line.

import { type Axis, shareOf, shifted } from './axes.ts'
import type { Spec } from './svg.ts'

export interface Point {
  readonly x: number
  /** null = censored: above the cap of the axis */
  readonly mid: number | null
  /** undefined = nothing around mid */
  readonly low?: number | null
  readonly high?: number | null
}

export interface Series {
  /** in layer names */
  readonly name: string
  /** in the legend, where that lists it, and in the text of its points */
  readonly label: string
  readonly color: string
  /** present = thin, and below the others: a control or a reference */
  readonly dash?: readonly number[]
  readonly band: 'area' | 'whiskers' | 'none'
  readonly line: boolean
  readonly dots: boolean
  /** by ascending x */
  readonly points: readonly Point[]
}

/** A vertical line with words at its upper end. */
export interface Rule {
  readonly x: number
  readonly text: string
}

export interface Frame {
  readonly width: number
  readonly height: number
  readonly x: Axis
  readonly y: Axis
  /** scales of labels, shared by all panels */
  readonly color: Spec
  readonly dash: Spec
}

export function panelLayers(series: readonly Series[], rules: readonly Rule[], frame: Frame): Spec[] {
  const weights = [series.filter(({ dash }) => dash), series.filter(({ dash }) => !dash)]
  return [
    laneLayer(frame),
    ...series.map((one) => (one.band === 'area' ? bandLayers(one, frame) : [])),
    ruleLayers(rules, frame),
    ...weights.flatMap((some) => [
      ...some.map((one) => (one.line ? lineLayers(one, frame) : [])),
      ...some.map((one) => (one.band === 'whiskers' ? whiskerLayers(one) : [])),
      ...some.map((one) => (one.dots ? dotLayers(one) : [])),
    ]),
    censoredLayers(series, frame),
  ].flat()
}

/** Nothing without rows: a layer without data would still be drawn as a group. */
export function layer(name: string, values: readonly object[], spec: Spec): Spec[] {
  return values.length ? [{ name, data: { values }, ...spec }] : []
}

function laneLayer({ x, y }: Frame): Spec[] {
  if (!y.lane) return []
  return layer('lane', [{ x: x.domain[0], right: x.domain[1], y: y.lane.low, high: y.domain[1] }], {
    mark: { type: 'rect', color: '#f0f0f0', aria: false },
    encoding: { x2: { field: 'right' }, y2: { field: 'high' } },
  })
}

const byStretch = { detail: { field: 'stretch' } }

/**
 * Fill between low and high, and an edge along each finite one. Where high is censored the fill runs into the lane and
 * has no edge there; where low is, there is no band. A point without a neighbour gets a bar.
 */
function bandLayers({ name, color: own, dash, points }: Series, { y }: Frame): Spec[] {
  const [color, opacity] = dash ? ['#8a8a8a', 0.16] : [own, 0.24]
  const banded = points.filter(({ high }) => high !== undefined)
  const rows = stretches(banded, low, (point) => ({ high: point.high ?? y.domain[1] }))
  const isAlone = (row: Row) => rows.filter(({ stretch }) => stretch === row.stretch).length === 1
  const upTo = { y2: { field: 'high' } }
  const band = { mark: { type: 'area', color, opacity, aria: false }, encoding: { ...upTo, ...byStretch } }
  const bar = { mark: { type: 'bar', orient: 'vertical', color, opacity, size: 9, aria: false }, encoding: upTo }
  const edge = {
    mark: { type: 'line', color, opacity: 2 * opacity, strokeWidth: 1, aria: false },
    encoding: byStretch,
  }
  const joined = rows.filter((row) => !isAlone(row))
  return [
    layer(`${name} band`, joined, band),
    layer(`${name} bar`, rows.filter(isAlone), bar),
    layer(`${name} lower edge`, stretches(banded, low), edge),
    layer(`${name} upper edge`, stretches(banded, high), edge),
  ].flat()
}

function whiskerLayers({ name, color, points }: Series): Spec[] {
  const rows = stretches(points, low, (point) => ({ high: point.high }))
  const rule = { mark: { type: 'rule', color, strokeWidth: 1.8, aria: false }, encoding: { y2: { field: 'high' } } }
  const end = { mark: { type: 'tick', orient: 'horizontal', color, thickness: 1.8, size: 9, opacity: 1, aria: false } }
  return [
    layer(`${name} whisker`, rows, rule),
    layer(`${name} whisker end`, [...rows, ...rows.map((row) => ({ ...row, y: row.high }))], end),
  ].flat()
}

/** Drawn without rows too: where all of a series is censored, the legend still names it. */
function lineLayers({ name, label, dash, dots, points }: Series, { color, dash: dashes }: Frame): Spec[] {
  return [
    {
      name: `${name} line`,
      data: { values: stretches(points, mid, () => ({ label })) },
      // a reference may leave the panel
      mark: { type: 'line', strokeWidth: dash ? 1.6 : 2.6, aria: false, ...(dots ? {} : { clip: true }) },
      encoding: { color, strokeDash: dashes, ...byStretch },
    },
  ]
}

function dotLayers({ name, label, color, dash, points }: Series): Spec[] {
  const rows = stretches(points, mid, (point) => ({ text: textOf(label, point) }))
  return layer(`${name} dot`, rows, {
    mark: { type: 'point', filled: true, color, size: dash ? 14 : 62, opacity: 1 },
    encoding: { description: { field: 'text' } },
  })
}

/** Open markers in the lane, side by side where several medians of one x are censored; no line leads to them. */
function censoredLayers(series: readonly Series[], { width, x: axis, y }: Frame): Spec[] {
  const dotted = series.filter(({ dots }) => dots)
  const places = new Set(dotted.flatMap(({ points }) => points.map(({ x }) => x)))
  const rows = [...places].flatMap((x) => {
    const above = dotted.filter(({ points }) => points.some((point) => point.x === x && point.mid === null))
    return above.map(({ name, label, color, dash }, i) => ({
      x: shifted(x, ((i - (above.length - 1) / 2) * 11) / width, axis),
      y: y.lane!.middle,
      series: name,
      color,
      size: dash ? 30 : 62,
      text: `${label} at ${x}: > ${y.lane!.cap}`,
    }))
  })
  return layer('censored', rows, {
    mark: { type: 'point', filled: false, fill: 'white', opacity: 1, strokeWidth: 1.8 },
    encoding: {
      stroke: { field: 'color', type: 'nominal', scale: null },
      size: { field: 'size', type: 'quantitative', scale: null },
      description: { field: 'text' },
    },
  })
}

/** The words stand on the side with more room, in lines that fit it; they are cut at the panel, as Vega takes them for wider. */
function ruleLayers(rules: readonly Rule[], { width, x: axis, y }: Frame): Spec[] {
  return rules.flatMap(({ x, text }, i) => {
    const share = shareOf(x, axis)
    const [side, align, room] = share > 0.5 ? [-6, 'right', share] : [6, 'left', 1 - share]
    const lines = wrap(text, Math.min(24, Math.floor((room * width - 6) / 7.6)))
    const words = { type: 'text', text: lines, align, baseline: 'top', dx: side, dy: 3, fontSize: 13, lineHeight: 16 }
    return [
      ...layer(`rule ${i + 1}`, [{ x, y: y.domain[0], high: y.domain[1] }], {
        mark: { type: 'rule', color: '#555555', strokeWidth: 1.2, strokeDash: [3, 3], aria: false },
        encoding: { y2: { field: 'high' } },
      }),
      ...layer(`rule ${i + 1} text`, [{ x, y: y.domain[1] }], { mark: { ...words, color: '#333333', clip: true } }),
    ]
  })
}

interface Row {
  readonly x: number
  readonly y: number
  /** points of one stretch are joined; a censored or missing value ends it */
  readonly stretch: number
}

type Pick = (point: Point) => number | null | undefined

function stretches<T>(points: readonly Point[], pick: Pick, more?: (point: Point) => T): (Row & T)[] {
  let stretch = 0
  return points.flatMap((point) => {
    const y = pick(point) ?? null
    if (y !== null) return [{ x: point.x, y, stretch, ...more?.(point) } as Row & T]
    stretch++
    return []
  })
}

const low = (point: Point) => point.low
const mid = (point: Point) => point.mid
const high = (point: Point) => point.high

/** `FRD at 4: 277 (254 to 315)`, for who cannot see the drawing. */
function textOf(label: string, { x, mid, low, high }: Point): string {
  const around = typeof low !== 'number' ? '' : high === null ? ` (${low} to above the cap)` : ` (${low} to ${high})`
  return `${label} at ${x}: ${mid}${around}`
}

/** Lines of at most `length` characters; Vega does not wrap, and without a canvas it takes 0.8 em a character. */
export function wrap(text: string, length: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]
    if (last !== undefined && last.length + 1 + word.length <= length) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
