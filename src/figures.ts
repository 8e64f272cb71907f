// Completion times -> Vega-Lite spec: quartiles over any setting, a panel a comparison. Nothing is drawn between a time
// and "above the cap". Here also the public names of all drawing: other curves are in curves.ts, contrasts in forest.ts.

import type { AxisOptions } from './axes.ts'
import { drawPanels, type Panel, type Size } from './panels.ts'
import { checkPoints, type FigurePoint, panelsIn, seedsOf, seriesIn, stylesFor } from './points.ts'
import type { Completion } from './stats/quantiles.ts'
import { isControl, methodStyles, type SeriesStyle, seriesStyles } from './styles.ts'
import type { Spec } from './svg.ts'
import type { Cell } from './table.ts'

export type { AxisOptions } from './axes.ts'
export {
  type ClosedForm,
  type CurveOptions,
  type CurvePoint,
  curveFigure,
  type PanelOptions,
  type PayloadOptions,
  payloadFigure,
  progressFigure,
  type Reference,
} from './curves.ts'
export { type ForestOptions, type ForestRow, forestFigure, type VerdictStyle, verdictStyles } from './forest.ts'
export { methodStyles, type SeriesStyle } from './styles.ts'
export { renderSvg, type Spec, specText } from './svg.ts'

export interface CompletionFigureOptions {
  readonly title: string
  /** episodes; where the axis says `> cap` */
  readonly cap: number
  /** below the title; default: `completionCaption` */
  readonly caption?: string
}

/** Quartiles of the completion times at one place, in episodes; null = above the cap. */
export interface CompletionPoint {
  /** its title; '' = the only one, untitled */
  readonly panel: string
  /** a method's name, or any */
  readonly series: string
  readonly x: number
  readonly q25: Completion
  readonly median: Completion
  readonly q75: Completion
  /** seeds */
  readonly runs: number
}

export interface CompletionCurvesOptions extends CompletionFigureOptions {
  readonly xTitle: string
  /** default: linear */
  readonly xScale?: 'linear' | 'log'
  /** looks, in the order of the legend; a dash makes a control, thin and below. Default: the methods', else a palette */
  readonly series?: readonly SeriesStyle[]
  /** default: column */
  readonly size?: Size
  readonly columns?: number
}

/** `12 seeds a point. Line: ...`: how to read the figure; a range where the cells differ in seeds. */
export function completionCaption(cells: readonly Cell[], cap: number): string {
  return captionOf(cells, cap, cells.some(({ method }) => method === 'independent') ? 'independent' : '')
}

function captionOf(
  points: readonly Pick<CompletionPoint, 'q75' | 'median' | 'runs'>[],
  cap: number,
  greyBand: string,
): string {
  const grey = greyBand && ` (grey: ${greyBand})`
  const open = points.some(({ median }) => median === null) ? '; so are medians above it' : ''
  const above = points.some(({ q75 }) => q75 === null) ? ` Bands that reach the cap of ${cap} are open${open}.` : ''
  return `${seedsOf(points)} Line: median; band: quartiles${grey}.${above}`
}

/** y is logarithmic, as the times are ratios apart: 1.5 times faster is one distance anywhere. */
const episodes: AxisOptions = { title: 'Episodes', scale: 'log' }

/**
 * Completion time (episodes) over N: a panel a federated method, over the controls, which every panel repeats in grey.
 * Where a drawn quantile is censored, y ends at the cap and a lane above reads `> cap`. x is linear in N.
 * @param cells one a (method, agents); methods without a style get a panel of their own
 * @throws RangeError for no cells, two cells at one point, or a time above the cap
 */
export function completionFigure(cells: readonly Cell[], options: CompletionFigureOptions): Spec {
  const { title, cap, caption = completionCaption(cells, cap) } = options
  const points = cells.map((cell) => toFigurePoint({ ...cell, panel: '', series: cell.method, x: cell.agents }))
  checkPoints(points, { name: 'cells', x: 'N =', cap, isLogX: false, isLogY: () => true })
  const methods = [...new Set(cells.map((cell) => cell.method))]
  const controls = Object.keys(methodStyles).filter((method) => isControl(method) && methods.includes(method))
  const federated = methods.filter((method) => !isControl(method))
  const grey = seriesIn('', points, seriesStyles(controls))
  const own = seriesIn('', points, seriesStyles(federated))
  const panels: Panel[] = own.map((series) => ({
    title: series.label,
    color: series.color,
    y: episodes,
    series: [...grey, series],
    rules: [],
  }))
  return drawPanels({
    title,
    caption,
    size: 'page',
    x: { title: 'Number of agents' },
    cap,
    panels: panels.length ? panels : [{ title: '', y: episodes, series: grey, rules: [] }],
    legend: grey.map(({ label }) => label),
  })
}

/**
 * Completion time (episodes, logarithmic) over any setting: a panel for each `panel` of the points, in their order, all
 * on the same axes, and a median line with its quartiles a series. Censored quantiles are drawn as completionFigure's.
 * @param points one a (panel, series, x), in any order
 * @throws RangeError for no points, two at one place, a time above the cap, a series that `series` has no style for
 */
export function completionCurves(points: readonly CompletionPoint[], options: CompletionCurvesOptions): Spec {
  const { title, cap, xTitle, xScale = 'linear', size = 'column', columns } = options
  const drawn = points.map(toFigurePoint)
  checkPoints(drawn, { name: 'points', x: 'x =', cap, isLogX: xScale === 'log', isLogY: () => true })
  const styles = stylesFor(drawn, options.series)
  const panels = panelsIn(drawn).map((panel) => {
    return { title: panel, y: episodes, series: seriesIn(panel, drawn, styles), rules: [] }
  })
  const all = panels.flatMap(({ series }) => series)
  const grey = new Set(all.flatMap(({ dash, band, label }) => (dash && band === 'area' ? [label] : [])))
  const labels = styles.map(({ label }) => label).filter((label) => all.some((one) => one.label === label))
  return drawPanels({
    title,
    caption: options.caption ?? captionOf(points, cap, [...grey].join(', ')),
    size,
    columns,
    x: { title: xTitle, scale: xScale },
    cap,
    panels,
    legend: labels.length > 1 ? labels : [],
  })
}

function toFigurePoint({ panel, series, x, q25, median, q75, runs }: CompletionPoint): FigurePoint {
  return { panel, series, x, low: q25, mid: median, high: q75, runs }
}
