// Does work of this thread in steps, and checks between them whether the signal to stop was given.

import { InterruptedError } from '../results/compute.ts'

/** What the steps return. @throws InterruptedError with this message once the signal is given */
export async function inSteps<T>(steps: Generator<undefined, T>, signal: AbortSignal, message: string): Promise<T> {
  for (;;) {
    await new Promise((resume) => setImmediate(resume))
    if (signal.aborted) throw new InterruptedError(message)
    const { done, value } = steps.next()
    if (done) return value
  }
}
