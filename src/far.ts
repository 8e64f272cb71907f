// What travels between a server and an agent that lives elsewhere: requests and answers as plain data, the bodies of an
// exchange in frames. Each side checks by hand what the other one sends, before any use.

import { orNull, record, whole } from './checks.ts'
import { expected } from './field.ts'
import { NonFiniteError } from './kernel/agent.ts'
import { plan } from './kernel/layout.ts'
import type { Kernel } from './kernel/wasm.ts'
import { type Answer, frame, header, type Request } from './member.ts'
import { decodeFrame, decodeWeights, SERVER } from './payload.ts'
import type { Terms } from './terms.ts'

/** A request to one agent: of the bodies its own, in the server's frame; empty where nothing travels. */
export type FarRequest =
  | Exclude<Request, { readonly ask: 'download' }>
  | { readonly ask: 'download'; readonly round: number; readonly frame: Uint8Array }

/** An answer as it travels: a network that stops being finite is its step and message. */
export type FarAnswer = Exclude<Answer, NonFiniteError> | { readonly step: number; readonly message: string }

const MAX_MESSAGE = 1000

const travels = ({ method, config }: Terms) => method.payload(config) !== 'none'

/** Requests of a course as agents receive them; a frame that many receive is made once. */
export function departing(terms: Terms): (request: Request, agent: number) => FarRequest {
  const frames = new WeakMap<Uint8Array, Uint8Array>()
  return (request, agent) => {
    if (request.ask !== 'download') return request
    const { ask, round, bodies } = request
    const body = bodies[agent]
    if (!travels(terms)) return { ask, round, frame: body }
    if (!frames.has(body)) frames.set(body, frame(terms, round, SERVER, body))
    return { ask, round, frame: frames.get(body)! }
  }
}

function bytesOf(value: unknown, name: string): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new TypeError(expected(name, 'a Uint8Array', typeof value))
}

/**
 * A request as an agent answers it.
 * @param now the episode and the exchange that are next
 * @throws TypeError, RangeError for what is no request or out of turn, PayloadError for a frame that is not the expected one
 */
export function arrived(terms: Terms, agent: number, now: { episode: number; round: number }, value: unknown): Request {
  const { ask, episode, round, frame } = record(value, 'request')
  if (ask === 'weights') return { ask }
  if (ask === 'play') return { ask, episode: whole(now.episode, now.episode)(episode, 'request.episode') }
  if (ask !== 'upload' && ask !== 'download') {
    throw new RangeError(expected('request.ask', 'one of play, upload, download, weights', ask))
  }
  whole(now.round, now.round)(round, 'request.round')
  if (ask === 'upload') return { ask, round: now.round }
  const bytes = bytesOf(frame, 'request.frame')
  const body = travels(terms) ? decodeFrame(bytes, header(terms, now.round, SERVER), terms.setting.space) : bytes
  if (!travels(terms)) whole(0, 0)(body.length, 'request.frame.length')
  return { ask, round: now.round, bodies: new Array(agent + 1).fill(body) }
}

/**
 * An agent's answer as the course takes it. Frames are checked by the exchange, as those of near agents are.
 * @throws TypeError, RangeError, PayloadError for what is no answer to that request
 */
export function answered(kernel: Kernel, terms: Terms, request: Request, agent: number, value: unknown): Answer {
  const name = `answer of agent ${agent} to ${request.ask}`
  if (typeof value === 'object' && value !== null && 'step' in value && 'message' in value) {
    const { step, message } = value
    if (typeof message !== 'string') throw new TypeError(expected(`${name}.message`, 'a text', typeof message))
    const failed = new NonFiniteError(message.slice(0, MAX_MESSAGE))
    failed.step = whole(0)(step, `${name}.step`)
    return failed
  }
  if (request.ask === 'play') return whole(1, terms.env.limit)(value, name)
  if (request.ask === 'download') return orNull(whole(0))(value, name)
  const bytes = bytesOf(value, name)
  if (request.ask === 'weights') {
    const none = { proxies: 0, replay: 0, targets: 0 }
    const { weights } = plan(kernel, terms.env, terms.config, none, [agent])
    decodeWeights(bytes, terms.setting.space, weights)
  }
  return bytes
}
