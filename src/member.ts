// An agent's side of a run: what the course of a mission asks of all agents, and how one that lives in this instance
// answers. A network that stops being finite is an answer too, so that near and far agents fail in one way.

import { type Agent, NonFiniteError } from './kernel/agent.ts'
import { layOut } from './kernel/layout.ts'
import type { Kernel } from './kernel/wasm.ts'
import { encodeFrame, entryCount, type Header } from './payload.ts'
import { seedAgent } from './seed.ts'
import type { Terms } from './terms.ts'

/** What is asked of every agent at once. */
export type Request =
  /** play an episode, from 1; the answer is its score */
  | { readonly ask: 'play'; readonly episode: number }
  /** the frame of an exchange, whose number counts from 0 */
  | { readonly ask: 'upload'; readonly round: number }
  /**
   * Learn from one's own of the bodies, one an agent, as they came in the frames; empty where nothing travels. The answer
   * is the payload as the paper counts it, null for the whole body.
   */
  | { readonly ask: 'download'; readonly round: number; readonly bodies: readonly Uint8Array[] }
  /** the final weights, f32 as bytes */
  | { readonly ask: 'weights' }

export type Answer = number | Uint8Array | null | NonFiniteError

/** How agent i plays an episode; returns its score. */
export type Play<Score = number> = (agent: Agent, index: number) => Score

/** Lays out the agents of these numbers, all unless given, each with its own streams and first weights. */
export function startAgents(kernel: Kernel, terms: Terms, numbers?: readonly number[]): Agent[] {
  const { config, method, env, capacity } = terms
  const common = method.commonInit?.(config) ? 0 : undefined
  const agents = layOut(kernel, env, config, capacity, numbers)
  for (const [k, agent] of agents.entries()) seedAgent(agent, config.seed, numbers ? numbers[k] : k, common)
  return agents
}

/** What an exchange needs to know of a run. */
export type Exchanging = Pick<Terms, 'method' | 'setting' | 'tags'>

/** The header of a frame of one exchange, but for its count. */
export function header({ method, setting, tags }: Exchanging, round: number, agent: number): Omit<Header, 'count'> {
  return { kind: method.payload(setting.config), ...tags, round, agent }
}

export function frame(terms: Exchanging, round: number, agent: number, body: Uint8Array): Uint8Array {
  const head = header(terms, round, agent)
  return encodeFrame({ ...head, count: entryCount(head.kind, terms.setting.space, body) }, body)
}

const playEpisode: Play = (agent) => agent.playEpisode()

/** What agent i answers. Anything but a NonFiniteError is thrown. */
export function answer(terms: Exchanging, agent: Agent, i: number, request: Request, play = playEpisode): Answer {
  const { method, setting } = terms
  try {
    if (request.ask === 'play') return play(agent, i)
    if (request.ask === 'upload') return frame(terms, request.round, i, method.upload(agent, setting))
    if (request.ask === 'weights') return new Uint8Array(agent.weights().buffer)
    method.download(agent, request.bodies[i], setting)
    const bytes = method.paperBytes?.(agent) ?? null
    if (setting.config.memoryReset === 'exchange') agent.forget()
    return bytes
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error
    error.step = agent.steps
    return error
  }
}

/** The answers of agents that all live here, in their order; none is asked after one that failed. */
export function answerAll(terms: Exchanging, agents: readonly Agent[], request: Request, play?: Play): Answer[] {
  const answers: Answer[] = []
  for (const [i, agent] of agents.entries()) {
    answers.push(answer(terms, agent, i, request, play))
    if (answers[i] instanceof NonFiniteError) break
  }
  return answers
}
