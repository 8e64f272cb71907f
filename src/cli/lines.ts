// Runs of a folder as lines, whatever it holds: an archive (runs.csv.gz), or results (runs/KEY.json, or .jsonl files).

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Archive, type Line, mergeArchives, toLine } from '../archive.ts'
import { expected } from '../field.ts'
import { fromMeasuresCsv, type Measure } from '../measures.ts'
import { observationNames } from '../observations.ts'
import { ResultError, resultKey } from '../result.ts'
import type { RunResult } from '../run.ts'
import { conflict, openStore, readArchive, readResults, type Store } from '../store.ts'

/** @throws RangeError unless it is a folder */
export function checkDir(dir: string): string {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return dir
  throw new RangeError(expected('dir', 'a folder of results', dir, 'there is none'))
}

/** DIR/runs, opened only where it is there: a folder one may not write in can still be read. */
export function storeIn(dir: string): Store | null {
  return existsSync(join(dir, 'runs')) ? openStore(dir) : null
}

/**
 * The runs of an archive and of runs/KEY.json together, so that a folder which goes on after it was packed is whole.
 * @throws ResultError where the folder holds no runs, or a file that is none; DeterminismError where they disagree
 */
export function readRuns(dir: string): Archive {
  const packed = readArchive(dir)
  const store = storeIn(dir)
  const keys = store?.keys() ?? []
  const kernels = new Set<string>()
  const keep = (result: RunResult) => {
    kernels.add(result.kernelHash)
    return toLine(result)
  }
  const loose = keys.length || packed ? [] : readLoose(dir)
  const lines = [...keys.map((key) => keep(store!.read(key)!)), ...loose.map(keep)]
  const all = mergeArchives([...(packed ? [packed] : []), { lines, kernelHashes: [...kernels] }])
  if (all.lines.length) return all
  throw none(dir)
}

export const readLines = (dir: string): readonly Line[] => readRuns(dir).lines

export const none = (dir: string) =>
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

/** What was measured on the wire, from the DIR/NAME.csv of frd reproduce. */
export function readMeasures(dir: string): (figure: string) => readonly Measure[] {
  const found = new Map(
    observationNames.flatMap((name) => {
      const path = join(dir, `${name}.csv`)
      return existsSync(path) ? [[name, fromMeasuresCsv(readFileSync(path, 'utf8'), path)] as const] : []
    }),
  )
  return (figure) => found.get(figure) ?? []
}
