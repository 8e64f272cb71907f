// The experiment of ONE seed, as a generator: all agents play an episode, every E episodes they exchange, until the
// mission is complete (any agent's mean score over its last 10 episodes reaches 490) or the cap is reached. Progress,
// animation, an early stop and the digest are plain loops over it; it knows neither disk nor clock.

import { type Config, canonicalConfig, fields, resolveConfig } from './config.ts'
import { ascii, Chain, hexDigest, scoreBytes } from './digest.ts'
import { exchange, type Traffic } from './exchange.ts'
import { expected } from './field.ts'
import { type Agent, NonFiniteError, purposes } from './kernel/agent.ts'
import { type Environment, environments } from './kernel/env.ts'
import { type Capacity, layOut, plan } from './kernel/layout.ts'
import { instantiate, type Kernel, kernelBytes } from './kernel/wasm.ts'
import { type Method, methods, type Setting } from './methods/index.ts'
import { streamKey } from './seed.ts'
import type { Transport } from './transport/memory.ts'

/** Mission [P]: mean score over the last 10 episodes. */
const MISSION_EPISODES = 10
const MISSION_SCORE = 490

export interface Exchange extends Omit<Traffic, 'trace'> {
  /** the episode after which it took place, from 1 */
  readonly episode: number
  /** hex; the digest chain up to and with this exchange */
  readonly digest: string
}

/** A non-finite policy or value stopped the run; never counted as censored. */
export interface Failure {
  /** -1 at an exchange or at the end */
  readonly agent: number
  readonly episode: number
  readonly step: number
  readonly message: string
}

export interface RunResult {
  /** fully resolved, the seed in it */
  readonly config: Config
  /** SHA-256 of the kernel's bytes, hex */
  readonly kernelHash: string
  /** mission completion time in episodes; null: censored at the cap (or failed) */
  readonly completion: number | null
  /** each agent's own, up to the stop */
  readonly completions: readonly (number | null)[]
  /** first episode at which the mean over agents of their 10-episode means reaches 490 */
  readonly meanCompletion: number | null
  /** episodes an agent has played */
  readonly episodes: number
  /** sum over agents */
  readonly envSteps: number
  /** [agent][episode] */
  readonly scores: readonly (readonly number[])[]
  readonly exchanges: readonly Exchange[]
  readonly failure: Failure | null
  readonly digest: string
}

export type RunEvent =
  | { readonly type: 'episode'; readonly episode: number; readonly scores: readonly number[] }
  | ({ readonly type: 'exchange' } & Exchange)

export interface RunOptions {
  /** a compiled kernel of the caller's, instead of the embedded one */
  readonly module?: WebAssembly.Module
  readonly transport?: Transport
  /** a method that is not in the registry; the config names it or no method */
  readonly method?: Method
}

let embeddedHash: string | undefined

/** SHA-256 of the embedded kernel, hex. */
export function kernelHash(): string {
  embeddedHash ??= hexDigest(kernelBytes())
  return embeddedHash
}

interface Checked {
  readonly config: Config
  readonly method: Method
  readonly env: Environment
  readonly capacity: Capacity
  readonly setting: Setting
}

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

