// Whether axes have a place for what is to be drawn on them.

import { type AxisOptions, isLog } from './axes.ts'
import type { PanelSeries } from './layers.ts'

/** Checks that a given domain holds a value. @throws RangeError that names the place */
export function checkWithin({ title, domain }: AxisOptions, value: number, place: string): void {
  if (!domain || (domain[0] <= value && value <= domain[1])) return
  const range = domain.join('..')
  throw new RangeError(
    `"domain" of "${title}" expected to hold all that is drawn, got ${range}, with ${value} for ${place}`,
  )
}

/** Checks that the axes have a place for a line. It may leave a given domain, where it is then cut. */
export function checkLine({ label, points }: PanelSeries, x: AxisOptions, y: AxisOptions): void {
  if (points.length < 2) throw new RangeError(`"${label}" expected two points at least, got ${points.length}: no line`)
  for (const point of points) {
    for (const [axis, value] of [[x, point.x] as const, [y, point.mid] as const]) {
      if (value === null || (Number.isFinite(value) && (!isLog(axis) || value > 0))) continue
      const what = isLog(axis) ? 'numbers above 0 on a log axis' : 'finite numbers'
      throw new RangeError(`"${label}" expected ${what}, got ${value} on "${axis.title}"`)
    }
  }
}
