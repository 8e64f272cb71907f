// What a run asks of its agents, and how an agent that lives in this instance answers. A network that stops being
// finite is an answer too (NonFiniteError), so that agents here and elsewhere fail in the same way.

import { worldOf } from '../environments/own.ts'
import type { Agent } from '../kernel/agent.ts'
import { layOut } from '../kernel/layout.ts'
import { NonFiniteError, type Played } from '../kernel/records.ts'
import type { Kernel } from '../kernel/wasm.ts'
import { type ExchangeSetup, encodedBytes, type Past, uplinkFrame } from './frames.ts'
import { callMethod } from './methodFault.ts'
import type { Setup } from './setup.ts'
import { seedAgent } from './streams.ts'
import { hasSent, noteScore, sends } from './triggers.ts'

/** What an agent receives. Both are empty where nothing travels, and where the frame does not arrive. */
export interface Downlink {
  /** the server's frame */
  readonly frame: Uint8Array
  /** the body in it, of float32 whatever the codec, which is checked already */
  readonly body: Uint8Array
}

/** Play an episode. The answer is its score and its steps. */
export interface AskPlay {
  /** the kind of request */
  readonly ask: 'play'
  /** the episode, from 1 */
  readonly episode: number
}

/** Send the frame of an exchange. The answer is that frame, or null from an agent that sends none this time. */
export interface AskUpload {
  /** the kind of request */
  readonly ask: 'upload'
  /** the exchange, from 0 */
  readonly round: number
  /** the past of each agent, in agent order, of which each side keeps its own */
  readonly pasts: readonly Past[]
}

/**
 * Learn from the downlink of this agent, unless the frame was lost. The answer is the number of bytes of the payload as the paper counts them, or
 * null if that is the whole body.
 */
export interface AskDownload {
  /** the kind of request */
  readonly ask: 'download'
  /** the exchange, from 0 */
  readonly round: number
  /** one per agent, in agent order */
  readonly downlinks: readonly Downlink[]
  /** the past of each agent, in agent order, without this exchange */
  readonly pasts: readonly Past[]
}

/** Send the final weights. The answer is f32 as bytes. */
export interface AskWeights {
  /** the kind of request */
  readonly ask: 'weights'
}

/** What is asked of every agent at once. */
export type Ask = AskPlay | AskUpload | AskDownload | AskWeights

/**
 * An agent's answer: an episode or a number of bytes, a frame or weights, or what stopped it. Of an agent that has no part
 * in a period, or sends nothing at an exchange, it is null.
 */
export type Answer = Played | number | Uint8Array | null | NonFiniteError

/** Plays an episode with agent `index`, and returns its score. */
export type Play<Score = number> = (agent: Agent, index: number) => Score

/** Plays an episode with agent `index`, and tells of it. */
export type PlayEpisode = (agent: Agent, index: number) => Played

/** Gives an agent that was just laid out its streams, its first weights and, where it is the host's, its environment. */
export function startAgent({ config, method, own, start }: Setup, agent: Agent, number: number): void {
  seedAgent(agent, config.seed, number, method.commonInit?.(config) ? 0 : undefined)
  if (start) agent.setWeights(start[number])
  if (own) agent.inhabit(worldOf(own, agent.draws('reset'), agent.env.parameters))
}

/**
 * Lays out the agents with these numbers, or all agents, and starts each.
 * @throws as layOut
 */
export function startAgents(kernel: Kernel, setup: Setup, numbers?: readonly number[]): Agent[] {
  const agents = layOut(kernel, setup.env, setup.config, setup.capacity, numbers)
  for (const [k, agent] of agents.entries()) startAgent(setup, agent, numbers ? numbers[k] : k)
  return agents
}

/** Of a function that returns the score alone: the agent has counted the steps. A score of -0 becomes 0. */
export const counting =
  (play: Play): PlayEpisode =>
  (agent, index) => ({ score: play(agent, index) + 0, steps: agent.steps })

const playEpisode = counting((agent) => agent.playEpisode())

/** What agent i answers. A NonFiniteError is returned as the answer; every other error is thrown. */
export function answer(setup: ExchangeSetup, agent: Agent, i: number, asked: Ask, play = playEpisode): Answer {
  const { method, context } = setup
  const { config } = context
  try {
    if (asked.ask === 'play') {
      const played = play(agent, i)
      noteScore(config, agent, played.score)
      return played
    }
    if (asked.ask === 'weights') return new Uint8Array(agent.weights().buffer)
    const { round } = asked
    const past = asked.pasts[i]
    if (asked.ask === 'upload') {
      if (!sends(config, agent, i, round)) return null
      const upload = callMethod(setup, { name: 'upload', round, agent: i }, () => method.upload(agent, context))
      return uplinkFrame(setup, round, i, upload, past, () => agent.proxies())
    }
    const { body, frame } = asked.downlinks[i]
    const isSilent = method.payload(config) === 'none'
    if (isSilent || frame.length > 0) {
      callMethod(setup, { name: 'download', round, agent: i }, () => method.download(agent, body, context))
    }
    const bytes = method.paperBytes?.(agent, (payload) => encodedBytes(setup, payload, past)) ?? null
    if (config.memoryReset === 'exchange' && (isSilent || hasSent(config, agent, i, round))) agent.forget()
    return bytes
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error
    error.step = agent.steps
    return error
  }
}

/**
 * The answers of agents that all live in this instance, in agent order. After one has failed, no other agent is asked.
 * @param absent the agents that have no part
 */
export function answerAll(
  setup: ExchangeSetup,
  agents: readonly Agent[],
  asked: Ask,
  play?: PlayEpisode,
  absent?: ReadonlySet<number>,
): Answer[] {
  const answers: Answer[] = []
  for (const [i, agent] of agents.entries()) {
    answers.push(absent?.has(i) ? null : answer(setup, agent, i, asked, play))
    if (answers[i] instanceof NonFiniteError) break
  }
  return answers
}
