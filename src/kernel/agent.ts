// Host face of assembly/agent.ts: lays agents out in an instance, and thin verbs with typed views over their blocks.
// Arrays that verbs return are views into the kernel's memory, valid until the next call on any agent of the instance.

import { type Config, type Net, policyNets } from '../config.ts'
import type { Environment } from './env.ts'
import type { Kernel } from './wasm.ts'

/** Streams in the kernel's order: assembly/agent.ts. */
export const purposes = ['init', 'reset', 'action', 'replay'] as const
export type Purpose = (typeof purposes)[number]

const activations = ['relu', 'tanh']
const inits = ['he', 'glorot', 'orthogonal']
const EPSILON = 1e-7 // Adam's, Keras's default
const MAX_BYTES = 2 * 1024 * 1024 * 1024

/** Entries that an agent's memories, and a distillation, can hold. */
export interface Capacity {
  readonly proxies: number
  readonly replay: number
  readonly targets: number
}

/** Sparse averaged policies: i32[count] cluster indices ascending, u32[count] visits, f32[count * actions]. */
export interface Proxies {
  readonly indices: Int32Array
  readonly visits: Uint32Array
  readonly policies: Float32Array
}

/** A non-finite policy or value: the run cannot go on. */
export class NonFiniteError extends Error {
  override name = 'NonFiniteError'
}

interface Buffers {
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
  /** address and size of the block: copying it is a checkpoint */
  readonly block: number
  readonly bytes: number
  readonly #kernel: Kernel
  readonly #buffers: Buffers

  constructor(kernel: Kernel, env: Environment, sections: number, block: number, buffers: Buffers) {
    this.env = env
    this.sections = sections
    this.block = block
    this.bytes = kernel.agentBytes(block)
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
    this.#kernel.agentSeed(this.block, purposes.indexOf(purpose), key[0], key[1])
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

  /** One step of the built-in environment. */
  step(action: number): { observation: Float32Array; reward: number; terminated: boolean; truncated: boolean } {
    const flags = this.#kernel.agentStep(this.block, action, this.#buffers.next)
    return {
      observation: this.#floats(this.#buffers.next, this.env.observations),
      reward: this.#kernel.agentReward(this.block),
      terminated: (flags & 1) !== 0,
      truncated: (flags & 2) !== 0,
    }
  }

  /** Learns from what followed the last action. */
  learn(observation: ArrayLike<number>, reward: number, terminated: boolean, truncated: boolean): void {
    const next = this.#observe(this.#buffers.next, observation)
    this.#sound(this.#kernel.agentLearn(this.block, next, reward, (terminated ? 1 : 0) | (truncated ? 2 : 0)))
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

  /** Empties both memories. */
  forget(): void {
    this.#kernel.agentForget(this.block)
  }
}

/** The record AgentConfig of assembly/agent.ts, field by field. */
function record(config: Config, env: Environment, net: Net, capacity: Capacity): Float64Array {
  const critic = config.critic === 'policy' ? net : config.critic
  return Float64Array.of(
    env.id,
    env.observations,
    env.actions,
    net.width,
    net.depth,
    critic.width,
    critic.depth,
    activations.indexOf(config.activation),
    inits.indexOf(config.init),
    config.policyRate,
    config.valueRate,
    EPSILON,
    config.gamma,
    config.lambda,
    config.rollout,
    config.rewardScale,
    config.terminalReward === null ? 0 : 1,
    config.terminalReward ?? 0,
    config.bootstrap ? 1 : 0,
    config.clip,
    config.entropy,
    config.sections,
    capacity.proxies,
    capacity.replay,
    config.distillRate,
    config.distillAdam === 'shared' ? 1 : 0,
    config.epochs,
    config.batch,
    ...config.ranges,
  )
}

interface Plan {
  readonly specs: readonly Float64Array[]
  readonly blockBytes: readonly number[]
  readonly scratchBytes: number
  readonly weights: number
  readonly totalBytes: number
}

/** Measures every agent of a config on a head alone. @throws RangeError where all together exceed 2 GB */
export function plan(kernel: Kernel, env: Environment, config: Config, capacity: Capacity): Plan {
  const head = kernel.reserve(kernel.agentHeadBytes())
  const spec = kernel.reserve(4096)
  const specs = policyNets(config).map((net) => record(config, env, net, capacity))
  let weights = 0
  let scratchBytes = 0
  const blockBytes = specs.map((values) => {
    new Float64Array(kernel.memory.buffer, spec, values.length).set(values)
    kernel.agentConfigure(head, spec, 0)
    weights = Math.max(weights, kernel.agentPolicyWeights(head) + kernel.agentValueWeights(head))
    scratchBytes = Math.max(scratchBytes, kernel.agentScratchBytes(head))
    return kernel.agentBytes(head)
  })
  const entry = 4 * (env.observations + env.actions + 1)
  const buffers = capacity.proxies * (8 + 4 * env.actions) + capacity.targets * entry + 4 * weights
  const totalBytes = blockBytes.reduce((sum, bytes) => sum + bytes, buffers + scratchBytes)
  if (totalBytes > MAX_BYTES) {
    throw new RangeError(
      `"config" expected at most 2048 MB of memory, got ${Math.ceil(totalBytes / 1048576)} MB: fewer agents, a shorter period or smaller networks need less`,
    )
  }
  return { specs, blockBytes, scratchBytes, weights, totalBytes }
}

/** Lays out all agents of a config, unseeded, their weights zero. */
export function layOut(kernel: Kernel, env: Environment, config: Config, capacity: Capacity): Agent[] {
  const { specs, blockBytes, scratchBytes, weights } = plan(kernel, env, config, capacity)
  const reserve = (bytes: number) => {
    const at = kernel.reserve(bytes)
    if (at === 0) throw new RangeError(`"memory" expected ${bytes} more bytes, got a refusal of the runtime`)
    return at
  }
  const spec = reserve(4096)
  const scratch = reserve(scratchBytes)
  const blocks = blockBytes.map(reserve)
  const buffers: Buffers = {
    observation: reserve(4 * env.observations),
    next: reserve(4 * env.observations),
    indices: reserve(4 * capacity.proxies),
    visits: reserve(4 * capacity.proxies),
    policies: reserve(4 * capacity.proxies * env.actions),
    entries: reserve(4 * capacity.targets * (env.observations + env.actions)),
    order: reserve(4 * capacity.targets),
    weights: reserve(4 * weights),
    targets: capacity.targets,
  }
  return blocks.map((block, i) => {
    new Float64Array(kernel.memory.buffer, spec, specs[i].length).set(specs[i])
    kernel.agentConfigure(block, spec, scratch)
    return new Agent(kernel, env, config.sections, block, buffers)
  })
}
