// The course of a mission, which knows no agent: all play an episode, every E episodes they exchange, until the mission is
// complete (any agent's mean score over its last 10 episodes reaches 490) or the cap is reached. A generator that yields
// its events and what it asks of all agents, and is sent their answers in agent order, wherever they live.

import type { Config } from './config.ts'
import { ascii, Chain, scoreBytes } from './digest.ts'
import { exchangeCourse, sound, type Traffic } from './exchange.ts'
import { NonFiniteError } from './kernel/agent.ts'
import type { Answer, Request } from './member.ts'
import { hashOf, type Terms } from './terms.ts'
import type { Transport } from './transport/memory.ts'

/** Mission [P]: mean score over the last 10 episodes. */
const MISSION_EPISODES = 10
const MISSION_SCORE = 490

export interface Exchange extends Omit<Traffic, 'trace'> {
  /** the episode after which it took place, from 1 */
  readonly episode: number
  /** hex; the digest chain up to and with this exchange */
  readonly digest: string
}

/** A non-finite policy or value stopped the run; never counted as censored. */
export interface Failure {
  /** -1 at an exchange or at the end */
  readonly agent: number
  readonly episode: number
  readonly step: number
  readonly message: string
}

export interface RunResult {
  /** fully resolved, the seed in it */
  readonly config: Config
  /** SHA-256 of the kernel's bytes, hex */
  readonly kernelHash: string
  /** mission completion time in episodes; null: censored at the cap (or failed) */
  readonly completion: number | null
  /** each agent's own, up to the stop */
  readonly completions: readonly (number | null)[]
  /** first episode at which the mean over agents of their 10-episode means reaches 490 */
  readonly meanCompletion: number | null
  /** episodes an agent has played */
  readonly episodes: number
  /** sum over agents */
  readonly envSteps: number
  /** [agent][episode] */
  readonly scores: readonly (readonly number[])[]
  readonly exchanges: readonly Exchange[]
  readonly failure: Failure | null
  readonly digest: string
}

export type RunEvent =
  | { readonly type: 'episode'; readonly episode: number; readonly scores: readonly number[] }
  | ({ readonly type: 'exchange' } & Exchange)

/** What a caller may give of its own: a compiled kernel, and how frames are carried. */
export interface Carriers {
  /** instead of the embedded one */
  readonly module?: WebAssembly.Module
  readonly transport?: Transport
}

/** Steps of all agents: an episode's score is its steps. */
export const stepsOf = (scores: RunResult['scores']) =>
  scores.reduce((sum, list) => list.reduce((total, score) => total + score, sum), 0)

const complete = (sum: number, agents: number) => sum >= MISSION_SCORE * MISSION_EPISODES * agents

/** A network that stops being finite ends the course with `failure`: the one of the first agent that tells of it. */
export function* mission(
  terms: Terms,
  { module, transport }: Carriers = {},
): Generator<Request | RunEvent, RunResult, readonly Answer[]> {
  const { config, method } = terms
  const chain = new Chain(config)

  const scores: number[][] = Array.from({ length: config.agents }, () => [])
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
        recent[at] += (score as number) - (list.length >= MISSION_EPISODES ? list[list.length - MISSION_EPISODES] : 0)
        list.push(score as number)
        if (episode >= MISSION_EPISODES && complete(recent[at], 1)) completions[at] ??= episode
      }
      at = -1
      const total = recent.reduce((sum, score) => sum + score, 0)
      if (episode >= MISSION_EPISODES && complete(total, scores.length)) meanCompletion ??= episode
      if (completions.some((time) => time !== null)) completion ??= episode
      yield { type: 'episode', episode, scores: scores.map((list) => list[episode - 1]) }

      if (config.until === 'first' && completion !== null) break
      if (config.until === 'last' && completions.every((time) => time !== null)) break
      if (!method.targets || episode % config.period !== 0 || episode === config.cap) continue
      const { trace, ...traffic } = yield* exchangeCourse(terms, scores.length, exchanges.length, transport)
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
    // An episode that only some agents ended counts for none.
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
