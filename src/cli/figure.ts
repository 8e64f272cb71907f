// Results -> the files of a figure in the store's folder: name.svg, .vl.json, .csv, .jsonl, and what the terminal shows. What
// reproduce, sweep and report share; computes no run.

import { type Line, toLine } from '../archive.ts'
import { type Config, canonicalConfig, defaults } from '../config.ts'
import type { Drawn } from '../draw.ts'
import { compareRows, encodeResult, toRow } from '../result.ts'
import type { RunResult } from '../run.ts'
import type { Store } from '../store.ts'
import { renderSvg, specText } from '../svg.ts'
import type { Row } from '../table.ts'

/** What a command has to say of one figure or table. */
export interface Told {
  /** of --json */
  readonly document: Readonly<Record<string, unknown>>
  /** of the terminal */
  readonly text: string
  /** names of what was written */
  readonly files: readonly string[]
  /** exit code */
  readonly code: number
}

/** A result without its scores, of which thousands fit in memory; `text` reads the whole one again. */
export interface Entry extends Row {
  readonly line: Line
  readonly digest: string
  readonly row: readonly (string | number)[]
  readonly text: () => string
}

export function toEntry(result: RunResult, text: () => string): Entry {
  const line = toLine(result)
  return { ...line, config: result.config, line, row: toRow(result), text }
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

/** Writes the files of a drawn figure, its runs where they are given. @returns their names */
export async function writeDrawn(
  store: Store,
  name: string,
  drawn: Drawn,
  entries?: readonly Entry[],
): Promise<string[]> {
  const svg = await renderSvg(drawn.spec)
  if (entries) store.replace(`${name}.jsonl`, linesOf(entries))
  store.replace(`${name}.csv`, [drawn.csv])
  store.replace(`${name}.vl.json`, [specText(drawn.spec)])
  store.replace(`${name}.svg`, [svg])
  return ['svg', 'vl.json', 'csv', ...(entries ? ['jsonl'] : [])].map((kind) => `${name}.${kind}`)
}

function* linesOf(entries: readonly Entry[]): Generator<string> {
  for (const { text } of entries) yield `${text()}\n`
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
  const failed = entries.filter((entry) => entry.failed)
  if (!failed.length) return 0
  const list = failed.slice(0, 5).map(({ config }) => `${config.method} N = ${config.agents} seed ${config.seed}`)
  const more = failed.length > 5 ? ', ...' : ''
  process.stderr.write(
    `${failed.length} of ${entries.length} runs failed on a non-finite value and are in no table or figure: ${list.join(', ')}${more}\n`,
  )
  return 1
}
