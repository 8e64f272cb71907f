// The tour through a run: it stops at the episodes that tell its story, where the agents are seen in motion, and glides
// over the others. It takes twenty seconds, whatever the length of the run.

import { signOf } from './mission.ts'
import type { Reel } from './reel.ts'

const SECONDS = 20
/** The part of the time that the stops have together. */
const STOPPED = 0.75
/** The step that is shown of an episode over which the tour glides. */
export const GLIMPSE = 60

/** Where the tour is: an episode, counted from 1, and a step of it. */
export interface Place {
  readonly episode: number
  readonly step: number
}

interface Part {
  readonly from: number
  readonly to: number
  readonly first: number
  readonly last: number
  /** whether it stops at the episode */
  readonly isStop: boolean
}

export interface Tour {
  readonly seconds: number
  readonly stops: readonly number[]
  readonly at: (seconds: number) => Place
  /** when the tour comes to an episode */
  readonly timeOf: (episode: number) => number
}

/** The episode at which the best agent's mean has fallen deepest below what it was before, over all groups. */
function deepestFall(reels: readonly Reel[]): number {
  let deepest = 0
  let found = 1
  for (const { best, env } of reels) {
    const sign = signOf(env.mission)
    let highest = Number.NEGATIVE_INFINITY
    for (const [i, mean] of best.entries()) {
      highest = Math.max(highest, sign * mean)
      if (highest - sign * mean > deepest) {
        deepest = highest - sign * mean
        found = i + 1
      }
    }
  }
  return found
}

/** The stops of the tour: the first episode, those before and after the first exchange, the deepest fall, and the last. */
function stopsOf(reels: readonly Reel[]): number[] {
  if (reels.some(({ outcome, failure }) => !outcome && !failure)) return [1]
  const last = Math.max(1, ...reels.map(({ episodes }) => episodes.length))
  const exchange = Math.min(
    last + 1,
    ...reels.flatMap(({ exchanges }) => exchanges.slice(0, 1).map((one) => one.episode)),
  )
  const around = exchange < last ? [exchange, exchange + 1] : []
  return [...new Set([1, ...around, deepestFall(reels), last])].sort((a, b) => a - b)
}

/** The tour through what is known of the runs. */
export function tourOf(reels: readonly Reel[]): Tour {
  const stops = stopsOf(reels)
  const pause = (SECONDS * STOPPED) / Math.max(stops.length, 4)
  const way = stops.at(-1)! - stops[0]
  const parts: Part[] = []
  let time = 0
  for (const [k, stop] of stops.entries()) {
    if (k) {
      const before = stops[k - 1]
      const seconds = SECONDS * (1 - STOPPED) * (way ? (stop - before) / way : 0)
      parts.push({ from: time, to: time + seconds, first: before, last: stop, isStop: false })
      time += seconds
    }
    parts.push({ from: time, to: time + pause, first: stop, last: stop, isStop: true })
    time += pause
  }
  const stepsOf = (episode: number) => Math.max(1, ...reels.map((reel) => reel.longestOf(episode)))
  return {
    seconds: time,
    stops,
    at: (seconds) => {
      const part = parts.find(({ to }) => seconds < to) ?? parts.at(-1)!
      const progress = Math.min((seconds - part.from) / (part.to - part.from || 1), 1)
      if (part.isStop) return { episode: part.first, step: Math.round(progress * stepsOf(part.first)) }
      return { episode: Math.round(part.first + progress * (part.last - part.first)), step: GLIMPSE }
    },
    timeOf: (episode) => {
      const part = parts.find(({ last }) => episode <= last) ?? parts.at(-1)!
      const { from, to, first, last } = part
      return last > first ? from + ((episode - first) / (last - first)) * (to - from) : from
    },
  }
}
