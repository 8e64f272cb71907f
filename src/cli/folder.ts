// The runs of a folder, whatever it holds: an archive (runs.csv.gz), results (runs/KEY.json) or .jsonl files of
// results.

import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expected } from '../config/errors.ts'
import { trafficFigureNames } from '../paper/trafficFigures.ts'
import { type Archive, mergeArchives } from '../results/archive.ts'
import { nodeFiles, readBytes } from '../results/disk.ts'
import { checkFile } from '../results/found.ts'
import { fromMeasuresCsv, MAX_MEASURES, type Measurement } from '../results/measures.ts'
import {
  conflict,
  foreignFile,
  isFault,
  type LeftOut,
  openReader,
  type Reader,
  type StoredRun,
} from '../results/reader.ts'
import { ResultError, resultKey } from '../results/result.ts'
import { readArchive, readResultsInSteps } from '../results/store.ts'
import { summarise } from '../results/summary.ts'
import type { RunResult } from '../run/record.ts'
import { type Steps, toEnd } from '../run/steps.ts'
import { firstDifference } from './difference.ts'
import { tell } from './output.ts'

/** @throws RangeError unless it is a folder */
export function checkDir(dir: string): string {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return dir
  throw new RangeError(expected('dir', 'a folder of results', dir, 'there is no such folder'))
}

/** The runs of a folder, and what of it could not be read. */
export interface FolderRuns extends Archive, LeftOut {}

/**
 * The runs of the archive and of runs/KEY.json together, so that a folder that got more runs after it was packed is
 * read whole.
 * @throws ResultError if the folder holds no run that can be read; DeterminismError if two results of one run differ
 */
export const readRuns = (dir: string): FolderRuns => toEnd(readRunsInSteps(dir))

/** Reads as `readRuns` does, and yields before each result. */
export function* readRunsInSteps(dir: string): Steps<FolderRuns> {
  yield
  const packed = readPacked(dir)
  const stored = yield* openReader(dir).readableInSteps()
  const hasOthers = stored.runs.length > 0 || packed.archive !== null
  const loose = hasOthers ? { results: [], damaged: [] } : yield* readLoose(dir)
  const damaged = [...packed.damaged, ...stored.damaged, ...loose.damaged]
  const all = mergeArchives([
    ...(packed.archive ? [packed.archive] : []),
    {
      runs: [...stored.runs.map(({ summary }) => summary), ...loose.results.map(summarise)],
      kernelHashes: [...new Set([...stored.runs, ...loose.results].map(({ kernelHash }) => kernelHash))],
    },
  ])
  if (all.runs.length) return { ...all, damaged, foreign: stored.foreign }
  throw noRuns(dir, damaged)
}

/** The archive of a folder, or what is wrong with it. */
export function readPacked(dir: string): { readonly archive: Archive | null; readonly damaged: readonly string[] } {
  const damaged: string[] = []
  const archive = aside(damaged, () => readArchive(dir)) ?? null
  return { archive, damaged }
}

/** What an action gives; undefined if what it reads is damaged or out of reach, which is then told. */
export function aside<T>(damaged: string[], action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (!isFault(error)) throw error
    damaged.push((error as Error).message)
    return undefined
  }
}

/** The error for a folder without runs. @param damaged what of it could not be read */
export function noRuns(dir: string, damaged: readonly string[]): ResultError {
  const [first, ...more] = damaged
  if (first) return new ResultError(`${first}${more.length ? ` (and ${more.length} more)` : ''}`)
  return new ResultError(`${dir}: expected runs.csv.gz, runs/KEY.json or .jsonl files of results, got none`)
}

/** Tells on stderr what of folders was left out. @returns the exit code: 2 if evidence is missing */
export function tellLeftOut(folders: readonly LeftOut[]): number {
  const damaged = folders.flatMap((one) => one.damaged)
  const foreign = folders.flatMap((one) => one.foreign)
  for (const what of [...damaged, ...foreign]) tell(`left out: ${what}\n`)
  return damaged.length ? 2 : 0
}

/** The runs of these keys. It yields before each of them. @throws Error if one has vanished */
export function* findAll(store: Reader, keys: readonly string[]): Steps<StoredRun[]> {
  const runs: StoredRun[] = []
  for (const key of keys) {
    yield
    const run = store.find(key)
    if (run === null) throw new Error(`run ${key} vanished from ${store.dir}: run the command again`)
    runs.push(run)
  }
  return runs
}

/**
 * Results of the .jsonl files of a folder that was committed without its runs, and the files that cannot be read. It yields
 * before each result.
 */
export function* readLoose(dir: string): Steps<{ results: RunResult[]; damaged: readonly string[] }> {
  const names = readdirSync(dir).filter((name) => name.endsWith('.jsonl') && name !== 'timing.jsonl')
  const byKey = new Map<string, { path: string; result: RunResult }>()
  const damaged: string[] = []
  for (const path of names.sort().map((name) => join(dir, name))) {
    let results: RunResult[] = []
    try {
      checkFound(path)
      results = yield* readResultsInSteps(path)
    } catch (error) {
      if (!isFault(error)) throw error
      damaged.push((error as Error).message)
    }
    for (const result of results) {
      const key = resultKey(result.config)
      const known = byKey.get(key)
      if (known && firstDifference(known.result, result) !== null) throw conflict(known.path, path)
      byKey.set(key, { path, result })
    }
  }
  return { results: [...byKey.values()].map(({ result }) => result), damaged }
}

/** @throws ResultError for what is no file */
function checkFound(path: string): void {
  try {
    checkFile(statSync(path))
  } catch (error) {
    throw foreignFile(path, error)
  }
}

/** @throws ResultError for what is no file, or a longer one than frd writes */
function readMeasuresText(path: string): string | null {
  try {
    return readBytes(path, nodeFiles, MAX_MEASURES)?.toString('utf8') ?? null
  } catch (error) {
    throw foreignFile(path, error)
  }
}

/** Whether a folder has measurements, which stand beside runs or alone. */
export const hasMeasures = (dir: string): boolean =>
  trafficFigureNames.some((name) => existsSync(join(dir, `${name}.csv`)))

/** The measurements of DIR/NAME.csv, as frd reproduce wrote them, by the name of their figure. */
export function readMeasures(dir: string): (figure: string) => readonly Measurement[] {
  const found = new Map(
    trafficFigureNames.flatMap((name) => {
      const path = join(dir, `${name}.csv`)
      const text = readMeasuresText(path)
      return text === null ? [] : [[name, fromMeasuresCsv(text, path)] as const]
    }),
  )
  return (figure) => found.get(figure) ?? []
}
