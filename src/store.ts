// Results on disk, one file a run: DIR/runs/KEY.json. A write is all or nothing (disk.ts), a read trusts nothing
// (result.ts: checksum, schema, key). results.jsonl and results.csv are a sorted merge of those files, so their bytes do
// not depend on workers, order, crashes or restarts. Does not compute.

import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type Archive, decodeLines, encodeLines } from './archive.ts'
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
} from './disk.ts'
import {
  compareRows,
  DeterminismError,
  decodeResult,
  encodeResult,
  ResultError,
  resultColumns,
  resultKey,
  toRow,
} from './result.ts'
import type { RunResult } from './run.ts'

export { DeterminismError }

export interface Merged {
  readonly runs: number
  /** runs that a non-finite policy or value stopped: in results.jsonl, not in results.csv */
  readonly failed: number
}

export interface Store {
  /** absolute path */
  readonly dir: string
  /** Keys of all stored runs, ascending. @throws ResultError for a foreign file, DeterminismError for a conflict */
  readonly keys: () => string[]
  /** The verified result, or null where there is none. @throws ResultError where it is cut, edited or another run's */
  readonly read: (key: string) => RunResult | null
  /** Returns the key, the result being on disk for good. @throws DeterminismError where the run has another result */
  readonly write: (result: RunResult) => string
  /** Writes results.jsonl and results.csv. */
  readonly merge: () => Merged
  /** Replaces DIR/name by the text of the chunks, all or nothing. */
  readonly replace: (name: string, chunks: Iterable<string>) => void
  /** Appends a line to timing.jsonl: clock, host, versions; what is no part of a result and is never read back. */
  readonly time: (record: Readonly<Record<string, unknown>>) => void
}

/**
 * Opens DIR, which need not exist: the first write makes it. Removes what killed processes left half written.
 * @throws RangeError where results cannot be written: DIR is a file, lies under one, or is read-only
 */
export function openStore(path: string, files: Files = nodeFiles): Store {
  const dir = resolve(path)
  const runs = join(dir, 'runs')
  const fileOf = (key: string) => join(runs, `${key}.json`)
  checkFolder(runs, files)
  for (const folder of [dir, runs]) removeTemporaries(folder, files)

  const keys = () =>
    listFolder(runs, files)
      .flatMap((name) => keyOf(name, runs))
      .sort()

  const read = (key: string) => {
    const text = readResultText(fileOf(key), files)
    return text === null ? null : decodeFile(text, fileOf(key), key)
  }

  const write = (result: RunResult) => {
    const key = resultKey(result.config)
    const line = encodeResult(result)
    const stored = read(key)
    if (stored === null) {
      makeFolder(runs, files)
      replaceFile(fileOf(key), [`${line}\n`], files)
    } else if (encodeResult({ ...stored, kernelHash: result.kernelHash }) !== line) {
      const other = join(runs, `${key}.conflict.json`)
      replaceFile(other, [`${line}\n`], files)
      throw conflict(fileOf(key), other)
    }
    return key
  }

  const merge = () => {
    const rows = keys().map((key) => {
      const result = read(key)
      if (result === null) throw vanished(fileOf(key))
      return { path: fileOf(key), row: toRow(result), failed: result.failure !== null }
    })
    rows.sort((a, b) => compareRows(a.row, b.row))
    const table = rows.filter(({ failed }) => !failed).map(({ row }) => row)
    makeFolder(dir, files)
    replaceFile(join(dir, 'results.jsonl'), linesOf(rows, files), files)
    replaceFile(join(dir, 'results.csv'), csvOf([resultColumns, ...table]), files)
    return { runs: rows.length, failed: rows.length - table.length }
  }

  const replace = (name: string, chunks: Iterable<string>) => {
    makeFolder(dir, files)
    replaceFile(join(dir, name), chunks, files)
  }

  const time = (record: Readonly<Record<string, unknown>>) => {
    makeFolder(dir, files)
    appendLine(join(dir, 'timing.jsonl'), JSON.stringify(record), files)
  }

  return { dir, keys, read, write, merge, replace, time }
}

