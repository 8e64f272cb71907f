// The host's interface to assembly/layout.ts: it measures the agents of one instance and lays them out before training
// starts.

import { havingFunctions, integerIn, listOf, optional, record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import type { AgentNet } from '../config/networks.ts'
import { worldFor } from '../config/worlds.ts'
import { Agent } from './agent.ts'
import { Grid } from './grid.ts'
import type { Buffers, Networks } from './records.ts'
import type { Kernel } from './wasm.ts'

/** What the kernel needs to know of the learners. A resolved `Config` has all of it. */
export type LearnerSpec = Pick<
  Config,
  | 'nets'
  | 'worlds'
  | 'agents'
  | 'width'
  | 'depth'
  | 'critic'
  | 'activation'
  | 'init'
  | 'policyRate'
  | 'valueRate'
  | 'gamma'
  | 'lambda'
  | 'rollout'
  | 'rewardScale'
  | 'terminalReward'
  | 'bootstrap'
  | 'clip'
  | 'entropy'
  | 'sections'
  | 'ranges'
  | 'distillRate'
  | 'distillAdam'
  | 'epochs'
  | 'batch'
>

const activations = ['relu', 'tanh']
const inits = ['he', 'glorot', 'orthogonal']
const EPSILON = 1e-7 // of Adam: Keras's default
const MAX_BYTES = 2 * 1024 * 1024 * 1024
const SPEC_BYTES = 4096

/** How many entries the memories of an agent can hold, and how many a distillation can have. */
export interface Capacity {
  /** clusters of its ProxRM */
  readonly proxies: number
  /** steps of its replay memory */
  readonly replay: number
  /** entries of one distillation */
  readonly targets: number
}

const agentsIn = integerIn(1, 1024)

/** The policy network of each agent, a list of length N. @throws TypeError, RangeError for what is no spec */
export function policyNets(spec: LearnerSpec): readonly AgentNet[] {
  const { nets, agents, width, depth } = record(spec, 'spec') as unknown as LearnerSpec
  if (nets !== null && nets !== undefined)
    return listOf((net, name) => record(net, name) as unknown as AgentNet)(nets, 'spec.nets')
  return Array.from({ length: agentsIn(agents, 'spec.agents') }, () => ({ width, depth }))
}

/** The policy networks of the agents with these numbers, or of all agents. */
function netsOf(spec: LearnerSpec, numbers?: readonly number[]): readonly AgentNet[] {
  const nets = policyNets(spec)
  return numbers?.map((i) => nets[i]) ?? nets
}

/** Both networks of an agent with this policy network. */
export function networksOf(spec: LearnerSpec, net: AgentNet): Networks {
  const activation = net.activation ?? spec.activation
  const critic = spec.critic === 'policy' ? net : spec.critic
  return {
    policy: { width: net.width, depth: net.depth, activation },
    value: { width: critic.width, depth: critic.depth, activation },
  }
}

/** The record AgentConfig of assembly/layout.ts, field by field, then the intervals of the cut. */
function recordFor(spec: LearnerSpec, env: Environment, grid: Grid, net: AgentNet, capacity: Capacity): Float64Array {
  const { policy, value } = networksOf(spec, net)
  const { lows, widths } = grid
  const values = Float64Array.of(
    env.id,
    env.observations,
    env.actions,
    policy.width,
    policy.depth,
    value.width,
    value.depth,
    activations.indexOf(policy.activation),
    inits.indexOf(spec.init),
    net.rate ?? spec.policyRate,
    spec.valueRate,
    EPSILON,
    spec.gamma,
    spec.lambda,
    spec.rollout,
    spec.rewardScale,
    spec.terminalReward === null ? 0 : 1,
    spec.terminalReward ?? 0,
    spec.bootstrap ? 1 : 0,
    spec.clip,
    spec.entropy,
    spec.sections,
    capacity.proxies,
    capacity.replay,
    spec.distillRate,
    spec.distillAdam === 'shared' ? 1 : 0,
    spec.epochs,
    spec.batch,
    ...lows,
    ...widths,
  )
  const areWords = activations.includes(policy.activation) && inits.includes(spec.init)
  if (areWords && values.every(Number.isFinite)) return values
  throw new RangeError(expected('spec', 'the fields of a resolved config', spec, 'resolveConfig() returns one'))
}

/** The memory that agents take. */
export interface Footprint {
  /** bytes of each agent's block */
  readonly blockBytes: readonly number[]
  /** bytes of scratch, which the agents of an instance share */
  readonly scratchBytes: number
  /** weights of both networks, of the agent that has the most */
  readonly weights: number
  /** bytes of all blocks, of the scratch, and of the buffers for what is exchanged */
  readonly totalBytes: number
}

const entries = integerIn(0)

/** @throws TypeError, RangeError for what is no kernel, environment, spec, capacity or list of agents */
function checkAgents(kernel: Kernel, env: Environment, spec: LearnerSpec, capacity: Capacity, numbers: unknown): void {
  havingFunctions('reserve', 'agentConfigure')(kernel, 'kernel')
  integerIn(1, 64)(record(env, 'environment').observations, 'environment.observations')
  integerIn(2, 16)(env.actions, 'environment.actions')
  const count = policyNets(spec).length
  for (const name of ['proxies', 'replay', 'targets']) entries(record(capacity, 'capacity')[name], `capacity.${name}`)
  optional(listOf(integerIn(0, count - 1)))(numbers, 'numbers')
}

/** Space in an instance for one agent's head and one record, reserved once. */
const measuring = new WeakMap<Kernel, { readonly head: number; readonly record: number }>()

/**
 * Measures the agents with these numbers, or all agents, without laying them out.
 * @throws RangeError if together they exceed 2 GB
 */
export function measureAgents(
  kernel: Kernel,
  env: Environment,
  spec: LearnerSpec,
  capacity: Capacity,
  numbers?: readonly number[],
): Footprint {
  checkAgents(kernel, env, spec, capacity, numbers)
  const room = measuring.get(kernel) ?? {
    head: kernel.reserve(kernel.agentHeadBytes()),
    record: kernel.reserve(SPEC_BYTES),
  }
  measuring.set(kernel, room)
  const grid = new Grid(env.observations, spec)
  let weights = 0
  let scratchBytes = 0
  const blockBytes = netsOf(spec, numbers).map((net) => {
    const values = recordFor(spec, env, grid, net, capacity)
    new Float64Array(kernel.memory.buffer, room.record, values.length).set(values)
    kernel.agentConfigure(room.head, room.record, 0)
    weights = Math.max(weights, kernel.agentPolicyWeights(room.head) + kernel.agentValueWeights(room.head))
    scratchBytes = Math.max(scratchBytes, kernel.agentScratchBytes(room.head))
    return kernel.agentBytes(room.head) + kernel.streamBytes()
  })
  const entry = 4 * (env.observations + env.actions + 1)
  const buffers = capacity.proxies * (8 + 4 * env.actions) + capacity.targets * entry + 4 * weights
  const totalBytes = blockBytes.reduce((sum, bytes) => sum + bytes, buffers + scratchBytes)
  if (totalBytes > MAX_BYTES) {
    const why = 'fewer agents, a shorter period or smaller networks need less'
    throw new RangeError(
      `"config" expected at most 2048 MB of memory, got ${Math.ceil(totalBytes / 1048576)} MB: ${why}`,
    )
  }
  return { blockBytes, scratchBytes, weights, totalBytes }
}

/** A function that takes so many bytes of an instance. It throws a RangeError if the runtime has no memory for them. */
export const reserveIn = (kernel: Kernel) => (bytes: number) => {
  const at = kernel.reserve(bytes)
  if (at === 0) throw new RangeError(expected('memory', `${bytes} more bytes`, 'a refusal of the runtime'))
  return at
}

/** Sets the physical parameters of the kernel's environment in an agent's block, in the order in which it names them. */
export function writeParameters(kernel: Kernel, block: number, values: readonly number[]): void {
  new Float64Array(kernel.memory.buffer, kernel.agentParameters(block), values.length).set(values)
}

/** What agents of an instance need beside their blocks. */
interface Room {
  /** bytes of each agent's block */
  readonly blockBytes: readonly number[]
  /** configures the k-th agent in a zeroed block */
  readonly agentAt: (block: number, k: number) => Agent
}

/** Reserves the scratch and the buffers that the agents with these numbers, or all agents, have in common. */
function roomFor(
  kernel: Kernel,
  env: Environment,
  spec: LearnerSpec,
  capacity: Capacity,
  numbers?: readonly number[],
): Room {
  const { blockBytes, scratchBytes, weights } = measureAgents(kernel, env, spec, capacity, numbers)
  const grid = new Grid(env.observations, spec)
  const reserve = reserveIn(kernel)
  const scratch = reserve(scratchBytes)
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
  const { record } = measuring.get(kernel)!
  const nets = netsOf(spec, numbers)
  const agentAt = (block: number, k: number) => {
    const values = recordFor(spec, env, grid, nets[k], capacity)
    new Float64Array(kernel.memory.buffer, record, values.length).set(values)
    kernel.agentConfigure(block, record, scratch)
    const world = worldFor(env, spec.worlds, numbers ? numbers[k] : k)
    if (env.id !== 0) writeParameters(kernel, block, Object.values(world.parameters))
    return new Agent(kernel, world, grid, networksOf(spec, nets[k]), block, buffers)
  }
  return { blockBytes, agentAt }
}

/**
 * Lays out the agents with these numbers, or all agents, in an instance. Their streams are not seeded and their weights
 * are 0.
 * @throws RangeError if they exceed 2 GB, or if the runtime has no memory for them
 */
export function layOut(
  kernel: Kernel,
  env: Environment,
  spec: LearnerSpec,
  capacity: Capacity,
  numbers?: readonly number[],
): Agent[] {
  const { blockBytes, agentAt } = roomFor(kernel, env, spec, capacity, numbers)
  return blockBytes.map(reserveIn(kernel)).map(agentAt)
}

/**
 * Lays out one block for all agents of a run, which is as large as the largest needs. The function that it returns puts an
 * agent into the block, empty as layOut leaves it; an agent that was in the block before must be copied elsewhere.
 * @throws as layOut
 */
export function layOutOne(
  kernel: Kernel,
  env: Environment,
  spec: LearnerSpec,
  capacity: Capacity,
): (number: number) => Agent {
  const { blockBytes, agentAt } = roomFor(kernel, env, spec, capacity)
  const most = Math.max(...blockBytes)
  const block = reserveIn(kernel)(most)
  return (number) => {
    new Uint8Array(kernel.memory.buffer, block, most).fill(0)
    return agentAt(block, number)
  }
}
