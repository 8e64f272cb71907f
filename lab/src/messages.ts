// The messages between the page and its workers. A worker does one thing at a time: it draws seeds, films a run, plays a
// copy of an agent, or is the agent of this tab.

import type { Config, PayloadKind, ProxyBody, Space } from './core.ts'

/** A file as the visitor picked it. The bytes are kept, so that a restart needs no second pick. */
export interface Picked {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What a visitor gives who joins a federation. */
export interface Joining {
  readonly server: string
  readonly name: string
  readonly agent: number
  readonly user: string
  readonly password: string
  /** the text of a credentials file; '' for none */
  readonly credentials: string
  /** the file of an environment of the visitor's own */
  readonly file: Picked | null
}

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
  /** asks in how many bytes a codec writes what agent 0 has gathered */
  | ({ readonly type: 'code'; readonly key: string } & Gathered)
  /** asks for the final weights of an agent that was filmed, as a safetensors file */
  | { readonly type: 'weights'; readonly agent: number }
  /** is one agent of a federation of tabs */
  | ({ readonly type: 'apart'; readonly isPaused: boolean } & Task)
  /** is one agent of a federation over a broker; what it reports is Joined */
  | ({ readonly type: 'join' } & Joining)
  | { readonly type: 'pause'; readonly isPaused: boolean }
  /** lets the visitor play an episode; the action stays until another one comes */
  | {
      readonly type: 'play'
      readonly env: string
      readonly config: Partial<Config>
      readonly millisecondsPerStep: number
    }
  | { readonly type: 'action'; readonly action: number }

/** What agent 0 has gathered, to be written by a codec: entries, steps that it made, and weights of its network. */
export interface Gathered {
  readonly codec: string
  readonly kind: PayloadKind
  readonly proxies: ProxyBody & { readonly visits: Uint32Array }
  readonly steps: number
  readonly weights: number
  readonly space: Space
  /** the body of the last download, where the codec takes differences from it */
  readonly base: Uint8Array | null
}

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

/** What agent 0 sent, as a receiver reads it. */
export interface Sent {
  /** entries that travelled */
  readonly entries: number
  /** the numbers of the first of them: an index and visits where they travel, components of a state, a policy or a weight */
  readonly first: readonly number[]
  /** the first bytes of the body, as the config's codec wrote them */
  readonly head: Uint8Array
  /** the body of the download before, where the codec takes differences from it */
  readonly base: Uint8Array | null
}

export interface Exchanged {
  readonly episode: number
  /** payload bytes as the paper counts them: those that agent 0 sends and receives */
  readonly up: number
  readonly down: number
  readonly sent: Sent
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
  | { readonly type: 'coded'; readonly key: string; readonly bytes: number | null }
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
