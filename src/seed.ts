// Stream keys: every random stream of a run is named by (experiment, seed, agent, purpose) and by nothing else, so that
// methods, presets and sizes are compared on common random numbers. docs/numerics.md.

import { sha256 } from '@noble/hashes/sha2.js'
import { ascii } from './digest.ts'
import { type Agent, type Purpose, purposes } from './kernel/agent.ts'

/** Philox key of a stream: two u32. */
export function streamKey(experiment: string, seed: number, agent: number, purpose: Purpose): [number, number] {
  const hash = sha256.create().update(ascii('frd-seed-v1\0'))
  for (const part of [experiment, String(seed), String(agent), purpose]) {
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, part.length, true)
    hash.update(length).update(ascii(part))
  }
  const view = new DataView(hash.digest().buffer)
  return [view.getUint32(0, true), view.getUint32(4, true)]
}

/** Gives an agent its streams of a run and draws its first weights, from the stream of agent `init`. */
export function seedAgent(agent: Agent, seed: number, number: number, init = number): void {
  for (const purpose of purposes) {
    agent.seed(purpose, streamKey(agent.env.name, seed, purpose === 'init' ? init : number, purpose))
  }
  agent.init()
}
