// The types of what an agent takes, returns and throws.

/**
 * The streams of random numbers of an agent: those of the kernel, in the order of assembly/agent.ts, then that of the
 * host.
 */
export const purposes = ['init', 'reset', 'action', 'replay', 'mixup'] as const
/** What a stream of random numbers is for. */
export type Purpose = (typeof purposes)[number]

/** A ProxRM: the averaged policy of each cluster that was visited, by ascending index. */
export interface Proxies {
  /** i32[M], ascending */
  readonly indices: Int32Array
  /** u32[M]: how many steps fell into each cluster */
  readonly visits: Uint32Array
  /** f32[M * actions]: the policy of entry k stands at k * actions */
  readonly policies: Float32Array
}

/** An episode that was played. */
export interface Played {
  /** its steps, or the sum of its rewards, as the environment says */
  readonly score: number
  /** its steps */
  readonly steps: number
}

/** What followed an action. */
export interface Transition {
  /** the action that was taken, 0..actions-1 */
  readonly action: number
  /** what the agent observes after it */
  readonly observation: ArrayLike<number>
  /** the environment's reward for it */
  readonly reward: number
  /** whether the episode ended by the environment's own rule */
  readonly terminated: boolean
  /** whether the episode ended at the step limit */
  readonly truncated: boolean
}

/** What a step of an agent in its environment gives. */
export interface Step extends Omit<Transition, 'action'> {
  /** the next state as the agent sees it: f32[observations], a copy */
  readonly observation: Float32Array
}

/** An environment that the host steps, at work: what an agent plays in. It may throw, and its faults are told to the caller. */
export interface World {
  /** Starts an episode. @returns its first observation */
  readonly reset: () => ArrayLike<number>
  /** One step. The flags are never both unset after the environment's step limit. */
  readonly step: (action: number) => Omit<Transition, 'action'>
}

/** Random draws from a stream. */
export interface Draws {
  /** a uniform number in [0, 1), of 53 bits */
  readonly uniform: () => number
  /** a uniform integer in 0..bound-1, for a bound in 1..2^32-1 */
  readonly integer: (bound: number) => number
}

/** A multilayer perceptron, without its inputs and outputs. */
export interface Network {
  /** n, units of each hidden layer */
  readonly width: number
  /** l, hidden layers */
  readonly depth: number
  /** activation of the hidden layers */
  readonly activation: 'relu' | 'tanh'
}

/** The two networks of an agent. */
export interface Networks {
  /** from an observation to a policy */
  readonly policy: Network
  /** from an observation to its value, the critic */
  readonly value: Network
}

/** The buffers that the agents of an instance share: their addresses, and how many entries a distillation may have. */
export interface Buffers {
  /** an observation, f32[observations] */
  readonly observation: number
  /** the next observation, f32[observations] */
  readonly next: number
  /** cluster indices of a ProxRM, i32[proxies] */
  readonly indices: number
  /** visits of a ProxRM, u32[proxies] */
  readonly visits: number
  /** policies of a ProxRM, f32[proxies * actions] */
  readonly policies: number
  /** entries of a distillation, f32[targets * (observations + actions)] */
  readonly entries: number
  /** the order in which the entries of a distillation are taken, u32[targets] */
  readonly order: number
  /** weights of both networks, f32 */
  readonly weights: number
  /** how many entries a distillation may have */
  readonly targets: number
}

/** A policy, a value or a weight is no longer finite, so that the agent cannot go on. */
export class NonFiniteError extends Error {
  override name = 'NonFiniteError'
  /** the step of the episode under way, from 0 */
  step = 0
}
