// What figures are drawn from: points of a panel and a series, each a middle and a band over the seeds. Checked here, and
// sorted into series with their looks.

import type { Point, Series } from './layers.ts'
import { hasBand, type SeriesStyle, seriesStyles } from './styles.ts'

/** One place of a figure. Points of one panel, and of one series, may stand anywhere in the list. */
export interface FigurePoint {
  /** its title; '' = the only one, untitled */
  readonly panel: string
  /** a method's name, or any */
  readonly series: string
  readonly x: number
  readonly mid: number | null
  /** both or neither; null = above the cap, as mid may be, where the figure has one */
  readonly low?: number | null
  readonly high?: number | null
  /** seeds behind it */
  readonly runs: number
}

export interface PointChecks {
  /** the argument in messages: points */
  readonly name: string
  /** before x in messages: `N =` */
  readonly x: string
  /** null = nothing may be censored */
  readonly cap: number | null
  readonly isLogX: boolean
  readonly isLogY: (panel: string) => boolean
}

/** @throws RangeError for no points, two at one place, or one that cannot be drawn; the message names the place */
export function checkPoints(
  points: readonly FigurePoint[],
  { name, x: before, cap, isLogX, isLogY }: PointChecks,
): void {
  if (!points.length) {
    throw new RangeError(`"${name}" expected at least one, got none: no finished runs, nothing to draw`)
  }
  const seen = new Set<string>()
  for (const { panel, series, x, low, mid, high, runs } of points) {
    const place = `${series} at ${before} ${x}${panel && ` in "${panel}"`}`
    const refuse = (what: string, got: unknown, why = '') => {
      throw new RangeError(`"${name}" expected ${what}, got ${got} for ${place}${why && `: ${why}`}`)
    }
    const key = JSON.stringify([panel, series, x])
    if (seen.has(key)) refuse('one a point', 'two', 'choose one setting')
    seen.add(key)
    if (!Number.isFinite(x)) refuse('a finite x', x)
    if (isLogX && x <= 0) refuse('an x above 0 on a log axis', x)
    if (!Number.isInteger(runs) || runs < 1) refuse('at least one run a point', runs)
    if ((low === undefined) !== (high === undefined)) refuse('low and high, or neither', low ?? high)
    const values = low === undefined ? [mid] : [low, mid, high]
    for (const value of values) {
      if (value === null && cap === null) refuse('finite values', value, 'this figure has no cap')
      if (value !== null && !Number.isFinite(value)) refuse('finite values', value)
      if (typeof value === 'number' && value <= 0 && isLogY(panel)) {
        refuse('values above 0 on a log axis', value, 'leave it out, or take a linear axis')
      }
      if (typeof value === 'number' && cap !== null && value > cap) {
        throw new RangeError(`"cap" expected at least every value drawn, got ${cap}, with ${value} for ${place}`)
      }
    }
    const order = values.map((value) => value ?? Number.POSITIVE_INFINITY)
    if (order.some((value, i) => i > 0 && value < order[i - 1])) refuse('low <= mid <= high', values.join(', '))
  }
}

/** `12 seeds a point.`; a range where they differ */
export function seedsOf(points: readonly { readonly runs: number }[]): string {
  const counts = points.map(({ runs }) => runs)
  const least = Math.min(...counts)
  const most = Math.max(...counts)
  const runs = least === most ? `${most} seed${most === 1 ? '' : 's'}` : `${least} to ${most} seeds`
  return `${runs} a point.`
}

/** Titles of the panels, by first appearance. */
export const panelsIn = (points: readonly FigurePoint[]) => [...new Set(points.map(({ panel }) => panel))]

/** The styles of all series, in the order given or of first appearance. @throws RangeError for a series without */
export function stylesFor(points: readonly FigurePoint[], given?: readonly SeriesStyle[]): readonly SeriesStyle[] {
  const names = [...new Set(points.map(({ series }) => series))]
  if (!given) return seriesStyles(names)
  const unknown = names.find((series) => given.every(({ name }) => name !== series))
  if (unknown === undefined) return given
  const known = given.map(({ name }) => name).join(', ')
  throw new RangeError(`"series" expected a style for each of the points, got none for ${unknown}: it has ${known}`)
}

/** The series of one panel, by style; those without a point in it are left out. */
export function seriesIn(panel: string, points: readonly FigurePoint[], styles: readonly SeriesStyle[]): Series[] {
  const here = points.filter((point) => point.panel === panel)
  return styles.flatMap((style) => {
    const own = here.filter(({ series }) => series === style.name).sort((a, b) => a.x - b.x)
    if (!own.length) return []
    const band = hasBand(style.name) && own.some(({ low }) => low !== undefined) ? 'area' : 'none'
    return [{ ...style, band, line: true, dots: true, points: own as readonly Point[] }]
  })
}
