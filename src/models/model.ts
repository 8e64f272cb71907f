// A model: the networks of one agent at the end of a run, with what must be known to use them. Its identity is the SHA-256
// of all that it says and of its weights, so that a model is the same in every format, and one that was cut or edited is
// found out. The hash gives no protection against forgery.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { frdVersion } from '../config/builtin.ts'
import { floatsOf, integerIn, listOf, record, recordOf, sha256Hex, type Table, text } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { isWord, parseInteger } from '../config/field.ts'
import { fields } from '../config/fields.ts'
import { network } from '../config/networks.ts'
import { networksOf, policyNets } from '../kernel/layout.ts'
import type { Networks } from '../kernel/records.ts'
import { type Json, LAYOUT, type Sizes, sizeOf, tensorsOf } from '../kernel/safetensors.ts'
import { ascii } from '../run/digest.ts'
import type { RunResult } from '../run/record.ts'
import { type Own, ownFor, setUp } from '../run/setup.ts'

/** The networks of one agent, and what must be known to use them. */
export interface Model {
  /** the version of frd that made it */
  readonly frd: string
  /** the environment in which it learned: its name, its version where it is one of your own, and its sizes */
  readonly env: {
    /** its name */
    readonly name: string
    /** the version of an environment of your own; empty for one of the kernel */
    readonly version: string
    /** components of an observation, 1..64 */
    readonly observations: number
    /** actions, 2..16 */
    readonly actions: number
  }
  /** the sizes of its networks, and their activation */
  readonly networks: Networks
  /** the run that it is from */
  readonly run: {
    /** the method of its exchanges */
    readonly method: string
    /** the seed */
    readonly seed: number
    /** the number of the agent, from 0 */
    readonly agent: number
    /** how many episodes the run had */
    readonly episodes: number
    /** the digest of the run, 64 hexadecimal digits */
    readonly digest: string
  }
  /** f32: the weights of the policy network, then of the value network, in canonical order */
  readonly weights: Float32Array
}

/** How many weights networks of these sizes have. */
export const weightCount = (sizes: Sizes): number => tensorsOf(sizes).reduce((sum, { shape }) => sum + sizeOf(shape), 0)

/** WIDTHxDEPTH, such as 50x2. */
const size = network({ width: 50, depth: 2 }, { doc: '' })

/** The fields of `aboutOf` that are integers, with their ranges. */
const integers = {
  observations: integerIn(1, 64),
  actions: integerIn(2, 16),
  seed: integerIn(0),
  agent: integerIn(0, 1023),
  episodes: integerIn(0, 1_000_000),
} as const

/** Whether a field of `aboutOf` is an integer. */
export const isInteger = (name: string): boolean => Object.hasOwn(integers, name)

/** What a model says of itself, as texts by name, in the order in which files have them. Its weights are not in it. */
export function aboutOf({ frd, env, networks, run }: Model): Record<string, string> {
  return {
    activation: networks.policy.activation,
    frd,
    env: env.name,
    env_version: env.version,
    observations: String(env.observations),
    actions: String(env.actions),
    policy: size.show(networks.policy),
    value: size.show(networks.value),
    method: run.method,
    seed: String(run.seed),
    agent: String(run.agent),
    episodes: String(run.episodes),
    digest: run.digest,
  }
}

/** Weights as f32, little-endian. */
export function weightBytes(weights: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * weights.length))
  for (const [i, weight] of weights.entries()) view.setFloat32(4 * i, weight, true)
  return new Uint8Array(view.buffer)
}

/**
 * The identity of a model: SHA-256 of `frd-model-v1` and a zero byte, of what it says as `name=value` lines in the order of
 * its files, and of its weights as f32, little-endian; 64 hexadecimal digits.
 * @throws TypeError, RangeError for what is no model
 */
export function identityOf(given: Model): string {
  const model = checkModel(given)
  const lines = Object.entries(aboutOf(model)).map(([name, value]) => `${name}=${value}\n`)
  const hash = sha256.create().update(ascii(`frd-model-v1\0${lines.join('')}`))
  return bytesToHex(hash.update(weightBytes(model.weights)).digest())
}

const wordOf = (value: unknown, name: string) => {
  const word = text(value, name)
  if (isWord(word) && word.length <= 200) return word
  throw new RangeError(expected(name, 'a word', word))
}

const integerOf = (name: keyof typeof integers) => (value: unknown, at: string) =>
  integers[name](typeof value === 'number' ? value : parseInteger(text(value, at), at, 'an integer'), at)

/** The checks of what a file says of a model. */
const table = {
  activation: fields.activation.check,
  frd: wordOf,
  env: wordOf,
  env_version: fields.envVersion.check,
  observations: integerOf('observations'),
  actions: integerOf('actions'),
  policy: (value: unknown, name: string) => size.parse(text(value, name), name),
  value: (value: unknown, name: string) => size.parse(text(value, name), name),
  method: wordOf,
  seed: integerOf('seed'),
  agent: integerOf('agent'),
  episodes: integerOf('episodes'),
  digest: sha256Hex,
} satisfies Table<Readonly<Record<string, unknown>>>

