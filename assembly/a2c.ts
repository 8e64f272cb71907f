// Advantage actor-critic, A2C (Mnih et al. 2016; "Standalone and Distributed RL Operations"): one update per step from
// the one-step target, or one update per rollout with generalised advantage estimation (Schulman et al. 2016). The
// policy and the value network are separate. All forwards of a network come before its update. Rewards, values after
// the network's output, targets and advantages are f64. The paper leaves the learner open [C: learner]. This file steps
// no environment.

import { Adam, trainBatch } from './adam'
import { trainOnline } from './adamOnline'
import { TERMINATED, TRUNCATED } from './env'
import { clearFloats, copyFloats } from './memory'
import { Batch, batchConfigure, Mlp, mlpBackward, mlpForward, mlpForwardAll, sampleActs, sampleDelta } from './mlp'
import { log64, Stream, streamUniform } from './rng'
import { softmax } from './softmax'

/** The learner's settings. They are set at configuration and do not change. */
@unmanaged
export class A2c {
  gamma: f64 // discount of the return per step, 0..1
  lambda: f64 // lambda of generalised advantage estimation, 0..1; without effect where rollout is 1
  rewardScale: f64 // factor on the environment's rewards
  terminalReward: f64 // reward of a step that terminates, where hasTerminalReward is 1
  hasTerminalReward: u32 // 1 where terminalReward takes the place of the environment's reward, else 0
  bootstrap: u32 // 1 where the last step of a truncated episode counts V of its next state, else 0
  clip: f64 // bound on the norm of each network's gradient; 0 for none
  entropy: f64 // c, weight of the entropy bonus in the policy's loss
  rollout: u32 // T, steps per update, at least 1
  spare: u32 // unused; it makes the record a multiple of 8 bytes
}

/** One step of the current rollout. Its observation is not in this record, but in a row of the agent's block. */
@unmanaged
export class Transition {
  reward: f64 // the reward that the learner sees (learnerReward)
  value: f64 // V of the observation; filled at the update
  advantage: f64 // A of the action; filled at the update
  action: i32 // the action taken, 0..actions-1
  flags: i32 // TERMINATED and TRUNCATED
}

/**
 * Draws an action from `policy`, f32[actions], with one uniform f64 u of the stream: the first action a with u < c_a,
 * where c_a is the f64 sum of the probabilities 0..a, ascending; where there is none, the last action. It counts the
 * actions before that one instead of searching for it: a processor cannot predict a branch on a random number.
 */
export function sampleAction(policy: usize, actions: u32, stream: Stream): i32 {
  const u = streamUniform(stream)
  let cumulated: f64 = 0
  let action: i32 = 0
  for (let a: usize = 0; a < actions - 1; a++) {
    cumulated += <f64>load<f32>(policy + (a << 2))
    action += <i32>(u >= cumulated)
  }
  return action
}

/** The reward that the learner sees: terminalReward if one is set and the step terminated, else rewardScale reward. */
export function learnerReward(a2c: A2c, reward: f64, flags: i32): f64 {
  return (flags & TERMINATED) != 0 && a2c.hasTerminalReward != 0 ? a2c.terminalReward : a2c.rewardScale * reward
}

/** Whether V of the next state counts: not after a termination, and after a truncation only with bootstrap. */
// @ts-ignore: decorator
@inline
export function continues(a2c: A2c, flags: i32): bool {
  return (flags & TERMINATED) == 0 && ((flags & TRUNCATED) == 0 || a2c.bootstrap != 0)
}

/**
 * The gradient of the policy's loss (-A log p[action] - c H) / T by the logits, f32[actions] at `delta`, where T is
 * `samples` and H = -(sum of p_a log64(p_a)) is the entropy, summed by ascending index from 0:
 * delta_a = f32(((p_a - [a = action]) A + c p_a (log64(p_a) + H)) / T). Only p, f32[actions], and the result are f32.
 * The terms with c are left out where c = 0, and those of an action with p_a = 0 always.
 * @returns false where an element is not finite; all elements are written nevertheless
 */
// @ts-ignore: decorator
@inline
export function policyDelta(p: usize, actions: u32, action: i32, advantage: f64, c: f64, samples: f64, delta: usize): bool {
  let entropy: f64 = 0
  if (c > 0) {
    for (let a: usize = 0; a < actions; a++) {
      const pa = <f64>load<f32>(p + (a << 2))
      if (pa > 0) entropy -= pa * log64(pa)
    }
  }
  let sound = true
  for (let a: usize = 0; a < actions; a++) {
    const pa = <f64>load<f32>(p + (a << 2))
    let d = (pa - <f64><i32>(<i32>a == action)) * advantage
    if (c > 0 && pa > 0) d += c * pa * (log64(pa) + entropy)
    const rounded = <f32>(d / samples)
    store<f32>(delta + (a << 2), rounded)
    sound = sound && isFinite<f32>(rounded)
  }
  return sound
}

/** V of the observation f32[inputs], as f64. The activations of the value network `net` stay in `acts`. */
// @ts-ignore: decorator
@inline
export function valueOf(net: Mlp, observation: usize, acts: usize): f64 {
  mlpForward(net, observation, acts)
  return <f64>load<f32>(acts + net.entering(net.depth + 1))
}

/**
 * The update after one step: target = r + gamma V', A = target - V and V' = 0 where the next state does not count, in
 * f64. The value's delta is f32(2 (V - target)), the policy's is that of policyDelta with T = 1; each network then
 * takes one step of Adam (trainOnline). `policyActs` holds the policy's activations at `observation`, and `policy` the
 * softmax of their output. `acts` and `nextActs` receive the value network's activations at `observation` and at
 * `next`. `deltas` is scratch: two hidden rows of the wider network, then an output row of the policy network.
 * @returns false where a delta is not finite, which it is where a value is not; then nothing is updated
 */
