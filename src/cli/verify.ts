// frd verify: computes stored results again and compares every field, the digest chain first; of an archive's lines, all that
// a line tells. The kernel may be another one: then equal results are what is asked for.

import { statSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { parseInteger } from '../config/field.ts'
import { fields } from '../config/fields.ts'
import { computeAll } from '../results/compute.ts'
import { decodeResult, encodeResult, resultKey } from '../results/result.ts'
import { readArchive, readResults, type Store, type StoredRun } from '../results/store.ts'
import { differenceOf, type Summary, summarise, toConfig } from '../results/summary.ts'
import type { RunResult } from '../run/record.ts'
import { noRuns, readLoose, storeIn } from './folder.ts'
import { type Argv, type Command, commonOptions, readBare, readFlag, readJobs } from './options.ts'
import { startMeter } from './progress.ts'
import { integersOf } from './statistics.ts'

export const verifyCommand: Command = {
  usage: 'verify [files..]',
  doc: 'replay result files (.json or .jsonl) or folders of results to their digests; exit 3 where one differs',
  options: {
    sample: {
      type: 'string',
      requiresArg: true,
      describe: 'replay only so many, drawn at random; their keys are printed',
    },
    'sample-seed': {
      type: 'string',
      requiresArg: true,
      describe: 'seed of the draw, which an earlier command printed',
      defaultDescription: 'the clock',
    },
    jobs: commonOptions.jobs,
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 verify out/fig4.jsonl', 'every run behind a figure'],
    ['$0 verify results/paper --sample 20', 'twenty of the committed runs'],
  ],
  plan: (argv) => {
    const files = (argv.files ?? []) as readonly string[]
    if (!files.length) throw new TypeError('"files" expected at least one result file or folder, got none')
    const jobs = readJobs(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const sample = readSample(argv)
    const seed = readSampleSeed(argv)
    const stored = files.flatMap((file) => (isFolder(file) ? storedIn(file) : readResults(file).map(ofResult)))
    return (signal) => {
      const drawn = draw(stored, sample, seed)
      if (!quiet && drawn !== stored) process.stderr.write(`drawn with --sample-seed ${seed}\n`)
      return execute(drawn, { jobs, json, quiet }, signal)
    }
  },
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

function readSample(argv: Argv): number {
  const value = readFlag(argv, 'sample')
  if (value === undefined) return Number.POSITIVE_INFINITY
  const count = parseInteger(value, 'sample', 'a positive integer')
  if (count > 0) return count
  throw new RangeError(expected('sample', 'a positive integer', value))
}

function readSampleSeed(argv: Argv): number {
  const value = readFlag(argv, 'sample-seed')
  if (value !== undefined && argv.sample === undefined) {
    throw new RangeError('"sample-seed" expected --sample beside it, got none: all runs are replayed')
  }
  return value === undefined ? Date.now() : fields.seed.parse(value, 'sample-seed')
}

/** Something stored that can be computed again. */
interface Stored {
  readonly config: () => Config
  readonly digest: string
  readonly difference: (replay: RunResult) => string | null
}

const ofResult = (result: RunResult): Stored => ({
  config: () => result.config,
  digest: result.digest,
  difference: (replay) => firstDifference(result, replay),
})

/** A stored run. Its line is copied when the replay is there, and read field by field only where the two differ. */
function ofRun(store: Store, run: StoredRun): Stored {
  return {
    config: () => run.config,
    digest: run.summary.digest,
    difference: (replay) => {
      const line = store.copy(run)
      if (encodeResult({ ...replay, kernelHash: run.kernelHash }) === line) return null
      return firstDifference(decodeResult(line, run.key), replay)
    },
  }
}

const ofSummary = (summary: Summary): Stored => ({
  config: () => toConfig(summary.setting, summary.seed),
  digest: summary.digest,
  difference: (replay) => differenceOf(summary, summarise(replay)),
})

/** Whole results, of runs/KEY.json or .jsonl files; of what only an archive has, its lines. */
function storedIn(dir: string): Stored[] {
  const store = storeIn(dir)
  const keys = store?.keys() ?? []
  const packed = readArchive(dir)?.runs
  const known = new Set(keys)
  const lines = (packed ?? []).filter((run) => !known.has(resultKey(toConfig(run.setting, run.seed))))
  const loose = keys.length || packed ? [] : readLoose(dir)
  const runs = keys.map((key) => ofRun(store!, store!.find(key)!))
  const stored = [...runs, ...lines.map(ofSummary), ...loose.map(ofResult)]
  if (stored.length) return stored
  throw noRuns(dir)
}

/** So many of all, drawn without replacement, in their order. */
function draw(stored: readonly Stored[], count: number, seed: number): readonly Stored[] {
  if (count >= stored.length) return stored
  const below = integersOf(seed)
  const left = stored.map((_, i) => i)
  const chosen = Array.from({ length: count }, () => left.splice(below(left.length), 1)[0])
  return chosen.sort((a, b) => a - b).map((i) => stored[i])
}

interface Output {
  readonly jobs: number
  readonly json: boolean
  readonly quiet: boolean
}

async function execute(stored: readonly Stored[], { jobs, json, quiet }: Output, signal: AbortSignal) {
  const meter = startMeter(quiet)
  const configs = stored.map(({ config }) => config())
  const totalWork = configs.reduce((sum, { agents }) => sum + agents, 0)
  const counts = { done: 0, total: stored.length, stored: 0, envSteps: 0, work: 0, totalWork }
  const rows = stored.map(({ digest }, i) => ({
    key: resultKey(configs[i]),
    digest,
    replayed: '',
    difference: null as string | null,
  }))
  const indices = new Map(configs.map((config, i) => [config, i]))
  await computeAll(configs, { jobs, signal }, (config, replay) => {
    const i = indices.get(config)!
    rows[i].replayed = replay.digest
    rows[i].difference = stored[i].difference(replay)
    counts.done++
    counts.envSteps += replay.envSteps
    counts.work += config.agents
    meter.update({ ...counts })
  }).finally(meter.end)
  const differing = rows.filter(({ difference }) => difference !== null)
  const line = ({ key, digest, difference }: (typeof rows)[number]) =>
    difference === null ? `ok       ${key}  digest ${digest}\n` : `DIFFERS  ${key}  ${difference}\n`
  const document = { digest: rows[0].replayed, runs: rows.length, differing: differing.length, results: rows }
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : rows.map(line).join(''))
  return differing.length ? 3 : 0
}

/** The first difference in words; null: the replay gives the stored line, but for the kernel's hash. */
function firstDifference(stored: RunResult, replay: RunResult): string | null {
  const same = { ...replay, kernelHash: stored.kernelHash }
  if (encodeResult(same) === encodeResult(stored)) return null
  const i = stored.exchanges.findIndex((exchange, k) => exchange.digest !== replay.exchanges[k]?.digest)
  if (i >= 0) {
    return `first at exchange ${i + 1}, episode ${stored.exchanges[i].episode}: expected ${stored.exchanges[i].digest}, got ${replay.exchanges[i]?.digest ?? 'none'}`
  }
  if (stored.digest !== replay.digest) return `after its last exchange: expected ${stored.digest}, got ${replay.digest}`
  const names = Object.keys(stored) as (keyof RunResult)[]
  const name = names.find((key) => JSON.stringify(stored[key]) !== JSON.stringify(same[key]))
  return `in "${name}", with the same digest: the file was edited`
}
