// The layout of an agent: one contiguous block of the arena that holds its configuration, both networks with their
// moments, its environment, streams and memories. All offsets are relative, so a checkpoint is a copy of the block.

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

/** What the host asks for, f64 each, in this order (src/kernel/agent.ts); behind it f64[observations] half-widths of the cut. */
@unmanaged
export class AgentConfig {
  env: f64
  observations: f64
  actions: f64
  policyWidth: f64
  policyDepth: f64
  valueWidth: f64
  valueDepth: f64
  activation: f64
  init: f64
  policyRate: f64
  valueRate: f64
  epsilon: f64
  gamma: f64
  lambda: f64
  rollout: f64
  rewardScale: f64
  hasTerminalReward: f64
  terminalReward: f64
  bootstrap: f64
  clip: f64
  entropy: f64
  sections: f64
  proxyCapacity: f64
  replayCapacity: f64
  distillRate: f64
  distillShared: f64
  epochs: f64
  batch: f64
}

@unmanaged
export class Agent {
  bytes: u64
  scratch: usize
  init: u32
  distillRate: f64
  epochs: u32
  batch: u32
  /** transitions of the rollout under way */
  pending: u32
  /** steps of the episode under way or last played */
  steps: u32
  envAt: u32
  stateAt: u32
  a2cAt: u32
  streamsAt: u32
  policyAt: u32
  valueAt: u32
  policyAdamAt: u32
  valueAdamAt: u32
  distillAdamAt: u32
  replayAt: u32
  proxyAt: u32
  /** f32 rows: pi, the policy's and the value's activations (s, s'), deltas */
  probabilitiesAt: u32
  policyActsAt: u32
  valueActsAt: u32
  nextActsAt: u32
  deltasAt: u32
  transitionsAt: u32
  observationsAt: u32
  observationBytes: u32

  @inline at(offset: u32): usize {
    return changetype<usize>(this) + offset
  }
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
  @inline stream(purpose: u32): Stream {
    return changetype<Stream>(this.at(this.streamsAt) + purpose * offsetof<Stream>())
  }
  @inline get probabilities(): usize {
    return this.at(this.probabilitiesAt)
  }
  /** Observation row of transition t. */
  @inline row(t: u32): usize {
    return this.at(this.observationsAt) + t * this.observationBytes
  }
}

/** The records, all within this many bytes at the head of the block; the arrays follow. */
const HEAD_BYTES: u64 = 4096

/** Offset of the next `bytes` of the block, 64-byte aligned. */
function take(agent: Agent, bytes: u64): u32 {
  const at = agent.bytes
  agent.bytes += (bytes + 63) & ~63
  return <u32>at
}

function takeFloats(agent: Agent, floats: u32): u32 {
  return take(agent, <u64>floats << 2)
}

function layNet(agent: Agent, net: Mlp, inputs: u32, width: f64, depth: f64, outputs: u32, activation: f64): void {
  mlpConfigure(net, inputs, <u32>width, <u32>depth, outputs, <u32>activation, 0)
  net.paramsAt = takeFloats(agent, net.floats) - <u32>(changetype<usize>(net) - changetype<usize>(agent))
}

function layAdam(agent: Agent, adam: Adam, net: Mlp, rate: f64, epsilon: f64): void {
  const self = <u32>(changetype<usize>(adam) - changetype<usize>(agent))
  const first = takeFloats(agent, net.floats) - self
  adamConfigure(adam, net.floats, rate, epsilon, first, takeFloats(agent, net.floats) - self)
}

/**
 * Fills the records at the head of a zeroed block and lays the arrays out behind them; writes the head only, so a head
 * alone (agentHeadBytes) tells agentBytes and agentScratchBytes before anything is reserved. False: no such environment.
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
  env.name = 0 // or a checkpoint would be of one build: it holds no address of a constant
  const observations = env.observations
  const actions = env.actions
  const proxy = agent.proxy
  proxy.boundsAt = take(agent, <u64>observations << 3) - agent.proxyAt
  memory.copy(proxy.bounds, changetype<usize>(config) + offsetof<AgentConfig>(), <usize>observations << 3)

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

export function agentHeadBytes(): u32 {
  return <u32>HEAD_BYTES
}

/** Bytes of the whole block; f64, since it may exceed what the memory can hold. */
export function agentBytes(block: usize): f64 {
  return <f64>changetype<Agent>(block).bytes
}

/** Bytes of scratch (no state, shared by all agents of an instance) that this agent's verbs need. */
export function agentScratchBytes(block: usize): f64 {
  const agent = changetype<Agent>(block)
  const update = batchBytes(agent.policy, max(agent.batch, agent.a2c.rollout + 1))
  const value = batchBytes(agent.value, agent.a2c.rollout + 1)
  const init = max(initFloats(agent.policy), initFloats(agent.value)) << 3
  return <f64>max(max(update, value), max(init, proxyExportBytes(agent.proxy.capacity)))
}
