// frd reproduce: makes a figure or table of the paper, or one of ours, from its name: runs, statistics, picture, CSV
// and the claims that rest on it. After an interruption or a crash, the same command continues where it stopped. What
// is measured on the wire, and the tables, are made anew each time (traffic.ts).

import type { Config } from '../config/config.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { checkPackages } from '../config/packages.ts'
import { hasPlaceForMethod, withMethod } from '../paper/brought.ts'
import { drawFigure } from '../paper/draw.ts'
import { drawReadingsInSteps } from '../paper/drawReadings.ts'
import type { Figure } from '../paper/figures.ts'
import type { Families } from '../paper/findings.ts'
import { figureNames, findFigure, runsOf } from '../paper/index.ts'
import type { Judging } from '../paper/judgeCell.ts'
import type { Drawn } from '../paper/places.ts'
import { READINGS_TITLE, readingRuns, readingSeeds } from '../paper/readings.ts'
import { tableNames, tables } from '../paper/tables.ts'
import { trafficFigureNames, trafficFigures } from '../paper/trafficFigures.ts'
import { describeFigure } from '../paper/words.ts'
import { checkDrawing } from '../plot/svg.ts'
import { checkThreads, inSteps } from '../results/compute.ts'
import { openStore, type Store } from '../results/store.ts'
import { indexRuns } from '../results/summary.ts'
import { type PlannedRun, planRuns } from '../results/sweep.ts'
import type { Steps } from '../run/steps.ts'
import { computeAloud } from './aloud.ts'
import { judgedAbout, writeJudged } from './claims.ts'
import { findRunsIn, type Report, tellFailures, tellNothingDrawn, toCellRun, writeDrawn } from './figure.ts'
import { FRONTIER, makeFrontier } from './frontier.ts'
import { firstSeeds, parseSeeds } from './lists.ts'
import {
  type Argv,
  type Command,
  checkSize,
  commonOptions,
  configOptions,
  readBare,
  readConfig,
  readFlag,
  readJobs,
  readList,
  readOut,
  valueFlag,
} from './options.ts'
import { print, tell } from './output.ts'
import { type Brought, readOwnFiles } from './own.ts'
import { computePart, planPart } from './part.ts'
import { isPart, readShard, shardFlag, tellShard } from './shard.ts'
import { loadStatistics } from './statistics.ts'
import { documentOf } from './sweep.ts'
import { makeTable, measureTraffic } from './traffic.ts'

/** The name of the figure of all readings, which has no axis. */
const READINGS = 'readings'

const names = [...figureNames, READINGS, FRONTIER, ...trafficFigureNames, ...tableNames, 'all']

export const reproduceCommand: Command = {
  usage: 'reproduce [figure]',
  doc: `make a figure or a table, or all of them: ${names.join(', ')}`,
  values: { figure: names, method: [] },
  options: {
    quick: { type: 'boolean', describe: 'a shorter axis and fewer seeds, for minutes instead of hours' },
    seeds: { ...commonOptions.seeds, defaultDescription: "the figure's own, 1..100 for most" },
    ...configOptions(['agents', 'preset', 'cap']),
    agents: {
      ...configOptions(['agents']).agents,
      describe: "the numbers of agents to run instead of the figure's own. Accepts: a list such as 1,2,4",
      defaultDescription: '',
    },
    method: valueFlag('a .js file with a method of your own, drawn beside those of the figure', 'none'),
    out: commonOptions.out,
    jobs: { ...commonOptions.jobs, describe: "worker threads for a figure's runs. Accepts: an integer in 1..256" },
    shard: shardFlag,
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 reproduce fig4 --quick', 'a first look'],
    ['$0 reproduce fig4 --seeds 1..100', 'the full figure; run it again to continue'],
    ['$0 reproduce all --quick', 'every figure and table, small'],
    ['$0 reproduce fig4 --quick --method ./mine.js', 'a method of your own beside those of the figure'],
  ],
  plan: async (flags, planning) => {
    const { argv, ...brought } = await readOwnFiles(flags)
    const name = argv.figure === undefined ? undefined : String(argv.figure)
    if (name === undefined) throw new TypeError(`"figure" expected one of ${names.join(', ')}, got none`)
    if (!names.includes(name)) throw new RangeError(expectedOneOf('figure', names, name))
    checkFlags(name, argv)
    const asked = { ...readAsked(argv), ...brought }
    const shard = readShard(argv)
    const jobs: Job[] = []
    for (const one of name === 'all' ? names.slice(0, -1) : [name]) jobs.push(await planOne(one, asked, planning))
    const part = await planPart(
      name,
      jobs.flatMap(({ planned }) => planned),
      shard,
      planning,
    )
    const store = openStore(readOut(argv))
    return async (signal) => {
      tellShard(shard, part.planned.length, part.all)
      if (isPart(shard)) return computePart(name, shard, part, store, { ...asked, signal })
      const isTable = jobs.every(({ needs }) => needs === 'nothing')
      const runs = jobs.flatMap(({ planned }) => planned)
      const missing = runs.filter(({ key }) => !store.has(key)).length
      const threads = asked.jobs > 1 && missing > 1 ? [checkThreads] : []
      await checkPackages([...(isTable ? [] : [checkDrawing, loadStatistics]), ...threads])
      const all: Report[] = []
      for (const [i, job] of jobs.entries()) {
        const report = await job.make(store, signal)
        all.push(report)
        const { text, files } = report
        if (!asked.json) await print(jobs.length > 1 ? `${i ? '\n' : ''}${names[i]}\n${text}` : text)
        if (!asked.quiet && files.length) tell(`${files.join(', ')} in ${store.dir}\n`)
      }
      const documents = all.map(({ document, files }) => ({ ...document, files }))
      const document = jobs.length > 1 ? { figure: name, parts: documents } : documents[0]
      if (asked.json) await print(`${JSON.stringify(document)}\n`)
      return Math.max(...all.map(({ code }) => code))
    }
  },
}

