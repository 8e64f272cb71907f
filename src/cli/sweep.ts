// frd sweep: runs every combination of the given settings and seeds. Each computed run is stored at once; results.csv
// and results.jsonl are made at the end, of all runs in the folder.

import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { fieldNames } from '../config/fields.ts'
import { cellsOf, toCellsJson, toCellsTable } from '../results/cells.ts'
import { inSteps } from '../results/compute.ts'
import type { StoredRun } from '../results/reader.ts'
import { shardInSteps } from '../results/shards.ts'
import { openStore, type Store } from '../results/store.ts'
import { planRuns } from '../results/sweep.ts'
import { ascii, hexDigest } from '../run/digest.ts'
import { computeAloud } from './aloud.ts'
import { configFlag, withConfigFile } from './configFile.ts'
import { findRunsIn, tellFailures, toCellRun } from './figure.ts'
import { handOutAloud } from './handOut.ts'
import { natsOptions, readSweepAddress } from './natsFlags.ts'
import {
  type Command,
  checkSize,
  commonOptions,
  configOptions,
  DEFAULTS,
  gridFields,
  readBare,
  readFlag,
  readGrid,
  readJobs,
  readOut,
  readSeeds,
} from './options.ts'
import { print, tell } from './output.ts'
import { adviseReward, fromFlag, readOwn } from './own.ts'
import { isPart, readShard, shardFlag, shardText, tellPart, tellShard } from './shard.ts'

/** The fields of a grid; versions of what is one's own come from a config file alone. */
export const gridNames = fieldNames.filter((name) => name !== 'seed')

export const sweepCommand: Command = {
  usage: 'sweep',
  doc: 'run every combination of the given values, each flag with a list such as 1,2,4; run it again to continue',
  options: {
    config: configFlag,
    ...configOptions(gridFields),
    seeds: { ...commonOptions.seeds, defaultDescription: '1' },
    out: commonOptions.out,
    from: fromFlag,
    jobs: { ...commonOptions.jobs, defaultDescription: 'one per core; 0 with --nats, where workers compute' },
    shard: shardFlag,
    ...natsOptions,
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 sweep --method frd,pd --agents 1,2,4 --seeds 1..100 -S 10,30', 'twelve settings, a hundred seeds each'],
    ['$0 sweep --config grid.yaml --seeds 1..100', 'a grid from a file, as frd init writes one'],
    ['$0 sweep --method frd,pd --seeds 1..100 --shard 2/4 --out part2', 'the second quarter of the runs'],
    [
      '$0 sweep --method frd,pd --seeds 1..100 --nats nats://broker:4222',
      'computed by every frd worker on that broker',
    ],
  ],
  epilogue: DEFAULTS,
  plan: async (flags, planning) => {
    const { own, modules, argv, env } = await readOwn(await withConfigFile(flags, 'sweep'))
    const grid = readGrid(argv, gridNames)
    const seeds = readSeeds(argv, '1')
    const address = readSweepAddress(argv)
    const start = readFlag(argv, 'from')
    if (address && start !== undefined) {
      throw new RangeError(expected('from', 'none beside --nats', start, 'workers on other machines do not have it'))
    }
    const jobs = address && (readFlag(argv, 'jobs') ?? '0') === '0' ? 0 : readJobs(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const shard = readShard(argv)
    checkSize(grid.length * seeds.length)
    const all = await inSteps(planRuns(withSeeds(grid, seeds), own), planning)
    adviseReward(
      env,
      argv,
      all.map(({ config }) => config),
    )
    const planned = shard ? await inSteps(shardInSteps(all, shard), planning) : all
    const store = openStore(readOut(argv))
    return async (signal) => {
      tellShard(shard, planned.length, all.length)
      const how = { jobs, quiet, signal, own, modules }
      const { keys, ...counts } = await (address
        ? handOutAloud(address, planned, store, how)
        : computeAloud(planned, store, how))
      const stored = await findRunsIn(store, keys, signal)
      const runs = stored.map(toCellRun)
      // A shard without a run makes no files.
      const files = runs.length ? ['results.csv', 'results.jsonl'] : []
      const cells = cellsOf(runs)
      const part = isPart(shard) ? { shard: shardText(shard), runsOfAllShards: all.length } : {}
      const about = { ...counts, ...part, cells: toCellsJson(cells), files }
      await print(json ? `${JSON.stringify(documentOf(stored, store, about))}\n` : toCellsTable(cells))
      if (!quiet && files.length) tell(`${files.join(', ')} in ${store.dir}\n`)
      if (isPart(shard))
        tellPart(shard, runs.length, all.length, 'frd merge DIR... --out DIR makes the tables of all runs')
      return tellFailures(runs)
    }
  },
}

/** Each config with each seed. */
export function* withSeeds(grid: readonly Partial<Config>[], seeds: readonly number[]): Generator<Partial<Config>> {
  for (const seed of seeds) for (const config of grid) yield { ...config, seed }
}

/**
 * The JSON document of runs. Its digest is the SHA-256 of the digests of the runs, one line each, in the order of
 * results.csv.
 */
export function documentOf(runs: readonly StoredRun[], store: Store, about: Readonly<Record<string, unknown>>) {
  const digest = hexDigest(ascii(runs.map(({ summary }) => `${summary.digest}\n`).join('')))
  return { digest, runs: runs.length, out: store.dir, ...about }
}
