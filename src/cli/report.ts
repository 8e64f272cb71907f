// frd report: draws again from results alone, computing nothing. Of a folder of results a figure for each group of runs
// that differ only in method, agents and seed, and one table; of an archive every figure whose runs it holds.

import { indexLines } from '../archive.ts'
import { type Config, resolveConfig } from '../config.ts'
import { drawMethods } from '../draw.ts'
import { figures } from '../experiments.ts'
import { methods } from '../methods/index.ts'
import { encodeResult } from '../result.ts'
import { openStore, readArchive, type Store } from '../store.ts'
import { checkDrawing } from '../svg.ts'
import { cells } from '../table.ts'
import { chaptersOf, type Runs } from './chapters.ts'
import {
  type Entry,
  groupEntries,
  readEntries,
  settingsOf,
  sortEntries,
  tellFailures,
  toEntry,
  writeDrawn,
} from './figure.ts'
import { checkDir, none, readLines, readLoose, readMeasures } from './lines.ts'
import { type Command, commonOptions, readBare, readOut, readText } from './options.ts'
import { printResults, toTables } from './sweep.ts'
import { loadTools } from './tools.ts'

export const reportCommand: Command = {
  usage: 'report [dir]',
  doc: 'figures and table again from a folder of results, computing nothing',
  options: {
    out: { ...commonOptions.out, describe: 'folder of the figures', defaultDescription: "the results' own" },
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 report out', 'figures of all that is there'],
    ['$0 report results/paper --out figures', 'every figure from the committed runs'],
  ],
  plan: (argv) => {
    if (argv.dir === undefined) throw new TypeError('"dir" expected a folder of results, got none')
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const dir = checkDir(String(argv.dir))
    const isPacked = readArchive(dir) !== null
    const store = openStore(readText(argv, 'out') === undefined ? dir : readOut(argv))
    return async () => {
      await checkDrawing()
      if (isPacked) {
        const runs = { linesOf: indexLines(readLines(dir)), measuresOf: readMeasures(dir) }
        return reportArchive(runs, store, { json, quiet })
      }
      const entries = load(openStore(dir))
      const files: string[] = []
      for (const { name, title, group } of nameGroups(entries)) {
        const drawn = drawMethods(title, group)
        if (drawn) files.push(...(await writeDrawn(store, name, drawn, group)))
      }
      printResults({ json, entries, store, about: { cells: cells(entries), files }, text: toTables(entries) })
      if (!quiet && files.length) process.stderr.write(`${files.join(', ')} in ${store.dir}\n`)
      return tellFailures(entries)
    }
  },
}

async function reportArchive(runs: Runs, store: Store, { json, quiet }: { json: boolean; quiet: boolean }) {
  const files: string[] = []
  for (const chapter of chaptersOf(runs, await loadTools())) {
    files.push(...(await writeDrawn(store, chapter.name, chapter)))
    if (!json) process.stdout.write(`${chapter.name}: ${chapter.title}\n${chapter.table}\n`)
  }
  if (json) process.stdout.write(`${JSON.stringify({ out: store.dir, files })}\n`)
  if (!quiet) process.stderr.write(`${files.join(', ')} in ${store.dir}\n`)
  return 0
}

/** The runs of DIR/runs, or, in a folder that was committed without them, of its .jsonl files. */
function load(store: Store): Entry[] {
  const keys = store.keys()
  const entries = keys.length
    ? readEntries(store, keys)
    : sortEntries(readLoose(store.dir).map((result) => toEntry(result, () => encodeResult(result))))
  if (entries.length) return entries
  throw none(store.dir)
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
    const title = figure ? figures.fig4.title : `Mission completion time: ${settings}`
    return { name, title, group }
  })
}

/** Fig. 4 has all methods, so runs of its setting are it, whichever they are. */
function figureOf(config: Config, other: Partial<Config>): 'fig4' | undefined {
  const base = resolveConfig({ ...figures.fig4.base, ...other })
  return settingsOf(base, AXES) === settingsOf(config, AXES) ? 'fig4' : undefined
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
