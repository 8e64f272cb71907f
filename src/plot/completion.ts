// Completion times as curves: quartiles over any setting, on a logarithmic axis, since 1.5 times sooner is one distance
// anywhere. Nothing is drawn between a time and "above the cap".

import type { Completion } from '../stats/quantiles.ts'
import { type CurveOptions, curveFigure, type PanelOptions } from './curves.ts'
import { isControl, methodStyles } from './styles.ts'
import type { Spec } from './svg.ts'

/** Quartiles of the completion times at one place, in episodes; null: above the cap. */
export interface CompletionPoint {
  /** its panel; empty: the only one, without a title */
  readonly panel: string
  /** a method's name, or any other */
  readonly series: string
  readonly x: number
  readonly q25: Completion
  readonly median: Completion
  readonly q75: Completion
  /** seeds */
  readonly runs: number
}

/** How completion times are drawn. */
export interface CompletionOptions
  extends Pick<CurveOptions, 'title' | 'caption' | 'series' | 'panels' | 'columns' | 'x'> {
  /** episodes: where the axis ends and reads `> cap` if a quantile is censored */
  readonly cap: number
}

/** Completion times: one panel for each `panel` of the points, in their order, all on the same axes. @throws as curveFigure */
export function completionCurves(points: readonly CompletionPoint[], options: CompletionOptions): Spec {
  const y = { title: 'Episodes', scale: 'log' } as const
  return curveFigure(
    points.map(({ q25, median, q75, ...point }) => ({ ...point, low: q25, mid: median, high: q75 })),
    { ...options, y },
  )
}

/** All federated methods together, by the name of their panel. */
const TOGETHER = 'together'

/**
 * Completion times of methods over the number of agents: all federated methods in one panel, then each in a panel of its
 * own beside the controls, which are grey.
 * @param points `panel` is not read
 * @throws as curveFigure
 */
export function methodFigure(
  points: readonly CompletionPoint[],
  options: Omit<CompletionOptions, 'panels' | 'series' | 'x'>,
): Spec {
  const methods = [...new Set(points.map(({ series }) => series))]
  const federated = methods.filter((method) => !isControl(method))
  const order = Object.keys(methodStyles)
  const sorted = [...points].sort((a, b) => order.indexOf(a.series) - order.indexOf(b.series))
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
