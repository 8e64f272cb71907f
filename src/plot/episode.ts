// One episode as a picture: each component of the observation and the action over its steps, one panel each.

import { curveFigure } from './curves.ts'
import type { Spec } from './svg.ts'

/** A step of an episode, as far as it is drawn. */
export interface DrawnStep {
  readonly step: number
  readonly seen: ArrayLike<number>
  readonly action: number
}

/** How an episode is drawn. */
export interface EpisodeOptions {
  readonly title: string
  readonly caption: string
  /** the names of the components */
  readonly components: readonly string[]
}

/** @throws RangeError for no steps */
export function episodeFigure(steps: readonly DrawnStep[], { title, caption, components }: EpisodeOptions): Spec {
  const names = [...components, 'action']
  const points = steps.flatMap(({ step, seen, action }) =>
    names.map((panel, i) => ({
      panel,
      series: 'episode',
      x: step,
      mid: i < components.length ? seen[i] : action,
      runs: 1,
    })),
  )
  const panels = names.map((name) => ({ name, y: { title: name } }))
  return curveFigure(points, { title, caption, x: { title: 'step' }, y: { title: '' }, panels, columns: 2 })
}
