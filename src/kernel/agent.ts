// Host face of assembly/agent.ts: thin verbs with typed views over an agent's block.
// Arrays that verbs return are views into the kernel's memory, valid until the next call on any agent of the instance.

import type { Environment } from './env.ts'
import { drawBeta } from './rng.ts'
import type { Kernel } from './wasm.ts'

/** Streams: the kernel's, in the order of assembly/agent.ts, then the host's own. */
export const purposes = ['init', 'reset', 'action', 'replay', 'mixup'] as const
export type Purpose = (typeof purposes)[number]

/** Sparse averaged policies: i32[count] cluster indices ascending, u32[count] visits, f32[count * actions]. */
export interface Proxies {
  readonly indices: Int32Array
  readonly visits: Uint32Array
  readonly policies: Float32Array
}

/** What followed an action. */
export interface Transition {
  readonly action: number
  /** the next one */
  readonly observation: ArrayLike<number>
  readonly reward: number
  readonly terminated: boolean
  readonly truncated: boolean
}

/** A non-finite policy or value: the run cannot go on. */
export class NonFiniteError extends Error {
  override name = 'NonFiniteError'
}

/** Where an instance's agents share room: addresses, and how many entries a distillation may have. */
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

export class Agent {
  readonly env: Environment
  readonly sections: number
  readonly policyWeights: number
  readonly valueWeights: number
  /** address and size of the block, the stream `mixup` at its end: copying it is a checkpoint */
  readonly block: number
  readonly bytes: number
  readonly #mixup: number
  readonly #kernel: Kernel
  readonly #buffers: Buffers

  constructor(kernel: Kernel, env: Environment, sections: number, block: number, buffers: Buffers) {
    this.env = env
    this.sections = sections
    this.block = block
    this.#mixup = block + kernel.agentBytes(block)
    this.bytes = kernel.agentBytes(block) + kernel.streamBytes()
    this.policyWeights = kernel.agentPolicyWeights(block)
    this.valueWeights = kernel.agentValueWeights(block)
    this.#kernel = kernel
    this.#buffers = buffers
  }

