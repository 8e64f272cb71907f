// What an agent does: it plays, learns and distils, and the host reads and writes its state. This is the one file that
// puts the others together. The loop over an episode's steps is here, so that the host makes one call per episode: an
// empty call takes 2 to 4 ns, but one call per step makes a step 20 % slower (2026). `block` is always the address of a
// configured agent (layout.ts), and nothing that the host passes is checked. What agents exchange is the host's work.

import { learnerReward, onlineUpdate, rolloutUpdate, sampleAction, Transition, valueOf } from './a2c'
import { mlpCanonical } from './canonical'
import { distillEntries } from './distill'
import { initialise } from './init'
import { ACTION, Agent, INIT, REPLAY } from './layout'
import { copyFloats } from './memory'
import { Batch, Mlp, mlpForward } from './mlp'
import { proxyAdd, proxyAhead, proxyClear, proxyExport, proxyIndex } from './proxy'
import { replayAdd } from './replay'
import { streamSeed } from './rng'
import { softmax } from './softmax'
import { agentReset, agentReward, agentStep } from './world'

/** What a function returns where the policy, the value or a delta is not finite. */
export const NOT_FINITE: i32 = -1
/** What a function returns where a memory is full. */
const FULL: i32 = -2

/**
 * Gains of the heads where the init is orthogonal. 0.01 makes the first policy nearly uniform. Both are those of the
 * usual actor-critic code (Huang et al.: The 37 implementation details of proximal policy optimization, 2022).
 */
const POLICY_HEAD_GAIN: f64 = 0.01
const VALUE_HEAD_GAIN: f64 = 1.0

/** Starts the agent's stream of a purpose (0 init, 1 reset, 2 action, 3 replay) from a key of two u32. */
export function agentSeed(block: usize, purpose: u32, key0: u32, key1: u32): void {
  streamSeed(changetype<Agent>(block).stream(purpose), key0, key1)
}

/** Draws the first weights of both networks from the stream `init`: those of the policy, then those of the value. */
export function agentInit(block: usize): void {
  const agent = changetype<Agent>(block)
  initialise(agent.policy, agent.stream(INIT), agent.init, POLICY_HEAD_GAIN, agent.scratch)
  initialise(agent.value, agent.stream(INIT), agent.init, VALUE_HEAD_GAIN, agent.scratch)
  forwardAgain(agent)
}

/**
 * The policy at an observation f32[inputs]: the forward's activations go to `acts`, their softmax to p f32[outputs].
 * @returns false where a probability is NaN, which all are where an output of the network is NaN or Infinity
 */
// @ts-ignore: decorator
@inline
function policyForward(net: Mlp, observation: usize, acts: usize, p: usize): bool {
  mlpForward(net, observation, acts)
  softmax(acts + net.entering(net.depth + 1), p, net.outputs)
  let sum: f32 = 0
  for (let a: usize = 0; a < net.outputs; a++) sum += load<f32>(p + (a << 2))
  return sum == sum
}

/**
 * The policy at an observation f32[observations], computed in the scratch: it changes no state and no later learning.
 * @returns the address of f32[actions], valid until the next call that uses the scratch; 0 where it is not finite
 */
export function agentPolicy(block: usize, observation: usize): usize {
  const agent = changetype<Agent>(block)
  const acts = agent.scratch
  const p = acts + (<usize>agent.policy.activations << 2)
  return policyForward(agent.policy, observation, acts, p) ? p : 0
}

/**
 * V at an observation f32[observations], as f64, which may be NaN. The activations go to the place of those at the next
 * state, which nothing reads later, so that no later learning changes.
 */
export function agentValue(block: usize, observation: usize): f64 {
  const agent = changetype<Agent>(block)
  return valueOf(agent.value, observation, agent.at(agent.nextActsAt))
}

/**
 * The policy at an observation f32[observations]. Observation, activations and policy are kept for agentLearn.
 * @returns the address of f32[actions], valid until the next agentForward or agentAct; 0 where it is not finite
 */
export function agentForward(block: usize, observation: usize): usize {
  const agent = changetype<Agent>(block)
  const row = agent.row(agent.pending)
  if (row != observation) copyFloats(row, observation, agent.policy.inputs)
  return policyForward(agent.policy, row, agent.at(agent.policyActsAt), agent.probabilities) ? agent.probabilities : 0
}

/**
 * Takes an action at an observation f32[observations]: computes the policy, adds it to the memories that are in use and
 * draws the action with one uniform of the stream `action`. Observation and policy are kept for agentLearn.
 * @returns the action, 0..actions-1; NOT_FINITE, or FULL where a memory is full: then nothing is remembered
 */
export function agentAct(block: usize, observation: usize): i32 {
  const agent = changetype<Agent>(block)
  const proxy = agent.proxy
  agent.hasActed = 0 // an act that fails leaves nothing to learn from, not even the one before it
  // The look into the ProxRM comes before the forward, during which the memory access is under way (see proxyAhead).
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
  if (proxy.capacity > 0 && !proxyAdd(proxy, index, ahead, p)) {
    if (agent.replay.capacity > 0) agent.replay.count -= 1 // a step is in both memories or in neither
    return FULL
  }
  agent.hasActed = 1
  return sampleAction(p, agent.policy.outputs, agent.stream(ACTION))
}

