// The runs of a folder, whatever it holds: an archive (runs.csv.gz), results (runs/KEY.json) or .jsonl files of
// results.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expected } from '../config/errors.ts'
import { trafficFigureNames } from '../paper/trafficFigures.ts'
import { type Archive, mergeArchives } from '../results/archive.ts'
import { fromMeasuresCsv, type Measurement } from '../results/measures.ts'
import { ResultError, resultKey } from '../results/result.ts'
import { conflict, openStore, readArchive, readResultsInSteps, type Store, type StoredRun } from '../results/store.ts'
import { summarise } from '../results/summary.ts'
import type { RunResult } from '../run/record.ts'
import { type Steps, toEnd } from '../run/steps.ts'

/** @throws RangeError unless it is a folder */
export function checkDir(dir: string): string {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return dir
  throw new RangeError(expected('dir', 'a folder of results', dir, 'there is no such folder'))
}

/** The store of a folder, or null if it has no runs/, so that a folder without write permission can be read. */
export function storeIn(dir: string): Store | null {
  return existsSync(join(dir, 'runs')) ? openStore(dir) : null
}

/**
 * The runs of the archive and of runs/KEY.json together, so that a folder that got more runs after it was packed is
 * read whole.
 * @throws ResultError if the folder holds no runs or an invalid file; DeterminismError if two results of one run differ
 */
export const readRuns = (dir: string): Archive => toEnd(readRunsInSteps(dir))

/** Reads as `readRuns` does, and yields before each result. */
export function* readRunsInSteps(dir: string): Steps<Archive> {
  yield
  const packed = readArchive(dir)
  const store = storeIn(dir)
  const stored = store === null ? [] : yield* findAll(store, store.keys())
  const loose = stored.length || packed ? [] : yield* readLoose(dir)
  const all = mergeArchives([
    ...(packed ? [packed] : []),
    {
      runs: [...stored.map(({ summary }) => summary), ...loose.map(summarise)],
      kernelHashes: [...new Set([...stored, ...loose].map(({ kernelHash }) => kernelHash))],
    },
  ])
  if (all.runs.length) return all
  throw noRuns(dir)
}

export const noRuns = (dir: string) =>
  new ResultError(`${dir}: expected runs.csv.gz, runs/KEY.json or .jsonl files of results, got none`)

/** The runs of these keys. It yields before each of them. @throws Error if one has vanished */
export function* findAll(store: Store, keys: readonly string[]): Steps<StoredRun[]> {
  const runs: StoredRun[] = []
  for (const key of keys) {
    yield
    const run = store.find(key)
    if (run === null) throw new Error(`run ${key} vanished from ${store.dir}: run the command again`)
    runs.push(run)
  }
  return runs
}

/** Results of the .jsonl files of a folder that was committed without its runs. It yields before each of them. */
export function* readLoose(dir: string): Steps<RunResult[]> {
  const names = readdirSync(dir).filter((name) => name.endsWith('.jsonl') && name !== 'timing.jsonl')
  const byKey = new Map<string, { path: string; result: RunResult }>()
  for (const path of names.sort().map((name) => join(dir, name))) {
    for (const result of yield* readResultsInSteps(path)) {
      const key = resultKey(result.config)
      const known = byKey.get(key)
      if (known && known.result.digest !== result.digest) throw conflict(known.path, path)
      byKey.set(key, { path, result })
    }
  }
  return [...byKey.values()].map(({ result }) => result)
}

/** The measurements of DIR/NAME.csv, as frd reproduce wrote them, by the name of their figure. */
export function readMeasures(dir: string): (figure: string) => readonly Measurement[] {
  const found = new Map(
    trafficFigureNames.flatMap((name) => {
      const path = join(dir, `${name}.csv`)
      return existsSync(path) ? [[name, fromMeasuresCsv(readFileSync(path, 'utf8'), path)] as const] : []
    }),
  )
  return (figure) => found.get(figure) ?? []
}
