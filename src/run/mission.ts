// The course of a mission: all agents play an episode, and after every E episodes they exchange. It ends when any agent's
// mean score over its last episodes is what the environment's mission asks for, in CartPole 490 over 10 [P] (`until:
// first`), when each agent's has been so (`last`), or only at the cap (`cap`), where every run ends. It is a generator that holds no agent: it yields its events and its
// requests to all agents, and its caller sends it their answers in agent order, wherever the agents live; the answer of an
// agent that has no part in a period is null.

import type { Config } from '../config/config.ts'
import type { Mission } from '../config/environment.ts'
import { fields } from '../config/fields.ts'
import { withFields } from '../config/resolve.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { NonFiniteError, type Played } from '../kernel/records.ts'
import type { Transport } from '../wire/transport.ts'
import { absentBytes, ascii, Chain, scoreBytes } from './digest.ts'
import { exchangeCourse, sound } from './exchange.ts'
import { NO_PAST, type Past } from './frames.ts'
import { type Period, periodOf } from './periods.ts'
import type { Answer, Ask } from './protocol.ts'
import type { Exchange, Failure, RunEvent, RunResult } from './record.ts'
import { hashOf, type Setup } from './setup.ts'

/** What the caller may provide: a compiled kernel, and a way to carry frames. */
export interface Carriers {
  /** a compiled kernel instead of the embedded one */
  readonly module?: WasmModule
  /** how frames get to the server and back; by default within this process */
  readonly transport?: Transport
}

/** Whether the sum of so many scores completes a mission. */
export function completes({ threshold, direction }: Mission, sum: number, count: number): boolean {
  return direction === 'at least' ? sum >= threshold * count : sum <= threshold * count
}

/**
 * Runs the course of one mission. It yields requests, for which it is sent the answers of all agents in agent order,
 * and an event after each episode and each exchange; it returns the result. If a network stops being finite, the run
 * ends early and the result has a `failure`. It names the first agent, in agent order, whose episode failed, or -1 at
 * an exchange.
 */
export function* mission(
  setup: Setup,
  { module, transport }: Carriers = {},
): Generator<Ask | RunEvent, RunResult, readonly Answer[]> {
  const { config, method, env } = setup
  const { window } = env.mission
  const chain = new Chain(config)

  const scores: number[][] = Array.from({ length: config.agents }, () => [])
  /** the sum of each agent's scores over its last episodes */
  const recent = scores.map(() => 0)
  const completions: (number | null)[] = scores.map(() => null)
  const exchanges: Exchange[] = []
  let completion: number | null = null
  let meanCompletion: number | null = null
  let failure: Failure | null = null
  let episode = 0
  let envSteps = 0
  /** the scores since the last link of the chain, and the agents that have one of the episode under way */
  let since: number[] = []
  let fresh: number[] = []
  /** the agents that had no part, by period */
  const absent: number[][] = []
  let period: Period = { index: -1, first: 0, last: 0 }
  let at = -1
  let pasts: readonly Past[] = scores.map(() => NO_PAST)

  try {
    while (episode < config.cap) {
      episode++
      const answers: readonly Answer[] = yield { ask: 'play', episode }
      if (episode > period.last) period = periodOf(config, episode)
      absent[period.index] ??= missing(answers)
      fresh = []
      for (at = 0; at < scores.length; at++) {
        const played = answers[at]
        if (played === null) continue
        if (played instanceof NonFiniteError) throw played
        const list = scores[at]
        list.push((played as Played).score)
        fresh.push(at)
        recent[at] = list.slice(-window).reduce((sum, score) => sum + score, 0)
        if (list.length >= window && completes(env.mission, recent[at], window)) completions[at] ??= episode
      }
      at = -1
      const total = recent.reduce((sum, score) => sum + score, 0)
      const haveAll = scores.every((list) => list.length >= window)
      if (haveAll && completes(env.mission, total, window * scores.length)) meanCompletion ??= episode
      if (completions.some((time) => time !== null)) completion ??= episode
      const steps = fresh.map((agent) => (answers[agent] as Played).steps)
      envSteps += steps.reduce((sum, count) => sum + count, 0)
      const played = fresh.map((agent) => scores[agent][scores[agent].length - 1])
      since.push(...played)
      const players = fresh.length < scores.length ? { players: fresh } : {}
      fresh = []
      yield { type: 'episode', episode, scores: played, steps, ...players }

      if (config.until === 'first' && completion !== null) break
      if (config.until === 'last' && completions.every((time) => time !== null)) break
      if (!method.targets || episode !== period.last || episode === config.cap) continue
      const away = new Set(absent[absent.length - 1])
      const course = exchangeCourse(setup, scores.length, exchanges.length, transport, pasts, away)
      const { trace, pasts: next, ...traffic } = yield* course
      pasts = next
      const gone = absentBytes(absent[absent.length - 1])
      const digest = chain.add(scoreBytes(env.score, since), ...trace, ...gone)
      since = []
      const event = { episode, ...traffic, digest }
      exchanges.push(event)
      yield { type: 'exchange', ...event }
    }
    const gone = absentBytes(absent[absent.length - 1])
    const finals = sound<Uint8Array | null>(yield { ask: 'weights' })
    absent.push(missing(finals))
    const weights = finals.filter((final) => final !== null)
    chain.add(scoreBytes(env.score, since), ...weights, ...gone, ...absentBytes(missing(finals)))
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error
    failure = { agent: at, episode, step: at < 0 ? 0 : error.step, message: error.message }
    // An episode that not all agents have finished counts for none of them.
    if (at >= 0) episode--
    for (const agent of fresh) scores[agent].pop()
    chain.add(scoreBytes(env.score, since), ascii(`failed\0${at}\0${failure.step}`))
    completion = null
  }
  return {
    config: recording(config, absent),
    kernelHash: hashOf(module),
    completion,
    completions,
    meanCompletion,
    episodes: episode,
    envSteps,
    scores,
    exchanges,
    failure,
    digest: chain.hex,
  }
}

/** The agents that have given no answer. */
const missing = (answers: readonly Answer[]) => answers.flatMap((answer, agent) => (answer === null ? [agent] : []))

/** The config with the agents that had no part, by period, where the run has found them. */
export function recording(config: Config, absent: readonly (readonly number[])[]): Config {
  const found = fields.absent.check(absent, 'absent')
  return fields.absent.show(found) === fields.absent.show(config.absent)
    ? config
    : withFields(config, { absent: found })
}
