// An episode that is filmed is played step by step on the host, and not in one call to the kernel, so that its states
// can be seen. That gives the same bits, as the digest shows.

import type { Agent } from './core.ts'
import type { Track } from './messages.ts'

/** Plays and learns an episode, and returns its score and its states. */
export function playSeen(agent: Agent): { score: number; track: Track } {
  const states: number[] = []
  let rewards = 0
  let observation: ArrayLike<number> = agent.reset()
  for (;;) {
    states.push(...Array.from(observation))
    const action = agent.act(observation)
    const next = agent.step(action)
    agent.learn({ action, ...next })
    rewards += next.reward
    observation = next.observation
    if (next.terminated || next.truncated) break
  }
  states.push(...Array.from(observation))
  return { score: agent.env.score === 'steps' ? agent.steps : rewards, track: Float32Array.from(states) }
}
