// frd reproduce: a figure of the paper from nothing but its name: plan, sweep, statistics, SVG + CSV + JSONL and the
// table. Interrupted or killed, the same command goes on where it stopped.

import type { Config } from '../config.ts'
import { figureNames, findFigure, plan } from '../paper.ts'
import { checkConfig } from '../run.ts'
import { openStore } from '../store.ts'
import { checkDrawing } from '../svg.ts'
import { toTable } from '../table.ts'
import { readEntries, tellFailures, writeFigure } from './figure.ts'
import {
  type Command,
  checkSize,
  commonOptions,
  configOptions,
  readBare,
  readConfig,
  readJobs,
  readList,
  readOut,
  readSeeds,
} from './options.ts'
import { printResults, sweepAloud } from './sweep.ts'

/** Seeds where none are given. Quick: as many as fit in three minutes on two cores. */
const STANDARD_SEEDS = { full: '1..100', quick: '1..12' }

export const reproduceCommand: Command = {
  usage: 'reproduce [figure]',
  doc: `a figure of the paper (${figureNames.join(', ')}): runs, statistics, SVG + CSV + JSONL`,
  options: {
    quick: { type: 'boolean', describe: 'fewer agents and seeds, for minutes instead of hours' },
    seeds: { ...commonOptions.seeds, defaultDescription: `${STANDARD_SEEDS.full}, quick ${STANDARD_SEEDS.quick}` },
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
  ],
  plan: (argv) => {
    if (argv.figure === undefined) throw new TypeError(`"figure" expected one of ${figureNames.join(', ')}, got none`)
    const name = String(argv.figure)
    const { title } = findFigure(name)
    const quick = readBare(argv, 'quick')
    const seeds = readSeeds(argv, quick ? STANDARD_SEEDS.quick : STANDARD_SEEDS.full)
    const given = readConfig(argv, ['preset', 'cap'])
    const axis = readList(argv, 'agents') as number[] | undefined
    const jobs = readJobs(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const configs = onAxis(plan(name, { quick, seeds: [seeds[0]] }), axis).map((config) => ({ ...config, ...given }))
    checkSize(configs.length * seeds.length)
    for (const config of configs) checkConfig(config)
    const all = seeds.flatMap((seed) => configs.map((config) => ({ ...config, seed })))
    const store = openStore(readOut(argv))
    return async (signal) => {
      await checkDrawing()
      const { keys, ...counts } = await sweepAloud(all, store, { jobs, quiet, signal })
      const entries = readEntries(store, keys)
      const points = await writeFigure(store, name, title, entries)
      const files = ['svg', 'csv', 'jsonl'].map((kind) => `${name}.${kind}`)
      printResults({
        json,
        entries,
        store,
        about: { figure: name, ...counts, cells: points, files },
        text: toTable(points),
      })
      if (!quiet && points.length) process.stderr.write(`${files.join(', ')} in ${store.dir}\n`)
      return tellFailures(entries)
    }
  },
}

/** The same cells over another axis of N. */
function onAxis(configs: readonly Partial<Config>[], axis: readonly number[] | undefined): readonly Partial<Config>[] {
  if (axis === undefined) return configs
  const first = configs[0].agents
  return configs
    .filter((config) => config.agents === first)
    .flatMap((config) => axis.map((agents) => ({ ...config, agents })))
}
