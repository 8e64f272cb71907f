// Streams of random numbers that the host draws from, and no agent's block holds: of codecs, of who takes part, and of what
// is lost. Each is seeded anew for every exchange, so that none has to go back with an agent or be stored.

import type { Config } from '../config/config.ts'
import type { Draws } from '../kernel/records.ts'
import { drawsOf } from '../kernel/rng.ts'
import { instantiate, type Kernel } from '../kernel/wasm.ts'
import { type HostPurpose, streamKey } from './streams.ts'

let kernel: Kernel | undefined
/** where the stream of each purpose lies */
const places = new Map<HostPurpose, number>()

/** Seeds the stream of a purpose, and returns its address and the instance that it is in. */
function seeded({ env, seed }: Config, who: number | 'server', purpose: HostPurpose, exchange: number) {
  kernel ??= instantiate()
  const place = places.get(purpose) ?? kernel.reserve(kernel.streamBytes())
  places.set(purpose, place)
  kernel.streamSeed(place, ...streamKey(env, seed, who, purpose, exchange))
  return { kernel, place }
}

/** Draws from the stream of a purpose at one exchange. They must be taken before the next exchange asks for its own. */
export function hostDraws(config: Config, who: number | 'server', purpose: HostPurpose, exchange: number): Draws {
  const { kernel, place } = seeded(config, who, purpose, exchange)
  return drawsOf(kernel, place)
}

/** The words of the stream `codec` at one exchange, which is seeded with the first of them. */
export function codecWords(config: Config, who: number | 'server', exchange: number): () => number {
  let stream: ReturnType<typeof seeded> | undefined
  return () => {
    stream ??= seeded(config, who, 'codec', exchange)
    return stream.kernel.streamWord(stream.place) >>> 0
  }
}
