// Weights from which the agents of a run start, in place of those that they draw. The config says which: its `startVersion`
// is a hash of them, so that the run has a key and a digest of its own. Moments, streams and memories start as ever.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { floatsOf, listOf, record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { networksOf, policyNets } from '../kernel/layout.ts'
import type { Network, Networks } from '../kernel/records.ts'
import { sizeOf, tensorsOf } from '../kernel/safetensors.ts'
import { ascii } from './digest.ts'

/** The networks that an agent starts from. A `Model` is such a value. */
export interface StartNetworks {
  /** the environment in which they learned */
  readonly env: Pick<Environment, 'name' | 'observations' | 'actions'>
  /** their sizes, and their activation */
  readonly networks: Networks
  /** f32: the weights of the policy network, then of the value network, in canonical order */
  readonly weights: Float32Array
}

/** The weights of each agent, and their hash. */
export interface StartWeights {
  readonly weights: readonly Float32Array[]
  readonly version: string
}

const sizeText = ({ width, depth }: Network) => `${width}x${depth}`
const networkText = ({ policy, value }: Networks) => `${sizeText(policy)} and ${sizeText(value)} ${policy.activation}`

/** The flags that give a config these networks. */
const flagsFor = ({ policy, value }: Networks) =>
  `give -n ${policy.width} -l ${policy.depth} --activation ${policy.activation} --critic ${sizeText(value)}`

/**
 * Checks the networks that are given: one for all agents, or one for each.
 * @throws TypeError, RangeError for another number of them, another environment, other sizes, or weights that are not finite
 */
export function checkStart(given: readonly StartNetworks[], config: Config, env: Environment): StartWeights {
  const list = listOf(record)(given, 'start') as readonly unknown[] as readonly StartNetworks[]
  const nets = policyNets(config)
  if (list.length !== 1 && list.length !== nets.length) {
    const what = `one model for all agents, or ${nets.length}, one for each`
    throw new RangeError(expected('start', what, list.length))
  }
  const weights = nets.map((net, agent) => {
    const at = list.length === 1 ? 0 : agent
    const name = `start[${at}]`
    const { env: from, networks, weights } = list[at]
    if (from?.name !== env.name) throw new RangeError(expected(name, `a model of ${env.name}`, from?.name))
    const own = networksOf(config, net)
    if (networkText(own) !== networkText(networks)) {
      throw new RangeError(expected(name, `networks ${networkText(own)}`, networkText(networks), flagsFor(networks)))
    }
    const count = tensorsOf({ env, networks: own }).reduce((sum, { shape }) => sum + sizeOf(shape), 0)
    const numbers = floatsOf(weights, `${name}.weights`)
    if (numbers.length !== count) throw new RangeError(expected(`${name}.weights`, `${count} numbers`, numbers.length))
    if (!numbers.every(Number.isFinite)) throw new RangeError(expected(`${name}.weights`, 'finite numbers', 'others'))
    return numbers
  })
  return { weights, version: hashWeights(weights) }
}

/** SHA-256 of `frd-start-v1`, a zero byte, and the weights of all agents in agent order as f32, little-endian. */
function hashWeights(all: readonly Float32Array[]): string {
  const hash = sha256.create().update(ascii('frd-start-v1\0'))
  for (const weights of all) {
    const view = new DataView(new ArrayBuffer(4 * weights.length))
    for (const [i, weight] of weights.entries()) view.setFloat32(4 * i, weight, true)
    hash.update(new Uint8Array(view.buffer))
  }
  return bytesToHex(hash.digest())
}
