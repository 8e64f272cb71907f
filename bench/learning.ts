// The work of a policy that learns: an agent plays whole episodes from its first weights, at a seed at which they become
// long. The kernel gives the same bits everywhere, so that every repetition is the same episodes to the last step, and
// none reaches what thousands of episodes end in: episodes of ten steps, or probabilities that are subnormal numbers.

import type { Config } from '../src/config/config.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { type Agent, environments, instantiate, layOut, purposes } from '../src/kernel/index.ts'
import { streamKey } from '../src/run/streams.ts'

/** With both presets and n = 24 and 50 the episodes of the last 10,000 steps have 197 to 450 steps on average. */
export const SEED = 8

/** Environment steps of one repetition; its last episode is played to the end. */
export const STEPS = 20_000

export interface Learner {
  readonly agent: Agent
  /** puts the agent back to its first weights and to the beginning of its random streams */
  readonly restart: () => void
}

export function makeLearner(preset: Config['preset'], width: number, depth = 2): Learner {
  const kernel = instantiate()
  const [env] = environments
  const config = resolveConfig({ preset, width, depth, agents: 1, seed: SEED })
  const [agent] = layOut(kernel, env, config, { proxies: 0, replay: 0, targets: 0 })
  for (const purpose of purposes) agent.seed(purpose, streamKey(env.name, SEED, 0, purpose))
  agent.init()
  const block = () => new Uint8Array(kernel.memory.buffer, agent.block, agent.bytes)
  const first = block().slice()
  return { agent, restart: () => block().set(first) }
}

/** Plays one repetition from the beginning; the lengths of its episodes. */
export function playFromStart({ agent, restart }: Learner): number[] {
  restart()
  const lengths: number[] = []
  for (let steps = 0; steps < STEPS; ) {
    const length = agent.playEpisode()
    lengths.push(length)
    steps += length
  }
  return lengths
}
