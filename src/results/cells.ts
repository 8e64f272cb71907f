// Runs grouped into cells, for figN.csv and the table on the terminal. A cell holds all runs of one preset, method, N,
// S, E, n and l, whatever their seeds. A failed run is no observation and enters no cell. A censored run enters every
// quantile as later than all times.

import type { Config } from '../config/config.ts'
import { METHODS } from '../methods/index.ts'
import { type Completion, quartiles } from '../stats/quantiles.ts'
import { netColumns } from './rows.ts'
import { meanBytesOf, type Summary } from './summary.ts'
import { compareText, toColumns, toCsvText } from './text.ts'

/** What a cell needs of a run. */
export interface CellRun
  extends Pick<Summary, 'completion' | 'exchanges' | 'uplinkBytes' | 'downlinkBytes' | 'failed'> {
  readonly config: Config
}

/** All runs of one setting, as far as the columns of a table distinguish settings. */
export interface Cell {
  readonly preset: string
  readonly method: string
  readonly agents: number
  readonly sections: number
  readonly period: number
  /** 50, or 24+50+100 for mixed networks */
  readonly width: string
  readonly depth: string
  /** the smallest cap of its runs, in episodes */
  readonly cap: number
  readonly runs: number
  readonly completed: number
  readonly q25: Completion
  readonly median: Completion
  readonly q75: Completion
  /**
   * Bytes that an agent sends in an exchange, as the paper counts them: the mean over all exchanges, runs and agents.
   * It is 0 for a method that sends nothing, and null if no exchange took place.
   */
  readonly uplinkBytes: number | null
  /** bytes that an agent receives in an exchange, counted in the same way */
  readonly downlinkBytes: number | null
}

/**
 * Groups runs into cells, sorted by preset, method (in drawing order, unknown methods last by name), N, S, E, n and l.
 * Neither the order nor the values of the cells depend on the order of the runs. If the runs of a cell have different
 * caps, a completion above the smallest cap counts as censored, because the runs with that cap could not show it.
 */
export function cellsOf(runs: readonly CellRun[]): Cell[] {
  const groups = new Map<string, CellRun[]>()
  for (const row of runs) {
    if (row.failed) continue
    const { preset, method, agents, sections, period } = row.config
    const key = [preset, method, agents, sections, period, ...netColumns(row.config)].join(' ')
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()].map(toCell).sort(compareCells)
}

function toCell(group: readonly CellRun[]): Cell {
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
  const rank = METHODS.indexOf(method)
  return rank < 0 ? METHODS.length : rank
}

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
 * figN.csv: the head, then one row per cell. A number is the shortest text that reads back to the same f64. An empty
 * quantile lies above the cap, like an empty completion in results.csv. Bytes are empty if no exchange took place.
 */
export function toCellsCsv(rows: readonly Cell[]): string {
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

/** Columns that are shown only if the cells differ in them. */
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
 * The table on the terminal: method and N, the settings in which the cells differ, how many runs completed, median and
 * quartiles in episodes (`> 1000` above the cap), and the mean bytes per agent and exchange each way (`-` without an
 * exchange).
 */
export function toCellsTable(rows: readonly Cell[]): string {
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

/** A time to a tenth of an episode, because quantiles are multiples of a quarter. */
function showTime(time: Completion, cap: number): string {
  return time === null ? `> ${cap}` : String(Math.round(time * 10) / 10)
}

function showBytes(bytes: number | null): string {
  return bytes === null ? '-' : String(Math.round(bytes))
}