const networkOf = (value: unknown, name: string) => {
  const { activation, ...rest } = record(value, name)
  return { ...size.check(rest, name), activation: fields.activation.check(activation, `${name}.activation`) }
}

/** The checks of a model that a program hands over. */
const modelTable: Table<Model> = {
  frd: wordOf,
  env: recordOf<Model['env']>({
    name: wordOf,
    version: fields.envVersion.check,
    observations: integers.observations,
    actions: integers.actions,
  }),
  networks: recordOf<Networks>({ policy: networkOf, value: networkOf }),
  run: recordOf<Model['run']>({
    method: wordOf,
    seed: integers.seed,
    agent: integers.agent,
    episodes: integers.episodes,
    digest: sha256Hex,
  }),
  weights: floatsOf,
}

/** @throws TypeError, RangeError for what is no model: its sizes and its weights must agree, and its weights be finite */
export function checkModel(value: unknown): Model {
  const model = recordOf(modelTable)(value, 'model')
  const { policy, value: critic } = model.networks
  if (policy.activation !== critic.activation) {
    throw new RangeError(expected('model.networks.value.activation', policy.activation, critic.activation))
  }
  const count = weightCount(model)
  if (model.weights.length !== count) {
    throw new RangeError(expected('model.weights', `${count} numbers`, model.weights.length))
  }
  const odd = model.weights.find((weight) => !Number.isFinite(weight))
  if (odd !== undefined) throw new RangeError(expected('model.weights', 'finite numbers', odd))
  return model
}

const FRAME = ['format', 'layout', 'sha256']

/**
 * The model of what a file says, and of the weights in it.
 * @param weightsOf reads the weights, once it is known how many there are
 * @throws TypeError, RangeError for what is missing, wrong or more than a model says, and for a file that was edited
 */
export function modelOf(about: Json, weightsOf: (sizes: Sizes) => Float32Array): Model {
  if (about.format !== 'frd' || about.sha256 === undefined) {
    const why = 'frd run --save and frd export write models; read other weights with fromSafetensors(agent, bytes)'
    throw new RangeError(expected('model', 'a model of frd, with format "frd" and a sha256', about.format, why))
  }
  if (about.layout !== LAYOUT) throw new RangeError(expected('model', `layout "${LAYOUT}"`, about.layout))
  const known = [...FRAME, ...Object.keys(table)]
  const other = Object.keys(about).find((name) => !known.includes(name))
  if (other !== undefined) throw new RangeError(expected('model', `only ${known.join(', ')}`, other))
  const { activation, frd, env, env_version, observations, actions, policy, value, ...run } = recordOf(table)(
    about,
    'model',
  )
  const networks = { policy: { ...policy, activation }, value: { ...value, activation } }
  const sizes = { env: { name: env, version: env_version, observations, actions }, networks }
  const model = { frd, ...sizes, run, weights: weightsOf(sizes) }
  const [hash, given] = [identityOf(model), sha256Hex(about.sha256, 'model.sha256')]
  if (hash === given) return model
  throw new RangeError(expected('model.sha256', hash, given, 'the file was damaged or edited: take another copy of it'))
}

/**
 * The models of a run: one of each agent, in agent order; with `central`, one of the learner alone.
 *
 * @example
 * let weights = []
 * const result = runToEnd({ method: 'frd', agents: 2, cap: 50 }, { onWeights: (all) => { weights = all } })
 * const files = modelsOf(result, weights).map((model) => encodeModel(model))
 * @param weights of every agent, as `onWeights` gives them
 * @param own what run() was given of your own, such as `{ environment }`
 * @throws TypeError, RangeError for weights of another run, or of one that failed
 */
export function modelsOf(result: RunResult, weights: readonly Float32Array[], own: Own = {}): Model[] {
  record(own, 'options')
  const { config: given, failure, episodes, digest } = record(result, 'result') as unknown as RunResult
  const config = record(given, 'result.config') as unknown as Config
  if (failure !== null) throw new RangeError(expected('result', 'a run that did not fail', failure?.message))
  const { env, method } = setUp(config, ownFor(config, own))
  const all = listOf(floatsOf, config.agents)(weights, 'weights')
  const { name, observations, actions } = env
  const models = policyNets(config).map((net, agent): Model => {
    const about = {
      frd: frdVersion,
      env: { name, version: config.envVersion, observations, actions },
      networks: networksOf(config, net),
      run: { method: config.method, seed: config.seed, agent, episodes, digest },
    }
    const count = weightCount(about)
    if (all[agent].length === count) return { ...about, weights: all[agent].slice() }
    throw new RangeError(expected(`weights[${agent}]`, `${count} numbers`, all[agent].length))
  })
  return (method.isPooled ? models.slice(0, 1) : models).map(checkModel)
}
