// Values over a setting, as curves: for each series a middle and a band over the seeds, in panels, beside closed forms,
// bounds and rules. All figures except contrasts are drawn here; they differ in their points and options.

import { type AxisOptions, isLog, settingAxis } from './axes.ts'
import { checkLine, checkWithin } from './fits.ts'
import type { Panel, PanelSeries, Rule } from './layers.ts'
import { drawPanels } from './panels.ts'
import { isControl, referenceStyles, type SeriesStyle, seriesStyles } from './styles.ts'
import type { Spec } from './svg.ts'

/** One place of a figure. Points of one panel, and of one series, may stand anywhere in the list. */
export interface CurvePoint {
  /** its panel; empty for the only panel, which has no title */
  readonly panel: string
  /** a method's name, or any other */
  readonly series: string
  readonly x: number
  /** null if it lies above the cap of the figure */
  readonly mid: number | null
  /** the ends of the band, both or neither; each is null if it lies above the cap */
  readonly low?: number | null
  readonly high?: number | null
  /** how many seeds it is made of */
  readonly runs: number
  /** the share of them that completed, 0 to 1, drawn in a strip below the panel */
  readonly share?: number
  /** its place in words where x is the place of a word */
  readonly at?: string
}

/** A line to compare with, dashed and grey: a constant, or a curve of at least two points. */
export interface Reference {
  readonly label: string
  /** its panel; it is in every panel unless given */
  readonly panel?: string
  readonly y: number | readonly { readonly x: number; readonly y: number }[]
  /** which of the looks of references it has, from 0; that of its place in the list unless given */
  readonly look?: number
}

