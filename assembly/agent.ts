// An agent: one contiguous block of the arena that holds its configuration, both networks with their moments, its
// environment, streams and memories. All offsets are relative, so a checkpoint is a copy of the block. The only module
// that composes the others; the episode loop lives here, so that the host calls once an episode (2-4 ns an empty call,
// but a step a call costs 20 %, 2026).

import { A2c, learnerReward, onlineUpdate, rolloutUpdate, sampleAction, Transition, valueOf } from './a2c'
import { Adam, adamConfigure } from './adam'
import { distillEntries } from './distill'
import { Env, EnvState } from './env'
import { envOf } from './envs'
import { initFloats, initialise } from './init'
import { pad4 } from './memory'
import { Batch, batchBytes, Mlp, mlpCanonical, mlpConfigure, mlpForward, softmax } from './mlp'
import { Proxy, proxyAdd, proxyClear, proxyExport, proxyExportBytes, proxySlots, proxyState } from './proxy'
import { Replay, replayAdd } from './replay'
import { Stream, streamSeed } from './rng'

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

/** Streams by purpose, in this order. */
const INIT: u32 = 0
const RESET: u32 = 1
const ACTION: u32 = 2
const REPLAY: u32 = 3

/** What playEpisode, act, learn and distill return where they cannot go on. */
const NOT_FINITE: i32 = -1
const FULL: i32 = -2

const POLICY_HEAD_GAIN: f64 = 0.01
const VALUE_HEAD_GAIN: f64 = 1.0

@unmanaged
export class Agent {
  bytes: u64
  scratch: usize
  init: u32
  distillShared: u32
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
    return changetype<Adam>(this.at(this.distillShared != 0 ? this.policyAdamAt : this.distillAdamAt))
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

// ---- layout

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
  agent.distillShared = <u32>config.distillShared
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
  agent.distillAdamAt = take(agent, offsetof<Adam>())
  agent.replayAt = take(agent, offsetof<Replay>())
  agent.proxyAt = take(agent, offsetof<Proxy>())

