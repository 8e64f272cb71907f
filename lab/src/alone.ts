// The agent of this tab, where each tab is one agent. It plays a whole period at one request, so that it is ahead of what
// the tab has heard of the run: its films and what it sent are kept until the run has come so far.

import type { Agent, Config, Environment } from './core.ts'
import { playSeen } from './film.ts'
import type { Heating } from './heat.ts'
import type { Film } from './messages.ts'
import { foresee } from './mission.ts'

export interface AloneOptions {
  readonly config: Config
  readonly env: Environment
  readonly heating: Heating | null
  /** resolves when the page may send commands again, and at once if it could a moment ago */
  readonly giveWay: () => Promise<void>
  /** resolves when an episode may be played */
  readonly allowed: () => Promise<void>
  /** whether the page asks for a film */
  readonly isWanted: () => boolean
  /** called with each film that was asked for */
  readonly onFilm: (film: Film) => void
}

export interface Alone {
  readonly play: (agent: Agent) => Promise<number>
  /** takes note of how many episodes the others have played: they wait until this agent has played as many */
  readonly catchUp: (episodes: number) => void
  /** the film of that episode, if there is one, after which no earlier one is asked for */
  readonly film: (episode: number) => Film | null
  /** the body that was sent after that episode, if it holds states */
  readonly body: (episode: number) => Uint8Array | null
}

export function openAlone({ config, env, heating, ...page }: AloneOptions): Alone {
  const mayComplete = foresee(env.mission)
  const films = new Map<number, Film>()
  const bodies = new Map<number, Uint8Array>()
  let playing = 0
  let behind = 0
  let mayBeLast = false

  const taken = <T>(kept: Map<number, T>, episode: number): T | null => {
    for (const one of kept.keys()) if (one < episode) kept.delete(one)
    return kept.get(episode) ?? null
  }
  const playEpisode = (agent: Agent, isCatchingUp: boolean): number => {
    const isWanted = page.isWanted() && !isCatchingUp
    if (!isWanted && !mayBeLast) return agent.playEpisode()
    const { score, track } = playSeen(agent)
    const film = { episode: playing, tracks: [track] }
    films.set(playing, film)
    if (isWanted) page.onFilm(film)
    return score
  }
  return {
    play: async (agent) => {
      playing++
      await page.giveWay()
      const isCatchingUp = playing <= behind
      if (!isCatchingUp) await page.allowed()
      const score = playEpisode(agent, isCatchingUp)
      mayBeLast = (mayComplete([score]) && config.until !== 'cap') || playing + 1 === config.cap
      if (heating && playing % config.period === 0) bodies.set(playing, heating.uplinkOf(agent))
      return score
    },
    catchUp: (episodes) => {
      behind = Math.max(behind, episodes)
    },
    film: (episode) => taken(films, episode),
    body: (episode) => taken(bodies, episode),
  }
}
