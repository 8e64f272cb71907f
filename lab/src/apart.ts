// One run whose agents are tabs of the same address: this tab takes a seat, and the tab of agent 0 sends it the events
// of the run.

import {
  type Config,
  federationName,
  type Here,
  host,
  join,
  type OwnEnvironment,
  type RunEvent,
  type RunResult,
} from './core.ts'
import { seatIsFree, takeSeat } from './seats.ts'

const LAST_WORDS_MS = 1000 // the others must receive the end of the run before they see that the seat is free
const LOOK_MS = 250 // between two checks of how long agents have been awaited
const LONG_MS = 700 // after which an awaited agent is reported

/** When requests are sent again, to a tab that the browser has stopped for a while. */
const timer = (milliseconds: number, call: () => void) => {
  const started = setTimeout(call, milliseconds)
  return () => clearTimeout(started)
}

/** The environment, where it is the visitor's own. */
export interface Brought {
  readonly environment?: OwnEnvironment
}

export interface Apart {
  /** called with the agent of this tab, once it has a seat */
  readonly onSeat: (agent: number) => void
  /** called with the agents that all have been waiting for, or with none once the waiting is over */
  readonly onAwaited: (agents: readonly number[]) => void
  readonly play: NonNullable<Parameters<typeof join>[3]>['play']
}

/** @throws Error where the tab that serves has left or no seat is free */
export async function* runApart(
  config: Config,
  own: Brought,
  options: Apart,
): AsyncGenerator<Here | RunEvent, RunResult> {
  const name = federationName(config, own)
  for (;;) {
    const { agent, release } = await takeSeat(name, config.agents)
    options.onSeat(agent)
    const channel = new BroadcastChannel(name)
    const watch = watchAwaited(agent, options.onAwaited)
    const side = { ...own, play: options.play, gone: seatIsFree(name), onPending: watch.note }
    const events = agent ? join(config, agent, channel, side) : host(config, channel, { ...side, timer })
    let isWaiting = true
    try {
      for (;;) {
        const { done, value } = await events.next()
        if (done) {
          setTimeout(release, LAST_WORDS_MS)
          return value
        }
        isWaiting &&= value.type === 'here' && value.agents.length < config.agents
        if (!isWaiting) watch.start()
        yield value
      }
    } catch (error) {
      release()
      // If the serving tab left before the run began, another tab serves.
      if (!isWaiting || agent === 0) throw error
    } finally {
      watch.stop()
      channel.close()
    }
  }
}

/** Reports agents that have been awaited for long: the one of this tab as long as it is among them, then the others. */
function watchAwaited(own: number, tell: (agents: readonly number[]) => void) {
  let awaited: readonly number[] = []
  let since = performance.now()
  let isTold = false
  let timer = 0
  const say = (agents: readonly number[]) => {
    isTold = agents.length > 0
    tell(agents)
  }
  return {
    note: (agents: readonly number[]) => {
      const now = agents.length ? agents : [0]
      awaited = now.includes(own) ? [own] : now
      since = performance.now()
      if (isTold) say([])
    },
    start: () => {
      timer ||= self.setInterval(() => {
        if (!isTold && performance.now() - since > LONG_MS) say(awaited)
      }, LOOK_MS)
    },
    stop: () => clearInterval(timer),
  }
}
