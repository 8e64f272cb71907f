// Which agent a tab is, where each tab is one agent. The seats of a federation are Web Locks, so that no two tabs take
// the same seat, and the others notice when a tab is gone, in whatever way it ended.

const TRIES = 5 // a tab that was left or restarted gives its seat back a moment later
const PAUSE_MS = 200

const lockOf = (name: string, agent: number) => `${name}/agent ${agent}`

function locks(): LockManager {
  if (navigator.locks) return navigator.locks
  const instead = 'serve the page by https or on localhost, or let one tab hold all agents'
  throw new TypeError(`"navigator.locks" expected a secure context, got ${location.origin}: ${instead}`)
}

export interface Seat {
  readonly agent: number
  readonly release: () => void
}

/** The seat of that agent, or null where another tab has it. */
function tryFor(name: string, agent: number): Promise<Seat | null> {
  return new Promise((resolve, reject) => {
    const hold = (lock: Lock | null) =>
      lock ? new Promise<void>((release) => resolve({ agent, release })) : resolve(null)
    locks().request(lockOf(name, agent), { ifAvailable: true }, hold).catch(reject)
  })
}

/** The lowest free seat. @throws Error where all are taken */
export async function takeSeat(name: string, agents: number): Promise<Seat> {
  for (let tries = 0; tries < TRIES; tries++) {
    for (let agent = 0; agent < agents; agent++) {
      const seat = await tryFor(name, agent)
      if (seat) return seat
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  const what = agents === 1 ? 'The one seat is taken' : `All ${agents} seats are taken`
  throw new Error(`${what}: every agent of this run has its tab. Close one to take its seat, or change a setting.`)
}

/** Resolves when the seat of that agent is free. */
export const seatIsFree = (name: string) => (agent: number, signal: AbortSignal) =>
  locks().request(lockOf(name, agent), { mode: 'shared', signal }, () => {})
