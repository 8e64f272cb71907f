// The host's part of assembly/env.ts: what an agent accepts as an action and as an observation, the flags of a step, and an
// episode that is played step by step.

import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import type { Transition } from './records.ts'

/** The flags of a step as one number: TERMINATED and TRUNCATED. */
export const flagsOf = ({ terminated, truncated }: Pick<Transition, 'terminated' | 'truncated'>) =>
  (terminated ? 1 : 0) | (truncated ? 2 : 0)

/** @throws RangeError for what is no action of the environment */
export function checkAction({ actions }: Pick<Environment, 'actions'>, action: number): void {
  if (Number.isInteger(action) && action >= 0 && action < actions) return
  throw new RangeError(expected('action', `an integer in 0..${actions - 1}`, action))
}

/** Writes an observation to where it belongs. @throws RangeError for another length, or numbers that are not finite as f32 */
export function writeObservation(target: Float32Array, observation: ArrayLike<number>): void {
  if (observation.length !== target.length) {
    throw new RangeError(expected('observation', `${target.length} numbers`, observation.length))
  }
  target.set(observation)
  if (target.every(Number.isFinite)) return
  throw new RangeError(expected('observation', 'finite numbers, as f32', Array.from(observation).join(', ')))
}

/** What plays: an agent with an environment. */
interface Player {
  readonly reset: () => ArrayLike<number>
  readonly act: (observation: ArrayLike<number>) => number
  readonly step: (action: number) => Omit<Transition, 'action'>
  readonly learn: (transition: Transition) => void
}

/** Plays an episode of the agent's environment and learns from each step. @throws as the agent's functions */
export function playStepwise(agent: Player): void {
  let observation: ArrayLike<number> = agent.reset()
  for (;;) {
    const action = agent.act(observation)
    const step = agent.step(action)
    agent.learn({ action, ...step })
    if (step.terminated || step.truncated) return
    observation = step.observation
  }
}
