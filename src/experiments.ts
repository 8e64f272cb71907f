// THE REGISTRY of figures, the paper's and ours, and the runs that each needs.

import { furtherFigures } from './beyond.ts'
import type { Config } from './config.ts'
import { type Figure, paperFigures, type Series } from './paper.ts'

export const figures: Readonly<Record<string, Figure>> = { ...paperFigures, ...furtherFigures }

export const figureNames = Object.keys(figures)

/** @throws RangeError that lists the known figures */
export function findFigure(name: string): Figure {
  if (Object.hasOwn(figures, name)) return figures[name]
  throw new RangeError(`"figure" expected one of ${figureNames.join(', ')}, got "${name}"`)
}

/** One cell of a figure: a series at a place of its x axis, for resolveConfig with a seed. */
export interface Point {
  readonly series: Series
  readonly x: number
  readonly config: Partial<Config>
}

/** All cells, series by series along the axis. A series that sets the axis' field itself stands there alone. */
export function pointsOf({ base, series, axis }: Figure, values: readonly number[] = axis.full): Point[] {
  return series.flatMap((one) => {
    const config = { ...base, ...one.config }
    if (axis.field === 'agents' && config.nets) return [{ series: one, x: config.nets.length, config }]
    const own = one.config[axis.field]
    const along = own === undefined ? values : [own]
    return along.map((x) => ({ series: one, x, config: { ...config, [axis.field]: x } }))
  })
}

/**
 * The runs of a figure, one a cell and seed, seed-major: all cells of the first seed, then of the second. So an
 * interrupted sweep has whole seeds, and every cell the same ones.
 * @param values places on the x axis
 */
export function plan(figure: Figure, seeds: readonly number[], values: readonly number[]): Partial<Config>[] {
  const points = pointsOf(figure, values)
  return seeds.flatMap((seed) => points.map(({ config }) => ({ ...config, seed })))
}
