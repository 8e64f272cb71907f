// Ctrl-C (SIGINT), SIGTERM and SIGHUP, heard from the first line of the program. The first of them asks the command to
// stop, and it stores what is finished; one that comes later ends the program at once.

/** The exit code for each signal: 128 and its number, as a shell gives it. */
const exitCodes: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/**
 * Milliseconds within which a second signal is the echo of the first: a terminal, npm and timeout send one Ctrl-C both to
 * the program and to its group.
 */
const ECHO = 500

/** The signals that the program hears. */
export interface Hearing {
  /** given with the name of the first signal */
  readonly signal: AbortSignal
  /** leaves the signals to the system again, so that one ends the program at once */
  readonly end: () => void
}

export function hearSignals(): Hearing {
  const stop = new AbortController()
  let first = 0
  const hear = (name: string) => {
    if (stop.signal.aborted) {
      if (performance.now() - first > ECHO) process.exit(exitCodeOf(stop.signal))
      return
    }
    first = performance.now()
    stop.abort(name)
  }
  const names = Object.keys(exitCodes)
  for (const name of names) process.on(name, hear)
  return {
    signal: stop.signal,
    end: () => {
      for (const name of names) process.off(name, hear)
    },
  }
}

/** The exit code of a command that was stopped by this signal. */
export const exitCodeOf = ({ reason }: AbortSignal): number => exitCodes[String(reason)] ?? exitCodes.SIGINT
