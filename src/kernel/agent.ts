// The host's interface to assembly/agent.ts: what an agent can do, over its block in the memory of an instance.
// Returned arrays are copies, except those of replay() and proxies(): these are views, which hold until the next call
// on any agent of the instance.

import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { layoutOf, openCheckpoint, sealCheckpoint } from './checkpoint.ts'
import { checkAction, flagsOf, playStepwise, writeObservation } from './env.ts'
import type { Grid } from './grid.ts'
import {
  type Buffers,
  type Draws,
  type Networks,
  NonFiniteError,
  type Proxies,
  type Purpose,
  purposes,
  type Step,
  type Transition,
  type World,
} from './records.ts'
import { drawBeta, drawsOf } from './rng.ts'
import type { Kernel } from './wasm.ts'

/** One learner: two networks with their optimisers, an environment, streams of random numbers, and memories. */
export class Agent {
  /** its environment */
  readonly env: Environment
  /** how its states are cut into clusters */
  readonly grid: Grid
  /** its policy network and its value network */
  readonly networks: Networks
  /** weights of the policy network */
  readonly policyWeights: number
  /** weights of the value network */
  readonly valueWeights: number
  /** address of its block; the stream `mixup` lies at the block's end, and a copy of the block is a checkpoint */
  readonly block: number
  /** length of its block */
  readonly bytes: number
  readonly #mixup: number
  readonly #kernel: Kernel
  readonly #buffers: Buffers
  /** what another agent must share to load the checkpoint of this one */
  readonly #layout: Uint8Array
  #world: World | null = null

  /** Takes a block that was just configured. Use `createAgent` for one agent, `layOut` for several. */
  constructor(kernel: Kernel, env: Environment, grid: Grid, networks: Networks, block: number, buffers: Buffers) {
    this.env = env
    this.grid = grid
    this.networks = networks
    this.block = block
    this.#mixup = block + kernel.agentBytes(block)
    this.bytes = kernel.agentBytes(block) + kernel.streamBytes()
    this.policyWeights = kernel.agentPolicyWeights(block)
    this.valueWeights = kernel.agentValueWeights(block)
    this.#kernel = kernel
    this.#buffers = buffers
    this.#layout = layoutOf(this.#view(kernel.agentHeadBytes()), env)
  }

  #view(bytes = this.bytes): Uint8Array {
    return new Uint8Array(this.#kernel.memory.buffer, this.block, bytes)
  }

