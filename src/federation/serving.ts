// The server of a federation over a bus, from the first greeting to the last: it waits for the agents, plays the run with
// them, and tells them how it ended. The agent's side is joining.ts.

import type { Config } from '../config/config.ts'
import type { RunEvent, RunResult } from '../run/record.ts'
import { setUp } from '../run/setup.ts'
import { type Bus, STANDARD_NAME } from './bus.ts'
import { type ServeOverOptions, serveOver } from './carried.ts'
import type { Timer } from './carrier.ts'
import { openLobby } from './lobby.ts'

/** What the server takes beside the run and the bus. */
export interface ServeOnOptions extends ServeOverOptions {
  /** when messages are said again */
  readonly timer: Timer
  /** name of the federation, a word of each topic; default frd */
  readonly name?: string
  /** called with one sentence when an agent comes, or goes before the end; by default nothing is said */
  readonly onNews?: (news: string) => void
}

/**
 * Serves a run to agents that join over a bus, once all of them are there.
 *
 * @example
 * for await (const event of serveOn({ method: 'frd', agents: 4 }, natsBus(connection, console.error), { timer })) console.log(event)
 * @returns the result, after all agents were told, as run() gives it
 * @throws as serveOver, after all agents were told
 */
export async function* serveOn(
  given: Partial<Config>,
  bus: Bus,
  options: ServeOnOptions,
): AsyncGenerator<RunEvent, RunResult> {
  const { name = STANDARD_NAME, onNews = () => {}, ...rest } = options
  const { timer } = rest
  // What a lobby counts is only for those who ask how long ago an agent was heard, which needs a clock.
  const lobby = openLobby(bus, name, setUp(given, rest), { timer, now: () => 0, version: '', onNews })
  try {
    await lobby.full
    const events = serveOver(given, lobby.places, rest)
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
  }
}
