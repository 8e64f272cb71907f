// The course of a mission: all agents play an episode, every E episodes they exchange, until any agent's mean score over its
// last 10 episodes reaches 490 or the cap is reached. A generator that holds no agent: it yields its events and what it
// asks of all agents, and is sent their answers in agent order, wherever they live.

import { NonFiniteError } from '../kernel/agent.ts'
import type { Transport } from '../wire/transport.ts'
import { ascii, Chain, scoreBytes } from './digest.ts'
import { exchangeCourse, sound } from './exchange.ts'
import type { Answer, Ask } from './protocol.ts'
import { type Exchange, type Failure, type RunEvent, type RunResult, stepsOf } from './record.ts'
import { hashOf, type Setup } from './setup.ts'

/** The mission [P]: a mean score of 490 over the last 10 episodes. */
export const MISSION = {
  /** how many last episodes count */
  episodes: 10,
  /** the mean score over them that completes the mission */
  score: 490,
} as const

/** What a caller may bring of its own: a compiled kernel, and how frames are carried. */
export interface Carriers {
  /** a compiled kernel instead of the embedded one */
  readonly module?: WebAssembly.Module
  /** how frames get to the server and back; by default in process */
  readonly transport?: Transport
}

const isComplete = (sum: number, agents: number) => sum >= MISSION.score * MISSION.episodes * agents

/** A network that stops being finite ends the run with `failure`: that of the first agent that tells of it. */
export function* mission(
  setup: Setup,
  { module, transport }: Carriers = {},
): Generator<Ask | RunEvent, RunResult, readonly Answer[]> {
  const { config, method } = setup
  const chain = new Chain(config)

  const scores: number[][] = Array.from({ length: config.agents }, () => [])
  /** the sum of each agent's last scores */
  const recent = scores.map(() => 0)
  const completions: (number | null)[] = scores.map(() => null)
  const exchanges: Exchange[] = []
  let completion: number | null = null
  let meanCompletion: number | null = null
  let failure: Failure | null = null
  let episode = 0
  let digested = 0
  let at = -1

  try {
    while (episode < config.cap) {
      episode++
      const answers: readonly Answer[] = yield { ask: 'play', episode }
      for (at = 0; at < scores.length; at++) {
        const score = answers[at]
        if (score instanceof NonFiniteError) throw score
        const list = scores[at]
        recent[at] += (score as number) - (list.length >= MISSION.episodes ? list[list.length - MISSION.episodes] : 0)
        list.push(score as number)
        if (episode >= MISSION.episodes && isComplete(recent[at], 1)) completions[at] ??= episode
      }
      at = -1
      const total = recent.reduce((sum, score) => sum + score, 0)
      if (episode >= MISSION.episodes && isComplete(total, scores.length)) meanCompletion ??= episode
      if (completions.some((time) => time !== null)) completion ??= episode
      yield { type: 'episode', episode, scores: scores.map((list) => list[episode - 1]) }

      if (config.until === 'first' && completion !== null) break
      if (config.until === 'last' && completions.every((time) => time !== null)) break
      if (!method.targets || episode % config.period !== 0 || episode === config.cap) continue
      const { trace, ...traffic } = yield* exchangeCourse(setup, scores.length, exchanges.length, transport)
      const digest = chain.add(scoreBytes(scores, digested, episode), ...trace)
      digested = episode
      const event = { episode, ...traffic, digest }
      exchanges.push(event)
      yield { type: 'exchange', ...event }
    }
    const finals = sound<Uint8Array>(yield { ask: 'weights' })
    chain.add(scoreBytes(scores, digested, episode), ...finals)
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error
    failure = { agent: at, episode, step: at < 0 ? 0 : error.step, message: error.message }
    // An episode that only some agents have ended counts for none.
    if (at >= 0) episode--
    for (const list of scores) list.length = episode
    chain.add(scoreBytes(scores, digested, episode), ascii(`failed\0${at}\0${failure.step}`))
    completion = null
  }
  return {
    config,
    kernelHash: hashOf(module),
    completion,
    completions,
    meanCompletion,
    episodes: episode,
    envSteps: stepsOf(scores),
    scores,
    exchanges,
    failure,
    digest: chain.hex,
  }
}
