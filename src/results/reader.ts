// Stored results as they are read: DIR/runs/KEY.json. A read checks checksum, schema and key (result.ts) and writes
// nothing, so that a folder of another user or on a read-only disk can be read. Each file is parsed once in this way: the
// reader then keeps its summary, and copies its bytes where a line is needed.

import { join, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import type { RunResult } from '../run/record.ts'
import { type Steps, toEnd } from '../run/steps.ts'
import { type Files, listFolder, nodeFiles, readText, stampOf } from './disk.ts'
import { beginningOf } from './lines.ts'
import { checkSchema, DeterminismError, decodeResult, MAX_TEXT, ResultError, resultKey } from './result.ts'
import { type Summary, summarise } from './summary.ts'

/** A stored result that was verified, without its scores, so that thousands fit in memory. */
export interface StoredRun {
  /** the name of its file */
  readonly key: string
  /** its whole config */
  readonly config: Config
  /** its numbers, without the scores and the chain of digests */
  readonly summary: Summary
  /** SHA-256 of the kernel that made it */
  readonly kernelHash: string
  /** the checksum at the end of its line */
  readonly sha256: string
}

/** What of a folder is left out, in words. */
export interface LeftOut {
  /** each result that is damaged, of another run or out of reach: evidence that is missing */
  readonly damaged: readonly string[]
  /** each file whose name is that of no result, such as a copy that a program for backups made */
  readonly foreign: readonly string[]
}

/** What can be read of a folder, and what cannot. */
export interface Readable extends LeftOut {
  /** the verified runs, by ascending key */
  readonly runs: StoredRun[]
}

/** A folder of results that is read. */
export interface Reader {
  /** its absolute path */
  readonly dir: string
  /**
   * The keys of all stored runs, ascending. Files of other names are left out.
   * @throws DeterminismError for a conflict
   */
  readonly keys: () => string[]
  /** Whether there is a file of this key. */
  readonly has: (key: string) => boolean
  /**
   * The verified result of a run, or null if it is not stored.
   * @throws ResultError if the file is cut, edited or of another run
   */
  readonly read: (key: string) => RunResult | null
  /**
   * The stored run, or null if it is not stored. It is verified if its file has changed since the last time.
   * @throws as read
   */
  readonly find: (key: string) => StoredRun | null
  /**
   * All that can be read, and what cannot, so that one damaged file does not spoil the others.
   * @throws DeterminismError for a conflict; Error if the disk fails
   */
  readonly readable: () => Readable
  /**
   * The line of a run that `find` gave, copied from its file, without the line feed.
   * @throws ResultError if the file has changed since
   */
  readonly copy: (run: StoredRun) => string
}

/** A reader beside which something writes: `take` tells it of a file that was just written. */
export interface OpenReader extends Reader {
  readonly fileOf: (key: string) => string
  readonly take: (result: RunResult, key: string, sha256: string) => void
  /** Reads as `readable` does, and yields before each result. */
  readonly readableInSteps: () => Steps<Readable>
  /** Each file whose name is that of no result, in words. @throws DeterminismError for a conflict */
  readonly foreign: () => string[]
}

const KEY = /^([0-9a-f]{64})\.json$/
const CONFLICT = /^([0-9a-f]{64})\.conflict[^/]*\.json$/
const COMPUTED_AGAIN = 'delete it, and the run will be computed again'

/** Reads the folder DIR, which need not exist. */
export function openReader(path: string, files: Files = nodeFiles): OpenReader {
  const dir = resolve(path)
  const runs = join(dir, 'runs')
  const fileOf = (key: string) => join(runs, `${key}.json`)
  /** verified runs, each with the stamp of the file that was read */
  const found = new Map<string, { readonly run: StoredRun; readonly stamp: string | null }>()

  /** The names in runs/ but for hidden files (.DS_Store, a temporary file), which are no results. */
  const names = () => {
    const visible = listFolder(runs, files).filter((name) => !name.startsWith('.'))
    const twice = visible.find((name) => CONFLICT.test(name))
    if (twice) throw conflict(fileOf(twice.slice(0, 64)), join(runs, twice))
    return visible
  }

  const keys = () =>
    names()
      .flatMap((name) => KEY.exec(name)?.[1] ?? [])
      .sort()

  const lineIn = (key: string) => {
    const text = readResultText(fileOf(key), files)
    if (text === null) return null
    if (!text.endsWith('\n')) throw cut(fileOf(key), COMPUTED_AGAIN)
    return text.slice(0, -1)
  }

  const take = (result: RunResult, key: string, sha256: string, stamp = stampOf(fileOf(key), files)) => {
    const { config, kernelHash } = result
    const run: StoredRun = { key, config, summary: summarise(result), kernelHash, sha256 }
    found.set(key, { run, stamp })
    return run
  }

  const verify = (key: string) => {
    const stamp = stampOf(fileOf(key), files)
    const line = lineIn(key)
    if (line === null) return null
    const result = decodeResult(line, fileOf(key))
    const own = resultKey(result.config)
    if (own === key) return { result, run: take(result, key, line.slice(-66, -2), stamp) }
    throw new ResultError(`${fileOf(key)}: expected the run ${key}, got the run ${own}: ${COMPUTED_AGAIN}`)
  }

  const find = (key: string) => {
    const known = found.get(key)
    return known && known.stamp === stampOf(fileOf(key), files) ? known.run : (verify(key)?.run ?? null)
  }

  function* readableInSteps(): Steps<Readable> {
    const all: StoredRun[] = []
    const damaged: string[] = []
    for (const key of keys()) {
      yield
      try {
        const run = find(key)
        if (run) all.push(run)
      } catch (error) {
        if (!isFault(error)) throw error
        damaged.push((error as Error).message)
      }
    }
    return { runs: all, damaged, foreign: foreign() }
  }

  const foreign = () => {
    const why = 'expected only KEY.json files in this folder'
    const others = names().filter((name) => !KEY.test(name))
    return others.map((name) => `${join(runs, name)}: ${why}, got "${name}": move it away`)
  }

  const copy = ({ key, sha256 }: StoredRun) => {
    const line = lineIn(key)
    if (line?.endsWith(`"${sha256}"}`)) return line
    throw new ResultError(`${fileOf(key)} changed or vanished after it was read: run the command again`)
  }

  const has = (key: string) => stampOf(fileOf(key), files) !== null
  const readable = () => toEnd(readableInSteps())
  const read = (key: string) => verify(key)?.result ?? null
  return { dir, keys, has, read, find, readable, readableInSteps, foreign, copy, fileOf, take }
}

/**
 * The text of a result file, or null if there is no such file. A path that cannot be a result, such as a folder, gives
 * a ResultError, not an error of the disk.
 */
export function readResultText(path: string, files: Files): string | null {
  try {
    // A long file is looked at before it is read whole.
    const size = files.statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size > MAX_BYTES) throw new RangeError(`it has ${size} bytes, a result has at most ${MAX_BYTES}`)
    if (size > SHORT) checkSchema(beginningOf(path, HEAD_BYTES, files), path)
    return readText(path, files)
  } catch (error) {
    throw foreignFile(path, error)
  }
}

