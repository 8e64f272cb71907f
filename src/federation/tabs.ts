// A federation over a BroadcastChannel: host() is the side that serves and holds agent 0, and join() is a side that holds
// one of the other agents. An agent may leave and come back, or another side may take its number: it is asked everything
// again, and the run goes on. There is no clock here: a caller that can find out that an agent is gone reports it (`gone`).

import { functionOf, integerIn, optional } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import type { StopSignal } from '../kernel/platform.ts'
import type { RunEvent, RunResult } from '../run/record.ts'
import type { RunOptions } from '../run/run.ts'
import { type Setup, setUp } from '../run/setup.ts'
import { openArrivals } from './arrivals.ts'
import { type Channel, channelOf, type LineOptions, openMemberLine, openServerLine } from './broadcast.ts'
import { serveOver, takePartOverIn } from './carried.ts'
import { type Timer, timerOf } from './carrier.ts'
import { checkApart, type MemberOptions, nameOf } from './members.ts'
import { endingTogether } from './timers.ts'

/** What a side over a BroadcastChannel takes beside the config. */
export interface FederationOptions extends MemberOptions {
  /**
   * Returns a promise that resolves when that agent is gone, for example when a lock that the agent holds becomes free.
   * Let it wait a little longer, because the last messages of the agent may still be on their way. Of an agent that is
   * gone the others are told, and the run waits for it; without agent 0, which serves, the run ends. Without `gone`, the
   * others wait for an agent that disappears without a message, and do not know that it is away.
   */
  readonly gone?: (agent: number, signal: StopSignal) => Promise<unknown>
  /**
   * called with the agents whose answers are awaited, whenever they change. At a side that does not serve, agent 0, which
   * serves, is never among them, and the list is empty while that agent plays or the server is at work
   */
  readonly onPending?: (agents: readonly number[]) => void
}

/** What the side that serves takes. */
export interface HostOptions extends FederationOptions, Pick<RunOptions, 'transport'> {
  /** when requests are sent again; without it they are not, for a channel that loses nothing, as the web's */
  readonly timer?: Timer
}

/** Says which agents are here. It is yielded until all have come, and later whenever one has left or come back. */
export interface Here {
  /** distinguishes it from the events of the run */
  readonly type: 'here'
  /** their numbers, ascending */
  readonly agents: readonly number[]
  /** how many episodes all agents have played; an agent that has come back or has come later plays them first */
  readonly episodes: number
}

const GO_ON = 'the run cannot go on without it; start it anew with all agents'

/** @param episodes how many all agents have played */
function leftError(episodes: number): Error {
  const when = episodes ? `after episode ${episodes}` : 'before the first episode ended'
  return new Error(`agent 0, which serves, left ${when}: ${GO_ON}`)
}

/** What a side is told that was still playing earlier episodes when another side with its number had played the last one. */
const lateMessage = (agent: number) =>
  `the run is over, and this side was behind: another one is agent ${agent} too; take a number that no other has`

/** @throws TypeError for what is no channel, and for options that are no functions; RangeError as checkApart */
function checkSide(setup: Setup, channel: unknown, { gone, onPending }: FederationOptions): void {
  checkApart(setup)
  channelOf(channel, 'channel')
  optional(functionOf)(gone, 'gone')
  optional(functionOf)(onPending, 'onPending')
}

const lineFor = (setup: Setup, { onPending = () => {} }: FederationOptions): LineOptions => ({
  name: nameOf(setup),
  federation: setup.tags.federation,
  agents: setup.config.agents,
  onPending,
})

/** Calls `then` once an agent is gone, unless `signal` was aborted before. */
function watch({ gone }: FederationOptions, agent: number, signal: StopSignal, then: () => void): void {
  gone?.(agent, signal).then(
    () => !signal.aborted && then(),
    () => {}, // aborted
  )
}

/** Sends nothing again. The requests are kept all the same, for an agent that comes back. */
const never: Timer = () => () => {}

/**
 * The side that serves and holds agent 0. It waits for the other agents and then runs. It yields which agents are here
 * and the events of the run, and returns the result.
 *
 * @example
 * const config = { method: 'frd', agents: 4, seed: 7 }
 * const channel = new BroadcastChannel(federationName(config))
 * for await (const event of host(config, channel)) console.log(event)
 * @throws TypeError, RangeError, PayloadError for an invalid answer; TurnError if an agent that came back computes other
 *   bits; what an agent's code threw, after all others were told; RangeError where another side serves the run
 */
