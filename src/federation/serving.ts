// The server of a federation over a bus, from the first greeting to the last: it waits for the agents, plays the run with
// them, and tells them how it ended. The agent's side is joining.ts.

import type { Config } from '../config/config.ts'
import type { RunEvent, RunResult } from '../run/record.ts'
import { setUp } from '../run/setup.ts'
import { type Bus, STANDARD_NAME } from './bus.ts'
import { type ServeOverOptions, serveOver } from './carried.ts'
import { type Timer, timerOf } from './carrier.ts'
import { type Lobby, openLobby } from './lobby.ts'
import { endingTogether } from './timers.ts'

/** Milliseconds between two looks at who is here. */
const LOOK = 200

/**
 * Resolves once a run can begin: all agents are here or, with a deadline, it has passed and as many are here as must be. A
 * run that goes on from its log has begun before, and asks those whom it needs.
 */
export async function enough(
  lobby: Lobby,
  {
    log,
    deadline,
    minimum = 1,
    timer,
  }: Pick<ServeOverOptions, 'log' | 'deadline' | 'minimum'> & { readonly timer: Timer },
): Promise<void> {
  if (log?.records.length) return
  if (deadline === undefined) return lobby.full
  const some = new Promise<void>((resolve) => {
    const look = () => {
      const here = lobby.places.length - lobby.silent().length
      if (here >= minimum) resolve()
      else timer(LOOK, look)
    }
    timer(deadline, look)
  })
  return Promise.race([lobby.full, some])
}

/** What the server takes beside the run and the bus. */
export interface ServeOnOptions extends ServeOverOptions {
  /** when messages are said again */
  readonly timer: Timer
  /** name of the federation, a word of each topic; default frd */
  readonly name?: string
  /** the version of this frd, for messages; by default it is not said */
  readonly version?: string
  /** called with one sentence when an agent comes, or goes before the end; by default nothing is said */
  readonly onNews?: (news: string) => void
}

/**
 * Serves a run to agents that join over a bus, once all of them are there, or enough where there is a deadline.
 *
 * @example
 * for await (const event of serveOn({ method: 'frd', agents: 4 }, natsBus(connection, console.error), { timer })) console.log(event)
 * @returns the result, after all agents were told, as run() gives it
 * @throws as serveOver, after all agents were told
 */
export async function* serveOn(
  config: Partial<Config>,
  bus: Bus,
  options: ServeOnOptions,
): AsyncGenerator<RunEvent, RunResult> {
  const { name = STANDARD_NAME, version = '', onNews = () => {}, ...given } = options
  const { timer, stop } = endingTogether(timerOf(options.timer, 'timer'))
  const rest = { ...given, timer }
  // What a lobby counts is only for those who ask how long ago an agent was heard, which needs a clock.
  const lobby = openLobby(bus, name, setUp(config, rest), { timer, now: () => 0, version, onNews })
  try {
    await enough(lobby, rest)
    const events = serveOver(config, lobby.places, rest)
    for (;;) {
      const { done, value } = await events.next()
      if (done) {
        const { digest, failure } = value
        await lobby.end({ digest, message: failure?.message ?? '' })
        return value
      }
      lobby.note(value)
      yield value
    }
  } catch (error) {
    await lobby.end({ digest: null, message: (error as Error).message })
    throw error
  } finally {
    lobby.close()
    stop() // an agent that has taken leave does not answer the last request
  }
}
