// What the statistics need from outside: distribution functions, and random draws from seeded streams of the kernel.

import { instantiate } from '../kernel/index.ts'
import type { StatisticsTools } from '../paper/effects.ts'
import { loadDistributions } from '../stats/distributions.ts'

/** The key of the bootstrap's stream. It is fixed, so that an interval depends on the runs alone. */
const BOOTSTRAP = [0x626f6f74, 1] as const

/** A stream of the kernel, which each call of `restart` seeds anew. */
function openStream() {
  const kernel = instantiate()
  const at = kernel.reserve(kernel.streamBytes())
  return {
    restart: (low: number, high: number) => kernel.streamSeed(at, low, high),
    word: () => kernel.streamWord(at) >>> 0,
    below: (bound: number) => kernel.streamInteger(at, bound) >>> 0,
  }
}

/** A fresh stream of words for an interval, the same at each call. */
export function streamWords(): () => number {
  shared ??= openStream()
  shared.restart(...BOOTSTRAP)
  return shared.word
}

let shared: ReturnType<typeof openStream> | undefined

/** @throws Error where the packages of the distribution functions are missing */
export async function loadStatistics(): Promise<StatisticsTools> {
  return { distributions: await loadDistributions(), words: streamWords }
}

/** Uniform integers in 0..bound-1 that depend on the seed alone. */
export function integersOf(seed: number): (bound: number) => number {
  const stream = openStream()
  stream.restart(seed % 0x100000000, Math.floor(seed / 0x100000000))
  return stream.below
}
