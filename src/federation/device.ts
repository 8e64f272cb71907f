// An environment that answers later, such as a device: each of its answers is awaited, and then handed to the agent, which
// plays as it does in one that answers at once. What such an environment throws, and what is wrong with its answers, is
// told in the same words.

import type { CheckedEnvironment, DeviceWorld, OwnWorld } from '../environments/own.ts'
import type { Agent } from '../kernel/agent.ts'
import { outcomeOf } from './outcome.ts'

/** An environment whose worlds answer at once, and what plays an episode in one of them. */
export interface Device {
  readonly own: CheckedEnvironment
  /** plays an episode of the agent that was created as the k-th, and returns its score */
  readonly play: (agent: Agent, k: number) => Promise<number>
}

/** The device of an environment of one's own. */
export function deviceOf(own: CheckedEnvironment): Device {
  const seats: { readonly world: DeviceWorld; answer: () => unknown }[] = []
  const create: CheckedEnvironment['create'] = (stream, parameters) => {
    const world = own.create(stream, parameters) as DeviceWorld
    if (typeof world?.reset !== 'function' || typeof world?.step !== 'function') return world as OwnWorld // it is refused
    const seat = { world, answer: (): unknown => undefined }
    seats.push(seat)
    return { reset: () => seat.answer(), step: () => seat.answer() } as OwnWorld
  }
  const play = async (agent: Agent, k: number) => {
    const seat = seats[k]
    const { world } = seat
    seat.answer = await outcomeOf(() => world.reset())
    let observation: ArrayLike<number> = agent.reset()
    for (;;) {
      const action = agent.act(observation)
      seat.answer = await outcomeOf(() => world.step(action))
      const step = agent.step(action)
      agent.learn({ action, ...step })
      if (step.terminated || step.truncated) return agent.score
      observation = step.observation
    }
  }
  return { own: { ...own, create }, play }
}
