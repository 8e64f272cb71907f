// What agent 0 sends, read from its frames by the library's own reader, and what it would send now: a codec may write a body in
// fewer bytes than its entries take, so that no byte of it can be taken for a number.

import {
  type Agent,
  type Config,
  codec,
  DIGEST_BYTES,
  decodeFrame,
  decodePolicies,
  decodeProxies,
  decodeReplay,
  decodeWeights,
  encodeProxies,
  entryBytes,
  HEADER_BYTES,
  type PayloadKind,
  readHeader,
  type Space,
} from './core.ts'
import type { Gathered, Sent } from './messages.ts'

/** Bytes of a body that the page shows. */
const HEAD = 12

/** The numbers of the first entry of a body. */
function firstOf(kind: PayloadKind, body: Uint8Array, space: Space): readonly number[] {
  const entry = body.subarray(0, entryBytes(kind, space))
  if (kind === 'proxies' || kind === 'visits') {
    const { indices, visits, policies } = decodeProxies(entry, space, kind)
    return [...indices, ...(visits ?? []), ...policies]
  }
  if (kind === 'replay') return [...decodeReplay(entry, space)]
  if (kind === 'policies') return [...decodePolicies(entry, space, entry.length ? 1 : 0)]
  return kind === 'weights' ? [...decodeWeights(entry, space, entry.length ? 1 : 0)] : []
}

/**
 * Reads the frames of an exchange: what agent 0 sends, and what it receives. One that takes no part in it sends nothing.
 * Where downloads are lost, the base of a difference is not known here, and only bytes are told.
 */
export function openReader(
  config: Config,
): (uplinks: readonly Uint8Array[], downlinks: readonly Uint8Array[], agent: Agent) => Sent {
  const encoding = codec(config.codec)
  const isKnown = !encoding?.needsBase || config.dropout === 0
  let base: Uint8Array | null = null
  const read = (frame: Uint8Array, space: Space) => {
    const header = readHeader(frame)
    // The run has checked already that a difference is from this base, so that its digest may be taken from the frame.
    const decode = (bytes: Uint8Array, count: number) => {
      const known = base && { body: base, digest: bytes.subarray(0, DIGEST_BYTES) }
      return encoding!.decode(bytes, count, { kind: header.kind, space, base: known })
    }
    return decodeFrame(frame, header, space, encoding ? decode : undefined)
  }
  return (uplinks, downlinks, { env, grid }) => {
    const at = uplinks.findIndex((frame) => readHeader(frame).agent === 0)
    if (at < 0) return { entries: 0, first: [], head: new Uint8Array(0), base }
    const space = { observations: env.observations, actions: env.actions, clusters: grid.clusters }
    const { kind, count } = readHeader(uplinks[at])
    const head = uplinks[at].slice(HEADER_BYTES, HEADER_BYTES + HEAD)
    const first = isKnown ? firstOf(kind, read(uplinks[at], space), space) : []
    const sent = { entries: count, first, head, base }
    if (encoding?.needsBase && isKnown) base = read(downlinks[at], space).slice()
    return sent
  }
}

/** The bytes in which the codec writes what was gathered; null where it does not. */
export function codedBytes({ codec: text, kind, proxies, steps, weights, space, base }: Gathered): number | null {
  const encoding = codec(text)
  if (encoding === null || kind === 'none' || kind === 'policies') return null
  const known = base && { body: base, digest: new Uint8Array(DIGEST_BYTES) }
  const ends = { kind, space, base: known }
  if (kind === 'proxies' || kind === 'visits') {
    const body = encodeProxies(kind === 'visits' ? proxies : { ...proxies, visits: undefined })
    return encoding.encode(body, { ...ends, words: () => 0, visits: () => proxies }).bytes.length
  }
  // How many bytes these take does not depend on their numbers.
  const count = kind === 'replay' ? steps : weights
  return encoding.size(new Uint8Array(count * entryBytes(kind, space)), ends)
}
