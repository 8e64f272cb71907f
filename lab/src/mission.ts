// How near the agents are to their mission, whichever way its scores go: more of them or fewer may be better, and they
// may be negative.

import type { Mission } from './core.ts'

export const signOf = ({ direction }: Mission) => (direction === 'at least' ? 1 : -1)

export function bestOf(mission: Mission, values: readonly number[]): number {
  return mission.direction === 'at least' ? Math.max(...values) : Math.min(...values)
}

/** The mean of each agent's last scores, episode by episode: over the episodes that the mission counts, or fewer at first. */
export class Means {
  readonly #window: number
  readonly #recent: number[][] = []
  readonly #mission: Mission

  constructor(mission: Mission) {
    this.#mission = mission
    this.#window = mission.window
  }

  /** Takes the scores of an episode. @returns the mean of the best agent */
  next(scores: readonly number[]): number {
    const means = scores.map((score, agent) => {
      this.#recent[agent] ??= []
      const recent = this.#recent[agent]
      recent.push(score)
      if (recent.length > this.#window) recent.shift()
      return recent.reduce((sum, one) => sum + one, 0) / recent.length
    })
    return bestOf(this.#mission, means)
  }
}
