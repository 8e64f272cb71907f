// What files and folders hold that can be computed again, whatever its form: results, runs of a store, and lines of an
// archive.

import { statSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { type LeftOut, openReader, type Reader, type StoredRun } from '../results/reader.ts'
import { decodeResult, encodeResult, resultKey } from '../results/result.ts'
import { readResultsInSteps } from '../results/store.ts'
import { differenceOf, type Summary, summarise, toConfig } from '../results/summary.ts'
import type { RunResult } from '../run/record.ts'
import type { Steps } from '../run/steps.ts'
import { firstDifference, type Made } from './difference.ts'
import { hasMeasures, noRuns, readLoose, readPacked } from './folder.ts'

/** Whether there is a folder of this path. */
export const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** Something stored that can be computed again. */
export interface Stored extends Made {
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

/** What a file or a folder holds, and what of it cannot be read. */
export interface FoundHere extends LeftOut {
  readonly stored: Stored[]
}

/** What files and folders hold. It yields before each result. */
export function* readStored(files: readonly string[]): Steps<FoundHere[]> {
  const found: FoundHere[] = []
  for (const file of files) {
    if (isFolder(file)) found.push(yield* storedIn(file))
    else found.push({ stored: (yield* readResultsInSteps(file)).map(ofResult), damaged: [], foreign: [] })
  }
  return found
}

/**
 * What a folder holds: whole results, of runs/KEY.json or .jsonl files, and the lines of an archive that are of no such
 * run or tell another result of it, which the replay then finds.
 */
function* storedIn(dir: string): Steps<FoundHere> {
  yield
  const reader = openReader(dir)
  const { runs, damaged, foreign } = yield* reader.readableInSteps()
  const { archive, damaged: ofArchive } = readPacked(dir)
  const known = new Map(runs.map(({ key, summary }) => [key, summary]))
  const lines: Stored[] = []
  for (const run of archive?.runs ?? []) {
    yield
    const config = toConfig(run.setting, run.seed)
    const whole = known.get(resultKey(config))
    if (!whole || differenceOf(run, whole) !== null) lines.push(ofLine({ run, config }, archive?.kernelHashes ?? []))
  }
  const loose = runs.length || archive ? { results: [], damaged: [] } : yield* readLoose(dir)
  const stored = [...runs.map((run) => ofRun(reader, run)), ...lines, ...loose.results.map(ofResult)]
  const all = [...damaged, ...ofArchive, ...loose.damaged]
  if (stored.length || (!all.length && hasMeasures(dir))) return { stored, damaged: all, foreign }
  throw noRuns(dir, all)
}
