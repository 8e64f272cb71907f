// The messages between the page and its workers. A worker does one thing at a time: it draws seeds, films a run, plays a
// copy of an agent, or is the agent of this tab.

import type { Config } from './core.ts'
import type { Picked } from './own.ts'

/** how many agents are filmed and drawn, from agent 0 on */
export const SHOWN = 4

/** What runs, where: the file is that of the environment, where it is the visitor's own. */
export interface Task {
  readonly config: Partial<Config>
  readonly file: Picked | null
}

export type Command =
  /** runs one seed to its end */
  | ({ readonly type: 'seed'; readonly arm: number; readonly seed: number } & Task)
  /** runs one seed and reports all that happens */
  | ({ readonly type: 'film' } & Task)
  /** pushes a copy of an agent that was filmed, in this state of this episode */
  | {
      readonly type: 'push'
      readonly agent: number
      readonly episode: number
      readonly state: readonly number[]
      readonly parameters: Readonly<Record<string, number>>
    }
  /** asks for the final weights of an agent that was filmed, as a safetensors file */
  | { readonly type: 'weights'; readonly agent: number }
  /** is one agent of a federation of tabs */
  | ({ readonly type: 'apart'; readonly isPaused: boolean } & Task)
  | { readonly type: 'pause'; readonly isPaused: boolean }
  /** lets the visitor play an episode; the action stays until another one comes */
  | {
      readonly type: 'play'
      readonly env: string
      readonly config: Partial<Config>
      readonly millisecondsPerStep: number
    }
  | { readonly type: 'action'; readonly action: number }

/** The episode of one agent, f32[steps + 1][observations]; the last state is the one in which it ended. */
export type Track = Float32Array

/** What agent 0 met in an episode, step by step. */
export interface Met {
  /** the cluster of each state, u32[steps] */
  readonly clusters: Uint32Array
  /** its policy in each state, f32[steps][actions] */
  readonly policies: Float32Array
}

/** An episode of all agents. */
export interface Filmed {
  readonly scores: readonly number[]
  /** of the agents that are drawn */
  readonly tracks: readonly Track[]
  readonly met: Met
}

export interface Exchanged {
  readonly episode: number
  /** payload bytes as the paper counts them: those that agent 0 sends and receives */
  readonly up: number
  readonly down: number
  /** the first bytes of the body that agent 0 sent */
  readonly head: Uint8Array
  /** the chain up to this exchange */
  readonly digest: string
}

/** How a run ended. */
export interface Outcome {
  readonly completion: number | null
  /** the agents that completed the mission in that episode */
  readonly first: readonly number[]
  readonly episodes: number
  readonly envSteps: number
  /** mean bytes that an agent sends in an exchange; null without one */
  readonly bytes: number | null
  readonly failure: string | null
  readonly digest: string
}

export type Report =
  | ({ readonly type: 'seed'; readonly arm: number; readonly seed: number } & Outcome)
  /** what the film is made with, before its first episode */
  | { readonly type: 'begun'; readonly config: Config; readonly weights: number }
  | { readonly type: 'filmed'; readonly episodes: readonly Filmed[]; readonly exchanges: readonly Exchanged[] }
  | ({ readonly type: 'done' } & Outcome)
  | { readonly type: 'pushed'; readonly agent: number; readonly episode: number; readonly track: Track }
  | { readonly type: 'weights'; readonly agent: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** a step of the visitor's episode; `bytes` is what his summary would take */
  | {
      readonly type: 'step'
      readonly state: Track
      readonly steps: number
      readonly entries: number
      readonly isOver: boolean
    }
  /** the agent of this tab, once it has a seat */
  | { readonly type: 'seat'; readonly config: Config; readonly agent: number }
  | { readonly type: 'here'; readonly agents: readonly number[] }
  /** the agents that all have been waiting for */
  | { readonly type: 'awaited'; readonly agents: readonly number[] }
  /** an episode of all tabs, with the track of this one's agent */
  | {
      readonly type: 'played'
      readonly episode: number
      readonly scores: readonly number[]
      readonly track: Track | null
    }
  | { readonly type: 'exchanged'; readonly episode: number; readonly digest: string }
  /** `isUnderWay` where the run had begun */
  | { readonly type: 'failed'; readonly message: string; readonly isUnderWay: boolean }
