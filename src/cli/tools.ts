// What statistics need from outside: distribution functions, and seeded words for the bootstrap.

import { loadDistributions } from '../distributions.ts'
import type { Tools } from '../effect.ts'
import { instantiate } from '../kernel/index.ts'

/** Key of the bootstrap's stream: fixed, so that an interval is a function of the runs. */
const KEY = [0x626f6f74, 1] as const

/** @throws Error where the packages of the distribution functions are missing */
export async function loadTools(): Promise<Tools> {
  const kernel = instantiate()
  const stream = kernel.reserve(kernel.streamBytes())
  const words = () => {
    kernel.streamSeed(stream, ...KEY)
    return () => kernel.streamWord(stream) >>> 0
  }
  return { distributions: await loadDistributions(), words }
}
