// frd report: draws figures and tables again from stored runs, without computing runs: every figure of the registry
// whose runs a folder holds, and one figure of all other runs.

import { checkPackages } from '../config/packages.ts'
import { figuresWith } from '../paper/brought.ts'
import { problems } from '../paper/frontier.ts'
import { wholeFigures } from '../paper/index.ts'
import { drawRuns } from '../paper/ownRuns.ts'
import { readingRuns, readingsAreThere } from '../paper/readings.ts'
import { checkDrawing } from '../plot/svg.ts'
import { type CellRun, cellsOf, toCellsJson, toCellsTable } from '../results/cells.ts'
import { giveWay, inSteps } from '../results/compute.ts'
import type { LeftOut } from '../results/reader.ts'
import { settingOf } from '../results/setting.ts'
import { openStore } from '../results/store.ts'
import { indexRuns, type Summary, toConfig } from '../results/summary.ts'
import type { Steps } from '../run/steps.ts'
import { chaptersInSteps } from './chapters.ts'
import { tellFailures, tellNothingDrawn, writeDrawn } from './figure.ts'
import { checkDir, readMeasures, readRunsInSteps, tellLeftOut } from './folder.ts'
import { type Command, commonOptions, readBare, readFlag, readOut, valueFlag } from './options.ts'
import { print, tell } from './output.ts'
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
    return async (signal) => {
      await checkPackages([checkDrawing, loadStatistics])
      const { runs, ...leftOut } = await inSteps(readCells(dir), signal)
      const findRuns = indexRuns(runs, own)
      const whole = wholeFigures(findRuns, shown, own.method?.name)
      const judging = { findRuns, measuresOf: readMeasures(dir), ...(await loadStatistics()) }
      const chapters = await inSteps(chaptersInSteps(judging, whole.figures), signal)
      const ofReadings = readingsAreThere(findRuns)
        ? readingRuns([1]).map((given) => settingOf(findRuns(given).config))
        : []
      const ofFrontier = chapters.some(({ name }) => name === 'frontier')
        ? problems.flatMap(({ candidates }) => candidates.map(({ config }) => settingOf(findRuns(config).config)))
        : []
      const known = new Set([...whole.settings, ...ofReadings, ...ofFrontier])
      const others = runs.filter(({ setting }) => !known.has(setting))
      const files: string[] = []
      for (const chapter of chapters) {
        await giveWay(signal, 'interrupted: not all figures are drawn; give the same command again')
        files.push(...(await writeDrawn(store, chapter.name, chapter)))
        if (!json) await print(`${chapter.name}: ${chapter.title}\n${chapter.table}\n`)
      }
      const drawn = drawRuns(others)
      if (drawn) files.push(...(await writeDrawn(store, OTHERS, drawn)))
      if (!json && others.length) await print(toCellsTable(cellsOf(others)))
      if (json) await print(`${JSON.stringify({ out: store.dir, files, cells: toCellsJson(cellsOf(runs)) })}\n`)
      if (!quiet && files.length) tell(`${files.join(', ')} in ${store.dir}\n`)
      const code = Math.max(tellFailures(runs), tellLeftOut([leftOut]))
      return files.length ? code : Math.max(code, tellNothingDrawn(dir))
    }
  },
}

/** The runs of a folder with their configs. It yields before each of them. */
function* readCells(dir: string): Steps<LeftOut & { runs: (Summary & CellRun)[] }> {
  const read = yield* readRunsInSteps(dir)
  const runs: (Summary & CellRun)[] = []
  for (const run of read.runs) {
    yield
    runs.push({ ...run, config: toConfig(run.setting, run.seed) })
  }
  return { ...read, runs }
}
