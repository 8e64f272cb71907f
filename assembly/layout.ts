// The layout of an agent: one contiguous block of the arena, which holds its settings, its networks with Adam's
// moments, its environment, streams and memories. The records lie at the head of the block and the arrays behind them.
// A record names its arrays by offsets, not by addresses, so that a copy of the block is a checkpoint and works at any
// address; the one address in it is that of the scratch. This file only lays out: agent.ts has what an agent does.

import { A2c, Transition } from './a2c'
import { Adam, adamConfigure } from './adam'
import { Env, EnvState } from './env'
import { envOf } from './envs'
import { initFloats } from './init'
import { pad4 } from './memory'
import { batchBytes, Mlp, mlpConfigure } from './mlp'
import { Proxy, proxyEntryBytes, proxyExportBytes, proxySlots } from './proxy'
import { Replay } from './replay'
import { Stream } from './rng'

/**
 * What the host asks for, as f64 each and in this order, which src/kernel/layout.ts writes. Behind the record follow
 * the lower ends of the intervals that are cut, f64[observations], then their widths, f64[observations]. The host has checked all values.
 */
@unmanaged
export class AgentConfig {
  env: f64 // number of the environment in envs.ts; 0 where the host steps it
  observations: f64 // components of an observation; read where env is 0
  actions: f64 // number of actions; read where env is 0
  policyWidth: f64 // units of each hidden layer of the policy network
  policyDepth: f64 // hidden layers of the policy network
  valueWidth: f64 // units of each hidden layer of the value network
  valueDepth: f64 // hidden layers of the value network
  activation: f64 // RELU or TANH, of both networks
  init: f64 // HE, GLOROT or ORTHOGONAL, of both networks
  policyRate: f64 // learning rate of the policy's Adam
  valueRate: f64 // learning rate of the value network's Adam
  epsilon: f64 // Adam's epsilon, of all optimisers
  gamma: f64 // discount of the return per step
  lambda: f64 // lambda of generalised advantage estimation
  rollout: f64 // T, steps per update
  rewardScale: f64 // factor on the environment's rewards
  hasTerminalReward: f64 // 1 where terminalReward is set, else 0
  terminalReward: f64 // reward of a step that terminates
  bootstrap: f64 // 1 where the last step of a truncated episode counts V of its next state, else 0
  clip: f64 // bound on the norm of each network's gradient; 0 for none
  entropy: f64 // weight of the entropy bonus
  sections: f64 // S, sections of each component
  proxyCapacity: f64 // entries of the ProxRM; 0 where the method keeps none
  replayCapacity: f64 // entries of the replay memory; 0 where the method keeps none
  distillRate: f64 // learning rate of the distillation, of its own Adam and of a shared one
  distillShared: f64 // 1 where the distillation steps the policy's Adam, 0 where it has its own
  epochs: f64 // passes over the entries of a distillation
  batch: f64 // entries of a mini-batch of the distillation
}

/** The streams of an agent, by purpose: first weights, initial states, actions, order of the distillation's entries. */
export const INIT: u32 = 0
export const RESET: u32 = 1
export const ACTION: u32 = 2
export const REPLAY: u32 = 3

/** The first record of a block. Offsets, named ...At, are in bytes from the start of the block. */
@unmanaged
export class Agent {
  bytes: u64 // bytes of the whole block
  scratch: usize // address of the instance's scratch, at offset 8 of the block, where src/kernel/checkpoint.ts skips it
  init: u32 // HE, GLOROT or ORTHOGONAL
  distillRate: f64 // learning rate of the distillation, of its own Adam and of a shared one
  epochs: u32 // passes over the entries of a distillation
  batch: u32 // entries of a mini-batch of the distillation
  pending: u32 // transitions of the current rollout that no update has used yet
  steps: u32 // steps of the current episode, or of the last one
  rewards: f64 // sum of the rewards of these steps, in f64 and in their order
  isUnderWay: u32 // 1 from the start of an episode to its last step, else 0
  hasActed: u32 // 1 from an action to the learning from it, else 0
  envAt: u32 // Env
  stateAt: u32 // EnvState and the environment's own fields
  a2cAt: u32 // A2c
  streamsAt: u32 // Stream[4], by purpose (agent.ts)
  policyAt: u32 // Mlp of the policy network
  valueAt: u32 // Mlp of the value network
  policyAdamAt: u32 // Adam of the policy network
  valueAdamAt: u32 // Adam of the value network
  distillAdamAt: u32 // Adam of the distillation; policyAdamAt where it is shared
  replayAt: u32 // Replay
  proxyAt: u32 // Proxy
  probabilitiesAt: u32 // the policy of the last agentForward, f32[policy.outputLanes]
  policyActsAt: u32 // activations of that forward, f32[policy.activations]
  valueActsAt: u32 // activations of the value network at s, f32[value.activations]
  nextActsAt: u32 // activations of the value network at the next state s', f32[value.activations]
  deltasAt: u32 // scratch of the online update: two hidden rows, then an output row
  transitionsAt: u32 // Transition[rollout]
  observationsAt: u32 // rows of observations, rollout + 1 of them
  observationBytes: u32 // bytes of such a row, padded to 16