/**
 * The results of a file that anyone may have written: a run's .json, or a .jsonl of many; each line is verified.
 * @throws ResultError for a path that cannot be read, an empty file, or a line that is no result
 */
export function readResults(path: string, files: Files = nodeFiles): RunResult[] {
  const text = readResultText(path, files)
  if (text === null) throw new ResultError(`${path}: expected a result file, got no file: look at the path`)
  const lines = text.split('\n')
  if (lines.pop() !== '' || !lines.length) throw cut(path, 'look for another copy')
  return lines.map((line, i) => decodeResult(line, lines.length > 1 ? `${path}:${i + 1}` : path))
}

/** The file of an archive: archive.ts, gzipped. */
const ARCHIVE = 'runs.csv.gz'

/** Bytes; far above any archive, far below what a hostile one could unfold to. */
const MOST_ARCHIVE = 1 << 28

/** Replaces DIR/runs.csv.gz. @returns its bytes */
export function writeArchive(dir: string, archive: Archive, files: Files = nodeFiles): number {
  const bytes = gzipSync(encodeLines(archive), { level: 9 })
  makeFolder(dir, files)
  replaceFile(join(dir, ARCHIVE), [bytes], files)
  return bytes.length
}

/** The runs of DIR/runs.csv.gz; null where there is none. @throws ResultError where it is cut, edited or no archive */
export function readArchive(dir: string, files: Files = nodeFiles): Archive | null {
  const path = join(dir, ARCHIVE)
  const bytes = readBytes(path, files)
  if (bytes === null) return null
  let text: string
  try {
    text = gunzipSync(bytes, { maxOutputLength: MOST_ARCHIVE }).toString('utf8')
  } catch (error) {
    throw new ResultError(`${path}: expected a gzipped archive: ${(error as Error).message}; take another copy`)
  }
  return decodeLines(text, path)
}

function decodeFile(text: string, path: string, key: string): RunResult {
  if (!text.endsWith('\n')) throw cut(path, 'delete it, and the run will be computed again')
  const result = decodeResult(text.slice(0, -1), path)
  const got = resultKey(result.config)
  if (got === key) return result
  throw new ResultError(
    `${path}: expected the run ${key}, got the run ${got}: delete it, and the run will be computed again`,
  )
}

/** Null where there is no such file; what can be no result is told as that, not as a fault of the disk. */
function readResultText(path: string, files: Files): string | null {
  try {
    return readText(path, files)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const foreign = error instanceof RangeError || code === 'EISDIR' || code === 'ENOTDIR'
    throw foreign ? new ResultError(`${path}: expected a result file: ${message}`) : error
  }
}

function* linesOf(rows: readonly { path: string }[], files: Files): Generator<string> {
  for (const { path } of rows) {
    const text = readText(path, files)
    if (text === null) throw vanished(path)
    yield text
  }
}

function* csvOf(rows: readonly (readonly (string | number)[])[]): Generator<string> {
  for (const row of rows) yield `${row.join(',')}\n`
}

/** Hidden files (.DS_Store, a temporary one) are nobody's result. */
function keyOf(name: string, folder: string): string[] {
  const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1]
  if (key) return [key]
  if (name.startsWith('.')) return []
  const path = join(folder, name)
  if (name.endsWith('.conflict.json')) throw conflict(path.replace('.conflict.json', '.json'), path)
  throw new ResultError(`${path}: expected only KEY.json files in this folder, got "${name}": move it away`)
}

/** Two different results under one key. */
export function conflict(first: string, second: string): DeterminismError {
  const next = 'Report them; delete both to compute the run again'
  return new DeterminismError(`determinism alarm: one run gave two results, ${first} and ${second}. ${next}`)
}

function cut(path: string, next: string): ResultError {
  return new ResultError(`${path}: expected a line feed at its end, got none: the file was cut or edited; ${next}`)
}

function vanished(path: string): Error {
  return new Error(`${path} vanished while results.csv was made: run the command again`)
}
