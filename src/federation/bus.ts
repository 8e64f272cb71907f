// What carries the messages of a federation by topic, as brokers do: the topics of one federation, and the carriers
// between its server and each of its agents. The agent's number stands in the topic, so that a broker can refuse one
// agent to speak for another.

import { havingFunctions, text } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import type { Carrier } from './carrier.ts'

/** A topic as words, which a broker joins with its own sign: dots in NATS, slashes in MQTT. */
export type Topic = readonly string[]

/** A connection to a broker. It may lose, repeat and reorder messages, and drop them while it is disconnected. */
export interface Bus {
  /** sends a message to all that listen to the topic; the bytes must not be changed afterwards */
  readonly publish: (topic: Topic, message: Uint8Array) => void
  /**
   * calls the listener with each message of the topic, whose memory may be used again when the listener has returned
   * @returns what ends that
   */
  readonly subscribe: (topic: Topic, listener: (message: Uint8Array) => void) => () => void
}

/** @throws TypeError for what is no bus */
export const busOf = havingFunctions<Bus>('publish', 'subscribe')

/** The first words of every topic; the number is that of the topics and the greetings. */
export const ROOT = ['frd', 'v1'] as const

/** The name of a federation whose user gave none. */
export const STANDARD_NAME = 'frd'

/** @throws TypeError, RangeError for what cannot be one word of a topic */
export function checkName(value: unknown, name: string): string {
  const given = text(value, name)
  if (/^[A-Za-z0-9_-]{1,64}$/.test(given)) return given
  throw new RangeError(expected(name, '1 to 64 letters, digits, _ or -', given, 'it is a word of each topic'))
}

/** The topics of a federation. */
export interface Topics {
  /** from the server to one agent */
  readonly requests: (agent: number) => Topic
  /** from one agent to the server */
  readonly answers: (agent: number) => Topic
  /** from the server to everyone */
  readonly all: Topic
  /** questions about how the federation does, from anyone to the server */
  readonly who: Topic
}

/** The topics of the federation with this name. @throws TypeError, RangeError for no name */
export function topicsOf(federation: string): Topics {
  const root = [...ROOT, checkName(federation, 'name')]
  return {
    requests: (agent) => [...root, 'req', String(agent)],
    answers: (agent) => [...root, 'ans', String(agent)],
    all: [...root, 'all'],
    who: [...root, 'who'],
  }
}

/** A carrier that sends to one topic and hears another. */
function carrierBetween(bus: Bus, to: Topic, from: Topic): Carrier {
  let listener = (_: Uint8Array) => {}
  let isClosed = false
  const end = bus.subscribe(from, (message) => {
    if (!isClosed) listener(message)
  })
  return {
    send: (message) => {
      if (!isClosed) bus.publish(to, message)
    },
    receive: (listening) => {
      listener = listening
    },
    close: () => {
      if (!isClosed) end()
      isClosed = true
    },
  }
}

/** The server's carrier to one agent. */
export const carrierToAgent = (bus: Bus, topics: Topics, agent: number): Carrier =>
  carrierBetween(bus, topics.requests(agent), topics.answers(agent))

/** An agent's carrier to the server. */
export const carrierToServer = (bus: Bus, topics: Topics, agent: number): Carrier =>
  carrierBetween(bus, topics.answers(agent), topics.requests(agent))
