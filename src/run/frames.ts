// The frames of an exchange: the header that ties a body to its run, and the body as the config's codec encodes it. What a
// codec needs beside the body is given here: the last download, the agent's visits, and a stream of its own.

import type { Ends, Sending } from '../wire/codecs/codec.ts'
import { type Base, DIGEST_BYTES } from '../wire/codecs/difference.ts'
import { codec } from '../wire/codecs/index.ts'
import type { VisitCounts } from '../wire/codecs/topK.ts'
import { CODED, decodeFrame, encodeFrame, type Header, SERVER } from '../wire/frame.ts'
import { entryCount } from '../wire/payload.ts'
import { sha256Of } from './digest.ts'
import { codecWords } from './hostStreams.ts'
import type { Setup } from './setup.ts'

/** What an exchange needs to know of a run. */
export type ExchangeSetup = Pick<Setup, 'method' | 'context' | 'tags'>

/** The header of a frame of one exchange, without its count. */
export function header({ method, context, tags }: ExchangeSetup, round: number, agent: number): Omit<Header, 'count'> {
  return { kind: method.payload(context.config), ...tags, round, agent }
}

/** What an agent and the server both know of the exchanges at which the agent sent or received something. */
export interface Past {
  /** how many there were */
  readonly exchanges: number
  /** the last download that it received, from which numbers may be differences; null where there is none, or none is needed */
  readonly base: Base | null
}

/** The past of an agent before its first exchange. */
export const NO_PAST: Past = { exchanges: 0, base: null }

const endsOf = ({ method, context }: ExchangeSetup, base: Base | null): Ends => ({
  kind: method.payload(context.config),
  space: context.space,
  base,
})

/** The frame of a body, which the codec of the config encodes, where it has one. */
function frameOf(
  { context }: ExchangeSetup,
  head: Omit<Header, 'count'>,
  body: Uint8Array,
  sending: () => Sending,
): Uint8Array {
  const encoding = codec(context.config.codec)
  if (encoding === null) return encodeFrame({ ...head, count: entryCount(head.kind, context.space, body) }, body)
  const { count, bytes } = encoding.encode(body, sending())
  return encodeFrame({ ...head, count }, bytes, CODED)
}

/** The frame that an agent sends. @param visits how often it visited its clusters */
export function uplinkFrame(
  setup: ExchangeSetup,
  round: number,
  agent: number,
  body: Uint8Array,
  past: Past,
  visits: () => VisitCounts,
): Uint8Array {
  return frameOf(setup, header(setup, round, agent), body, () => ({
    ...endsOf(setup, past.base),
    words: codecWords(setup.context.config, agent, past.exchanges),
    visits,
  }))
}

/** The frame that the server sends. @param base the last download that all who receive it have in common */
export function downlinkFrame(setup: ExchangeSetup, round: number, body: Uint8Array, base: Base | null): Uint8Array {
  return frameOf(setup, header(setup, round, SERVER), body, () => ({
    ...endsOf(setup, base),
    words: codecWords(setup.context.config, 'server', round),
    visits: null,
  }))
}

/** The body of a frame, of float32. @throws PayloadError for a frame that is not the expected one */
export function readFrame(
  setup: ExchangeSetup,
  round: number,
  agent: number,
  bytes: Uint8Array,
  base: Base | null,
): Uint8Array {
  const { config, space } = setup.context
  const encoding = codec(config.codec)
  const decode = encoding
    ? (encoded: Uint8Array, count: number) => encoding.decode(encoded, count, endsOf(setup, base))
    : undefined
  return decodeFrame(bytes, header(setup, round, agent), space, decode)
}

/** The bytes that a body takes in a frame, without the header. */
export function encodedBytes(setup: ExchangeSetup, body: Uint8Array, { base }: Past): number {
  return codec(setup.context.config.codec)?.size(body, endsOf(setup, base)) ?? body.length
}

/** The last download that all of these have in common; null where one has another or none. */
export function commonBase(pasts: readonly Past[]): Base | null {
  const base = pasts.length ? pasts[0].base : null
  return pasts.every((past) => past.base === base) ? base : null
}

/** A download as that from which numbers may be differences. @param body of float32 */
export const baseOf = (body: Uint8Array): Base => ({ body, digest: sha256Of(body).subarray(0, DIGEST_BYTES) })

/** What is kept of a download: nothing where the codec has no use for it. @param body makes its body of float32 */
export const keptOf = ({ context }: ExchangeSetup, body: () => Uint8Array): Base | null =>
  codec(context.config.codec)?.needsBase ? baseOf(body()) : null

/**
 * The past of an agent after one more exchange.
 * @param received what is kept of the download that it received; undefined where it received none
 */
export function pastAfter(past: Past, hasSent: boolean, received: Base | null | undefined): Past {
  if (!hasSent && received === undefined) return past
  return { exchanges: past.exchanges + 1, base: received === undefined ? past.base : received }
}

/**
 * An uplink of one exchange as that of another. What is encoded stays as it is, because it depends on the agent's past and
 * not on the number of the exchange.
 * @throws PayloadError for a frame that is not that of exchange `was`
 */
export function moveUplink(
  setup: ExchangeSetup,
  was: number,
  round: number,
  agent: number,
  bytes: Uint8Array,
): Uint8Array {
  const { config, space } = setup.context
  const to = header(setup, round, agent)
  if (codec(config.codec) === null) {
    const body = decodeFrame(bytes, header(setup, was, agent), space)
    return encodeFrame({ ...to, count: entryCount(to.kind, space, body) }, body)
  }
  let count = 0
  const encoded = decodeFrame(bytes, header(setup, was, agent), space, (behind, entries) => {
    count = entries
    return behind
  })
  return encodeFrame({ ...to, count }, encoded, CODED)
}
