// Public names of the wire: the bodies of payloads, their codecs and frames, and how they are carried.

export type { Codec, Coded, Ends, Sending } from './codecs/codec.ts'
export type { Base } from './codecs/difference.ts'
export type { Words } from './codecs/format.ts'
export { codec } from './codecs/index.ts'
export type { VisitCounts } from './codecs/topK.ts'
export { decodeFrame, encodeFrame, HEADER_BYTES, type Header, SERVER } from './frame.ts'
export {
  decodePolicies,
  decodeProxies,
  decodeReplay,
  decodeWeights,
  encodePolicies,
  encodeProxies,
  encodeReplay,
  encodeWeights,
  entryBytes,
  entryCount,
  type PayloadCode,
  PayloadError,
  type PayloadKind,
  type ProxyBody,
  type Space,
} from './payload.ts'
export { inProcess, observing, type Transport } from './transport.ts'
