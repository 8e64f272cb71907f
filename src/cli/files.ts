// Files that a command writes under a name that the user gives. Nothing that is there is ever replaced: it is refused before
// anything is computed, and again when the file is written.

import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expected } from '../config/errors.ts'
import { checkFolder, createFile, makeFolder, nodeFiles } from '../results/disk.ts'
import { type Argv, readFlag } from './options.ts'

const ANOTHER = 'give another name, or remove it first'

/** The path of a flag that names a file to write; undefined if it was not given. @throws RangeError for one that is there */
export function readNewFile(argv: Argv, flag: string): string | undefined {
  const path = readFlag(argv, flag)
  if (path === undefined) return undefined
  if (path.trim() === '' || /[/\\]$/.test(path)) throw new RangeError(expected(flag, 'a file', path))
  if (existsSync(path)) throw new RangeError(expected(flag, 'a new file', path, ANOTHER))
  checkFolder(path, nodeFiles, flag)
  return path
}

/** The path of a flag that names a folder to fill. @throws RangeError for one that holds anything, or cannot be made */
export function readNewFolder(argv: Argv, flag: string): string | undefined {
  const dir = readFlag(argv, flag)
  if (dir === undefined) return undefined
  if (dir.trim() === '') throw new RangeError(expected(flag, 'a folder', dir))
  checkFolder(join(dir, 'file'), nodeFiles, flag)
  const [first] = statSync(dir, { throwIfNoEntry: false }) ? readdirSync(dir) : []
  if (first === undefined) return dir
  throw new RangeError(expected(flag, 'a new or an empty folder', dir, `it holds ${first}: ${ANOTHER}`))
}

/** Writes a file that is not there, with the folders above it. @throws Error if it is there by now */
export function writeNewFile(path: string, content: string | Uint8Array): void {
  makeFolder(dirname(path), nodeFiles)
  if (createFile(path, [content], nodeFiles)) return
  throw new Error(`${path} was made by another program in the meantime and was left as it is: ${ANOTHER}`)
}
