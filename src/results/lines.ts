// The lines of a file that anyone may have written, one at a time, so that a long file of many results needs the memory of
// one line. This file does not know what a line means.

import type { Files } from './disk.ts'

/** How many bytes are read at once. */
const CHUNK = 1 << 20

/** How many bytes of a line are there when it is looked at for the first time. */
const HEAD_BYTES = 1 << 16

/** What to do with the lines of a file. */
export interface LineReader {
  /** the longest line, in bytes */
  readonly most: number
  /** is given the beginning of a long line before the rest is read; it throws where the line is none of ours */
  readonly begin: (head: string, number: number) => void
}

/** The first bytes of a file, at most `count`, as text. */
export function beginningOf(path: string, count: number, files: Files): string {
  const file = files.openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(count)
    return bytes.toString('utf8', 0, files.readSync(file, bytes, 0, count, null))
  } finally {
    files.closeSync(file)
  }
}

/**
 * The lines of a file, each without its line feed, and at last whether the last one had one.
 * @throws RangeError for a line that is too long, what `begin` throws, and the errors of the file system
 */
export function* linesOfFile(path: string, { most, begin }: LineReader, files: Files): Generator<string, boolean> {
  const file = files.openSync(path, 'r')
  try {
    let parts: Buffer[] = []
    let length = 0
    let number = 1
    const take = () => {
      const text = Buffer.concat(parts).toString('utf8')
      parts = []
      length = 0
      number++
      return text
    }
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK)
      const count = files.readSync(file, chunk, 0, CHUNK, null)
      if (count === 0) return parts.length === 0
      let from = 0
      for (let at = chunk.indexOf(10); at >= 0 && at < count; at = chunk.indexOf(10, from)) {
        parts.push(chunk.subarray(from, at))
        from = at + 1
        yield take()
      }
      if (from === count) continue
      const isNew = length < HEAD_BYTES
      parts.push(chunk.subarray(from, count))
      length += count - from
      if (length > most) throw new RangeError(`line ${number} has more than ${most} bytes`)
      if (isNew && length >= HEAD_BYTES) begin(Buffer.concat(parts).toString('utf8', 0, 200), number)
    }
  } finally {
    files.closeSync(file)
  }
}
