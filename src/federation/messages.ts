// What travels between a server and an agent that lives elsewhere: requests and answers as plain data, and the frames
// of an exchange. Each side checks what it receives before it uses it.

import { bytesOf, finite, integerIn, nullOr, record } from '../config/checks.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { measureAgents } from '../kernel/layout.ts'
import { NonFiniteError } from '../kernel/records.ts'
import type { Kernel } from '../kernel/wasm.ts'
import { type Past, pastAfter, readFrame } from '../run/frames.ts'
import type { Answer, Ask, AskPlay, AskUpload, AskWeights } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import { SERVER } from '../wire/frame.ts'
import { decodeWeights } from '../wire/payload.ts'

/** A download as it travels to one agent. */
export interface MemberDownload {
  /** the kind of request */
  readonly ask: 'download'
  /** the exchange, from 0 */
  readonly round: number
  /** the server's frame; empty where nothing travels */
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
  /** the exchanges before it, as its agents know them */
  past: Past
}

/** Goes on to the exchange after a download, which no member takes back: one that goes back within a period keeps it. */
export function pass(setup: Setup, now: Now, asked: Ask): void {
  if (asked.ask !== 'download') return
  now.round = asked.round + 1
  now.past = pastAfter(setup, now.past, () => asked.downlinks[0].body)
}

/**
 * Checks a request, and returns it in the form that an agent answers.
 * @param now what comes next
 * @throws TypeError, RangeError for an invalid request or one out of turn; PayloadError for a frame that is not the
 *   expected one
 */
export function checkRequest(setup: Setup, agent: number, now: Readonly<Now>, value: unknown): Ask {
  const { ask, episode, round, frame } = record(value, 'request')
  if (ask === 'weights') return { ask }
  if (ask === 'play') return { ask, episode: integerIn(now.episode, now.episode)(episode, 'request.episode') }
  if (ask !== 'upload' && ask !== 'download') {
    throw new RangeError(expectedOneOf('request.ask', ['play', 'upload', 'download', 'weights'], ask))
  }
  integerIn(now.round, now.round)(round, 'request.round')
  const pasts: Past[] = new Array(agent + 1).fill(now.past)
  if (ask === 'upload') return { ask, round: now.round, pasts }
  const bytes = bytesOf(frame, 'request.frame')
  const isSent = setup.method.payload(setup.config) !== 'none'
  if (!isSent) integerIn(0, 0)(bytes.length, 'request.frame.length')
  const body = isSent ? readFrame(setup, now.round, SERVER, bytes, now.past.base) : bytes
  return { ask, round: now.round, downlinks: new Array(agent + 1).fill({ frame: bytes, body }), pasts }
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
  const bytes = bytesOf(value, name)
  if (asked.ask === 'weights') {
    const none = { proxies: 0, replay: 0, targets: 0 }
    const { weights } = measureAgents(kernel, setup.env, setup.config, none, [agent])
    decodeWeights(bytes, setup.context.space, weights)
  }
  return bytes
}
