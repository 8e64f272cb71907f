// Lines that are longer than a message: the sender asks to take one part after the other, and the receiver says each time
// how many bytes it has, so that a part that was lost, or a receiver that was started anew, costs only what it lacks.

import { expected } from '../config/errors.ts'
import { MAX_TEXT } from '../results/result.ts'

/** One part of the line of a run. */
export interface LinePart {
  /** whose line it is */
  readonly key: string
  /** bytes of the whole line */
  readonly total: number
  /** where the part begins, in bytes */
  readonly at: number
  readonly bytes: Uint8Array
}

/** The longest part, however long a message may be, so that no reply takes longer than a worker waits for it. */
const LONGEST = 1 << 20

/** The part that begins at `at`. @param most bytes that a message has for it */
export function partAt(key: string, line: Uint8Array, at: number, most: number): LinePart {
  return { key, total: line.length, at, bytes: line.subarray(at, at + Math.min(most, LONGEST)) }
}

/** Collects the line of one sender. A line of another key or length takes the place of what was collected. */
export interface PartCollector {
  /** takes a part. @returns how many bytes of its line are there @throws RangeError for a part of too long a line */
  readonly take: (part: LinePart) => number
  /** how many bytes of a line are there */
  readonly received: (key: string, total: number) => number
  /** the whole line, which is then no longer kept; null where a part is missing */
  readonly whole: (key: string, total: number) => Uint8Array | null
}

/** Collects lines in parts. */
export function collectParts(): PartCollector {
  let line = { key: '', total: 0 }
  let parts: Uint8Array[] = []
  let length = 0
  const received = (key: string, total: number) => (line.key === key && line.total === total ? length : 0)
  return {
    received,
    take: ({ key, total, at, bytes }) => {
      if (total > MAX_TEXT) throw new RangeError(expected('total', `at most ${MAX_TEXT} bytes`, total))
      if (line.key !== key || line.total !== total) {
        line = { key, total }
        parts = []
        length = 0
      }
      if (at === length && at + bytes.length <= total) {
        parts.push(new Uint8Array(bytes)) // a copy, since the memory of a message may be used again
        length += bytes.length
      }
      return length
    },
    whole: (key, total) => {
      if (received(key, total) !== total) return null
      const whole = new Uint8Array(total)
      let at = 0
      for (const part of parts) {
        whole.set(part, at)
        at += part.length
      }
      line = { key: '', total: 0 }
      parts = []
      length = 0
      return whole
    },
  }
}