/** Flags that would have no effect on what is asked for, each with its reason. */
function idleFlags(name: string): readonly (readonly [flag: string, why: string])[] {
  const method = ['method', `${name} has no place for another one; name a figure that compares methods`] as const
  const fixed = [...['agents', 'preset', 'cap'].map((flag) => [flag, `it is fixed in ${name}`] as const), method]
  if (name === 'all') return fixed.map(([flag]) => [flag, 'some of its figures have their own; name one figure'])
  if (Object.hasOwn(trafficFigures, name)) return fixed
  if (Object.hasOwn(tables, name)) {
    return tables[name].seeds ? fixed : [...fixed, ['seeds', `${name} needs no run`]]
  }
  if (name === READINGS) return fixed.filter(([flag]) => flag !== 'agents')
  if (name === FRONTIER) return [...fixed, ['seeds', 'its search has seeds of its own, and is judged on others']]
  const figure = findFigure(name)
  const { axis, kind, series } = figure
  const agents =
    axis.field === 'agents'
      ? `all of ${name} has one N: the figure sets the number of agents of each run, so leave out --agents`
      : `the axis of ${name} is ${axis.field}, so leave out --agents`
  return [
    ...(axis.field !== 'agents' || kind === 'contrasts' ? [['agents', agents] as const] : []),
    ...(series.some(({ config }) => config.preset) ? [['preset', `${name} compares presets`] as const] : []),
    ...(hasPlaceForMethod(figure) ? [] : [method]),
  ]
}

/** @throws RangeError for a flag that would have no effect */
function checkFlags(name: string, argv: Argv): void {
  const idle = idleFlags(name).find(([flag]) => argv[flag] !== undefined)
  if (idle) throw new RangeError(`"${idle[0]}" expected none for ${name}: ${idle[1]}`)
}

interface Asked extends Pick<Brought, 'own' | 'modules'> {
  readonly quick: boolean
  readonly seeds: readonly number[] | null
  readonly given: Partial<Config>
  readonly values: readonly number[] | undefined
  readonly jobs: number
  readonly json: boolean
  readonly quiet: boolean
}

function readAsked(argv: Argv): Omit<Asked, 'own' | 'modules'> {
  const seeds = readFlag(argv, 'seeds')
  return {
    quick: readBare(argv, 'quick'),
    seeds: seeds === undefined ? null : parseSeeds(seeds),
    given: readConfig(argv, ['preset', 'cap']),
    values: readList(argv, 'agents') as number[] | undefined,
    jobs: readJobs(argv),
    json: readBare(argv, 'json'),
    quiet: readBare(argv, 'quiet'),
  }
}

/** A figure or a table that is to be made. */
interface Job {
  /** the runs that it needs; what is measured on the wire, and a table, has none */
  readonly planned: readonly PlannedRun[]
  /** the optional packages that it needs: those of a figure and its p-values, or none */
  readonly needs: 'drawing' | 'nothing'
  readonly make: (store: Store, signal: AbortSignal) => Promise<Report>
}

