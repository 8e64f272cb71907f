// Twin of the learner: an advantage actor-critic, online (rollout 1) or over rollouts with generalised advantages
// (Schulman et al. 2016), and one episode of CartPole made of reset, act, step, record and update. Rewards, values and
// advantages are f64.
import { type Adam, type AdamSettings, adamStep } from './adam.ts'
import { cartpoleReset, cartpoleStep, STEP_LIMIT } from './cartpole.ts'
import { backward, forward, type Net, softmax } from './mlp.ts'
import type { Stream } from './philox.ts'
import type { Num } from './rounding.ts'

export type Settings = {
  rollout: number
  gamma: number
  lambda: number
  rewardScale: number
  terminalReward: number | null
  bootstrap: boolean
  clip: number | null
  entropy: number
  policyRate: number
  valueRate: number
  epsilon: number
}
export type Entry = { state: number[]; policy: number[] }
/** `next` is the observation after the step; `reward` is that of the environment. */
export type Transition = Entry & {
  action: number
  reward: number
  next: number[]
  terminated: boolean
  truncated: boolean
}
export type Agent = {
  settings: Settings
  policy: Net
  value: Net
  policyAdam: Adam
  valueAdam: Adam
  reset: Stream
  action: Stream
  /** Every observation with the policy there, since a test last emptied the list: what the memories receive. */
  records: Entry[]
}

/** The first a with u < c_a, where c_a is the running f64 sum of the probabilities; the last one if there is none. */
export function chooseAction(probabilities: number[], u: number): number {
  let cumulated = 0
  for (let a = 0; a < probabilities.length; a++) {
    cumulated += probabilities[a]
    if (u < cumulated) return a
  }
  return probabilities.length - 1
}

export function act(num: Num, policy: Net, observation: number[], u: number): { policy: number[]; action: number } {
  const probabilities = softmax(num, forward(num, policy, observation).output)
  return { policy: probabilities, action: chooseAction(probabilities, u) }
}

/** Advantages and value targets of one rollout, from V(s_t) and V(s_{t+1}) under the weights before the update. */
export function advantages(
  settings: Settings,
  transitions: Transition[],
  values: number[],
  nextValues: number[],
): { advantages: number[]; targets: number[] } {
  const { rollout, gamma, lambda, rewardScale, terminalReward, bootstrap } = settings
  const result = { advantages: [] as number[], targets: [] as number[] }
  let later = 0
  for (let t = transitions.length - 1; t >= 0; t--) {
    const { reward, terminated, truncated } = transitions[t]
    const learnerReward = terminated && terminalReward !== null ? terminalReward : rewardScale * reward
    const nextValue = terminated || (truncated && !bootstrap) ? 0 : nextValues[t]
    const oneStep = learnerReward + gamma * nextValue
    const advantage = rollout === 1 ? oneStep - values[t] : oneStep - values[t] + gamma * lambda * later
    result.advantages[t] = advantage
    result.targets[t] = rollout === 1 ? oneStep : advantage + values[t]
    later = advantage
  }
  return result
}

/** Head delta of -A log p(action) - c H(p), the mean over T steps. H = -(sum of p log p), to which a p of 0 adds 0. */
export function policyDelta(num: Num, p: number[], action: number, advantage: number, entropy: number, T: number) {
  let sum = 0
  if (entropy > 0) for (const value of p) if (value > 0) sum += value * num.log64(value)
  const H = -sum
  return p.map((value, a) => {
    let delta = (value - (a === action ? 1 : 0)) * advantage
    if (entropy > 0 && value > 0) delta += entropy * value * (num.log64(value) + H)
    return num.round(delta / T)
  })
}

/** Head delta of (V - target)^2, the mean over T steps. */
export function valueDelta(num: Num, value: number, target: number, T: number): number[] {
  return [num.round((2 * (value - target)) / T)]
}

