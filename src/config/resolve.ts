// From a part of a config to the whole: defaults, a preset's values, then what was given, each checked once. And the
// canonical text of a config, which digests, keys and stored results hold.

import { checkAbsent } from './absent.ts'
import { record } from './checks.ts'
import type { Config } from './config.ts'
import { type Environment, knownEnvironment } from './environment.ts'
import { expected, expectedOneOf } from './errors.ts'
import { DISTANCES, fieldNames, fields } from './fields.ts'
import type { AgentNet } from './networks.ts'
import { checkWorlds, worldCount } from './worlds.ts'

/** The learners as data: what each preset sets beside its name. [C: learner] */
export const presets: Readonly<Record<Config['preset'], Partial<Config>>> = {
  paper: {},
  tuned: {
    activation: 'tanh',
    init: 'orthogonal',
    critic: 'policy',
    policyRate: 3e-3,
    rollout: 128,
    lambda: 0.95,
    rewardScale: 0.05,
    terminalReward: null,
    bootstrap: true,
    clip: 0.5,
    distillAdam: 'own',
  },
}

/** The config that `resolveConfig()` returns where nothing is given. */
export const defaults: Config = Object.fromEntries(
  fieldNames.map((name) => [name, fields[name].default]),
) as unknown as Config

/**
 * The config that a canonical text of no line stands for: that of the first stored results. The defaults changed in 0.2.0,
 * and this did not, so that old keys, digests and archives stay readable.
 */
export const unsaid: Config = Object.fromEntries(
  fieldNames.map((name) => [name, fields[name].unsaid ?? fields[name].default]),
) as unknown as Config

/** The most clusters that a state space may be cut into, because an index is an i32 on the wire. */
export const MAX_CLUSTERS = 2147483648

/** What an environment sets in place of the defaults, which are CartPole's; nothing where it is not known. */
function environmentValues(env: Environment | undefined, preset: Config['preset']): Partial<Config> {
  if (!env) return {}
  const [first] = env.mixup
  return {
    ranges: fields.ranges.check(env.bounds, 'bounds'),
    mixupBy: first === undefined ? 'euclidean' : env.components[first],
    ...(preset === 'tuned' && env.tuned),
  }
}

/** The values that a config has where nothing is given: the defaults, then the preset's, then the environment's. */
const impliedBy = ({ preset, env }: Pick<Config, 'preset' | 'env'>, environment = knownEnvironment(env)) => ({
  ...defaults,
  ...presets[preset],
  ...environmentValues(environment, preset),
})

/** @throws RangeError for what does not fit the environment */
function checkWithin({ ranges, sections, mixupBy, worlds }: Config, env: Environment): void {
  const { name, observations, components } = env
  if (worlds !== null) checkWorlds(worlds, env)
  if (ranges.length !== observations) {
    throw new RangeError(expected('ranges', `${observations} intervals, one per component of ${name}`, ranges.length))
  }
  const clusters = (S: number) => components.reduce((product) => product * S, 1)
  if (clusters(sections) >= MAX_CLUSTERS) {
    let most = 1
    while (clusters(most + 1) < MAX_CLUSTERS) most++
    const why = `the index of one of S^${observations} clusters has 4 bytes`
    throw new RangeError(expected('sections', `an integer in 1..${most} for ${name}`, sections, why))
  }
  const sequences = [...components, ...DISTANCES]
  if (!sequences.includes(mixupBy)) throw new RangeError(expectedOneOf('mixupBy', sequences, mixupBy))
}

/** Configs that are whole and checked: frozen, so that they stay so. */
const resolved = new WeakSet<object>()

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.values(value).forEach(freeze)
  return Object.freeze(value)
}

/** Takes a config for resolved: one that this program resolved already, here or in another thread. */
export function adoptConfig(config: Config): Config {
  resolved.add(freeze(config))
  return config
}

/**
 * The whole config of a part of one: the defaults, then the preset's values, then the environment's, then what is given,
 * each checked. It is frozen; a config that is resolved already is returned as it is.
 * Whether the method and the environment exist is checked where a run begins: see `checkConfig`.
 * @param own the environment that the config names, if it is not the kernel's
 * @throws TypeError for an unknown field or a wrong type, RangeError for a wrong value
 */
export function resolveConfig(given: Partial<Config> = {}, own?: Environment): Config {
  if (resolved.has(given)) return given as Config
  record(given, 'config')
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) throw new TypeError(expectedOneOf('config', fieldNames, name))
  }
  const preset = fields.preset.check(given.preset ?? defaults.preset, 'preset')
  const env = fields.env.check(given.env ?? own?.name ?? defaults.env, 'env')
  const environment = own?.name === env ? own : knownEnvironment(env)
  const merged: Record<string, unknown> = { ...impliedBy({ preset, env }, environment), env }
  for (const name of fieldNames) if (given[name] !== undefined) merged[name] = given[name]
  for (const name of fieldNames) merged[name] = fields[name].check(merged[name], name)
  const config = withWorlds(merged as unknown as Config, given.agents)
  if (environment) checkWithin(config, environment)
  if (config.nets === null) return adoptWhole(config)
  for (const name of ['agents', 'width', 'depth'] as const) {
    const own = name === 'agents' ? config.nets.length : defaults[name]
    if ((given[name] ?? own) === own) continue
    throw new RangeError(expected('nets', `no "${name}" beside it`, given[name], 'it gives each agent its network'))
  }
  return adoptWhole({ ...config, agents: config.nets.length, nets: config.nets.map((net) => plainNet(net, config)) })
}

