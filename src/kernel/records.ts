// The records that an agent takes and gives.

/** The streams of random numbers of an agent: the kernel's, in the order of assembly/agent.ts, then the host's own. */
export const purposes = ['init', 'reset', 'action', 'replay', 'mixup'] as const
/** What a stream of random numbers is for. */
export type Purpose = (typeof purposes)[number]

/** A ProxRM: the averaged policy of each cluster that was visited, by ascending index. */
export interface Proxies {
  /** i32[M], ascending */
  readonly indices: Int32Array
  /** u32[M]: steps in each cluster */
  readonly visits: Uint32Array
  /** f32[M * actions]: the policy of entry k stands at k * actions */
  readonly policies: Float32Array
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
  readonly policy: Network
  readonly value: Network
}

/** Where the agents of an instance share room: addresses, and how many entries a distillation may have. */
export interface Buffers {
  readonly observation: number
  readonly next: number
  readonly indices: number
  readonly visits: number
  readonly policies: number
  readonly entries: number
  readonly order: number
  readonly weights: number
  readonly targets: number
}
