// Carriers for tests: a made-up time, in which messages are lost, repeated and reordered by a seeded stream. A message
// arrives as a Node Buffer at an odd offset, and its memory is used again afterwards, as network libraries do.
import type { Carrier, Log, Timer } from '../src/federation/index.ts'

/** Uniform numbers in [0, 1) from a seed. */
export function stream(seed: number): () => number {
  let word = seed >>> 0
  return () => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0
    return word / 4294967296
  }
}

/** Milliseconds of made-up time, which no test needs. */
const LIMIT = 3_600_000

/** A time that goes on only when nothing else is to be done. */
export class MadeUpTime {
  #now = 0
  #calls: { readonly at: number; readonly call: () => void }[] = []

  readonly timer: Timer = (milliseconds, call) => {
    const entry = { at: this.#now + milliseconds, call }
    this.#calls.push(entry)
    return () => {
      this.#calls = this.#calls.filter((one) => one !== entry)
    }
  }

  /** Lets time pass until the promise is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    const settle = () => {
      isSettled = true
    }
    promise.then(settle, settle)
    for (let idle = 0; ; ) {
      // What gives way to signals goes on after two of them (results/compute.ts), and then it may do so once more.
      for (let k = 0; k < 4; k++) await new Promise<void>((resolve) => setImmediate(resolve))
      if (isSettled) return promise
      const [next] = this.#calls.sort((a, b) => a.at - b.at)
      idle = next ? 0 : idle + 1
      if (idle > 100) throw new Error('nothing is left to happen, and the promise is not settled')
      if (!next) continue
      this.#calls.shift()
      this.#now = next.at
      if (this.#now > LIMIT) throw new Error('the promise is not settled, although long has passed')
      next.call()
    }
  }
}

/** Drives events to their end, and returns the result. @param seen is given each of them */
export async function drive<Event, Result>(events: AsyncGenerator<Event, Result>, seen: Event[] = []): Promise<Result> {
  for (;;) {
    const { done, value } = await events.next()
    if (done) return value
    seen.push(value)
  }
}

/** A log in memory. Records that were not synced are lost with the server that opened it. */
export function memoryLog(): { readonly open: () => Log } {
  const kept: Uint8Array[] = []
  return {
    open: () => {
      const fresh: Uint8Array[] = []
      return {
        records: kept.slice(),
        append: (record) => void fresh.push(record.slice()),
        sync: () => void kept.push(...fresh.splice(0)),
      }
    },
  }
}

/** How a carrier treats messages: rates in 0..1, and the longest time that a message is under way, in milliseconds. */
export interface Weather {
  readonly lost: number
  readonly repeated: number
  readonly delay: number
}

export const CALM: Weather = { lost: 0, repeated: 0, delay: 1 }

/** The two ends of a carrier. `meddle` may replace what travels; null loses it. */
export function linked(
  time: MadeUpTime,
  uniform: () => number,
  { lost, repeated, delay }: Weather,
  meddle: (message: Uint8Array, to: number) => Uint8Array | null = (message) => message,
): readonly [Carrier, Carrier] {
  const listeners: ((message: Uint8Array) => void)[] = []
  const pool = Buffer.alloc(1 << 20)
  const end = (me: number): Carrier => ({
    send: (message) => {
      const copies = (uniform() < lost ? 0 : 1) + (uniform() < repeated ? 1 : 0)
      for (let k = 0; k < copies; k++) {
        const sent = meddle(message.slice(), 1 - me)
        if (sent === null) continue
        time.timer(uniform() * delay, () => {
          const arrived = pool.subarray(3, 3 + sent.length)
          arrived.set(sent)
          listeners[1 - me]?.(arrived)
          arrived.fill(0xa5)
        })
      }
    },
    receive: (listener) => {
      listeners[me] = listener
    },
    close: () => {
      delete listeners[me]
    },
  })
  return [end(0), end(1)]
}
