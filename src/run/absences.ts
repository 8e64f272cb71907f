// Who has no part in what a run asks, as its config says, and what follows for the episodes that an agent has played.

import type { Config } from '../config/config.ts'
import { periodOf } from './periods.ts'
import type { Ask } from './protocol.ts'
import type { RunResult } from './record.ts'

const NOBODY: ReadonlySet<number> = new Set()

/** A function that is given each request of a run in order, and returns the agents that have no part in it. */
export function absences(config: Config): (asked: Ask) => ReadonlySet<number> {
  const sets = config.absent.map((agents) => new Set(agents))
  let at = 0
  return (asked) => {
    if (asked.ask === 'play') at = periodOf(config, asked.episode).index
    if (asked.ask === 'weights') at++
    return sets[at] ?? NOBODY
  }
}

/** How many of the run's episodes each agent has played. */
export function episodesPlayed(config: Config, episodes: number): number[] {
  const { agents, absent } = config
  const played: number[] = new Array(agents).fill(episodes)
  let first = 1
  for (const list of absent) {
    if (first > episodes) break
    const { last } = periodOf(config, first)
    for (const agent of list) played[agent] -= Math.min(last, episodes) - first + 1
    first = last + 1
  }
  return played
}

/** The scores of each agent by the run's episodes, null where it had no part. */
export function byEpisode(
  { config, scores }: Pick<RunResult, 'config' | 'scores'>,
  episodes: number,
): readonly (readonly (number | null)[])[] {
  if (config.absent.length === 0) return scores
  const sets = config.absent.map((agents) => new Set(agents))
  return scores.map((list, agent) => {
    let at = 0
    return Array.from({ length: episodes }, (_, i) =>
      sets[periodOf(config, i + 1).index]?.has(agent) ? null : list[at++],
    )
  })
}
