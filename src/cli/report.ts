// frd report: draws again from results alone, computing nothing: a figure for each group of runs that differ only in
// method, agents and seed, and one table.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, canonicalConfig, defaults, resolveConfig } from '../config.ts'
import { figureNames, figures } from '../paper.ts'
import { encodeResult, ResultError, resultKey } from '../result.ts'
import { openStore, readResults, type Store } from '../store.ts'
import { cells } from '../table.ts'
import { type Entry, groupEntries, readEntries, sortEntries, tellFailures, toEntry, writeFigure } from './figure.ts'
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
    if (!existsSync(dir)) throw new RangeError(`"dir" expected a folder of results, got "${dir}": there is none`)
    const store = openStore(dir)
    return async () => {
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
  const results = names.sort().flatMap((name) => readResults(join(dir, name)))
  const byKey = new Map(results.map((result) => [resultKey(result.config), result]))
  return sortEntries([...byKey.values()].map((result) => toEntry(result, () => encodeResult(result))))
}

interface NamedGroup {
  readonly name: string
  readonly title: string
  readonly group: readonly Entry[]
}

/** A group with a figure's settings has its name; another has its settings as a name. */
function nameGroups(entries: readonly Entry[]): NamedGroup[] {
  const taken = new Set<string>()
  return [...groupEntries(entries, ['method', 'agents', 'seed'])].map(([shared, group]) => {
    const figure = figureNames.find((name) => sharedBy(figures[name].base) === shared)
    if (figure) return { name: figure, title: figures[figure].title, group }
    const { preset, sections, period, width, depth } = group[0].config
    const nets = group[0].row[5] === width ? `n${width}-l${depth}` : 'nets'
    const plain = `report-${preset}-S${sections}-E${period}-${nets}`
    let name = plain
    for (let i = 2; taken.has(name); i++) name = `${plain}-${i}`
    taken.add(name)
    return { name, title: `Mission completion time: ${shared.trim().replaceAll('\n', ', ') || 'defaults'}`, group }
  })
}

function sharedBy(base: Partial<Config>): string {
  const { method, agents, seed } = defaults
  return canonicalConfig({ ...resolveConfig(base), method, agents, seed })
}
