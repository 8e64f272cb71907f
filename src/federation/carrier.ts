// What carries bytes between the server of a federation and one member: a port between threads, a channel between tabs,
// a connection between machines. A carrier need not be reliable: it may lose, repeat and reorder what it carries, and
// turns.ts mends that. It must not join messages or cut them, since each message is sent whole.

import { functionOf, havingFunctions } from '../config/checks.ts'

/** Carries messages both ways. Each side has one. */
export interface Carrier {
  /** sends a message to the other side; the bytes are of the sender and must not be changed */
  readonly send: (message: Uint8Array) => void
  /**
   * sets the function that is called with each message from the other side, which may be a Node Buffer and may use
   * its memory again when the function has returned
   */
  readonly receive: (listener: (message: Uint8Array) => void) => void
  /** lets go of what it carries with; nothing is sent or received after it */
  readonly close: () => void
}

/** @throws TypeError for what is no carrier */
export const carrierOf = havingFunctions<Carrier>('send', 'receive', 'close')

/**
 * Calls a function once, after so many milliseconds, and returns what takes that back. It is handed in, because a
 * federation has no clock of its own.
 *
 * @example
 * const timer: Timer = (milliseconds, call) => {
 *   const started = setTimeout(call, milliseconds)
 *   return () => clearTimeout(started)
 * }
 */
export type Timer = (milliseconds: number, call: () => void) => () => void

/** @throws TypeError for what is no timer */
export const timerOf = functionOf<Timer>

/** The two ends of a carrier within one thread. A message arrives after what is under way when it is sent. */
export function carrierPair(): readonly [Carrier, Carrier] {
  const listeners: ((message: Uint8Array) => void)[] = []
  const end = (me: number, other: number): Carrier => ({
    send: (message) => {
      Promise.resolve(message).then((sent) => listeners[other]?.(sent))
    },
    receive: (listener) => {
      listeners[me] = listener
    },
    close: () => {
      listeners[me] = () => {}
    },
  })
  return [end(0, 1), end(1, 0)]
}
