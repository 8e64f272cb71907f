// Measures what travels on the wire in a thread of its own (measuring.ts). One seed of a figure takes up to a minute in one
// go, and meanwhile this thread hears signals.

import { Worker } from 'node:worker_threads'
import { InterruptedError } from '../results/compute.ts'
import type { Measurement } from '../results/measures.ts'

/** One seed of a figure. */
export interface Asking {
  readonly figure: string
  readonly seed: number
  readonly isQuick: boolean
}

export type Measure = (asking: Asking) => Promise<readonly Omit<Measurement, 'seed'>[]>

/**
 * Does work that measures one seed after another. The thread ends with it.
 * @throws InterruptedError with this message once the signal is given
 */
export async function withMeasurer<T>(
  signal: AbortSignal,
  message: string,
  work: (measure: Measure) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw new InterruptedError(message)
  const thread = new Worker(new URL('./measuring.js', import.meta.url))
  let leave = () => {}
  const broken = new Promise<never>((_, reject) => {
    leave = () => reject(new InterruptedError(message))
    thread.on('error', reject)
  })
  broken.catch(() => {}) // between two seeds nobody waits for it
  signal.addEventListener('abort', leave)
  const measure: Measure = (asking) => {
    const rows = new Promise<Awaited<ReturnType<Measure>>>((resolve) => thread.once('message', resolve))
    thread.postMessage(asking)
    return Promise.race([rows, broken])
  }
  try {
    return await work(measure)
  } finally {
    signal.removeEventListener('abort', leave)
    await thread.terminate()
  }
}