/** The formula that defines a series, drawn as a line through the marks that were measured. */
export interface ClosedForm {
  readonly panel: string
  readonly series: string
  /** the formula as the caption shows it, such as 4 W(n, l) */
  readonly text: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** A panel, as the points name it. */
export interface PanelOptions {
  readonly name: string
  /** its title, which is the name unless given; empty for no title */
  readonly title?: string
  /** its y axis, if it has one of its own */
  readonly y?: AxisOptions
  /** its x axis, if it has one of its own */
  readonly x?: AxisOptions
  /** whether it takes the whole width */
  readonly isWide?: boolean
  /** the names of other panels whose series this panel shows too */
  readonly also?: readonly string[]
}

/** How curves are drawn. */
export interface CurveOptions {
  readonly title: string
  /** the caption; unless given, it says how many seeds each point has, and what the line and the band are */
  readonly caption?: string
  readonly x: AxisOptions
  /** the y axis of all panels that have none of their own */
  readonly y: AxisOptions
  /** where an axis ends if something on it is censored; without a cap, nothing may be censored */
  readonly cap?: number
  /**
   * the looks of the series, in the order of the legend; unless given, methods have their own looks, and other series
   * take a palette
   */
  readonly series?: readonly SeriesStyle[]
  /** order, titles and axes of the panels; unless given, they are in the order of first appearance */
  readonly panels?: readonly PanelOptions[]
  readonly references?: readonly Reference[]
  readonly forms?: readonly ClosedForm[]
  /** vertical lines with text; each is in every panel unless it names one */
  readonly rules?: readonly (Rule & { readonly panel?: string })[]
  /** how quartiles are drawn; area unless given */
  readonly bands?: 'area' | 'whiskers'
  /** whether the points of a line are marked; unless given, those of a line of at most twenty */
  readonly hasDots?: boolean
  /** whether a line joins the points of a series, as between numbers; true unless given */
  readonly isJoined?: boolean
  /** how many panels stand side by side, 1 or 2 */
  readonly columns?: number
}

const DENSE = 20 // points of a series above which it has no dots

/**
 * Draws curves of points. All panels have the same axes, except those with an axis of their own.
 * @throws RangeError for no points, two points at one place, low > mid > high, a value that a logarithmic axis or a
 *   given domain cannot hold, and for a series, panel or closed form that is not among the points or the options
 */
export function curveFigure(points: readonly CurvePoint[], options: CurveOptions): Spec {
  const { title, x, cap, references = [], rules = [], forms = [], columns } = options
  const panels = panelsOf(points, options)
  const yOf = (panel: string) => panels.find(({ name, also = [] }) => name === panel || also.includes(panel))!.y
  checkPoints(points, cap ?? null, x, yOf)
  for (const rule of rules) checkWithin(x, rule.x, `the rule "${rule.text}"`)
  const stray = forms.find((form) => !points.some((at) => at.panel === form.panel && at.series === form.series))
  if (stray) {
    throw new RangeError(
      `"forms" expected a series of the points, got ${stray.series} in ${stray.panel}: nothing was measured there`,
    )
  }
  const styles = stylesFor(points, options.series)
  const xs = points.map((point) => point.x)
  const span = x.domain ?? (new Set(xs).size > 1 ? [Math.min(...xs), Math.max(...xs)] : settingAxis(xs, [], x).domain)
  const isIn = (panel: string) => (part: { readonly panel?: string }) => (part.panel ?? panel) === panel
  const drawn: Panel[] = panels.map(({ name, title, y, x: ownX, isWide, also = [] }) => {
    const here = points.filter(({ panel }) => panel === name || also.includes(panel))
    const lines = references.filter(isIn(name)).map((line) => referenceSeries(line, references.indexOf(line), span))
    const own = styles.flatMap((style) => seriesOf(style, here, options, forms.filter(isIn(name))))
    const series = [...lines, ...own]
    for (const one of series) if (!one.hasDots) checkLine(one, ownX ?? x, y)
    const shares = styles.flatMap((style) => sharesOf(style, here, options))
    const strip = shares.length ? { shares } : {}
    return { title, y, x: ownX, isWide, series, ...strip, rules: rules.filter(isIn(name)) }
  })
  const shown = [...styles, ...references].map(({ label }) => label)
  const labels = [...new Set(shown)].filter((label) =>
    drawn.some(({ series }) => series.some((s) => s.label === label)),
  )
  return drawPanels({
    title,
    caption: options.caption ?? curveCaption(points, styles, options),
    x,
    cap: cap ?? null,
    panels: drawn,
    legend: labels.length > 1 ? labels : [],
    columns,
  })
}

/** `12 seeds per point.`, or a range if the numbers differ */
export function seedsOf(points: readonly { readonly runs: number }[]): string {
  const counts = points.map(({ runs }) => runs)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return `${least === most ? `${most} seed${most === 1 ? '' : 's'}` : `${least} to ${most} seeds`} per point.`
}

function curveCaption(
  points: readonly CurvePoint[],
  styles: readonly SeriesStyle[],
  { bands, forms = [], cap }: CurveOptions,
) {
  const mark = bands === 'whiskers' ? ' Mark: median; whisker: quartiles.' : ' Line: median; band: quartiles.'
  const isOpen = points.some(({ mid, high }) => mid === null || high === null)
  const above = isOpen ? ` What reaches the cap of ${cap} lies above it: bands are open there.` : ''
  const labelOf = (name: string) => styles.find((style) => style.name === name)?.label ?? name
  const lines = [...new Set(forms.map(({ series, text }) => `${labelOf(series)} = ${text}`))]
  const closed = lines.length ? ` Line through the marks: closed form, ${lines.join(', ')}.` : ''
  return `${seedsOf(points)}${points.some(({ low }) => low !== undefined) ? mark : ''}${above}${closed}`
}

type DrawnPanel = Required<Pick<PanelOptions, 'name' | 'title' | 'y'>> & Pick<PanelOptions, 'x' | 'isWide' | 'also'>

function panelsOf(points: readonly CurvePoint[], { panels, y }: CurveOptions): DrawnPanel[] {
  const names = [...new Set(points.map(({ panel }) => panel))]
  if (!panels) return names.map((name) => ({ name, title: name, y }))
  const isKnown = (name: string) => panels.some((panel) => panel.name === name || panel.also?.includes(name))
  const unknown = names.find((name) => !isKnown(name))
  if (unknown !== undefined) {
    const known = panels.map(({ name }) => name).join(', ')
    throw new RangeError(`"panels" expected every panel of the points, got none for "${unknown}": it has ${known}`)
  }
  return panels
    .filter(({ name, also = [] }) => [name, ...also].some((one) => names.includes(one)))
    .map((panel) => ({ ...panel, title: panel.title ?? panel.name, y: panel.y ?? y }))
}

/**
 * The looks of all series, in the given order or in that of first appearance.
 * @throws RangeError for a series without a look
 */
function stylesFor(points: readonly CurvePoint[], given?: readonly SeriesStyle[]): readonly SeriesStyle[] {
  const names = [...new Set(points.map(({ series }) => series))]
  if (!given) return seriesStyles(names)
  const unknown = names.find((series) => given.every(({ name }) => name !== series))
  if (unknown === undefined) return given
  const known = given.map(({ name }) => name).join(', ')
  throw new RangeError(`"series" expected a style for each of the points, got none for ${unknown}: it has ${known}`)
}

/**
 * A series of one panel. Of the controls, only no exchange has a band, because its distance to the method is what
 * counts.
 */
function seriesOf(
  style: SeriesStyle,
  here: readonly CurvePoint[],
  { bands = 'area', isJoined = true, hasDots }: CurveOptions,
  forms: readonly ClosedForm[],
): PanelSeries[] {
  const points = here.filter(({ series }) => series === style.name).sort((a, b) => a.x - b.x)
  if (!points.length) return []
  const hasBand =
    (!isControl(style.name) || style.name === 'independent') && points.some(({ low }) => low !== undefined)
  const form = forms.find(({ series }) => series === style.name)
  const band = hasBand ? bands : 'none'
  const measured: PanelSeries = {
    ...style,
    band,
    hasLine: !form && isJoined,
    hasDots: !isJoined || points.length < 2 || (hasDots ?? points.length <= DENSE),
    points,
  }
  if (!form) return [measured]
  const line = form.points.map(({ x, y }) => ({ x, mid: y })).sort((a, b) => a.x - b.x)
  return [{ ...style, name: `${style.name} form`, band: 'none', hasLine: true, hasDots: false, points: line }, measured]
}

/** The shares of a series in one panel. */
function sharesOf(style: SeriesStyle, here: readonly CurvePoint[], { isJoined = true }: CurveOptions): PanelSeries[] {
  const points = here
    .filter(({ series, share }) => series === style.name && share !== undefined)
    .map(({ x, share }) => ({ x, mid: share! }))
    .sort((a, b) => a.x - b.x)
  return points.length
    ? [{ ...style, band: 'none', hasLine: isJoined, hasDots: points.length < 2 || !isJoined, points }]
    : []
}

function referenceSeries(
  { label, y, look: chosen }: Reference,
  i: number,
  [left, right]: readonly [number, number],
): PanelSeries {
  const points =
    typeof y === 'number'
      ? [left, right].map((x) => ({ x, mid: y }))
      : y.map((point) => ({ x: point.x, mid: point.y })).sort((a, b) => a.x - b.x)
  const look = referenceStyles[(chosen ?? i) % referenceStyles.length]
  return { ...look, name: `reference ${i + 1}`, label, band: 'none', hasLine: true, hasDots: false, points }
}

/** @throws RangeError for no points, two at one place, or one that cannot be drawn; the message names the place */
function checkPoints(
  points: readonly CurvePoint[],
  cap: number | null,
  x: AxisOptions,
  yOf: (panel: string) => AxisOptions,
): void {
  if (!points.length)
    throw new RangeError('"points" expected at least one, got none: no finished runs, nothing to draw')
  const seen = new Set<string>()
  for (const { panel, series, x: at, low, mid, high, runs } of points) {
    const place = `${series} at x = ${at}${panel && ` in "${panel}"`}`
    const refuse = (what: string, got: unknown, why = '') => {
      throw new RangeError(`"points" expected ${what}, got ${got} for ${place}${why && `: ${why}`}`)
    }
    const key = JSON.stringify([panel, series, at])
    if (seen.has(key)) refuse('one per place', 'two', 'choose one setting')
    seen.add(key)
    if (!Number.isFinite(at)) refuse('a finite x', at)
    if (isLog(x) && at <= 0) refuse('an x above 0 on a log axis', at)
    if (!Number.isInteger(runs) || runs < 1) refuse('at least one run per point', runs)
    if ((low === undefined) !== (high === undefined)) refuse('low and high, or neither', low ?? high)
    checkWithin(x, at, place)
    const y = yOf(panel)
    const values = low === undefined ? [mid] : [low, mid, high]
    for (const value of values) {
      if (value === null && cap === null) refuse('finite values', value, 'this figure has no cap')
      if (value === null) continue
      if (!Number.isFinite(value)) refuse('finite values', value)
      if (isLog(y) && value! <= 0) refuse('values above 0 on a log axis', value, 'leave it out, or take a linear axis')
      if (cap !== null && value! > cap) {
        throw new RangeError(`"cap" expected at least every value drawn, got ${cap}, with ${value} for ${place}`)
      }
      checkWithin(y, value!, place)
    }
    const order = values.map((value) => value ?? Number.POSITIVE_INFINITY)
    if (order.some((value, i) => i > 0 && value < order[i - 1])) refuse('low <= mid <= high', values.join(', '))
  }
}
