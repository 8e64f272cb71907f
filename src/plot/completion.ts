// Completion times as curves: quartiles over any setting. The axis is logarithmic, so that equal ratios of times are
// equal distances. No line joins a time and a value above the cap.

import type { Completion } from '../stats/quantiles.ts'
import { type CurveOptions, curveFigure, type PanelOptions } from './curves.ts'
import { isControl, methodStyles } from './styles.ts'
import type { Spec } from './svg.ts'

/** Quartiles of the completion times at one place, in episodes; each is null if it lies above the cap. */
export interface CompletionPoint {
  /** its panel; empty for the only panel, which has no title */
  readonly panel: string
  /** a method's name, or any other */
  readonly series: string
  readonly x: number
  readonly q25: Completion
  readonly median: Completion
  readonly q75: Completion
  /** how many seeds there are */
  readonly runs: number
  /** the share of them that completed within the cap, 0 to 1, drawn in a strip below the panel */
  readonly share?: number
}

/** How completion times are drawn. */
export interface CompletionOptions
  extends Pick<CurveOptions, 'title' | 'caption' | 'series' | 'panels' | 'columns' | 'x'> {
  /** in episodes: if a quantile is censored, the axis ends here, and the strip above it reads `> cap` */
  readonly cap: number
  /** what is counted until completion, if it is not an agent's episodes; then censored runs have no common end */
  readonly unit?: string
}

/**
 * Completion times: one panel for each `panel` of the points, in their order, all on the same axes.
 * @throws as curveFigure
 */
export function completionCurves(points: readonly CompletionPoint[], options: CompletionOptions): Spec {
  const { unit, ...others } = options
  const y = { title: unit ?? 'Episodes', scale: 'log', ...(unit && { beyond: 'open' }) } as const
  return curveFigure(
    points.map(({ q25, median, q75, ...point }) => ({ ...point, low: q25, mid: median, high: q75 })),
    { ...others, y },
  )
}

/** The name of the panel that shows all federated methods together. */
const TOGETHER = 'together'

/**
 * Completion times of methods over the number of agents: one panel with all federated methods, then one panel for each
 * of them beside the controls, which are grey.
 * @param points their `panel` is not read
 * @throws as curveFigure
 */
export function methodFigure(
  points: readonly CompletionPoint[],
  options: Omit<CompletionOptions, 'panels' | 'series' | 'x'>,
): Spec {
  const methods = [...new Set(points.map(({ series }) => series))]
  const federated = methods.filter((method) => !isControl(method))
  const known = Object.keys(methodStyles)
  // A method that has no look of its own stands behind those that have one, and before the controls.
  const unknown = known.findIndex(isControl) - 0.5
  const rank = (name: string) => (known.includes(name) ? known.indexOf(name) : unknown)
  const sorted = [...points].sort((a, b) => rank(a.series) - rank(b.series))
  const placed = sorted.map((point) => ({ ...point, panel: isControl(point.series) ? 'controls' : point.series }))
  const labelOf = (method: string) => methodStyles[method]?.label ?? method
  const hasTogether = federated.length > 1
  const panels: PanelOptions[] = [
    ...(hasTogether
      ? [{ name: TOGETHER, title: federated.map(labelOf).join(', '), isWide: true, also: federated }]
      : []),
    ...federated.map((name) => ({ name, title: labelOf(name), also: ['controls'] })),
    ...(federated.length ? [] : [{ name: 'controls', title: '' }]),
  ]
  return completionCurves(placed, { ...options, x: { title: 'Number of agents' }, panels })
}
