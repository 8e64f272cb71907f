// Results on disk, one file per run: DIR/runs/KEY.json. A write is all or nothing (disk.ts). A read checks checksum,
// schema and key (result.ts). Each file is parsed once in this way: the store then keeps its summary, and copies its
// bytes where a line is needed. results.jsonl and results.csv are a sorted merge of the files, so their bytes do not
// depend on workers, order, crashes or restarts.

import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Config } from '../config/config.ts'
import type { RunResult } from '../run/record.ts'
import { type Archive, decodeArchive, encodeArchive, MAX_ARCHIVE } from './archive.ts'
import {
  appendLine,
  checkFolder,
  type Files,
  listFolder,
  makeFolder,
  nodeFiles,
  readBytes,
  readText,
  removeTemporaries,
  replaceFile,
  stampOf,
} from './disk.ts'
import { headOf, linesOfFile } from './lines.ts'
import {
  checkSchema,
  DeterminismError,
  decodeResult,
  encodeResult,
  lineOf,
  MAX_TEXT,
  ResultError,
  resultKey,
} from './result.ts'
import { compareRows, type ResultRow, resultColumns, toRow } from './rows.ts'
import { type Summary, summarise } from './summary.ts'

export { DeterminismError }

/** A stored result that was verified, without its scores, so that thousands fit in memory. */
export interface StoredRun {
  /** the name of its file */
  readonly key: string
  /** its whole config */
  readonly config: Config
  /** its numbers, without the scores and the chain of digests */
  readonly summary: Summary
  /** its row of results.csv */
  readonly row: ResultRow
  /** SHA-256 of the kernel that made it */
  readonly kernelHash: string
  /** the checksum at the end of its line */
  readonly sha256: string
}

/** What a merge wrote. */
export interface Merged {
  /** runs in results.jsonl */
  readonly runs: number
  /** of those, the failed ones, which are not in results.csv */
  readonly failed: number
}

/** A folder of results. */
export interface Store {
  /** its absolute path */
  readonly dir: string
  /**
   * The keys of all stored runs, ascending.
   * @throws ResultError for a foreign file, DeterminismError for a conflict
   */
  readonly keys: () => string[]
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
   * The line of a run that `find` gave, copied from its file, without the line feed.
   * @throws ResultError if the file has changed since
   */
  readonly copy: (run: StoredRun) => string
  /**
   * Stores a result and returns its key. When it returns, the result is on disk for good.
   * @throws DeterminismError if the run has another result already
   */
  readonly write: (result: RunResult) => string
  /** Writes results.jsonl and results.csv from all stored runs. */
  readonly merge: () => Merged
  /** Replaces DIR/name by the text of the chunks, whole or not at all. */
  readonly replace: (name: string, chunks: Iterable<string>) => void
  /**
   * Appends a line to timing.jsonl: clock, host and versions. They are no part of a result and are never read back.
   */
  readonly time: (record: Readonly<Record<string, unknown>>) => void
}

function storedRun(result: RunResult, key: string, sha256: string): StoredRun {
  const { config, kernelHash } = result
  const summary = summarise(result)
  return { key, config, summary, row: toRow(config, summary, key), kernelHash, sha256 }
}

/**
 * Opens the folder DIR. It need not exist, because the first write makes it. Files that killed processes left half
 * written are removed.
 *
 * @example
 * const store = openStore('out')
 * store.write(runToEnd({ seed: 1 }))
 * @throws RangeError if results cannot be written: DIR is a file, lies under a file, or is read-only
 */
