// What the server of a federation may tell all members with its requests: the events of the run, and its outcome. A member
// checks what it receives and keeps it, so that at the end it has the same result as the server.

import { type Check, finite, integerIn, listOf, optional, record, recordOf } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { expectedOneOf } from '../config/errors.ts'
import { fields } from '../config/fields.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { recording } from '../run/mission.ts'
import {
  type Exchange,
  exchangeTable,
  type Outcome,
  outcomeTable,
  type RunEvent,
  type RunResult,
} from '../run/record.ts'
import { hashOf, type Setup } from '../run/setup.ts'

/** The outcome of a run, with the agents that had no part in a period, by period. */
type End = { readonly type: 'end' } & Pick<Config, 'absent'> & Outcome

/** What the server tells: an event of the run, or its outcome. */
export type ServerEvent = RunEvent | End

/** The outcome of a run, as the server tells it. */
export function endOf(result: RunResult): ServerEvent {
  const { config } = result
  return { type: 'end', absent: config.absent, ...recordOf(outcomeTable(config))(result, 'result') }
}

/** What a member has received so far. */
interface Received {
  /** scores[agent][k], as in a result */
  readonly scores: number[][]
  readonly exchanges: Exchange[]
  episodes: number
  /** steps of all agents together */
  envSteps: number
}

const stepsIn = ({ limit }: Environment) => integerIn(1, limit)

/**
 * Checks a message of the server: it must be one that can follow what was received so far.
 * @throws TypeError, RangeError for anything else
 */
function checkEvent({ config, env }: Setup, received: Received, value: unknown): ServerEvent {
  const event = record(value, 'event')
  const { episodes } = received
  const { type } = event
  const take = <T>(field: string, check: Check<T>) => check(event[field], `event.${field}`)
  if (type === 'episode') {
    const next = episodes + 1
    const some = optional(listOf(integerIn(0, config.agents - 1)))
    const players = take('players', some)
    const count = players?.length ?? config.agents
    const scores = take('scores', listOf(env.score === 'steps' ? stepsIn(env) : finite, count))
    const steps = take('steps', listOf(stepsIn(env), count))
    return { type, episode: take('episode', integerIn(next, next)), scores, steps, ...(players && { players }) }
  }
  const now = integerIn(episodes, episodes)
  if (type === 'exchange') return { type, ...recordOf({ ...exchangeTable(config), episode: now })(event, 'event') }
  if (type === 'end') {
    const { absent } = fields
    return { type, ...recordOf({ absent: absent.check, ...outcomeTable(config), episodes: now })(event, 'event') }
  }
  throw new RangeError(expectedOneOf('event.type', ['episode', 'exchange', 'end'], type))
}

/** Adds an event to what was received. */
function keep(received: Received, event: RunEvent): void {
  if (event.type === 'episode') {
    const { players } = event
    for (const [i, score] of event.scores.entries()) received.scores[players?.[i] ?? i].push(score)
    received.episodes++
    received.envSteps += event.steps.reduce((sum, count) => sum + count, 0)
  } else {
    const { type: _, ...exchange } = event
    received.exchanges.push(exchange)
  }
}

/**
 * The result of the run, which equals the server's.
 * @param module the kernel, if the caller provides one
 */
function resultOf({ config }: Setup, received: Received, outcome: End, module?: WasmModule): RunResult {
  const { scores, exchanges, envSteps } = received
  return {
    ...recordOf(outcomeTable(config))(outcome, 'outcome'),
    config: recording(config, outcome.absent),
    kernelHash: hashOf(module),
    envSteps,
    scores,
    exchanges,
  }
}

/** What a member does with what the server tells. */
export interface Following {
  /** called with each event of the run, in order */
  readonly onEvent?: (event: RunEvent) => void
  /** called with the result at the end of a run that was not broken off */
  readonly onResult?: (result: RunResult) => void
}

/**
 * Follows a run by what its server tells. The function that is returned takes what was received.
 * @param module the kernel, if the caller provides one
 * @throws TypeError, RangeError for what cannot follow what was received before
 */
export function followRun(
  setup: Setup,
  { onEvent, onResult }: Following,
  module?: WasmModule,
): (value: unknown) => void {
  const scores = Array.from({ length: setup.config.agents }, (): number[] => [])
  const received: Received = { scores, exchanges: [], episodes: 0, envSteps: 0 }
  return (value) => {
    const event = checkEvent(setup, received, value)
    if (event.type === 'end') return onResult?.(resultOf(setup, received, event, module))
    keep(received, event)
    onEvent?.(event)
  }
}
