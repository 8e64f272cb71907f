// What statistics and samples need from outside: distribution functions, and draws from the kernel's seeded streams.

import { loadDistributions } from '../distributions.ts'
import type { Tools } from '../effect.ts'
import { instantiate } from '../kernel/index.ts'

/** Key of the bootstrap's stream: fixed, so that an interval is a function of the runs. */
const BOOTSTRAP = [0x626f6f74, 1] as const

/** A stream of the kernel, seeded anew by each call of `restart`. */
function openStream() {
  const kernel = instantiate()
  const at = kernel.reserve(kernel.streamBytes())
  return {
    restart: (low: number, high: number) => kernel.streamSeed(at, low, high),
    word: () => kernel.streamWord(at) >>> 0,
    below: (bound: number) => kernel.streamInteger(at, bound) >>> 0,
  }
}

/** @throws Error where the packages of the distribution functions are missing */
export async function loadTools(): Promise<Tools> {
  const stream = openStream()
  const words = () => {
    stream.restart(...BOOTSTRAP)
    return stream.word
  }
  return { distributions: await loadDistributions(), words }
}

/** Uniform integers in 0..bound-1, a function of the seed. */
export function integersOf(seed: number): (bound: number) => number {
  const stream = openStream()
  stream.restart(seed % 0x100000000, Math.floor(seed / 0x100000000))
  return stream.below
}
