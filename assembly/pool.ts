// One learner for several environments: an upper bound of what sharing can give (ours; the paper has none). Each of the
// agents of a pool brings its environment and its streams; the networks are those of the first. All environments take
// a step, each with the policy of its own observation, and then both networks take one step of Adam along the mean
// gradient of these transitions, each with its one-step target. Where an episode ends, the next one begins at once.
// The rewards, targets and deltas are those of a2c.ts with a rollout of 1.

import { continues, learnerReward, policyDelta, sampleAction, Transition } from './a2c'
import { trainBatch } from './adam'
import { NOT_FINITE } from './agent'
import { ACTION, Agent } from './layout'
import { clearFloats, copyFloats } from './memory'
import { Batch, batchBytes, batchConfigure, Mlp, mlpBackward, mlpForwardAll, sampleActs, sampleDelta } from './mlp'
import { softmax } from './softmax'
import { agentReset, agentReward, agentStep } from './world'

/** Agent i of the pool at `blocks`, u32[count]: addresses of configured agents of one shape. */
// @ts-ignore: decorator
@inline
function member(blocks: usize, i: u32): Agent {
  return changetype<Agent>(<usize>load<u32>(blocks + (<usize>i << 2)))
}

/** Bytes of scratch that poolPlay needs for `count` agents like the one at `block`. It holds no state. */
export function poolScratchBytes(block: usize, count: u32): f64 {
  const agent = changetype<Agent>(block)
  return <f64>max(batchBytes(agent.value, 2 * count), batchBytes(agent.policy, count))
}

/** Starts an episode in each environment. */
export function poolBegin(blocks: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const agent = member(blocks, i)
    agentReset(changetype<usize>(agent), agent.row(0))
  }
}

/** Puts the observations that lie in row `row` of each agent into the batch from sample `first` on. */
function gather(blocks: usize, count: u32, row: u32, net: Mlp, batch: Batch, first: u32): void {
  for (let i: u32 = 0; i < count; i++) copyFloats(sampleActs(batch, first + i), member(blocks, i).row(row), net.inputs)
}

/**
 * One update of the first agent's networks from the transitions of all, which stand in row 0, row 1 and transition 0
 * of each: target = r + gamma V', A = target - V, in f64. The deltas are f32((2 (V - target)) / count) and those of
 * policyDelta with T = count.
 * @returns false where a delta is not finite
 */
function poolUpdate(blocks: usize, count: u32, scratch: Batch): bool {
  const learner = member(blocks, 0)
  const a2c = learner.a2c
  const value = learner.value
  const samples = <f64>count
  batchConfigure(scratch, value, 2 * count)
  gather(blocks, count, 0, value, scratch, 0)
  gather(blocks, count, 1, value, scratch, count)
  mlpForwardAll(value, scratch.acts, scratch.actBytes, scratch.acts, scratch.actBytes, 2 * count)
  const out = value.entering(value.depth + 1)
  for (let i: u32 = 0; i < count; i++) {
    const step = changetype<Transition>(member(blocks, i).at(member(blocks, i).transitionsAt))
    const v = <f64>load<f32>(sampleActs(scratch, i) + out)
    const next = continues(a2c, step.flags) ? <f64>load<f32>(sampleActs(scratch, count + i) + out) : 0.0
    const target = step.reward + a2c.gamma * next
    step.advantage = target - v
    const delta = <f32>((2.0 * (v - target)) / samples)
    if (!isFinite<f32>(delta)) return false
    const head = sampleDelta(scratch, value, i, value.depth)
    clearFloats(head, 4)
    store<f32>(head, delta)
  }
  mlpBackward(value, scratch, count)
  trainBatch(value, learner.valueAdam, scratch.gradient, learner.valueAdam.rate, a2c.clip)

  const policy = learner.policy
  forwardPolicies(blocks, count, policy, scratch)
  for (let i: u32 = 0; i < count; i++) {
    const step = changetype<Transition>(member(blocks, i).at(member(blocks, i).transitionsAt))
    const p = sampleActs(scratch, i) + policy.entering(policy.depth + 1)
    const head = sampleDelta(scratch, policy, i, policy.depth)
    clearFloats(head, policy.outputLanes)
    if (!policyDelta(p, policy.outputs, step.action, step.advantage, a2c.entropy, samples, head)) return false
  }
  mlpBackward(policy, scratch, count)
  trainBatch(policy, learner.policyAdam, scratch.gradient, learner.policyAdam.rate, a2c.clip)
  return true
}

/** The policies at the observations in row 0 of each agent, in place of the batch's outputs. */
function forwardPolicies(blocks: usize, count: u32, policy: Mlp, scratch: Batch): void {
  batchConfigure(scratch, policy, count)
  gather(blocks, count, 0, policy, scratch, 0)
  mlpForwardAll(policy, scratch.acts, scratch.actBytes, scratch.acts, scratch.actBytes, count)
  for (let i: u32 = 0; i < count; i++) {
    const out = sampleActs(scratch, i) + policy.entering(policy.depth + 1)
    softmax(out, out, policy.outputs)
  }
}

/**
 * Steps all environments and learns, until an episode ends in one of them or in several at once. `scores`, f64[count],
 * receives the score of each episode that ended, `steps`, u32[count], its steps, and 0 for the others. `scratch` is poolScratchBytes.
 * @returns 0, or NOT_FINITE where a delta or a policy is not finite
 */
export function poolPlay(blocks: usize, count: u32, scores: usize, steps: usize, scratch: usize): i32 {
  const batch = changetype<Batch>(scratch)
  const policy = member(blocks, 0).policy
  for (let ended = false; !ended; ) {
    forwardPolicies(blocks, count, policy, batch)
    for (let i: u32 = 0; i < count; i++) {
      const agent = member(blocks, i)
      const block = changetype<usize>(agent)
      const p = sampleActs(batch, i) + policy.entering(policy.depth + 1)
      let sum: f32 = 0
      for (let a: usize = 0; a < policy.outputs; a++) sum += load<f32>(p + (a << 2))
      if (sum != sum) return NOT_FINITE
      const step = changetype<Transition>(agent.at(agent.transitionsAt))
      step.action = sampleAction(p, policy.outputs, agent.stream(ACTION))
      step.flags = agentStep(block, step.action, agent.row(1))
      step.reward = learnerReward(agent.a2c, agentReward(block), step.flags)
    }
    if (!poolUpdate(blocks, count, batch)) return NOT_FINITE
    for (let i: u32 = 0; i < count; i++) {
      const agent = member(blocks, i)
      const step = changetype<Transition>(agent.at(agent.transitionsAt))
      const isOver = step.flags != 0
      const score = agent.env.isReturn != 0 ? agent.rewards : <f64>agent.steps
      store<f64>(scores + (<usize>i << 3), isOver ? score : 0)
      store<u32>(steps + (<usize>i << 2), isOver ? agent.steps : 0)
      if (isOver) agentReset(changetype<usize>(agent), agent.row(0))
      else copyFloats(agent.row(0), agent.row(1), agent.policy.inputs)
      ended = ended || isOver
    }
  }
  return 0
}