  const env = agent.env
  if (config.env == 0) {
    env.observations = <u32>config.observations
    env.actions = <u32>config.actions
  } else if (!envOf(env, <i32>config.env)) return false
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
  if (agent.distillShared == 0) layAdam(agent, agent.distillAdam, policy, config.distillRate, config.epsilon)

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
  proxy.indicesAt = takeFloats(agent, proxy.capacity) - agent.proxyAt
  proxy.visitsAt = takeFloats(agent, proxy.capacity) - agent.proxyAt
  proxy.sumsAt = take(agent, <u64>proxy.capacity * (actions << 3)) - agent.proxyAt
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

// ---- verbs

export function agentSeed(block: usize, purpose: u32, key0: u32, key1: u32): void {
  streamSeed(changetype<Agent>(block).stream(purpose), key0, key1)
}

/** Draws the first weights of both networks from the stream `init`. */
export function agentInit(block: usize): void {
  const agent = changetype<Agent>(block)
  initialise(agent.policy, agent.stream(INIT), agent.init, POLICY_HEAD_GAIN, agent.scratch)
  initialise(agent.value, agent.stream(INIT), agent.init, VALUE_HEAD_GAIN, agent.scratch)
}

/** Policy at an observation f32[observations] -> f32[actions] at the returned address, or 0 where it is not finite. */
export function agentPolicy(block: usize, observation: usize): usize {
  const agent = changetype<Agent>(block)
  const net = agent.policy
  const acts = agent.at(agent.policyActsAt)
  const p = agent.probabilities
  memory.copy(acts, observation, <usize>net.inputs << 2)
  mlpForward(net, acts)
  softmax(acts + net.entering(net.depth + 1), p, net.outputs)
  let unsound: f32 = 0
  for (let a: usize = 0; a < net.outputs; a++) unsound += load<f32>(p + (a << 2)) - load<f32>(p + (a << 2))
  return unsound == 0 ? p : 0
}

export function agentValue(block: usize, observation: usize): f64 {
  const agent = changetype<Agent>(block)
  return valueOf(agent.value, observation, agent.at(agent.nextActsAt))
}

/** Plays pi at the observation: remembers it in the memories in use, draws the action. */
export function agentAct(block: usize, observation: usize): i32 {
  const agent = changetype<Agent>(block)
  const row = agent.row(agent.pending)
  if (row != observation) memory.copy(row, observation, <usize>agent.env.observations << 2)
  const p = agentPolicy(block, row)
  if (p == 0) return NOT_FINITE
  if (agent.replay.capacity > 0 && !replayAdd(agent.replay, row, p)) return FULL
  if (agent.proxy.capacity > 0 && !proxyAdd(agent.proxy, row, p)) return FULL
  const action = sampleAction(p, agent.policy.outputs, agent.stream(ACTION))
  changetype<Transition>(agent.at(agent.transitionsAt) + agent.pending * offsetof<Transition>()).action = action
  return action
}

/** Takes in what followed the last action and updates where the rollout is full or the episode over. */
export function agentLearn(block: usize, next: usize, reward: f64, flags: i32): i32 {
  const agent = changetype<Agent>(block)
  const a2c = agent.a2c
  const step = changetype<Transition>(agent.at(agent.transitionsAt) + agent.pending * offsetof<Transition>())
  step.reward = learnerReward(a2c, reward, flags)
  step.flags = flags
  const row = agent.row(agent.pending + 1)
  if (row != next) memory.copy(row, next, <usize>agent.env.observations << 2)
  if (a2c.rollout == 1) {
    const sound = onlineUpdate(a2c, agent.policy, agent.policyAdam, agent.value, agent.valueAdam, step,
      agent.row(0), row, agent.at(agent.policyActsAt), agent.probabilities,
      agent.at(agent.valueActsAt), agent.at(agent.nextActsAt), agent.at(agent.deltasAt))
    return sound ? 0 : NOT_FINITE
  }
  agent.pending += 1
  if (flags == 0 && agent.pending < a2c.rollout) return 0
  const count = agent.pending
  agent.pending = 0
  const sound = rolloutUpdate(a2c, agent.policy, agent.policyAdam, agent.value, agent.valueAdam,
    agent.at(agent.transitionsAt), agent.row(0), agent.observationBytes, count, changetype<Batch>(agent.scratch))
  return sound ? 0 : NOT_FINITE
}

/** Starts an episode; its first observation -> f32[observations]. */
export function agentReset(block: usize, observation: usize): void {
  const agent = changetype<Agent>(block)
  const env = agent.env
  agent.steps = 0
  call_indirect<void>(env.reset, agent.at(agent.stateAt), agent.stream(RESET))
  call_indirect<void>(env.observe, agent.at(agent.stateAt), observation)
}

/** One step of the environment; the next observation -> f32[observations]; returns its flags. */
export function agentStep(block: usize, action: i32, observation: usize): i32 {
  const agent = changetype<Agent>(block)
  const env = agent.env
  const flags = call_indirect<i32>(env.step, agent.at(agent.stateAt), action)
  agent.steps += 1
  call_indirect<void>(env.observe, agent.at(agent.stateAt), observation)
  return flags
}

/** Address of the environment's state: EnvState, then the environment's own fields. */
export function agentState(block: usize): usize {
  const agent = changetype<Agent>(block)
  return agent.at(agent.stateAt)
}

/** Reward of the last step. */
export function agentReward(block: usize): f64 {
  const agent = changetype<Agent>(block)
  return changetype<EnvState>(agent.at(agent.stateAt)).reward
}

/**
 * Plays and learns one episode.
 * @returns its score (steps), or NOT_FINITE or FULL, with the step under way in agentSteps
 */
export function playEpisode(block: usize): i32 {
  const agent = changetype<Agent>(block)
  agentReset(block, agent.row(0))
  while (true) {
    const action = agentAct(block, agent.row(agent.pending))
    if (action < 0) return action
    const next = agent.row(agent.pending + 1)
    const flags = agentStep(block, action, next)
    const status = agentLearn(block, next, agentReward(block), flags)
    if (status < 0) return status
    if (flags != 0) return agent.steps
    // After an update the next observation is the first of a new rollout.
    if (agent.pending == 0) memory.copy(agent.row(0), next, agent.observationBytes)
  }
}

export function agentSteps(block: usize): u32 {
  return changetype<Agent>(block).steps
}

/** Distils entries f32[count][observations + actions]; `order` is scratch u32[count]. */
export function agentDistill(block: usize, entries: usize, count: u32, order: usize): i32 {
  const agent = changetype<Agent>(block)
  const sound = distillEntries(agent.policy, agent.distillAdam, agent.distillRate, 0, entries, count, order,
    agent.stream(REPLAY), agent.epochs, agent.batch, changetype<Batch>(agent.scratch))
  return sound ? 0 : NOT_FINITE
}

/** Weights in canonical order, policy network then value network, or the reverse copy. */
export function agentWeights(block: usize, canonical: usize, pack: bool): void {
  const agent = changetype<Agent>(block)
  mlpCanonical(agent.policy, agent.policy.params, canonical, pack)
  mlpCanonical(agent.value, agent.value.params, canonical + (<usize>agent.policy.weights << 2), pack)
}

export function agentPolicyWeights(block: usize): u32 {
  return changetype<Agent>(block).policy.weights
}

export function agentValueWeights(block: usize): u32 {
  return changetype<Agent>(block).value.weights
}

export function agentReplayCount(block: usize): u32 {
  return changetype<Agent>(block).replay.count
}

export function agentReplayEntries(block: usize): usize {
  return changetype<Agent>(block).replay.entries
}

export function agentProxyCount(block: usize): u32 {
  return changetype<Agent>(block).proxy.count
}

export function agentProxyExport(block: usize, indices: usize, visits: usize, policies: usize): void {
  const agent = changetype<Agent>(block)
  proxyExport(agent.proxy, indices, visits, policies, agent.scratch)
}

/** Proxy states of i32[count] cluster indices -> f32[count] rows, every `stride` bytes. */
export function agentProxyStates(block: usize, indices: usize, count: u32, states: usize, stride: usize): void {
  const proxy = changetype<Agent>(block).proxy
  for (let k: usize = 0; k < count; k++) proxyState(proxy, load<u32>(indices + (k << 2)), states + k * stride)
}

/** Empties both memories. */
export function agentForget(block: usize): void {
  const agent = changetype<Agent>(block)
  agent.replay.count = 0
  if (agent.proxy.capacity > 0) proxyClear(agent.proxy)
}
