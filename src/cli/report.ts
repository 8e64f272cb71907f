// frd report: draws figures and tables again from stored runs, without computing runs: every figure of the registry
// whose runs a folder holds, and one figure of all other runs.

import { printable } from '../config/errors.ts'
import { checkPackages } from '../config/packages.ts'
import { figuresWith } from '../paper/brought.ts'
import { wholeFigures } from '../paper/index.ts'
import { drawRuns } from '../paper/ownRuns.ts'
import { readingRuns, readingsAreThere } from '../paper/readings.ts'
import { checkDrawing } from '../plot/svg.ts'
import { cellsOf, toCellsJson, toCellsTable } from '../results/cells.ts'
import { settingOf } from '../results/setting.ts'
import { openStore } from '../results/store.ts'
import { indexRuns, toConfig } from '../results/summary.ts'
import { chaptersOf } from './chapters.ts'
import { tellFailures, writeDrawn } from './figure.ts'
import { checkDir, readMeasures, readRuns, tellLeftOut } from './folder.ts'
import { type Command, commonOptions, readBare, readFlag, readOut, valueFlag } from './options.ts'
import { readOwnFiles } from './own.ts'
import { loadStatistics } from './statistics.ts'

/** The name of the files for the runs that are in no figure of the registry. */
const OTHERS = 'runs'

export const reportCommand: Command = {
  usage: 'report [dir]',
  doc: 'draw figures and tables again from a folder of results, without computing runs',
  options: {
    out: { ...commonOptions.out, describe: 'folder of the figures', defaultDescription: 'that of the results' },
    env: valueFlag('a .js file with an environment of your own, in which the figures are drawn too', 'none'),
    method: valueFlag('a .js file with a method of your own, drawn beside those of the figures', 'none'),
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 report out', 'figures of all runs that are there'],
    ['$0 report results/paper --out figures', 'every figure from the committed runs'],
  ],
  plan: async (flags) => {
    const { argv, own } = await readOwnFiles(flags)
    if (argv.dir === undefined) throw new TypeError('"dir" expected a folder of results, got none')
    const shown = figuresWith(own)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const dir = checkDir(String(argv.dir))
    const store = openStore(readFlag(argv, 'out') === undefined ? dir : readOut(argv))
    return async () => {
      await checkPackages([checkDrawing, loadStatistics])
      const { runs: read, ...leftOut } = readRuns(dir)
      const runs = read.map((run) => ({ ...run, config: toConfig(run.setting, run.seed) }))
      const findRuns = indexRuns(runs, own)
      const whole = wholeFigures(findRuns, shown, own.method?.name)
      const judging = { findRuns, measuresOf: readMeasures(dir), ...(await loadStatistics()) }
      const chapters = chaptersOf(judging, whole.figures)
      const ofReadings = readingsAreThere(findRuns)
        ? readingRuns([1]).map((given) => settingOf(findRuns(given).config))
        : []
      const known = new Set([...whole.settings, ...ofReadings])
      const others = runs.filter(({ setting }) => !known.has(setting))
      const files: string[] = []
      for (const chapter of chapters) {
        files.push(...(await writeDrawn(store, chapter.name, chapter)))
        if (!json) process.stdout.write(`${chapter.name}: ${chapter.title}\n${chapter.table}\n`)
      }
      const drawn = drawRuns(others)
      if (drawn) files.push(...(await writeDrawn(store, OTHERS, drawn)))
      if (!json && others.length) process.stdout.write(toCellsTable(cellsOf(others)))
      if (json)
        process.stdout.write(`${JSON.stringify({ out: store.dir, files, cells: toCellsJson(cellsOf(runs)) })}\n`)
      if (!quiet && files.length) process.stderr.write(`${files.join(', ')} in ${printable(store.dir)}\n`)
      return Math.max(tellFailures(runs), tellLeftOut([leftOut]))
    }
  },
}
