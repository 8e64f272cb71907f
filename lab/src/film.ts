// An episode that is filmed is played step by step on the host, and not in one call to the kernel, so that its states
// can be seen. That gives the same bits, as the digest shows.

import type { Agent } from './core.ts'
import type { Track } from './messages.ts'

/** Plays and learns an episode, and returns its states; `agent.steps` is its score. */
export function playSeen(agent: Agent): Track {
  const states: number[] = []
  let observation: ArrayLike<number> = agent.reset()
  for (;;) {
    states.push(...Array.from(observation))
    const action = agent.act(observation)
    const next = agent.step(action)
    agent.learn({ action, ...next })
    observation = next.observation
    if (next.terminated || next.truncated) break
  }
  states.push(...Array.from(observation))
  return Float32Array.from(states)
}
