// One agent for a program of one's own: its settings are those of a run that concern a single learner, and it draws from
// the same streams, so createAgent({ seed, agent: i }) is agent i of a run without exchange. An environment of one's own
// is given by its sizes, and the host steps it.

import { type Config, resolveConfig } from './config.ts'
import { expected, type Field, integer } from './field.ts'
import type { Agent } from './kernel/agent.ts'
import { clustersOf, type Environment, environments } from './kernel/env.ts'
import { type Capacity, layOut } from './kernel/layout.ts'
import { instantiate, type Kernel } from './kernel/wasm.ts'
import { seedAgent } from './seed.ts'

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

type OwnFields = 'agent' | 'observations' | 'actions'

/** Fields of `Config` that concern one learner, with their defaults and ranges, and: */
export interface AgentConfig extends Partial<Pick<Config, (typeof learnerFields)[number]>> {
  /** its number, 0 unless given: agents of one seed differ by it */
  readonly agent?: number
  /**
   * Components of an observation and number of actions of an environment that you step; `env` may name it. It keeps its
   * own rewards: `terminalReward` is null unless given. `sections` is 1 and `ranges` are 1 unless given.
   */
  readonly observations?: number
  readonly actions?: number
}

export interface AgentOptions {
  /** a compiled kernel of the caller's, instead of the embedded one */
  readonly module?: WebAssembly.Module
  /** entries that the agent can remember and distil until forget(); none unless given */
  readonly capacity?: Partial<Capacity>
}

const MAX_CLUSTERS = 2147483648 // an index is an i32
const MAX_ENTRIES = 16777216

const own: { readonly [K in OwnFields]: Field<number> } = {
  agent: integer(0, 0, 1023, ''),
  observations: integer(4, 1, 64, ''),
  actions: integer(2, 2, 16, ''),
}

function checkCapacity(given: Partial<Capacity>): Capacity {
  const capacity = { proxies: 0, replay: 0, targets: 0 }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(capacity, name)) throw new TypeError(expected('capacity', 'proxies, replay, targets', name))
    if (value !== undefined) {
      capacity[name as keyof Capacity] = integer(0, 0, MAX_ENTRIES, '').check(value, `capacity.${name}`)
    }
  }
  return capacity
}

/** The kernel's environment of that name, or one of the given sizes that the host steps. */
function environmentOf(kernel: Kernel, given: AgentConfig, env: string): Environment {
  const known = environments(kernel)
  const names = known.map(({ name }) => name).join(', ')
  const builtIn = known.find(({ name }) => name === env)
  if (given.observations === undefined && given.actions === undefined) {
    if (builtIn) return builtIn
    throw new RangeError(expected('env', `one of ${names}`, env, 'one of your own needs "observations" and "actions"'))
  }
  if (builtIn)
    throw new RangeError(expected('env', 'a name of your own', env, 'the kernel has that one, and its sizes'))
  const observations = own.observations.check(given.observations, 'observations')
  const actions = own.actions.check(given.actions, 'actions')
  return { id: 0, name: env, observations, actions, limit: Number.POSITIVE_INFINITY }
}

/** What an environment of one's own takes by default instead of CartPole's. */
function ownDefaults(observations: number): Partial<Config> {
  return { env: 'own', terminalReward: null, sections: 1, ranges: new Array(observations).fill(1) }
}

/**
 * One agent, its first weights drawn, in an instance of its own.
 * @throws TypeError for an unknown field or a wrong type, RangeError for a wrong value
 */
export function createAgent(given: AgentConfig = {}, options: AgentOptions = {}): Agent {
  const isOwn = given.observations !== undefined || given.actions !== undefined
  const values: Record<string, unknown> = isOwn
    ? ownDefaults(own.observations.check(given.observations, 'observations'))
    : {}
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(own, name)) continue
    if (!(learnerFields as readonly string[]).includes(name)) {
      throw new TypeError(expected('config', `fields ${[...learnerFields, ...Object.keys(own)].join(', ')}`, name))
    }
    if (value !== undefined) values[name] = value
  }
  const config = resolveConfig({ ...values, method: 'independent', agents: 1 })
  const number = own.agent.check(given.agent ?? 0, 'agent')
  const capacity = checkCapacity(options.capacity ?? {})
  const kernel = instantiate(options.module)
  const env = environmentOf(kernel, given, config.env)
  if (clustersOf(env, config) > MAX_CLUSTERS) {
    const what = `at most 2^31 clusters in ${env.observations} components`
    throw new RangeError(expected('sections', what, config.sections, 'fewer sections make fewer'))
  }
  if (isOwn && capacity.proxies > 0 && (given.sections === undefined || given.ranges === undefined)) {
    throw new RangeError(expected('sections', 'to be given, and "ranges"', given.sections, 'proxy states need both'))
  }
  const [agent] = layOut(kernel, env, config, capacity)
  seedAgent(agent, config.seed, number)
  return agent
}
