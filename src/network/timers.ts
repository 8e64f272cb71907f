// The timers that a federation is handed, by the clock of this process.

import type { Timer } from '../federation/carrier.ts'

/** Timers that end together. */
export interface Timers {
  /** calls a function once, after so many milliseconds */
  readonly timer: Timer
  /** ends all of them, so that none keeps the process alive */
  readonly stop: () => void
}

export function openTimers(): Timers {
  const running = new Set<NodeJS.Timeout>()
  return {
    timer: (milliseconds, call) => {
      const started = setTimeout(() => {
        running.delete(started)
        call()
      }, milliseconds)
      running.add(started)
      return () => {
        running.delete(started)
        clearTimeout(started)
      }
    },
    stop: () => {
      for (const started of running) clearTimeout(started)
      running.clear()
    },
  }
}

/** A timer by the clock of this process. One that is left running keeps the process alive. */
export const nodeTimer: Timer = (milliseconds, call) => {
  const started = setTimeout(call, milliseconds)
  return () => clearTimeout(started)
}
