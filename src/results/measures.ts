// Measurements: one number per seed and place of a figure. They are stored as CSV, which reads back to the same
// numbers, and drawn as their quartiles over the seeds.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { printable } from '../config/errors.ts'
import { quartiles } from '../stats/index.ts'
import { ResultError } from './result.ts'
import { groupsOf, linesWithin, toColumns, toCsvText } from './text.ts'

/** One number, measured in the run of one seed. */
export interface Measurement {
  readonly seed: number
  /** the panel of the figure; empty if it has only one */
  readonly panel: string
  /** the curve in that panel */
  readonly series: string
  readonly x: number
  readonly value: number
}

/** The quartiles over the seeds at one place of a figure. */
export interface MeasuredPoint extends Omit<Measurement, 'seed' | 'value'> {
  /** the lower quartile */
  readonly low: number
  /** the median */
  readonly mid: number
  /** the upper quartile */
  readonly high: number
  /** how many seeds there are */
  readonly runs: number
}

const placeOf = ({ panel, series, x }: Omit<Measurement, 'seed' | 'value'>) => JSON.stringify([panel, series, x])

/** The quartiles at each place, in the order in which the places first appear. */
export function toPoints(rows: readonly Measurement[]): MeasuredPoint[] {
  return [...groupsOf(rows, placeOf).values()].map((all) => {
    const { panel, series, x } = all[0]
    const { q25, median, q75 } = quartiles(all.map(({ value }) => value))
    return { panel, series, x, low: q25!, mid: median!, high: q75!, runs: all.length }
  })
}

const HEAD = ['seed', 'panel', 'series', 'x', 'value'] as const

/** The most rows that are read: a hundred times those of the longest measurement of the paper, and few enough for memory. */
const MAX_ROWS = 500_000

/** The longest text that is read, in bytes. */
export const MAX_MEASURES = 1 << 26

/** What the last line of a file begins with; the SHA-256 of all lines before it follows. */
const CHECKSUM = '# sha256 '

/** NAME.csv: one row per seed and place, values in full precision, and a checksum as a comment at the end. */
export function toMeasuresCsv(rows: readonly Measurement[]): string {
  const text = toCsvText([HEAD, ...rows.map((row) => HEAD.map((name) => row[name]))])
  return `${text}${CHECKSUM}${digestOf(text)}\n`
}

const digestOf = (text: string) => bytesToHex(sha256(utf8ToBytes(text)))

/**
 * The measurements of a CSV text.
 * @throws ResultError for a text whose checksum is another or that toMeasuresCsv would not write, for two values of one seed and place, or for a
 *   value that is not a number
 */
export function fromMeasuresCsv(text: string, where: string): Measurement[] {
  const refuse = (what: string, got: string) =>
    new ResultError(
      `${where}: expected rows of ${HEAD}${what}, got ${JSON.stringify(got.slice(0, 80))}: it was cut or edited; take another copy`,
    )
  // The head is looked at before all is split, and the checksum before a line is read.
  if (!text.startsWith(`${HEAD}\n`)) throw refuse('', text)
  const lines = linesWithin(text, MAX_ROWS + 2)
  if (lines === null) throw refuse(`, at most ${MAX_ROWS} and each of them whole`, 'others')
  const end = lines[lines.length - 1]
  const body = text.slice(0, -end.length - 1)
  if (end !== `${CHECKSUM}${digestOf(body)}`) throw refuse(` and then "${CHECKSUM}${digestOf(body)}"`, end)
  const rows = lines.slice(1, -1).map((line) => {
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
  const isPrintable = rows.every(({ panel, series }) => printable(panel + series) === panel + series)
  if (isNumeric && isPrintable && places.size === rows.length && toMeasuresCsv(rows) === text) return rows
  throw refuse(', one per seed and place', 'others')
}

const unquoted = (text = '') => text.replaceAll('"', '')

/** The quartiles as CSV. */
export function toPointsCsv(points: readonly MeasuredPoint[]): string {
  const rows = points.map(({ panel, series, x, runs, mid, low, high }) => [panel, series, x, runs, mid, low, high])
  return toCsvText([POINT_HEAD, ...rows])
}

const POINT_HEAD = ['panel', 'series', 'x', 'seeds', 'median', 'q25', 'q75']

/** The terminal's table: one line per place, to four digits. */
export function toPointsTable(points: readonly MeasuredPoint[]): string {
  const rows = points.map(({ panel, series, x, runs, mid, low, high }) => [
    panel,
    series,
    x,
    runs,
    ...[mid, low, high].map((value) => Number(value.toPrecision(4))),
  ])
  // A single panel without a name needs no column.
  const from = points.every(({ panel }) => panel === '') ? 1 : 0
  const numbers = POINT_HEAD.slice(2)
  return toColumns(
    [POINT_HEAD, ...rows].map((row) => row.slice(from)),
    numbers,
  )
}
