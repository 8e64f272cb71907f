// FedHPD (Jiang et al., FedHPD: Heterogeneous Federated Reinforcement Learning via Policy Distillation, AAMAS 2025,
// arXiv 2502.00870), a later method for comparison: agents upload their policies at 5,000 public states, the server takes
// the mean, every agent distils it there, so networks may differ. What differs from the paper: [C: fedhpd-states],
// [C: fedhpd-loss], [C: fedhpd-steps], and the learner, which is ours instead of REINFORCE.

import type { Agent } from '../kernel/agent.ts'
import { decodePolicies, encodePolicies } from '../payload.ts'
import { type Method, type Setting, sharedByAgents } from './method.ts'

/** As many as the authors' CartPole set has. */
const PUBLIC_STATES = 5000
/** Keys of the streams that play them: ASCII "FedHPD-1" and "FedHPD-2". No run's seed enters. */
const RESET_KEY = [0x48646546, 0x312d4450] as const
const ACTION_KEY = [0x48646546, 0x322d4450] as const

/**
 * f32[5000][observations]: the states at which a uniformly random policy acts, episode after episode. Any agent can play
 * them, so they are never sent. [C: fedhpd-states]
 */
export function playPublicStates(agent: Agent): Float32Array {
  const { observations } = agent.env
  const states = new Float32Array(PUBLIC_STATES * observations)
  agent.aside(() => {
    // with weights of 0 all actions are equally likely
    agent.setWeights(new Float32Array(agent.policyWeights + agent.valueWeights))
    agent.seed('reset', RESET_KEY)
    agent.seed('action', ACTION_KEY)
    const start = () => {
      agent.forget() // an agent that has memories may not fill them
      return agent.reset()
    }
    let observation: ArrayLike<number> = start()
    for (let k = 0; k < PUBLIC_STATES; k++) {
      states.set(observation, k * observations)
      const next = agent.step(agent.act(observation))
      observation = next.terminated || next.truncated ? start() : next.observation
    }
  })
  return states
}

const played = new WeakMap<Setting, Float32Array>()

/** The public states, played once a run. */
function publicStates(agent: Agent, setting: Setting): Float32Array {
  const states = played.get(setting) ?? playPublicStates(agent)
  played.set(setting, states)
  return states
}

/** pi at every public state: f32[5000][actions]. */
function policiesAt(agent: Agent, states: Float32Array): Float32Array {
  const { observations, actions } = agent.env
  const policies = new Float32Array(PUBLIC_STATES * actions)
  for (let k = 0; k < PUBLIC_STATES; k++) {
    policies.set(agent.policy(states.subarray(k * observations, (k + 1) * observations)), k * actions)
  }
  return policies
}

/** (public state, mean policy) entries. */
const globalEntries = sharedByAgents((global: Uint8Array, agent, setting: Setting) => {
  const { observations, actions } = setting.space
  const states = publicStates(agent, setting)
  const policies = decodePolicies(global, setting.space, PUBLIC_STATES)
  const width = observations + actions
  return Float32Array.from({ length: PUBLIC_STATES * width }, (_, i) => {
    const [k, c] = [Math.trunc(i / width), i % width]
    return c < observations ? states[k * observations + c] : policies[k * actions + c - observations]
  })
})

export const fedhpd: Method = {
  name: 'fedhpd',
  doc: 'FedHPD: mean policies at 5,000 public states',
  payload: () => 'policies',
  memory: 'none',
  targets: () => PUBLIC_STATES,
  upload: (agent, setting) => encodePolicies(policiesAt(agent, publicStates(agent, setting))),
  aggregate: (uploads, { space }) => {
    const bodies = uploads.map((upload) => decodePolicies(upload, space, PUBLIC_STATES))
    const mean = new Float32Array(PUBLIC_STATES * space.actions)
    for (let i = 0; i < mean.length; i++) {
      let sum = 0
      for (const body of bodies) sum += body[i]
      mean[i] = sum / bodies.length
    }
    return encodePolicies(mean)
  },
  download: (agent, global, setting) => agent.distill(globalEntries(global, agent, setting)),
}
