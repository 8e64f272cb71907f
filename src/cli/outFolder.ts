// Whether a folder takes files, asked before hours of computing. What a file system says of its rights is not enough: /proc
// grants them and makes no folder. So a folder of another name is made where the first new one would stand, and removed.

import { mkdtempSync, rmdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expected } from '../config/errors.ts'
import { isFolder } from './stored.ts'

/**
 * Checks a folder for results, which need not exist. A path that leads through a file is left to the store, which names it.
 * @throws RangeError for a folder in which nothing can be made
 */
export function checkOut(out: string): void {
  let path = resolve(out)
  while (!isThere(path)) {
    if (dirname(path) === path) return
    path = dirname(path)
  }
  try {
    rmdirSync(mkdtempSync(join(path, '.frd-')))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR') return
    throw new RangeError(expected('out', 'a folder that can be written in', out, `${message}. Give another folder`))
  }
}

/** Whether there is such a folder; a name that is too long, or a path through a file, is none. */
function isThere(path: string): boolean {
  try {
    return isFolder(path)
  } catch {
    return false
  }
}
