// FedHPD (Jiang et al., FedHPD: Heterogeneous Federated Reinforcement Learning via Policy Distillation, AAMAS 2025,
// arXiv 2502.00870), a later method for comparison: agents upload their policies at 5,000 public states, the server takes
// the mean, and every agent distils it there, so networks may differ. It departs from its paper in [C: fedhpd-states],
// [C: fedhpd-loss] and [C: fedhpd-steps], and in the learner, which is ours instead of REINFORCE.

import type { Agent } from '../kernel/agent.ts'
import { decodePolicies, encodePolicies } from '../wire/payload.ts'
import { DISTILLATION, type Method, type MethodContext, meanOf, SENDING, sharedByAgents } from './method.ts'

/** As many as the authors' set for CartPole has. */
const PUBLIC_STATES = 5000
/** Keys of the streams that play them: ASCII "FedHPD-1" and "FedHPD-2". They are the same in every run. */
const RESET_KEY = [0x48646546, 0x312d4450] as const
const ACTION_KEY = [0x48646546, 0x322d4450] as const

/**
 * f32[5000 * observations]: the states in which a uniformly random policy acts, episode after episode. Every agent can play
 * them, so they are never sent. [C: fedhpd-states]
 */
export function playPublicStates(agent: Agent): Float32Array {
  const { observations } = agent.env
  const states = new Float32Array(PUBLIC_STATES * observations)
  agent.tryOut(() => {
    // With weights of 0 all actions are equally likely.
    agent.setWeights(new Float32Array(agent.policyWeights + agent.valueWeights))
    agent.seed('reset', RESET_KEY)
    agent.seed('action', ACTION_KEY)
    const start = () => {
      agent.forget() // an agent that keeps memories must not fill them
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

const played = new WeakMap<MethodContext, Float32Array>()

/** The public states, which are played once per run. */
function publicStates(agent: Agent, context: MethodContext): Float32Array {
  const states = played.get(context) ?? playPublicStates(agent)
  played.set(context, states)
  return states
}

/** The agent's policy at every public state: f32[5000 * actions]. */
function policiesAt(agent: Agent, states: Float32Array): Float32Array {
  const { observations, actions } = agent.env
  const policies = new Float32Array(PUBLIC_STATES * actions)
  for (let k = 0; k < PUBLIC_STATES; k++) {
    policies.set(agent.policy(states.subarray(k * observations, (k + 1) * observations)), k * actions)
  }
  return policies
}

/** The public states with the mean policy at each, as entries. */
const globalEntries = sharedByAgents((global: Uint8Array, agent, context: MethodContext) => {
  const { observations, actions } = context.space
  const states = publicStates(agent, context)
  const policies = decodePolicies(global, context.space, PUBLIC_STATES)
  const width = observations + actions
  return Float32Array.from({ length: PUBLIC_STATES * width }, (_, i) => {
    const [k, c] = [Math.trunc(i / width), i % width]
    return c < observations ? states[k * observations + c] : policies[k * actions + c - observations]
  })
})

/** FedHPD: agents exchange policies at states that all know. */
export const fedhpd: Method = {
  name: 'fedhpd',
  doc: 'FedHPD: mean policies at 5,000 public states',
  uses: [...SENDING, ...DISTILLATION],
  needsOneWorld: true,
  payload: () => 'policies',
  memory: 'none',
  targets: () => PUBLIC_STATES,
  upload: (agent, context) => encodePolicies(policiesAt(agent, publicStates(agent, context))),
  aggregate: (uploads, { space }) =>
    encodePolicies(meanOf(uploads.map((upload) => decodePolicies(upload, space, PUBLIC_STATES)))),
  download: (agent, global, context) => agent.distill(globalEntries(global, agent, context)),
}
