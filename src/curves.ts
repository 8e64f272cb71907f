// Measured curves -> Vega-Lite spec: a middle and a band over the seeds, beside closed forms and bounds. Payload over a
// setting (the paper's Fig. 5), payload and score over training, and any other y over x.

import { type AxisOptions, settingAxis } from './axes.ts'
import type { Point, Rule, Series } from './layers.ts'
import { drawPanels, type Panel, type Size } from './panels.ts'
import { checkPoints, type FigurePoint, panelsIn, seedsOf, seriesIn, stylesFor } from './points.ts'
import { referenceStyles, type SeriesStyle } from './styles.ts'
import type { Spec } from './svg.ts'

/** One place: low <= mid <= high over `runs` seeds; without low and high, no band. */
export interface CurvePoint extends FigurePoint {
  readonly mid: number
  readonly low?: number
  readonly high?: number
}

/** A line to compare with, dashed and grey: a constant, or a curve of two points at least. */
export interface Reference {
  readonly label: string
  /** default: in every panel */
  readonly panel?: string
  readonly y: number | readonly { readonly x: number; readonly y: number }[]
}

export interface PanelOptions {
  /** as the points say it */
  readonly name: string
  /** default: the name; '' = none */
  readonly title?: string
  /** an axis of its own */
  readonly y?: AxisOptions
}

export interface CurveOptions {
  readonly title: string
  /** default: how many seeds a point has, and what line and band are */
  readonly caption?: string
  readonly x: AxisOptions
  /** of all panels but those with their own */
  readonly y: AxisOptions
  /** looks, in the order of the legend; default: the methods', else a palette */
  readonly series?: readonly SeriesStyle[]
  /** order, titles and axes; default: by first appearance */
  readonly panels?: readonly PanelOptions[]
  readonly references?: readonly Reference[]
  /** vertical, with words; in every panel unless it names one */
  readonly rules?: readonly (Rule & { readonly panel?: string })[]
  /** default: column */
  readonly size?: Size
  readonly columns?: number
}

/**
 * y over x, a median line and band a series, all panels on the same axes but those with an axis of their own. Where a
 * series has more than 20 points they are vertices of the line, without dots.
 * @param points one a (panel, series, x), in any order
 * @throws RangeError for no points, two at one place, low > mid > high, a value that a log axis or a given domain
 *   cannot hold, a series or panel that `series` or `panels` does not list
 */
export function curveFigure(points: readonly CurvePoint[], options: CurveOptions): Spec {
  return drawCurves(points, options, (series) => [{ ...series, dots: series.points.length <= 20 }])
}

/** What is drawn of a series in a panel. */
type Finish = (series: Series, panel: string) => readonly Series[]

function drawCurves(points: readonly CurvePoint[], options: CurveOptions, finish: Finish): Spec {
  const { title, x, size = 'column', columns, references = [], rules = [] } = options
  const panels = panelsOf(points, options)
  const yOf = (panel: string) => panels.find(({ name }) => name === panel)!.y
  checkPoints(points, {
    name: 'points',
    x: 'x =',
    cap: null,
    isLogX: x.scale === 'log',
    isLogY: (panel) => yOf(panel).scale === 'log',
  })
  checkDomains(points, x, yOf)
  for (const rule of rules) checkWithin(x, rule.x, `the rule "${rule.text}"`)
  const styles = stylesFor(points, options.series)
  const xs = points.map((point) => point.x)
  const span = x.domain ?? (new Set(xs).size > 1 ? [Math.min(...xs), Math.max(...xs)] : settingAxis(xs, [], x).domain)
  const isIn = (panel: string) => (part: { readonly panel?: string }) => (part.panel ?? panel) === panel
  const drawn: Panel[] = panels.map(({ name, y, ...panel }) => {
    const own = seriesIn(name, points, styles).flatMap((series) => finish(series, name))
    const lines = references.filter(isIn(name)).map((line) => toSeries(line, references.indexOf(line), span))
    const series = [...lines, ...own]
    for (const { label, dots, points } of series) if (!dots) checkLine(label, points, x, y)
    return { title: panel.title, y, series, rules: rules.filter(isIn(name)) }
  })
  const shown = [...styles.map(({ label }) => label), ...references.map(({ label }) => label)]
  const labels = [...new Set(shown)].filter((label) =>
    drawn.some(({ series }) => series.some((s) => s.label === label)),
  )
  return drawPanels({
    title,
    caption: options.caption ?? curveCaption(points),
    size,
    columns,
    x,
    cap: null,
    panels: drawn,
    legend: labels.length > 1 ? labels : [],
  })
}

function curveCaption(points: readonly CurvePoint[]): string {
  const band = points.some(({ low }) => low !== undefined) ? ' Line: median; band: quartiles.' : ''
  return `${seedsOf(points)}${band}`
}

function panelsOf(points: readonly CurvePoint[], { panels, y }: CurveOptions): Required<PanelOptions>[] {
  const names = panelsIn(points)
  if (!panels) return names.map((name) => ({ name, title: name, y }))
  const unknown = names.find((name) => panels.every((panel) => panel.name !== name))
  if (unknown !== undefined) {
    const known = panels.map(({ name }) => name).join(', ')
    throw new RangeError(`"panels" expected every panel of the points, got none for "${unknown}": it has ${known}`)
  }
  return panels
    .filter(({ name }) => names.includes(name))
    .map((panel) => ({ name: panel.name, title: panel.title ?? panel.name, y: panel.y ?? y }))
}

