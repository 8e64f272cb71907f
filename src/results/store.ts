// Results on disk, one file per run: DIR/runs/KEY.json. A write is all or nothing (disk.ts), and several processes and
// machines may write into one folder. results.jsonl and results.csv are a sorted merge of the files (reader.ts), so their
// bytes do not depend on workers, order, crashes or restarts.

import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { RunResult } from '../run/record.ts'
import { type Steps, toEnd } from '../run/steps.ts'
import { type Archive, decodeArchive, encodeArchive, MAX_ARCHIVE } from './archive.ts'
import {
  appendLine,
  checkFolder,
  createFile,
  type Files,
  makeFolder,
  nodeFiles,
  readBytes,
  removeLeftovers,
  replaceFile,
  stampOf,
} from './disk.ts'
import { linesOfFile } from './lines.ts'
import { conflict, cut, foreignFile, type LeftOut, openReader, type Reader, type StoredRun } from './reader.ts'
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
import { compareRuns, resultRows } from './rows.ts'

export { DeterminismError }

/** What a merge wrote. */
export interface Merged extends LeftOut {
  /** runs in results.jsonl */
  readonly runs: number
  /** of those, the failed ones, which are not in results.csv */
  readonly failed: number
}

/** A folder of results that can be written in. */
export interface Store extends Reader {
  /**
   * Stores a result and returns its key. When it returns, the result is on disk for good.
   * @throws DeterminismError if the run has another result already
   */
  readonly write: (result: RunResult) => string
  /**
   * Writes results.jsonl and results.csv from all stored runs, again and again while other writers store more, so that
   * the last one who merges leaves no run out.
   */
  readonly merge: () => Merged
  /** Replaces DIR/name by the chunks, each a text or bytes, whole or not at all. */
  readonly replace: (name: string, chunks: Iterable<string | Uint8Array>) => void
  /**
   * Appends a line to timing.jsonl: clock, host and versions. They are no part of a result and are never read back.
   */
  readonly time: (record: Readonly<Record<string, unknown>>) => void
}

/**
 * Opens the folder DIR for results. It need not exist, because the first write makes it.
 *
 * @example
 * const store = openStore('out')
 * store.write(runToEnd({ seed: 1 }))
 * @throws RangeError if results cannot be written: DIR is a file, lies under a file, or is read-only
 */
export function openStore(path: string, files: Files = nodeFiles): Store {
  const { fileOf, take, readableInSteps: _, foreign: __, ...reader } = openReader(path, files)
  const { dir } = reader
  const runs = join(dir, 'runs')
  checkFolder(runs, files)
  const cleaned = new Set<string>()

  /** Removes, once per folder, what killed writers left beside a file that was written. */
  const clean = (folder: string, fresh: string) => {
    if (!cleaned.has(folder)) removeLeftovers(fresh, files)
    cleaned.add(folder)
  }

  const write = (result: RunResult) => {
    const { text, sha256 } = lineOf(result)
    const key = resultKey(result.config)
    const path = fileOf(key)
    makeFolder(runs, files)
    if (!reader.has(key) && createFile(path, [`${text}\n`], files)) {
      take(result, key, sha256)
      clean(runs, path)
      return key
    }
    const stored = reader.read(key)
    if (stored === null) throw new Error(`${path} vanished while its run was stored: run the command again`)
    if (encodeResult({ ...stored, kernelHash: result.kernelHash }) === text) return key
    const other = join(runs, `${key}.conflict-${sha256.slice(0, 16)}.json`)
    createFile(other, [`${text}\n`], files)
    throw conflict(path, other)
  }

  const replace = (name: string, chunks: Iterable<string | Uint8Array>) => {
    makeFolder(dir, files)
    replaceFile(join(dir, name), chunks, files)
    clean(dir, join(dir, name))
  }

  const merge = (): Merged => {
    for (;;) {
      const before = reader.keys()
      const { runs: all, ...leftOut } = reader.readable()
      all.sort(compareRuns)
      const sound = all.filter(({ summary }) => !summary.failed)
      replace('results.jsonl', linesOf(all, reader.copy))
      replace('results.csv', resultRows(sound))
      // Another writer may have merged in the meantime, with runs that this merge did not see.
      if (reader.keys().join() === before.join())
        return { runs: all.length, failed: all.length - sound.length, ...leftOut }
    }
  }

  const time = (record: Readonly<Record<string, unknown>>) => {
    makeFolder(dir, files)
    appendLine(join(dir, 'timing.jsonl'), JSON.stringify(record), files)
  }

  return { ...reader, write, merge, replace, time }
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
  return toEnd(readResultsInSteps(path, files))
}

/** Reads as `readResults` does, and yields before each line. */
export function* readResultsInSteps(path: string, files: Files = nodeFiles): Steps<RunResult[]> {
  const results: RunResult[] = []
  const lines = linesOfFile(
    path,
    { most: MAX_TEXT, begin: (head, line) => checkSchema(head, `${path}:${line}`) },
    files,
  )
  const next = () => {
    try {
      return lines.next()
    } catch (error) {
      throw foreignFile(path, error)
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
    yield
    results.push(decodeResult(value, isAlone ? path : `${path}:${results.length + 1}`))
  }
}

/** The file of an archive: the text of archive.ts, gzipped. */
const ARCHIVE = 'runs.csv.gz'

/** Whether there is a DIR/runs.csv.gz. */
export const hasArchive = (dir: string, files: Files = nodeFiles): boolean =>
  stampOf(join(dir, ARCHIVE), files) !== null

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
