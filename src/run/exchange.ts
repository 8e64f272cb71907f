// One exchange (paper, "Performance Evaluation"): every agent uploads, the server aggregates, every agent downloads, and the bytes are
// counted both ways. It is a generator that holds no agent: it yields each request to all agents, and its caller sends
// it their answers in agent order.

import { bytesOf, listOf } from '../config/checks.ts'
import type { Agent } from '../kernel/agent.ts'
import { NonFiniteError } from '../kernel/records.ts'
import { HEADER_BYTES, SERVER } from '../wire/frame.ts'
import { inProcess, type Transport } from '../wire/transport.ts'
import {
  commonBase,
  downlinkFrame,
  type ExchangeSetup,
  keptOf,
  NO_PAST,
  type Past,
  pastAfter,
  readFrame,
} from './frames.ts'
import { callMethod } from './methodFault.ts'
import { isDrawn, isUneven, lostAt } from './participation.ts'
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

/** How an agent's frames fared at an exchange, as bits of the byte that enters the digest where not all of them did the same. */
const SENT = 1
const ARRIVED = 2
const SENT_BACK = 4
const RECEIVED = 8

/**
 * The course of one exchange.
 * @param agents how many agents the run has
 * @param round how many exchanges came before this one
 * @param pasts the past of each agent
 * @param absent the agents that have no part in the period
 * @throws PayloadError for a frame that is not the expected one; then no agent has learned from it
 */
export function* exchangeCourse(
  setup: ExchangeSetup,
  agents: number,
  round: number,
  transport: Transport = inProcess,
  pasts: readonly Past[] = new Array(agents).fill(NO_PAST),
  absent: ReadonlySet<number> = new Set(),
): Generator<Ask, Traffic, readonly Answer[]> {
  const { method, context } = setup
  const { config } = context
  if (method.payload(config) === 'none') {
    const none: number[] = new Array(agents).fill(0)
    sound(yield { ask: 'download', round, downlinks: none.map(() => EMPTY), pasts })
    return { uplinkBytes: none, downlinkBytes: none, uplinkWireBytes: none, downlinkWireBytes: none, trace: [], pasts }
  }
  const answers = sound<Uint8Array | null>(yield { ask: 'upload', round, pasts })
  const lost = lostAt(config, round)
  /** the agents that send, and of these the ones whose frame arrives: what the server knows of */
  const senders = [...answers.keys()].filter((agent) => answers[agent] !== null)
  const heard = senders.filter((agent) => !lost.up.has(agent))
  /** the agents that are sent the download, and of these the ones that receive it */
  const isMember = (agent: number) => !absent.has(agent) && isDrawn(config, round, agent)
  const addressed = heard.length ? [...answers.keys()].filter(isMember) : []
  const receivers = addressed.filter((agent) => !lost.down.has(agent))

  const common = commonBase(addressed.map((agent) => pasts[agent]))
  let sent = EMPTY.frame
  const uplinks = heard.map((agent) => answers[agent]!)
  const frames = heard.length
    ? transport(uplinks, (received) => {
        listOf(bytesOf, heard.length)(received, 'uplinks')
        const uploads = received.map((bytes, k) => readFrame(setup, round, heard[k], bytes, pasts[heard[k]].base))
        const call = { name: 'aggregate', round, agent: null } as const
        const global = callMethod(setup, call, () => method.aggregate(uploads, context))
        sent = downlinkFrame(setup, round, global, common)
        return sent
      })
    : []
  listOf(bytesOf, heard.length)(frames, 'downlinks')
  /** the frame that each agent is sent: as the transport carried it, or as the server made it for one that has sent nothing */
  const downlinkOf = new Map(addressed.map((agent) => [agent, sent]))
  for (const [k, agent] of heard.entries()) downlinkOf.set(agent, frames[k])
  // A frame that all agents receive is checked once. Where each agent receives a frame of its own, each frame is
  // checked.
  const checked = new Map<Uint8Array, Downlink>()
  const downlinks: Downlink[] = new Array(agents).fill(EMPTY)
  for (const agent of receivers) {
    const frame = downlinkOf.get(agent)!
    if (!checked.has(frame)) checked.set(frame, { frame, body: readFrame(setup, round, SERVER, frame, common) })
    downlinks[agent] = checked.get(frame)!
  }
  const counted = sound<number | null>(yield { ask: 'download', round, downlinks, pasts })

  // The server keeps what it sent, whatever became of it on its way: frames of an agent that received something else are
  // refused then.
  const kept = () => checked.get(sent)?.body ?? readFrame(setup, round, SERVER, sent, common)
  const base = receivers.length ? keptOf(setup, kept) : undefined
  const after = pasts.map((past, agent) =>
    pastAfter(past, answers[agent] !== null, downlinks[agent] === EMPTY ? undefined : base),
  )

  /** One number per agent, 0 for one that has no part. A frame that is lost has been sent all the same. */
  const perAgent = (some: readonly number[], count: (agent: number) => number) => {
    const all: number[] = new Array(agents).fill(0)
    for (const agent of some) all[agent] = count(agent)
    return all
  }
  const paper = (wire: (agent: number) => number) => (agent: number) => counted[agent] ?? wire(agent) - HEADER_BYTES
  const up = (agent: number) => answers[agent]!.length
  const down = (agent: number) => downlinkOf.get(agent)!.length
  /** how the frames of each agent fared */
  const marks = () =>
    Uint8Array.from(answers, (answer, agent) => {
      const above = answer === null ? 0 : lost.up.has(agent) ? SENT : SENT | ARRIVED
      const below = downlinkOf.has(agent) ? (lost.down.has(agent) ? SENT_BACK : SENT_BACK | RECEIVED) : 0
      return above | below
    })
  return {
    uplinkBytes: perAgent(senders, paper(up)),
    downlinkBytes: perAgent(addressed, paper(down)),
    uplinkWireBytes: perAgent(senders, up),
    downlinkWireBytes: perAgent(addressed, down),
    trace: [
      ...uplinks.map((bytes) => bytes.subarray(0, HEADER_BYTES)),
      ...[...checked.keys()].map((bytes) => bytes.subarray(HEADER_BYTES)),
      ...(isUneven(config) ? [marks()] : []),
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