/**
 * Learns from what followed `action` at the observation of the last agentAct or agentForward: the next observation
 * f32[observations], the environment's reward and the step's flags. It records the step, and updates both networks
 * where the rollout is full or flags is not 0, which ends the episode.
 * @returns 0, or NOT_FINITE where a delta is not finite (see onlineUpdate and rolloutUpdate)
 */
export function agentLearn(block: usize, action: i32, next: usize, reward: f64, flags: i32): i32 {
  const agent = changetype<Agent>(block)
  const a2c = agent.a2c
  agent.hasActed = 0
  const step = changetype<Transition>(agent.at(agent.transitionsAt) + agent.pending * offsetof<Transition>())
  step.action = action
  step.reward = learnerReward(a2c, reward, flags)
  step.flags = flags
  const row = agent.row(agent.pending + 1)
  if (row != next) copyFloats(row, next, agent.policy.inputs)
  // The fused update takes no clip: the whole gradient must be known before it can be clipped.
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

/**
 * Plays one episode of the built-in environment and learns from it, in the bits of agentReset, then agentAct, agentStep
 * and agentLearn for each step.
 * @returns 0, and agentSteps and agentRewards then tell of it; or NOT_FINITE or FULL, and agentSteps the steps before
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
    if (flags != 0) return 0
    // After an update, the next observation becomes the first one of a new rollout.
    if (agent.pending == 0) copyFloats(agent.row(0), next, agent.policy.inputs)
  }
}

/** 1 from an action to the learning from it, else 0. */
export function agentHasActed(block: usize): u32 {
  return changetype<Agent>(block).hasActed
}

/** Address of the stream of a purpose: 0 init, 1 reset, 2 action, 3 replay. */
export function agentStream(block: usize, purpose: u32): usize {
  return changetype<usize>(changetype<Agent>(block).stream(purpose))
}

/**
 * Computes the forward of an action that is not learned yet anew, after the weights have changed: the update would else
 * take the activations of the old weights for those of the new ones, which rolloutUpdate never does.
 */
function forwardAgain(agent: Agent): void {
  if (agent.hasActed != 0) agentForward(changetype<usize>(agent), agent.row(agent.pending))
}

/**
 * Distils entries, f32[count][observations + actions] (distillEntries), into the policy network, without a clip and
 * with the order from the stream `replay`. `order` is scratch u32[count].
 * @returns 0, or NOT_FINITE where a delta is not finite
 */
export function agentDistill(block: usize, entries: usize, count: u32, order: usize): i32 {
  const agent = changetype<Agent>(block)
  const sound = distillEntries(agent.policy, agent.distillAdam, agent.distillRate, 0, entries, count, order,
    agent.stream(REPLAY), agent.epochs, agent.batch, changetype<Batch>(agent.scratch))
  forwardAgain(agent)
  return sound ? 0 : NOT_FINITE
}

/**
 * Copies all weights between the networks and f32[policy weights + value weights] at `canonical`, in canonical order
 * (canonical.ts), the policy network first: out of the networks where `pack` is true, else into them.
 */
export function agentWeights(block: usize, canonical: usize, pack: bool): void {
  const agent = changetype<Agent>(block)
  mlpCanonical(agent.policy, agent.policy.params, canonical, pack)
  mlpCanonical(agent.value, agent.value.params, canonical + (<usize>agent.policy.weights << 2), pack)
  if (!pack) forwardAgain(agent)
}

/** Number of weights and biases of the policy network. */
export function agentPolicyWeights(block: usize): u32 {
  return changetype<Agent>(block).policy.weights
}

/** Number of weights and biases of the value network. */
export function agentValueWeights(block: usize): u32 {
  return changetype<Agent>(block).value.weights
}

/** Entries of the replay memory. */
export function agentReplayCount(block: usize): u32 {
  return changetype<Agent>(block).replay.count
}

/** Address of the replay memory's entries, f32[count][observations + actions], in order of play. */
export function agentReplayEntries(block: usize): usize {
  return changetype<Agent>(block).replay.entries
}

/** Entries of the ProxRM, M: clusters that were visited. */
export function agentProxyCount(block: usize): u32 {
  return changetype<Agent>(block).proxy.count
}

/** Writes the ProxRM by ascending index: indices i32[M], visits u32[M], mean policies f32[M][actions] (proxyExport). */
export function agentProxyExport(block: usize, indices: usize, visits: usize, policies: usize): void {
  const agent = changetype<Agent>(block)
  proxyExport(agent.proxy, indices, visits, policies, agent.scratch)
}

/** Empties the replay memory and the ProxRM. */
export function agentForget(block: usize): void {
  const agent = changetype<Agent>(block)
  agent.replay.count = 0
  if (agent.proxy.capacity > 0) proxyClear(agent.proxy)
}
