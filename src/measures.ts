// Measures: a number a seed and place of a figure. As CSV, read back to the same numbers, and as their quartiles over seeds.

import { toColumns, toCsvText } from './columns.ts'
import type { CurvePoint } from './curves.ts'
import { ResultError } from './result.ts'
import { quartiles } from './stats/index.ts'

export interface Measure {
  readonly seed: number
  readonly panel: string
  readonly series: string
  readonly x: number
  readonly value: number
}

export type MeasuredPoint = CurvePoint & { readonly low: number; readonly high: number }

const placeOf = ({ panel, series, x }: Omit<Measure, 'seed' | 'value'>) => JSON.stringify([panel, series, x])

/** Quartiles over seeds of each place, in order of first appearance. */
export function toPoints(rows: readonly Measure[]): MeasuredPoint[] {
  const places = new Map<string, Measure[]>()
  for (const row of rows) {
    const known = places.get(placeOf(row))
    if (known) known.push(row)
    else places.set(placeOf(row), [row])
  }
  return [...places.values()].map((all) => {
    const { panel, series, x } = all[0]
    const { q25, median, q75 } = quartiles(all.map(({ value }) => value))
    return { panel, series, x, low: q25!, mid: median!, high: q75!, runs: all.length }
  })
}

const HEAD = ['seed', 'panel', 'series', 'x', 'value'] as const

/** NAME.csv: a row a seed and place; values in full precision. */
export function toMeasuresCsv(rows: readonly Measure[]): string {
  return toCsvText([HEAD, ...rows.map((row) => HEAD.map((name) => row[name]))])
}

/** @throws ResultError for what toMeasuresCsv would not write, a place told twice by one seed, or what is no number */
export function fromMeasuresCsv(text: string, where: string): Measure[] {
  const rows = text
    .split('\n')
    .slice(1, -1)
    .map((line) => {
      const match = /^(\d+),("[^"]*"|[^",]*),("[^"]*"|[^",]*),([^",]+),([^",]+)$/.exec(line)
      const [, seed, panel, series, x, value] = match ?? []
      return {
        seed: Number(seed),
        panel: unquoted(panel),
        series: unquoted(series),
        x: Number(x),
        value: Number(value),
      }
    })
  const places = new Set(rows.map((row) => `${row.seed} ${placeOf(row)}`))
  const isNumeric = rows.every(({ seed, x, value }) => [seed, x, value].every(Number.isFinite))
  if (isNumeric && places.size === rows.length && toMeasuresCsv(rows) === text) return rows
  throw new ResultError(`${where}: expected rows of ${HEAD}, one a seed and place, got others: take another copy`)
}

const unquoted = (text = '') => text.replaceAll('"', '')

/** CSV of the points. */
export function toPointsCsv(points: readonly MeasuredPoint[]): string {
  const rows = points.map(({ panel, series, x, runs, mid, low, high }) => [panel, series, x, runs, mid, low, high])
  return toCsvText([POINT_HEAD, ...rows])
}

const POINT_HEAD = ['panel', 'series', 'x', 'seeds', 'median', 'q25', 'q75']

/** The terminal's table: a line a place, to four digits. */
export function toPointsTable(points: readonly MeasuredPoint[]): string {
  const rows = points.map(({ panel, series, x, runs, mid, low, high }) => [
    panel,
    series,
    x,
    runs,
    ...[mid, low, high].map((value) => Number(value.toPrecision(4))),
  ])
  // one panel without a name needs no column
  const from = points.every(({ panel }) => panel === '') ? 1 : 0
  const numbers = POINT_HEAD.slice(2)
  return toColumns(
    [POINT_HEAD, ...rows].map((row) => row.slice(from)),
    numbers,
  )
}
