// An episode that is filmed is played step by step on the host, and not in one call to the kernel, so that its states
// can be seen. That gives the same bits, as the digest shows.

import type { Agent } from './core.ts'
import type { Met, Track } from './messages.ts'

const NOTHING: Met = { clusters: new Uint32Array(0), policies: new Float32Array(0) }

/**
 * Plays and learns an episode, and returns its score and its states.
 * @param isMet whether the clusters and the policies of the states are wanted too
 */
export function playSeen(agent: Agent, isMet = false): { score: number; track: Track; met: Met } {
  const states: number[] = []
  const clusters: number[] = []
  const policies: number[] = []
  let rewards = 0
  let observation: ArrayLike<number> = agent.reset()
  for (;;) {
    states.push(...Array.from(observation))
    if (isMet) {
      clusters.push(agent.grid.indexOf(observation))
      policies.push(...agent.policy(observation))
    }
    const action = agent.act(observation)
    const next = agent.step(action)
    agent.learn({ action, ...next })
    rewards += next.reward
    observation = next.observation
    if (next.terminated || next.truncated) break
  }
  states.push(...Array.from(observation))
  const score = agent.env.score === 'steps' ? agent.steps : rewards
  const met = isMet ? { clusters: Uint32Array.from(clusters), policies: Float32Array.from(policies) } : NOTHING
  return { score, track: Float32Array.from(states), met }
}
