// Runs -> cells -> figN.csv and the terminal's table. A cell is all runs of one preset, method, N, S, E, n and l, over
// seeds. Failed runs are no observation and enter no cell; censored ones enter every quantile as above all times.
// results.csv, one row a run, is the store's.

import { type Line, meanBytesOf } from './archive.ts'
import { toColumns, toCsvText } from './columns.ts'
import type { Config } from './config.ts'
import { METHODS } from './paper.ts'
import { netColumns } from './result.ts'
import { type Completion, quartiles } from './stats/quantiles.ts'

/** What a cell needs of a run. */
export interface Row extends Pick<Line, 'completion' | 'exchanges' | 'uplinkBytes' | 'downlinkBytes' | 'failed'> {
  readonly config: Config
}

export interface Cell {
  readonly preset: string
  readonly method: string
  readonly agents: number
  readonly sections: number
  readonly period: number
  /** '50', or '24+50+100' for mixed networks */
  readonly width: string
  readonly depth: string
  /** episodes; the least of its runs' */
  readonly cap: number
  readonly runs: number
  readonly completed: number
  readonly q25: Completion
  readonly median: Completion
  readonly q75: Completion
  /** paper bytes, mean over all exchanges of all runs and all agents; 0 for methods that send nothing, else null where
   *  no exchange took place */
  readonly uplinkBytes: number | null
  readonly downlinkBytes: number | null
}

/**
 * Groups runs into cells; neither their order nor their values depend on the order of the rows. They are sorted by
 * preset, method (the paper's, the controls, others by name), N, S, E, n, l. Where runs of a cell have different caps,
 * a completion above the least one counts as censored, for that is all that the other runs could have said.
 */
export function cells(rows: readonly Row[]): Cell[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    if (row.failed) continue
    const { preset, method, agents, sections, period } = row.config
    const key = [preset, method, agents, sections, period, ...netColumns(row.config)].join(' ')
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()].map(toCell).sort(compareCells)
}

/** Runs that a non-finite policy or value stopped; `cells` leaves them out. */
export function countFailures(rows: readonly Row[]): number {
  return rows.filter((row) => row.failed).length
}

function toCell(group: readonly Row[]): Cell {
  const { preset, method, agents, sections, period } = group[0].config
  const [width, depth] = netColumns(group[0].config).map(String)
  const cap = group.reduce((least, row) => Math.min(least, row.config.cap), group[0].config.cap)
  const times = group.map(({ completion }) => (completion === null || completion > cap ? null : completion))
  return {
    preset,
    method,
    agents,
    sections,
    period,
    width,
    depth,
    cap,
    runs: group.length,
    completed: times.filter((time) => time !== null).length,
    ...quartiles(times),
    ...meanBytesOf(group, agents, method),
  }
}

function compareCells(a: Cell, b: Cell): number {
  return (
    compareText(a.preset, b.preset) ||
    methodRank(a.method) - methodRank(b.method) ||
    compareText(a.method, b.method) ||
    a.agents - b.agents ||
    a.sections - b.sections ||
    a.period - b.period ||
    compareSizes(a.width, b.width) ||
    compareSizes(a.depth, b.depth)
  )
}

function methodRank(method: string): number {
  const rank = (METHODS as readonly string[]).indexOf(method)
  return rank < 0 ? METHODS.length : rank
}

/** By UTF-16 code unit: no locale. */
const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function compareSizes(a: string, b: string): number {
  const left = a.split('+').map(Number)
  const right = b.split('+').map(Number)
  const differing = left.findIndex((size, i) => size !== right[i])
  return differing < 0 || differing >= right.length ? left.length - right.length : left[differing] - right[differing]
}

/** Columns of figN.csv, in order. */
export const cellColumns = [
  'method',
  'agents',
  'sections',
  'period',
  'width',
  'depth',
  'runs',
  'completed',
  'q25',
  'median',
  'q75',
  'uplink_bytes',
  'downlink_bytes',
] as const

/**
 * figN.csv: the header and one row a cell, each ended by a line feed. Numbers are the shortest text that reads back to
 * the same f64. An empty quantile lies above the cap, as an empty completion does in results.csv; empty bytes mean that
 * no exchange took place.
 */
export function toCsv(rows: readonly Cell[]): string {
  const lines = rows.map((cell) => [
    cell.method,
    cell.agents,
    cell.sections,
    cell.period,
    cell.width,
    cell.depth,
    cell.runs,
    cell.completed,
    cell.q25,
    cell.median,
    cell.q75,
    cell.uplinkBytes,
    cell.downlinkBytes,
  ])
  return toCsvText([cellColumns, ...lines])
}

interface Column {
  readonly head: string
  readonly left?: boolean
  readonly show: (cell: Cell) => string
}

/** Shown only where the cells differ in them. */
const settings: readonly Column[] = [
  { head: 'preset', left: true, show: (cell) => cell.preset },
  { head: 'S', show: (cell) => String(cell.sections) },
  { head: 'E', show: (cell) => String(cell.period) },
  { head: 'n', show: (cell) => cell.width },
  { head: 'l', show: (cell) => cell.depth },
]

const measures: readonly Column[] = [
  { head: 'completed', show: (cell) => `${cell.completed}/${cell.runs}` },
  { head: 'median', show: (cell) => showTime(cell.median, cell.cap) },
  { head: 'q25', show: (cell) => showTime(cell.q25, cell.cap) },
  { head: 'q75', show: (cell) => showTime(cell.q75, cell.cap) },
  { head: 'up B', show: (cell) => showBytes(cell.uplinkBytes) },
  { head: 'down B', show: (cell) => showBytes(cell.downlinkBytes) },
]

/**
 * The terminal's table: method and N, the settings in which the cells differ, completed runs of all, median and
 * quartiles in episodes (`> 1000` above the cap), mean bytes an agent and exchange each way (`-` without an exchange).
 */
export function toTable(rows: readonly Cell[]): string {
  const columns: readonly Column[] = [
    { head: 'method', left: true, show: (cell) => cell.method },
    { head: 'N', show: (cell) => String(cell.agents) },
    ...settings.filter(({ show }) => rows.some((cell) => show(cell) !== show(rows[0]))),
    ...measures,
  ]
  const right = columns.filter(({ left }) => !left).map(({ head }) => head)
  return toColumns(
    [columns.map(({ head }) => head), ...rows.map((cell) => columns.map(({ show }) => show(cell)))],
    right,
  )
}

/** To a tenth of an episode: quantiles fall on quarters. */
function showTime(time: Completion, cap: number): string {
  return time === null ? `> ${cap}` : String(Math.round(time * 10) / 10)
}

function showBytes(bytes: number | null): string {
  return bytes === null ? '-' : String(Math.round(bytes))
}
