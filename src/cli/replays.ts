// What files and folders hold that can be computed again: whole results, stored runs and lines of archives, each with what
// a replay must equal. It computes nothing.

import { statSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { type LeftOut, openReader, type Reader, type StoredRun } from '../results/reader.ts'
import { decodeResult, encodeResult, resultKey } from '../results/result.ts'
import { readResultsInSteps } from '../results/store.ts'
import { differenceOf, type Summary, summarise, toConfig } from '../results/summary.ts'
import type { RunResult } from '../run/record.ts'
import type { Own } from '../run/setup.ts'
import type { Steps } from '../run/steps.ts'
import { noRuns, readLoose, readPacked } from './folder.ts'
import { type Skip, whySkipped } from './skipped.ts'

export const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** Something stored that can be computed again. */
export interface Stored {
  readonly config: () => Config
  readonly digest: string
  readonly difference: (replay: RunResult) => string | null
}

const ofResult = (result: RunResult): Stored => ({
  config: () => result.config,
  digest: result.digest,
  difference: (replay) => firstDifference(result, replay),
})

/** A stored run. Its line is copied after the replay, and decoded only if the two differ. */
function ofRun(store: Reader, run: StoredRun): Stored {
  return {
    config: () => run.config,
    digest: run.summary.digest,
    difference: (replay) => {
      const line = store.copy(run)
      if (encodeResult({ ...replay, kernelHash: run.kernelHash }) === line) return null
      return firstDifference(decodeResult(line, run.key), replay)
    },
  }
}

const ofLine = ({ run, config }: { readonly run: Summary; readonly config: Config }): Stored => ({
  config: () => config,
  digest: run.digest,
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
 * What a folder holds: whole results, of runs/KEY.json or .jsonl files, and of runs that only an archive has, their
 * lines.
 */
function* storedIn(dir: string): Steps<FoundHere> {
  yield
  const reader = openReader(dir)
  const { runs, damaged, foreign } = yield* reader.readableInSteps()
  const { archive, damaged: ofArchive } = readPacked(dir)
  const known = new Set(runs.map(({ key }) => key))
  const lines: Stored[] = []
  for (const run of archive?.runs ?? []) {
    yield
    const config = toConfig(run.setting, run.seed)
    if (!known.has(resultKey(config))) lines.push(ofLine({ run, config }))
  }
  const loose = runs.length || archive ? { results: [], damaged: [] } : yield* readLoose(dir)
  const stored = [...runs.map((run) => ofRun(reader, run)), ...lines, ...loose.results.map(ofResult)]
  const all = [...damaged, ...ofArchive, ...loose.damaged]
  if (stored.length) return { stored, damaged: all, foreign }
  throw noRuns(dir, all)
}

/** A result that is not computed again. */
export interface Skipped extends Skip {
  readonly key: string
  readonly digest: string
}

/** The results that can be computed again with what was brought, and the others. */
export function divide(stored: readonly Stored[], own: Own): { readonly ready: Stored[]; readonly skipped: Skipped[] } {
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

/** The first difference in words; null if the replay gives the stored line, apart from the kernel's hash. */
function firstDifference(stored: RunResult, replay: RunResult): string | null {
  const same = { ...replay, kernelHash: stored.kernelHash }
  if (encodeResult(same) === encodeResult(stored)) return null
  const i = stored.exchanges.findIndex((exchange, k) => exchange.digest !== replay.exchanges[k]?.digest)
  if (i >= 0) {
    return `first at exchange ${i + 1}, episode ${stored.exchanges[i].episode}: expected ${stored.exchanges[i].digest}, got ${replay.exchanges[i]?.digest ?? 'none'}`
  }
  if (stored.digest !== replay.digest) return `after its last exchange: expected ${stored.digest}, got ${replay.digest}`
  const names = Object.keys(stored) as (keyof RunResult)[]
  const name = names.find((key) => JSON.stringify(stored[key]) !== JSON.stringify(same[key]))
  return `in "${name}", with the same digest: the file was edited`
}
