// The server's half of the turns: every request to a member has the next number and is sent again until its answer is
// there, so that a carrier may lose, repeat and reorder messages. A member that was started anew is sent all requests
// from the first one, and what it answers must be what was answered before. A server that was started anew takes the
// answers of before from its log. This file has no clock: a timer is handed in. The other half is answering.ts.

import { functionOf } from '../config/checks.ts'
import { crc32 } from '../wire/frame.ts'
import type { Carrier, Timer } from './carrier.ts'
import { type Address, seal, type Turn, unseal } from './envelope.ts'

/** Milliseconds until a request is sent again; the time doubles with each repetition. */
const FIRST_WAIT = 300
/** The longest time between two repetitions, and the time after which a member that is at work is asked again. */
const LONGEST_WAIT = 4000

/** Longest times after which a last request is given up, since a member that has left cannot answer it. */
const LAST_WAITS = 6

/** A member answered one request in two ways, or was asked two things in one turn. The run cannot be trusted then. */
export class TurnError extends Error {
  override readonly name = 'TurnError'
}

/** What tells whether two bodies are equal, without keeping them. */
export const markOf = (body: Uint8Array): string => `${body.length} ${crc32(body)}`

/** How a server asks one member. */
export interface AskingHalf {
  /**
   * asks the next request, once the last one is answered, and resolves to the answer
   * @throws TurnError
   */
  readonly ask: (body: Uint8Array) => Promise<Uint8Array>
  /** asks a last request after the one under way; nobody waits for it, and the carrier is closed after some repetitions */
  readonly end: (body: Uint8Array) => void
  /** closes the carrier */
  readonly close: () => void
}

interface Waiting {
  readonly message: Uint8Array
  readonly resolve: (answer: Uint8Array) => void
  readonly reject: (error: Error) => void
}

/** The answers of one member in a server's log. */
export interface Recall {
  /** the answer to a turn; null where there is none */
  readonly answer: (turn: number) => Uint8Array | null
  /** adds the answer to the next turn */
  readonly keep: (turn: number, body: Uint8Array) => void
}

/**
 * Opens the server's half.
 * @param timer without one, nothing is sent again and no request is kept: for a carrier that loses nothing, to a member
 *   that is never started anew
 */
export function openAsking(carrier: Carrier, address: Address, timer?: Timer, log?: Recall): AskingHalf {
  /** the bodies of the requests so far, for a member that is started anew; several members may have them in common */
  const requests: Uint8Array[] = []
  /** the marks of the answers so far */
  const answers: string[] = []
  let turn = 0
  let waiting: Waiting | null = null
  let failed: Error | null = null
  let catchingUp = 0
  let isClosed = false
  let latest: Promise<unknown> = Promise.resolve()
  let stopTimer = () => {}

  const close = () => {
    stopTimer()
    if (!isClosed) carrier.close()
    isClosed = true
  }
  const fail = (message: string) => failWith(new TurnError(`member ${address.member}: ${message}`))
  const failWith = (error: Error) => {
    failed ??= error
    stopTimer()
    waiting?.reject(failed)
    waiting = null
  }
  const startTimer = (wait: number) => {
    stopTimer()
    if (!timer) return
    const stop = timer(wait, () => {
      if (!waiting) return
      carrier.send(waiting.message)
      startTimer(Math.min(2 * wait, LONGEST_WAIT))
    })
    stopTimer = functionOf(stop, 'what timer() returns')
  }
  /** Sends a request of before, and goes on to the one after it when it is answered. */
  const catchUp = (from: number) => {
    catchingUp = from
    carrier.send(seal(address, 'request', from, requests[from - 1]))
  }
  const settle = (answer: Turn) => {
    const mark = markOf(answer.body)
    if (answer.turn > turn) return
    if (answer.turn <= answers.length) {
      if (mark !== answers[answer.turn - 1]) {
        fail(`turn ${answer.turn} was answered in two ways: it computes other bits than before; start the run anew`)
      } else if (waiting && answer.turn === catchingUp) catchUp(catchingUp + 1)
      return
    }
    const asked = waiting
    if (!asked) return
    try {
      log?.keep(turn, answer.body)
    } catch (error) {
      return failWith(error as Error)
    }
    answers.push(mark)
    waiting = null
    catchingUp = 0 // a copy of this answer must not have the next request sent twice
    stopTimer()
    asked.resolve(answer.body)
  }
  carrier.receive((bytes) => {
    const said = isClosed || failed ? null : unseal(address, bytes)
    if (said?.kind === 'answer') settle(said)
    else if (said?.kind === 'busy' && waiting) startTimer(LONGEST_WAIT)
    else if ((said?.kind === 'behind' || said?.kind === 'here') && waiting && said.turn < turn) {
      if (timer) catchUp(said.turn + 1)
      else if (said.kind === 'behind') fail('it was started anew, and no request was kept for it; start the run anew')
    } else if (said?.kind === 'ahead' && waiting && said.turn > turn) {
      const why = 'another server asks it, or this one was started anew without its log'
      fail(`it has answered turn ${said.turn}, and this server asks turn ${turn}: ${why}; start all of them anew`)
    }
  })
  const ask = (body: Uint8Array) => {
    const answer = new Promise<Uint8Array>((resolve, reject) => {
      if (failed) return reject(failed)
      turn++
      if (timer) requests.push(body)
      const before = log?.answer(turn) ?? null
      if (before !== null) {
        answers.push(markOf(before))
        return resolve(before)
      }
      const message = seal(address, 'request', turn, body)
      waiting = { message, resolve, reject }
      startTimer(FIRST_WAIT)
      carrier.send(message)
    })
    latest = answer
    return answer
  }
  const closeAfter = (waits: number) => {
    if (isClosed) return
    if (waits === 0) close()
    else timer?.(LONGEST_WAIT, () => closeAfter(waits - 1))
  }
  return {
    ask,
    end: (body) => {
      const asked = waiting ? latest.then(() => ask(body)) : ask(body)
      asked.then(close, close)
      closeAfter(LAST_WAITS)
    },
    close,
  }
}
