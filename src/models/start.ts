// Models from which the agents of a run start, in place of the weights that they would draw. The config says which: its
// `startVersion` is a hash of all weights, so that the run has a key and a digest of its own. Moments, streams and memories
// start as ever.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { listOf } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { networksOf, policyNets } from '../kernel/layout.ts'
import type { Network, Networks } from '../kernel/records.ts'
import { ascii } from '../run/digest.ts'
import type { Start } from '../run/setup.ts'
import { checkModel, type Model, weightBytes } from './model.ts'

const sizeText = ({ width, depth }: Network) => `${width}x${depth}`
const networkText = ({ policy, value }: Networks) => `${sizeText(policy)} and ${sizeText(value)} ${policy.activation}`

/** The flags that give a config these networks. */
const flagsFor = ({ policy, value }: Networks) =>
  `give -n ${policy.width} -l ${policy.depth} --activation ${policy.activation} --critic ${sizeText(value)}`

/**
 * The start of a run whose agents have the weights of models: one model for all agents, or one for each.
 *
 * @example
 * runToEnd({ method: 'frd', agents: 4, seed: 2 }, { start: startFrom([model]) })
 * @throws TypeError, RangeError for what are no models; where the run begins, for another number of them, and for models of
 *   another environment or other sizes
 */
export function startFrom(models: readonly Model[]): Start {
  const all = listOf(checkModel)(models, 'models')
  return (config, env) => {
    const nets = policyNets(config)
    if (all.length !== 1 && all.length !== nets.length) {
      const what = `one model for all agents, or ${nets.length}, one for each`
      throw new RangeError(expected('models', what, all.length))
    }
    const weights = nets.map((net, agent) => {
      const at = all.length === 1 ? 0 : agent
      const name = `models[${at}]`
      const { env: from, networks, weights } = all[at]
      if (from.name !== env.name) throw new RangeError(expected(name, `a model of ${env.name}`, from.name))
      const [own, given] = [networksOf(config, net), networks].map(networkText)
      if (own !== given) throw new RangeError(expected(name, `networks ${own}`, given, flagsFor(networks)))
      return weights
    })
    return { weights, version: hashWeights(weights) }
  }
}

/** SHA-256 of `frd-start-v1`, a zero byte, and the weights of all agents in agent order as f32, little-endian. */
function hashWeights(all: readonly Float32Array[]): string {
  const hash = sha256.create().update(ascii('frd-start-v1\0'))
  for (const weights of all) hash.update(weightBytes(weights))
  return bytesToHex(hash.digest())
}
