// One agent for a program of your own. Its settings are those settings of a run that concern a single learner, and it
// draws from the same streams: createAgent({ seed, agent: i }) is agent i of a run without exchange. You can also step
// an environment of your own; then you give the sizes of its observations and actions.

import { integerIn, record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { type Environment, environments, findEnvironment } from '../config/environment.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { learnerSettings } from '../config/fields.ts'
import { MAX_CLUSTERS, resolveConfig } from '../config/resolve.ts'
import { checkEnvironment, type OwnEnvironment, worldOf } from '../environments/own.ts'
import type { Agent } from '../kernel/agent.ts'
import { Grid } from '../kernel/grid.ts'
import { type Capacity, layOut } from '../kernel/layout.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { instantiate } from '../kernel/wasm.ts'
import { seedAgent } from './streams.ts'

const learnerFields = [
  'env',
  'preset',
  'width',
  'depth',
  'seed',
  ...learnerSettings,
  'worlds',
  'sections',
  'ranges',
  'epochs',
  'batch',
  'distillRate',
  'distillAdam',
] as const satisfies readonly (keyof Config)[]

/** The fields of `Config` that concern one learner, and three more. The defaults are those of preset `tuned`. */
export interface AgentConfig extends Partial<Pick<Config, (typeof learnerFields)[number]>> {
  /** its number, 0..1023; agents of one seed with different numbers draw different random numbers; default 0 */
  readonly agent?: number
  /**
   * Components of an observation, 1..64, of an environment that your program steps; `env` may give it a name. For such
   * an environment `terminalReward` is null, `sections` is 1 and each of `ranges` is 1 unless given. `rewardScale` is
   * that of the preset.
   */
  readonly observations?: number
  /** Actions, 2..16, of an environment that your program steps. */
  readonly actions?: number
}

/** What an agent takes beside its settings. */
export interface AgentOptions {
  /** a compiled kernel instead of the embedded one */
  readonly module?: WasmModule
  /** an environment of your own, which the agent then plays by itself */
  readonly environment?: OwnEnvironment
  /** how many entries its memories hold until forget(), and how many it can distil at once; each is 0 unless given */
  readonly capacity?: Partial<Capacity>
}

const sizes = {
  agent: integerIn(0, 1023),
  observations: integerIn(1, 64),
  actions: integerIn(2, 16),
} as const

const entries = integerIn(0, 16777216)

function checkCapacity(given: unknown): Capacity {
  const capacity = { proxies: 0, replay: 0, targets: 0 }
  for (const [name, value] of Object.entries(record(given, 'capacity'))) {
    if (!Object.hasOwn(capacity, name)) throw new TypeError(expectedOneOf('capacity', Object.keys(capacity), name))
    if (value !== undefined) capacity[name as keyof Capacity] = entries(value, `capacity.${name}`)
  }
  return capacity
}

/** The kernel's environment of that name, or an environment of the given sizes that the host steps. */
function environmentOf(given: AgentConfig, name: string): Environment {
  if (given.observations === undefined && given.actions === undefined) {
    return findEnvironment(name, 'one of your own needs "observations" and "actions"')
  }
  if (environments.some((env) => env.name === name)) {
    throw new RangeError(expected('env', 'a name of your own', name, 'the kernel has that one, and its sizes'))
  }
  const observations = sizes.observations(given.observations, 'observations')
  const actions = sizes.actions(given.actions, 'actions')
  return {
    id: 0,
    name,
    observations,
    actions,
    limit: Number.POSITIVE_INFINITY,
    components: Array.from({ length: observations }, (_, i) => String(i)),
    bounds: new Array(observations).fill([-1, 1]),
    score: 'return',
    mission: { threshold: Number.POSITIVE_INFINITY, window: 1, direction: 'at least' },
    mixup: [],
    parameters: {},
    tuned: {},
  }
}

/** The defaults of an environment of your own, in place of those for CartPole. */
function ownDefaults(observations: number): Partial<Config> {
  return { env: 'own', terminalReward: null, sections: 1, ranges: new Array(observations).fill(1) }
}

/**
 * Creates one agent in a kernel instance of its own and draws its first weights. Its preset is `tuned` unless you give
 * another. This is the only default that differs from `run`: a program that asks for one agent usually wants the
 * learner that was tuned for CartPole, not the one that we read in the paper. To keep what it learns, take save(), or its
 * weights by toSafetensors() of frd/kernel; the models of frd/models are those of a whole run (run and modelsOf).
 *
 * @example
 * const agent = createAgent({ seed: 1 })
 * for (let episode = 0; episode < 120; episode++) console.log(agent.playEpisode())
 * const checkpoint = agent.save() // load(checkpoint) continues from here with the same bits, in any runtime
 * @throws TypeError for an unknown field or a wrong type, RangeError for a wrong value
 */
export function createAgent(given: AgentConfig = {}, options: AgentOptions = {}): Agent {
  record(given, 'config')
  record(options, 'options')
  const isSized = given.observations !== undefined || given.actions !== undefined
  const values: Record<string, unknown> = {
    preset: 'tuned',
    ...(isSized && ownDefaults(sizes.observations(given.observations, 'observations'))),
  }
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(sizes, name)) continue
    if (!(learnerFields as readonly string[]).includes(name)) {
      throw new TypeError(expectedOneOf('config', [...learnerFields, ...Object.keys(sizes)], name))
    }
    if (value !== undefined) values[name] = value
  }
  const own = options.environment !== undefined && checkEnvironment(options.environment)
  if (own) values.env ??= own.env.name
  const config = resolveConfig({ ...values, method: 'independent', agents: 1 }, own ? own.env : undefined)
  const number = sizes.agent(given.agent ?? 0, 'agent')
  const capacity = checkCapacity(options.capacity === undefined ? {} : options.capacity)
  if (own && (config.env !== own.env.name || isSized)) {
    const why = 'the environment that is given has its own name and sizes'
    throw new RangeError(expected('env', `${own.env.name}, without sizes`, config.env, why))
  }
  const env = own ? own.env : environmentOf(given, config.env)
  if (new Grid(env.observations, config).clusters > MAX_CLUSTERS) {
    const what = `at most 2^31 clusters in ${env.observations} components`
    throw new RangeError(expected('sections', what, config.sections, 'fewer sections make fewer'))
  }
  if (isSized && capacity.proxies > 0 && (given.sections === undefined || given.ranges === undefined)) {
    throw new RangeError(expected('sections', 'to be given, and "ranges"', given.sections, 'proxy states need both'))
  }
  const [agent] = layOut(instantiate(options.module), env, config, capacity)
  seedAgent(agent, config.seed, number)
  if (own) agent.inhabit(worldOf(own, agent.draws('reset'), agent.env.parameters))
  return agent
}
