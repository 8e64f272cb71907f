// frd reproduce: a figure or table of the paper, or one of ours, from nothing but its name: plan, sweep, statistics, picture,
// CSV, and the claims that rest on it. Interrupted or killed, the same command goes on where it stopped; what is measured on
// the wire, and the tables, are made anew (observe.ts).

import { indexLines } from '../archive.ts'
import type { Config } from '../config.ts'
import { drawFigure } from '../draw.ts'
import { figureNames, findFigure, plan } from '../experiments.ts'
import { expected } from '../field.ts'
import { observationNames, observations } from '../observations.ts'
import type { Figure } from '../paper.ts'
import { checkConfig } from '../run.ts'
import { firstSeeds, parseSeeds } from '../seeds.ts'
import { openStore, type Store } from '../store.ts'
import { checkDrawing } from '../svg.ts'
import { tableNames, tables } from '../tables.ts'
import { claimsAbout } from './claims.ts'
import { readEntries, type Told, tellFailures, writeDrawn } from './figure.ts'
import { makeTable, observe } from './observe.ts'
import {
  type Argv,
  type Command,
  checkSize,
  commonOptions,
  configOptions,
  readBare,
  readConfig,
  readJobs,
  readList,
  readOut,
  readText,
} from './options.ts'
import { documentOf, sweepAloud } from './sweep.ts'
import { loadTools } from './tools.ts'

const names = [...figureNames, ...observationNames, ...tableNames, 'all']

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
    if (!names.includes(name)) throw new RangeError(expected('figure', `one of ${names.join(', ')}`, name))
    checkFlags(name, argv)
    const asked = readAsked(argv)
    const jobs = (name === 'all' ? names.slice(0, -1) : [name]).map((one) => planOne(one, asked))
    const store = openStore(readOut(argv))
    return async (signal) => {
      await checkDrawing()
      const all: Told[] = []
      for (const [i, job] of jobs.entries()) {
        const told = await job(store, signal)
        all.push(told)
        if (!asked.json) process.stdout.write(jobs.length > 1 ? `${i ? '\n' : ''}${names[i]}\n${told.text}` : told.text)
        if (!asked.quiet && told.files.length) process.stderr.write(`${told.files.join(', ')} in ${store.dir}\n`)
      }
      const documents = all.map(({ document, files }) => ({ ...document, files }))
      const document = jobs.length > 1 ? { figure: name, parts: documents } : documents[0]
      if (asked.json) process.stdout.write(`${JSON.stringify(document)}\n`)
      return Math.max(...all.map(({ code }) => code))
    }
  },
}

/** Flags that would say nothing to what is asked for, and why. */
function idleFlags(name: string): readonly (readonly [flag: string, why: string])[] {
  const fixed = ['agents', 'preset', 'cap'].map((flag) => [flag, `it is fixed in ${name}`] as const)
  if (name === 'all') return fixed.map(([flag]) => [flag, 'some of its figures have their own; name one figure'])
  if (Object.hasOwn(observations, name)) return fixed
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

/** @throws RangeError for an option that would do nothing */
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
  const seeds = readText(argv, 'seeds')
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

type Job = (store: Store, signal: AbortSignal) => Promise<Told>

/** @throws TypeError, RangeError for what cannot be run, before anything is written */
function planOne(name: string, asked: Asked): Job {
  if (Object.hasOwn(tables, name)) return (store, signal) => makeTable(name, asked, store, signal)
  if (Object.hasOwn(observations, name)) return (store, signal) => observe(name, asked, store, signal)
  return planFigure(name, asked)
}

function planFigure(name: string, { quick, seeds: asked, given, values, jobs, quiet }: Asked): Job {
  const figure = findFigure(name)
  const seeds = asked ?? firstSeeds(quick ? figure.seeds.quick : figure.seeds.full)
  const along = values ?? (quick ? figure.axis.quick : figure.axis.full)
  const shown = { ...figure, series: figure.series.map((one) => ({ ...one, config: { ...one.config, ...given } })) }
  const configs = plan(shown, [seeds[0]], along)
  checkSize(configs.length * seeds.length)
  for (const config of configs) checkSending(name, figure, checkConfig(config))
  return async (store, signal) => {
    const { keys, ...counts } = await sweepAloud(plan(shown, seeds, along), store, { jobs, quiet, signal })
    const entries = readEntries(store, keys)
    const tools = await loadTools()
    const linesOf = indexLines(entries.map(({ line }) => line))
    const drawn = drawFigure(shown, along, linesOf, tools)
    const files = drawn ? await writeDrawn(store, name, drawn, entries) : []
    const judged = claimsAbout(name, { ...tools, linesOf, measuresOf: () => [] }, store)
    return {
      document: documentOf(entries, store, { figure: name, ...counts, claims: judged.findings }),
      text: (drawn?.table ?? '') + judged.text,
      files: [...files, ...judged.files],
      code: tellFailures(entries),
    }
  }
}

/** A figure of what is sent needs an exchange. */
function checkSending(name: string, { kind }: Figure, { cap, period }: Config): void {
  if ((kind !== 'payload' && kind !== 'spent') || cap > period) return
  throw new RangeError(expected('cap', `more than ${period} for ${name}`, cap, 'nothing is sent before an exchange'))
}
