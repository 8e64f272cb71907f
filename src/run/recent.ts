// The scores of the last episodes of each agent of a run that goes on, as many as its mission looks at, and the best agent's
// mean of them.

import type { Mission } from '../config/environment.ts'
import type { EpisodeEvent } from './record.ts'

/** How the agents of a run have done of late. */
export interface Recent {
  /** adds an episode */
  readonly add: (event: Pick<EpisodeEvent, 'scores' | 'players'>) => void
  /** the best agent, the first of several, and its mean over its last episodes; null before the first episode */
  readonly best: () => { readonly agent: number; readonly mean: number } | null
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
      const sign = direction === 'at least' ? 1 : -1
      // An agent that has had no part in any episode has no list.
      const means = lists.flatMap((list, agent) => {
        return [{ agent, mean: list.reduce((sum, score) => sum + score, 0) / list.length }]
      })
      const [first, ...others] = means
      return first ? others.reduce((best, one) => (sign * one.mean > sign * best.mean ? one : best), first) : null
    },
  }
}
