// Which packets of a run are lost, from the streams of its seed: the same whatever the method, the codec and the link, so that
// these are compared on common random numbers. docs/numerics.md specifies the keys.

import { integerIn, text } from '../config/checks.ts'
import { instantiate } from '../kernel/wasm.ts'
import { streamKey } from '../run/streams.ts'
import type { Losses } from './transfer.ts'

const purposes = { up: 'uplink', down: 'downlink' } as const

/**
 * The losses of a run.
 *
 * @param environment the name of its environment
 * @param seed the seed of the run
 * @param agents how many agents it has
 */
export function lossesOf(environment: string, seed: number, agents: number): Losses {
  text(environment, 'environment')
  integerIn(0)(seed, 'seed')
  const kernel = instantiate()
  const streams = Array.from({ length: integerIn(1, 1 << 16)(agents, 'agents') }, () =>
    kernel.reserve(kernel.streamBytes()),
  )
  return (exchange, way) => {
    for (const [agent, stream] of streams.entries()) {
      kernel.streamSeed(stream, ...streamKey(environment, seed, agent, purposes[way], exchange))
    }
    return (agent) => kernel.streamUniform(streams[agent])
  }
}
