// frd reproduce: a figure or table of the paper, or one of ours, from nothing but its name: plan, runs, statistics, picture, CSV
// and the claims that rest on it. Interrupted or killed, the same command goes on where it stopped; what is measured on the
// wire, and the tables, are made anew (traffic.ts).

import type { Config } from '../config/config.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { drawFigure } from '../paper/draw.ts'
import type { Figure } from '../paper/figures.ts'
import { figureNames, findFigure, runsOf } from '../paper/index.ts'
import { tableNames, tables } from '../paper/tables.ts'
import { trafficFigureNames, trafficFigures } from '../paper/trafficFigures.ts'
import { checkDrawing } from '../plot/svg.ts'
import { openStore, type Store } from '../results/store.ts'
import { indexRuns } from '../results/summary.ts'
import { planRuns } from '../results/sweep.ts'
import { claimsAbout } from './claims.ts'
import { findRunsIn, type Report, tellFailures, toCellRun, writeDrawn } from './figure.ts'
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
} from './options.ts'
import { loadStatistics } from './statistics.ts'
import { computeAloud, documentOf } from './sweep.ts'
import { makeTable, measureTraffic } from './traffic.ts'

const names = [...figureNames, ...trafficFigureNames, ...tableNames, 'all']

export const reproduceCommand: Command = {
  usage: 'reproduce [figure]',
  doc: `a figure or table, or all: ${names.join(', ')}`,
  options: {
    quick: { type: 'boolean', describe: 'a shorter axis and fewer seeds, for minutes instead of hours' },
    seeds: { ...commonOptions.seeds, defaultDescription: "the figure's own, 1..100 for most" },
    ...configOptions(['agents', 'preset', 'cap']),
    agents: {
      ...configOptions(['agents']).agents,
      describe: "N, a list instead of the figure's own axis",
      defaultDescription: '',
    },
    out: commonOptions.out,
    jobs: { ...commonOptions.jobs, describe: "worker threads of a figure's runs, an integer in 1..256" },
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 reproduce fig4 --quick', 'a first look'],
    ['$0 reproduce fig4 --seeds 1..100', 'the full figure; resumable'],
    ['$0 reproduce all --quick', 'everything, small'],
  ],
  plan: (argv) => {
    const name = argv.figure === undefined ? undefined : String(argv.figure)
    if (name === undefined) throw new TypeError(`"figure" expected one of ${names.join(', ')}, got none`)
    if (!names.includes(name)) throw new RangeError(expectedOneOf('figure', names, name))
    checkFlags(name, argv)
    const asked = readAsked(argv)
    const jobs = (name === 'all' ? names.slice(0, -1) : [name]).map((one) => planOne(one, asked))
    const store = openStore(readOut(argv))
    return async (signal) => {
      await checkDrawing()
      const all: Report[] = []
      for (const [i, job] of jobs.entries()) {
        const report = await job(store, signal)
        all.push(report)
        const { text, files } = report
        if (!asked.json) process.stdout.write(jobs.length > 1 ? `${i ? '\n' : ''}${names[i]}\n${text}` : text)
        if (!asked.quiet && files.length) process.stderr.write(`${files.join(', ')} in ${store.dir}\n`)
      }
      const documents = all.map(({ document, files }) => ({ ...document, files }))
      const document = jobs.length > 1 ? { figure: name, parts: documents } : documents[0]
      if (asked.json) process.stdout.write(`${JSON.stringify(document)}\n`)
      return Math.max(...all.map(({ code }) => code))
    }
  },
}

/** Flags that would have no effect on what is asked for, each with its reason. */
function idleFlags(name: string): readonly (readonly [flag: string, why: string])[] {
  const fixed = ['agents', 'preset', 'cap'].map((flag) => [flag, `it is fixed in ${name}`] as const)
  if (name === 'all') return fixed.map(([flag]) => [flag, 'some of its figures have their own; name one figure'])
  if (Object.hasOwn(trafficFigures, name)) return fixed
  if (Object.hasOwn(tables, name)) {
    const seeds = ['quick', 'seeds'].map((flag) => [flag, `${name} needs no run`] as const)
    return tables[name].seeds ? fixed : [...fixed, ...seeds]
  }
  const { axis, kind, series } = findFigure(name)
  const agents = axis.field === 'agents' ? `all of ${name} has one N` : `the axis of ${name} is ${axis.field}`
  return [
    ...(axis.field !== 'agents' || kind === 'contrasts' ? [['agents', agents] as const] : []),
    ...(series.some(({ config }) => config.preset) ? [['preset', `${name} compares presets`] as const] : []),
  ]
}

/** @throws RangeError for a flag that would have no effect */
function checkFlags(name: string, argv: Argv): void {
  const idle = idleFlags(name).find(([flag]) => argv[flag] !== undefined)
  if (idle) throw new RangeError(`"${idle[0]}" expected none for ${name}: ${idle[1]}`)
}

interface Asked {
  readonly quick: boolean
  readonly seeds: readonly number[] | null
  readonly given: Partial<Config>
  readonly values: readonly number[] | undefined
  readonly jobs: number
  readonly json: boolean
  readonly quiet: boolean
}

function readAsked(argv: Argv): Asked {
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

type Job = (store: Store, signal: AbortSignal) => Promise<Report>

/** @throws TypeError, RangeError for what cannot be run, before anything is written */
function planOne(name: string, asked: Asked): Job {
  if (Object.hasOwn(tables, name)) return (store, signal) => makeTable(name, asked, store, signal)
  if (Object.hasOwn(trafficFigures, name)) return (store, signal) => measureTraffic(name, asked, store, signal)
  return planFigure(name, asked)
}

function planFigure(name: string, { quick, seeds: asked, given, values, jobs, quiet }: Asked): Job {
  const figure = findFigure(name)
  const seeds = asked ?? firstSeeds(quick ? figure.seeds.quick : figure.seeds.full)
  const along = values ?? (quick ? figure.axis.quick : figure.axis.full)
  const shown = { ...figure, series: figure.series.map((one) => ({ ...one, config: { ...one.config, ...given } })) }
  checkSize(runsOf(shown, [seeds[0]], along).length * seeds.length)
  const planned = planRuns(runsOf(shown, seeds, along))
  for (const { config } of planned) checkSending(name, figure, config)
  return async (store, signal) => {
    const { keys, ...counts } = await computeAloud(planned, store, { jobs, quiet, signal })
    const runs = findRunsIn(store, keys)
    const tools = await loadStatistics()
    const findRuns = indexRuns(runs.map(({ summary }) => summary))
    const drawn = drawFigure(shown, along, findRuns, tools)
    const files = drawn ? await writeDrawn(store, name, drawn, runs) : []
    const judged = claimsAbout(name, { ...tools, findRuns, measuresOf: () => [] }, store)
    return {
      document: documentOf(runs, store, { figure: name, ...counts, claims: judged.findings }),
      text: (drawn?.table ?? '') + judged.text,
      files: [...files, ...judged.files],
      code: tellFailures(runs.map(toCellRun)),
    }
  }
}

/** A figure of what is sent needs an exchange. */
function checkSending(name: string, { kind }: Figure, { cap, period }: Config): void {
  if ((kind !== 'payload' && kind !== 'spent') || cap > period) return
  throw new RangeError(expected('cap', `more than ${period} for ${name}`, cap, 'nothing is sent before an exchange'))
}
