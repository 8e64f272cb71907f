// Whether an agent has something to say at an exchange (config field `trigger`): it compares its policy, or its score, with
// what they were when it last sent something. This is the agent's own affair; the server only sees who sends.

import type { Config } from '../config/config.ts'
import type { Agent } from '../kernel/agent.ts'
import { isDrawn } from './participation.ts'

/** What an agent remembers of the last time that it sent something. */
export interface Watch {
  /** its weights then; null before, and where its policy is not watched */
  weights: Float32Array | null
  /** its mean score then; null before */
  score: number | null
  /** the sum of its scores since the last exchange that it was drawn for, and their number */
  sum: number
  episodes: number
  /** whether it sent something at the last exchange that it was drawn for */
  hasSent: boolean
}

/** What each agent remembers. It is not in the agent's block, because the kernel knows nothing of exchanges. */
const watches = new WeakMap<Agent, Watch>()

/** What the agent remembers, which goes on changing. */
export function watchOf(agent: Agent): Watch {
  const watch = watches.get(agent) ?? { weights: null, score: null, sum: 0, episodes: 0, hasSent: false }
  watches.set(agent, watch)
  return watch
}

/** Counts the score of an episode that the agent has played. */
export function noteScore({ trigger }: Config, agent: Agent, score: number): void {
  if (trigger === 'always') return
  const watch = watchOf(agent)
  watch.sum += score
  watch.episodes++
}

/**
 * How far the agent's policy has moved since it had those weights: the mean, over the proxy states of its memory, of the
 * total variation between both policies, 0..1; 0 where it has no proxy states.
 */
function movedSince(agent: Agent, weights: Float32Array): number {
  const { observations, actions } = agent.env
  const rows = agent.entries(agent.proxies())
  const count = rows.length / (observations + actions)
  const policies = () =>
    Array.from({ length: count }, (_, k) =>
      agent.policy(rows.subarray(k * (observations + actions), k * (observations + actions) + observations)),
    )
  const now = policies()
  const current = agent.weights()
  agent.setWeights(weights)
  const then = policies()
  agent.setWeights(current)
  let sum = 0
  for (let k = 0; k < count; k++) {
    let difference = 0
    for (let a = 0; a < actions; a++) difference += Math.abs(now[k][a] - then[k][a])
    sum += difference / 2
  }
  return count ? sum / count : 0
}

/** Whether what the config watches has moved by more than its threshold. What was never sent always has. */
function hasMoved({ trigger }: Config, agent: Agent, { weights, score }: Watch, mean: number): boolean {
  if (trigger === 'always') return true
  if ('policy' in trigger) return weights === null || movedSince(agent, weights) > trigger.policy
  return score === null || Math.abs(mean - score) > trigger.score
}

/**
 * Whether the agent sends something at an exchange. It is asked once for each, and remembers what it sent.
 * @param number the agent's number in the run
 */
export function sends(config: Config, agent: Agent, number: number, round: number): boolean {
  if (!isDrawn(config, round, number)) return false
  const { trigger } = config
  if (trigger === 'always') return true
  const watch = watchOf(agent)
  const mean = watch.episodes ? watch.sum / watch.episodes : 0
  watch.hasSent = hasMoved(config, agent, watch, mean)
  watch.sum = 0
  watch.episodes = 0
  if (watch.hasSent) {
    watch.score = mean
    if ('policy' in trigger) watch.weights = agent.weights()
  }
  return watch.hasSent
}

/** Whether the agent sent something at this exchange, after `sends`. */
export function hasSent(config: Config, agent: Agent, number: number, round: number): boolean {
  if (!isDrawn(config, round, number)) return false
  return config.trigger === 'always' || watchOf(agent).hasSent
}

/** Gives an agent what it remembers, where it goes on in another place. */
export function setWatch(agent: Agent, watch: Watch): void {
  watches.set(agent, watch)
}
