// frd sweep: any grid of configs and seeds. What is computed is stored run by run; results.csv and results.jsonl are
// made at the end, of all that the folder holds.

import type { Config } from '../config.ts'
import { ascii, hexDigest } from '../digest.ts'
import { checkConfig } from '../run.ts'
import { openStore, type Store } from '../store.ts'
import { InterruptedError, type Swept, sweep } from '../sweep.ts'
import { cells, toTable } from '../table.ts'
import { type Entry, groupEntries, readEntries, tellFailures } from './figure.ts'
import {
  type Command,
  checkSize,
  commonOptions,
  configOptions,
  gridFields,
  readBare,
  readGrid,
  readJobs,
  readOut,
  readSeeds,
} from './options.ts'
import { startMeter } from './progress.ts'

export const sweepCommand: Command = {
  usage: 'sweep',
  doc: 'any grid: each flag takes a list such as 1,2,4 or 1..100; results.csv, results.jsonl; resumable',
  options: {
    ...configOptions(gridFields),
    seeds: { ...commonOptions.seeds, defaultDescription: '1' },
    out: commonOptions.out,
    jobs: commonOptions.jobs,
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [['$0 sweep --method frd,pd --agents 1,2,4 --seeds 1..100 -S 10,30', 'twelve cells of a hundred seeds']],
  plan: (argv) => {
    const grid = readGrid(argv, gridFields)
    const seeds = readSeeds(argv, '1')
    const jobs = readJobs(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    checkSize(grid.length * seeds.length)
    for (const config of grid) checkConfig(config)
    const all = seeds.flatMap((seed) => grid.map((config) => ({ ...config, seed })))
    const store = openStore(readOut(argv))
    return async (signal) => {
      const { keys, ...counts } = await sweepAloud(all, store, { jobs, quiet, signal })
      const entries = readEntries(store, keys)
      const files = ['results.csv', 'results.jsonl']
      printResults({
        json,
        entries,
        store,
        about: { ...counts, cells: cells(entries), files },
        text: toTables(entries),
      })
      if (!quiet) process.stderr.write(`${files.join(', ')} in ${store.dir}\n`)
      return tellFailures(entries)
    }
  },
}

interface Aloud {
  readonly jobs: number
  readonly quiet: boolean
  readonly signal: AbortSignal
}

/** A sweep with its progress on stderr; the merged files are made however it ends. */
export async function sweepAloud(
  configs: readonly Partial<Config>[],
  store: Store,
  { jobs, quiet, signal }: Aloud,
): Promise<Swept> {
  const meter = startMeter(quiet)
  let done = 0
  let total = configs.length
  try {
    return await sweep(configs, store, {
      jobs,
      signal,
      onResult: (progress) => {
        done = progress.done
        total = progress.total
        meter.update(progress)
      },
    })
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
    const next = done < total ? 'give the same command again to go on from there' : 'give the same command again'
    throw new InterruptedError(`interrupted: ${done} of ${total} runs are stored in ${store.dir}; ${next}`)
  } finally {
    meter.end()
    if (done > 0) store.merge()
  }
}

interface Printed {
  readonly json: boolean
  readonly entries: readonly Entry[]
  readonly store: Store
  /** of the JSON document */
  readonly about: Readonly<Record<string, unknown>>
  /** of the terminal */
  readonly text: string
}

/** The one document or the table. */
export function printResults({ json, entries, store, about, text }: Printed): void {
  process.stdout.write(json ? `${JSON.stringify(documentOf(entries, store, about))}\n` : text)
}

/** Its digest is the SHA-256 of the runs' digests, a line each, in results.csv's order. */
export function documentOf(entries: readonly Entry[], store: Store, about: Printed['about']) {
  const digest = hexDigest(ascii(entries.map((entry) => `${entry.digest}\n`).join('')))
  return { digest, runs: entries.length, out: store.dir, ...about }
}

/** The settings that the table has columns for. */
const columns = ['preset', 'method', 'agents', 'sections', 'period', 'width', 'depth', 'nets', 'seed'] as const

/** A table for each setting that has no column, under its name. */
export function toTables(entries: readonly Entry[]): string {
  const groups = [...groupEntries(entries, columns)].map(
    ([settings, group]) => [settings.trim().replaceAll('\n', ' '), toTable(cells(group))] as const,
  )
  if (groups.length === 1) return groups[0][1]
  return groups.map(([settings, table]) => `${settings || 'defaults'}\n${table}`).join('\n')
}
