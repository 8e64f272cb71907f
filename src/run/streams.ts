// The keys of random streams. A stream is named by environment, seed, agent and purpose and by nothing else, so that
// methods, presets and sizes are compared on the same random numbers. The server's streams have its name in place of an
// agent's number. docs/numerics.md specifies the key.

import { sha256 } from '@noble/hashes/sha2.js'
import type { Agent } from '../kernel/agent.ts'
import { type Purpose, purposes } from '../kernel/records.ts'
import { ascii } from './digest.ts'

/** What a stream of the host is for, which no agent's block holds. */
export type HostPurpose = 'codec' | 'participation' | 'dropout' | 'uplink' | 'downlink'

/**
 * The Philox key of a stream: two u32.
 * @param round the exchange, from 0, of a stream that each exchange has anew
 */
export function streamKey(
  environment: string,
  seed: number,
  agent: number | 'server',
  purpose: Purpose | HostPurpose,
  round?: number,
): [number, number] {
  const hash = sha256.create().update(ascii('frd-seed-v1\0'))
  const parts = [environment, String(seed), String(agent), purpose, ...(round === undefined ? [] : [String(round)])]
  for (const part of parts) {
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, part.length, true)
    hash.update(length).update(ascii(part))
  }
  const view = new DataView(hash.digest().buffer)
  return [view.getUint32(0, true), view.getUint32(4, true)]
}

/**
 * Seeds the streams of the agent with this number in a run, and draws its first weights from the stream of agent
 * `init`.
 */
export function seedAgent(agent: Agent, seed: number, number: number, init = number): void {
  for (const purpose of purposes) {
    agent.seed(purpose, streamKey(agent.env.name, seed, purpose === 'init' ? init : number, purpose))
  }
  agent.init()
}
