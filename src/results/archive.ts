// An archive: many runs as one small text, with the summary of each run on one line. The text is sorted CSV, so it does
// not depend on how the runs were made. To get the scores and the digest chain of a run, compute the run again. This
// file uses no disk.

import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { defaults } from '../config/resolve.ts'
import { checkSummary } from './contradictions.ts'
import { checkStorable, DeterminismError, ResultError } from './result.ts'
import { settingOf } from './setting.ts'
import { differenceOf, type Summary, toConfig } from './summary.ts'
import { compareText, linesWithin, toCsvText } from './text.ts'

const SCHEMA = 'frd-runs-v1'

/** The columns, each with its field of a summary. */
const columns: readonly (readonly [head: string, field: keyof Summary])[] = [
  ['setting', 'setting'],
  ['seed', 'seed'],
  ['completion', 'completion'],
  ['mean_completion', 'meanCompletion'],
  ['last_completion', 'lastCompletion'],
  ['episodes', 'episodes'],
  ['env_steps', 'envSteps'],
  ['exchanges', 'exchanges'],
  ['uplink_bytes', 'uplinkBytes'],
  ['downlink_bytes', 'downlinkBytes'],
  ['failed', 'failed'],
  ['digest', 'digest'],
]
const HEAD = columns.map(([head]) => head)

/** Runs as an archive holds them. */
export interface Archive {
  /** each run once */
  readonly runs: readonly Summary[]
  /** SHA-256 of the kernels that made the runs, hexadecimal, ascending */
  readonly kernelHashes: readonly string[]
}

const compareRuns = (a: Summary, b: Summary) => compareText(a.setting, b.setting) || a.seed - b.seed

/**
 * The longest archive, in bytes: some 600,000 runs. The archive of the paper's runs has 28,372 in 5.5 MB. A small gzip
 * file can unfold to a thousand times its size, so nothing is unfolded further.
 */
export const MAX_ARCHIVE = 1 << 27

const cellOf = (value: Summary[keyof Summary]) => (typeof value === 'boolean' ? Number(value) : value)

const rowOf = (run: Summary) => toCsvText([columns.map(([, field]) => cellOf(run[field]))])

const headOf = (kernelHashes: readonly string[], count: number) =>
  toCsvText([[SCHEMA, [...kernelHashes].sort().join(' '), count], HEAD])

/** The text of an archive. @throws ResultError for more than an archive may hold */
export function encodeArchive({ runs, kernelHashes }: Archive): string {
  const parts = [headOf(kernelHashes, runs.length), ...[...runs].sort(compareRuns).map(rowOf)]
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  if (size <= MAX_ARCHIVE) return parts.join('')
  const why = 'archive some of the folders apart'
  throw new ResultError(expected('archive', `at most ${MAX_ARCHIVE} bytes`, size, why))
}

/**
 * The archive of a text.
 * @param where the path, with which the message begins
 * @throws ResultError for a text that encodeArchive would not write, a run that is there twice, or an invalid setting
 */
export function decodeArchive(text: string, where: string): Archive {
  const refuse = (what: string, got: string) =>
    new ResultError(`${where}: expected ${what}, got "${got.slice(0, 80)}": it was cut or edited; take another copy`)
  // The first line says how many follow. It is checked before the others are split, and those are counted first.
  const length = text.slice(0, MAX_FIRST).indexOf('\n')
  const first = text.slice(0, length < 0 ? 80 : length)
  const [, names = '', count = ''] = FIRST.exec(first) ?? []
  const kernelHashes = names.split(' ')
  const isLong = Number(count) * LEAST_ROW < text.length
  const lines = names === '' || !isLong ? null : linesWithin(text, Number(count) + 2)
  const isHead = lines !== null && text.startsWith(headOf(kernelHashes, lines.length - 2))
  if (!isHead || lines.length < 3) throw refuse(`sorted lines of "${SCHEMA}"`, first)
  const runs = lines.slice(2).map((row, i) => decodeRow(row, `${where}:${i + 3}`))
  const odd = runs.findIndex(
    (run, i) => rowOf(run) !== `${lines[i + 2]}\n` || (i > 0 && compareRuns(runs[i - 1], run) > 0),
  )
  if (odd >= 0) throw refuse(`sorted lines of "${SCHEMA}"`, lines[odd + 2])
  const twice = runs.find((run, i) => i > 0 && compareRuns(run, runs[i - 1]) === 0)
  if (twice) throw refuse('each run once', `${twice.setting} seed=${twice.seed}`)
  const configs = new Map<string, Config>()
  for (const setting of new Set(runs.map((run) => run.setting))) {
    const config = configOf(setting)
    if (config === null) throw refuse('settings of runs', setting)
    configs.set(setting, config)
  }
  for (const [i, run] of runs.entries()) {
    try {
      checkSummary(configs.get(run.setting)!, run)
    } catch (error) {
      throw new ResultError(`${where}:${i + 3}: ${(error as Error).message}; take another copy`)
    }
  }
  return { runs, kernelHashes }
}

/** The first line: the schema, the kernels, and how many runs follow. */
const FIRST = new RegExp(`^${SCHEMA},([0-9a-f]{64}(?: [0-9a-f]{64})*),([1-9][0-9]{0,8})$`)

/** The shortest row: a digest, eleven commas, and a digit where no cell is empty. */
const LEAST_ROW = 64 + 11 + 7

/** The longest first line, of a thousand kernels. */
const MAX_FIRST = 1 << 16

/** The config of a setting in its canonical form; null if it is none. */
function configOf(setting: string): Config | null {
  try {
    const config = toConfig(setting, defaults.seed)
    checkStorable(config)
    return settingOf(config) === setting ? config : null
  } catch {
    return null
  }
}

/**
 * The runs of several archives, each run once.
 * @throws DeterminismError if two of them hold different results of one run
 */
export function mergeArchives(archives: readonly Archive[]): Archive {
  const byRun = new Map<string, Summary>()
  for (const summary of archives.flatMap(({ runs }) => runs)) {
    const run = `${summary.setting} seed=${summary.seed}`
    const known = byRun.get(run)
    if (known && differenceOf(known, summary) !== null) {
      throw new DeterminismError(`determinism alarm: the run ${run} gave two results, ${differenceOf(known, summary)}`)
    }
    byRun.set(run, summary)
  }
  const kernelHashes = [...new Set(archives.flatMap((one) => one.kernelHashes))].sort()
  return { runs: [...byRun.values()], kernelHashes }
}

const ROW = /^("[^"]*"|[^",]*),(\d+),(\d*),(\d*),(\d*),(\d+),(\d+),(\d+),(\d+),(\d+),([01]),([0-9a-f]{64})$/

function decodeRow(row: string, where: string): Summary {
  const match = ROW.exec(row)
  if (match === null) {
    throw new ResultError(`${where}: expected the columns ${HEAD}, got "${row.slice(0, 80)}": take another copy`)
  }
  const [, setting, seed, completion, mean, last, ...rest] = match
  const [episodes, envSteps, exchanges, uplinkBytes, downlinkBytes, failed] = rest.map(Number)
  const time = (cell: string) => (cell === '' ? null : Number(cell))
  return {
    setting: setting.replaceAll('"', ''),
    seed: Number(seed),
    completion: time(completion),
    meanCompletion: time(mean),
    lastCompletion: time(last),
    episodes,
    envSteps,
    exchanges,
    uplinkBytes,
    downlinkBytes,
    failed: failed === 1,
    digest: rest[6],
  }
}
