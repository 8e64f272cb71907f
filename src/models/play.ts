// Models at play: an agent with the networks of a model, and its episodes without learning.

import { functionOf, integerIn, optional, record } from '../config/checks.ts'
import { knownEnvironment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import type { OwnEnvironment } from '../environments/own.ts'
import type { Agent } from '../kernel/agent.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { createAgent } from '../run/createAgent.ts'
import { type Choice, checkChoice, type FrozenStep, playFrozen } from '../run/frozen.ts'
import { checkModel, type Model } from './model.ts'

/** What an agent of a model takes. */
export interface ModelAgentOptions {
  /** the environment of your own in which the model learned; without it, your program steps it */
  readonly environment?: OwnEnvironment
  /** values of physical parameters of the environment; the others have their defaults */
  readonly parameters?: Readonly<Record<string, number>>
  /** seed of its streams, so of the initial states and of drawn actions; default 1 */
  readonly seed?: number
  /** a compiled kernel instead of the embedded one */
  readonly module?: WasmModule
}

/**
 * An agent with the networks of a model, in a kernel instance of its own.
 *
 * @example
 * const agent = agentOf(decodeModel(bytes))
 * console.log(agent.policy([0, 0, 0.1, 0]))
 * @throws TypeError, RangeError for an environment of another name or other sizes
 */
export function agentOf(model: Model, options: ModelAgentOptions = {}): Agent {
  const { env, networks, weights } = checkModel(model)
  const { environment, parameters = {}, seed, module } = record(options, 'options') as ModelAgentOptions
  const { name, observations, actions } = env
  if (environment !== undefined && environment.name !== name) {
    const why = 'the model learned in that one'
    throw new RangeError(expected('environment.name', name, environment.name, why))
  }
  const isStepped = environment === undefined && knownEnvironment(name) === undefined
  const worlds = Object.entries(record(parameters, 'parameters')).map(([key, value]) => [key, [value as number]])
  const { width, depth, activation } = networks.policy
  const { width: valueWidth, depth: valueDepth } = networks.value
  const agent = createAgent(
    {
      env: name,
      preset: 'paper',
      width,
      depth,
      activation,
      critic: { width: valueWidth, depth: valueDepth },
      sections: 1,
      ...(seed !== undefined && { seed }),
      ...(isStepped && { observations, actions }),
      ...(worlds.length && { worlds: Object.fromEntries(worlds) }),
    },
    { ...(environment && { environment }), ...(module && { module }) },
  )
  for (const [size, got] of Object.entries({ observations: agent.env.observations, actions: agent.env.actions })) {
    const what = env[size as 'observations' | 'actions']
    if (got !== what) throw new RangeError(expected(`environment.${size}`, `${what}, as the model has`, got))
  }
  agent.setWeights(weights)
  return agent
}

/** How a model is played. */
export interface PlayModelOptions extends ModelAgentOptions {
  /** episodes, 1..100000; default 1 */
  readonly episodes?: number
  /** whether the most probable action is taken, or one that is drawn from the policy; default greedy */
  readonly choice?: Choice
  /** is called with each step, and the episode that it belongs to, from 1 */
  readonly onStep?: (step: FrozenStep, episode: number) => void
}

/**
 * Plays a model in its environment, without learning: yields the score of each episode. The scores are those that `evaluate`
 * finds with the same seed. What is wrong is refused at once, before the first score is asked for.
 *
 * @example
 * console.log([...playModel(decodeModel(bytes), { episodes: 5 })])
 * @throws as agentOf; RangeError for an environment that is not at hand; the generator throws NonFiniteError
 */
export function playModel(model: Model, options: PlayModelOptions = {}): Generator<number, void> {
  const { episodes = 1, choice = 'greedy', onStep, ...given } = record(options, 'options') as PlayModelOptions
  const count = integerIn(1, 100_000)(episodes, 'episodes')
  checkChoice(choice, 'choice')
  optional(functionOf)(onStep, 'onStep')
  const { name } = checkModel(model).env
  if (given.environment === undefined && knownEnvironment(name) === undefined) {
    const why = `the model learned in ${name}, which the kernel does not have: give its value, or its file with --env`
    throw new RangeError(expected('environment', `the environment ${name}`, undefined, why))
  }
  return episodesOf(agentOf(model, given), count, choice, onStep)
}

function* episodesOf(
  agent: Agent,
  count: number,
  choice: Choice,
  onStep: PlayModelOptions['onStep'],
): Generator<number, void> {
  for (let episode = 1; episode <= count; episode++) {
    yield playFrozen(agent, choice, onStep && ((step) => onStep(step, episode)))
  }
}
