// frd sweep: runs every combination of the given settings and seeds. Each computed run is stored at once; results.csv
// and results.jsonl are made at the end, of all runs in the folder.

import { printable } from '../config/errors.ts'
import { cellsOf, toCellsJson, toCellsTable } from '../results/cells.ts'
import { type ComputeOptions, InterruptedError } from '../results/compute.ts'
import type { StoredRun } from '../results/reader.ts'
import { openStore, type Store } from '../results/store.ts'
import { computeMissing, type PlannedRun, planRuns, type Swept } from '../results/sweep.ts'
import { ascii, hexDigest } from '../run/digest.ts'
import { findRunsIn, tellFailures, toCellRun } from './figure.ts'
import { tellLeftOut } from './folder.ts'
import {
  type Command,
  checkSize,
  commonOptions,
  configOptions,
  DEFAULTS,
  gridFields,
  readBare,
  readGrid,
  readJobs,
  readOut,
  readSeeds,
} from './options.ts'
import { readOwn } from './own.ts'
import { startMeter } from './progress.ts'

export const sweepCommand: Command = {
  usage: 'sweep',
  doc: 'run every combination of the given values, each flag with a list such as 1,2,4; run it again to continue',
  options: {
    ...configOptions(gridFields),
    seeds: { ...commonOptions.seeds, defaultDescription: '1' },
    out: commonOptions.out,
    jobs: commonOptions.jobs,
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 sweep --method frd,pd --agents 1,2,4 --seeds 1..100 -S 10,30', 'twelve settings, a hundred seeds each'],
  ],
  epilogue: DEFAULTS,
  plan: async (flags) => {
    const { own, modules, argv } = await readOwn(flags)
    const grid = readGrid(argv, gridFields)
    const seeds = readSeeds(argv, '1')
    const jobs = readJobs(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    checkSize(grid.length * seeds.length)
    const planned = planRuns(
      seeds.flatMap((seed) => grid.map((config) => ({ ...config, seed }))),
      own,
    )
    const store = openStore(readOut(argv))
    return async (signal) => {
      const { keys, ...counts } = await computeAloud(planned, store, { jobs, quiet, signal, own, modules })
      const stored = findRunsIn(store, keys)
      const runs = stored.map(toCellRun)
      const files = ['results.csv', 'results.jsonl']
      const cells = cellsOf(runs)
      const about = { ...counts, cells: toCellsJson(cells), files }
      process.stdout.write(json ? `${JSON.stringify(documentOf(stored, store, about))}\n` : toCellsTable(cells))
      if (!quiet) process.stderr.write(`${files.join(', ')} in ${printable(store.dir)}\n`)
      return tellFailures(runs)
    }
  },
}

interface AloudOptions extends Pick<ComputeOptions, 'own' | 'modules'> {
  readonly jobs: number
  readonly quiet: boolean
  readonly signal: AbortSignal
}

/**
 * Computes the missing runs and shows the progress on stderr. results.csv and results.jsonl are made however it ends.
 */
export async function computeAloud(
  planned: readonly PlannedRun[],
  store: Store,
  { jobs, quiet, signal, own, modules }: AloudOptions,
): Promise<Swept> {
  const meter = startMeter(quiet)
  let done = 0
  try {
    return await computeMissing(planned, store, {
      jobs,
      signal,
      own,
      modules,
      onResult: (progress) => {
        done = progress.done
        meter.update(progress)
      },
    })
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
    const next =
      done < planned.length ? 'give the same command again to go on from there' : 'give the same command again'
    throw new InterruptedError(`interrupted: ${done} of ${planned.length} runs are stored in ${store.dir}; ${next}`)
  } finally {
    meter.end()
    if (done > 0) tellLeftOut([store.merge()])
  }
}

/**
 * The JSON document of runs. Its digest is the SHA-256 of the digests of the runs, one line each, in the order of
 * results.csv.
 */
export function documentOf(runs: readonly StoredRun[], store: Store, about: Readonly<Record<string, unknown>>) {
  const digest = hexDigest(ascii(runs.map(({ summary }) => `${summary.digest}\n`).join('')))
  return { digest, runs: runs.length, out: store.dir, ...about }
}
