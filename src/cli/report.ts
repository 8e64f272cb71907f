// frd report: draws again from results alone, computing nothing: a figure for each group of runs that differ only in
// method, agents and seed, and one table.

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, resolveConfig } from '../config.ts'
import { expected } from '../field.ts'
import { methods } from '../methods/index.ts'
import { type FigureName, figureNames, figures } from '../paper.ts'
import { encodeResult, ResultError, resultKey } from '../result.ts'
import type { RunResult } from '../run.ts'
import { conflict, openStore, readResults, type Store } from '../store.ts'
import { checkDrawing } from '../svg.ts'
import { cells } from '../table.ts'
import {
  type Entry,
  groupEntries,
  readEntries,
  settingsOf,
  sortEntries,
  tellFailures,
  toEntry,
  writeFigure,
} from './figure.ts'
import { type Command, commonOptions, readBare } from './options.ts'
import { printResults, toTables } from './sweep.ts'

export const reportCommand: Command = {
  usage: 'report [dir]',
  doc: 'figures and table again from a folder of results, computing nothing',
  options: { json: commonOptions.json, quiet: commonOptions.quiet },
  examples: [['$0 report out', 'figures of all that is there']],
  plan: (argv) => {
    if (argv.dir === undefined) throw new TypeError('"dir" expected a folder of results, got none')
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const dir = String(argv.dir)
    if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
      throw new RangeError(expected('dir', 'a folder of results', dir, 'there is none'))
    }
    const store = openStore(dir)
    return async () => {
      await checkDrawing()
      const entries = load(store)
      const files: string[] = []
      for (const { name, title, group } of nameGroups(entries)) {
        const points = await writeFigure(store, name, title, group)
        if (points.length) files.push(...['svg', 'csv', 'jsonl'].map((kind) => `${name}.${kind}`))
      }
      printResults({ json, entries, store, about: { cells: cells(entries), files }, text: toTables(entries) })
      if (!quiet && files.length) process.stderr.write(`${files.join(', ')} in ${store.dir}\n`)
      return tellFailures(entries)
    }
  },
}

/** The runs of DIR/runs, or, in a folder that was committed without them, of its .jsonl files. */
function load(store: Store): Entry[] {
  const keys = store.keys()
  const entries = keys.length ? readEntries(store, keys) : loadLines(store.dir)
  if (entries.length) return entries
  throw new ResultError(`${store.dir}: expected runs/KEY.json or .jsonl files of results, got none`)
}

function loadLines(dir: string): Entry[] {
  const names = readdirSync(dir).filter((name) => name.endsWith('.jsonl') && name !== 'timing.jsonl')
  const byKey = new Map<string, { path: string; result: RunResult }>()
  for (const path of names.sort().map((name) => join(dir, name))) {
    for (const result of readResults(path)) {
      const key = resultKey(result.config)
      const known = byKey.get(key)
      if (known && known.result.digest !== result.digest) throw conflict(known.path, path)
      byKey.set(key, { path, result })
    }
  }
  return sortEntries([...byKey.values()].map(({ result }) => toEntry(result, () => encodeResult(result))))
}

interface NamedGroup {
  readonly name: string
  readonly title: string
  readonly group: readonly Entry[]
}

/**
 * A group with a figure's settings has its name, under another preset or cap too unless the figure itself is there;
 * another group has its settings as a name.
 */
function nameGroups(entries: readonly Entry[]): NamedGroup[] {
  const taken = new Set<string>()
  const groups = groupFigures(entries)
  const first = groups.filter(({ config }) => figureOf(config, {}) !== undefined)
  return [...first, ...groups.filter((group) => !first.includes(group))].map(({ config, group }) => {
    const { preset, cap, sections, period, width, depth, nets } = config
    const figure = figureOf(config, { preset, cap })
    const plain = figure
      ? [figure, `${figure}-${preset}-cap${cap}`]
      : [`report-${preset}-S${sections}-E${period}-${nets ? 'nets' : `n${width}-l${depth}`}`]
    let name = plain.find((free) => !taken.has(free)) ?? plain[0]
    for (let i = 2; taken.has(name); i++) name = `${plain[0]}-${i}`
    taken.add(name)
    const settings = settingsOf(config, AXES).trim().replaceAll('\n', ', ')
    const title = figure ? figures[figure].title : `Mission completion time: ${settings}`
    return { name, title, group }
  })
}

function figureOf(config: Config, other: Partial<Config>): FigureName | undefined {
  return figureNames.find(
    (name) => settingsOf(resolveConfig({ ...figures[name].base, ...other }), AXES) === settingsOf(config, AXES),
  )
}

/** What one figure shows side by side. */
const AXES = ['method', 'agents', 'seed'] as const

/**
 * Runs of one figure each. A method without exchanges is stored with the default S and E, whatever a sweep asked for, so
 * its runs join every figure that shares all else.
 */
function groupFigures(entries: readonly Entry[]): { config: Config; group: Entry[] }[] {
  const isStill = ({ config }: Entry) => methods[config.method]?.targets === null
  const still = entries.filter(isStill)
  const free = [...AXES, 'sections', 'period'] as const
  const joined = new Set<Entry>()
  const groups = [
    ...groupEntries(
      entries.filter((entry) => !isStill(entry)),
      AXES,
    ).values(),
  ].map((group) => {
    const { config } = group[0]
    const settings = settingsOf(config, free)
    const more = still.filter((entry) => settingsOf(entry.config, free) === settings)
    for (const entry of more) joined.add(entry)
    return { config, group: sortEntries([...group, ...more]) }
  })
  const alone = groupEntries(
    still.filter((entry) => !joined.has(entry)),
    AXES,
  )
  return [...groups, ...[...alone.values()].map((group) => ({ config: group[0].config, group }))]
}