  /** Address of what lies `offset` bytes behind the start of the block. */
  @inline at(offset: u32): usize {
    return changetype<usize>(this) + offset
  }
  // The records of the block.
  @inline get env(): Env {
    return changetype<Env>(this.at(this.envAt))
  }
  @inline get a2c(): A2c {
    return changetype<A2c>(this.at(this.a2cAt))
  }
  @inline get policy(): Mlp {
    return changetype<Mlp>(this.at(this.policyAt))
  }
  @inline get value(): Mlp {
    return changetype<Mlp>(this.at(this.valueAt))
  }
  @inline get policyAdam(): Adam {
    return changetype<Adam>(this.at(this.policyAdamAt))
  }
  @inline get valueAdam(): Adam {
    return changetype<Adam>(this.at(this.valueAdamAt))
  }
  @inline get distillAdam(): Adam {
    return changetype<Adam>(this.at(this.distillAdamAt))
  }
  @inline get replay(): Replay {
    return changetype<Replay>(this.at(this.replayAt))
  }
  @inline get proxy(): Proxy {
    return changetype<Proxy>(this.at(this.proxyAt))
  }
  /** The stream of a purpose: 0 init, 1 reset, 2 action, 3 replay. */
  @inline stream(purpose: u32): Stream {
    return changetype<Stream>(this.at(this.streamsAt) + purpose * offsetof<Stream>())
  }
  /** Address of the policy of the last agentForward, f32[actions]. */
  @inline get probabilities(): usize {
    return this.at(this.probabilitiesAt)
  }
  /** Address of the observation of transition t, f32[observations]; row t + 1 is what followed it. */
  @inline row(t: u32): usize {
    return this.at(this.observationsAt) + t * this.observationBytes
  }
}

/** Bytes of a block's head, which holds all records and the intervals of the cut; the arrays follow. Ample for 64 components. */
const HEAD_BYTES: u64 = 4096

/** Takes the next `bytes` bytes of the block, 64-byte aligned. @returns their offset */
function take(agent: Agent, bytes: u64): u32 {
  const at = agent.bytes
  agent.bytes += (bytes + 63) & ~63
  return <u32>at
}

/** Takes the next f32[floats] of the block. @returns their offset */
function takeFloats(agent: Agent, floats: u32): u32 {
  return take(agent, <u64>floats << 2)
}

/** Fills a network's record and takes its parameters. */
function layNet(agent: Agent, net: Mlp, inputs: u32, width: f64, depth: f64, outputs: u32, activation: f64): void {
  mlpConfigure(net, inputs, <u32>width, <u32>depth, outputs, <u32>activation, 0)
  net.paramsAt = takeFloats(agent, net.floats) - <u32>(changetype<usize>(net) - changetype<usize>(agent))
}

/** Fills an optimiser's record and takes both moments of its network's parameters. */
function layAdam(agent: Agent, adam: Adam, net: Mlp, rate: f64, epsilon: f64): void {
  const self = <u32>(changetype<usize>(adam) - changetype<usize>(agent))
  const first = takeFloats(agent, net.floats) - self
  adamConfigure(adam, net.floats, rate, epsilon, first, takeFloats(agent, net.floats) - self)
}

/**
 * Fills the records at the head of a zeroed block from `config` and lays out the arrays behind them. It writes nothing
 * but the head: with a head alone (agentHeadBytes), agentBytes and agentScratchBytes tell what an agent needs before
 * anything is reserved. `scratch` is the address of the instance's scratch.
 * @returns false where there is no environment of that number; the head is then unusable
 */
