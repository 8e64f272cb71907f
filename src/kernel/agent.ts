// The host's interface to assembly/agent.ts: what an agent can do, over its block in the memory of an instance.
// Returned arrays are copies, except those of replay() and proxies(): these are views, which hold until the next call
// on any agent of the instance.

import { floatsOf, functionOf } from '../config/checks.ts'
import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { layoutOf, openCheckpoint, sealCheckpoint } from './checkpoint.ts'
import { checkCount, checkEntries } from './distill.ts'
import { checkAction, checkTransition, flagsOf, HostWorld, playStepwise, writeObservation } from './env.ts'
import type { Grid } from './grid.ts'
import {
  type Buffers,
  type Draws,
  type Networks,
  NonFiniteError,
  type Proxies,
  type Purpose,
  type Step,
  type Transition,
  type World,
} from './records.ts'
import { drawBeta, drawsOf, keyOf, placeOf, shapeOf } from './rng.ts'
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
  /** Libraries that put a proxy before any plain object, such as Vue, leave an object with a tag alone. */
  readonly [Symbol.toStringTag] = 'Agent'
  readonly #mixup: number
  readonly #kernel: Kernel
  readonly #buffers: Buffers
  readonly #layout: Uint8Array // what another agent must share to load the checkpoint of this one
  #world: HostWorld | null = null

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
   * Continues, with the same bits, where the saved agent stood, which must have the same settings and may be of any
   * instance. An environment of your own is not in a checkpoint: its episode begins anew, with reset().
   * @throws TypeError, RangeError for bytes that are cut, damaged or of other settings; the agent then stays as it was
   */
  load(checkpoint: Uint8Array): void {
    openCheckpoint(checkpoint, this.#layout, this.#view())
    if (this.#world) this.#world.isAtHand = false
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
    this.#world = new HostWorld(world)
  }

  /** Draws from one of the agent's streams, for an environment of the host's. @throws RangeError for an unknown one */
  draws(purpose: Exclude<Purpose, 'mixup'>): Draws {
    const place = placeOf(purpose, 'mixup')
    return drawsOf(this.#kernel, this.#kernel.agentStream(this.block, place))
  }

  #observe(pointer: number, observation: ArrayLike<number>): number {
    writeObservation(this.#floats(pointer, this.env.observations), observation)
    return pointer
  }

  /** Starts one of its streams anew from a Philox key of two u32. @throws TypeError, RangeError */
  seed(purpose: Purpose, key: readonly [number, number]): void {
    const [a, b] = keyOf(key, 'key')
    const place = placeOf(purpose)
    if (purpose === 'mixup') this.#kernel.streamSeed(this.#mixup, a, b)
    else this.#kernel.agentSeed(this.block, place, a, b)
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
    return this.score
  }

  /** Score of the episode that is under way, or of the last one. */
  get score(): number {
    return this.env.score === 'steps' ? this.steps : this.#kernel.agentRewards(this.block)
  }

  /** Steps of the episode that is under way, or of the last one. */
  get steps(): number {
    return this.#kernel.agentSteps(this.block)
  }

  /** Starts an episode of its environment. @returns its first observation */
  reset(): Float32Array {
    this.#checkWorld('reset')
    const { next } = this.#buffers
    if (this.#world) {
      this.#kernel.agentBegin(this.block) // first, so that a reset that throws leaves nothing of the episode before
      this.#world.reset(this.#floats(next, this.env.observations))
    } else this.#kernel.agentReset(this.block, next)
    return this.#floats(next, this.env.observations).slice()
  }

  /**
   * Draws an action from the policy at an observation, and remembers both in the memories. What only serves takes policy().
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
    const taken = checkAction(this.env, action)
    if (!this.#kernel.agentIsUnderWay(this.block) || this.#world?.isAtHand === false) {
      throw new RangeError(expected('step', 'an episode that is under way', 'none', 'reset() starts one'))
    }
    const { next } = this.#buffers
    const made = this.#world?.step(taken, this.#floats(next, this.env.observations))
    const flags = made ? flagsOf(made) : this.#kernel.agentStep(this.block, taken, next)
    if (made) this.#kernel.agentCount(this.block, made.reward, flags)
    const reward = made ? made.reward : this.#kernel.agentReward(this.block)
    const ends = { terminated: (flags & 1) !== 0, truncated: (flags & 2) !== 0 }
    return { observation: this.#floats(next, this.env.observations).slice(), reward, ...ends }
  }

  /** Learns from what followed the last act(). @throws RangeError if it is invalid, or without an act(); NonFiniteError */
  learn(transition: Transition): void {
    const { action, observation, reward, ...ends } = checkTransition(this.env, transition)
    if (!this.#kernel.agentHasActed(this.block)) {
      throw new RangeError(expected('learn', 'an act() before it', 'none since the last learn() or reset()'))
    }
    const next = this.#observe(this.#buffers.next, observation)
    this.#sound(this.#kernel.agentLearn(this.block, action, next, reward, flagsOf(ends)))
  }

  /** The policy at an observation: f32[actions], of sum 1. Nothing is drawn or remembered. @throws NonFiniteError */
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

  /**
   * Trains the policy towards entries f32[M * (observations + actions)]: cross-entropy, in mini-batches.
   * @throws TypeError, RangeError as checkEntries; NonFiniteError
   */
  distill(rows: Float32Array): void {
    const { entries, order, targets } = this.#buffers
    const given = checkEntries(rows, this.env, targets)
    this.#floats(entries, given.length).set(given)
    const count = given.length / (this.env.observations + this.env.actions)
    this.#sound(this.#kernel.agentDistill(this.block, entries, count, order))
  }

  /** The numbers 0..count-1 in a random order, u32[count], drawn from the stream `mixup`. @throws TypeError, RangeError */
  shuffled(count: number): Uint32Array {
    const { order, targets } = this.#buffers
    checkCount(count, 'entries', targets)
    const numbers = new Uint32Array(this.#kernel.memory.buffer, order, count)
    for (let k = 0; k < count; k++) numbers[k] = k
    this.#kernel.streamShuffle(this.#mixup, order, count)
    return numbers.slice()
  }

  /** A draw from Beta(shape, shape), from the stream `mixup`. @throws TypeError, RangeError for a shape outside 0.001..1000 */
  beta(shape: number): number {
    return drawBeta(this.#kernel, this.#mixup, shapeOf(shape, 'shape'))
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
   * @throws TypeError for what is no Float32Array, RangeError for another number of weights
   */
  setWeights(weights: Float32Array): void {
    const count = this.policyWeights + this.valueWeights
    const given = floatsOf(weights, 'weights')
    if (given.length !== count) throw new RangeError(expected('weights', `${count} numbers`, given.length))
    this.#floats(this.#buffers.weights, count).set(given)
    this.#kernel.agentWeights(this.block, this.#buffers.weights, false)
  }

  /** Calls `act`, then puts the whole agent back; if an environment of your own moved, its episode must begin anew. */
  tryOut<T>(act: () => T): T {
    const tried = functionOf<() => T>(act, 'act')
    const before = this.#view().slice()
    const calls = this.#world?.calls
    try {
      return tried()
    } finally {
      this.#view().set(before)
      if (this.#world && this.#world.calls !== calls) this.#world.isAtHand = false
    }
  }

  /** Empties both memories. */
  forget(): void {
    this.#kernel.agentForget(this.block)
  }
}