/** Adopts a config whose number of agents is known. */
function adoptWhole(config: Config): Config {
  checkAbsent(config)
  return adoptConfig(config)
}

/** As many agents as worlds, unless the number of agents is given and differs. */
function withWorlds(config: Config, agents: number | undefined): Config {
  if (config.worlds === null) return config
  const count = fields.agents.check(worldCount(config.worlds), 'worlds')
  const wanted = config.nets?.length ?? agents ?? count
  if (wanted !== count) throw new RangeError(expected('worlds', `${wanted} values, one per agent`, count))
  return { ...config, agents: count }
}

/** Without what the config says anyway, so that one run has one key. */
function plainNet({ width, depth, activation, rate }: AgentNet, config: Config): AgentNet {
  return {
    width,
    depth,
    ...(activation !== undefined && activation !== config.activation && { activation }),
    ...(rate !== undefined && rate !== config.policyRate && { rate }),
  }
}

/** A resolved config with some fields set to checked values, such as another seed: resolved too. */
export function withFields(config: Config, more: Partial<Config>): Config {
  return adoptConfig({ ...config, ...more })
}

/** Whether the field has another value than in the other config. */
function differs<K extends keyof Config>(name: K, config: Config, other: Config): boolean {
  return config[name] !== other[name] && fields[name].show(config[name]) !== fields[name].show(other[name])
}

/**
 * The fields that a stored result names, in order: the first ones all, later ones where the preset does not imply them. The
 * environment implies none, since a reader may not know it.
 */
export function storedFields(config: Config): (keyof Config)[] {
  const implied = { ...defaults, ...presets[config.preset] }
  return fieldNames.filter((name) => !fields[name].later || differs(name, config, implied))
}

const sortedNames = [...fieldNames].sort()

/** What presets and environments of the kernel imply, made once for each pair: tables of many runs ask for it run by run. */
const impliedBefore = new Map<string, Config>()

/** What the preset and the environment of a config imply. */
function impliedOf(config: Config): Config {
  const pair = `${config.preset} ${config.env}`
  const implied = impliedBefore.get(pair) ?? impliedBy(config)
  if (knownEnvironment(config.env)) impliedBefore.set(pair, implied)
  return implied
}

/** Whether a config sets a field beside those that its preset and its environment imply. */
export const isSaid = (config: Config, name: keyof Config): boolean => differs(name, config, impliedOf(config))

/** The fields that a config sets in this way, sorted by name. */
export function saidFields(config: Config): (keyof Config)[] {
  const implied = impliedOf(config)
  return sortedNames.filter((name) => differs(name, config, implied))
}

/** What tells a config from its preset, for people: `name=value` parts by a space, sorted by name; empty where nothing does. */
export function describeConfig(config: Config): string {
  const show = <K extends keyof Config>(name: K) => fields[name].show(config[name])
  return saidFields(config)
    .map((name) => `${name}=${show(name)}`)
    .join(' ')
}

/**
 * The fields that differ from `unsaid`, as `name=value` lines sorted by name: what digests and keys hold, so that neither a
 * new field nor a new default changes an old digest.
 * @param config a whole one, as resolveConfig() returns it
 * @throws TypeError, RangeError for a field that is missing or wrong
 */
export function canonicalConfig(config: Config): string {
  if (!resolved.has(config)) for (const name of fieldNames) fields[name].check(record(config, 'config')[name], name)
  const show = <K extends keyof Config>(name: K) => fields[name].show(config[name])
  return sortedNames
    .filter((name) => differs(name, config, unsaid))
    .map((name) => `${name}=${show(name)}\n`)
    .join('')
}

/**
 * The fields of a canonical text, given as its parts `name=value`. Each is set over `unsaid` and not over the preset's value,
 * because the text holds every field that differs from `unsaid`.
 * @param name what a message calls the text
 * @throws TypeError, RangeError for an unknown field or an invalid value
 */
export function fieldsOfText(parts: readonly string[], name: string): Partial<Config> {
  const given: Record<string, unknown> = {}
  for (const part of parts) {
    const [field, ...rest] = part.split('=')
    if (!Object.hasOwn(fields, field)) throw new TypeError(expected(name, 'known fields', part))
    given[field] = fields[field as keyof Config].parse(rest.join('='), field)
  }
  return { ...unsaid, ...given }
}
