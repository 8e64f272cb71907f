// How good policies are that learn no more: each plays the same episodes in each of some worlds, always with its most
// probable action. Agents of different worlds are so judged in all of them.

import { integerIn } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { withFields } from '../config/resolve.ts'
import { worldFor } from '../config/worlds.ts'
import { worldOf } from '../environments/own.ts'
import type { Agent } from '../kernel/agent.ts'
import { layOut, writeParameters } from '../kernel/layout.ts'
import { instantiate } from '../kernel/wasm.ts'
import { type Own, setUp } from './setup.ts'
import { streamKey } from './streams.ts'

/** How policies are judged. */
export interface EvaluateOptions extends Own {
  /** episodes in each world, 1..100000; default 20 */
  readonly episodes?: number
  /** seed of the initial states, the same for all policies; default 1 */
  readonly seed?: number
}

/** An episode without learning, always with the most probable action, the first one of equals. @returns its score */
function playGreedily(agent: Agent): number {
  let observation = agent.reset()
  let rewards = 0
  for (;;) {
    const policy = agent.policy(observation)
    const step = agent.step(policy.indexOf(Math.max(...policy)))
    rewards += step.reward
    if (step.terminated || step.truncated) return agent.env.score === 'steps' ? agent.steps : rewards
    observation = step.observation
  }
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
  { episodes = 20, seed = 1, ...own }: EvaluateOptions = {},
): number[][] {
  const count = integerIn(1, 100_000)(episodes, 'episodes')
  const setup = setUp(given, own)
  const { config } = setup
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
      agent.seed('reset', streamKey(agent.env.name, seed, world, 'reset'))
      if (setup.own) agent.inhabit(worldOf(setup.own, agent.draws('reset'), parameters))
      else writeParameters(kernel, agent.block, Object.values(parameters))
      let sum = 0
      for (let k = 0; k < count; k++) sum += playGreedily(agent)
      scores[i].push(sum / count)
    }
  }
  return scores
}