/** The longest file of a result: its line and a line feed. */
const MAX_BYTES = MAX_TEXT + 1

/** The longest file that is read at once, in bytes, whatever it is. */
const SHORT = 1 << 20

/** How many bytes show the schema of a result. */
const HEAD_BYTES = 200

/** The error for a path that holds no result, where it is not one of the disk. */
export function foreignFile(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    return new ResultError(`${path}: expected a result file, got no file: check that the path is right`)
  }
  const isForeign = error instanceof RangeError || code === 'EISDIR' || code === 'ENOTDIR'
  return isForeign ? new ResultError(`${path}: expected a result file: ${message}`) : error
}

/** Whether an error says that one file is damaged, foreign or out of reach, and not that the disk fails. */
export function isFault(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return error instanceof ResultError || code === 'EACCES' || code === 'EPERM'
}

/** The error for two different results of one run. */
export function conflict(first: string, second: string): DeterminismError {
  const next = 'Report them; delete both to compute the run again'
  return new DeterminismError(`determinism alarm: one run gave two results, ${first} and ${second}. ${next}`)
}

/** The error for a file that does not end with a line feed. */
export function cut(path: string, next: string): ResultError {
  return new ResultError(`${path}: expected a line feed at its end, got none: the file was cut or edited; ${next}`)
}
