// Advantage actor-critic (Mnih et al. 2016), online: one update a step from the one-step target, or one a rollout with
// generalised advantage estimation (Schulman et al. 2016). Two separate networks; all forwards precede both updates.
// Rewards, values after the network, targets and advantages are f64.

import { Adam, trainBatch, trainOnline } from './adam'
import { TERMINATED, TRUNCATED } from './env'
import { clearFloats, copyFloats } from './memory'
import { Batch, batchConfigure, Mlp, mlpBackward, mlpForward, mlpForwardAll, sampleActs, sampleDelta } from './mlp'
import { log64, Stream, streamUniform } from './rng'
import { softmax } from './softmax'

/** What an update needs to know, set at configuration. */
@unmanaged
export class A2c {
  gamma: f64
  lambda: f64
  rewardScale: f64
  terminalReward: f64
  hasTerminalReward: u32
  /** whether the last step of a truncated episode counts V of its next state */
  bootstrap: u32
  clip: f64
  entropy: f64
  rollout: u32
  spare: u32
}

/** One step of the rollout under way; its observation lies in a row beside. */
@unmanaged
export class Transition {
  reward: f64
  value: f64
  advantage: f64
  action: i32
  flags: i32
}

/** The first action whose cumulated probability exceeds a uniform draw; counted, since a branch on chance is mispredicted. */
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

/** The reward the learner sees. */
export function learnerReward(a2c: A2c, reward: f64, flags: i32): f64 {
  return (flags & TERMINATED) != 0 && a2c.hasTerminalReward != 0 ? a2c.terminalReward : a2c.rewardScale * reward
}

/** Whether the value of the next state counts. */
// @ts-ignore: decorator
@inline
function continues(a2c: A2c, flags: i32): bool {
  return (flags & TERMINATED) == 0 && ((flags & TRUNCATED) == 0 || a2c.bootstrap != 0)
}

/** Gradient of (-A log p[action] - c H(p)) / T by the logits -> f32[actions]; false where it is not finite. */
// @ts-ignore: decorator
@inline
function policyDelta(p: usize, actions: u32, action: i32, advantage: f64, c: f64, samples: f64, delta: usize): bool {
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

/** Value of the observation f32[inputs], the activations behind it left in `acts`. */
// @ts-ignore: decorator
@inline
export function valueOf(net: Mlp, observation: usize, acts: usize): f64 {
  mlpForward(net, observation, acts)
  return <f64>load<f32>(acts + net.entering(net.depth + 1))
}

/**
 * The one-step update. `policyActs` holds the policy's forward of the observation and `policy` its softmax; `acts` and
 * `nextActs` take the value network's, `deltas` two hidden rows and an output row of either network.
 * @returns false where a value or a delta is not finite; then nothing is updated
 */
// @ts-ignore: decorator
@inline
export function onlineUpdate(a2c: A2c, policyNet: Mlp, policyAdam: Adam, valueNet: Mlp, valueAdam: Adam, step: Transition,
  observation: usize, next: usize, policyActs: usize, policy: usize, acts: usize, nextActs: usize, deltas: usize): bool {
  const looksOn = continues(a2c, step.flags)
  mlpForwardAll(valueNet, observation, next - observation, acts, nextActs - acts, looksOn ? 2 : 1)
  const out = valueNet.entering(valueNet.depth + 1)
  const value = <f64>load<f32>(acts + out)
  const nextValue = looksOn ? <f64>load<f32>(nextActs + out) : 0.0
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

/** Forwards of `count` observations, rows of `rowBytes`, into the batch. */
function forwardRows(net: Mlp, batch: Batch, observations: usize, rowBytes: usize, count: u32): void {
  for (let t: u32 = 0; t < count; t++) copyFloats(sampleActs(batch, t), observations + t * rowBytes, net.inputs)
  mlpForwardAll(net, batch.acts, batch.actBytes, batch.acts, batch.actBytes, count)
}

/**
 * One update from `count` transitions, whose observations are rows of `rowBytes` (the last next state's behind them).
 * @returns false where a value or a delta is not finite
 */
export function rolloutUpdate(a2c: A2c, policyNet: Mlp, policyAdam: Adam, valueNet: Mlp, valueAdam: Adam,
  steps: usize, observations: usize, rowBytes: usize, count: u32, scratch: Batch): bool {
  const size = offsetof<Transition>()
  const samples = <f64>count
  const last = changetype<Transition>(steps + (count - 1) * size)
  const looksOn = continues(a2c, last.flags)
  batchConfigure(scratch, valueNet, count + 1)
  forwardRows(valueNet, scratch, observations, rowBytes, looksOn ? count + 1 : count)
  const out = valueNet.entering(valueNet.depth + 1)
  for (let t: u32 = 0; t < count; t++) {
    changetype<Transition>(steps + t * size).value = <f64>load<f32>(sampleActs(scratch, t) + out)
  }
  let nextValue: f64 = looksOn ? <f64>load<f32>(sampleActs(scratch, count) + out) : 0
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
  // Advantages are fixed by now and neither network enters the other, so the order of the two updates does not show.
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
