// Files that a command writes under a name that the user gives, and the model files that it reads. Nothing that is there is
// ever replaced: it is refused before anything is computed, and again when the file is written.

import { lstatSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expected } from '../config/errors.ts'
import { decodeModel } from '../models/file.ts'
import type { Model } from '../models/model.ts'
import { checkFolder, createFile, makeFolder, nodeFiles, readBytes } from '../results/disk.ts'
import { type Argv, readFlag } from './options.ts'

const ANOTHER = 'give another name, or remove it first'

/** The path of a flag that names a file to write; undefined if it was not given. @throws RangeError for one that is there */
export function readNewFile(argv: Argv, flag: string): string | undefined {
  const path = readFlag(argv, flag)
  if (path === undefined) return undefined
  if (path.trim() === '' || /[/\\]$/.test(path)) throw new RangeError(expected(flag, 'a file', path))
  if (lstatSync(path, { throwIfNoEntry: false })) throw new RangeError(expected(flag, 'a new file', path, ANOTHER))
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

/** The model of a file. @throws RangeError that names the file */
export function readModel(path: string): Model {
  const refuse = (why: string) => new RangeError(`${path}: ${why}`)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    const model = readdirSync(path).find((name) => name.endsWith('.safetensors'))
    throw refuse(
      `expected a model file, got a folder${model ? `: give one of its files, such as ${join(path, model)}` : ''}`,
    )
  }
  let bytes: Uint8Array | null
  try {
    bytes = readBytes(path, nodeFiles)
  } catch (error) {
    throw refuse((error as Error).message)
  }
  if (bytes === null) throw refuse('expected a model file, got no file: frd run --save DIR writes one for each agent')
  try {
    return decodeModel(bytes)
  } catch (error) {
    throw refuse((error as Error).message)
  }
}
