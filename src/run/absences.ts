// Who has no part in what a run asks, as its config says, and what follows for the episodes that an agent has played.

import type { Config } from '../config/config.ts'
import type { Ask } from './protocol.ts'
import type { RunResult } from './record.ts'

const NOBODY: ReadonlySet<number> = new Set()

/** A function that is given each request of a run in order, and returns the agents that have no part in it. */
export function absences({ absent, period }: Config): (asked: Ask) => ReadonlySet<number> {
  const sets = absent.map((agents) => new Set(agents))
  let at = 0
  return (asked) => {
    if (asked.ask === 'play') at = Math.ceil(asked.episode / period) - 1
    if (asked.ask === 'weights') at++
    return sets[at] ?? NOBODY
  }
}

/** How many of the run's episodes each agent has played. */
export function episodesPlayed({ agents, absent, period }: Config, episodes: number): number[] {
  const played: number[] = new Array(agents).fill(episodes)
  absent.forEach((list, i) => {
    const length = Math.max(0, Math.min(period, episodes - i * period))
    for (const agent of list) played[agent] -= length
  })
  return played
}

/** The scores of each agent by the run's episodes, null where it had no part. */
export function byEpisode(
  { config: { absent, period }, scores }: Pick<RunResult, 'config' | 'scores'>,
  episodes: number,
): readonly (readonly (number | null)[])[] {
  if (absent.length === 0) return scores
  const sets = absent.map((agents) => new Set(agents))
  return scores.map((list, agent) => {
    let at = 0
    return Array.from({ length: episodes }, (_, i) => (sets[Math.floor(i / period)]?.has(agent) ? null : list[at++]))
  })
}
