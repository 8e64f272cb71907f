// Requests and replies over a NATS broker, on one subject for each sweep. Nothing but core NATS is needed: a request that
// is lost is sent again by pull.ts.

import type { Msg, NatsConnection } from '@nats-io/nats-core'
import { expected } from '../config/errors.ts'
import { ROOT } from '../federation/bus.ts'
import { subjectOf } from '../federation/nats.ts'
import { type Answerer, type AskingPort, DeniedError, NobodyError } from './requests.ts'

/** Milliseconds in which a reply must come; to store a result takes a slow disk a part of this. */
const PATIENCE = 5000

/** The least that a broker must take as one message, in bytes. Its default is 1 MiB. */
const LEAST_PAYLOAD = 1 << 16

/** The subject of a sweep. */
const sweepSubject = (name: string): string => subjectOf([...ROOT, 'sweep', name])

/** The longest message that the broker takes now. @throws RangeError where it is too short for any sweep */
export function checkPayload({ info }: NatsConnection, least = LEAST_PAYLOAD): number {
  const most = info?.max_payload ?? LEAST_PAYLOAD
  if (most >= least) return most
  throw new RangeError(expected('max_payload', `at least ${least}`, most, "set it in the broker's configuration"))
}

const causeOf = (error: Error) => (error.cause instanceof Error ? error.cause : error)

/** The end that asks. @param name the name of the sweep */
export function natsAsking(connection: NatsConnection, name: string): AskingPort {
  const subject = sweepSubject(name)
  return {
    most: () => connection.info?.max_payload ?? LEAST_PAYLOAD,
    ask: async (request) => {
      try {
        return (await connection.request(subject, request, { timeout: PATIENCE })).data
      } catch (error) {
        const cause = causeOf(error as Error)
        if (cause.name === 'NoResponders') throw new NobodyError(`no sweep of the name "${name}" is there`)
        if (cause.name === 'PermissionViolationError') throw new DeniedError(`the broker forbids it: ${cause.message}`)
        throw new Error(`the sweep "${name}" does not answer (${cause.message})`, { cause: error })
      }
    },
  }
}

/**
 * Answers the requests of a sweep.
 * @returns a promise that rejects where the broker forbids it
 */
export async function answerNats(
  connection: NatsConnection,
  name: string,
  answer: Answerer,
  tell: (text: string) => void,
): Promise<never> {
  const respond = (message: Msg) => {
    try {
      message.respond(answer(message.data))
    } catch (error) {
      tell(`a reply was not sent: ${(error as Error).message}`) // such as one that is longer than the broker takes by now
    }
  }
  const subscription = connection.subscribe(sweepSubject(name), {
    callback: (error, message) => {
      if (error === null) respond(message)
    },
  })
  const error = await subscription.closed
  if (error) throw new Error(`the broker forbids it: ${error.message}`, { cause: error })
  return new Promise(() => {}) // this side closed it
}
