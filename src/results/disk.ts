// Bytes on disk. A file is made or replaced whole or not at all: a temporary file in its folder is written to the last
// byte and synced (fsync), then it gets its name, and the folder is synced. Other processes and other machines may write
// into the same folder: a temporary file has a name drawn at random, and only its maker touches it while it is young.
// Errors say what failed and what is still intact. This file does not know what the bytes mean.

import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { checkFile } from './found.ts'

/** The file operations that are used. A test passes operations that fail. */
export type Files = Pick<
  typeof fs,
  | 'accessSync'
  | 'appendFileSync'
  | 'closeSync'
  | 'fsyncSync'
  | 'linkSync'
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

const TEMPORARY = /^\.frd-[0-9a-f-]+\.tmp$/

/** Milliseconds after which a temporary file is a leftover, because no write takes a day. */
const LEFTOVER = 86_400_000

/** Errors of a file system that has no hard links. */
const NO_LINKS: readonly unknown[] = ['EPERM', 'EACCES', 'EINVAL', 'EMLINK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']

/** Writes a file of the folder under a name of its own, and syncs it. If that fails, the file is removed. @returns its path */
function writeTemporary(folder: string, chunks: Iterable<string | Uint8Array>, files: Files): string {
  const path = join(folder, `.frd-${randomBytes(12).toString('hex')}.tmp`)
  const file = files.openSync(path, 'wx', 0o644)
  let isOpen = true
  try {
    for (const chunk of chunks) writeAll(file, typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk, files)
    files.fsyncSync(file)
    isOpen = false
    files.closeSync(file)
  } catch (error) {
    attempt(() => isOpen && files.closeSync(file))
    attempt(() => files.unlinkSync(path))
    throw error
  }
  return path
}

/**
 * Replaces a file whole or not at all: a reader of the path finds the old bytes or the new ones, now and after a crash.
 * When it returns, the new bytes are there for good. A failed fsync is not tried again.
 * @throws Error that names the file, the cause, and what is still intact
 */
export function replaceFile(path: string, chunks: Iterable<string | Uint8Array>, files: Files): void {
  const folder = dirname(path)
  try {
    const temporary = writeTemporary(folder, chunks, files)
    try {
      files.renameSync(temporary, path)
    } catch (error) {
      attempt(() => files.unlinkSync(temporary))
      throw error
    }
    syncFolder(folder, files)
  } catch (error) {
    throw fault('write', path, error)
  }
}

/**
 * Makes a file whole or not at all, as `replaceFile`, but leaves a file that is there as it is, even one that another
 * writer makes at the same time.
 * @returns whether it was made; false where there is one
 * @throws as replaceFile
 */
export function createFile(path: string, chunks: Iterable<string | Uint8Array>, files: Files): boolean {
  const folder = dirname(path)
  try {
    const temporary = writeTemporary(folder, chunks, files)
    try {
      if (!nameOnce(temporary, path, files)) return false
    } finally {
      attempt(() => files.unlinkSync(temporary))
    }
    syncFolder(folder, files)
    return true
  } catch (error) {
    throw fault('write', path, error)
  }
}

/** Gives a file a further name, unless there is a file of that name. Where the file system has no links, the file is renamed. */
function nameOnce(temporary: string, path: string, files: Files): boolean {
  try {
    files.linkSync(temporary, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (!NO_LINKS.includes(code)) throw error
  }
  if (look(path, files) !== 'nothing') return false
  files.renameSync(temporary, path)
  return true
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
    const { size } = checkFile(files.statSync(path))
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
 * @param flag how a message calls DIR
 * @throws RangeError if a file stands in the way, a link leads nowhere, or the folder is not writable
 */
export function checkFolder(folder: string, files: Files, flag = 'out'): void {
  const refuse = (what: string, why: string) =>
    new RangeError(`"${flag}" expected ${what}, got "${dirname(folder)}": ${why}. Give another folder`)
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
 * Removes temporary files that are a day older than `fresh`, a file of the folder that was just written. Killed writers
 * left them. A younger one may be another machine's that is being written now; the clock is that of the file system. It is
 * no error if this fails.
 */
export function removeLeftovers(fresh: string, files: Files): void {
  attempt(() => {
    const folder = dirname(fresh)
    const latest = files.statSync(fresh).mtimeMs - LEFTOVER
    for (const path of listFolder(folder, files)
      .filter((name) => TEMPORARY.test(name))
      .map((name) => join(folder, name))) {
      attempt(() => files.statSync(path).mtimeMs < latest && files.unlinkSync(path))
    }
  })
}

/** Writes all bytes to an open file: one write may take only a part of them. */
export function writeAll(file: number, bytes: Uint8Array, files: Pick<Files, 'writeSync'>): void {
  for (let at = 0; at < bytes.length; ) {
    const count = files.writeSync(file, bytes, at, bytes.length - at)
    if (count === 0) throw new Error(`the disk took 0 of ${bytes.length - at} bytes`)
    at += count
  }
}

/** What a file system answers that has no fsync of a folder, such as some network mounts and shares of virtual machines. */
const CANNOT_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF', 'EISDIR', 'ENOTTY'])

let isUnsyncedTold = false

/**
 * Syncs the entries of a folder. Where the file system cannot do so, the files themselves are synced all the same, and a
 * warning of the process says once that a crash of the machine may lose the last of them. Any other error, such as EIO, is
 * thrown.
 */
function syncFolder(folder: string, files: Files): void {
  if (process.platform === 'win32') return // Windows cannot open a folder
  try {
    const file = files.openSync(folder, 'r')
    try {
      files.fsyncSync(file)
    } finally {
      files.closeSync(file)
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!CANNOT_SYNC.has(code)) throw error
    if (isUnsyncedTold) return
    isUnsyncedTold = true
    process.emitWarning(
      `the folder ${folder} cannot be synced (${code}): results are stored in it, but a crash of the machine may lose the last ones`,
      'FolderSyncWarning',
    )
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
