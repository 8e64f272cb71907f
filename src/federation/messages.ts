// What travels between a server and an agent that lives elsewhere: requests and answers as plain data, and the frames
// of an exchange. Each side checks what it receives before it uses it.

import { bytesOf, finite, integerIn, nullOr, record } from '../config/checks.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { measureAgents } from '../kernel/layout.ts'
import { NonFiniteError } from '../kernel/records.ts'
import type { Kernel } from '../kernel/wasm.ts'
import { keptOf, NO_PAST, type Past, pastAfter, readFrame } from '../run/frames.ts'
import { isUneven } from '../run/participation.ts'
import type { Answer, Ask, AskPlay, AskUpload, AskWeights, Downlink } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import type { Base } from '../wire/codecs/difference.ts'
import { SERVER } from '../wire/frame.ts'
import { decodeWeights } from '../wire/payload.ts'

/** A download as it travels to one agent. */
export interface MemberDownload {
  /** the kind of request */
  readonly ask: 'download'
  /** the exchange, from 0 */
  readonly round: number
  /** the server's frame; empty where nothing travels, and where the frame does not arrive */
  readonly frame: Uint8Array
}

/** A request to one agent. */
export type MemberRequest = AskPlay | Omit<AskUpload, 'pasts'> | AskWeights | MemberDownload

/** An answer as it travels. Of a network that stopped being finite, the step and the message travel. */
export type MemberAnswer =
  | Exclude<Answer, NonFiniteError>
  | {
      /** the step of the episode under way, from 0 */
      readonly step: number
      /** what stopped being finite */
      readonly message: string
    }

const MAX_MESSAGE = 1000

/** A request to all agents, in the form in which one of them receives it. */
export function requestFor(asked: Ask, agent: number): MemberRequest {
  if (asked.ask === 'upload') return { ask: 'upload', round: asked.round }
  if (asked.ask !== 'download') return asked
  return { ask: 'download', round: asked.round, frame: asked.downlinks[agent].frame }
}

/** How far a member is. */
export interface Now {
  /** the episode that comes next, from 1 */
  episode: number
  /** the exchange that comes next, from 0 */
  round: number
}

/** What an agent knows of the exchanges, wherever it lives: none takes them back, also where it goes back within a period. */
export interface Known {
  readonly past: Past
  /** whether it sent something when it was asked last */
  readonly hasSent: boolean
}

/** That of an agent before its first exchange. */
export const NEW: Known = { past: NO_PAST, hasSent: false }

/** What an agent knows after what it said to a request to send something. */
export const afterUpload = ({ past }: Known, said: unknown): Known => ({
  past,
  hasSent: said instanceof Uint8Array,
})

/** What agents know after downloads. What is kept of a download is made once for all that receive the same. */
export function afterDownloads(
  setup: Setup,
  agents: readonly Known[],
  downlinks: readonly Downlink[],
): readonly Known[] {
  const kept = new Map<Uint8Array, Base | null>()
  return agents.map(({ past, hasSent }, k) => {
    const { frame, body } = downlinks[k]
    if (frame.length === 0) return { past: pastAfter(past, hasSent, undefined), hasSent: false }
    if (!kept.has(body))
      kept.set(
        body,
        keptOf(setup, () => body),
      )
    return { past: pastAfter(past, hasSent, kept.get(body)), hasSent: false }
  })
}

/**
 * What an agent receives, checked.
 * @param frame the frame; empty where nothing travels, or, where the config says so, nothing arrives
 * @param base the last download that the agent received
 * @throws TypeError, RangeError for what is no such frame; PayloadError for one that is not the expected one
 */
export function downlinkOf(setup: Setup, round: number, frame: unknown, base: Base | null): Downlink {
  const bytes = bytesOf(frame, 'request.frame')
  const isSent = setup.method.payload(setup.config) !== 'none'
  if (!isSent) integerIn(0, 0)(bytes.length, 'request.frame.length')
  const arrives = isSent && (bytes.length > 0 || !isUneven(setup.config))
  return { frame: bytes, body: arrives ? readFrame(setup, round, SERVER, bytes, base) : bytes }
}

/**
 * Checks a request, and returns it in the form that an agent answers.
 * @param now what comes next
 * @param past the exchanges before it, as the agent knows them
 * @throws TypeError, RangeError for an invalid request or one out of turn; PayloadError for a frame that is not the
 *   expected one
 */
export function checkRequest(setup: Setup, agent: number, now: Readonly<Now>, past: Past, value: unknown): Ask {
  const { ask, episode, round, frame } = record(value, 'request')
  if (ask === 'weights') return { ask }
  if (ask === 'play') return { ask, episode: integerIn(now.episode, now.episode)(episode, 'request.episode') }
  if (ask !== 'upload' && ask !== 'download') {
    throw new RangeError(expectedOneOf('request.ask', ['play', 'upload', 'download', 'weights'], ask))
  }
  integerIn(now.round, now.round)(round, 'request.round')
  const pasts: Past[] = new Array(agent + 1).fill(past)
  if (ask === 'upload') return { ask, round: now.round, pasts }
  const downlink = downlinkOf(setup, now.round, frame, past.base)
  return { ask, round: now.round, downlinks: new Array(agent + 1).fill(downlink), pasts }
}

/**
 * Checks an agent's answer, and returns it in the form that the course of a mission takes. The frame of an upload is
 * checked later, by the exchange, like that of an agent in this instance.
 * @throws TypeError, RangeError, PayloadError for an answer that does not fit the request
 */
export function checkAnswer(kernel: Kernel, setup: Setup, asked: Ask, agent: number, value: unknown): Answer {
  const name = `answer of agent ${agent} to ${asked.ask}`
  if (typeof value === 'object' && value !== null && 'step' in value && 'message' in value) {
    const { step, message } = value
    if (typeof message !== 'string') throw new TypeError(expected(`${name}.message`, 'a text', typeof message))
    const failed = new NonFiniteError(message.slice(0, MAX_MESSAGE))
    failed.step = integerIn(0)(step, `${name}.step`)
    return failed
  }
  if (asked.ask === 'play') {
    const { score, steps } = record(value, name)
    const count = integerIn(1, setup.env.limit)(steps, `${name}.steps`)
    if (setup.env.score === 'steps') integerIn(count, count)(score, `${name}.score`)
    return { score: finite(score, `${name}.score`), steps: count }
  }
  if (asked.ask === 'download') return nullOr(integerIn(0))(value, name)
  if (asked.ask === 'upload' && value === null && isUneven(setup.config)) return null
  const bytes = bytesOf(value, name)
  if (asked.ask === 'weights') {
    const none = { proxies: 0, replay: 0, targets: 0 }
    const { weights } = measureAgents(kernel, setup.env, setup.config, none, [agent])
    decodeWeights(bytes, setup.context.space, weights)
  }
  return bytes
}
