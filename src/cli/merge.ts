// frd merge: puts the results of several folders, such as those of the shards of a sweep, into one folder, and makes the
// tables of all runs there. Each result is verified on its way. The folders that it reads are left as they are.

import { realpathSync } from 'node:fs'
import { expected, printable } from '../config/errors.ts'
import { giveWay, InterruptedError, inSteps } from '../results/compute.ts'
import { type LeftOut, openReader } from '../results/reader.ts'
import { DeterminismError, ResultError, resultKey } from '../results/result.ts'
import { hasArchive, openStore, type Store } from '../results/store.ts'
import type { RunResult } from '../run/record.ts'
import type { Steps } from '../run/steps.ts'
import { aside, checkDir, noRuns, readLoose, tellLeftOut } from './folder.ts'
import { type Command, commonOptions, readFlag, readOut } from './options.ts'
import { print } from './output.ts'

export const mergeCommand: Command = {
  usage: 'merge [dirs..]',
  doc: 'put the results of folders, such as those of the shards of a sweep, into OUT, and make the tables of all runs',
  options: {
    out: {
      ...commonOptions.out,
      describe: 'folder of all results, beside those that are read',
      defaultDescription: '',
    },
  },
  examples: [
    ['$0 merge part1 part2 part3 --out all', 'what one machine would have computed, to the byte'],
    ['$0 merge part* --out all', 'the same; give it again when more parts are there'],
  ],
  plan: (argv) => {
    const dirs = ((argv.dirs ?? []) as readonly string[]).map((dir) => checkDir(String(dir)))
    if (!dirs.length) throw new TypeError('"dirs" expected at least one folder of results, got none')
    if (readFlag(argv, 'out') === undefined) throw new TypeError('"out" expected a folder for all results, got none')
    const out = readOut(argv)
    for (const dir of dirs) checkSource(dir, out)
    const store = openStore(out)
    return async (signal) => {
      const taken = new Set<string>()
      const read: LeftOut[] = []
      for (const dir of dirs) read.push(await aloud(takeInSteps(dir, store, taken), store, taken, signal))
      const damaged = read.flatMap((one) => one.damaged)
      if (!taken.size && damaged.length) throw noRuns(dirs.join(', '), damaged)
      await giveWay(signal, stopped(store, taken))
      const { runs, failed, ...leftOut } = store.merge()
      const what = `${taken.size} runs of ${dirs.length} folders`
      const tables = `results.csv and results.jsonl have ${runs} runs${failed ? `, of which ${failed} failed` : ''}`
      await print(`${what} are in ${printable(store.dir)}; ${tables}\n`)
      return tellLeftOut([...read, leftOut])
    }
  },
}

/** @throws RangeError for a folder that is the one of the output, or holds an archive */
function checkSource(dir: string, out: string): void {
  if (hasArchive(dir)) {
    const why = 'its runs.csv.gz holds no whole results; frd archive DIR... --out DIR puts archives together'
    throw new RangeError(expected('dir', 'a folder of whole results', dir, why))
  }
  if (realPath(dir) !== realPath(out)) return
  throw new RangeError(expected('out', 'another folder than those that are read', out, 'they are left as they are'))
}

/** The path without links; null if there is nothing. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

const stopped = (store: Store, { size }: ReadonlySet<string>) =>
  `interrupted: ${size} runs are in ${store.dir}, without tables; give the same command again to go on from there`

/** Does the work, and gives way at each yield. @throws InterruptedError that says how far it came */
async function aloud<T>(steps: Steps<T>, store: Store, taken: ReadonlySet<string>, signal: AbortSignal): Promise<T> {
  try {
    return await inSteps(steps, signal)
  } catch (error) {
    throw error instanceof InterruptedError ? new InterruptedError(stopped(store, taken)) : error
  }
}

/** Stores all results of a folder. It yields before each of them. @param taken gets the keys of those that are stored */
function* takeInSteps(dir: string, store: Store, taken: Set<string>): Steps<LeftOut> {
  const reader = openReader(dir)
  const damaged: string[] = []
  const keys = reader.keys()
  for (const key of keys) {
    yield
    const result = aside(damaged, () => reader.read(key))
    if (result && put(result, dir, store)) taken.add(key)
  }
  // A folder that was committed without its runs has them in .jsonl files.
  if (!keys.length) {
    const loose = yield* readLoose(dir)
    damaged.push(...loose.damaged)
    if (!loose.results.length && !damaged.length) damaged.push(noRuns(dir, []).message)
    for (const result of loose.results) {
      yield
      if (put(result, dir, store)) taken.add(resultKey(result.config))
    }
  }
  return { damaged, foreign: reader.foreign() }
}

/**
 * Stores a result, unless the store has a damaged file in its place, which the merge of the tables names.
 * @throws DeterminismError if the store has another result of this run
 */
function put(result: RunResult, dir: string, store: Store): boolean {
  try {
    store.write(result)
    return true
  } catch (error) {
    if (error instanceof DeterminismError) throw new DeterminismError(`${error.message}. The second is that of ${dir}`)
    if (error instanceof ResultError) return false
    throw error
  }
}
