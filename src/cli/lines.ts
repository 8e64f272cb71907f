// Runs of a folder as lines, whatever it holds: an archive (runs.csv.gz), or results (runs/KEY.json, or .jsonl files).

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Line, toLine } from '../archive.ts'
import { expected } from '../field.ts'
import { fromMeasuresCsv, type Measure, observationNames } from '../observations.ts'
import { ResultError, resultKey } from '../result.ts'
import type { RunResult } from '../run.ts'
import { conflict, openStore, readArchive, readResults } from '../store.ts'

/** @throws RangeError unless it is a folder */
export function checkDir(dir: string): string {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return dir
  throw new RangeError(expected('dir', 'a folder of results', dir, 'there is none'))
}

/** @throws ResultError where the folder holds no runs, or a file that is none */
export function readLines(dir: string): Line[] {
  const archive = readArchive(dir)
  if (archive) return archive.lines
  const store = openStore(dir)
  const keys = store.keys()
  const lines = keys.map((key) => toLine(store.read(key)!))
  const all = keys.length ? lines : readLoose(dir).map(toLine)
  if (all.length) return all
  throw new ResultError(`${dir}: expected runs.csv.gz, runs/KEY.json or .jsonl files of results, got none`)
}

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