export function openStore(path: string, files: Files = nodeFiles): Store {
  const dir = resolve(path)
  const runs = join(dir, 'runs')
  const fileOf = (key: string) => join(runs, `${key}.json`)
  checkFolder(runs, files)
  for (const folder of [dir, runs]) removeTemporaries(folder, files)
  /** verified runs, each with the stamp of the file that was read */
  const found = new Map<string, { readonly run: StoredRun; readonly stamp: string | null }>()

  const keys = () =>
    listFolder(runs, files)
      .flatMap((name) => keyOf(name, runs))
      .sort()

  const lineIn = (key: string) => {
    const text = readResultText(fileOf(key), files)
    if (text === null) return null
    if (!text.endsWith('\n')) throw cut(fileOf(key), 'delete it, and the run will be computed again')
    return text.slice(0, -1)
  }

  const verify = (key: string) => {
    const stamp = stampOf(fileOf(key), files)
    const line = lineIn(key)
    if (line === null) return null
    const result = decodeResult(line, fileOf(key))
    const run = storedRun(result, resultKey(result.config), line.slice(-66, -2))
    if (run.key !== key) {
      const next = 'delete it, and the run will be computed again'
      throw new ResultError(`${fileOf(key)}: expected the run ${key}, got the run ${run.key}: ${next}`)
    }
    found.set(key, { run, stamp })
    return { result, run }
  }

  const find = (key: string) => {
    const known = found.get(key)
    return known && known.stamp === stampOf(fileOf(key), files) ? known.run : (verify(key)?.run ?? null)
  }

  const copy = ({ key, sha256 }: StoredRun) => {
    const line = lineIn(key)
    if (line?.endsWith(`"${sha256}"}`)) return line
    throw new ResultError(`${fileOf(key)} changed or vanished after it was read: run the command again`)
  }

  const write = (result: RunResult) => {
    const { text, sha256 } = lineOf(result)
    const run = storedRun(result, resultKey(result.config), sha256)
    const stored = verify(run.key)
    if (stored === null) {
      makeFolder(runs, files)
      replaceFile(fileOf(run.key), [`${text}\n`], files)
      found.set(run.key, { run, stamp: stampOf(fileOf(run.key), files) })
      return run.key
    }
    if (encodeResult({ ...stored.result, kernelHash: result.kernelHash }) === text) return run.key
    const other = join(runs, `${run.key}.conflict.json`)
    replaceFile(other, [`${text}\n`], files)
    throw conflict(fileOf(run.key), other)
  }

  const merge = () => {
    const all = keys().map((key) => {
      const run = find(key)
      if (run === null) throw new Error(`${fileOf(key)} vanished while results.csv was made: run the command again`)
      return run
    })
    all.sort((a, b) => compareRows(a.row, b.row))
    const table = all.filter(({ summary }) => !summary.failed).map(({ row }) => row)
    makeFolder(dir, files)
    replaceFile(join(dir, 'results.jsonl'), linesOf(all, copy), files)
    replaceFile(join(dir, 'results.csv'), csvOf([resultColumns, ...table]), files)
    return { runs: all.length, failed: all.length - table.length }
  }

  const replace = (name: string, chunks: Iterable<string>) => {
    makeFolder(dir, files)
    replaceFile(join(dir, name), chunks, files)
  }

  const time = (record: Readonly<Record<string, unknown>>) => {
    makeFolder(dir, files)
    appendLine(join(dir, 'timing.jsonl'), JSON.stringify(record), files)
  }

  return { dir, keys, read: (key) => verify(key)?.result ?? null, find, copy, write, merge, replace, time }
}

/** The lines of runs, each with its line feed. */
export function* linesOf(runs: readonly StoredRun[], copy: Store['copy']): Generator<string> {
  for (const run of runs) yield `${copy(run)}\n`
}

/**
 * The results of a file that anyone may have written: the .json of one run, or a .jsonl of many. Each line is verified.
 * @throws ResultError for a path that cannot be read, an empty file, or a line that is not a valid result
 */
