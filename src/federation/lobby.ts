// The server's part of what precedes a run over a bus: it says which run it is to every agent that asks, knows who is
// there and when each was heard last, answers questions about the run, and tells at the end how it ended. The agent's
// part is joining.ts. This file has no clock: a timer and a clock are handed in.

import { functionOf, havingFunctions, text } from '../config/checks.ts'
import { canonicalConfig } from '../config/resolve.ts'
import { openRecent } from '../run/recent.ts'
import type { RunEvent } from '../run/record.ts'
import { kernelHash, type Setup } from '../run/setup.ts'
import { type Bus, busOf, carrierToAgent, topicsOf } from './bus.ts'
import type { GroupPlace } from './carried.ts'
import { type Carrier, type Timer, timerOf } from './carrier.ts'
import { type Ending, type Greeting, packGreeting, type Terms, unpackGreeting } from './greetings.ts'

/** Milliseconds between two greetings that are said again until they are answered. */
export const AGAIN = 1000

/** How often the end of a run is said to agents that do not take leave. */
const LAST_WORDS = 10

/** What a lobby takes beside the run. */
export interface LobbyOptions {
  /** when greetings are said again */
  readonly timer: Timer
  /** milliseconds of a clock that never goes back */
  readonly now: () => number
  /** the version of this frd, for messages */
  readonly version: string
  /** called with one sentence when an agent comes, or goes before the end */
  readonly onNews: (news: string) => void
}

/** The server's part. */
export interface Lobby {
  /** a place for each agent, which serveOver() takes */
  readonly places: readonly GroupPlace[]
  /** resolves once every agent was heard */
  readonly full: Promise<void>
  /** the agents that were not heard for so many milliseconds, ascending; without a number, those that were never heard */
  readonly silent: (milliseconds?: number) => readonly number[]
  /** takes note of an event of the run, for those who ask */
  readonly note: (event: RunEvent) => void
  /** says how the run ended, until all agents have taken leave or long has passed */
  readonly end: (ending: Ending) => Promise<void>
  /** stops hearing and speaking */
  readonly close: () => void
}

/** A carrier on which greetings are heard before all else. */
export function greeted(carrier: Carrier, hear: (greeting: Greeting) => void): Carrier {
  let listener = (_: Uint8Array) => {}
  carrier.receive((message) => {
    const greeting = unpackGreeting(message)
    if (greeting) hear(greeting)
    else listener(message)
  })
  return {
    send: carrier.send,
    receive: (listening) => {
      listener = listening
    },
    close: carrier.close,
  }
}

/** Calls the function now and again and again, until what it returns is false. @returns what ends that */
export function again(timer: Timer, act: () => boolean): () => void {
  let stop = () => {}
  const once = () => {
    if (act()) stop = timer(AGAIN, once)
  }
  once()
  return () => stop()
}

/** What a server says of its run. */
export const termsOf = ({ config }: Setup, version: string): Terms => ({
  config: canonicalConfig(config),
  kernel: kernelHash(),
  version,
})

/**
 * Opens the lobby of a run.
 * @param name of the federation, a word of each topic
 * @throws TypeError, RangeError for what is no bus, name or option
 */
export function openLobby(bus: Bus, name: string, setup: Setup, options: LobbyOptions): Lobby {
  busOf(bus, 'bus')
  const topics = topicsOf(name)
  const { now, onNews } = havingFunctions<LobbyOptions>('now', 'onNews')(options, 'options')
  const timer = timerOf(options.timer, 'options.timer')
  functionOf(now, 'options.now')
  const terms = termsOf(setup, text(options.version, 'options.version'))
  const { agents } = setup.config
  /** when each agent was heard last; a hole where it was not */
  const heard: (number | undefined)[] = new Array(agents).fill(undefined)
  const gone = new Set<number>()
  const recent = openRecent(setup.env.mission)
  let episode = 0
  let exchanges = 0
  let ending: Ending | null = null
  let fill = () => {}
  let leave = () => {}
  const full = new Promise<void>((resolve) => {
    fill = resolve
  })

  const say = (greeting: Greeting) => bus.publish(topics.all, packGreeting(greeting))
  const silent = (milliseconds = Number.POSITIVE_INFINITY) =>
    [...heard.keys()].filter((agent) => {
      const last = heard[agent]
      return last === undefined || now() - last > milliseconds
    })
  const notice = (agent: number) => {
    if (heard[agent] === undefined) onNews(`agent ${agent} is here`)
    heard[agent] = now()
    if (silent().length === 0) fill()
  }
  const hear = (agent: number, greeting: Greeting, carrier: Carrier) => {
    if (greeting.kind === 'bye' && greeting.agent === agent) {
      if (greeting.why) onNews(`agent ${agent} left: ${greeting.why}`)
      else if (ending) gone.add(agent)
      if (gone.size === agents) leave()
    }
    if (greeting.kind !== 'hello' || greeting.agent !== agent) return
    carrier.send(packGreeting({ kind: 'welcome', ...terms }))
    if (ending) carrier.send(packGreeting({ kind: 'over', ...ending }))
    notice(agent)
  }
  const places = Array.from(heard, (_, agent): GroupPlace => {
    const carrier = carrierToAgent(bus, topics, agent)
    const listening = greeted(carrier, (greeting) => hear(agent, greeting, carrier))
    const receive = (listener: (message: Uint8Array) => void) =>
      listening.receive((message) => {
        if (heard[agent] !== undefined) heard[agent] = now()
        listener(message)
      })
    // What ends the turns does not end the lobby, which hears the agents take leave.
    return { agents: [agent], carrier: { send: carrier.send, receive, close: () => listening.receive(() => {}) } }
  })
  const answerQuestion = (message: Uint8Array) => {
    const asked = unpackGreeting(message)
    if (asked?.kind !== 'question') return
    const presences = heard.map((last, agent) => ({
      agent,
      heard: last === undefined ? null : Math.max(0, Math.round(now() - last)),
    }))
    const state = ending ? 'over' : silent().length > 0 ? 'waiting' : 'running'
    const best = recent.best()?.mean ?? null
    say({ kind: 'status', ...terms, mark: asked.mark, state, episode, exchanges, best, agents: presences })
  }
  const endQuestions = bus.subscribe(topics.who, answerQuestion)
  const endCalls = again(timer, () => {
    if (silent().length > 0) say({ kind: 'call' })
    return silent().length > 0
  })
  return {
    places,
    full,
    silent,
    note: (event) => {
      if (event.type === 'exchange') exchanges++
      else {
        episode = event.episode
        recent.add(event)
      }
    },
    end: (given) => {
      const said: Greeting = { kind: 'over', ...given }
      ending = given
      endCalls()
      return new Promise((resolve) => {
        let times = 0
        const endWords = again(timer, () => {
          if (times === LAST_WORDS) resolve()
          else say(said)
          return times++ < LAST_WORDS
        })
        leave = () => {
          endWords()
          resolve()
        }
      })
    },
    close: () => {
      endCalls()
      endQuestions()
    },
  }
}
