// Runs grouped into cells, for figN.csv and the table on the terminal. A cell holds all runs of one setting, whatever
// their seeds. A failed run is no observation and enters no cell. A censored run enters every quantile as later than all
// times.

import type { Config } from '../config/config.ts'
import { METHODS } from '../methods/index.ts'
import { type Completion, quartiles } from '../stats/quantiles.ts'
import { columnOf, furtherFields, mainFields, type SettingField, settingCell, settingOf, wordsOf } from './setting.ts'
import { meanBytesOf, type Summary } from './summary.ts'
import { compareText, groupsOf, type TextCell, toColumns, toCsvText } from './text.ts'

/** What a cell needs of a run. */
export interface CellRun
  extends Pick<Summary, 'completion' | 'exchanges' | 'uplinkBytes' | 'downlinkBytes' | 'failed'> {
  readonly config: Config
}

/** All runs of one setting. */
export interface Cell {
  /** the text of the setting, which tells it from all others */
  readonly setting: string
  /** the config of one of its runs, with a seed that means nothing */
  readonly config: Config
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
 * Groups runs into cells, sorted by preset, method (in drawing order, unknown methods last by name), N, S, E, n and l, and
 * then by the text of the setting. Neither the order nor the values of the cells depend on the order of the runs.
 */
export function cellsOf(runs: readonly CellRun[]): Cell[] {
  const sound = runs.filter(({ failed }) => !failed)
  const groups = groupsOf(sound, ({ config }) => settingOf(config))
  return [...groups].map(([setting, group]) => toCell(setting, group)).sort(compareCells)
}

function toCell(setting: string, group: readonly CellRun[]): Cell {
  const { config } = group[0]
  const times = group.map(({ completion }) => completion)
  return {
    setting,
    config: { ...config, seed: 0 },
    runs: group.length,
    completed: times.filter((time) => time !== null).length,
    ...quartiles(times),
    ...meanBytesOf(group, config.agents, config.method),
  }
}

function compareCells({ config: a, ...left }: Cell, { config: b, ...right }: Cell): number {
  const size = (config: Config, name: 'width' | 'depth') => String(settingCell(config, name))
  return (
    compareText(a.preset, b.preset) ||
    methodRank(a.method) - methodRank(b.method) ||
    compareText(a.method, b.method) ||
    a.agents - b.agents ||
    a.sections - b.sections ||
    a.period - b.period ||
    compareSizes(size(a, 'width'), size(b, 'width')) ||
    compareSizes(size(a, 'depth'), size(b, 'depth')) ||
    compareText(left.setting, right.setting)
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

/** The numbers of a cell, each with its name in JSON and CSV. */
const measures: readonly (readonly [name: string, column: string, value: (cell: Cell) => number | null])[] = [
  ['cap', 'cap', ({ config }) => config.cap],
  ['runs', 'runs', ({ runs }) => runs],
  ['completed', 'completed', ({ completed }) => completed],
  ['q25', 'q25', ({ q25 }) => q25],
  ['median', 'median', ({ median }) => median],
  ['q75', 'q75', ({ q75 }) => q75],
  ['uplinkBytes', 'uplink_bytes', ({ uplinkBytes }) => uplinkBytes],
  ['downlinkBytes', 'downlink_bytes', ({ downlinkBytes }) => downlinkBytes],
]

/** The fields that tables of these cells have a column for. */
export const settingFields = (cells: readonly Cell[]): readonly SettingField[] => [
  ...mainFields,
  ...furtherFields(cells.map(({ config }) => config)),
]

/**
 * The cells for --json: each field of the setting that a table has a column for, null where the method does not use it
 * and it was not set, then the numbers of the cell.
 */
export function toCellsJson(cells: readonly Cell[]): Readonly<Record<string, TextCell>>[] {
  const settings = settingFields(cells)
  return cells.map((cell) => ({
    setting: cell.setting,
    ...Object.fromEntries(settings.map((name) => [name, settingCell(cell.config, name)])),
    ...Object.fromEntries(measures.map(([name, , value]) => [name, value(cell)])),
  }))
}

/**
 * figN.csv: the head, then one row per cell. A number is the shortest text that reads back to the same f64. An empty
 * quantile lies above the cap, like an empty completion in results.csv. Bytes are empty if no exchange took place, and a
 * field is empty if the method does not use it and it was not set.
 */
export function toCellsCsv(cells: readonly Cell[]): string {
  const settings = settingFields(cells)
  return toCsvText([
    [...settings.map(columnOf), ...measures.map(([, column]) => column)],
    ...cells.map((cell) => [
      ...settings.map((name) => settingCell(cell.config, name)),
      ...measures.map(([, , value]) => value(cell)),
    ]),
  ])
}

/** A column of a table of cells. */
export interface CellColumn {
  readonly head: string
  readonly isText?: boolean
  readonly show: (cell: Cell) => string
}

const shownMeasures: readonly CellColumn[] = [
  { head: 'completed', show: (cell) => `${cell.completed}/${cell.runs}` },
  { head: 'median', show: (cell) => showTime(cell.median, cell.config.cap) },
  { head: 'q25', show: (cell) => showTime(cell.q25, cell.config.cap) },
  { head: 'q75', show: (cell) => showTime(cell.q75, cell.config.cap) },
  { head: 'up B', show: (cell) => showBytes(cell.uplinkBytes) },
  { head: 'down B', show: (cell) => showBytes(cell.downlinkBytes) },
]

/** What a table shows of a field that the method of a cell does not use. */
const NOT_USED = 'not used'

/** What tables show of settings: a column for each field in which they differ, beside method and number of agents. */
export interface SettingColumns {
  readonly columns: readonly CellColumn[]
  /** what all of them set alike, as field=value */
  readonly common: readonly string[]
}

export function settingColumns(cells: readonly Cell[]): SettingColumns {
  const show = ({ config }: Cell, name: SettingField) => String(settingCell(config, name) ?? NOT_USED)
  const used = (name: SettingField) => [
    ...new Set(cells.map((cell) => show(cell, name)).filter((text) => text !== NOT_USED)),
  ]
  const further = furtherFields(cells.map(({ config }) => config))
  const all: readonly SettingField[] = ['preset', 'sections', 'period', 'width', 'depth', 'cap', ...further]
  // A field that a method does not use has no value in its cells, unless some of them set it all the same.
  const differsWithin = (name: SettingField) =>
    [...groupsOf(cells, ({ config }) => config.method).values()].some(
      (some) => new Set(some.map((cell) => show(cell, name))).size > 1,
    )
  const differing = all.filter((name) => used(name).length > 1 || differsWithin(name))
  const common = further
    .filter((name) => used(name).length === 1 && !differing.includes(name))
    .map((name) => `${name}=${used(name)[0]}`)
  const fieldColumn = (name: SettingField): CellColumn => ({
    head: wordsOf(name),
    isText: cells.some(({ config }) => typeof (settingCell(config, name) ?? 0) !== 'number'),
    show: (cell) => show(cell, name),
  })
  return { columns: (['method', 'agents', ...differing] as const).map(fieldColumn), common }
}

/**
 * The table on the terminal: method and number of agents, the settings in which the cells differ, how many runs completed, median and
 * quartiles in episodes (`> 1000` above the cap), and the mean bytes per agent and exchange each way (`-` without an
 * exchange). What all cells set alike stands in a line above it.
 */
export function toCellsTable(cells: readonly Cell[]): string {
  const { columns: settings, common } = settingColumns(cells)
  const columns = [...settings, ...shownMeasures]
  const head = columns.map(({ head }) => head)
  const right = columns.filter(({ isText }) => !isText).map(({ head }) => head)
  const lines = toColumns([head, ...cells.map((cell) => columns.map(({ show }) => show(cell)))], right)
  return `${common.length ? `all with ${common.join(' ')}\n` : ''}${lines}`
}

/** A time to a tenth of an episode, because quantiles are multiples of a quarter. */
function showTime(time: Completion, cap: number): string {
  return time === null ? `> ${cap}` : String(Math.round(time * 10) / 10)
}

function showBytes(bytes: number | null): string {
  return bytes === null ? '-' : String(Math.round(bytes))
}
