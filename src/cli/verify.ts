// frd verify: computes stored results again and compares every field, the digest chain first. Of a line of an archive
// it compares all that the line holds, and it measures again what was measured on the wire. Where another kernel made the results, the replay must give equal results too.

import { statSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { parseInteger } from '../config/field.ts'
import { fields } from '../config/fields.ts'
import { trafficFigureNames, trafficFigures } from '../paper/trafficFigures.ts'
import { type ComputeOptions, computeAll } from '../results/compute.ts'
import type { Measurement } from '../results/measures.ts'
import { type LeftOut, openReader, type Reader, type StoredRun } from '../results/reader.ts'
import { decodeResult, encodeResult, resultKey } from '../results/result.ts'
import { readResults } from '../results/store.ts'
import { differenceOf, type Summary, summarise, toConfig } from '../results/summary.ts'
import { groupsOf } from '../results/text.ts'
import type { RunResult } from '../run/record.ts'
import type { Own } from '../run/setup.ts'
import { firstDifference, type Made, otherKernels, withKernel } from './difference.ts'
import { noRuns, readLoose, readMeasures, readPacked, tellLeftOut } from './folder.ts'
import { type Argv, type Command, commonOptions, readBare, readFlag, readJobs, valueFlag } from './options.ts'
import { readOwnFiles } from './own.ts'
import { startMeter } from './progress.ts'
import { type Skip, whySkipped } from './skipped.ts'
import { integersOf } from './statistics.ts'
import { inSteps } from './steps.ts'

export const verifyCommand: Command = {
  usage: 'verify [files..]',
  doc: 'compute results (.json or .jsonl files, or folders) again and compare them; exit code 3 if one differs, 1 if none is or what made one is missing',
  options: {
    sample: valueFlag('compute only so many again, drawn at random. Accepts: a positive integer'),
    'sample-seed': valueFlag('seed of the draw, to repeat one for which an earlier command printed it', 'the clock'),
    env: valueFlag('a .js file with the environment of your own that made the results', 'none'),
    method: valueFlag('a .js file with the method of your own that made them', 'none'),
    jobs: commonOptions.jobs,
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 verify out/fig4.jsonl', 'every run behind a figure'],
    ['$0 verify results/paper --sample 20', 'twenty of the committed runs'],
  ],
  plan: async (flags) => {
    const { own, modules, argv } = await readOwnFiles(flags)
    const files = (argv.files ?? []) as readonly string[]
    if (!files.length) throw new TypeError('"files" expected at least one result file or folder, got none')
    const jobs = readJobs(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const sample = readSample(argv)
    const seed = readSampleSeed(argv)
    const read = files.map((file) =>
      isFolder(file) ? storedIn(file) : { stored: readResults(file).map(ofResult), damaged: [], foreign: [] },
    )
    const stored = read.flatMap((one) => one.stored)
    const measured = files.flatMap((file) => (isFolder(file) ? measuredIn(file) : []))
    return async (signal) => {
      const { ready, skipped } = divide(stored, own)
      const all = [...ready, ...measured]
      const drawn = draw(all, sample, seed)
      if (!quiet && drawn !== all) process.stderr.write(`drawn with --sample-seed ${seed}\n`)
      const code = await execute(drawn, skipped, { jobs, json, quiet, own, modules }, signal)
      return Math.max(code, tellLeftOut(read))
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

/** The measurements of one seed of a figure, which can be measured again. */
interface Measured {
  readonly figure: string
  readonly seed: number
  readonly rows: readonly Measurement[]
}

const isMeasured = (one: Stored | Measured): one is Measured => 'figure' in one

/** What a folder holds of measurements, one by one for each seed of each figure. */
function measuredIn(dir: string): Measured[] {
  const measuresOf = readMeasures(dir)
  return trafficFigureNames.flatMap((figure) => {
    const bySeed = groupsOf(measuresOf(figure), ({ seed }) => String(seed))
    return [...bySeed.values()].map((rows) => ({ figure, seed: rows[0].seed, rows }))
  })
}

/** The first stored row that is not measured again, in words; null if all are. A quick figure has fewer places. */
function measureAgain({ figure, seed, rows }: Measured): string | null {
  const key = ({ panel, series, x }: Omit<Measurement, 'seed' | 'value'>) => JSON.stringify([panel, series, x])
  const replayed = new Map(
    [true, false].flatMap((isQuick) =>
      trafficFigures[figure].measure(seed, isQuick).map((row) => [key(row), row.value] as const),
    ),
  )
  const row = rows.find((one) => replayed.get(key(one)) !== one.value)
  return row ? expected(`${row.panel} ${row.series} at ${row.x}`, String(row.value), replayed.get(key(row))) : null
}

/** Something stored that can be computed again. */
interface Stored extends Made {
  readonly config: () => Config
  readonly digest: string
  readonly difference: (replay: RunResult) => string | null
}

const ofResult = (result: RunResult): Stored => ({
  config: () => result.config,
  digest: result.digest,
  kernelHashes: [result.kernelHash],
  difference: (replay) => firstDifference(result, replay),
})

/** A stored run. Its line is copied after the replay, and decoded only if the two differ. */
function ofRun(store: Reader, run: StoredRun): Stored {
  return {
    config: () => run.config,
    digest: run.summary.digest,
    kernelHashes: [run.kernelHash],
    difference: (replay) => {
      const line = store.copy(run)
      if (encodeResult({ ...replay, kernelHash: run.kernelHash }) === line) return null
      return firstDifference(decodeResult(line, run.key), replay)
    },
  }
}

interface PackedLine {
  readonly run: Summary
  readonly config: Config
}

const ofLine = ({ run, config }: PackedLine, kernelHashes: readonly string[]): Stored => ({
  config: () => config,
  digest: run.digest,
  kernelHashes,
  difference: (replay) => differenceOf(run, summarise(replay)),
})

/**
 * What a folder holds: whole results, of runs/KEY.json or .jsonl files, and of runs that only an archive has, their
 * lines.
 */
function storedIn(dir: string): LeftOut & { readonly stored: Stored[] } {
  const reader = openReader(dir)
  const { runs, damaged, foreign } = reader.readable()
  const { archive, damaged: ofArchive } = readPacked(dir)
  const known = new Set(runs.map(({ key }) => key))
  const lines = (archive?.runs ?? [])
    .map((run) => ({ run, config: toConfig(run.setting, run.seed) }))
    .filter(({ config }) => !known.has(resultKey(config)))
  const loose = runs.length || archive ? { results: [], damaged: [] } : readLoose(dir)
  const stored = [
    ...runs.map((run) => ofRun(reader, run)),
    ...lines.map((line) => ofLine(line, archive?.kernelHashes ?? [])),
    ...loose.results.map(ofResult),
  ]
  const all = [...damaged, ...ofArchive, ...loose.damaged]
  if (stored.length) return { stored, damaged: all, foreign }
  throw noRuns(dir, all)
}

/** A result that is not computed again. */
interface Skipped extends Skip {
  readonly key: string
  readonly digest: string
}

/** The results that can be computed again with what was brought, and the others. */
function divide(stored: readonly Stored[], own: Own): { readonly ready: Stored[]; readonly skipped: Skipped[] } {
  const ready: Stored[] = []
  const skipped: Skipped[] = []
  for (const one of stored) {
    const config = one.config()
    const skip = whySkipped(config, own)
    if (skip) skipped.push({ key: resultKey(config), digest: one.digest, ...skip })
    else ready.push(one)
  }
  return { ready, skipped }
}

/** `count` of the stored results, drawn without replacement, in the order in which they are stored. */
function draw<T>(stored: readonly T[], count: number, seed: number): readonly T[] {
  if (count >= stored.length) return stored
  const below = integersOf(seed)
  const left = stored.map((_, i) => i)
  const chosen = Array.from({ length: count }, () => left.splice(below(left.length), 1)[0])
  return chosen.sort((a, b) => a - b).map((i) => stored[i])
}

interface Output extends Pick<ComputeOptions, 'own' | 'modules'> {
  readonly jobs: number
  readonly json: boolean
  readonly quiet: boolean
}

/** A stored result or measurement beside what was computed again. */
interface Row {
  readonly key: string
  readonly digest: string
  replayed: string
  difference: string | null
}

async function execute(
  all: readonly (Stored | Measured)[],
  skipped: readonly Skipped[],
  output: Output,
  signal: AbortSignal,
) {
  const { json, quiet } = output
  const stored = all.filter((one): one is Stored => !isMeasured(one))
  const rows = [
    ...(await replayRuns(stored, output, signal)),
    ...(await replayMeasures(all.filter(isMeasured), quiet, signal)),
  ]
  const kernels = otherKernels(stored)
  if (kernels && !quiet) process.stderr.write(`${kernels}\n`)
  const differing = rows.filter(({ difference }) => difference !== null)
  const line = ({ key, digest, difference }: Row) =>
    difference === null ? `ok       ${key}  ${digest}\n` : `DIFFERS  ${key}  ${difference}\n`
  const document = {
    digest: rows[0]?.replayed ?? '',
    runs: rows.length,
    differing: differing.length,
    results: rows,
    skipped: skipped.map(({ key, digest, why }) => ({ key, digest, why })),
  }
  const text = (row: Row) => line({ ...row, digest: row.digest && `digest ${row.digest}` })
  const lines = [...rows.map(text), ...skipped.map(({ key, why }) => `skipped  ${key}  ${why}\n`)]
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : lines.join(''))
  if (skipped.length) process.stderr.write(`${skipped.length} skipped, ${rows.length} computed again\n`)
  if (differing.length) return 3
  return rows.length && skipped.every(({ isGiven }) => isGiven) ? 0 : 1
}

async function replayRuns(
  stored: readonly Stored[],
  { jobs, quiet, own, modules }: Omit<Output, 'json'>,
  signal: AbortSignal,
): Promise<Row[]> {
  const meter = startMeter(quiet)
  const configs = stored.map(({ config }) => config())
  const totalWork = configs.reduce((sum, { agents }) => sum + agents, 0)
  const counts = { done: 0, total: stored.length, stored: 0, envSteps: 0, work: 0, totalWork }
  const rows = stored.map(
    ({ digest }, i): Row => ({ key: resultKey(configs[i]), digest, replayed: '', difference: null }),
  )
  const indices = new Map(configs.map((config, i) => [config, i]))
  const done = (config: Config, replay: RunResult) => {
    const i = indices.get(config)!
    rows[i].replayed = replay.digest
    rows[i].difference = withKernel(stored[i].difference(replay), stored[i])
    counts.done++
    counts.envSteps += replay.envSteps
    counts.work += config.agents
    meter.update({ ...counts })
    return true
  }
  await computeAll(configs, { jobs, signal, own, modules }, { done }).finally(meter.end)
  return rows
}

/** Measures in this thread, seed by seed. @throws InterruptedError once the signal is given */
async function replayMeasures(measured: readonly Measured[], quiet: boolean, signal: AbortSignal): Promise<Row[]> {
  function* steps(): Generator<undefined, Row[]> {
    const rows: Row[] = []
    for (const [i, one] of measured.entries()) {
      yield
      const { figure, seed, rows: values } = one
      const key = `${figure}, seed ${seed}, ${values.length} values`
      rows.push({ key, digest: '', replayed: '', difference: measureAgain(one) })
      if (!quiet) process.stderr.write(`${figure}: seed ${seed}, ${i + 1}/${measured.length}\n`)
    }
    return rows
  }
  return inSteps(steps(), signal, 'interrupted: give the same command again')
}
