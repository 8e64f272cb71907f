// Scores over training: over episodes, over environment steps, and over the episodes after a completion, in panels with an x
// axis each.

import { type CurveOptions, type CurvePoint, curveFigure } from './curves.ts'
import type { Spec } from './svg.ts'

/**
 * Scores: a line for the median and a band for the quartiles, in the panels in which the points stand.
 * @param points `panel` is one of those of `scoreRows` (paper/scores.ts); x is the end of a block of episodes or steps
 * @throws RangeError as curveFigure
 */
export function learningFigure(points: readonly CurvePoint[], options: Pick<CurveOptions, 'title' | 'caption'>): Spec {
  const y = { title: 'Score', domain: [0, 500] } as const
  const episodes = { title: 'Episode of each agent' } as const
  const steps = { title: 'Environment steps of all agents' } as const
  const after = { title: 'Episodes after its completion' } as const
  const xOf = (panel: string) => (panel.includes('steps') ? steps : panel.includes('completed') ? after : episodes)
  const panels = [...new Set(points.map(({ panel }) => panel))].map((name) => ({ name, x: xOf(name), isWide: true }))
  return curveFigure(points, { ...options, x: episodes, y, panels, columns: 1 })
}
