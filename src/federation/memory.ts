// What a member remembers of a run: the state of its agents, and the turn that it answered last, with the answer. A device
// that starts anew goes on from there; it cannot play again what it has played, as a simulation can. The bytes are the
// title "FRDM", the address, a checksum of all that follows it, and then the state.

import { havingFunctions } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { crc32 } from '../wire/frame.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { Address } from './envelope.ts'
import type { Group } from './group.ts'

const TITLE = 0x4d445246 // "FRDM", little-endian
const VERSION = 1

/** Keeps what a member remembers: one list of bytes, the last one. Node's is a file: `openMemory` of `frd/node`. */
export interface Memory {
  /** what was kept last; null if there is nothing */
  readonly load: () => Uint8Array | null
  /** keeps these bytes in place of the last ones, and returns once they cannot be lost */
  readonly save: (bytes: Uint8Array) => void
}

/** @throws TypeError for what keeps nothing */
export const memoryOf = havingFunctions<Memory>('load', 'save')

/** A turn that was answered. */
export interface Answered {
  /** its number; 0 before the first */
  readonly done: number
  /** the mark of the request */
  readonly taken: string
  /** the answer */
  readonly answer: Uint8Array
}

/** What a member remembers, as bytes. */
export function sealMemory({ federation, member }: Address, answered: Answered, group: Group): Uint8Array {
  const state = new ByteWriter()
  state.u32(answered.done)
  state.text(answered.taken)
  state.block(answered.answer)
  group.save(state)
  const body = state.end()
  const writer = new ByteWriter()
  for (const number of [TITLE, VERSION, federation, member, crc32(body)]) writer.u32(number)
  writer.block(body)
  return writer.end()
}

/**
 * Puts what a member remembers into its group.
 * @throws RangeError for bytes that are damaged, or of another run or agent
 */
export function unsealMemory({ federation, member }: Address, bytes: Uint8Array, group: Group): Answered {
  const refuse = (what: string, got: unknown, why: string): never => {
    throw new RangeError(expected('memory', what, got, why))
  }
  const reader = new ByteReader(bytes, 'memory')
  const [title, version, run, agent, sum] = Array.from({ length: 5 }, () => reader.u32())
  if (title !== TITLE) refuse('what a member keeps', `0x${title.toString(16)}`, 'give another file')
  if (version !== VERSION) refuse(`version ${VERSION}`, version, 'both need one version of frd')
  if (run !== federation) refuse('that of this run', 'that of another', 'give another file, or remove it')
  if (agent !== member) refuse(`that of agent ${member}`, `that of agent ${agent}`, 'give another file')
  const body = reader.block()
  reader.end()
  if (crc32(body) !== sum) refuse('its checksum', 'another', 'it is damaged')
  const state = new ByteReader(body, 'memory')
  const done = state.u32()
  const taken = state.text()
  const answer = state.block().slice()
  group.load(state)
  state.end()
  return { done, taken, answer }
}
