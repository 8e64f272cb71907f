// The periods of a run: after every E episodes agents exchange (paper), or, where the periods grow, after E, then after
// growth times as many more, and so on.

import type { Config } from '../config/config.ts'

/** A period of a run. */
export interface Period {
  /** which one, from 0 */
  readonly index: number
  /** its first episode, from 1 */
  readonly first: number
  /** the episode after which agents exchange, which may lie beyond the cap */
  readonly last: number
}

type Periodic = Pick<Config, 'period' | 'growth' | 'cap'>

/** The last episodes of periods that grow, up to the cap, made once per config. */
const known = new WeakMap<Periodic, readonly number[]>()

function endsOf(config: Periodic): readonly number[] {
  const before = known.get(config)
  if (before) return before
  const { period, growth, cap } = config
  const ends: number[] = []
  // The length is a product in f64 that is cut to an integer only where it is used, so that 2 x 1.2 grows too.
  for (let end = 0, length = period; end < cap; length = Math.min(length * growth, cap)) {
    end += Math.floor(length)
    ends.push(end)
  }
  known.set(config, ends)
  return ends
}

/** The period of an episode, from 1. */
export function periodOf(config: Periodic, episode: number): Period {
  const { period, growth } = config
  if (growth === 1) {
    const index = Math.ceil(episode / period) - 1
    return { index, first: index * period + 1, last: (index + 1) * period }
  }
  const ends = endsOf(config)
  let low = 0
  for (let high = ends.length - 1; low < high; ) {
    const middle = (low + high) >> 1
    if (ends[middle] < episode) low = middle + 1
    else high = middle
  }
  return { index: low, first: (ends[low - 1] ?? 0) + 1, last: ends[low] }
}

/** The episode after which the exchange with this number takes place, from 0. */
export const exchangeEpisode = (config: Periodic, exchange: number): number =>
  config.growth === 1 ? (exchange + 1) * config.period : (endsOf(config)[exchange] ?? Number.POSITIVE_INFINITY)

/** How many exchanges lie within the first episodes of a run, one after the last of them included. */
export function exchangesWithin(config: Periodic, episodes: number): number {
  if (config.growth === 1) return Math.floor(episodes / config.period)
  return endsOf(config).filter((end) => end <= episodes).length
}

/** Episodes of the longest period, which the cap may cut. */
export function longestPeriod(config: Periodic): number {
  const { period, growth, cap } = config
  if (growth === 1) return Math.min(period, cap)
  let longest = 0
  let start = 0
  for (const end of endsOf(config)) {
    longest = Math.max(longest, Math.min(end, cap) - start)
    start = end
  }
  return longest
}
