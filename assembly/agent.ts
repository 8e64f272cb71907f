// An agent's verbs: play, learn, distil, and what the host reads and writes. The only module that composes the others; the
// episode loop lives here, so that the host calls once an episode (an empty call is 2-4 ns, but a step a call costs 20 %, 2026).

import { learnerReward, onlineUpdate, rolloutUpdate, sampleAction, Transition, valueOf } from './a2c'
import { mlpCanonical } from './canonical'
import { distillEntries } from './distill'
import { EnvState } from './env'
import { initialise } from './init'
import { Agent } from './layout'
import { copyFloats } from './memory'
import { Batch, Mlp, mlpForward } from './mlp'
import { proxyAdd, proxyAhead, proxyClear, proxyExport, proxyIndex } from './proxy'
import { replayAdd } from './replay'
import { streamSeed } from './rng'
import { softmax } from './softmax'

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

export function agentSeed(block: usize, purpose: u32, key0: u32, key1: u32): void {
  streamSeed(changetype<Agent>(block).stream(purpose), key0, key1)
}

/** Draws the first weights of both networks from the stream `init`. */
export function agentInit(block: usize): void {
  const agent = changetype<Agent>(block)
  initialise(agent.policy, agent.stream(INIT), agent.init, POLICY_HEAD_GAIN, agent.scratch)
  initialise(agent.value, agent.stream(INIT), agent.init, VALUE_HEAD_GAIN, agent.scratch)
}

/** pi at the observation, activations left in `acts`; false where it is not finite. */
// @ts-ignore: decorator
@inline
function policyForward(net: Mlp, observation: usize, acts: usize, p: usize): bool {
  mlpForward(net, observation, acts)
  softmax(acts + net.entering(net.depth + 1), p, net.outputs)
  let sum: f32 = 0
  for (let a: usize = 0; a < net.outputs; a++) sum += load<f32>(p + (a << 2))
  return sum == sum
}

/** A look at pi: its address, f32[actions] in the scratch, or 0 where it is not finite. Learning does not notice. */
export function agentPolicy(block: usize, observation: usize): usize {
  const agent = changetype<Agent>(block)
  const acts = agent.scratch
  const p = acts + (<usize>agent.policy.activations << 2)
  return policyForward(agent.policy, observation, acts, p) ? p : 0
}

/** A look at V. */
export function agentValue(block: usize, observation: usize): f64 {
  const agent = changetype<Agent>(block)
  return valueOf(agent.value, observation, agent.at(agent.nextActsAt))
}

/** pi at the observation, kept for agentLearn: its address, f32[actions], or 0 where it is not finite. */
export function agentForward(block: usize, observation: usize): usize {
  const agent = changetype<Agent>(block)
  const row = agent.row(agent.pending)
  if (row != observation) copyFloats(row, observation, agent.policy.inputs)
  return policyForward(agent.policy, row, agent.at(agent.policyActsAt), agent.probabilities) ? agent.probabilities : 0
}

/** Plays pi at the observation: remembers it in the memories in use, draws the action. */
export function agentAct(block: usize, observation: usize): i32 {
  const agent = changetype<Agent>(block)
  const proxy = agent.proxy
  // Asked for first: the forward hides the time that memory takes.
  let index: u32 = 0
  let ahead: u32 = 0
  if (proxy.capacity > 0) {
    index = proxyIndex(proxy, observation)
    ahead = proxyAhead(proxy, index)
  }
  const p = agentForward(block, observation)
  if (p == 0) return NOT_FINITE
  const row = agent.row(agent.pending)
  if (agent.replay.capacity > 0 && !replayAdd(agent.replay, row, p)) return FULL
  if (proxy.capacity > 0 && !proxyAdd(proxy, index, ahead, p)) return FULL
  return sampleAction(p, agent.policy.outputs, agent.stream(ACTION))
}

/**
 * Takes in what followed the action taken at the last agentAct or agentForward, and updates where the rollout is full or
 * the episode over.
 */
export function agentLearn(block: usize, action: i32, next: usize, reward: f64, flags: i32): i32 {
  const agent = changetype<Agent>(block)
  const a2c = agent.a2c
  const step = changetype<Transition>(agent.at(agent.transitionsAt) + agent.pending * offsetof<Transition>())
  step.action = action
  step.reward = learnerReward(a2c, reward, flags)
  step.flags = flags
  const row = agent.row(agent.pending + 1)
  if (row != next) copyFloats(row, next, agent.policy.inputs)
  // Fused into one pass; a clipped gradient must be whole before it is used.
  if (a2c.rollout == 1 && a2c.clip == 0) {
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
    const status = agentLearn(block, action, next, agentReward(block), flags)
    if (status < 0) return status
    if (flags != 0) return agent.steps
    // After an update the next observation is the first of a new rollout.
    if (agent.pending == 0) copyFloats(agent.row(0), next, agent.policy.inputs)
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

/** Empties both memories. */
export function agentForget(block: usize): void {
  const agent = changetype<Agent>(block)
  agent.replay.count = 0
  if (agent.proxy.capacity > 0) proxyClear(agent.proxy)
}
