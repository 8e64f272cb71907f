// Bytes on disk. A file is replaced whole or not at all: temporary file in its folder, written to the last byte, fsync,
// rename, fsync of the folder. Errors say what could not be done and what still holds. Knows no result.

import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The file operations in use; a test hands over ones that fail. */
export type Files = Pick<
  typeof fs,
  | 'accessSync'
  | 'appendFileSync'
  | 'closeSync'
  | 'fsyncSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'readdirSync'
  | 'renameSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeSync'
>

export const nodeFiles: Files = fs

/** Bytes; V8 holds no longer string. */
const MOST_BYTES = 536_870_887

const TEMPORARY = /^\.frd-([0-9]+)-[0-9]+\.tmp$/

let temporaries = 0

/**
 * All or nothing: whoever reads the path, now or after a crash, finds the old bytes or the new ones. On return the new
 * ones are there for good. A failed fsync is not tried again.
 * @throws Error that names the file, the cause, and what still holds
 */
export function replaceFile(path: string, chunks: Iterable<string | Uint8Array>, files: Files): void {
  const folder = dirname(path)
  const temporary = join(folder, `.frd-${process.pid}-${++temporaries}.tmp`)
  let file: number | null = null
  try {
    file = files.openSync(temporary, 'wx', 0o644)
    for (const chunk of chunks) writeAll(file, typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk, files)
    files.fsyncSync(file)
    const done = file
    file = null
    files.closeSync(done)
    files.renameSync(temporary, path)
    syncFolder(folder, files)
  } catch (error) {
    attempt(() => file !== null && files.closeSync(file))
    attempt(() => files.unlinkSync(temporary))
    throw fault('write', path, error)
  }
}

/** Appends a line in one write. A crash may leave part of it. */
export function appendLine(path: string, line: string, files: Files): void {
  try {
    files.appendFileSync(path, `${line}\n`)
  } catch (error) {
    throw fault('append to', path, error)
  }
}

/**
 * The folder and all above it, their entries synced. One by one, since Node's own recursive form never ends on a file
 * system that makes no folders, such as /proc.
 */
export function makeFolder(folder: string, files: Files): void {
  const missing: string[] = []
  for (let path = folder; look(path, files) === 'nothing'; path = dirname(path)) missing.push(path)
  try {
    for (const path of missing.reverse()) {
      makeOne(path, files)
      syncFolder(dirname(path), files)
    }
  } catch (error) {
    throw fault('make', folder, error)
  }
}

/** A folder that another process made in the meantime is as good. */
function makeOne(path: string, files: Files): void {
  try {
    files.mkdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Null where there is no such file. @throws RangeError for one too long to hold, else the file system's error */
export function readText(path: string, files: Files): string | null {
  return readBytes(path, files)?.toString('utf8') ?? null
}

/** As readText. */
export function readBytes(path: string, files: Files): Buffer | null {
  try {
    const { size } = files.statSync(path)
    if (size > MOST_BYTES) throw new RangeError(`it has ${size} bytes, at most ${MOST_BYTES} can be read`)
    return files.readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** What tells one state of a file from another: its size and when it was written; null where there is no such file. */
export function stampOf(path: string, files: Files): string | null {
  const found = files.statSync(path, { throwIfNoEntry: false })
  return found ? `${found.size} ${found.mtimeMs}` : null
}

/** Names in a folder, none where there is no folder. */
export function listFolder(folder: string, files: Files): string[] {
  try {
    return files.readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/**
 * Looks whether DIR/name can be made and written, and touches nothing.
 * @param folder DIR/name, of which any part may be missing
 * @throws RangeError for a file on its way, a link to nowhere, or a folder one may not write in
 */
export function checkFolder(folder: string, files: Files): void {
  const refuse = (what: string, why: string) =>
    new RangeError(`"out" expected ${what}, got "${dirname(folder)}": ${why}. Give another folder`)
  let path = folder
  for (let kind = look(path, files); kind !== 'folder'; kind = look(path, files)) {
    if (kind !== 'nothing') throw refuse('a folder', `${path} is ${kind}`)
    path = dirname(path)
  }
  try {
    files.accessSync(path, fs.constants.W_OK | fs.constants.X_OK)
  } catch (error) {
    throw refuse('a folder to write in', (error as Error).message)
  }
}

function look(path: string, files: Files): string {
  try {
    return files.statSync(path).isDirectory() ? 'folder' : 'a file'
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR') return 'nothing'
    if (code !== 'ENOENT') return `out of reach (${message})`
  }
  try {
    files.lstatSync(path)
    return 'a link to nowhere'
  } catch {
    return 'nothing'
  }
}

/** What killed processes left half written. Ours left nothing: a write ends in the turn in which it starts. */
export function removeTemporaries(folder: string, files: Files): void {
  for (const name of listFolder(folder, files)) {
    const pid = TEMPORARY.exec(name)?.[1]
    if (pid && (Number(pid) === process.pid || !isAlive(Number(pid))))
      attempt(() => files.unlinkSync(join(folder, name)))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function writeAll(file: number, bytes: Uint8Array, files: Files): void {
  for (let at = 0; at < bytes.length; ) {
    const count = files.writeSync(file, bytes, at, bytes.length - at)
    if (count === 0) throw new Error(`the disk took 0 of ${bytes.length - at} bytes`)
    at += count
  }
}

function syncFolder(folder: string, files: Files): void {
  if (process.platform === 'win32') return // which opens no folder
  const file = files.openSync(folder, 'r')
  try {
    files.fsyncSync(file)
  } finally {
    files.closeSync(file)
  }
}

/** For clearing up, where an error would hide the first one. */
function attempt(action: () => unknown): void {
  try {
    action()
  } catch {
    return
  }
}

function fault(verb: string, path: string, cause: unknown): Error {
  const { message } = cause as Error
  const next = 'What was stored before is whole; mend this, then give the command again'
  return new Error(`cannot ${verb} ${basename(path)} in ${dirname(path)}: ${message}. ${next}`, { cause })
}