function check(kernel: Kernel, given: Partial<Config>, own?: Method): Checked {
  let { config, method } = resolveMethod(given, own)
  const known = environments(kernel)
  const env = known.find(({ name }) => name === config.env)
  if (!env) throw new RangeError(expected('env', `one of ${known.map(({ name }) => name).join(', ')}`, config.env))
  if (config.ranges.length !== env.observations) {
    throw new RangeError(expected('ranges', `${env.observations} half-widths`, config.ranges.length))
  }
  method.check?.(config)
  // Without an exchange neither sections nor period means anything: one config, one key.
  if (!method.targets) {
    const { sections, period } = resolveConfig()
    config = { ...config, sections, period }
  }
  let clusters = 1
  for (let i = 0; i < env.observations; i++) clusters *= config.sections
  const capacity = capacities(config, method, env, clusters)
  plan(kernel, env, config, capacity)
  const space = { observations: env.observations, actions: env.actions, clusters }
  return { config, method, env, capacity, setting: { config, space } }
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

/**
 * The full config of a partial one, with its method, sizes and memory checked before anything is computed.
 * @throws TypeError, RangeError
 */
export function checkConfig(given: Partial<Config> = {}): Config {
  return check(instantiate(), given).config
}

function startAgents(kernel: Kernel, { config, method, env, capacity }: Checked): Agent[] {
  const agents = layOut(kernel, env, config, capacity)
  const common = method.commonInit?.(config) ?? false
  agents.forEach((agent, i) => {
    for (const purpose of purposes) {
      agent.seed(purpose, streamKey(env.name, config.seed, common && purpose === 'init' ? 0 : i, purpose))
    }
    agent.init()
  })
  return agents
}

const complete = (sum: number, agents: number) => sum >= MISSION_SCORE * MISSION_EPISODES * agents

/**
 * Runs one seed. Yields an event an episode (of all agents) and an exchange; returns the result.
 * @throws TypeError, RangeError for a config that cannot run; a non-finite network ends the run with `failure`
 */
export function* run(given: Partial<Config> = {}, options: RunOptions = {}): Generator<RunEvent, RunResult> {
  const kernel = instantiate(options.module)
  const checked = check(kernel, given, options.method)
  const { config, method, setting } = checked
  const agents = startAgents(kernel, checked)
  const chain = new Chain(config)
  const tags = { federation: chain.tag, config: configTag(config) }

  const scores: number[][] = agents.map(() => [])
  const recent = agents.map(() => 0)
  const completions: (number | null)[] = agents.map(() => null)
  const exchanges: Exchange[] = []
  let completion: number | null = null
  let meanCompletion: number | null = null
  let failure: Failure | null = null
  let episode = 0
  let digested = 0
  let at = 0

  try {
    while (episode < config.cap) {
      episode++
      for (at = 0; at < agents.length; at++) {
        const score = agents[at].playEpisode()
        const list = scores[at]
        recent[at] += score - (list.length >= MISSION_EPISODES ? list[list.length - MISSION_EPISODES] : 0)
        list.push(score)
        if (episode >= MISSION_EPISODES && complete(recent[at], 1)) completions[at] ??= episode
      }
      const total = recent.reduce((sum, score) => sum + score, 0)
      if (episode >= MISSION_EPISODES && complete(total, agents.length)) meanCompletion ??= episode
      if (completions.some((time) => time !== null)) completion ??= episode
      yield { type: 'episode', episode, scores: scores.map((list) => list[episode - 1]) }

      if (config.until === 'first' && completion !== null) break
      if (config.until === 'last' && completions.every((time) => time !== null)) break
      if (!method.targets || episode % config.period !== 0 || episode === config.cap) continue
      at = -1
      const { trace, ...traffic } = exchange(agents, method, setting, exchanges.length, tags, options.transport)
      if (config.memoryReset === 'exchange') for (const agent of agents) agent.forget()
      const digest = chain.add(scoreBytes(scores, digested, episode), ...trace)
      digested = episode
      const event = { episode, ...traffic, digest }
      exchanges.push(event)
      yield { type: 'exchange', ...event }
    }
    at = -1
    const finals = agents.map((agent) => new Uint8Array(agent.weights().buffer))
    chain.add(scoreBytes(scores, digested, episode), ...finals)
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error
    failure = { agent: at, episode, step: at < 0 ? 0 : agents[at].steps, message: error.message }
    // An episode that only some agents ended counts for none.
    if (at >= 0) episode--
    for (const list of scores) list.length = episode
    chain.add(scoreBytes(scores, digested, episode), ascii(`failed\0${at}\0${failure.step}`))
    completion = null
  }
  return {
    config,
    kernelHash: options.module ? '' : kernelHash(),
    completion,
    completions,
    meanCompletion,
    episodes: episode,
    envSteps: scores.reduce((sum, list) => list.reduce((total, score) => total + score, sum), 0),
    scores,
    exchanges,
    failure,
    digest: chain.hex,
  }
}

/** The config's hash without the seed: agents of one federation share it over all seeds. */
function configTag(config: Config): number {
  return Number.parseInt(hexDigest(ascii(canonicalConfig({ ...config, seed: 0 }))).slice(0, 8), 16)
}

/** A run to its end: the result alone. */
export function runToEnd(given: Partial<Config> = {}, options: RunOptions = {}): RunResult {
  const events = run(given, options)
  for (;;) {
    const { done, value } = events.next()
    if (done) return value
  }
}
