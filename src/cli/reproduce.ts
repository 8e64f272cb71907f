// frd reproduce: a figure or table of the paper, or one of ours, from nothing but its name: plan, sweep, statistics, picture,
// CSV, and the claims that rest on it. Interrupted or killed, the same command goes on where it stopped.

import { indexLines } from '../archive.ts'
import { claims } from '../claims.ts'
import type { Config } from '../config.ts'
import { drawFigure } from '../draw.ts'
import { figureNames, findFigure, plan } from '../experiments.ts'
import { expected } from '../field.ts'
import { FEWEST, judge } from '../judge.ts'
import { observationNames, observations } from '../observations.ts'
import { checkConfig } from '../run.ts'
import { parseSeeds } from '../seeds.ts'
import { openStore, type Store } from '../store.ts'
import { checkDrawing } from '../svg.ts'
import { tableNames, tables } from '../tables.ts'
import { toClaimsCsv, toClaimsText } from '../verdicts.ts'
import { readEntries, tellFailures, writeDrawn } from './figure.ts'
import { observeAloud } from './observe.ts'
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
import { printResults, sweepAloud } from './sweep.ts'
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
    jobs: commonOptions.jobs,
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
    const asked = readAsked(argv)
    const jobs = (name === 'all' ? names.slice(0, -1) : [name]).map((one) => planOne(one, asked))
    const store = openStore(readOut(argv))
    return async (signal) => {
      await checkDrawing()
      let code = 0
      for (const [i, job] of jobs.entries()) {
        if (jobs.length > 1 && !asked.json) process.stdout.write(`${i ? '\n' : ''}${names[i]}\n`)
        code = Math.max(code, await job(store, signal))
      }
      return code
    }
  },
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

type Job = (store: Store, signal: AbortSignal) => Promise<number>

/** @throws TypeError, RangeError for what cannot be run, before anything is written */
function planOne(name: string, asked: Asked): Job {
  if (Object.hasOwn(tables, name)) return (_, signal) => tell(tables[name].make(asked, signal), asked, name)
  if (Object.hasOwn(observations, name)) return (store, signal) => observeAloud(name, asked, store, signal)
  return planFigure(name, asked)
}

async function tell(text: string, { json }: Asked, table: string): Promise<number> {
  process.stdout.write(json ? `${JSON.stringify({ table, text })}\n` : text)
  return 0
}

/** Seeds 1..count. */
export const firstSeeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

function planFigure(name: string, { quick, seeds: asked, given, values, jobs, json, quiet }: Asked): Job {
  const figure = findFigure(name)
  if (values !== undefined && figure.axis.field !== 'agents') {
    throw new RangeError(`"agents" expected none for ${name}, whose axis is ${figure.axis.field}: leave it out`)
  }
  const seeds = asked ?? firstSeeds(quick ? figure.seeds.quick : figure.seeds.full)
  const along = values ?? (quick ? figure.axis.quick : figure.axis.full)
  const shown = { ...figure, series: figure.series.map((one) => ({ ...one, config: { ...one.config, ...given } })) }
  const configs = plan(shown, [seeds[0]], along)
  checkSize(configs.length * seeds.length)
  for (const config of configs) checkConfig(config)
  return async (store, signal) => {
    const { keys, ...counts } = await sweepAloud(plan(shown, seeds, along), store, { jobs, quiet, signal })
    const entries = readEntries(store, keys)
    const tools = await loadTools()
    const linesOf = indexLines(entries.map(({ line }) => line))
    const drawn = drawFigure(shown, along, linesOf, tools)
    const files = drawn ? await writeDrawn(store, name, drawn, entries) : []
    const findings = judge(
      claims.filter((claim) => claim.figure === name),
      { ...tools, linesOf, measuresOf: () => [] },
    ).filter(({ n }) => n >= FEWEST)
    if (findings.length) {
      store.replace(`${name}-claims.csv`, [toClaimsCsv(findings)])
      files.push(`${name}-claims.csv`)
    }
    const about = { figure: name, ...counts, files, claims: findings }
    const text = (drawn?.table ?? '') + (findings.length ? `\n${toClaimsText(findings)}` : '')
    printResults({ json, entries, store, about, text })
    if (!quiet && files.length) process.stderr.write(`${files.join(', ')} in ${store.dir}\n`)
    return tellFailures(entries)
  }
}
