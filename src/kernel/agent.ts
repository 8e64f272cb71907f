// Host face of assembly/agent.ts: thin verbs with typed views over an agent's block.
// Arrays that verbs return are copies, but for replay() and proxies(): views into the kernel's memory, valid until the
// next call on any agent of the instance.

import { layoutOf, openCheckpoint, sealCheckpoint } from '../checkpoint.ts'
import { expected } from '../field.ts'
import type { Environment } from './env.ts'
import type { Buffers } from './layout.ts'
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

/** A network, its inputs and outputs aside. */
export interface Network {
  readonly width: number
  readonly depth: number
  readonly activation: 'relu' | 'tanh'
}

export interface Networks {
  readonly policy: Network
  readonly value: Network
}

/** A non-finite policy or value: the run cannot go on. */
export class NonFiniteError extends Error {
  override name = 'NonFiniteError'
  /** of the episode under way */
  step = 0
}

export class Agent {
  readonly env: Environment
  readonly sections: number
  readonly networks: Networks
  readonly policyWeights: number
  readonly valueWeights: number
  /** address and size of the block, the stream `mixup` at its end: copying it is a checkpoint */
  readonly block: number
  readonly bytes: number
  readonly #mixup: number
  readonly #kernel: Kernel
  readonly #buffers: Buffers
  /** what it has in common with agents that can go on from its checkpoint */
  readonly #layout: Uint8Array

  /** Of a block that was configured and nothing else: see layOut, and createAgent for one agent. */
  constructor(kernel: Kernel, env: Environment, sections: number, networks: Networks, block: number, buffers: Buffers) {
    this.env = env
    this.sections = sections
    this.networks = networks
    this.block = block
    this.#mixup = block + kernel.agentBytes(block)
    this.bytes = kernel.agentBytes(block) + kernel.streamBytes()
    this.policyWeights = kernel.agentPolicyWeights(block)
    this.valueWeights = kernel.agentValueWeights(block)
    this.#kernel = kernel
    this.#buffers = buffers
    this.#layout = layoutOf(this.#view(kernel.agentHeadBytes()), env.name)
  }

  #view(bytes = this.bytes): Uint8Array {
    return new Uint8Array(this.#kernel.memory.buffer, this.block, bytes)
  }

  /** The agent whole, as bytes: weights, moments, environment, streams, memories. */
  save(): Uint8Array {
    return sealCheckpoint(this.#view(), this.#layout)
  }

  /**
   * Goes on, to the bit, where the agent that was saved stood: one of the same settings, in any instance.
   * @throws TypeError, RangeError for bytes that are cut, damaged, or of other settings; the agent is as before
   */
  load(checkpoint: Uint8Array): void {
    openCheckpoint(checkpoint, this.#layout, this.#view())
  }

  #floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.#kernel.memory.buffer, pointer, length)
  }

  #sound(status: number): number {
    if (status === -2)
      throw new RangeError(`the agent's memory is full after step ${this.steps}: exchange or forget() sooner`)
    if (status < 0) throw new NonFiniteError(`the policy or value stopped being finite at step ${this.steps}`)
    return status
  }

  #builtIn(verb: string): void {
    if (this.env.id !== 0) return
    const next = 'you step it, then call learn(transition)'
    throw new TypeError(`"${verb}" expected a built-in environment, got "${this.env.name}": ${next}`)
  }

  #observe(pointer: number, observation: ArrayLike<number>): number {
    const { observations } = this.env
    const numbers = this.#floats(pointer, observations)
    if (observation.length !== observations) {
      throw new RangeError(expected('observation', `${observations} numbers`, observation.length))
    }
    numbers.set(observation)
    if (numbers.every(Number.isFinite)) return pointer
    throw new RangeError(expected('observation', 'finite numbers, as f32', Array.from(observation).join(', ')))
  }

  #checkAction(action: number): void {
    if (Number.isInteger(action) && action >= 0 && action < this.env.actions) return
    throw new RangeError(expected('action', `an integer in 0..${this.env.actions - 1}`, action))
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
    this.#builtIn('playEpisode')
    return this.#sound(this.#kernel.playEpisode(this.block))
  }

  /** Steps of the built-in environment's episode under way, or of the last one. */
  get steps(): number {
    return this.#kernel.agentSteps(this.block)
  }

  /** Starts an episode of the built-in environment; returns its first observation. */
  reset(): Float32Array {
    this.#builtIn('reset')
    this.#kernel.agentReset(this.block, this.#buffers.next)
    return this.#floats(this.#buffers.next, this.env.observations).slice()
  }

  /** Draws an action from the policy at the observation, and remembers it. */
  act(observation: ArrayLike<number>): number {
    return this.#sound(this.#kernel.agentAct(this.block, this.#observe(this.#buffers.observation, observation)))
  }

  /** One step of the built-in environment: `agent.learn({ action, ...agent.step(action) })`. */
  step(action: number): Omit<Transition, 'action'> & { readonly observation: Float32Array } {
    this.#builtIn('step')
    this.#checkAction(action)
    const flags = this.#kernel.agentStep(this.block, action, this.#buffers.next)
    return {
      observation: this.#floats(this.#buffers.next, this.env.observations).slice(),
      reward: this.#kernel.agentReward(this.block),
      terminated: (flags & 1) !== 0,
      truncated: (flags & 2) !== 0,
    }
  }

  /** Learns from what followed the action taken after the last act(). */
  learn({ action, observation, reward, terminated, truncated }: Transition): void {
    this.#checkAction(action)
    if (!Number.isFinite(reward)) throw new RangeError(expected('reward', 'a finite number', reward))
    const next = this.#observe(this.#buffers.next, observation)
    const flags = (terminated ? 1 : 0) | (truncated ? 2 : 0)
    this.#sound(this.#kernel.agentLearn(this.block, action, next, reward, flags))
  }

  /** Action probabilities at an observation. */
  policy(observation: ArrayLike<number>): Float32Array {
    const p = this.#kernel.agentPolicy(this.block, this.#observe(this.#buffers.observation, observation))
    this.#sound(p === 0 ? -1 : 0)
    return this.#floats(p, this.env.actions).slice()
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
    if (count > targets) {
      throw new RangeError(`"entries" expected at most ${targets}, got ${count}: capacity.targets is set at creation`)
    }
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

  /** Sets both networks' weights, in canonical order; moments and streams stay. */
  setWeights(weights: Float32Array): void {
    const count = this.policyWeights + this.valueWeights
    if (weights.length !== count) throw new RangeError(`"weights" expected ${count} numbers, got ${weights.length}`)
    this.#floats(this.#buffers.weights, count).set(weights)
    this.#kernel.agentWeights(this.block, this.#buffers.weights, false)
  }

  /** What `act` does to the agent is undone: its block, all of its state, is put back. */
  aside<T>(act: () => T): T {
    const before = this.#view().slice()
    try {
      return act()
    } finally {
      this.#view().set(before)
    }
  }

  /** Empties both memories. */
  forget(): void {
    this.#kernel.agentForget(this.block)
  }
}