export function readResults(path: string, files: Files = nodeFiles): RunResult[] {
  const results: RunResult[] = []
  const lines = linesOfFile(
    path,
    { most: MAX_BYTES, begin: (head, line) => checkSchema(head, `${path}:${line}`) },
    files,
  )
  const next = () => {
    try {
      return lines.next()
    } catch (error) {
      throw foreign(path, error)
    }
  }
  for (let line = next(); ; ) {
    const { done, value } = line
    if (done && value && results.length) return results
    if (done) throw cut(path, 'look for another copy')
    line = next()
    const isAlone = line.done && results.length === 0
    // A part of a line is told as such, and not as a damaged one.
    if (line.done && !line.value) throw cut(path, 'look for another copy')
    results.push(decodeResult(value, isAlone ? path : `${path}:${results.length + 1}`))
  }
}

/** The file of an archive: the text of archive.ts, gzipped. */
const ARCHIVE = 'runs.csv.gz'

/** Replaces DIR/runs.csv.gz. @returns its size in bytes */
export function writeArchive(dir: string, archive: Archive, files: Files = nodeFiles): number {
  const bytes = gzipSync(encodeArchive(archive), { level: 9 })
  makeFolder(dir, files)
  replaceFile(join(dir, ARCHIVE), [bytes], files)
  return bytes.length
}

/**
 * The runs of DIR/runs.csv.gz, or null if there is no such file.
 * @throws ResultError if it is cut, edited or no archive
 */
export function readArchive(dir: string, files: Files = nodeFiles): Archive | null {
  const path = join(dir, ARCHIVE)
  let text: string
  try {
    const bytes = readBytes(path, files, MAX_ARCHIVE)
    if (bytes === null) return null
    // An archive is ASCII. As latin1 it takes one byte per character, and what is no ASCII matches no row.
    text = gunzipSync(bytes, { maxOutputLength: MAX_ARCHIVE }).toString('latin1')
  } catch (error) {
    if ('syscall' in (error as Error)) throw error
    throw new ResultError(`${path}: expected a gzipped archive: ${(error as Error).message}; take another copy`)
  }
  return decodeArchive(text, path)
}

/**
 * The text of a result file, or null if there is no such file. A path that cannot be a result, such as a folder, gives
 * a ResultError, not an error of the disk.
 */
function readResultText(path: string, files: Files): string | null {
  try {
    // A long file that is none of ours is not read whole.
    const size = files.statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size > MAX_BYTES) throw new RangeError(`it has ${size} bytes, a result has at most ${MAX_BYTES}`)
    if (size > HEAD_BYTES) checkSchema(headOf(path, HEAD_BYTES, files), path)
    return readText(path, files)
  } catch (error) {
    throw foreign(path, error)
  }
}

/** The longest file of a result: its line and a line feed. */
const MAX_BYTES = MAX_TEXT + 1

/** How many bytes show the schema of a result. */
const HEAD_BYTES = 200

/** The error for a path that holds no result, where it is not one of the disk. */
function foreign(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    return new ResultError(`${path}: expected a result file, got no file: check that the path is right`)
  }
  const isForeign = error instanceof RangeError || code === 'EISDIR' || code === 'ENOTDIR'
  return isForeign ? new ResultError(`${path}: expected a result file: ${message}`) : error
}

function* csvOf(rows: readonly ResultRow[]): Generator<string> {
  for (const row of rows) yield `${row.join(',')}\n`
}

/**
 * The key in the name of a file, as a list of one. The list is empty for a hidden file (.DS_Store, a temporary file),
 * which is no result.
 */
function keyOf(name: string, folder: string): string[] {
  const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1]
  if (key) return [key]
  if (name.startsWith('.')) return []
  const path = join(folder, name)
  if (name.endsWith('.conflict.json')) throw conflict(path.replace('.conflict.json', '.json'), path)
  throw new ResultError(`${path}: expected only KEY.json files in this folder, got "${name}": move it away`)
}

/** The error for two different results of one run. */
export function conflict(first: string, second: string): DeterminismError {
  const next = 'Report them; delete both to compute the run again'
  return new DeterminismError(`determinism alarm: one run gave two results, ${first} and ${second}. ${next}`)
}

function cut(path: string, next: string): ResultError {
  return new ResultError(`${path}: expected a line feed at its end, got none: the file was cut or edited; ${next}`)
}
