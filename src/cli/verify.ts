// frd verify: computes stored results again and compares every field, the digest chain first. Of a line of an archive
// it compares all that the line holds, and it measures again what was measured on the wire. Where another kernel made the results, the replay must give equal results too.

import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { parseInteger } from '../config/field.ts'
import { fields } from '../config/fields.ts'
import { trafficFigureNames } from '../paper/trafficFigures.ts'
import { type ComputeOptions, computeAll, inSteps } from '../results/compute.ts'
import type { Measurement } from '../results/measures.ts'
import { resultKey } from '../results/result.ts'
import { groupsOf } from '../results/text.ts'
import type { RunResult } from '../run/record.ts'
import type { Steps } from '../run/steps.ts'
import { otherKernels, withKernel } from './difference.ts'
import { readMeasures, tellLeftOut } from './folder.ts'
import { type Measure, withMeasurer } from './measurer.ts'
import { type Argv, type Command, commonOptions, readBare, readFlag, readJobs, valueFlag } from './options.ts'
import { print, tell } from './output.ts'
import { fromFlag, readOwnFiles } from './own.ts'
import { startMeter } from './progress.ts'
import { divide, type Skipped } from './skipped.ts'
import { integersOf } from './statistics.ts'
import { isFolder, readStored, type Stored } from './stored.ts'

export const verifyCommand: Command = {
  usage: 'verify [files..]',
  doc: 'compute results (.json or .jsonl files, or folders) again and compare them; exit code 3 if one differs, 1 if none is or what made one is missing',
  options: {
    sample: valueFlag('compute only so many again, drawn at random. Accepts: a positive integer'),
    'sample-seed': valueFlag('seed of the draw, to repeat one for which an earlier command printed it', 'the clock'),
    env: valueFlag('a .js file with the environment of your own that made the results', 'none'),
    method: valueFlag('a .js file with the method of your own that made them', 'none'),
    from: fromFlag,
    jobs: commonOptions.jobs,
    json: commonOptions.json,
    quiet: commonOptions.quiet,
  },
  examples: [
    ['$0 verify out/fig4.jsonl', 'every run behind a figure'],
    ['$0 verify results/paper --sample 20', 'twenty of the committed runs'],
  ],
  plan: async (flags, planning) => {
    const { own, modules, argv } = await readOwnFiles(flags)
    const files = (argv.files ?? []) as readonly string[]
    if (!files.length) throw new TypeError('"files" expected at least one result file or folder, got none')
    const jobs = readJobs(argv)
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const sample = readSample(argv)
    const seed = readSampleSeed(argv)
    const read = await inSteps(readStored(files), planning, STOPPED)
    const stored = read.flatMap((one) => one.stored)
    const measured = files.flatMap((file) => (isFolder(file) ? measuredIn(file) : []))
    return async (signal) => {
      const { ready, skipped } = divide(stored, own)
      const all = [...ready, ...measured]
      const drawn = draw(all, sample, seed)
      if (!quiet && drawn !== all) tell(`drawn with --sample-seed ${seed}\n`)
      const code = await execute(drawn, skipped, { jobs, json, quiet, own, modules }, signal)
      return Math.max(code, tellLeftOut(read))
    }
  },
}

const STOPPED = 'interrupted: give the same command again'

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

/**
 * The first row that differs from what is measured again, in words; null if none does. A quick figure has fewer places, and
 * then these are all that it has.
 */
async function measureAgain({ figure, seed, rows }: Measured, measure: Measure): Promise<string | null> {
  const key = ({ panel, series, x }: Omit<Measurement, 'seed' | 'value'>) => `${panel} ${series} at ${x}`
  const stored = new Map(rows.map((row) => [key(row), row.value]))
  let first: string | null = null
  for (const isQuick of [true, false]) {
    const replayed = new Map((await measure({ figure, seed, isQuick })).map((row) => [key(row), row.value]))
    if (isQuick && rows.some((row) => !replayed.has(key(row)))) continue // they are those of the full figure
    const odd = [...new Set([...stored.keys(), ...replayed.keys()])].find((at) => stored.get(at) !== replayed.get(at))
    if (odd === undefined) return null
    first ??= expected(odd, String(stored.get(odd) ?? 'no row'), replayed.get(odd) ?? 'no row')
  }
  return first
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
  if (kernels && !quiet) tell(`${kernels}\n`)
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
  await print(json ? `${JSON.stringify(document)}\n` : lines.join(''))
  if (skipped.length) tell(`${skipped.length} skipped, ${rows.length} computed again\n`)
  if (differing.length) return 3
  return rows.length && skipped.every(({ isGiven }) => isGiven) ? 0 : 1
}

/** The configs of stored results, and their rows before the replay. It yields before each of them. */
function* beginRows(stored: readonly Stored[]): Steps<{ configs: Config[]; rows: Row[] }> {
  const configs: Config[] = []
  const rows: Row[] = []
  for (const { config, digest } of stored) {
    yield
    configs.push(config())
    rows.push({ key: resultKey(configs.at(-1)!), digest, replayed: '', difference: null })
  }
  return { configs, rows }
}

async function replayRuns(
  stored: readonly Stored[],
  { jobs, quiet, own, modules }: Omit<Output, 'json'>,
  signal: AbortSignal,
): Promise<Row[]> {
  const meter = startMeter(quiet)
  const { configs, rows } = await inSteps(beginRows(stored), signal, STOPPED)
  const totalWork = configs.reduce((sum, { agents }) => sum + agents, 0)
  const counts = { done: 0, total: stored.length, stored: 0, envSteps: 0, work: 0, totalWork }
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

/** Measures seed by seed. @throws InterruptedError once the signal is given */
async function replayMeasures(measured: readonly Measured[], quiet: boolean, signal: AbortSignal): Promise<Row[]> {
  if (!measured.length) return []
  return withMeasurer(signal, STOPPED, async (measure) => {
    const rows: Row[] = []
    for (const [i, one] of measured.entries()) {
      const { figure, seed, rows: values } = one
      const key = `${figure}, seed ${seed}, ${values.length} values`
      rows.push({ key, digest: '', replayed: '', difference: await measureAgain(one, measure) })
      if (!quiet) tell(`${figure}: seed ${seed}, ${i + 1}/${measured.length}\n`)
    }
    return rows
  })
}