/** One update of both networks from one rollout: all forwards, then the policy's step, then the value's. */
export function update(num: Num, agent: Agent, transitions: Transition[]): void {
  const { settings, policy, value } = agent
  const T = transitions.length
  const policyPasses = transitions.map(({ state }) => forward(num, policy, state))
  const valuePasses = transitions.map(({ state }) => forward(num, value, state))
  const values = valuePasses.map(({ output }) => output[0])
  const nextValues = transitions.map(({ next }) => forward(num, value, next).output[0])
  const estimate = advantages(settings, transitions, values, nextValues)
  const policyDeltas = policyPasses.map(({ output }, t) =>
    policyDelta(num, softmax(num, output), transitions[t].action, estimate.advantages[t], settings.entropy, T),
  )
  const valueDeltas = values.map((V, t) => valueDelta(num, V, estimate.targets[t], T))
  const adam = (rate: number): AdamSettings => ({ rate, epsilon: settings.epsilon, clip: settings.clip, form: 'keras' })
  const policyGradients = backward(num, policy, policyPasses, policyDeltas)
  adamStep(num, policy, agent.policyAdam, policyGradients, adam(settings.policyRate))
  const valueGradients = backward(num, value, valuePasses, valueDeltas)
  adamStep(num, value, agent.valueAdam, valueGradients, adam(settings.valueRate))
}

/** What the twin plays. The state is f64, and an observation is f32 where `num` rounds. */
export type TwinWorld = {
  reset: (stream: Stream) => number[]
  observe: (num: Num, state: number[]) => number[]
  step: (num: Num, state: number[], action: number) => { state: number[]; reward: number; terminated: boolean }
  limit: number
}

const cartpole: TwinWorld = {
  reset: cartpoleReset,
  observe: (num, state) => state.map(num.round),
  step: cartpoleStep,
  limit: STEP_LIMIT,
}

/** Plays one episode and learns; returns its steps. A step with both ends counts as terminated. */
export function playEpisode(num: Num, agent: Agent, world = cartpole): number {
  let state = world.reset(agent.reset)
  let observation = world.observe(num, state)
  let rollout: Transition[] = []
  for (let step = 1; ; step++) {
    const { policy, action } = act(num, agent.policy, observation, agent.action.uniform())
    const result = world.step(num, state, action)
    const { reward, terminated } = result
    const truncated = !terminated && step === world.limit
    const next = world.observe(num, result.state)
    agent.records.push({ state: observation, policy })
    rollout.push({ state: observation, policy, action, reward, next, terminated, truncated })
    if (rollout.length === agent.settings.rollout || terminated || truncated) {
      update(num, agent, rollout)
      rollout = []
    }
    if (terminated || truncated) return step
    state = result.state
    observation = next
  }
}

/**
 * Twin of the pool: the agents' environments take a step each, with the policy of the first agent's network at their own
 * observation; then that network and its value network take one step along the mean gradient. Episodes follow each
 * other. Returns a function that plays until environment i has ended its next episode.
 */
export function makePool(num: Num, agents: Agent[]): (index: number) => number {
  const [learner] = agents
  const worlds = agents.map(({ reset }) => ({ state: cartpoleReset(reset), step: 0 }))
  const waiting: number[][] = agents.map(() => [])
  return (index) => {
    while (!waiting[index].length) {
      const ended: number[] = []
      const transitions = worlds.map((world, i): Transition => {
        const observation = world.state.map(num.round)
        const { policy, action } = act(num, learner.policy, observation, agents[i].action.uniform())
        const result = cartpoleStep(num, world.state, action)
        world.step++
        world.state = result.state
        const truncated = !result.terminated && world.step === STEP_LIMIT
        if (result.terminated || truncated) ended.push(i)
        const { reward, terminated } = result
        const next = result.state.map(num.round)
        return { state: observation, policy, action, reward, next, terminated, truncated }
      })
      update(num, learner, transitions)
      for (const i of ended) {
        waiting[i].push(worlds[i].step)
        worlds[i] = { state: cartpoleReset(agents[i].reset), step: 0 }
      }
    }
    return waiting[index].shift()!
  }
}
