// The timer of Node, for what has no clock of its own.

import type { Timer } from '../federation/carrier.ts'

/** Calls a function after so many milliseconds by the clock. */
export const nodeTimer: Timer = (milliseconds, call) => {
  const started = setTimeout(call, milliseconds)
  return () => clearTimeout(started)
}
