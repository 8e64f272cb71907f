// A port for requests and replies in made-up time, whose messages are lost, repeated and reordered by a seeded stream. A
// message arrives as a Node Buffer whose memory is used again afterwards, as network libraries do.
import { type Answerer, type AskingPort, NobodyError } from '../src/network/requests.ts'
import type { MadeUpTime, Weather } from './carriers.ts'

/** Milliseconds until a request without a reply is given up. */
const PATIENCE = 5000

/** Between workers and one submitter. */
export interface RequestNetwork {
  /** the submitter that answers from now on; null for none */
  readonly serve: (answer: Answerer | null) => void
  /** a port of a worker, and what cuts it off as kill -9 does: nothing arrives any more, and no promise settles */
  readonly open: (most?: number) => AskingPort & { readonly kill: () => void }
}

export function requestNetwork(time: MadeUpTime, uniform: () => number, weather: Weather): RequestNetwork {
  const { lost, repeated, delay } = weather
  const pool = Buffer.alloc(1 << 20)
  let answerer: Answerer | null = null
  /** Carries a message, which may arrive never, once or twice. */
  const carry = (message: Uint8Array, arrive: (message: Uint8Array) => void) => {
    const sent = message.slice()
    const copies = (uniform() < lost ? 0 : 1) + (uniform() < repeated ? 1 : 0)
    for (let k = 0; k < copies; k++) {
      time.timer(uniform() * delay, () => {
        const arrived = pool.subarray(3, 3 + sent.length)
        arrived.set(sent)
        arrive(arrived)
        arrived.fill(0xa5)
      })
    }
  }
  return {
    serve: (answer) => {
      answerer = answer
    },
    open: (most = 1 << 20) => {
      let isDead = false
      return {
        most: () => most,
        kill: () => {
          isDead = true
        },
        ask: (request) =>
          new Promise((resolve, reject) => {
            if (isDead) return
            if (request.length > most) throw new RangeError(`a request of ${request.length} bytes, at most ${most}`)
            const settle = (how: () => void) => !isDead && how()
            if (!answerer) {
              time.timer(uniform() * delay, () => settle(() => reject(new NobodyError('nobody is there'))))
              return
            }
            const giveUp = time.timer(PATIENCE, () => settle(() => reject(new Error('no reply came'))))
            carry(request, (arrived) => {
              if (!answerer) return
              carry(answerer(arrived), (reply) => {
                const copy = new Uint8Array(reply)
                giveUp()
                settle(() => resolve(copy))
              })
            })
          }),
      }
    },
  }
}
