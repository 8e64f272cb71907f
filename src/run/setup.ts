// What a run is set up with: the whole config, its method and environment, and what follows from them. It is the same
// wherever an agent lives, and setUp needs no instance of the kernel.

import { floatsOf, functionOf, listOf, record, sha256Hex } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { type Environment, findEnvironment, knownEnvironment } from '../config/environment.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { fields } from '../config/fields.ts'
import { canonicalConfig, defaults, resolveConfig, withFields } from '../config/resolve.ts'
import { type CheckedEnvironment, checkEnvironment, type OwnEnvironment } from '../environments/own.ts'
import { Grid } from '../kernel/grid.ts'
import { type Capacity, measureAgents } from '../kernel/layout.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { instantiate, type Kernel, kernelBytes } from '../kernel/wasm.ts'
import { knownMethod, METHODS, type Method, type MethodContext } from '../methods/index.ts'
import { checkMethod } from '../methods/method.ts'
import { codec } from '../wire/codecs/index.ts'
import type { Header } from '../wire/frame.ts'
import { ascii, beforehand, Chain, hexDigest } from './digest.ts'
import { longestPeriod } from './periods.ts'
import { MAX_SCORES } from './record.ts'

/** The tags that all frames of one run have in common. A frame with other tags is refused. */
export type Tags = Pick<Header, 'federation' | 'config'>

/** All that agents and server agree on before a run. */
export interface Setup {
  readonly config: Config
  readonly method: Method
  readonly env: Environment
  /** the environment where it is not the kernel's */
  readonly own: CheckedEnvironment | null
  readonly capacity: Capacity
  readonly context: MethodContext
  readonly tags: Tags
  /** the weights that each agent starts from; null where it draws them */
  readonly start: readonly Float32Array[] | null
}

let embeddedHash: string | undefined

/** SHA-256 of the embedded kernel, 64 hexadecimal digits. */
export function kernelHash(): string {
  embeddedHash ??= hexDigest(kernelBytes())
  return embeddedHash
}

/** The kernel hash that a result holds; it is empty if the caller provides the kernel. */
export const hashOf = (module?: WasmModule): string => (module ? '' : kernelHash())

/** The weights that the agents of a run start from. */
export interface StartWeights {
  /** those of each agent, in agent order: the policy network, then the value network, in canonical order */
  readonly weights: readonly Float32Array[]
  /** a hash of all of them, 64 hexadecimal digits, which becomes the config's `startVersion` */
  readonly version: string
}

/** Gives the weights from which the agents of a config start. It throws a RangeError where they do not fit. */
export type Start = (config: Config, env: Environment) => StartWeights

/** The weights that a start gives, checked; null where there is none. */
function startOf(given: Start | undefined, config: Config, env: Environment): StartWeights | null {
  if (given === undefined) return null
  const { weights, version } = record(
    functionOf<Start>(given, 'start')(config, env),
    'start()',
  ) as unknown as StartWeights
  return {
    weights: listOf(floatsOf, config.agents)(weights, 'start().weights'),
    version: sha256Hex(version, 'start().version'),
  }
}

/** What the caller brings that is not the project's own. The config's `env` and `method` are their names or are left out. */
export interface Own {
  /** a method that is not in the registry */
  readonly method?: Method
  /** an environment that is not the kernel's */
  readonly environment?: OwnEnvironment
  /** what the agents start from in place of the weights that they draw, as `startFrom` of frd/models gives it */
  readonly start?: Start
}

/**
 * What of one's own a config asks for. A config that names an environment of the kernel or a method of the registry takes
 * that one, and one that says that its agents draw their weights does so, so that runs with and without one's own stand in
 * one sweep.
 */
export function ownFor({ env, method: name, startVersion }: Partial<Config>, { environment, method, start }: Own): Own {
  return {
    ...(start && startVersion !== '' && { start }),
    ...(environment && !(env !== undefined && knownEnvironment(env)) && { environment }),
    ...(method && !(name !== undefined && knownMethod(name)) && { method }),
  }
}

/** Checks what the caller brings by itself, without a config. @throws TypeError, RangeError that name what is wrong */
export function checkOwn({ environment, method }: Own): void {
  if (environment) checkEnvironment(environment)
  if (method) methodOf({}, method)
}

/** Checks the versions that a config names against those of what is there. */
function withVersion(
  config: Config,
  field: 'envVersion' | 'methodVersion' | 'startVersion',
  is: string,
  given?: string,
  why = 'that is the version of the one at hand',
): Config {
  if ((given ?? is) !== is) {
    throw new RangeError(expected(field, is === '' ? 'none' : is, given, why))
  }
  return config[field] === is ? config : withFields(config, { [field]: is })
}

/** The config and its environment, which is one of the kernel or the caller's own. */
function environmentOf(given: Partial<Config>, own?: OwnEnvironment) {
  if (own === undefined) {
    const config = resolveConfig(given)
    const env = findEnvironment(config.env, 'give one of your own as a value or as its file, --env ./mine.js')
    return { config: withVersion(config, 'envVersion', '', given.envVersion), env, own: null }
  }
  const checked = checkEnvironment(own)
  const { name } = checked.env
  if ((given.env ?? name) !== name) throw new RangeError(expected('env', `${name}, the one given`, given.env))
  const config = resolveConfig({ ...given, env: name }, checked.env)
  const versioned = withVersion(config, 'envVersion', checked.version, given.envVersion || undefined)
  return { config: versioned, env: checked.env, own: checked }
}

