// Public names of the wire: the bodies of payloads, their frames, and how they are carried.

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
