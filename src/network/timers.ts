// The timer that a federation is handed, by the clock of this process.

import type { Timer } from '../federation/carrier.ts'

/** One that is left running keeps the process alive. */
export const nodeTimer: Timer = (milliseconds, call) => {
  const started = setTimeout(call, milliseconds)
  return () => clearTimeout(started)
}
