// The episode that an agent plays in its environment: its start, its steps, and what is counted of them. The environment's
// state lies in the agent's block. Where the host steps the environment, it counts the steps here (agentCount). This file
// learns nothing.

import { EnvState } from './env'
import { Agent, RESET } from './layout'

/**
 * Starts an episode: its steps and its rewards count from 0. Steps of an episode that was left before its end, and that no
 * update has used yet, are dropped: a rollout holds steps of one episode.
 */
export function agentBegin(block: usize): void {
  const agent = changetype<Agent>(block)
  agent.steps = 0
  agent.rewards = 0
  agent.pending = 0
  agent.isUnderWay = 1
  agent.hasActed = 0
}

/** Counts a step with its reward; flags that are not 0 end the episode. */
export function agentCount(block: usize, reward: f64, flags: i32): void {
  const agent = changetype<Agent>(block)
  agent.steps += 1
  agent.rewards += reward
  agent.isUnderWay = flags == 0 ? 1 : 0
}

/**
 * Starts an episode of the built-in environment: draws its initial state from the stream `reset` and writes the first
 * observation, f32[observations].
 */
export function agentReset(block: usize, observation: usize): void {
  const agent = changetype<Agent>(block)
  const env = agent.env
  agentBegin(block)
  call_indirect<void>(env.reset, agent.at(agent.stateAt), agent.stream(RESET))
  call_indirect<void>(env.observe, agent.at(agent.stateAt), observation)
}

/**
 * One step of the built-in environment. Writes the next observation, f32[observations]; agentReward has the reward.
 * @returns the step's flags, TERMINATED and TRUNCATED; 0 where the episode goes on
 */
export function agentStep(block: usize, action: i32, observation: usize): i32 {
  const agent = changetype<Agent>(block)
  const env = agent.env
  const flags = call_indirect<i32>(env.step, agent.at(agent.stateAt), action)
  agentCount(block, changetype<EnvState>(agent.at(agent.stateAt)).reward, flags)
  call_indirect<void>(env.observe, agent.at(agent.stateAt), observation)
  return flags
}

/** Address of the environment's state: EnvState, then the environment's own fields (CartPole: four f64, parameters). */
export function agentState(block: usize): usize {
  const agent = changetype<Agent>(block)
  return agent.at(agent.stateAt)
}

/** Address of the environment's parameters, f64 each, in the order in which its description names them. */
export function agentParameters(block: usize): usize {
  const agent = changetype<Agent>(block)
  return agent.at(agent.stateAt) + agent.env.parametersAt
}

/** The environment's reward of the last step. */
export function agentReward(block: usize): f64 {
  const agent = changetype<Agent>(block)
  return changetype<EnvState>(agent.at(agent.stateAt)).reward
}

/** 1 from the start of an episode to its last step, else 0. */
export function agentIsUnderWay(block: usize): u32 {
  return changetype<Agent>(block).isUnderWay
}

/** Steps of the current episode, or of the last one. */
export function agentSteps(block: usize): u32 {
  return changetype<Agent>(block).steps
}

/** Sum of the rewards of these steps, in f64 and in their order. */
export function agentRewards(block: usize): f64 {
  return changetype<Agent>(block).rewards
}
