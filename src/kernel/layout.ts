// Host face of assembly/layout.ts: measures and lays out all agents of a config in one instance, before training starts.

import { type AgentNet, type Config, policyNets } from '../config.ts'
import { Agent, type Networks } from './agent.ts'
import type { Environment } from './env.ts'
import type { Kernel } from './wasm.ts'

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

/** An agent's two networks. */
function networks(config: Config, net: AgentNet): Networks {
  const activation = net.activation ?? config.activation
  const critic = config.critic === 'policy' ? net : config.critic
  return {
    policy: { width: net.width, depth: net.depth, activation },
    value: { width: critic.width, depth: critic.depth, activation },
  }
}

/** The record AgentConfig of assembly/agent.ts, field by field. */
function record(config: Config, env: Environment, net: AgentNet, capacity: Capacity): Float64Array {
  const { policy, value } = networks(config, net)
  return Float64Array.of(
    env.id,
    env.observations,
    env.actions,
    policy.width,
    policy.depth,
    value.width,
    value.depth,
    activations.indexOf(policy.activation),
    inits.indexOf(config.init),
    net.rate ?? config.policyRate,
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

/** The networks of the agents of these numbers, all unless given. */
function netsOf(config: Config, numbers?: readonly number[]): readonly AgentNet[] {
  const nets = policyNets(config)
  return numbers?.map((i) => nets[i]) ?? nets
}

/**
 * Measures the agents of a config on a head alone, all of them or those of the given numbers, from 0.
 * @throws RangeError where together they exceed 2 GB
 */
export function plan(
  kernel: Kernel,
  env: Environment,
  config: Config,
  capacity: Capacity,
  numbers?: readonly number[],
): Plan {
  const head = kernel.reserve(kernel.agentHeadBytes())
  const spec = kernel.reserve(4096)
  const specs = netsOf(config, numbers).map((net) => record(config, env, net, capacity))
  let weights = 0
  let scratchBytes = 0
  const blockBytes = specs.map((values) => {
    new Float64Array(kernel.memory.buffer, spec, values.length).set(values)
    kernel.agentConfigure(head, spec, 0)
    weights = Math.max(weights, kernel.agentPolicyWeights(head) + kernel.agentValueWeights(head))
    scratchBytes = Math.max(scratchBytes, kernel.agentScratchBytes(head))
    return kernel.agentBytes(head) + kernel.streamBytes()
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

/** Lays out the agents of a config, all or those of the given numbers, unseeded, their weights zero. */
export function layOut(
  kernel: Kernel,
  env: Environment,
  config: Config,
  capacity: Capacity,
  numbers?: readonly number[],
): Agent[] {
  const { specs, blockBytes, scratchBytes, weights } = plan(kernel, env, config, capacity, numbers)
  const nets = netsOf(config, numbers)
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
    return new Agent(kernel, env, config.sections, networks(config, nets[i]), block, buffers)
  })
}