/** The name of the method, which is one of the registry or the caller's own. */
function methodOf(given: Partial<Config>, own?: Method): { method: Method; version: string } {
  if (own === undefined) {
    const name = given.method ?? defaults.method
    const known = knownMethod(name)
    if (known) return { method: known, version: '' }
    throw new RangeError(expectedOneOf('method', METHODS, name))
  }
  const name = fields.method.check(record(own, 'method').name, 'method.name')
  if (knownMethod(name)) {
    throw new RangeError(expected('method.name', 'a name of its own', name, 'the registry has a method of that name'))
  }
  if ((given.method ?? name) !== name) throw new RangeError(expected('method', `${name}, the one given`, given.method))
  return { method: checkMethod(own), version: fields.methodVersion.check(own.version ?? '', 'method.version') }
}

/** A config with the defaults of some fields. */
function withDefaults(config: Config, names: readonly (keyof Config)[]): Config {
  const others = names.filter((name) => config[name] !== defaults[name])
  return others.length ? withFields(config, Object.fromEntries(others.map((name) => [name, defaults[name]]))) : config
}

/**
 * Sets a run up.
 * @throws TypeError, RangeError for a config that cannot run. The memory that it takes is not checked here
 */
export function setUp(given: Partial<Config>, brought: Own = {}): Setup {
  record(given, 'config')
  record(brought, 'options')
  fields.method.check(given.method ?? defaults.method, 'method')
  const { method, version } = methodOf(given, brought.method)
  const named = given.method === undefined ? { ...given, method: method.name } : given
  const { env, own, ...resolved } = environmentOf(named, brought.environment)
  let config = withVersion(resolved.config, 'methodVersion', version, given.methodVersion || undefined)
  const start = startOf(brought.start, config, env)
  const from = start ? 'that is the hash of the weights at hand' : 'give the models that the run started from'
  config = withVersion(config, 'startVersion', start?.version ?? '', given.startVersion || undefined, from)
  if (own && method.isPooled) {
    const why = 'its one learner steps the environments within the kernel'
    throw new RangeError(expected('method', 'one whose agents play for themselves', method.name, why))
  }
  if (config.absent.length && method.isPooled) {
    throw new RangeError(
      expected('absent', `none for ${method.name}`, fields.absent.show(config.absent), 'its one learner plays for all'),
    )
  }
  method.check?.(config)
  // Without an exchange, sections, visits and periods have no effect, and without a payload nothing has that says how it is sent.
  // They are set to their defaults, so that one run has one config.
  if (!method.targets) config = withDefaults(config, ['sections', 'period', 'growth', 'minVisits'])
  const kind = method.payload(config)
  const encoding = codec(config.codec) // which refuses what is none, also where nothing travels
  if (kind !== 'none') encoding?.check(kind)
  else config = withDefaults(config, ['codec', 'trigger', 'participation', 'dropout'])
  const { clusters } = new Grid(env.observations, config)
  const capacity = capacityOf(config, method, env, clusters)
  const space = { observations: env.observations, actions: env.actions, clusters }
  const tags = { federation: new Chain(config).tag, config: configTag(config) }
  return { config, method, env, own, capacity, context: { config, space }, tags, start: start?.weights ?? null }
}

/**
 * How many entries the memories can receive between two exchanges; 0 if the cap is reached before the first exchange.
 */
function capacityOf(config: Config, method: Method, env: Environment, clusters: number): Capacity {
  const exchanges = method.targets !== null && config.period < config.cap
  const { memoryReset, trigger, participation, cap } = config
  // An agent that does not send keeps what it has for the next exchange.
  const empties = memoryReset === 'exchange' && trigger === 'always' && participation === 1
  const steps = exchanges ? (empties ? longestPeriod(config) : cap) * env.limit : 0
  // Whose policy is watched has proxy states at which it is, whatever the method sends.
  const watches = typeof trigger === 'object' && 'policy' in trigger
  const proxies = method.memory === 'proxies' || watches ? Math.min(steps, clusters) : 0
  const replay = method.memory === 'replay' ? steps : 0
  const sent = method.memory === 'proxies' ? Math.min(config.agents * proxies, clusters) : config.agents * replay
  return { proxies, replay, targets: method.targets?.(sent) ?? 0 }
}

/** The hash of the config without its seed, as u32. It is the same for all seeds. */
function configTag(config: Config): number {
  return Number.parseInt(hexDigest(ascii(canonicalConfig({ ...beforehand(config), seed: 0 }))).slice(0, 8), 16)
}

/** Refuses a run that is sure to have more scores than a result holds: after hours, it could not be stored. */
function checkScores({ agents, cap, until }: Config): void {
  if (until !== 'cap' || agents * cap <= MAX_SCORES) return
  const why = `it plays ${agents * cap} episodes, and a result holds the scores of at most ${MAX_SCORES}`
  throw new RangeError(expected('cap', `at most ${Math.floor(MAX_SCORES / agents)} for ${agents} agents`, cap, why))
}

let measuring: Kernel | undefined

/**
 * Completes a part of a config and checks all of it: method, environment, sizes, and the memory that its agents take.
 * @throws TypeError for an unknown field or a wrong type, RangeError for a value or a config that cannot run
 */
export function checkConfig(given: Partial<Config> = {}, own: Own = {}): Config {
  const { config, env, capacity } = setUp(given, own)
  checkScores(config)
  measuring ??= instantiate()
  measureAgents(measuring, env, config, capacity)
  return config
}
