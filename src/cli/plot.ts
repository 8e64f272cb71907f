// frd plot: a figure and a table of any sweep, from its results alone: completion, score or payload over any field of the
// config, or learning curves.

import type { Config } from '../config/config.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { fieldNames } from '../config/fields.ts'
import { checkPackages } from '../config/packages.ts'
import { blockOf, drawLearning, firstScore, scoresOf } from '../paper/learningCurves.ts'
import { drawSweep, type SweepFigure, type SweepMeasure, type SweepRun } from '../paper/sweepFigure.ts'
import { checkDrawing } from '../plot/svg.ts'
import { inSteps } from '../results/compute.ts'
import { resultKey } from '../results/result.ts'
import { compareRuns, runsTable } from '../results/rows.ts'
import { openStore } from '../results/store.ts'
import { toConfig } from '../results/summary.ts'
import { checkParquet, toParquet } from '../results/table.ts'
import type { Steps } from '../run/steps.ts'
import { tellFailures, tellNothingDrawn, writeDrawn } from './figure.ts'
import { checkDir, type FolderRuns, readRunsInSteps, tellLeftOut } from './folder.ts'
import { type Argv, type Command, commonOptions, flagOf, readBare, readFlag, readOut, valueFlag } from './options.ts'
import { print, tell } from './output.ts'
import { readScores } from './scored.ts'
import { streamWords } from './statistics.ts'
import { readField, readWhere, whereFlag } from './where.ts'

const measures: readonly SweepMeasure[] = ['completion', 'score', 'bytes']

const FIELD = 'Accepts: a field of the config, such as agents, gamma or policy-rate'

