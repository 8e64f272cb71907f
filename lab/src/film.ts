// An episode that is filmed is played step by step on the host instead of in one call to the kernel: the same bits, as the
// digest shows, and its states can be seen on the way.

import type { Agent } from './core.ts'
import type { Track } from './messages.ts'

/** Plays and learns an episode; `agent.steps` is its score. */
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
