// One agent of a federation of tabs, in a worker: it plays, films its own episodes, and reports what all agents do. The
// agent of this tab waits while the page is paused; the run itself does not. The agent plays a whole period at one request,
// so that it is ahead of what the tab has heard of the run: its films are kept until the run has come so far.

import { runApart } from './apart.ts'
import { type Agent, type Config, checkEnvironment, federationName, resolveConfig } from './core.ts'
import { playSeen } from './film.ts'
import type { Report, Track } from './messages.ts'
import { outcomeOf } from './outcome.ts'
import type { Loaded } from './own.ts'
import { turn } from './turn.ts'

const SLICE_MS = 20 // between two looks for commands of the page
const FILM_MS = 250 // between two films; more cannot be looked at

export interface Tab {
  readonly pause: (isPaused: boolean) => void
}

/** Takes part in the federation of these settings, and tells `post` of it. */
export function takeSeat({ given, own }: Loaded, isPaused: boolean, post: (report: Report) => void): Tab {
  let isWaiting = isPaused
  let wake = () => {}
  let isUnderWay = false
  let playing = 0
  /** how many episodes the others have played: they wait until this agent has played as many */
  let behind = 0
  /** by episode */
  const films = new Map<number, Track>()
  let filmed = 0
  let turned = performance.now()

  const play = async (agent: Agent) => {
    playing++
    if (performance.now() - turned > SLICE_MS) {
      await turn()
      turned = performance.now()
    }
    if (playing <= behind) return agent.playEpisode()
    while (isWaiting) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const now = performance.now()
    if (now - filmed < FILM_MS) return agent.playEpisode()
    filmed = now
    const { score, track } = playSeen(agent)
    films.set(playing, track)
    return score
  }
  /** The film of that episode, if there is one, after which no earlier one is asked for. */
  const filmOf = (episode: number): Track | null => {
    const track = films.get(episode) ?? null
    for (const one of films.keys()) if (one <= episode) films.delete(one)
    return track
  }

  const take = async () => {
    // Memory is not checked here: one agent may fit where all together do not.
    federationName(given, own)
    const config: Config = resolveConfig(given, own.environment && checkEnvironment(own.environment).env)
    const events = runApart(config, own, {
      onSeat: (agent) => post({ type: 'seat', config, agent }),
      onAwaited: (agents) => post({ type: 'awaited', agents }),
      play,
    })
    for (;;) {
      const { done, value } = await events.next()
      if (done) {
        post({ type: 'done', ...outcomeOf(value) })
        return
      }
      if (value.type === 'here') {
        isUnderWay ||= value.agents.length === config.agents
        behind = Math.max(behind, value.episodes)
        post({ type: 'here', agents: value.agents })
      } else if (value.type === 'episode') {
        isUnderWay = true
        const { episode, scores } = value
        post({ type: 'played', episode, scores, track: filmOf(episode) })
      } else post({ type: 'exchanged', episode: value.episode, digest: value.digest })
    }
  }
  take().catch(({ message }: Error) => post({ type: 'failed', message, isUnderWay }))
  return {
    pause: (paused) => {
      isWaiting = paused
      wake()
    },
  }
}
