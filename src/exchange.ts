// One exchange (paper, Fig. 1): every agent uploads, the server aggregates, every agent downloads; bytes counted both ways.

import type { Agent } from './kernel/agent.ts'
import type { Method, Setting } from './methods/method.ts'
import { decodeFrame, encodeFrame, entryCount, HEADER_BYTES, type Header, SERVER } from './payload.ts'
import { inProcess, type Transport } from './transport/memory.ts'

/** What travelled, and what of it the digest holds. */
export interface Traffic {
  /** payload as the paper counts it, one number an agent */
  readonly uplinkBytes: readonly number[]
  readonly downlinkBytes: readonly number[]
  /** whole frames, headers included */
  readonly uplinkWireBytes: readonly number[]
  readonly downlinkWireBytes: readonly number[]
  /** headers of the uplinks, each with its body's checksum, and the bodies received */
  readonly trace: readonly Uint8Array[]
}

/**
 * @param round exchanges before this one
 * @param tags federation and config, u32 each: frames of another run are refused
 * @throws PayloadError for a frame that is not the expected one; no agent has learned from it then
 */
export function exchange(
  agents: readonly Agent[],
  method: Method,
  setting: Setting,
  round: number,
  tags: Pick<Header, 'federation' | 'config'>,
  transport: Transport = inProcess,
): Traffic {
  const kind = method.payload(setting.config)
  if (kind === 'none') {
    for (const agent of agents) method.download(agent, new Uint8Array(0), setting)
    const none = agents.map(() => 0)
    return { uplinkBytes: none, downlinkBytes: none, uplinkWireBytes: none, downlinkWireBytes: none, trace: [] }
  }
  const header = (agent: number) => ({ kind, ...tags, round, agent })
  const frame = (agent: number, body: Uint8Array) =>
    encodeFrame({ ...header(agent), count: entryCount(kind, setting.space, body) }, body)

  const uplinks = agents.map((agent, i) => frame(i, method.upload(agent, setting)))
  const downlinks = transport(uplinks, (frames) => {
    const uploads = frames.map((bytes, i) => decodeFrame(bytes, header(i), setting.space))
    return frame(SERVER, method.aggregate(uploads, setting))
  })
  // A frame broadcast to all is checked once; agents with frames of their own get each its own check.
  const bodies = new Map<Uint8Array, Uint8Array>()
  for (const bytes of downlinks)
    if (!bodies.has(bytes)) bodies.set(bytes, decodeFrame(bytes, header(SERVER), setting.space))
  for (const [i, agent] of agents.entries()) method.download(agent, bodies.get(downlinks[i])!, setting)

  const paper = (wire: readonly Uint8Array[]) =>
    agents.map((agent, i) => method.paperBytes?.(agent) ?? wire[i].length - HEADER_BYTES)
  return {
    uplinkBytes: paper(uplinks),
    downlinkBytes: paper(downlinks),
    uplinkWireBytes: uplinks.map((bytes) => bytes.length),
    downlinkWireBytes: downlinks.map((bytes) => bytes.length),
    trace: [...uplinks.map((bytes) => bytes.subarray(0, HEADER_BYTES)), ...bodies.values()],
  }
}
