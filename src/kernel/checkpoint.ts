// A checkpoint's bytes: a 76-byte little-endian header {magic "FRDA", version u32, body length u32, SHA-256 of the
// layout, SHA-256 of all other bytes}, then the body, which is an agent's block. The layout is the head of the block as
// it is when configured and empty (sizes, settings, offsets), the name of the environment and its parameters. So a cut, damaged or
// foreign checkpoint is refused whole. The hashes give no protection against forgery.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesOf } from '../config/checks.ts'
import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'

const MAGIC = 0x41445246 // "FRDA"
const VERSION = 2
const HASH_BYTES = 32
const LAYOUT_AT = 12
const SUM_AT = LAYOUT_AT + HASH_BYTES
const HEADER_BYTES = SUM_AT + HASH_BYTES

/**
 * Offset in a block of the one absolute address in it, u32: that of the scratch of its instance (assembly/layout.ts).
 */
const SCRATCH_AT = 8

const isSame = (a: Uint8Array, b: Uint8Array) => a.every((byte, i) => byte === b[i])

/** SHA-256 of all bytes except those that hold it. */
function checksum(bytes: Uint8Array): Uint8Array {
  return sha256.create().update(bytes.subarray(0, SUM_AT)).update(bytes.subarray(HEADER_BYTES)).digest()
}

/**
 * The bytes that agents must have in common to share a checkpoint: the head of a block that is configured and empty, the
 * name of the environment and its parameters.
 */
export function layoutOf(head: Uint8Array, env: Pick<Environment, 'name' | 'parameters'>): Uint8Array {
  const text = `${env.name}\0${JSON.stringify(env.parameters)}`
  const layout = new Uint8Array(head.length + text.length)
  layout.set(head)
  layout.fill(0, SCRATCH_AT, SCRATCH_AT + 4)
  for (let i = 0; i < text.length; i++) layout[head.length + i] = text.charCodeAt(i)
  return layout
}

/** The header and the block. The bytes are the same wherever the block lies in the memory of an instance. */
export function sealCheckpoint(block: Uint8Array, layout: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + block.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, VERSION, true)
  view.setUint32(8, block.length, true)
  bytes.set(sha256(layout), LAYOUT_AT)
  bytes.set(block, HEADER_BYTES)
  bytes.fill(0, HEADER_BYTES + SCRATCH_AT, HEADER_BYTES + SCRATCH_AT + 4)
  bytes.set(checksum(bytes), SUM_AT)
  return bytes
}

/**
 * Puts what was saved into the block, which keeps the address of the scratch of its own instance.
 * @throws TypeError, RangeError for anything that sealCheckpoint did not make with the same layout
 */
export function openCheckpoint(given: Uint8Array, layout: Uint8Array, block: Uint8Array): void {
  const refuse = (what: string, got: unknown, why = ''): never => {
    throw new RangeError(expected('checkpoint', what, got, why))
  }
  const bytes = bytesOf(given, 'checkpoint')
  if (bytes.length < HEADER_BYTES) refuse(`at least ${HEADER_BYTES} bytes`, bytes.length, 'it was cut')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [magic, version, length] = [0, 4, 8].map((at) => view.getUint32(at, true))
  if (magic !== MAGIC) refuse('the magic "FRDA"', `0x${magic.toString(16)}`, 'agent.save() writes it')
  if (version !== VERSION) refuse(`version ${VERSION}`, version)
  if (bytes.length !== HEADER_BYTES + length) refuse(`${HEADER_BYTES + length} bytes`, bytes.length, 'it was cut')
  if (!isSame(checksum(bytes), bytes.subarray(SUM_AT, HEADER_BYTES))) refuse('its checksum', 'another', 'it is damaged')
  if (!isSame(sha256(layout), bytes.subarray(LAYOUT_AT, SUM_AT))) {
    refuse("this agent's settings", 'another', 'create the agent with the settings of the one that was saved')
  }
  const scratch = block.slice(SCRATCH_AT, SCRATCH_AT + 4)
  block.set(bytes.subarray(HEADER_BYTES))
  block.set(scratch, SCRATCH_AT)
}
