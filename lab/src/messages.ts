// What the page and a run's worker say to each other.

import type { Config } from './core.ts'

/** agents that are filmed and drawn, the first ones: more would be lines upon lines */
export const SHOWN = 8

export type Command =
  | { readonly type: 'start'; readonly config: Partial<Config>; readonly isApart: boolean; readonly flatOut: boolean }
  /** whether episodes follow one another at once, or each waits for `next` */
  | { readonly type: 'flatOut'; readonly flatOut: boolean }
  /** film the next episode */
  | { readonly type: 'next' }

/** One agent's episode: f32[steps + 1][observations], the last one where it ended. */
export type Track = Float32Array

export interface Film {
  /** from 1 */
  readonly episode: number
  readonly tracks: readonly Track[]
}

/** The states that the uplinks of one exchange tell of, by pole angle and its velocity. */
export interface Heat {
  readonly episode: number
  /** rows (angle) and columns (velocity) */
  readonly sections: number
  /** entries in a cell, weighted by visits where these are sent */
  readonly entries: Float32Array
  /** mean probability of the push to the right in a cell */
  readonly right: Float32Array
}

export interface Exchanged {
  readonly episode: number
  /** payload bytes as the paper counts them, all agents together */
  readonly up: number
  readonly down: number
  /** the chain up to here */
  readonly digest: string
}

export interface Outcome {
  readonly completion: number | null
  /** the agents that completed then */
  readonly first: readonly number[]
  readonly episodes: number
  readonly envSteps: number
  readonly failure: string | null
  readonly digest: string
}

export type Report =
  | {
      readonly type: 'ready'
      readonly config: Config
      readonly limit: number
      readonly showsStates: boolean
      /** the one that is played here, where each tab is one; null: all are */
      readonly agent: number | null
    }
  /** agents that are here, where each tab is one and others are waited for */
  | { readonly type: 'here'; readonly agents: readonly number[] }
  /** agents that all wait for, for some time now */
  | { readonly type: 'awaited'; readonly agents: readonly number[] }
  /** episodes since the last report, [episode][agent] */
  | {
      readonly type: 'progress'
      readonly scores: readonly (readonly number[])[]
      readonly exchanges: readonly Exchanged[]
      readonly heat: Heat | null
    }
  | ({ readonly type: 'film' } & Film)
  | ({ readonly type: 'done' } & Outcome)
  | { readonly type: 'refused'; readonly message: string }
  /** an agent's tab was closed, or could not go on */
  | { readonly type: 'stopped'; readonly message: string }
