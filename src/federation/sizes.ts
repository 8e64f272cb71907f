// The longest message that a run over carriers can send, so that a broker which takes only shorter ones is refused before
// the first episode.

import { measureAgents, policyNets } from '../kernel/layout.ts'
import type { Kernel } from '../kernel/wasm.ts'
import { longestPeriod } from '../run/periods.ts'
import type { Setup } from '../run/setup.ts'
import { HEADER_BYTES } from '../wire/frame.ts'
import { entryBytes, type PayloadKind } from '../wire/payload.ts'
import { ENVELOPE_BYTES } from './envelope.ts'
import { packGreeting } from './greetings.ts'
import { playsPeriods } from './group.ts'
import { termsOf } from './lobby.ts'
import { packAnswers, packRequest } from './packing.ts'

const EMPTY: Uint8Array = new Uint8Array(0)

/** Weights of the largest agent. */
function mostWeights(kernel: Kernel, { config, env }: Setup): number {
  const none = { proxies: 0, replay: 0, targets: 0 }
  return policyNets(config).reduce(
    (most, _, agent) => Math.max(most, measureAgents(kernel, env, config, none, [agent]).weights),
    0,
  )
}

/** The most entries of a payload, from one agent and from the server. */
function mostEntries(kind: PayloadKind, setup: Setup, weights: number): { readonly up: number; readonly down: number } {
  const { capacity, config, context } = setup
  const { proxies, replay, targets } = capacity
  if (kind === 'proxies' || kind === 'visits') {
    return { up: proxies, down: Math.min(config.agents * proxies, context.space.clusters) }
  }
  if (kind === 'replay') return { up: replay, down: config.agents * replay }
  if (kind === 'weights') return { up: weights, down: weights }
  return kind === 'policies' ? { up: targets, down: targets } : { up: 0, down: 0 }
}

/**
 * Bytes of the longest message between the server and a place with one agent, either way. What a method of one's own
 * sends may be longer, if it sends more entries than its memory holds.
 */
export function longestMessage(kernel: Kernel, setup: Setup): number {
  const { config, method, context } = setup
  const weights = mostWeights(kernel, setup)
  const kind = method.payload(config)
  const most = mostEntries(kind, setup, weights)
  const frame = (entries: number) => (kind === 'none' ? 0 : HEADER_BYTES + entries * entryBytes(kind, context.space))
  const episodes = playsPeriods(setup) ? longestPeriod(config) : 1
  const played = new Array(episodes).fill({ score: 0, steps: 0 })
  const lengths = [
    packAnswers([[...played, EMPTY]]).length + frame(most.up),
    packAnswers([[EMPTY]]).length + weights * entryBytes('weights', context.space),
    packRequest({ ask: 'download', round: 0, frames: [EMPTY] }).length + frame(most.down),
  ]
  return Math.max(ENVELOPE_BYTES + Math.max(...lengths), longestGreeting(setup))
}

/** The longest number that a status says, and a version or a mark with some room. */
const MOST = Number.MAX_SAFE_INTEGER
const LONGEST_TEXT = ' '.repeat(64)

/** Bytes of the longest greeting, which is a status. */
function longestGreeting(setup: Setup): number {
  const agents = Array.from({ length: setup.config.agents }, () => ({ agent: setup.config.agents, heard: MOST }))
  const numbers = { episode: setup.config.cap, exchanges: setup.config.cap, best: -Number.MAX_VALUE }
  const terms = termsOf(setup, LONGEST_TEXT)
  return packGreeting({ kind: 'status', ...terms, mark: LONGEST_TEXT, state: 'waiting', ...numbers, agents }).length
}
