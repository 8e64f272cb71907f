// An episode of a policy that learns no more. Its agent should have no memories, since a drawn action is remembered in them.

import { oneOf } from '../config/field.ts'
import type { Agent } from '../kernel/agent.ts'
import type { Step } from '../kernel/records.ts'

/** The ways in which an action is chosen. */
export const actionChoices = ['greedy', 'sampled'] as const

/** How an action is chosen: the most probable one, the first of equals, or one drawn from the policy as in training. */
export type Choice = 'greedy' | 'sampled'

/** @throws TypeError, RangeError for what is no choice */
export const checkChoice = oneOf(actionChoices, 'greedy', { doc: '' }).check

/** A step of an episode that was played. */
export interface FrozenStep extends Step {
  /** its number, from 1 */
  readonly step: number
  /** what the agent saw before it; `observation` is what it saw after it */
  readonly seen: Float32Array
  /** the policy at what it saw */
  readonly policy: Float32Array
  /** the action that was taken */
  readonly action: number
}

/**
 * Plays an episode without learning. A drawn action takes one number of the agent's stream `action`, as in training.
 * @returns its score
 */
export function playFrozen(agent: Agent, choice: Choice, onStep?: (step: FrozenStep) => void): number {
  let seen = agent.reset()
  let rewards = 0
  for (let count = 1; ; count++) {
    const policy = agent.policy(seen)
    const action = choice === 'greedy' ? policy.indexOf(Math.max(...policy)) : agent.act(seen)
    const step = agent.step(action)
    rewards += step.reward
    onStep?.({ ...step, step: count, seen, policy, action })
    if (step.terminated || step.truncated) return agent.env.score === 'steps' ? agent.steps : rewards
    seen = step.observation
  }
}
