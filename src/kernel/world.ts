// One step of an environment of the kernel, without an agent that learns: for anyone who wants to check the physics. The
// host's interface to that part of assembly/world.ts.

import { type Environment, findEnvironment } from '../config/environment.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { resolveConfig } from '../config/resolve.ts'
import type { Agent } from './agent.ts'
import { checkAction } from './env.ts'
import { layOut, writeParameters } from './layout.ts'
import type { Step } from './records.ts'
import { instantiate, type Kernel } from './wasm.ts'

/** What a step leads to. */
export interface EnvironmentStep extends Step {
  /** the next state, f64, a copy */
  readonly state: Float64Array
}

/** What a step may be given beside state and action. */
export interface StepOptions {
  /** steps of the episode before this one, for the step limit; default 0 */
  readonly steps?: number
  /** values of physical parameters; the others have their defaults */
  readonly parameters?: Readonly<Record<string, number>>
}

interface Place {
  readonly kernel: Kernel
  readonly agent: Agent
  /** address of the state */
  readonly at: number
  /** numbers of the state */
  readonly length: number
}

const HEAD = 16 // bytes of EnvState, before the environment's own fields
const places = new Map<string, Place>()

function placeOf(env: Environment): Place {
  const known = places.get(env.name)
  if (known) return known
  const kernel = instantiate()
  const config = resolveConfig({ env: env.name, agents: 1, width: 1, depth: 1 })
  const [agent] = layOut(kernel, env, config, { proxies: 0, replay: 0, targets: 0 })
  const at = kernel.agentState(agent.block) + HEAD
  const place = { kernel, agent, at, length: (kernel.agentParameters(agent.block) - at) / 8 }
  places.set(env.name, place)
  return place
}

/**
 * One step of an environment of the kernel from a state.
 *
 * @example
 * const { state, reward } = stepEnvironment('CartPole-v1', [0, 0, 0.01, 0], 1)
 * @param state CartPole-v1: x, x_dot, theta, theta_dot; Acrobot-v1: theta1, theta2 and their velocities
 * @throws RangeError for an unknown name, another length, numbers that are not finite, or what is no action
 */
export function stepEnvironment(
  name: string,
  state: ArrayLike<number>,
  action: number,
  { steps = 0, parameters = {} }: StepOptions = {},
): EnvironmentStep {
  const env = findEnvironment(name)
  const { kernel, agent, at, length } = placeOf(env)
  checkAction(env, action)
  const numbers = Array.from(state)
  if (numbers.length !== length || !numbers.every(Number.isFinite)) {
    throw new RangeError(expected('state', `${length} finite numbers`, numbers.join(', ')))
  }
  const known = Object.keys(env.parameters)
  for (const parameter of Object.keys(parameters)) {
    if (!known.includes(parameter)) throw new RangeError(expectedOneOf('parameters', known, parameter))
  }
  agent.reset()
  const values = known.map((parameter) => parameters[parameter] ?? env.parameters[parameter])
  writeParameters(kernel, agent.block, values)
  const moving = new Float64Array(kernel.memory.buffer, at, length)
  moving.set(numbers)
  new Uint32Array(kernel.memory.buffer, at - 8, 1)[0] = steps
  const step = agent.step(action)
  return { ...step, state: new Float64Array(kernel.memory.buffer, at, length).slice() }
}