export const plotCommand: Command = {
  usage: 'plot [dir]',
  doc: 'draw any sweep from its results: completion, score or bytes over any field, or learning curves',
  options: {
    x: valueFlag(
      `the field of the x axis. ${FIELD}`,
      'agents if the runs differ in it, else the field with most values',
    ),
    y: valueFlag(`what is drawn. Accepts: one of ${measures.join(', ')}`, 'completion'),
    by: valueFlag(`the field that has a curve for each value. ${FIELD}`, 'method if the runs differ in it'),
    where: whereFlag,
    curve: { type: 'boolean', describe: 'draw learning curves, the scores over episodes, instead of --x and --y' },
    parquet: {
      type: 'boolean',
      describe: 'write Parquet too: the numbers of the figure, and results.parquet of all runs',
    },
    out: { ...commonOptions.out, describe: 'folder of the figures', defaultDescription: 'that of the results' },
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 plot out --x gamma', 'completion over the discount, one curve for each method'],
    ['$0 plot out --x agents --y bytes --by method', 'what an exchange costs each agent'],
    ['$0 plot results/paper --x sections --where "agents=4 method=frd"', 'of some of the runs'],
    ['$0 plot out --curve --by policy-rate', 'learning curves, one for each learning rate'],
  ],
  epilogue:
    'Fields in which the runs differ beside --x and --by have a panel for each of their values. The CSV has one row per point and a column for every field, as pandas and DuckDB read it.',
  values: { x: fieldNames.map(flagOf), by: fieldNames.map(flagOf), y: measures },
  plan: (argv) => {
    if (argv.dir === undefined) throw new TypeError('"dir" expected a folder of results, got none')
    const asked = readAsked(argv)
    const isShown = readWhere(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const parquet = readBare(argv, 'parquet')
    const dir = checkDir(String(argv.dir))
    const store = openStore(readFlag(argv, 'out') === undefined ? dir : readOut(argv))
    return async (signal) => {
      await checkPackages([checkDrawing, ...(parquet ? [checkParquet] : [])])
      const { runs: all, ...leftOut } = await inSteps(readSweepRuns(dir), signal)
      const runs = all.filter(({ config }) => isShown(config))
      const drawn = await inSteps(draw(dir, runs, asked), signal)
      const code = Math.max(tellFailures(runs), tellLeftOut([leftOut]))
      if (!drawn) return Math.max(code, tellNothingDrawn(dir))
      const name = nameOf(asked, drawn)
      const files = await writeDrawn(store, name, drawn)
      if (parquet) {
        store.replace(`${name}.parquet`, [await toParquet(drawn.data)])
        store.replace('results.parquet', [await toParquet(tableOfAll(runs))])
        files.push(`${name}.parquet`, 'results.parquet')
      }
      const { head, rows } = drawn.data
      const points = rows.map((row) => Object.fromEntries(head.map((column, i) => [column, row[i]])))
      await print(json ? `${JSON.stringify({ out: store.dir, files, points })}\n` : drawn.table)
      if (!quiet) tell(`${files.join(', ')} in ${store.dir}\n`)
      return code
    }
  },
}

interface AskedPlot {
  readonly y: SweepMeasure
  readonly x?: keyof Config
  readonly by?: keyof Config
  readonly isCurve: boolean
}

function readAsked(argv: Argv): AskedPlot {
  const isCurve = readBare(argv, 'curve')
  for (const flag of ['x', 'y']) {
    if (isCurve && argv[flag] !== undefined) {
      throw new RangeError(
        expected(flag, 'none beside --curve', argv[flag], 'learning curves are scores over episodes'),
      )
    }
  }
  const y = readFlag(argv, 'y') ?? 'completion'
  if (!(measures as readonly string[]).includes(y)) throw new RangeError(expectedOneOf('y', measures, y))
  const [x, by] = (['x', 'by'] as const).map((flag) => {
    const text = readFlag(argv, flag)
    return text === undefined ? undefined : readField(text, flag)
  })
  if (x !== undefined && x === by) throw new RangeError(expected('by', `another field than --x ${flagOf(x)}`, argv.by))
  return { y: y as SweepMeasure, isCurve, ...(x && { x }), ...(by && { by }) }
}

/** The runs of a folder with their configs. It yields before each of them. */
function* readSweepRuns(dir: string): Steps<Omit<FolderRuns, 'runs'> & { runs: SweepRun[] }> {
  const { runs: all, ...rest } = yield* readRunsInSteps(dir)
  const runs: SweepRun[] = []
  for (const run of all) {
    yield
    runs.push({ ...run, config: toConfig(run.setting, run.seed) })
  }
  return { ...rest, runs }
}

const keyOf = ({ config }: SweepRun) => resultKey(config)

function* draw(dir: string, runs: readonly SweepRun[], asked: AskedPlot): Steps<SweepFigure | null> {
  const sound = runs.filter(({ failed }) => !failed)
  if (asked.isCurve) {
    const block = blockOf(sound)
    const scores = yield* readScores(dir, sound.map(keyOf), 'curve', (result) => scoresOf(result, block))
    return drawLearning(sound, (run) => scores.get(keyOf(run))!, block, asked.by)
  }
  if (asked.y !== 'score') return yield* drawSweep(sound, { ...asked, words: streamWords })
  const episodes = sound.reduce((least, run) => Math.min(least, run.episodes), Number.POSITIVE_INFINITY)
  const scores = yield* readScores(dir, sound.map(keyOf), 'y', (result) => firstScore(result, episodes))
  return yield* drawSweep(sound, {
    ...asked,
    words: streamWords,
    episodes,
    scoreOf: (run) => scores.get(keyOf(run))!,
  })
}

/** The name of the files: what is drawn, over what, and by what. */
const nameOf = ({ y, isCurve }: AskedPlot, { x, by }: SweepFigure) =>
  isCurve ? `curve-by-${flagOf(by)}` : `${y}-over-${flagOf(x)}-by-${flagOf(by)}`

/** What results.csv holds of these runs. */
function tableOfAll(runs: readonly SweepRun[]) {
  const sound = runs.filter(({ failed }) => !failed)
  return runsTable(sound.map((run) => ({ key: keyOf(run), config: run.config, summary: run })).sort(compareRuns))
}
