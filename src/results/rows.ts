// results.csv: one row per run, with a column for every field of the config that any of the runs sets; and the order of
// runs in all merged files.

import type { Config } from '../config/config.ts'
import { columnOf, furtherFields, mainFields, netColumn, type SettingField, settingCell } from './setting.ts'
import { meanBytesOf, type Summary } from './summary.ts'
import type { DataTable } from './table.ts'
import { type TextCell, toCsvText } from './text.ts'

/** What a row needs of a stored run. */
export interface RowRun {
  readonly key: string
  readonly config: Config
  readonly summary: Summary
}

/** Columns of results.csv behind those of the setting, each with its value; the last one names the file of the run. */
const columns: readonly (readonly [head: string, value: (run: RowRun) => TextCell])[] = [
  ['seed', ({ config }) => config.seed],
  ['completion', ({ summary }) => summary.completion],
  ['cap', ({ config }) => config.cap],
  ['episodes', ({ summary }) => summary.episodes],
  ['env_steps', ({ summary }) => summary.envSteps],
  ['exchanges', ({ summary }) => summary.exchanges],
  ['uplink_bytes', (run) => bytesOf(run).uplinkBytes],
  ['downlink_bytes', (run) => bytesOf(run).downlinkBytes],
  ['digest', ({ summary }) => summary.digest],
  ['key', ({ key }) => key],
]

const bytesOf = ({ config, summary }: RowRun) => meanBytesOf([summary], config.agents, config.method)

const settingsOf = (runs: readonly RowRun[]) => [...mainFields, ...furtherFields(runs.map(({ config }) => config))]

const headOf = (settings: readonly SettingField[]) => [...settings.map(columnOf), ...columns.map(([head]) => head)]

const rowOf = (settings: readonly SettingField[], run: RowRun): TextCell[] => [
  ...settings.map((name) => settingCell(run.config, name)),
  ...columns.map(([, value]) => value(run)),
]

/**
 * The text of results.csv in parts: the head, then one row per run, in the given order. A completion is empty if the run
 * was censored, bytes are empty if there was no exchange, and a field is empty if the method does not use it and
 * it was not set.
 */
export function* resultRows(runs: readonly RowRun[]): Generator<string> {
  const settings = settingsOf(runs)
  yield toCsvText([headOf(settings)])
  for (const run of runs) yield toCsvText([rowOf(settings, run)])
}

/** The cells of results.csv, for other formats. */
export function runsTable(runs: readonly RowRun[]): DataTable {
  const settings = settingsOf(runs)
  return { head: headOf(settings), rows: runs.map((run) => rowOf(settings, run)) }
}

/** What runs are sorted by: these fields, then the key. Mixed networks sort as texts, behind all others. */
const sorted = [...mainFields, 'seed'] as const

/**
 * The order of runs: by setting and seed, then by key. Numbers stand before texts, and texts are in the order of their
 * code units.
 */
export function compareRuns(a: RowRun, b: RowRun): number {
  for (const name of sorted) {
    const left = sortValue(a.config, name)
    const right = sortValue(b.config, name)
    if (left === right) continue
    if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1
    return left < right ? -1 : 1
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

function sortValue(config: Config, name: (typeof sorted)[number]): string | number {
  return config.nets && (name === 'width' || name === 'depth') ? netColumn(config.nets, name) : config[name]
}
