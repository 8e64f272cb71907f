// Payloads as curves: bytes per agent and exchange over any setting, with the uplink above the downlink; and the
// payload above the score, over training.

import { type CurveOptions, type CurvePoint, curveFigure } from './curves.ts'
import type { Spec } from './svg.ts'

/** The axis of payloads. */
export const bytes = { title: 'Payload', scale: 'log', format: 'bytes' } as const

/** How payloads are drawn. */
export type PayloadOptions = Omit<CurveOptions, 'y' | 'panels' | 'cap' | 'bands'>

/**
 * Payload in bytes, on a logarithmic axis: marks with whiskers from quartile to quartile, joined by a line, or by the
 * closed form if there is one.
 * @param points their `panel` is `uplink` or `downlink`
 * @throws RangeError as curveFigure, and for 0 bytes: a method that sends nothing has no place on a logarithmic axis
 */
export function payloadFigure(points: readonly CurvePoint[], options: PayloadOptions): Spec {
  const panels = [
    { name: 'uplink', title: 'Uplink: what an agent sends' },
    { name: 'downlink', title: 'Downlink: what an agent receives' },
  ]
  return curveFigure(points, { columns: 1, ...options, bands: 'whiskers', panels, y: bytes })
}

/**
 * Payload of each exchange above the mean score, over training.
 * @param points their `panel` is `bytes` (per agent and exchange, above 0) or `score`; x is the episode
 * @throws as curveFigure
 */
export function progressFigure(points: readonly CurvePoint[], options: Pick<CurveOptions, 'title' | 'caption'>): Spec {
  const panels = [
    { name: 'bytes', title: '', y: bytes },
    { name: 'score', title: '', y: { title: 'Mean score' } },
  ]
  return curveFigure(points, { ...options, x: { title: 'Episode' }, y: bytes, panels, columns: 1 })
}