export async function* host(
  given: Partial<Config>,
  channel: Channel,
  options: HostOptions = {},
): AsyncGenerator<Here | RunEvent, RunResult> {
  const setup = setUp(given, options)
  checkSide(setup, channel, options)
  const { agents } = setup.config
  const { module, play, transport } = options
  const clock = endingTogether(optional(timerOf)(options.timer, 'timer') ?? never)
  const over = new AbortController()
  const watched = new Set<number>()
  let episodes = 0
  /** what ended the run, as the others are told; empty where nothing did */
  let stop = leftError(episodes).message
  const line = openServerLine(channel, {
    ...lineFor(setup, options),
    episodes: () => episodes,
    onCome: (agent) => {
      if (watched.has(agent)) return
      watched.add(agent)
      watch(options, agent, over.signal, () => {
        watched.delete(agent)
        line.lose(agent)
      })
    },
  })
  const here = (): Here => ({ type: 'here', agents: line.here(), episodes })
  try {
    takePartOverIn(setup, [0], line.own, { module, play }).catch(line.fail)
    for (let isFull = false; !isFull; ) {
      const now = here()
      isFull = now.agents.length === agents
      if (isFull) line.begin()
      yield now
      if (!isFull) await line.changed()
    }
    const places = Array.from({ length: agents }, (_, agent) => ({ agents: [agent], carrier: line.carrier(agent) }))
    const { environment, method } = options
    const served = { environment, method, module, transport, timer: clock.timer, tellsEvents: true }
    const events = serveOver(given, places, served)
    for (let next = events.next(); ; ) {
      next.catch(() => {}) // it may fail while a change is yielded
      const step = await Promise.race([next, line.changed()])
      if (!step) {
        yield here()
        continue
      }
      const { done, value } = step
      if (done) {
        stop = ''
        return value
      }
      if (value.type === 'episode') episodes = value.episode
      stop = leftError(episodes).message
      yield value
      next = events.next()
    }
  } catch (error) {
    stop = (error as Error).message
    throw error
  } finally {
    line.end(stop)
    over.abort()
    clock.stop()
    line.close()
  }
}

/**
 * The side that holds agent `number`, from 1, and answers the side that serves. It yields the events of the run, from the
 * first one on, and which agents are here, and returns the result.
 *
 * @example
 * for await (const event of join(config, 1, channel)) console.log(event)
 * @throws Error with what broke the run off, such as that agent 0 left; TypeError, RangeError, PayloadError for an invalid
 *   message of the server
 */
export async function* join(
  given: Partial<Config>,
  number: number,
  channel: Channel,
  options: FederationOptions = {},
): AsyncGenerator<Here | RunEvent, RunResult> {
  const setup = setUp(given, options)
  integerIn(1, setup.config.agents - 1)(number, 'agent')
  checkSide(setup, channel, options)
  const { module, play } = options
  const over = new AbortController()
  const arrivals = openArrivals<Here | RunEvent>()
  let episodes = 0
  let present = ''
  let result: RunResult | null = null
  let hasLeft = true
  const line = openMemberLine(channel, {
    ...lineFor(setup, options),
    agent: number,
    onPresent: (agents, played) => {
      if (agents.join() !== present) arrivals.add({ type: 'here', agents, episodes: played })
      present = agents.join()
    },
    onOver: (message) => {
      if (!result) end(new Error(message || lateMessage(number)))
    },
  })
  const end = (error?: Error) => {
    hasLeft = false
    arrivals.end(error)
    line.close() // a server that comes later has nothing to do with this run
  }
  watch(options, 0, over.signal, () => end(leftError(episodes)))
  const following = {
    onEvent: (event: RunEvent) => {
      if (event.type === 'episode') episodes = event.episode
      arrivals.add(event)
    },
    onResult: (all: RunResult) => {
      result = all
    },
  }
  takePartOverIn(setup, [number], line.carrier, { module, play, ...following }).then(
    (message) => end(message ? new Error(message) : undefined),
    arrivals.end,
  )
  try {
    for (;;) {
      const next = await arrivals.next()
      if (next) yield next
      else if (result) return result
      else throw new RangeError(expected('end of the run', 'its outcome', 'none', 'both sides need one version'))
    }
  } finally {
    if (hasLeft) line.leave()
    over.abort()
    line.close()
  }
}
