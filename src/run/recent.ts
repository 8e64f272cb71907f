// The scores of the last episodes of each agent of a run that goes on, as many as its mission looks at, and the best agent's
// mean of them.

import type { Mission } from '../config/environment.ts'
import type { EpisodeEvent } from './record.ts'

/** How the agents of a run have done of late. */
export interface Recent {
  /** adds an episode */
  readonly add: (event: Pick<EpisodeEvent, 'scores' | 'players'>) => void
  /** the best agent's mean over its last episodes; null before the first episode */
  readonly best: () => number | null
}

/** @param mission of the run's environment */
export function openRecent({ window, direction }: Mission): Recent {
  const lists: number[][] = []
  return {
    add: ({ scores, players }) => {
      for (const [k, score] of scores.entries()) {
        const agent = players?.[k] ?? k
        lists[agent] ??= []
        const list = lists[agent]
        if (list.push(score) > window) list.shift()
      }
    },
    best: () => {
      const means = Object.values(lists).map((list) => list.reduce((sum, score) => sum + score, 0) / list.length)
      return means.length ? (direction === 'at least' ? Math.max : Math.min)(...means) : null
    },
  }
}
