// FRL, federated reinforcement learning (paper, "Performance Evaluation"): the baseline that uploads the weights of
// networks and goes on from global ones. That these are the mean is our reading [C: frl-merge]. The moments of Adam stay with
// each agent.

import { expected } from '../config/errors.ts'
import { decodeWeights, encodeWeights, entryCount } from '../wire/payload.ts'
import { type Method, meanOf, SENDING } from './method.ts'

/** Federated reinforcement learning: agents exchange the weights of their networks, and the server averages them. */
export const frl: Method = {
  name: 'frl',
  doc: 'federated averaging of network weights',
  uses: ['frlCritic', 'frlInit', ...SENDING],
  payload: () => 'weights',
  memory: 'none',
  targets: () => 0,
  upload: (agent) => encodeWeights(agent.weights()),
  aggregate: (uploads, { space }) => {
    const count = entryCount('weights', space, uploads[0])
    return encodeWeights(meanOf(uploads.map((upload) => decodeWeights(upload, space, count))))
  },
  download: (agent, global, { config, space }) => {
    const mean = decodeWeights(global, space, agent.policyWeights + agent.valueWeights)
    // [C: frl-critic] The paper says nothing of the value network: it is averaged too, or each agent keeps its own.
    if (config.frlCritic === 'local') mean.set(agent.weights().subarray(agent.policyWeights), agent.policyWeights)
    agent.setWeights(mean)
  },
  // [C: frl-bytes] Weights and biases of the policy network alone; the frame carries both networks'.
  paperBytes: (agent, encodedBytes) => encodedBytes(encodeWeights(agent.weights().subarray(0, agent.policyWeights))),
  // [C: frl-init] Federated averaging starts from common weights.
  commonInit: ({ frlInit }) => frlInit === 'common',
  check: ({ nets }) => {
    const refuse = (got: string, why: string) => {
      const instead = `${why}; frd, mixfrd, pd and fedhpd take mixed ones`
      throw new RangeError(expected('nets', 'one network for all agents where "method" is frl', got, instead))
    }
    if (nets?.some(({ width, depth }) => width !== nets[0].width || depth !== nets[0].depth))
      refuse('mixed ones', 'weights of different shapes have no average')
    if (nets?.some(({ activation }) => activation !== nets[0].activation))
      refuse('mixed activations', 'weights of different activations have no meaning in common')
  },
}
