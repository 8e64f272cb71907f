// What the server of a federation sends to all agents: the events of the run, and how it ended. An agent checks what it
// receives and keeps it, so that at the end it has the same result as the server.

import { type Check, finite, integerIn, listOf, record, recordOf, text } from '../config/checks.ts'
import type { Environment } from '../config/environment.ts'
import { expectedOneOf } from '../config/errors.ts'
import type { WasmModule } from '../kernel/platform.ts'
import {
  type Exchange,
  exchangeTable,
  type Outcome,
  outcomeTable,
  type RunEvent,
  type RunResult,
} from '../run/record.ts'
import { hashOf, type Setup } from '../run/setup.ts'

/** What the server sends: an event of the run, its end, or the message with which it broke off. */
export type ServerEvent =
  | RunEvent
  | ({ readonly type: 'end' } & Outcome)
  | { readonly type: 'stop'; readonly message: string }

/** The end of a run, as the server sends it. */
export function endOf(result: RunResult): ServerEvent {
  return { type: 'end', ...recordOf(outcomeTable(result.config))(result, 'result') }
}

/** What an agent has received so far. */
export interface Received {
  /** scores[agent][episode] */
  readonly scores: number[][]
  readonly exchanges: Exchange[]
  /** steps of all agents together */
  envSteps: number
}

const stepsIn = ({ limit }: Environment) => integerIn(1, limit)

/**
 * Checks a message of the server: it must be one that can follow what was received so far.
 * @throws TypeError, RangeError for anything else
 */
export function checkEvent({ config, env }: Setup, received: Received, value: unknown): ServerEvent {
  const event = record(value, 'event')
  const episodes = received.scores[0].length
  const { type } = event
  const take = <T>(field: string, check: Check<T>) => check(event[field], `event.${field}`)
  if (type === 'stop') return { type, message: take('message', text) }
  if (type === 'episode') {
    const next = episodes + 1
    const scores = take('scores', listOf(env.score === 'steps' ? stepsIn(env) : finite, config.agents))
    const steps = take('steps', listOf(stepsIn(env), config.agents))
    return { type, episode: take('episode', integerIn(next, next)), scores, steps }
  }
  const now = integerIn(episodes, episodes)
  if (type === 'exchange') return { type, ...recordOf({ ...exchangeTable(config), episode: now })(event, 'event') }
  if (type === 'end') return { type, ...recordOf({ ...outcomeTable(config), episodes: now })(event, 'event') }
  throw new RangeError(expectedOneOf('event.type', ['episode', 'exchange', 'end', 'stop'], type))
}

/** Adds an event to what was received. */
export function keep(received: Received, event: ServerEvent): void {
  if (event.type === 'episode') {
    for (const [i, score] of event.scores.entries()) received.scores[i].push(score)
    received.envSteps += event.steps.reduce((sum, count) => sum + count, 0)
  }
  if (event.type !== 'exchange') return
  const { type: _, ...exchange } = event
  received.exchanges.push(exchange)
}

/**
 * The result of the run, which equals the server's.
 * @param module the kernel, if the caller provides one
 */
export function resultOf({ config }: Setup, received: Received, outcome: Outcome, module?: WasmModule): RunResult {
  const { scores, exchanges, envSteps } = received
  return {
    ...recordOf(outcomeTable(config))(outcome, 'outcome'),
    config,
    kernelHash: hashOf(module),
    envSteps,
    scores,
    exchanges,
  }
}