/** @throws TypeError, RangeError for a run that is not possible, before anything is written */
async function planOne(name: string, asked: Asked, planning: AbortSignal): Promise<Job> {
  if (Object.hasOwn(tables, name)) {
    return { planned: [], needs: 'nothing', make: (store, signal) => makeTable(name, asked, store, signal) }
  }
  if (Object.hasOwn(trafficFigures, name)) {
    return { planned: [], needs: 'drawing', make: (store, signal) => measureTraffic(name, asked, store, signal) }
  }
  if (name === READINGS) return planReadings(asked, planning)
  if (name === FRONTIER) {
    return { planned: [], needs: 'drawing', make: (store, signal) => makeFrontier(asked, store, signal) }
  }
  return planFigure(name, asked, planning)
}

async function planFigure(name: string, asked: Asked, planning: AbortSignal): Promise<Job> {
  const { quick, seeds, given, values, own } = asked
  const figure = own.method ? withMethod(findFigure(name), own.method.name) : findFigure(name)
  const along = values ?? (quick ? figure.axis.quick : figure.axis.full)
  const shown = { ...figure, series: figure.series.map((one) => ({ ...one, config: { ...one.config, ...given } })) }
  const wanted = runsOf(shown, seeds, along, quick)
  checkSize(wanted.length)
  const planned = await inSteps(planRuns(wanted, own), planning)
  for (const { config } of planned) checkSending(name, figure, config)
  const make: Job['make'] = (store, signal) =>
    computeAndDraw(name, planned, { ...asked, store, signal }, function* (judging) {
      const families = yield* judgedAbout(name, judging)
      const words = describeFigure(name, shown, along, judging.findRuns, [...families.paper, ...families.ours])
      return { drawn: drawFigure(shown, along, judging.findRuns, judging), families, words }
    })
  return { planned, needs: 'drawing', make }
}

async function planReadings(asked: Asked, planning: AbortSignal): Promise<Job> {
  const { quick, seeds, values } = asked
  const wanted = readingRuns(seeds ?? firstSeeds(quick ? readingSeeds.quick : readingSeeds.full), values)
  checkSize(wanted.length)
  const planned = await inSteps(planRuns(wanted), planning)
  const make: Job['make'] = (store, signal) =>
    computeAndDraw(READINGS, planned, { ...asked, store, signal }, function* (judging) {
      const drawn = yield* drawReadingsInSteps(READINGS_TITLE, judging)
      return { drawn, families: { paper: [], ours: [] }, words: '' }
    })
  return { planned, needs: 'drawing', make }
}

interface Computing extends Pick<Asked, 'jobs' | 'quiet' | 'own' | 'modules'> {
  readonly store: Store
  readonly signal: AbortSignal
}

/** What is made of the runs of a figure. */
interface Made {
  readonly drawn: Drawn | null
  readonly families: Families
  /** what one sees, for the terminal */
  readonly words: string
}

async function computeAndDraw(
  name: string,
  planned: readonly PlannedRun[],
  { store, jobs, quiet, signal, own, modules }: Computing,
  make: (judging: Judging) => Steps<Made>,
): Promise<Report> {
  const { keys, ...counts } = await computeAloud(planned, store, { jobs, quiet, signal, own, modules })
  const runs = await findRunsIn(store, keys, signal)
  const summaries = runs.map(({ summary }) => summary)
  const findRuns = indexRuns(summaries, own)
  const judging = { ...(await loadStatistics()), findRuns, measuresOf: () => [] }
  const stopped = `interrupted: all runs of ${name} are stored; give the same command again`
  const { drawn, families, words } = await inSteps(make(judging), signal, stopped)
  const files = drawn ? await writeDrawn(store, name, drawn, runs) : []
  const judged = writeJudged(name, families, store)
  return {
    document: documentOf(runs, store, { figure: name, ...counts, claims: families }),
    text: (drawn?.table ?? '') + judged.text + words,
    files: [...files, ...judged.files],
    code: tellFailures(runs.map(toCellRun)) || (drawn ? 0 : tellNothingDrawn(name)),
  }
}

/** Refuses a figure of what is sent if no run of it would have an exchange. */
function checkSending(name: string, { kind }: Figure, { cap, period }: Config): void {
  if ((kind !== 'payload' && kind !== 'spent') || cap > period) return
  throw new RangeError(expected('cap', `more than ${period} for ${name}`, cap, 'nothing is sent before an exchange'))
}