type PanelAxis = (panel: string) => AxisOptions

function checkDomains(points: readonly CurvePoint[], x: AxisOptions, yOf: PanelAxis): void {
  for (const { panel, series, low, mid, high, ...at } of points) {
    const place = `${series} at x = ${at.x}`
    checkWithin(x, at.x, place)
    for (const value of [low, mid, high]) if (value !== undefined) checkWithin(yOf(panel), value, place)
  }
}

function checkWithin({ title, domain }: AxisOptions, value: number, place: string): void {
  if (!domain || (domain[0] <= value && value <= domain[1])) return
  const range = domain.join('..')
  throw new RangeError(
    `"domain" of "${title}" expected to hold all that is drawn, got ${range}, with ${value} for ${place}`,
  )
}

/** Lines may leave a given domain, where they are cut; they may not be what an axis has no place for. */
function checkLine(label: string, line: readonly Point[], x: AxisOptions, y: AxisOptions): void {
  const refuse = (axis: AxisOptions, value: number | null) => {
    const what = axis.scale === 'log' ? 'numbers above 0 on a log axis' : 'finite numbers'
    throw new RangeError(`"${label}" expected ${what}, got ${value} on "${axis.title}"`)
  }
  if (line.length < 2) throw new RangeError(`"${label}" expected two points at least, got ${line.length}: no line`)
  for (const point of line) {
    for (const [axis, value] of [[x, point.x] as const, [y, point.mid!] as const]) {
      if (!Number.isFinite(value) || (axis.scale === 'log' && value <= 0)) refuse(axis, value)
    }
  }
}

function toSeries({ label, y }: Reference, i: number, [left, right]: readonly [number, number]): Series {
  const points: readonly Point[] =
    typeof y === 'number'
      ? [left, right].map((x) => ({ x, mid: y }))
      : y.map((point) => ({ x: point.x, mid: point.y })).sort((a, b) => a.x - b.x)
  const look = referenceStyles[i % referenceStyles.length]
  return { ...look, name: `reference ${i + 1}`, label, band: 'none', line: true, dots: false, points }
}

/** What a method sends by its definition: drawn as that method's line, through the measured marks. */
export interface ClosedForm {
  readonly panel: 'uplink' | 'downlink'
  readonly series: string
  /** as the caption says it: 4 W(n, l) */
  readonly text: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface PayloadOptions extends Pick<CurveOptions, 'title' | 'caption' | 'series' | 'rules' | 'size'> {
  readonly x: AxisOptions
  readonly forms?: readonly ClosedForm[]
  /** default: 1, the panels above each other */
  readonly columns?: number
}

/**
 * Payload (bytes an agent and exchange, logarithmic) over any setting: uplink and downlink on the same axes. Points are
 * marks with whiskers from low to high, joined by a line, or by the closed form where a method has one.
 * @param points one a (panel, series, x); panel is `uplink` or `downlink`
 * @throws RangeError as curveFigure, and for 0 bytes: a method that sends nothing has no place on a log axis
 */
export function payloadFigure(points: readonly CurvePoint[], options: PayloadOptions): Spec {
  const { forms = [], columns = 1, caption = payloadCaption(points, options) } = options
  const panels = [
    { name: 'uplink', title: 'Uplink: an agent sends' },
    { name: 'downlink', title: 'Downlink: an agent receives' },
  ]
  const y: AxisOptions = { title: 'Payload', scale: 'log', format: 'bytes' }
  const bare = forms.find((form) => !points.some((at) => at.panel === form.panel && at.series === form.series))
  if (bare) {
    throw new RangeError(
      `"forms" expected a series of the points, got ${bare.series} in ${bare.panel}: nothing was measured there`,
    )
  }
  return drawCurves(points, { ...options, columns, caption, panels, y }, (series, panel) => {
    const form = forms.find((one) => one.panel === panel && one.series === series.name)
    const marks: Series = { ...series, band: series.band === 'area' ? 'whiskers' : 'none', line: !form }
    if (!form) return [marks]
    const line = form.points.map(({ x, y }) => ({ x, mid: y })).sort((a, b) => a.x - b.x)
    return [{ ...series, name: `${series.name} form`, band: 'none', dots: false, points: line }, marks]
  })
}

function payloadCaption(points: readonly CurvePoint[], { forms = [], series }: PayloadOptions): string {
  const labels = new Map(stylesFor(points, series).map(({ name, label }) => [name, label]))
  const lines = new Set(forms.map((form) => `${labels.get(form.series) ?? form.series} = ${form.text}`))
  const closed = lines.size ? ` Line through the marks: closed form, ${[...lines].join(', ')}.` : ''
  return `${seedsOf(points)} Mark: median of what was sent; whisker: quartiles.${closed}`
}

/**
 * Payload of each exchange and mean score over training, above each other: a median line and band a series.
 * @param points one a (panel, series, x); panel is `bytes` (an agent and exchange, above 0) or `score` (0..500), x the
 *   episode
 * @throws RangeError as curveFigure
 */
export function progressFigure(
  points: readonly CurvePoint[],
  options: Pick<CurveOptions, 'title' | 'caption' | 'series' | 'rules' | 'size'>,
): Spec {
  const y: AxisOptions = { title: 'Payload', scale: 'log', format: 'bytes' }
  const panels = [
    { name: 'bytes', title: '', y },
    { name: 'score', title: '', y: { title: 'Mean score' } },
  ]
  return curveFigure(points, { ...options, x: { title: 'Episode' }, y, panels, columns: 1 })
}
