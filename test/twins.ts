// The twin of an agent: an actor-critic in plain TypeScript that draws from the same streams and starts from the same
// weights.
import type { Config } from '../src/config/config.ts'
import type { Environment } from '../src/config/environment.ts'
import type { Purpose } from '../src/kernel/records.ts'
import { streamKey } from '../src/run/streams.ts'
import type { Agent } from './reference/a2c.ts'
import { makeAdam } from './reference/adam.ts'
import { initNet, POLICY_HEAD_GAIN, VALUE_HEAD_GAIN } from './reference/init.ts'
import { makeStream, type Stream } from './reference/philox.ts'
import type { Num } from './reference/rounding.ts'

type World = Pick<Environment, 'name' | 'observations' | 'actions'>

/** The twin of an agent, agent 0 unless its number is given. */
export function makeTwin(num: Num, config: Config, world: World, seed: number, number = 0): Agent & { replay: Stream } {
  const { name, observations, actions } = world
  const stream = (purpose: Purpose) => makeStream(...streamKey(name, seed, number, purpose))
  const { activation, width, depth } = config
  const shape = { inputs: observations, activation, width, depth }
  const critic = config.critic === 'policy' ? shape : config.critic
  const init = stream('init')
  const policy = initNet(num, { ...shape, outputs: actions }, config.init, POLICY_HEAD_GAIN, init)
  const value = initNet(num, { ...shape, ...critic, outputs: 1 }, config.init, VALUE_HEAD_GAIN, init)
  return {
    settings: { ...config, clip: config.clip || null, epsilon: 1e-7 },
    policy,
    value,
    policyAdam: makeAdam(policy),
    valueAdam: makeAdam(value),
    reset: stream('reset'),
    action: stream('action'),
    replay: stream('replay'),
    records: [],
  }
}
