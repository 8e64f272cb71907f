// The scores of the last episodes of a run that goes on, as many as its mission looks at, and the best agent's mean of them.

import type { Mission } from '../config/environment.ts'

/** How the agents of a run have done of late. */
export interface Recent {
  /** adds an episode: the score of each agent */
  readonly add: (scores: readonly number[]) => void
  /** the best agent's mean over the last episodes; null before the first episode */
  readonly best: () => number | null
}

/** @param mission of the run's environment */
export function openRecent({ window, direction }: Mission): Recent {
  const episodes: (readonly number[])[] = []
  return {
    add: (scores) => {
      if (episodes.push(scores) > window) episodes.shift()
    },
    best: () => {
      const [first] = episodes
      if (!first) return null
      const means = first.map((_, i) => episodes.reduce((sum, scores) => sum + scores[i], 0) / episodes.length)
      return (direction === 'at least' ? Math.max : Math.min)(...means)
    },
  }
}
