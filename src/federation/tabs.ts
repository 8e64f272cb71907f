// A federation over a BroadcastChannel: host() is the side that serves and holds agent 0, and join() is a side that
// holds one of the other agents. There is no clock here: a caller that can find out that an agent is gone reports it
// (`gone`).

import { functionOf, integerIn, optional } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import type { StopSignal } from '../kernel/platform.ts'
import type { RunEvent, RunResult } from '../run/record.ts'
import type { RunOptions } from '../run/run.ts'
import { setUp } from '../run/setup.ts'
import { type Channel, channelOf, openAgentSide, openServerSide, type ServerSide } from './broadcast.ts'
import { checkEvent, endOf, keep, type Received, resultOf } from './events.ts'
import { askAll, type Member, type MemberOptions, nameOf, takePartIn } from './members.ts'

/** What a side over a BroadcastChannel takes beside the config. */
export interface FederationOptions extends MemberOptions {
  /**
   * Returns a promise that resolves when that agent is gone, for example when a lock that the agent holds becomes free.
   * Let it wait a little longer, because the last messages of the agent may still be on their way. Without `gone`, the
   * others wait for ever for an agent that disappears without a message.
   */
  readonly gone?: (agent: number, signal: StopSignal) => Promise<unknown>
  /**
   * called with the agents whose answers are awaited, whenever they change; the list is empty while agent 0, which
   * serves, is at work
   */
  readonly onPending?: (agents: readonly number[]) => void
}

/** What the side that serves takes beside the config. */
export interface HostOptions extends FederationOptions, Pick<RunOptions, 'transport'> {}

/** Says which agents are here. It is yielded while others are still awaited, and when all have come. */
export interface Here {
  /** distinguishes it from the events of the run */
  readonly type: 'here'
  /** their numbers, ascending */
  readonly agents: readonly number[]
}

const GO_ON = 'the run cannot go on without it; start it anew with all agents'

/** @param episodes how many all agents have played */
function leftError(agent: number, episodes: number, why = ''): Error {
  const who = agent === 0 ? 'agent 0, which serves,' : `agent ${agent}`
  const when = episodes ? `after episode ${episodes}` : 'before the first episode ended'
  return new Error(`${who} left ${when}${why && ` (${why})`}: ${GO_ON}`)
}

/** @throws TypeError for what is no channel, and for options that are no functions */
function checkSide(channel: unknown, { gone, onPending }: FederationOptions): void {
  channelOf(channel, 'channel')
  optional(functionOf)(gone, 'gone')
  optional(functionOf)(onPending, 'onPending')
}

/** Calls `then` once an agent is gone, unless `signal` was aborted before. */
function watch({ gone }: FederationOptions, agent: number, signal: StopSignal, then: () => void): void {
  gone?.(agent, signal).then(
    () => !signal.aborted && then(),
    () => {}, // aborted
  )
}

/**
 * The side that serves and holds agent 0. It waits for the other agents and then runs. It yields which agents are here
 * and the events of the run, and returns the result.
 *
 * @example
 * const config = { method: 'frd', agents: 4, seed: 7 }
 * const channel = new BroadcastChannel(federationName(config))
 * for await (const event of host(config, channel)) console.log(event)
 * @throws Error if an agent left, after all others were told
 */
export async function* host(
  given: Partial<Config>,
  channel: Channel,
  options: HostOptions = {},
): AsyncGenerator<Here | RunEvent, RunResult> {
  const setup = setUp(given, options)
  const member = takePartIn(setup, 0, options)
  checkSide(channel, options)
  const { agents } = setup.config
  const over = new AbortController()
  let episodes = 0
  let stop = leftError(0, episodes).message
  const side: ServerSide = openServerSide(channel, nameOf(setup), agents, {
    // It answers in a later turn of the event loop, so that the requests to the others go out first.
    own: new Map([[0, async (request) => Promise.resolve(request).then(member)]]),
    onHere: (agent) => watch(options, agent, over.signal, () => side.lose(agent)),
    onPending: options.onPending ?? (() => {}),
    explain: (agent, why) => leftError(agent, episodes, why),
  })
  try {
    for (let isFull = false; !isFull; ) {
      const here = side.here()
      isFull = here.length === agents
      if (isFull) side.begin()
      side.announce()
      yield { type: 'here', agents: here }
      if (!isFull) await side.changed()
    }
    const members = Array.from(
      { length: agents },
      (_, i): Member =>
        (request) =>
          side.ask(i, request),
    )
    const events = askAll(setup, members, options)
    for (;;) {
      const { done, value } = await events.next()
      if (done) {
        side.publish(endOf(value))
        stop = ''
        return value
      }
      if (value.type === 'episode') episodes = value.episode
      side.publish(value)
      stop = leftError(0, episodes).message
      yield value
    }
  } catch (error) {
    stop = (error as Error).message
    throw error
  } finally {
    if (stop) side.publish({ type: 'stop', message: stop })
    over.abort()
    side.close()
  }
}

/**
 * The side that holds agent `number`, from 1, and answers the side that serves. It yields what that side sends, and
 * returns its result.
 *
 * @example
 * for await (const event of join(config, 1, channel)) console.log(event)
 * @throws Error if any agent left; TypeError, RangeError, PayloadError for an invalid message of the server
 */
export async function* join(
  given: Partial<Config>,
  number: number,
  channel: Channel,
  options: FederationOptions = {},
): AsyncGenerator<Here | RunEvent, RunResult> {
  const setup = setUp(given, options)
  const { agents } = setup.config
  integerIn(1, agents - 1)(number, 'agent')
  const member = takePartIn(setup, number, options)
  checkSide(channel, options)
  const received: Received = { scores: Array.from({ length: agents }, (): number[] => []), exchanges: [], envSteps: 0 }
  const over = new AbortController()
  const queue: (Here | { readonly type: 'event'; readonly message: unknown })[] = []
  let failed: Error | null = null
  let why = ''
  let wake = () => {}
  const fail = (error: Error) => {
    failed ??= error
    wake()
  }
  const side = openAgentSide(channel, nameOf(setup), agents, number, {
    answering: member,
    onPresent: (agents) => {
      if (received.scores[0].length) return // the run has begun, so all are here
      queue.push({ type: 'here', agents })
      wake()
    },
    onEvent: (message) => {
      queue.push({ type: 'event', message })
      wake()
    },
    onError: (error) => {
      why ||= error.message
      fail(error)
    },
    onPending: options.onPending ?? (() => {}),
  })
  watch(options, 0, over.signal, () => fail(leftError(0, received.scores[0].length)))
  let isOver = false
  try {
    for (;;) {
      const next = queue.shift()
      if (!next) {
        if (failed) throw failed
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      if (next.type === 'here') {
        yield next
        continue
      }
      const event = checkEvent(setup, received, next.message)
      isOver = event.type === 'end' || event.type === 'stop'
      if (event.type === 'end') return resultOf(setup, received, event, options.module)
      if (event.type === 'stop') throw new Error(event.message)
      keep(received, event)
      yield event
    }
  } catch (error) {
    why ||= (error as Error).message
    throw error
  } finally {
    if (!isOver) side.leave(why)
    over.abort()
    side.close()
  }
}
