// Timers that end together, so that none is left when what used them is over.

import type { Timer } from './carrier.ts'

/** Timers that end together. */
export interface Timers {
  /** calls a function once, after so many milliseconds */
  readonly timer: Timer
  /** ends all that are running */
  readonly stop: () => void
}

/** Timers that end together, each made by the one that is given. */
export function endingTogether(timer: Timer): Timers {
  const running = new Set<() => void>()
  return {
    timer: (milliseconds, call) => {
      const started = timer(milliseconds, () => {
        running.delete(end)
        call()
      })
      const end = () => {
        running.delete(end)
        started()
      }
      running.add(end)
      return end
    },
    stop: () => {
      for (const end of running) end()
    },
  }
}
