// The terms on which agents and server take part in a run: the full config, its method and environment, and what follows
// from them, checked before anything is computed. The same wherever an agent lives.

import { type Config, canonicalConfig, fields, resolveConfig } from './config.ts'
import { ascii, Chain, hexDigest } from './digest.ts'
import { expected, integer } from './field.ts'
import { clustersOf, type Environment, environments } from './kernel/env.ts'
import { type Capacity, plan } from './kernel/layout.ts'
import { instantiate, type Kernel, kernelBytes } from './kernel/wasm.ts'
import { type Method, methods, type Setting } from './methods/index.ts'
import type { Header } from './payload.ts'

/** What frames of one run have in common: those of another are refused. */
export type Tags = Pick<Header, 'federation' | 'config'>

export interface Terms {
  readonly config: Config
  readonly method: Method
  readonly env: Environment
  readonly capacity: Capacity
  readonly setting: Setting
  readonly tags: Tags
}

let embeddedHash: string | undefined

/** SHA-256 of the embedded kernel, hex. */
export function kernelHash(): string {
  embeddedHash ??= hexDigest(kernelBytes())
  return embeddedHash
}

/** The hash that a result names: none where the kernel is the caller's own. */
export const hashOf = (module?: WebAssembly.Module): string => (module ? '' : kernelHash())

/** The config and its method: the caller's own, or the registry's. */
function resolveMethod(given: Partial<Config>, own?: Method): { config: Config; method: Method } {
  if (!own) {
    const config = resolveConfig(given)
    return { config, method: methods[config.method] }
  }
  const name = fields.env.check(own.name, 'method.name')
  if (Object.hasOwn(methods, name)) {
    throw new RangeError(expected('method.name', 'a name of its own', name, 'the registry has a method of that name'))
  }
  if ((given.method ?? name) !== name) throw new RangeError(expected('method', `${name}, the one given`, given.method))
  return { config: { ...resolveConfig({ ...given, method: undefined }), method: name }, method: own }
}

/**
 * @param agents the ones that this instance is to hold; all unless given
 * @throws TypeError, RangeError for a config that cannot run
 */
export function agree(kernel: Kernel, given: Partial<Config>, own?: Method, agents?: readonly number[]): Terms {
  let { config, method } = resolveMethod(given, own)
  const known = environments(kernel)
  const env = known.find(({ name }) => name === config.env)
  if (!env) throw new RangeError(expected('env', `one of ${known.map(({ name }) => name).join(', ')}`, config.env))
  for (const number of agents ?? []) integer(0, 0, config.agents - 1, '').check(number, 'agent')
  method.check?.(config)
  // Without an exchange neither sections nor period means anything: one config, one key.
  if (!method.targets) {
    const { sections, period } = resolveConfig()
    config = { ...config, sections, period }
  }
  const clusters = clustersOf(env, config)
  const capacity = capacities(config, method, env, clusters)
  plan(kernel, env, config, capacity, agents)
  const space = { observations: env.observations, actions: env.actions, clusters }
  const tags = { federation: new Chain(config).tag, config: configTag(config) }
  return { config, method, env, capacity, setting: { config, space }, tags }
}

/** Entries that may come together between two exchanges; none where the cap comes before the first. */
function capacities(config: Config, method: Method, env: Environment, clusters: number): Capacity {
  const exchanges = method.targets !== null && config.period < config.cap
  const episodes = config.memoryReset === 'never' ? config.cap : config.period
  const steps = exchanges ? episodes * env.limit : 0
  const proxies = method.memory === 'proxies' ? Math.min(steps, clusters) : 0
  const replay = method.memory === 'replay' ? steps : 0
  const all = Math.min(config.agents * proxies, clusters) + config.agents * replay
  return { proxies, replay, targets: method.targets?.(all) ?? 0 }
}

/** The config's hash without the seed: agents of one federation share it over all seeds. */
function configTag(config: Config): number {
  return Number.parseInt(hexDigest(ascii(canonicalConfig({ ...config, seed: 0 }))).slice(0, 8), 16)
}

/**
 * The full config of a partial one, with its method, sizes and memory checked before anything is computed.
 * @throws TypeError, RangeError
 */
export function checkConfig(given: Partial<Config> = {}): Config {
  return agree(instantiate(), given).config
}