export function agentConfigure(block: usize, config: AgentConfig, scratch: usize): bool {
  const agent = changetype<Agent>(block)
  agent.bytes = 0
  agent.scratch = scratch
  agent.init = <u32>config.init
  agent.distillRate = config.distillRate
  agent.epochs = <u32>config.epochs
  agent.batch = <u32>config.batch

  take(agent, offsetof<Agent>())
  agent.envAt = take(agent, offsetof<Env>())
  agent.a2cAt = take(agent, offsetof<A2c>())
  agent.streamsAt = take(agent, 4 * offsetof<Stream>())
  agent.policyAt = take(agent, offsetof<Mlp>())
  agent.valueAt = take(agent, offsetof<Mlp>())
  agent.policyAdamAt = take(agent, offsetof<Adam>())
  agent.valueAdamAt = take(agent, offsetof<Adam>())
  const shared = config.distillShared != 0
  agent.distillAdamAt = shared ? agent.policyAdamAt : take(agent, offsetof<Adam>())
  agent.replayAt = take(agent, offsetof<Replay>())
  agent.proxyAt = take(agent, offsetof<Proxy>())

  const env = agent.env
  if (config.env == 0) {
    env.observations = <u32>config.observations
    env.actions = <u32>config.actions
  } else if (!envOf(env, <i32>config.env)) return false
  // The address of a constant differs between builds, and a checkpoint must not.
  env.defaults = 0
  env.about = 0
  const observations = env.observations
  const actions = env.actions
  const proxy = agent.proxy
  const given = changetype<usize>(config) + offsetof<AgentConfig>()
  proxy.boundsAt = take(agent, <u64>observations << 4) - agent.proxyAt
  memory.copy(proxy.bounds, given, <usize>observations << 4)

  const a2c = agent.a2c
  a2c.gamma = config.gamma
  a2c.lambda = config.lambda
  a2c.rewardScale = config.rewardScale
  a2c.terminalReward = config.terminalReward
  a2c.hasTerminalReward = <u32>config.hasTerminalReward
  a2c.bootstrap = <u32>config.bootstrap
  a2c.clip = config.clip
  a2c.entropy = config.entropy
  a2c.rollout = <u32>config.rollout

  agent.bytes = HEAD_BYTES
  agent.stateAt = take(agent, max<u32>(env.stateBytes, offsetof<EnvState>()))
  const policy = agent.policy
  const value = agent.value
  layNet(agent, policy, observations, config.policyWidth, config.policyDepth, actions, config.activation)
  layAdam(agent, agent.policyAdam, policy, config.policyRate, config.epsilon)
  layNet(agent, value, observations, config.valueWidth, config.valueDepth, 1, config.activation)
  layAdam(agent, agent.valueAdam, value, config.valueRate, config.epsilon)
  if (!shared) layAdam(agent, agent.distillAdam, policy, config.distillRate, config.epsilon)

  agent.probabilitiesAt = takeFloats(agent, policy.outputLanes)
  agent.policyActsAt = takeFloats(agent, policy.activations)
  agent.valueActsAt = takeFloats(agent, value.activations)
  agent.nextActsAt = takeFloats(agent, value.activations)
  agent.deltasAt = takeFloats(agent, 2 * max(policy.lanes, value.lanes) + policy.outputLanes)
  agent.transitionsAt = take(agent, <u64>a2c.rollout * offsetof<Transition>())
  agent.observationBytes = pad4(observations) << 2
  agent.observationsAt = take(agent, <u64>(a2c.rollout + 1) * agent.observationBytes)

  const replay = agent.replay
  replay.capacity = <u32>config.replayCapacity
  replay.observations = observations
  replay.actions = actions
  replay.entriesAt = take(agent, <u64>replay.capacity * ((observations + actions) << 2)) - agent.replayAt

  const slots = proxySlots(<u32>config.proxyCapacity)
  proxy.capacity = <u32>config.proxyCapacity
  proxy.sections = <u32>config.sections
  proxy.observations = observations
  proxy.actions = actions
  proxy.mask = slots - 1
  proxy.shift = clz<u32>(slots) + 1
  proxy.slotsAt = take(agent, <u64>slots << 2) - agent.proxyAt
  proxy.entriesAt = take(agent, <u64>proxy.capacity * proxyEntryBytes(actions)) - agent.proxyAt
  return true
}

/** Bytes of a block's head, which agentConfigure writes. */
export function agentHeadBytes(): u32 {
  return <u32>HEAD_BYTES
}

/** Bytes of a configured agent's whole block; as f64, since they may exceed what the memory can hold. */
export function agentBytes(block: usize): f64 {
  return <f64>changetype<Agent>(block).bytes
}

/**
 * Bytes of scratch that the functions of a configured agent need: the largest of the batches of both networks, of the
 * initialisation and of the export of the ProxRM. The scratch holds no state, and all agents of an instance share it.
 */
export function agentScratchBytes(block: usize): f64 {
  const agent = changetype<Agent>(block)
  const update = batchBytes(agent.policy, max(agent.batch, agent.a2c.rollout + 1))
  const value = batchBytes(agent.value, agent.a2c.rollout + 1)
  const init = max(initFloats(agent.policy), initFloats(agent.value)) << 3
  return <f64>max(max(update, value), max(init, proxyExportBytes(agent.proxy.capacity)))
}
