// One agent for a program of your own. Its settings are those of a run that concern a single learner, and it draws from the
// same streams, so that createAgent({ seed, agent: i }) is agent i of a run without exchange. An environment of your own is
// given by its sizes, and you step it.

import { integerIn } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { resolveConfig } from '../config/resolve.ts'
import type { Agent } from '../kernel/agent.ts'
import { type Environment, environments, findEnvironment } from '../kernel/env.ts'
import { Grid, MAX_CLUSTERS } from '../kernel/grid.ts'
import { type Capacity, layOut } from '../kernel/layout.ts'
import { instantiate } from '../kernel/wasm.ts'
import { seedAgent } from './streams.ts'

const learnerFields = [
  'env',
  'preset',
  'width',
  'depth',
  'seed',
  'activation',
  'init',
  'critic',
  'policyRate',
  'valueRate',
  'gamma',
  'rollout',
  'lambda',
  'rewardScale',
  'terminalReward',
  'bootstrap',
  'clip',
  'entropy',
  'sections',
  'ranges',
  'epochs',
  'batch',
  'distillRate',
  'distillAdam',
] as const satisfies readonly (keyof Config)[]

/** The fields of `Config` that concern one learner, with their defaults and ranges, and three more. */
export interface AgentConfig extends Partial<Pick<Config, (typeof learnerFields)[number]>> {
  /** its number, 0..1023, by which agents of one seed differ; default 0 */
  readonly agent?: number
  /**
   * Components of an observation, 1..64, of an environment that you step; `env` may name it. Its rewards are taken as they
   * are: `terminalReward` is null unless given. `sections` is 1 and each of `ranges` is 1 unless given.
   */
  readonly observations?: number
  /** Actions, 2..16, of an environment that you step. */
  readonly actions?: number
}

/** What an agent takes beside its settings. */
export interface AgentOptions {
  /** a compiled kernel instead of the embedded one */
  readonly module?: WebAssembly.Module
  /** how many entries the agent can remember until forget(), and distil at once; 0 each unless given */
  readonly capacity?: Partial<Capacity>
}

const own = {
  agent: integerIn(0, 1023),
  observations: integerIn(1, 64),
  actions: integerIn(2, 16),
} as const

const entries = integerIn(0, 16777216)

function checkCapacity(given: Partial<Capacity>): Capacity {
  const capacity = { proxies: 0, replay: 0, targets: 0 }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(capacity, name)) throw new TypeError(expectedOneOf('capacity', Object.keys(capacity), name))
    if (value !== undefined) capacity[name as keyof Capacity] = entries(value, `capacity.${name}`)
  }
  return capacity
}

/** The kernel's environment of that name, or one of the given sizes that the host steps. */
function environmentOf(given: AgentConfig, name: string): Environment {
  if (given.observations === undefined && given.actions === undefined) {
    return findEnvironment(name, 'one of your own needs "observations" and "actions"')
  }
  if (environments.some((env) => env.name === name)) {
    throw new RangeError(expected('env', 'a name of your own', name, 'the kernel has that one, and its sizes'))
  }
  const observations = own.observations(given.observations, 'observations')
  const actions = own.actions(given.actions, 'actions')
  return { id: 0, name, observations, actions, limit: Number.POSITIVE_INFINITY }
}

/** What an environment of your own takes by default in place of CartPole's. */
function ownDefaults(observations: number): Partial<Config> {
  return { env: 'own', terminalReward: null, sections: 1, ranges: new Array(observations).fill(1) }
}

/**
 * One agent in an instance of its own, its first weights drawn.
 *
 * @example
 * const agent = createAgent({ preset: 'tuned', seed: 1 })
 * for (let episode = 0; episode < 120; episode++) console.log(agent.playEpisode())
 * const checkpoint = agent.save() // load(checkpoint) goes on from here to the bit, in any runtime
 * @throws TypeError for an unknown field or a wrong type, RangeError for a wrong value
 */
export function createAgent(given: AgentConfig = {}, options: AgentOptions = {}): Agent {
  const isOwn = given.observations !== undefined || given.actions !== undefined
  const values: Record<string, unknown> = isOwn ? ownDefaults(own.observations(given.observations, 'observations')) : {}
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(own, name)) continue
    if (!(learnerFields as readonly string[]).includes(name)) {
      throw new TypeError(expectedOneOf('config', [...learnerFields, ...Object.keys(own)], name))
    }
    if (value !== undefined) values[name] = value
  }
  const config = resolveConfig({ ...values, method: 'independent', agents: 1 })
  const number = own.agent(given.agent ?? 0, 'agent')
  const capacity = checkCapacity(options.capacity ?? {})
  const env = environmentOf(given, config.env)
  if (new Grid(env.observations, config).clusters > MAX_CLUSTERS) {
    const what = `at most 2^31 clusters in ${env.observations} components`
    throw new RangeError(expected('sections', what, config.sections, 'fewer sections make fewer'))
  }
  if (isOwn && capacity.proxies > 0 && (given.sections === undefined || given.ranges === undefined)) {
    throw new RangeError(expected('sections', 'to be given, and "ranges"', given.sections, 'proxy states need both'))
  }
  const [agent] = layOut(instantiate(options.module), env, config, capacity)
  seedAgent(agent, config.seed, number)
  return agent
}
