// One exchange (paper, "Performance Evaluation"): every agent uploads, the server aggregates, every agent downloads, and the bytes are
// counted both ways. It is a generator that holds no agent: it yields each request to all agents, and its caller sends
// it their answers in agent order.

import { bytesOf, listOf } from '../config/checks.ts'
import type { Agent } from '../kernel/agent.ts'
import { NonFiniteError } from '../kernel/records.ts'
import { HEADER_BYTES, SERVER } from '../wire/frame.ts'
import { inProcess, type Transport } from '../wire/transport.ts'
import { commonBase, downlinkFrame, type ExchangeSetup, NO_PAST, type Past, pastAfter, readFrame } from './frames.ts'
import { callMethod } from './methodFault.ts'
import { type Answer, type Ask, answerAll, type Downlink } from './protocol.ts'
import type { Exchange } from './record.ts'

/** What travelled in an exchange, and the part of it that enters the digest. */
export interface Traffic extends Omit<Exchange, 'episode' | 'digest'> {
  /** the header of each uplink, which holds the checksum of its body, then the body of each different downlink, as encoded */
  readonly trace: readonly Uint8Array[]
  /** the past of each agent, with this exchange */
  readonly pasts: readonly Past[]
}

/** The answers, as the type that was asked for. @throws NonFiniteError if an answer is one, the first of them */
export function sound<T extends Answer>(answers: readonly Answer[]): readonly T[] {
  for (const answer of answers) if (answer instanceof NonFiniteError) throw answer
  return answers as readonly T[]
}

const EMPTY: Downlink = { frame: new Uint8Array(0), body: new Uint8Array(0) }

/**
 * The course of one exchange.
 * @param agents how many agents take part
 * @param round how many exchanges came before this one
 * @param pasts the past of each agent
 * @throws PayloadError for a frame that is not the expected one; then no agent has learned from it
 */
export function* exchangeCourse(
  setup: ExchangeSetup,
  agents: number,
  round: number,
  transport: Transport = inProcess,
  pasts: readonly Past[] = new Array(agents).fill(NO_PAST),
): Generator<Ask, Traffic, readonly Answer[]> {
  const { method, context } = setup
  if (method.payload(context.config) === 'none') {
    const none: number[] = new Array(agents).fill(0)
    sound(yield { ask: 'download', round, downlinks: none.map(() => EMPTY), pasts })
    return { uplinkBytes: none, downlinkBytes: none, uplinkWireBytes: none, downlinkWireBytes: none, trace: [], pasts }
  }
  const answers = sound<Uint8Array | null>(yield { ask: 'upload', round, pasts })
  /** the agents that take part, whose frames are `uplinks`, in the same order */
  const senders = answers.flatMap((answer, agent) => (answer === null ? [] : [agent]))
  const uplinks = senders.map((agent) => answers[agent]!)
  const common = commonBase(senders.map((agent) => pasts[agent]))
  let sent = EMPTY.frame
  const frames = transport(uplinks, (received) => {
    listOf(bytesOf, senders.length)(received, 'uplinks')
    const uploads = received.map((bytes, k) => readFrame(setup, round, senders[k], bytes, pasts[senders[k]].base))
    const call = { name: 'aggregate', round, agent: null } as const
    const global = callMethod(setup, call, () => method.aggregate(uploads, context))
    sent = downlinkFrame(setup, round, global, common)
    return sent
  })
  listOf(bytesOf, senders.length)(frames, 'downlinks')
  // A frame that all agents receive is checked once. Where each agent receives a frame of its own, each frame is
  // checked.
  const checked = new Map<Uint8Array, Downlink>()
  for (const bytes of frames) {
    if (checked.has(bytes)) continue
    checked.set(bytes, { frame: bytes, body: readFrame(setup, round, SERVER, bytes, common) })
  }
  const downlinks: Downlink[] = new Array(agents).fill(EMPTY)
  for (const [k, agent] of senders.entries()) downlinks[agent] = checked.get(frames[k])!
  const counted = sound<number | null>(yield { ask: 'download', round, downlinks, pasts })

  // The server keeps what it sent, whatever became of it on its way: frames of an agent that received something else are
  // refused then.
  const kept = () => checked.get(sent)?.body ?? readFrame(setup, round, SERVER, sent, common)
  const { base } = pastAfter(setup, NO_PAST, kept)
  const after = pasts.slice()
  for (const agent of senders) after[agent] = { exchanges: pasts[agent].exchanges + 1, base }

  /** One number per agent, 0 for one that has no part. */
  const perAgent = (numbers: readonly number[]) => {
    const all: number[] = new Array(agents).fill(0)
    for (const [k, agent] of senders.entries()) all[agent] = numbers[k]
    return all
  }
  const paper = (wire: readonly Uint8Array[]) =>
    perAgent(wire.map((bytes, k) => counted[senders[k]] ?? bytes.length - HEADER_BYTES))
  const whole = (wire: readonly Uint8Array[]) => perAgent(wire.map((bytes) => bytes.length))
  return {
    uplinkBytes: paper(uplinks),
    downlinkBytes: paper(frames),
    uplinkWireBytes: whole(uplinks),
    downlinkWireBytes: whole(frames),
    trace: [
      ...uplinks.map((bytes) => bytes.subarray(0, HEADER_BYTES)),
      ...[...checked.keys()].map((bytes) => bytes.subarray(HEADER_BYTES)),
    ],
    pasts: after,
  }
}

/** One exchange of agents that all live in this instance. */
export function exchange(
  agents: readonly Agent[],
  setup: ExchangeSetup,
  round: number,
  transport?: Transport,
): Traffic {
  const course = exchangeCourse(setup, agents.length, round, transport)
  let step = course.next()
  while (!step.done) step = course.next(answerAll(setup, agents, step.value))
  return step.value
}
