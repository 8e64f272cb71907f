// The messages between the page and the worker of a run.

import type { Config } from './core.ts'
import type { Picked } from './own.ts'

/** how many agents are filmed and drawn, from agent 0 on; the lines of more would cover each other */
export const SHOWN = 8

export type Command =
  | {
      readonly type: 'start'
      readonly config: Partial<Config>
      /** the file of the environment, where it is the visitor's own */
      readonly file: Picked | null
      readonly isApart: boolean
      readonly flatOut: boolean
    }
  /** whether episodes follow one another at once, or each waits for `next` */
  | { readonly type: 'flatOut'; readonly flatOut: boolean }
  /** asks for a film of the next episode */
  | { readonly type: 'next' }

/** The episode of one agent, f32[steps + 1][observations]; the last state is the one in which it ended. */
export type Track = Float32Array

export interface Film {
  /** counted from 1 */
  readonly episode: number
  readonly tracks: readonly Track[]
}

/** The states in the uplinks of one exchange, by two components of the environment (heat.ts says which). */
export interface Heat {
  readonly episode: number
  /** cells of the first component, or 1 where there is only one component */
  readonly rows: number
  /** cells of the second component, or of the only one */
  readonly columns: number
  /** number of entries in each cell, weighted by visits where these are sent */
  readonly entries: Float32Array
  /** mean probability of each action in each cell, f32[rows][columns][actions] */
  readonly policies: Float32Array
}

export interface Exchanged {
  readonly episode: number
  /** payload bytes as the paper counts them, all agents together */
  readonly up: number
  readonly down: number
  /** the chain up to this exchange */
  readonly digest: string
}

export interface Outcome {
  readonly completion: number | null
  /** the agents that completed the mission in that episode */
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
      readonly showsStates: boolean
      /** the agent of this tab, where each tab is one agent; null where this worker plays all agents */
      readonly agent: number | null
    }
  /** the agents that are here, where each tab is one agent and others are waited for */
  | { readonly type: 'here'; readonly agents: readonly number[] }
  /** the agents that all have been waiting for */
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
  /** the tab that serves was closed, or an agent failed */
  | { readonly type: 'stopped'; readonly message: string }
