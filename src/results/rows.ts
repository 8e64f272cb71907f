// One run as a row of results.csv, and the order of rows.

import type { Config } from '../config/config.ts'
import { meanBytesOf, type Summary } from './summary.ts'

/** Columns of results.csv, in order: the values of `toRow`. */
export const resultColumns = [
  'preset',
  'method',
  'agents',
  'sections',
  'period',
  'width',
  'depth',
  'seed',
  'completion',
  'cap',
  'episodes',
  'env_steps',
  'exchanges',
  'uplink_bytes',
  'downlink_bytes',
  'digest',
  'key',
] as const

/** A row of results.csv. */
export type ResultRow = readonly (string | number)[]

/** Width and depth of the policy networks; for mixed networks those of all agents, as 24+50 and 1+2. */
export function netColumns({ nets, width, depth }: Config): readonly [width: string | number, depth: string | number] {
  if (nets === null) return [width, depth]
  return [nets.map((net) => net.width).join('+'), nets.map((net) => net.depth).join('+')]
}

/** The row of a run. Its completion is empty if it was censored, and its bytes are empty if there was no exchange. */
export function toRow(config: Config, summary: Summary, key: string): ResultRow {
  const { uplinkBytes, downlinkBytes } = meanBytesOf([summary], config.agents, config.method)
  return [
    config.preset,
    config.method,
    config.agents,
    config.sections,
    config.period,
    ...netColumns(config),
    config.seed,
    summary.completion ?? '',
    config.cap,
    summary.episodes,
    summary.envSteps,
    summary.exchanges,
    uplinkBytes ?? '',
    downlinkBytes ?? '',
    summary.digest,
    key,
  ]
}

/**
 * The order of rows: by setting and seed, then by key. Numbers stand before texts, and texts are in the order of their
 * code units.
 */
export function compareRows(a: ResultRow, b: ResultRow): number {
  for (const i of sortColumns) {
    if (a[i] === b[i]) continue
    if (typeof a[i] !== typeof b[i]) return typeof a[i] === 'number' ? -1 : 1
    return a[i] < b[i] ? -1 : 1
  }
  return 0
}

const sortColumns = [0, 1, 2, 3, 4, 5, 6, 7, resultColumns.indexOf('key')]