  /** The whole agent as bytes: weights, moments, environment, streams and memories. */
  save(): Uint8Array {
    return sealCheckpoint(this.#view(), this.#layout)
  }

  /**
   * Continues, with the same bits, where the saved agent stood. The agent that was saved must have the same settings;
   * it may be of any instance.
   * @throws TypeError, RangeError for bytes that are cut, damaged or of other settings; the agent then stays as it was
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

  #checkWorld(verb: string): void {
    if (this.env.id !== 0 || this.#world !== null) return
    const why = 'you step it, then call learn(transition)'
    throw new TypeError(expected(verb, 'a built-in environment', this.env.name, why))
  }

  /** Gives the agent an environment of the host's, which it then plays as it would the kernel's. */
  inhabit(world: World): void {
    this.#world = world
  }

  /** Draws from one of the agent's streams, for an environment of the host's. */
  draws(purpose: Exclude<Purpose, 'mixup'>): Draws {
    return drawsOf(this.#kernel, this.#kernel.agentStream(this.block, purposes.indexOf(purpose)))
  }

  #observe(pointer: number, observation: ArrayLike<number>): number {
    writeObservation(this.#floats(pointer, this.env.observations), observation)
    return pointer
  }

  /** Starts one of its streams anew from a Philox key of two u32. */
  seed(purpose: Purpose, key: readonly [number, number]): void {
    if (purpose === 'mixup') this.#kernel.streamSeed(this.#mixup, key[0], key[1])
    else this.#kernel.agentSeed(this.block, purposes.indexOf(purpose), key[0], key[1])
  }

  /** Draws the first weights of both networks from the stream `init`. */
  init(): void {
    this.#kernel.agentInit(this.block)
  }

  /**
   * Plays one episode and learns from it.
   * @returns its score: the steps it took, or the sum of its rewards, as the environment says
   * @throws NonFiniteError; RangeError if a memory is full; TypeError if the caller steps the environment
   */
  playEpisode(): number {
    this.#checkWorld('playEpisode')
    if (this.#world) playStepwise(this)
    else this.#sound(this.#kernel.playEpisode(this.block))
    return this.env.score === 'steps' ? this.steps : this.#kernel.agentRewards(this.block)
  }

  /** Steps of the episode that is under way, or of the last one. */
  get steps(): number {
    return this.#kernel.agentSteps(this.block)
  }

  /** Starts an episode of its environment. @returns its first observation */
  reset(): Float32Array {
    this.#checkWorld('reset')
    if (this.#world) {
      const first = this.#world.reset()
      this.#kernel.agentBegin(this.block)
      this.#observe(this.#buffers.next, first)
    } else this.#kernel.agentReset(this.block, this.#buffers.next)
    return this.#floats(this.#buffers.next, this.env.observations).slice()
  }

  /**
   * Draws an action from the policy at an observation, and remembers the observation with its policy in the memories.
   * @throws RangeError for an invalid observation, or if a memory is full; NonFiniteError
   */
  act(observation: ArrayLike<number>): number {
    return this.#sound(this.#kernel.agentAct(this.block, this.#observe(this.#buffers.observation, observation)))
  }

  /**
   * One step of its environment. Then learn from it: `agent.learn({ action, ...agent.step(action) })`.
   * @throws RangeError for an invalid action, or before reset() and after the end of the episode
   */
  step(action: number): Step {
    this.#checkWorld('step')
    checkAction(this.env, action)
    if (!this.#kernel.agentIsUnderWay(this.block)) {
      throw new RangeError(expected('step', 'an episode that is under way', 'none', 'reset() starts one'))
    }
    const { next } = this.#buffers
    const made = this.#world?.step(action)
    if (made) this.#observe(next, made.observation)
    const flags = made ? flagsOf(made) : this.#kernel.agentStep(this.block, action, next)
    if (made) this.#kernel.agentCount(this.block, made.reward, flags)
    return {
      observation: this.#floats(next, this.env.observations).slice(),
      reward: made ? made.reward : this.#kernel.agentReward(this.block),
      terminated: (flags & 1) !== 0,
      truncated: (flags & 2) !== 0,
    }
  }

  /**
   * Learns from what followed the action that was taken after the last act().
   * @throws RangeError for an invalid action, observation or reward, or without an act() before; NonFiniteError
   */
  learn({ action, observation, reward, ...ends }: Transition): void {
    checkAction(this.env, action)
    if (!this.#kernel.agentHasActed(this.block)) {
      throw new RangeError(expected('learn', 'an act() before it', 'none since the last learn() or reset()'))
    }
    if (!Number.isFinite(reward)) throw new RangeError(expected('reward', 'a finite number', reward))
    const next = this.#observe(this.#buffers.next, observation)
    this.#sound(this.#kernel.agentLearn(this.block, action, next, reward, flagsOf(ends)))
  }

  /** The policy at an observation: f32[actions], of sum 1. Nothing is remembered. @throws NonFiniteError */
  policy(observation: ArrayLike<number>): Float32Array {
    const p = this.#kernel.agentPolicy(this.block, this.#observe(this.#buffers.observation, observation))
    this.#sound(p === 0 ? -1 : 0)
    return this.#floats(p, this.env.actions).slice()
  }

  /** The value of an observation. Nothing is remembered. */
  value(observation: ArrayLike<number>): number {
    return this.#kernel.agentValue(this.block, this.#observe(this.#buffers.observation, observation))
  }

  /** The local ProxRM: views that hold until the next call. */
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

  /** The replay memory, f32[M * (observations + actions)], in order of play: a view that holds until the next call. */
  replay(): Float32Array {
    const count = this.#kernel.agentReplayCount(this.block)
    return this.#floats(this.#kernel.agentReplayEntries(this.block), count * (this.env.observations + this.env.actions))
  }

  /** The entries of a ProxRM, f32[M * (observations + actions)]: each proxy state, then its policy. */
  entries(proxies: Pick<Proxies, 'indices' | 'policies'>): Float32Array {
    return this.grid.entries(proxies, this.env.actions)
  }

  #room(count: number): Buffers {
    const { targets } = this.#buffers
    if (count > targets) {
      throw new RangeError(expected('entries', `at most ${targets}`, count, 'capacity.targets is set at creation'))
    }
    return this.#buffers
  }

  /**
   * Trains the policy towards entries f32[M * (observations + actions)]: cross-entropy, in mini-batches.
   * @throws RangeError for more entries than there is room for; NonFiniteError
   */
  distill(rows: Float32Array): void {
    const count = rows.length / (this.env.observations + this.env.actions)
    const { entries, order } = this.#room(count)
    this.#floats(entries, rows.length).set(rows)
    this.#sound(this.#kernel.agentDistill(this.block, entries, count, order))
  }

  /** The numbers 0..count-1 in a random order, u32[count], drawn from the stream `mixup`. */
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

  /** The weights of the policy network, then of the value network, in canonical order. @throws NonFiniteError */
  weights(): Float32Array {
    this.#kernel.agentWeights(this.block, this.#buffers.weights, true)
    const weights = this.#floats(this.#buffers.weights, this.policyWeights + this.valueWeights).slice()
    if (!weights.every(Number.isFinite)) throw new NonFiniteError('a weight stopped being finite')
    return weights
  }

  /**
   * Sets the weights of both networks, in canonical order; the optimisers' moments and the streams stay as they are.
   * @throws RangeError for another number of weights
   */
  setWeights(weights: Float32Array): void {
    const count = this.policyWeights + this.valueWeights
    if (weights.length !== count) throw new RangeError(expected('weights', `${count} numbers`, weights.length))
    this.#floats(this.#buffers.weights, count).set(weights)
    this.#kernel.agentWeights(this.block, this.#buffers.weights, false)
  }

  /** Calls `act`, then puts the whole agent back as it was before. */
  tryOut<T>(act: () => T): T {
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
