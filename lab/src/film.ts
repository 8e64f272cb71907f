// An episode that is filmed is played step by step on the host instead of in one call to the kernel: the same bits, as the
// digest shows, and its states can be seen on the way. `run` calls playEpisode; here, in the worker alone, that verb
// films when it is asked to.

import { Agent } from './core.ts'
import { SHOWN, type Track } from './messages.ts'

const playUnseen = Agent.prototype.playEpisode

let tracks: Track[] | null = null

Agent.prototype.playEpisode = function (this: Agent): number {
  return tracks && tracks.length < SHOWN ? playSeen(this, tracks) : playUnseen.call(this)
}

function playSeen(agent: Agent, into: Track[]): number {
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
  into.push(Float32Array.from(states))
  return agent.steps
}

/** Does `act` and returns what it returned, with the track of every episode played in it, in the order of play. */
export function filmed<T>(act: () => T): readonly [T, Track[]] {
  const own: Track[] = []
  tracks = own
  try {
    return [act(), own]
  } finally {
    tracks = null
  }
}
