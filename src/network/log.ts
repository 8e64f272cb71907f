// The log of a server as a file: a line that says so, then records, one after the other, each as its length (u32,
// little-endian), the checksum of its bytes (u32) and the bytes. A record that a crash has cut off is removed when the
// file is opened.

import * as fs from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expected } from '../config/errors.ts'
import type { Log } from '../federation/log.ts'
import { makeFolder, nodeFiles, writeAll } from '../results/disk.ts'
import { ascii } from '../run/digest.ts'
import { crc32 } from '../wire/frame.ts'

const TITLE = 'frd server log 1\n'
const HEAD = 8

/** The file operations that are used. A test passes operations that fail. */
export type LogFiles = Pick<
  typeof fs,
  'openSync' | 'readFileSync' | 'ftruncateSync' | 'fstatSync' | 'writeSync' | 'fsyncSync'
>

/** The log of a file, and a function that lets go of the file. */
export interface FileLog extends Log {
  /** closes the file; nothing can be appended after it */
  readonly close: () => void
}

/**
 * Opens the log of a server, and makes it if there is none.
 *
 * @example
 * const log = openLog('run.log')
 * for await (const event of serveOver(config, places, { timer, log })) console.log(event)
 * @throws RangeError for a file that is no log; Error that names the file if the disk fails, or if another program writes
 *   to it too
 */
export function openLog(path: string, files: LogFiles = fs): FileLog {
  const at = resolve(path)
  makeFolder(dirname(at), nodeFiles)
  const file = files.openSync(at, 'a+', 0o600)
  const bytes = new Uint8Array(files.readFileSync(file))
  checkTitle(bytes, at)
  const { records, length } = recordsOf(bytes, at)
  // What follows the last whole record was being written when the server was killed.
  if (length < bytes.length) files.ftruncateSync(file, length)
  let size = length
  let broken: Error | null = null
  const guarded = (verb: string, act: () => void) => {
    if (broken) throw broken
    try {
      act()
    } catch (error) {
      const next = 'The run goes on where the log ends once the cause is removed and the server is started again'
      broken = new Error(`cannot ${verb} the log ${at}: ${(error as Error).message}. ${next}`, { cause: error })
      throw broken
    }
  }
  const add = (more: Uint8Array) =>
    guarded('write', () => {
      const found = files.fstatSync(file).size
      if (found !== size) throw new Error('another program writes to it, such as a second server')
      writeAll(file, more, files)
      size += more.length
    })
  if (size === 0) add(ascii(TITLE))
  return {
    records,
    append: (record) => add(frameOf(record)),
    sync: () => guarded('sync', () => files.fsyncSync(file)),
    close: () => fs.closeSync(file),
  }
}

function frameOf(record: Uint8Array): Uint8Array {
  const framed = new Uint8Array(HEAD + record.length)
  const view = new DataView(framed.buffer)
  view.setUint32(0, record.length, true)
  view.setUint32(4, crc32(record), true)
  framed.set(record, HEAD)
  return framed
}

/** @throws RangeError for a file that is neither a log nor the torn beginning of one */
function checkTitle(bytes: Uint8Array, path: string): void {
  const title = ascii(TITLE)
  const isLog = bytes.subarray(0, title.length).every((byte, i) => byte === title[i])
  if (!isLog)
    throw new RangeError(expected('log', 'the log of a server', path, 'it is another file; give another name'))
}

/** The whole records of a log, and where the last of them ends. */
function recordsOf(bytes: Uint8Array, path: string): { readonly records: Uint8Array[]; readonly length: number } {
  if (bytes.length < TITLE.length) return { records: [], length: 0 }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: Uint8Array[] = []
  let at = TITLE.length
  while (at + HEAD <= bytes.length) {
    const end = at + HEAD + view.getUint32(at, true)
    if (end > bytes.length) break
    const record = bytes.subarray(at + HEAD, end)
    if (crc32(record) !== view.getUint32(at + 4, true)) {
      // Only the last record can be half written. A damaged one before it is not the work of a crash.
      if (end === bytes.length) break
      throw new RangeError(expected('log', 'records with their checksums', path, `byte ${at} is damaged`))
    }
    records.push(record)
    at = end
  }
  return { records, length: at }
}
