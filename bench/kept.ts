// Results that are kept: each run of a benchmark writes a file of its own to bench/results, whose name has the benchmark,
// the time and the commit, so that a later run can be compared with it.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = 'bench/results'

/** The samples of one thing that was measured. */
export interface Series {
  readonly name: string
  /** unit of the samples */
  readonly unit: string
  /** one number per round */
  readonly samples: readonly number[]
  /** whether sample k is the same work in every file, such as a run of seed k, so that samples are compared in pairs */
  readonly paired?: boolean
  /** seconds of the fixed work around each sample, because machines change their speed from minute to minute */
  readonly beats?: readonly number[]
  /** the time of the yardstick in C in the round of each sample */
  readonly native?: readonly number[]
  /** the compiler and the source of that yardstick */
  readonly yardstick?: string
  /** how many times the program was started anew; the samples of each start stand together, and there are equally many */
  readonly launches?: number
}

/** What was measured, when, and on what. */
export interface Origin {
  readonly name: string
  /** ISO 8601, UTC */
  readonly date: string
  /** the commit, with `-changed` where a file in git differed from it; `none` outside of git */
  readonly commit: string
  readonly node: string
  readonly cpu: string
}

function commit(): string {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const hash = git('rev-parse', '--short=10', 'HEAD')
    return git('status', '--porcelain', '--untracked-files=no') ? `${hash}-changed` : hash
  } catch {
    return 'none'
  }
}

export const originOf = (name: string): Origin => ({
  name,
  date: new Date().toISOString(),
  commit: commit(),
  node: process.version,
  cpu: `${process.arch}, ${cpus()[0]?.model.trim() ?? 'unknown'}`,
})

/** The name of a file, which sorts by its time. A colon may not stand in the name of a file everywhere. */
export const fileName = ({ name, date, commit }: Origin): string =>
  `${name}-${date.slice(0, 19).replaceAll(':', '-')}Z-${commit}.json`

/** The files of one benchmark among the names of a folder, the newest first. */
export const filesOf = (name: string, names: readonly string[]): string[] =>
  names
    .filter(
      (file) =>
        file.startsWith(`${name}-`) && /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-.*\.json$/.test(file.slice(name.length + 1)),
    )
    .sort()
    .reverse()

/** Writes a file of its own for this run, and prints its name. */
export function keep(name: string, results: readonly unknown[], more: object = {}): void {
  const origin = originOf(name)
  const path = `${FOLDER}/${fileName(origin)}`
  mkdirSync(`${root}${FOLDER}`, { recursive: true })
  writeFileSync(`${root}${path}`, `${JSON.stringify({ ...origin, ...more, results }, null, 1)}\n`)
  console.log(`\nkept: ${path}`)
}

export class FileError extends Error {}

/** The series of a file. */
export interface Kept extends Origin {
  readonly path: string
  readonly series: ReadonlyMap<string, Series>
}

/** A file of `keep`: with the series of bench/sample.ts, or with the contenders of bench/versus.ts. */
interface Saved extends Partial<Origin> {
  readonly results: readonly (Partial<Series> & {
    readonly work?: string
    readonly contenders?: readonly { readonly contender: string; readonly times: readonly number[] }[]
  })[]
}

/** The unit of samples that are ratios within one round. */
export const PURE = ''

/** Reads the text of a file; `path` is what a message calls it. */
export function parse(text: string, path: string): Kept {
  let saved: Saved
  try {
    saved = JSON.parse(text)
  } catch (error) {
    throw new FileError(`"${path}" expected a JSON file of a benchmark: ${(error as Error).message}`)
  }
  if (!Array.isArray(saved?.results)) {
    throw new FileError(`"${path}" expected "results" as a list, got ${JSON.stringify(saved?.results) ?? 'none'}`)
  }
  const all = saved.results.flatMap((result) => toSeries(result, path))
  const { name = 'unknown', date = 'unknown', commit = 'unknown', node = 'unknown', cpu = 'unknown' } = saved
  return { path, name, date, commit, node, cpu, series: new Map(all.map((series) => [series.name, series])) }
}

export function read(path: string): Kept {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new FileError(`"${path}" expected a file of a benchmark: ${(error as Error).message}`)
  }
  return parse(text, path)
}

/** The kept files of a benchmark, the newest first. */
export function allKept(name: string): Kept[] {
  mkdirSync(`${root}${FOLDER}`, { recursive: true })
  return filesOf(name, readdirSync(`${root}${FOLDER}`)).map((file) => ({
    ...read(`${root}${FOLDER}/${file}`),
    path: `${FOLDER}/${file}`,
  }))
}

function toSeries(result: Saved['results'][number], path: string): Series[] {
  const { name, samples, work, contenders } = result
  if (work !== undefined && contenders) return versus(work, contenders)
  const isList = (list: unknown) => Array.isArray(list) && list.length && list.every(Number.isFinite)
  if (name === undefined || !isList(samples)) {
    throw new FileError(`"${path}" expected a name and numbers as samples in each result, got ${name ?? 'no name'}`)
  }
  for (const field of ['native', 'beats'] as const) {
    if (result[field] && !(isList(result[field]) && result[field].length === samples!.length)) {
      throw new FileError(`"${path}" expected as many numbers in "${field}" as there are samples of ${name}`)
    }
  }
  return [{ ...result, name, unit: result.unit ?? 's', samples: samples! }]
}

/**
 * The times of the first contender and its paired ratios to native C. Only ratios can be compared between two hours.
 */
function versus(work: string, [own, ...others]: NonNullable<Saved['results'][number]['contenders']>): Series[] {
  const yardsticks = others.filter(({ contender }) => contender.startsWith('C '))
  return [
    { name: work, unit: 'ns', samples: own.times },
    ...yardsticks.map(({ contender, times }) => ({
      name: `${work}, over ${contender}`,
      unit: PURE,
      samples: own.times.map((time, k) => time / times[k]),
    })),
  ]
}
