// A codec: how the body of a payload becomes the bytes of a frame, and back. It is made of steps, each a file of this folder:
// which entries travel, whether as a difference, and how integers and numbers are written. What is read back is a body of
// float32, as payload.ts defines it, so that methods know nothing of codecs.

import { bytesOf, functionOf, integerIn, nullOr, record } from '../../config/checks.ts'
import { expected } from '../../config/errors.ts'
import { checkBody, type EntryParts, entryParts, PayloadError, type PayloadKind, type Space } from '../payload.ts'
import { addToBase, type Base, DIGEST_BYTES, differenceColumns, differenceFrom, isWholeBehind } from './difference.ts'
import { blankEntries, type Entries, entriesOf } from './entries.ts'
import type { NumberFormat, Words } from './format.ts'
import type { IntegerFormat } from './integers.ts'
import { mostVisited, type VisitCounts } from './topK.ts'

/** What both ends of a payload know of it. */
export interface Ends {
  /** what travels */
  readonly kind: PayloadKind
  /** the sizes that bodies are read with */
  readonly space: Space
  /** the last download, from which a difference is taken; null where there is none */
  readonly base: Base | null
}

/** What a sender knows beside. */
export interface Sending extends Ends {
  /** the stream that stochastic rounding draws from */
  readonly words: Words
  /** how often the sender visited its clusters; null for the server, which sends all of them */
  readonly visits: (() => VisitCounts) | null
}

/** What a frame carries. */
export interface Coded {
  /** entries that travel */
  readonly count: number
  /** their bytes */
  readonly bytes: Uint8Array
}

/** A way to encode payloads. */
export interface Codec {
  /** its text, as `--codec` takes it */
  readonly name: string
  /** whether it takes differences, so that both sides have to keep the last download */
  readonly needsBase: boolean
  /** @throws RangeError for a kind of payload that it does not encode */
  readonly check: (kind: PayloadKind) => void
  /** @throws PayloadError for a body that no receiver takes; RangeError for a number that the format does not have */
  readonly encode: (body: Uint8Array, sending: Sending) => Coded
  /**
   * the body of float32 behind so many encoded entries
   * @throws PayloadError for bytes that `encode` does not write; little is made room for before they are refused
   */
  readonly decode: (bytes: Uint8Array, count: number, ends: Ends) => Uint8Array
  /** the exact number of bytes of a body of which all entries travel */
  readonly size: (body: Uint8Array, ends: Ends) => number
  /** how far a weight or a component of a state may be from what was sent, where none in its block is greater than `most` */
  readonly numberError: (most: number) => number
  /** how far a probability may be from what was sent, where those of its policy sum to 1 */
  readonly policyError: (actions: number) => number
}

const countOf = integerIn(0, 4294967295)
const baseOf = nullOr((value, name) => bytesOf(record(value, name).body, `${name}.body`))

/** What both ends know, as they are given from outside. @throws TypeError for what is none of it */
function checkEnds<T extends Ends>(ends: T): T {
  baseOf(record(ends, 'ends').base, 'ends.base')
  record(ends.space, 'ends.space')
  return ends
}

/** What a sender knows. @throws as checkEnds */
function checkSending(sending: Sending): Sending {
  functionOf(checkEnds(sending).words, 'ends.words')
  nullOr(functionOf)(sending.visits, 'ends.visits')
  return sending
}

/** What a codec is made of. */
export interface CodecParts {
  /** how many clusters of an agent travel; null for all */
  readonly most: number | null
  /** whether numbers travel as a difference */
  readonly isDifference: boolean
  /** how integers are written */
  readonly integers: IntegerFormat
  /** how numbers and policies are written */
  readonly numbers: NumberFormat
}

/** The codec of these steps. @param refuse says why a kind of payload is not encoded; empty for one that is */
export function codecOf(name: string, parts: CodecParts, refuse: (kind: PayloadKind) => string): Codec {
  const { most, isDifference, integers, numbers } = parts
  const head = isDifference ? DIGEST_BYTES : 0

  /** Bytes of the numbers and policies of so many entries. */
  const floatBytes = (parts: EntryParts, count: number, isWhole: boolean) => {
    if (!isWhole) return numbers.numberBytes(count, parts.numbers || parts.probabilities - 1)
    const policies = parts.probabilities ? numbers.policyBytes(count, parts.probabilities) : 0
    return numbers.numberBytes(count, parts.numbers) + policies
  }
  /** The difference that travels, if one does. */
  const differenceOf = (entries: Entries, base: Base | null) =>
    isDifference && base ? differenceFrom(entries, entriesOf(entries.kind, entries.space, base.body)) : null
  const sizeOf = (entries: Entries, isWhole: boolean) => {
    const parts = entryParts(entries.kind, entries.space)
    return head + integers.bytesOf(entries) + floatBytes(parts, entries.count, isWhole)
  }

  return {
    name,
    needsBase: isDifference,
    check: (kind) => {
      const why = refuse(kind)
      if (why) throw new RangeError(expected('codec', `a codec for the payload ${kind}`, name, why))
    },
    encode: (body, sending) => {
      const { kind, space, base, words, visits } = checkSending(sending)
      checkBody(kind, body, space)
      const all = entriesOf(kind, space, body)
      const entries = most !== null && visits ? mostVisited(all, most, visits()) : all
      const difference = differenceOf(entries, base)
      const bytes = new Uint8Array(sizeOf(entries, difference === null))
      const at = integers.write(entries, bytes, head)
      if (difference) {
        bytes.set(base!.digest)
        numbers.writeNumbers(difference, bytes, at, words)
      } else {
        numbers.writeNumbers(entries.numbers, bytes, at, words)
        const { columns, rows } = entries.numbers
        if (entries.policies.columns) {
          numbers.writePolicies(entries.policies, bytes, at + numbers.numberBytes(rows, columns), words)
        }
      }
      return { count: entries.count, bytes }
    },
    decode: (given, entries, ends) => {
      const bytes = bytesOf(given, 'bytes')
      const count = countOf(entries, 'count')
      const { kind, space, base } = checkEnds(ends)
      const parts = entryParts(kind, space)
      if (parts.probabilities === 1) throw new RangeError(expected('space.actions', 'at least 2', 1))
      if (bytes.length < head) throw new PayloadError('length', `at least ${head} bytes`, bytes.length)
      const isWhole = !isDifference || isWholeBehind(bytes, base)
      // What is made room for is bounded by the bytes that are there, whatever the header says.
      const least = head + count * integers.leastBytes(parts.integers) + floatBytes(parts, count, isWhole)
      if (bytes.length < least)
        throw new PayloadError('length', `at least ${least} bytes for ${count} entries`, bytes.length)
      const into = blankEntries(kind, space, count)
      const at = integers.read(bytes, head, into)
      const end = at + floatBytes(parts, count, isWhole)
      if (end !== bytes.length) throw new PayloadError('length', `${end} bytes for ${count} entries`, bytes.length)
      if (isWhole) {
        numbers.readNumbers(bytes, at, into.numbers)
        if (parts.probabilities) {
          numbers.readPolicies(bytes, at + numbers.numberBytes(count, parts.numbers), into.policies)
        }
      } else {
        const difference = differenceColumns(into)
        numbers.readNumbers(bytes, at, difference)
        addToBase(into, entriesOf(kind, space, base!.body), difference)
      }
      return into.body
    },
    size: (body, ends) => {
      const { kind, space, base } = checkEnds(ends)
      const entries = entriesOf(kind, space, body)
      return sizeOf(entries, differenceOf(entries, base) === null)
    },
    numberError: numbers.numberError,
    policyError: numbers.policyError,
  }
}
