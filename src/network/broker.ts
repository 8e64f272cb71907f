// A connection to a broker, whichever kind it is: who connects, and what a connection can do. nats.ts and mqtt.ts are the
// two kinds, and connect.ts chooses between them.

import type { Bus } from '../federation/bus.ts'

/** Where a broker is, and as whom one connects. */
export interface BrokerAddress {
  /** nats, tls, mqtt, mqtts, ws or wss, which says the kind too */
  readonly url: URL
  /** the broker's kind, since MQTT may be spoken over the same schemes as others */
  readonly kind: 'nats' | 'mqtt'
  /** the version of MQTT: 5, or 4 for 3.1.1 */
  readonly mqttVersion: 4 | 5
  /** the user's name and password, where the broker asks for these */
  readonly user?: string
  readonly password?: string
  /** the seed of an nkey, or the text of a credentials file, of NATS */
  readonly nkey?: string
  readonly credentials?: string
  /** the certificates, as PEM, of those who vouch for the broker; by default those that Node knows */
  readonly authorities?: string
}

/** The longest message that a broker takes. */
export interface Limit {
  /** what the broker's configuration calls it */
  readonly name: string
  /** its value */
  readonly bytes: number
  /** how many of these bytes a message takes beside its own */
  readonly beside: number
}

/** A connection, which is made again whenever it breaks. Messages in between are lost. */
export interface Broker extends Bus {
  /** resolves to the program and its version, as far as it says so */
  readonly product: () => Promise<string>
  /** what it takes at most; null if it does not say */
  readonly limit: Limit | null
  /** rejects when the connection can never be made again, or when the broker refuses a topic or a message */
  readonly failed: Promise<never>
  /** sends what was published and ends the connection, at most half a second later */
  readonly close: () => Promise<void>
}

/** How a connection tells what happens to it. */
export interface BrokerListener {
  /** the connection broke, or was made again, in one sentence */
  readonly onNews: (news: string) => void
}

/** Milliseconds that a broker has to answer to a connection. */
export const ANSWER_TIME = 5000

/** Milliseconds between two attempts to connect. */
export const ATTEMPT_EVERY = 500

/** Milliseconds that what was published has to leave, when a connection is ended. */
const LAST_MOMENT = 500

/** Thrown where nobody answers at an address, so that it may be tried again. */
export class AbsentError extends Error {
  override readonly name = 'AbsentError'
}

/** The address for people, without what is secret in it. */
export const showAddress = ({ url }: BrokerAddress): string =>
  `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`

/** Errors of the system that say that nobody is there yet. */
const ABSENCES: readonly unknown[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]

/** Whether an error says that nobody is there yet. */
export function isAbsence(error: unknown): boolean {
  if (!(error instanceof Error)) return error === undefined
  const { code, cause, errors } = error as NodeJS.ErrnoException & { errors?: readonly unknown[] }
  return ABSENCES.includes(code) || (cause !== undefined && isAbsence(cause)) || (errors?.some(isAbsence) ?? false)
}

/** Waits for the promise, but not for ever. */
export async function inTheLastMoment(promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, LAST_MOMENT)
  })
  await Promise.race([promise.catch(() => {}), late])
  clearTimeout(timer)
}

/** A promise that only rejects, and what rejects it; later errors are dropped. */
export function openFailure(): { readonly failed: Promise<never>; readonly fail: (error: Error) => void } {
  let fail = (_: Error) => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  failed.catch(() => {}) // it may fail when nobody waits any more
  return { failed, fail }
}
