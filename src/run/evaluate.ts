// How good policies are that learn no more: each plays the same episodes in each of some worlds. Agents of different worlds
// are so judged in all of them.

import { floatsOf, integerIn, listOf, record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { fields } from '../config/fields.ts'
import { withFields } from '../config/resolve.ts'
import { worldFor } from '../config/worlds.ts'
import { worldOf } from '../environments/own.ts'
import { layOut, writeParameters } from '../kernel/layout.ts'
import { instantiate } from '../kernel/wasm.ts'
import { type Choice, checkChoice, playFrozen } from './frozen.ts'
import { type Own, setUp } from './setup.ts'
import { streamKey } from './streams.ts'

/** How policies are judged. */
export interface EvaluateOptions extends Own {
  /** episodes in each world, 1..100000; default 20 */
  readonly episodes?: number
  /** seed of the initial states, the same for all policies; default 1 */
  readonly seed?: number
  /** whether the most probable action is taken, or one that is drawn from the policy; default greedy */
  readonly choice?: Choice
}

/**
 * The mean score of each agent's policy in each world: scores[agent][world]. The worlds are those of the config, one per
 * agent; without `worlds` there is one, the environment itself.
 *
 * @example
 * let weights = []
 * const given = { worlds: { length: [0.25, 0.5, 1] }, method: 'frl', cap: 200 }
 * runToEnd(given, { onWeights: (all) => { weights = all } })
 * console.log(evaluate(given, weights))
 * @param weights of each agent, as `agent.weights()` gives them
 * @throws TypeError, RangeError for a config that cannot run, or weights of other networks
 */
export function evaluate(
  given: Partial<Config>,
  weights: readonly Float32Array[],
  options: EvaluateOptions = {},
): number[][] {
  record(options, 'options')
  const { episodes = 20, seed = 1, choice = 'greedy', ...own } = options
  const count = integerIn(1, 100_000)(episodes, 'episodes')
  fields.seed.check(seed, 'seed')
  checkChoice(choice, 'choice')
  const setup = setUp(given, own)
  const { config } = setup
  listOf(floatsOf)(weights, 'weights')
  if (weights.length !== config.agents) {
    throw new RangeError(expected('weights', `those of ${config.agents} agents`, weights.length))
  }
  const { worlds } = config
  const kernel = instantiate()
  const none = { proxies: 0, replay: 0, targets: 0 }
  const agents = layOut(kernel, setup.env, withFields(config, { worlds: null }), none)
  for (const [i, agent] of agents.entries()) agent.setWeights(weights[i])
  const scores: number[][] = weights.map(() => [])
  for (let world = 0; world < (worlds === null ? 1 : weights.length); world++) {
    const { parameters } = worldFor(setup.env, worlds, world)
    for (const [i, agent] of agents.entries()) {
      for (const purpose of ['reset', 'action'] as const) {
        agent.seed(purpose, streamKey(agent.env.name, seed, world, purpose))
      }
      if (setup.own) agent.inhabit(worldOf(setup.own, agent.draws('reset'), parameters))
      else writeParameters(kernel, agent.block, Object.values(parameters))
      let sum = 0
      for (let k = 0; k < count; k++) sum += playFrozen(agent, choice)
      scores[i].push(sum / count)
    }
  }
  return scores
}
