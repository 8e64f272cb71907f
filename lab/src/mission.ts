// How near the agents are to their mission, whichever way its scores go: more of them or fewer may be better, and they
// may be negative.

import type { Environment, Mission } from './core.ts'

/** The least and the greatest of some numbers. */
export interface Extremes {
  readonly low: number
  readonly high: number
}

const signOf = ({ direction }: Mission) => (direction === 'at least' ? 1 : -1)

export function bestOf(mission: Mission, values: readonly number[]): number {
  return mission.direction === 'at least' ? Math.max(...values) : Math.min(...values)
}

/** What an axis of scores covers before there are scores: the mission's line, and 0 where steps are counted. */
export function firstExtremes({ mission, score }: Environment): Extremes {
  const ends = score === 'steps' ? [0, mission.threshold] : [mission.threshold]
  return { low: Math.min(...ends), high: Math.max(...ends) }
}

/** Extremes that these scores, [episode][agent], lie within too. */
export function widened({ low, high }: Extremes, scores: readonly (readonly number[])[]): Extremes {
  const all = scores.flat()
  return {
    low: all.reduce((least, score) => Math.min(least, score), low),
    high: all.reduce((most, score) => Math.max(most, score), high),
  }
}

/** The part of the way to the mission that a mean score has gone, from the worse end of all scores on: 0 to 1. */
export function progressOf(mission: Mission, mean: number, { low, high }: Extremes): number {
  const { threshold } = mission
  const from = mission.direction === 'at least' ? low : high
  const isDone = signOf(mission) * (mean - threshold) >= 0
  return isDone ? 1 : Math.max((mean - from) / (threshold - from), 0)
}

/**
 * Tells after each episode whether the next one may complete the mission: whether it would with a score as good as the
 * best one so far.
 */
export function foresee(mission: Mission): (scores: readonly number[]) => boolean {
  const { threshold, window } = mission
  const sign = signOf(mission)
  /** the last window - 1 scores of each agent, and their sum */
  const recent: { scores: number[]; sum: number }[] = []
  let best = Number.NEGATIVE_INFINITY
  return (scores) => {
    best = Math.max(best, ...scores.map((score) => sign * score))
    for (const [agent, score] of scores.entries()) {
      recent[agent] ??= { scores: [], sum: 0 }
      const own = recent[agent]
      own.scores.push(score)
      own.sum += score
      if (own.scores.length === window) own.sum -= own.scores.shift()!
    }
    const mayComplete = ({ scores, sum }: (typeof recent)[number]) =>
      scores.length === window - 1 && sign * sum + best >= sign * threshold * window
    return recent.some(mayComplete)
  }
}
