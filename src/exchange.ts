// One exchange (paper, Fig. 1): every agent uploads, the server aggregates, every agent downloads; bytes counted both ways.
// A generator that knows no agent: it yields what it asks of all of them and is sent their answers, in agent order.

import { type Agent, NonFiniteError } from './kernel/agent.ts'
import { type Answer, answerAll, type Exchanging, frame, header, type Request } from './member.ts'
import type { Method, Setting } from './methods/method.ts'
import { decodeFrame, HEADER_BYTES, SERVER } from './payload.ts'
import type { Tags } from './terms.ts'
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

/** The answers, which are what was asked for. @throws NonFiniteError the first of those that are none */
export function sound<T extends Answer>(answers: readonly Answer[]): readonly T[] {
  for (const answer of answers) if (answer instanceof NonFiniteError) throw answer
  return answers as readonly T[]
}

/**
 * @param agents how many take part
 * @param round exchanges before this one
 * @throws PayloadError for a frame that is not the expected one; no agent has learned from it then
 */
export function* exchangeCourse(
  terms: Exchanging,
  agents: number,
  round: number,
  transport: Transport = inProcess,
): Generator<Request, Traffic, readonly Answer[]> {
  const { method, setting } = terms
  if (method.payload(setting.config) === 'none') {
    const none: number[] = new Array(agents).fill(0)
    sound(yield { ask: 'download', round, bodies: none.map(() => new Uint8Array(0)) })
    return { uplinkBytes: none, downlinkBytes: none, uplinkWireBytes: none, downlinkWireBytes: none, trace: [] }
  }
  const uplinks = sound<Uint8Array>(yield { ask: 'upload', round })
  const downlinks = transport(uplinks, (frames) => {
    const uploads = frames.map((bytes, i) => decodeFrame(bytes, header(terms, round, i), setting.space))
    return frame(terms, round, SERVER, method.aggregate(uploads, setting))
  })
  // A frame broadcast to all is checked once; agents with frames of their own get each its own check.
  const bodies = new Map<Uint8Array, Uint8Array>()
  for (const bytes of downlinks)
    if (!bodies.has(bytes)) bodies.set(bytes, decodeFrame(bytes, header(terms, round, SERVER), setting.space))
  const own = downlinks.map((bytes) => bodies.get(bytes)!)
  const counted = sound<number | null>(yield { ask: 'download', round, bodies: own })

  const paper = (wire: readonly Uint8Array[]) => wire.map((bytes, i) => counted[i] ?? bytes.length - HEADER_BYTES)
  return {
    uplinkBytes: paper(uplinks),
    downlinkBytes: paper(downlinks),
    uplinkWireBytes: uplinks.map((bytes) => bytes.length),
    downlinkWireBytes: downlinks.map((bytes) => bytes.length),
    trace: [...uplinks.map((bytes) => bytes.subarray(0, HEADER_BYTES)), ...bodies.values()],
  }
}

/** An exchange of agents that all live here. @param tags federation and config, u32 each */
export function exchange(
  agents: readonly Agent[],
  method: Method,
  setting: Setting,
  round: number,
  tags: Tags,
  transport?: Transport,
): Traffic {
  const terms = { method, setting, tags }
  const course = exchangeCourse(terms, agents.length, round, transport)
  let step = course.next()
  while (!step.done) step = course.next(answerAll(terms, agents, step.value))
  return step.value
}
