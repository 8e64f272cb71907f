// Results -> name.svg, name.csv, name.jsonl in the store's folder, and the terminal's table. What reproduce, sweep and
// report share; computes no run.

import { type Config, canonicalConfig, defaults } from '../config.ts'
import { completionFigure, renderSvg } from '../figures.ts'
import { compareRows, encodeResult, toRow } from '../result.ts'
import type { RunResult } from '../run.ts'
import type { Store } from '../store.ts'
import { type Cell, cells, type Row, toCsv } from '../table.ts'

/** A result without its scores, of which thousands fit in memory; `line` reads the whole one again. */
export interface Entry extends Row {
  readonly config: Config
  readonly digest: string
  readonly row: readonly (string | number)[]
  readonly line: () => string
}

export function toEntry(result: RunResult, line: () => string): Entry {
  const { config, completion, exchanges, failure, digest } = result
  return { config, completion, exchanges, failure, digest, row: toRow(result), line }
}

/** The stored results of these keys, in the order of results.csv. */
export function readEntries(store: Store, keys: readonly string[]): Entry[] {
  const read = (key: string) => {
    const result = store.read(key)
    if (result === null) throw new Error(`run ${key} vanished from ${store.dir}: run the command again`)
    return result
  }
  return sortEntries(keys.map((key) => toEntry(read(key), () => encodeResult(read(key)))))
}

export function sortEntries(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => compareRows(a.row, b.row))
}

/** Writes the three files. @returns their cells; none, and nothing written, where no run finished */
export async function writeFigure(
  store: Store,
  name: string,
  title: string,
  entries: readonly Entry[],
): Promise<Cell[]> {
  const points = cells(entries)
  if (!points.length) return points
  const cap = Math.min(...points.map((cell) => cell.cap))
  const svg = await renderSvg(completionFigure(points, { title, cap }))
  store.replace(`${name}.jsonl`, linesOf(entries))
  store.replace(`${name}.csv`, [toCsv(points)])
  store.replace(`${name}.svg`, [svg])
  return points
}

function* linesOf(entries: readonly Entry[]): Generator<string> {
  for (const { line } of entries) yield `${line()}\n`
}

/** `name=value` lines of what is no default, but for the fields that are free. */
export function settingsOf(config: Config, free: readonly (keyof Config)[]): string {
  return canonicalConfig({ ...config, ...Object.fromEntries(free.map((name) => [name, defaults[name]])) })
}

/** Entries that differ in nothing but the free fields, a group each, by the settings they share. */
export function groupEntries(entries: readonly Entry[], free: readonly (keyof Config)[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) {
    const shared = settingsOf(entry.config, free)
    const group = groups.get(shared)
    if (group) group.push(entry)
    else groups.set(shared, [entry])
  }
  return groups
}

/** Told aloud: a failed run is neither completed nor censored. @returns the exit code */
export function tellFailures(entries: readonly Entry[]): number {
  const failed = entries.filter(({ failure }) => failure !== null)
  if (!failed.length) return 0
  const list = failed.slice(0, 5).map(({ config }) => `${config.method} N = ${config.agents} seed ${config.seed}`)
  const more = failed.length > 5 ? ', ...' : ''
  process.stderr.write(
    `${failed.length} of ${entries.length} runs failed on a non-finite value and are in no table or figure: ${list.join(', ')}${more}\n`,
  )
  return 1
}
