// A bus over an open NATS connection. The connection is described by the two functions that are used, so that a page, Deno
// or Bun can hand in its own, and no library is imported here.

import { functionOf, havingFunctions } from '../config/checks.ts'
import type { Bus } from './bus.ts'

/** What is used of a connection of `@nats-io/nats-core`, whatever its transport. */
export interface NatsConnection {
  /** sends bytes to a subject */
  publish(subject: string, payload?: Uint8Array): void
  /** hears a subject */
  subscribe(
    subject: string,
    options: { callback: (error: Error | null, message: { readonly data: Uint8Array }) => void },
  ): NatsSubscription
}

/** What is used of a subscription. */
export interface NatsSubscription {
  /** ends it */
  unsubscribe(): void
}

/** The subject of a topic. */
export const subjectOf = (topic: readonly string[]): string => topic.join('.')

/**
 * A bus over a connection to NATS that is open already, and stays open when the bus is no longer used.
 *
 * @example
 * const bus = natsBus(await wsconnect({ servers: 'wss://broker.example' }), console.error)
 * @param onError called with what the connection or its server refuses: a message that is too large, or a subject that
 *   this user may not hear. What is refused is not tried again
 * @throws TypeError for what is no connection
 */
export function natsBus(connection: NatsConnection, onError: (error: Error) => void): Bus {
  havingFunctions('publish', 'subscribe')(connection, 'connection')
  functionOf(onError, 'onError')
  return {
    publish: (topic, message) => {
      try {
        connection.publish(subjectOf(topic), message)
      } catch (error) {
        onError(error as Error)
      }
    },
    subscribe: (topic, listener) => {
      const callback = (error: Error | null, message: { readonly data: Uint8Array }) => {
        try {
          if (error) onError(error)
          else listener(message.data)
        } catch (thrown) {
          onError(thrown as Error) // what a callback throws would end the connection without a word
        }
      }
      const subscription = connection.subscribe(subjectOf(topic), { callback })
      return () => subscription.unsubscribe()
    },
  }
}
