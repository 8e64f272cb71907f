// The registry of figures, the paper's and ours, and the runs that each needs.

import type { Config } from '../config/config.ts'
import { expectedOneOf } from '../config/errors.ts'
import { settingOf } from '../results/setting.ts'
import type { FindRuns } from '../results/summary.ts'
import { furtherFigures } from './extensions.ts'
import { type Figure, type FigureSeries, otherUnits, paperFigures } from './figures.ts'

/** Every figure by its name: the paper's, the same runs in other units, and ours. */
export const figures: Readonly<Record<string, Figure>> = { ...paperFigures, ...otherUnits, ...furtherFigures }

export const figureNames = Object.keys(figures)

/** @throws RangeError that lists the known figures */
export function findFigure(name: string): Figure {
  if (Object.hasOwn(figures, name)) return figures[name]
  throw new RangeError(expectedOneOf('figure', figureNames, name))
}

/** One cell of a figure: a series at a place of its x axis, for resolveConfig with a seed. */
export interface FigurePlace {
  readonly series: FigureSeries
  readonly x: number
  readonly config: Partial<Config>
}

/** All cells, series by series along the axis. A series that sets the axis' field itself stands there alone. */
export function pointsOf({ base, series, axis }: Figure, values: readonly number[] = axis.full): FigurePlace[] {
  return series.flatMap((one) => {
    const config = { ...base, ...one.config }
    if (axis.field === 'agents' && config.nets) return [{ series: one, x: config.nets.length, config }]
    const own = one.config[axis.field]
    const along = own === undefined ? values : [own]
    return along.map((x) => ({ series: one, x, config: { ...config, [axis.field]: x } }))
  })
}

/** How many seeds a place of a figure runs where none are given. */
export function seedCount({ seeds: { full, quick, more } }: Figure, { config }: FigurePlace, isQuick: boolean): number {
  if (isQuick) return quick
  return more?.agents.includes(config.agents ?? 0) ? more.full : full
}

/**
 * The runs of a figure, one per place and seed, seed by seed: all places of the first seed, then of the second. So an
 * interrupted sweep has whole seeds, and every place the same ones.
 * @param seeds those of every place, or null for 1 to the number that each place needs
 * @param values places on the x axis
 */
export function runsOf(
  figure: Figure,
  seeds: readonly number[] | null,
  values: readonly number[],
  isQuick = false,
): Partial<Config>[] {
  const places = pointsOf(figure, values)
  if (seeds) return seeds.flatMap((seed) => places.map(({ config }) => ({ ...config, seed })))
  const counts = places.map((place) => seedCount(figure, place, isQuick))
  return Array.from({ length: Math.max(...counts) }, (_, i) => i + 1).flatMap((seed) =>
    places.flatMap(({ config }, k) => (seed <= counts[k] ? [{ ...config, seed }] : [])),
  )
}

/**
 * The figures each of whose series has a run, and the settings that they show.
 * A figure that cannot be set up, such as one with too many sections for an environment of one's own, is none of them.
 * @param shown the figures in the form in which they are drawn
 * @param extra the label of series that need no run
 */
export function wholeFigures(
  findRuns: FindRuns,
  shown: Readonly<Record<string, Figure>> = figures,
  extra = '',
): { figures: Record<string, Figure>; settings: Set<string> } {
  const settings = new Set<string>()
  const whole = Object.entries(shown).filter(([, figure]) => {
    const found = foundIn(figure, findRuns)
    const isWhole = figure.series.every(
      (one) => one.label === extra || found.some(({ series, runs }) => series === one && runs.length),
    )
    if (isWhole) for (const { config } of found) settings.add(settingOf(config))
    return isWhole
  })
  return { figures: Object.fromEntries(whole), settings }
}

/** The series of a figure with their runs; none where a config of the figure cannot run. */
function foundIn(figure: Figure, findRuns: FindRuns) {
  try {
    return pointsOf(figure).map(({ series, config }) => ({ series, ...findRuns(config) }))
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}
