// Bytes on disk. A file is replaced whole or not at all: a temporary file in its folder is written to the last byte and
// synced (fsync), then it is renamed, and the folder is synced. Errors say what failed and what is still intact. This
// file does not know what the bytes mean.

import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The file operations that are used. A test passes operations that fail. */
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
  | 'readSync'
  | 'readdirSync'
  | 'renameSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeSync'
>

export const nodeFiles: Files = fs

/** The longest file that is read, in bytes: V8 has no longer string. */
const MOST_BYTES = 536_870_887

const TEMPORARY = /^\.frd-([0-9]+)-[0-9]+\.tmp$/

let temporaries = 0

/**
 * Replaces a file whole or not at all: a reader of the path finds the old bytes or the new ones, now and after a crash.
 * When it returns, the new bytes are there for good. A failed fsync is not tried again.
 * @throws Error that names the file, the cause, and what is still intact
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

/** Appends a line in one write. A crash may leave a part of it. */
export function appendLine(path: string, line: string, files: Files): void {
  try {
    files.appendFileSync(path, `${line}\n`)
  } catch (error) {
    throw fault('append to', path, error)
  }
}

/**
 * Makes the folder and all missing folders above it, and syncs their entries. They are made one by one, because the
 * recursive form of Node never returns on a file system that makes no folders, such as /proc.
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

/** Makes one folder. If another process has made it in the meantime, that is no error. */
function makeOne(path: string, files: Files): void {
  try {
    files.mkdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/**
 * The text of a file, or null if there is no such file.
 * @throws RangeError for a file that is too long, else the error of the file system
 */
export function readText(path: string, files: Files): string | null {
  return readBytes(path, files)?.toString('utf8') ?? null
}

/** The bytes of a file, or null if there is no such file. @throws as readText */
export function readBytes(path: string, files: Files, most = MOST_BYTES): Buffer | null {
  try {
    const { size } = files.statSync(path)
    if (size > most) throw new RangeError(`it has ${size} bytes, at most ${most} can be read`)
    return files.readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * A text that changes when a file changes: its size and the time when it was written; null if there is no such file.
 */
export function stampOf(path: string, files: Files): string | null {
  const found = files.statSync(path, { throwIfNoEntry: false })
  return found ? `${found.size} ${found.mtimeMs}` : null
}

/** The names in a folder; an empty list if there is no folder. */
export function listFolder(folder: string, files: Files): string[] {
  try {
    return files.readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/**
 * Checks that DIR/name can be made and written in, and changes nothing.
 * @param folder DIR/name, of which any part may be missing
 * @throws RangeError if a file stands in the way, a link leads nowhere, or the folder is not writable
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

/**
 * Removes the temporary files that killed processes left. Those of this process may go too: it writes a file in one go,
 * so none is being written now.
 */
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
  if (process.platform === 'win32') return // Windows cannot open a folder
  const file = files.openSync(folder, 'r')
  try {
    files.fsyncSync(file)
  } finally {
    files.closeSync(file)
  }
}

/** Does a part of the clean-up after an error, and hides a second error so that the first one is reported. */
function attempt(action: () => unknown): void {
  try {
    action()
  } catch {
    return
  }
}

function fault(verb: string, path: string, cause: unknown): Error {
  const { message } = cause as Error
  const next = 'What was stored before is whole; remove the cause, then give the command again'
  return new Error(`cannot ${verb} ${basename(path)} in ${dirname(path)}: ${message}. ${next}`, { cause })
}
