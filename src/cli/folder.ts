// The runs of a folder, whatever it holds: an archive (runs.csv.gz), results (runs/KEY.json) or .jsonl files of
// results.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expected } from '../config/errors.ts'
import { trafficFigureNames } from '../paper/trafficFigures.ts'
import { type Archive, mergeArchives } from '../results/archive.ts'
import { fromMeasuresCsv, MAX_MEASURES, type Measurement } from '../results/measures.ts'
import { ResultError, resultKey } from '../results/result.ts'
import { conflict, openStore, readArchive, readResults, type Store } from '../results/store.ts'
import { summarise } from '../results/summary.ts'
import type { RunResult } from '../run/record.ts'

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
export function readRuns(dir: string): Archive {
  const packed = readArchive(dir)
  const store = storeIn(dir)
  const stored = (store?.keys() ?? []).map((key) => store!.find(key)!)
  const loose = stored.length || packed ? [] : readLoose(dir)
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

/** Results of the .jsonl files of a folder that was committed without its runs. */
export function readLoose(dir: string): RunResult[] {
  const names = readdirSync(dir).filter((name) => name.endsWith('.jsonl') && name !== 'timing.jsonl')
  const byKey = new Map<string, { path: string; result: RunResult }>()
  for (const path of names.sort().map((name) => join(dir, name))) {
    for (const result of readResults(path)) {
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
      const size = statSync(path, { throwIfNoEntry: false })?.size
      if (size === undefined) return []
      if (size > MAX_MEASURES) throw new ResultError(expected(path, `at most ${MAX_MEASURES} bytes`, size))
      return [[name, fromMeasuresCsv(readFileSync(path, 'utf8'), path)] as const]
    }),
  )
  return (figure) => found.get(figure) ?? []
}