// @ts-ignore: decorator
@inline
export function onlineUpdate(a2c: A2c, policyNet: Mlp, policyAdam: Adam, valueNet: Mlp, valueAdam: Adam,
  step: Transition, observation: usize, next: usize, policyActs: usize, policy: usize, acts: usize, nextActs: usize,
  deltas: usize): bool {
  const countsNext = continues(a2c, step.flags)
  mlpForwardAll(valueNet, observation, next - observation, acts, nextActs - acts, countsNext ? 2 : 1)
  const out = valueNet.entering(valueNet.depth + 1)
  const value = <f64>load<f32>(acts + out)
  const nextValue = countsNext ? <f64>load<f32>(nextActs + out) : 0.0
  const target = step.reward + a2c.gamma * nextValue
  const head = deltas + (<usize>(2 * max(policyNet.lanes, valueNet.lanes)) << 2)
  const valueDelta = <f32>(2.0 * (value - target))
  if (!isFinite<f32>(valueDelta)) return false
  clearFloats(head, policyNet.outputLanes)
  if (!policyDelta(policy, policyNet.outputs, step.action, target - value, a2c.entropy, 1.0, head)) return false
  trainOnline(policyNet, policyAdam, observation, policyActs, head, deltas)
  clearFloats(head, 4)
  store<f32>(head, valueDelta)
  trainOnline(valueNet, valueAdam, observation, acts, head, deltas)
  return true
}

/** Copies `count` observations, rows that lie `rowBytes` apart, into the batch, and runs `net` forward on them. */
function forwardRows(net: Mlp, batch: Batch, observations: usize, rowBytes: usize, count: u32): void {
  for (let t: u32 = 0; t < count; t++) copyFloats(sampleActs(batch, t), observations + t * rowBytes, net.inputs)
  mlpForwardAll(net, batch.acts, batch.actBytes, batch.acts, batch.actBytes, count)
}

/**
 * One update from the `count` transitions of a rollout, which ends at its length or with the episode. Observation t is
 * the row t rowBytes behind `observations`; the observation after the last step follows. In f64, for t descending: A_t
 * = ((r_t + gamma V'_t) - V_t) + (gamma lambda) A_{t+1}, where A_count = 0 and V'_t is V of the next state, or 0 where
 * that does not count; target_t = A_t + V_t, or r_t + gamma V'_t where the rollout is 1.
 * The delta of the value is f32((2 (V_t - target_t)) / count), and that of the policy is policyDelta with T = count.
 * Each network takes one step of Adam with its whole gradient, clipped where clip > 0. `scratch` is batchBytes of count
 * + 1 samples of either network.
 * @returns false where a delta is not finite. If it is the value's, nothing is updated; if it is the policy's, the
 * value network has been updated.
 */
export function rolloutUpdate(a2c: A2c, policyNet: Mlp, policyAdam: Adam, valueNet: Mlp, valueAdam: Adam,
  steps: usize, observations: usize, rowBytes: usize, count: u32, scratch: Batch): bool {
  const size = offsetof<Transition>()
  const samples = <f64>count
  const last = changetype<Transition>(steps + (count - 1) * size)
  const countsNext = continues(a2c, last.flags)
  batchConfigure(scratch, valueNet, count + 1)
  forwardRows(valueNet, scratch, observations, rowBytes, countsNext ? count + 1 : count)
  const out = valueNet.entering(valueNet.depth + 1)
  for (let t: u32 = 0; t < count; t++) {
    changetype<Transition>(steps + t * size).value = <f64>load<f32>(sampleActs(scratch, t) + out)
  }
  let nextValue: f64 = countsNext ? <f64>load<f32>(sampleActs(scratch, count) + out) : 0
  let advantage: f64 = 0
  for (let t = count; t-- > 0; ) {
    const step = changetype<Transition>(steps + t * size)
    advantage = step.reward + a2c.gamma * nextValue - step.value + a2c.gamma * a2c.lambda * advantage
    step.advantage = advantage
    const target = a2c.rollout == 1 ? step.reward + a2c.gamma * nextValue : advantage + step.value
    const delta = <f32>((2.0 * (step.value - target)) / samples)
    if (!isFinite<f32>(delta)) return false
    const head = sampleDelta(scratch, valueNet, t, valueNet.depth)
    clearFloats(head, 4)
    store<f32>(head, delta)
    nextValue = step.value
  }
  // The advantages are fixed by now, and neither network enters the other: the order of the updates changes no bit.
  mlpBackward(valueNet, scratch, count)
  trainBatch(valueNet, valueAdam, scratch.gradient, valueAdam.rate, a2c.clip)

  batchConfigure(scratch, policyNet, count)
  forwardRows(policyNet, scratch, observations, rowBytes, count)
  for (let t: u32 = 0; t < count; t++) {
    const step = changetype<Transition>(steps + t * size)
    const out = sampleActs(scratch, t) + policyNet.entering(policyNet.depth + 1)
    softmax(out, out, policyNet.outputs)
    const head = sampleDelta(scratch, policyNet, t, policyNet.depth)
    clearFloats(head, policyNet.outputLanes)
    if (!policyDelta(out, policyNet.outputs, step.action, step.advantage, a2c.entropy, samples, head)) return false
  }
  mlpBackward(policyNet, scratch, count)
  trainBatch(policyNet, policyAdam, scratch.gradient, policyAdam.rate, a2c.clip)
  return true
}
