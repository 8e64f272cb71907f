// The host's part of assembly/env.ts: what an agent accepts as an action and as an observation, the flags of a step, and an
// episode that is played step by step.

import { havingFunctions, numbersOf, record } from '../config/checks.ts'
import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import type { Transition, World } from './records.ts'

const FINITE = 'finite numbers, as f32'

/** What followed an action. */
type StepOutcome = Omit<Transition, 'action'>

/** The flags of a step as one number: TERMINATED and TRUNCATED. */
export const flagsOf = ({ terminated, truncated }: Pick<Transition, 'terminated' | 'truncated'>) =>
  (terminated ? 1 : 0) | (truncated ? 2 : 0)

/** @throws TypeError, RangeError for what is no action of the environment */
export function checkAction({ actions }: Pick<Environment, 'actions'>, action: unknown): number {
  const what = `an integer in 0..${actions - 1}`
  if (typeof action !== 'number') throw new TypeError(expected('action', what, action))
  if (Number.isInteger(action) && action >= 0 && action < actions) return action + 0 // without the sign of -0
  throw new RangeError(expected('action', what, action))
}

/**
 * Checks what an environment of the host's, or a caller, says of a step. Its observation is checked where it is written.
 * @throws TypeError for a wrong type, RangeError for a reward that is not finite
 */
export function checkOutcome(value: unknown, name: string): StepOutcome {
  const { observation, reward, terminated, truncated } = record(value, name)
  for (const [flag, got] of Object.entries({ terminated, truncated })) {
    if (typeof got !== 'boolean') throw new TypeError(expected(flag, 'true or false', got))
  }
  if (typeof reward !== 'number') throw new TypeError(expected('reward', 'a finite number', reward))
  if (!Number.isFinite(reward)) throw new RangeError(expected('reward', 'a finite number', reward))
  return { observation, reward, terminated, truncated } as StepOutcome
}

/** A transition as learn() takes it. @throws as checkAction and checkOutcome */
export function checkTransition(env: Pick<Environment, 'actions'>, value: unknown): Transition {
  const { action } = record(value, 'transition')
  return { action: checkAction(env, action), ...checkOutcome(value, 'transition') }
}

/**
 * Writes an observation to where it belongs.
 * @throws TypeError for what is no list of numbers; RangeError for another length, or numbers that are not finite as f32
 */
export function writeObservation(target: Float32Array, observation: unknown): void {
  const what = `${target.length} numbers`
  const numbers = numbersOf(what, FINITE)(observation, 'observation')
  if (numbers.length !== target.length) throw new RangeError(expected('observation', what, numbers.length))
  target.set(numbers)
  if (target.every(Number.isFinite)) return
  throw new RangeError(expected('observation', FINITE, Array.from(numbers).join(', ')))
}

/**
 * An environment of the host's with what an agent must know of it: whether it still stands where the agent's block says.
 * Its state lies outside the block. So a checkpoint that is loaded, a try that is taken back and a call that threw part
 * the two, and only a reset brings them together again.
 */
export class HostWorld {
  /** whether the episode in the block is the one that the environment plays */
  isAtHand = false
  /** calls so far, which tell whether it has moved */
  calls = 0
  readonly #world: World

  constructor(world: World) {
    this.#world = havingFunctions<World>('reset', 'step')(world, 'world')
  }

  #call<T>(act: () => T): T {
    this.calls++
    this.isAtHand = false // also where the call throws
    const made = act()
    this.isAtHand = true
    return made
  }

  /** Starts an episode, and writes its first observation. */
  reset(target: Float32Array): void {
    this.#call(() => writeObservation(target, this.#world.reset()))
  }

  /** One step, whose observation it writes. */
  step(action: number, target: Float32Array): StepOutcome {
    return this.#call(() => {
      const outcome = checkOutcome(this.#world.step(action), 'step')
      writeObservation(target, outcome.observation)
      return outcome
    })
  }
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
