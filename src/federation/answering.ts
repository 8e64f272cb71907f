// A member's half of the turns: it answers the turn after its last one, repeats its last answer, says that it is still at
// work, or says which turn it answered last where it is asked neither that one nor the next. It keeps one answer. The other
// half is turns.ts.

import type { Carrier } from './carrier.ts'
import { type Address, seal, unseal } from './envelope.ts'
import type { Answered } from './memory.ts'
import { markOf, TurnError } from './turns.ts'

/** What a member's half takes. */
export interface AnsweringOptions {
  /** the answer to a request; the requests come one at a time, in order */
  readonly answer: (request: Uint8Array) => Promise<Uint8Array>
  /** what was answered before this member was started anew */
  readonly before?: Answered
  /** called with each answer before it is sent, so that it can be kept */
  readonly keep?: (answered: Answered) => void
  /** called after each answer that was sent for the first time */
  readonly onAnswered: () => void
  /** called once if the member cannot answer, or if one turn asked two things */
  readonly onError: (error: Error) => void
}

/** Opens a member's half. It never closes the carrier. */
export function openAnswering(
  carrier: Carrier,
  address: Address,
  { answer, before, keep, onAnswered, onError }: AnsweringOptions,
): void {
  /** the turn that was answered last, its request and its answer */
  let done = before?.done ?? 0
  let last: Uint8Array = before ? seal(address, 'answer', done, before.answer) : new Uint8Array(0)
  /** the turn under way; 0 if there is none */
  let busy = 0
  /** the mark of the request that was taken last */
  let taken = before?.taken ?? ''
  let isOver = false
  const fail = (error: Error) => {
    if (!isOver) onError(error)
    isOver = true
  }
  const take = async (turn: number, body: Uint8Array) => {
    busy = turn
    taken = markOf(body)
    const answered = await answer(body)
    keep?.({ done: turn, taken, answer: answered })
    last = seal(address, 'answer', turn, answered)
    done = turn
    busy = 0
    carrier.send(last)
    onAnswered()
  }
  carrier.receive((bytes) => {
    const asked = isOver ? null : unseal(address, bytes)
    if (asked?.kind !== 'request') return
    const { turn, body } = asked
    // A late copy of an old request, or a server that lacks the answers after it. The server knows which.
    if (turn < done) return carrier.send(seal(address, 'ahead', done))
    const current = busy || done
    if (turn > 0 && turn === current && markOf(body) !== taken) {
      const why = 'two servers ask it, or another run was served before'
      return fail(new TurnError(`member ${address.member}: turn ${turn} asked two things: ${why}; start it anew`))
    }
    if (busy) carrier.send(seal(address, 'busy', busy))
    else if (turn > done + 1) carrier.send(seal(address, 'behind', done))
    else if (turn === done) carrier.send(last)
    else take(turn, body).catch(fail)
  })
  // A server that waits for this member need not wait for its next repetition.
  carrier.send(seal(address, 'here', done))
}
