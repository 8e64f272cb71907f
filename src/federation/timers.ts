// Timers that end together, so that none is left when what used them is over.

import { functionOf } from '../config/checks.ts'
import type { Timer } from './carrier.ts'

/** Timers that end together. */
export interface Timers {
  /** calls a function once, after so many milliseconds */
  readonly timer: Timer
  /** ends all that are running; none is started after it */
  readonly stop: () => void
}

/** Timers that end together, each made by the one that is given. */
export function endingTogether(timer: Timer): Timers {
  const running = new Set<() => void>()
  let isOver = false
  return {
    timer: (milliseconds, call) => {
      if (isOver) return () => {}
      const started = timer(milliseconds, () => {
        running.delete(end)
        call()
      })
      functionOf(started, 'what timer() returns')
      const end = () => {
        running.delete(end)
        started()
      }
      running.add(end)
      return end
    },
    stop: () => {
      isOver = true
      for (const end of running) end()
    },
  }
}
