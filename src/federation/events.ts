// What the server of a federation tells all agents: the events of the run, and how it ended. An agent checks what it hears
// and keeps it, so that at the end it has the same result as the server.

import { type Check, integerIn, listOf, record, recordOf, text } from '../config/checks.ts'
import { expectedOneOf } from '../config/errors.ts'
import {
  type Exchange,
  exchangeTable,
  type Outcome,
  outcomeTable,
  type RunEvent,
  type RunResult,
  stepsOf,
} from '../run/record.ts'
import { hashOf, type Setup } from '../run/setup.ts'

/** What the server tells: an event of the run, its end, or that it broke off. */
export type Told = RunEvent | ({ readonly type: 'end' } & Outcome) | { readonly type: 'stop'; readonly message: string }

/** The end of a run, as it is told. */
export function endOf(result: RunResult): Told {
  return { type: 'end', ...recordOf(outcomeTable(result.config))(result, 'result') }
}

/** What an agent has heard so far. */
export interface Heard {
  /** scores[agent][episode] */
  readonly scores: number[][]
  readonly exchanges: Exchange[]
}

/**
 * A message of the server, which must be the one that can follow what was heard before.
 * @throws TypeError, RangeError for anything else
 */
export function checkTold({ config, env }: Setup, heard: Heard, value: unknown): Told {
  const told = record(value, 'news')
  const episodes = heard.scores[0].length
  const { type } = told
  const take = <T>(field: string, check: Check<T>) => check(told[field], `news.${field}`)
  if (type === 'stop') return { type, message: take('message', text) }
  if (type === 'episode') {
    const next = episodes + 1
    const scores = take('scores', listOf(integerIn(1, env.limit), config.agents))
    return { type, episode: take('episode', integerIn(next, next)), scores }
  }
  const now = integerIn(episodes, episodes)
  if (type === 'exchange') return { type, ...recordOf({ ...exchangeTable(config), episode: now })(told, 'news') }
  if (type === 'end') return { type, ...recordOf({ ...outcomeTable(config), episodes: now })(told, 'news') }
  throw new RangeError(expectedOneOf('news.type', ['episode', 'exchange', 'end', 'stop'], type))
}

/** Keeps an event among what was heard. */
export function keep({ scores, exchanges }: Heard, told: Told): void {
  if (told.type === 'episode') for (const [i, score] of told.scores.entries()) scores[i].push(score)
  if (told.type !== 'exchange') return
  const { type: _, ...exchange } = told
  exchanges.push(exchange)
}

/** The server's result. @param module the kernel, where it is the caller's own */
export function resultOf({ config }: Setup, heard: Heard, outcome: Outcome, module?: WebAssembly.Module): RunResult {
  const { scores, exchanges } = heard
  return {
    ...recordOf(outcomeTable(config))(outcome, 'outcome'),
    config,
    kernelHash: hashOf(module),
    envSteps: stepsOf(scores),
    scores,
    exchanges,
  }
}
