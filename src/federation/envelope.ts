// The envelope of what travels in turns: a header of 24 bytes, then the body. It says whose message it is and of which
// turn. All numbers are u32, little-endian:
//   magic "FRDT" | checksum of all that follows | kind and version | federation | member | turn | body
// What is no envelope of this federation and member is taken for another's, and ignored.

import { bytesOf } from '../config/checks.ts'
import { crc32 } from '../wire/frame.ts'

const MAGIC = 0x54445246 // "FRDT", little-endian
const VERSION = 1
/** Length of the header in bytes. */
export const ENVELOPE_BYTES = 24
const SUM_AT = 4
const COVERED_AT = 8

/**
 * The kinds in the order of their numbers. The server sends requests. A member sends an answer, or says that it is
 * still at work on a turn (`busy`), or which turn it answered last: because it lacks the turns after it (`behind`), because
 * it was asked one before that (`ahead`), or because it is new here (`here`).
 */
const TURN_KINDS = ['request', 'answer', 'busy', 'behind', 'ahead', 'here'] as const

/** Between whom messages travel. */
export interface Address {
  /** u32: the tag of the run */
  readonly federation: number
  /** u32: the lowest number of the agents that the member holds */
  readonly member: number
}

/** What an envelope holds beside the address. */
export interface Turn {
  /** what the message is */
  readonly kind: (typeof TURN_KINDS)[number]
  /** the turn, from 1; of `behind`, `ahead` and `here` from 0 */
  readonly turn: number
  /** what is asked or answered; empty for the other kinds */
  readonly body: Uint8Array
}

const NOTHING: Uint8Array = new Uint8Array(0)

/** Puts a message into its envelope. */
export function seal({ federation, member }: Address, kind: Turn['kind'], turn: number, body = NOTHING): Uint8Array {
  const message = new Uint8Array(ENVELOPE_BYTES + body.length)
  const view = new DataView(message.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(8, (VERSION << 8) | TURN_KINDS.indexOf(kind), true)
  view.setUint32(12, federation, true)
  view.setUint32(16, member, true)
  view.setUint32(20, turn, true)
  message.set(body, ENVELOPE_BYTES)
  view.setUint32(SUM_AT, crc32(message.subarray(COVERED_AT)), true)
  return message
}

/**
 * What the header of an envelope says: which member's it is, what it is, and of which turn. Null for what is no envelope
 * of this federation. The checksum is not compared, so that all that travels can be watched; who uses a body unseals it.
 */
export function headerOf(
  federation: number,
  given: unknown,
): (Omit<Turn, 'body'> & { readonly member: number }) | null {
  const message = bytesIn(given)
  if (!message) return null
  const view = new DataView(message.buffer, message.byteOffset, ENVELOPE_BYTES)
  const at = (place: number) => view.getUint32(place, true)
  const kind = TURN_KINDS[at(8) & 0xff]
  if (at(0) !== MAGIC || at(12) !== federation || at(8) >>> 8 !== VERSION || kind === undefined) return null
  return { kind, member: at(16), turn: at(20) }
}

/** The bytes of what may be an envelope; null for what is none, or too short. */
function bytesIn(given: unknown): Uint8Array | null {
  try {
    const bytes = bytesOf(given, 'message')
    return bytes.length < ENVELOPE_BYTES ? null : bytes
  } catch {
    return null
  }
}

/** Takes a message out of its envelope. The body is a copy. Null for what is no envelope with this address. */
export function unseal({ federation, member }: Address, given: unknown): Turn | null {
  const bytes = bytesIn(given)
  if (!bytes) return null
  const head = headerOf(federation, bytes)
  if (head?.member !== member) return null
  const message = new Uint8Array(bytes) // a copy, since a carrier may use its memory again
  if (new DataView(message.buffer).getUint32(SUM_AT, true) !== crc32(message.subarray(COVERED_AT))) return null
  return { kind: head.kind, turn: head.turn, body: message.subarray(ENVELOPE_BYTES) }
}
