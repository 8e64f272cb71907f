// What the server of a federation tells all agents: the run's events and its end. An agent checks it by hand and
// keeps it, so that it has at the end the result that the server has.

import { type Check, hex, listOf, orNull, record, text, whole } from './checks.ts'
import { expected } from './field.ts'
import { type Exchange, type Failure, type RunEvent, type RunResult, stepsOf } from './mission.ts'
import { hashOf, type Terms } from './terms.ts'

/** What an agent does not know of the result from the events. */
type Outcome = Pick<RunResult, 'completion' | 'completions' | 'meanCompletion' | 'episodes' | 'failure' | 'digest'>

export type News = RunEvent | ({ readonly type: 'end' } & Outcome) | { readonly type: 'stop'; readonly message: string }

export function endOf({ completion, completions, meanCompletion, episodes, failure, digest }: RunResult): News {
  return { type: 'end', completion, completions, meanCompletion, episodes, failure, digest }
}

/** An agent's memory of what it was told. */
export interface Told {
  readonly scores: number[][]
  readonly exchanges: Exchange[]
}

const failureOf =
  (agents: number): Check<Failure> =>
  (value, name) => {
    const { agent, episode, step, message } = record(value, name)
    return {
      agent: agent === -1 ? -1 : whole(0, agents - 1)(agent, `${name}.agent`),
      episode: whole(1)(episode, `${name}.episode`),
      step: whole(0)(step, `${name}.step`),
      message: text(message, `${name}.message`),
    }
  }

/**
 * News as what it must be after what was told before.
 * @throws TypeError, RangeError for anything else
 */
export function newsOf({ config, env }: Terms, told: Told, value: unknown): News {
  const { agents } = config
  const news = record(value, 'news')
  const take = <T>(field: string, check: Check<T>) => check(news[field], `news.${field}`)
  const episodes = told.scores[0].length
  const { type } = news
  if (type === 'stop') return { type, message: take('message', text) }
  if (type === 'episode') {
    const next = episodes + 1
    const scores = take('scores', listOf(whole(1, env.limit), agents))
    return { type, episode: take('episode', whole(next, next)), scores }
  }
  if (type === 'exchange') {
    const bytes = listOf(whole(0), agents)
    return {
      type,
      episode: take('episode', whole(episodes, episodes)),
      uplinkBytes: take('uplinkBytes', bytes),
      downlinkBytes: take('downlinkBytes', bytes),
      uplinkWireBytes: take('uplinkWireBytes', bytes),
      downlinkWireBytes: take('downlinkWireBytes', bytes),
      digest: take('digest', hex),
    }
  }
  if (type !== 'end') throw new RangeError(expected('news.type', 'episode, exchange, end or stop', type))
  const time = orNull(whole(1, config.cap))
  return {
    type,
    completion: take('completion', time),
    completions: take('completions', listOf(time, agents)),
    meanCompletion: take('meanCompletion', time),
    episodes: take('episodes', whole(episodes, episodes)),
    failure: take('failure', orNull(failureOf(agents))),
    digest: take('digest', hex),
  }
}

/** Keeps an event. */
export function keep({ scores, exchanges }: Told, news: News): void {
  if (news.type === 'episode') for (const [i, score] of news.scores.entries()) scores[i].push(score)
  if (news.type !== 'exchange') return
  const { type: _, ...exchange } = news
  exchanges.push(exchange)
}

/** The server's result. @param module the kernel where it is the caller's own */
export function resultOf(
  { config }: Terms,
  { scores, exchanges }: Told,
  outcome: Outcome,
  module?: WebAssembly.Module,
): RunResult {
  const { completion, completions, meanCompletion, episodes, failure, digest } = outcome
  return {
    config,
    kernelHash: hashOf(module),
    completion,
    completions,
    meanCompletion,
    episodes,
    envSteps: stepsOf(scores),
    scores,
    exchanges,
    failure,
    digest,
  }
}
