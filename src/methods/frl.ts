// FRL, federated reinforcement learning (paper, section 2): the baseline that uploads network weights; the server
// averages them (FedAvg), the agents go on from the average. Adam's moments stay local.

import { expected } from '../field.ts'
import { decodeWeights, encodeWeights } from '../payload.ts'
import type { Method } from './method.ts'

export const frl: Method = {
  name: 'frl',
  doc: 'federated averaging of network weights',
  payload: () => 'weights',
  memory: 'none',
  targets: () => 0,
  upload: (agent) => encodeWeights(agent.weights()),
  aggregate: (uploads, { space }) => {
    const bodies = uploads.map((upload) => decodeWeights(upload, space, uploads[0].length / 4))
    const mean = new Float32Array(bodies[0].length)
    for (let i = 0; i < mean.length; i++) {
      let sum = 0
      for (const body of bodies) sum += body[i]
      mean[i] = sum / bodies.length
    }
    return encodeWeights(mean)
  },
  download: (agent, global, { config, space }) => {
    const mean = decodeWeights(global, space, agent.policyWeights + agent.valueWeights)
    // [C: frl-critic] The paper is silent on the value network: averaged too, or kept.
    if (config.frlCritic === 'local') mean.set(agent.weights().subarray(agent.policyWeights), agent.policyWeights)
    agent.setWeights(mean)
  },
  // The paper counts the policy network alone; the frame carries both.
  paperBytes: (agent) => 4 * agent.policyWeights,
  // [C: frl-init] Averages of independent starts stop paying beyond four agents.
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