  #floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.#kernel.memory.buffer, pointer, length)
  }

  #sound(status: number): number {
    if (status === -2) throw new RangeError(`the agent's memory is full after step ${this.steps}: exchange sooner`)
    if (status < 0) throw new NonFiniteError(`the policy or value stopped being finite at step ${this.steps}`)
    return status
  }

  #observe(pointer: number, observation: ArrayLike<number>): number {
    if (observation.length !== this.env.observations) {
      throw new RangeError(`"observation" expected ${this.env.observations} numbers, got ${observation.length}`)
    }
    this.#floats(pointer, observation.length).set(observation)
    return pointer
  }

  seed(purpose: Purpose, key: readonly [number, number]): void {
    if (purpose === 'mixup') this.#kernel.streamSeed(this.#mixup, key[0], key[1])
    else this.#kernel.agentSeed(this.block, purposes.indexOf(purpose), key[0], key[1])
  }

  /** Draws the first weights from the stream `init`. */
  init(): void {
    this.#kernel.agentInit(this.block)
  }

  /** Plays and learns one episode in the kernel; returns its score in steps. @throws NonFiniteError */
  playEpisode(): number {
    return this.#sound(this.#kernel.playEpisode(this.block))
  }

  /** Steps of the episode under way, or of the last one. */
  get steps(): number {
    return this.#kernel.agentSteps(this.block)
  }

  /** Starts an episode of the built-in environment; returns its first observation. */
  reset(): Float32Array {
    this.#kernel.agentReset(this.block, this.#buffers.next)
    return this.#floats(this.#buffers.next, this.env.observations)
  }

  /** Draws an action from the policy at the observation, and remembers it. */
  act(observation: ArrayLike<number>): number {
    return this.#sound(this.#kernel.agentAct(this.block, this.#observe(this.#buffers.observation, observation)))
  }

  /** One step of the built-in environment: `agent.learn({ action, ...agent.step(action) })`. */
  step(action: number): Omit<Transition, 'action'> {
    const flags = this.#kernel.agentStep(this.block, action, this.#buffers.next)
    return {
      observation: this.#floats(this.#buffers.next, this.env.observations),
      reward: this.#kernel.agentReward(this.block),
      terminated: (flags & 1) !== 0,
      truncated: (flags & 2) !== 0,
    }
  }

  /** Learns from what followed the action taken after the last act(). */
  learn({ action, observation, reward, terminated, truncated }: Transition): void {
    if (!(Number.isInteger(action) && action >= 0 && action < this.env.actions)) {
      throw new RangeError(`"action" expected an integer in 0..${this.env.actions - 1}, got ${action}`)
    }
    const next = this.#observe(this.#buffers.next, observation)
    const flags = (terminated ? 1 : 0) | (truncated ? 2 : 0)
    this.#sound(this.#kernel.agentLearn(this.block, action, next, reward, flags))
  }

  /** Action probabilities at an observation. */
  policy(observation: ArrayLike<number>): Float32Array {
    const p = this.#kernel.agentPolicy(this.block, this.#observe(this.#buffers.observation, observation))
    this.#sound(p === 0 ? -1 : 0)
    return this.#floats(p, this.env.actions)
  }

  /** Value of an observation. */
  value(observation: ArrayLike<number>): number {
    return this.#kernel.agentValue(this.block, this.#observe(this.#buffers.observation, observation))
  }

  /** The local ProxRM, averaged. */
  proxies(): Proxies {
    const { indices, visits, policies } = this.#buffers
    const count = this.#kernel.agentProxyCount(this.block)
    this.#kernel.agentProxyExport(this.block, indices, visits, policies)
    const { buffer } = this.#kernel.memory
    return {
      indices: new Int32Array(buffer, indices, count),
      visits: new Uint32Array(buffer, visits, count),
      policies: new Float32Array(buffer, policies, count * this.env.actions),
    }
  }

  /** Cluster index of an observation; nothing is remembered. */
  cluster(observation: ArrayLike<number>): number {
    return this.#kernel.agentProxyIndex(this.block, this.#observe(this.#buffers.observation, observation))
  }

  /** The replay memory: f32[count][observations + actions], (state, policy) in order of play. */
  replay(): Float32Array {
    const count = this.#kernel.agentReplayCount(this.block)
    return this.#floats(this.#kernel.agentReplayEntries(this.block), count * (this.env.observations + this.env.actions))
  }

  /** Entries (proxy state, policy) of clusters: f32[count][observations + actions], a copy. */
  entries(proxies: Pick<Proxies, 'indices' | 'policies'>): Float32Array {
    const { observations, actions } = this.env
    const count = proxies.indices.length
    const { entries, order } = this.#room(count)
    const width = observations + actions
    new Int32Array(this.#kernel.memory.buffer, order, count).set(proxies.indices)
    this.#kernel.agentProxyStates(this.block, order, count, entries, 4 * width)
    const rows = this.#floats(entries, count * width).slice()
    for (let k = 0; k < count; k++) {
      for (let a = 0; a < actions; a++) rows[k * width + observations + a] = proxies.policies[k * actions + a]
    }
    return rows
  }

  #room(count: number): Buffers {
    const { targets } = this.#buffers
    if (count > targets) throw new RangeError(`"entries" expected at most ${targets}, got ${count}`)
    return this.#buffers
  }

  /** Trains the policy towards entries f32[count][observations + actions]. @throws NonFiniteError */
  distill(rows: Float32Array): void {
    const count = rows.length / (this.env.observations + this.env.actions)
    const { entries, order } = this.#room(count)
    this.#floats(entries, rows.length).set(rows)
    this.#sound(this.#kernel.agentDistill(this.block, entries, count, order))
  }

  /** The numbers below count in a random order, from the stream `mixup`: a copy. */
  shuffled(count: number): Uint32Array {
    const { order } = this.#room(count)
    const numbers = new Uint32Array(this.#kernel.memory.buffer, order, count)
    for (let k = 0; k < count; k++) numbers[k] = k
    this.#kernel.streamShuffle(this.#mixup, order, count)
    return numbers.slice()
  }

  /** A draw from Beta(shape, shape), from the stream `mixup`. */
  beta(shape: number): number {
    return drawBeta(this.#kernel, this.#mixup, shape)
  }

  /** Weights in canonical order, the policy network's then the value network's: a copy. @throws NonFiniteError */
  weights(): Float32Array {
    this.#kernel.agentWeights(this.block, this.#buffers.weights, true)
    const weights = this.#floats(this.#buffers.weights, this.policyWeights + this.valueWeights).slice()
    if (!weights.every(Number.isFinite)) throw new NonFiniteError('a weight stopped being finite')
    return weights
  }

  setWeights(weights: Float32Array): void {
    const count = this.policyWeights + this.valueWeights
    if (weights.length !== count) throw new RangeError(`"weights" expected ${count} numbers, got ${weights.length}`)
    this.#floats(this.#buffers.weights, count).set(weights)
    this.#kernel.agentWeights(this.block, this.#buffers.weights, false)
  }

  /** What `act` does to the agent is undone: its block, all of its state, is put back. */
  aside<T>(act: () => T): T {
    const block = () => new Uint8Array(this.#kernel.memory.buffer, this.block, this.bytes)
    const before = block().slice()
    try {
      return act()
    } finally {
      block().set(before)
    }
  }

  /** Empties both memories. */
  forget(): void {
    this.#kernel.agentForget(this.block)
  }
}
