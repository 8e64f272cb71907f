// One thread of a run at play. It has one block for whichever agent it plays: the state of an agent lies in memory that
// all threads see, and only the thread that plays the agent touches it. In an environment of one's own, whose state is the
// thread's, an agent stays in one thread.

import { deviceOf } from '../federation/device.ts'
import type { Said } from '../federation/packing.ts'
import { episodes, isBroken, sayAll } from '../federation/saying.ts'
import type { Agent } from '../kernel/agent.ts'
import { layOutOne } from '../kernel/layout.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { instantiate } from '../kernel/wasm.ts'
import type { Past } from '../run/frames.ts'
import { type Ask, startAgent } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import { type Dividing, giveBack, take } from './board.ts'

/** Requests that all agents answer, one after the other. */
export interface Batch {
  /** how many requests came before this batch */
  readonly first: number
  /** to learn from a body, which is checked already: from one for all, or each agent from its own */
  readonly download: {
    readonly round: number
    readonly bodies: readonly Uint8Array[]
    /** the exchanges before it, as the agents know them */
    readonly past: Past
  } | null
  /** to play episodes, and then, unless `round` is null, to send that upload */
  readonly period: {
    readonly from: number
    readonly to: number
    readonly round: number | null
    /** the exchanges before the upload */
    readonly past: Past
  } | null
  /** to send the weights in the end */
  readonly weights: boolean
  /** where the agents begin: anew, as they are, or as they were before the last period */
  readonly begins: 'anew' | 'now' | 'before'
  /** whether the states before the first episode are kept, because the run may end within the period */
  readonly keeps: boolean
}

/** What an agent has said to some requests of a batch. */
export interface AnsweredPart {
  readonly agent: number
  /** the place of the first of these requests in the batch */
  readonly at: number
  readonly said: readonly Said[]
}

/** What the threads of a run share. */
export interface Shared {
  readonly board: Int32Array
  /** the states of each agent: as it is, and as it was before a period, where the run may end within it */
  readonly states: readonly { readonly now: Uint8Array; readonly before: Uint8Array | null }[]
  readonly threads: number
  readonly dividing: Dividing
}

/** How many requests a batch has. */
export const asksOf = ({ download, period, weights }: Omit<Batch, 'first'>): number =>
  (download ? 1 : 0) + (period ? period.to - period.from + 1 + (period.round === null ? 0 : 1) : 0) + (weights ? 1 : 0)

const NONE = new Uint8Array(0)

/** The requests of a batch in the form in which an agent answers them. */
function asksFor({ download, period, weights }: Batch, agent: number): Ask[] {
  const all: Ask[] = []
  const forAll = <T>(one: T): T[] => new Array(agent + 1).fill(one)
  if (download) {
    const { round, bodies, past } = download
    const downlinks = forAll({ frame: NONE, body: bodies[agent] ?? bodies[0] })
    all.push({ ask: 'download', round, downlinks, pasts: forAll(past) })
  }
  if (period) {
    all.push(...episodes(period.from, period.to))
    if (period.round !== null) all.push({ ask: 'upload', round: period.round, pasts: forAll(period.past) })
  }
  if (weights) all.push({ ask: 'weights' })
  return all
}

/** The steps of an episode, in the mean of those that were just played; null where there was none. */
function paceOf(said: readonly Said[]): number | null {
  const steps = said.flatMap((one) => (typeof one === 'object' && one !== null && 'steps' in one ? [one.steps] : []))
  return steps.length ? steps.reduce((sum, count) => sum + count, 0) / steps.length : null
}

/**
 * Plays what no other thread plays of a batch.
 * @param between called before each episode and each part, which begin when what it returns has come true
 */
export type Player = (batch: Batch, between?: () => Promise<void>) => Promise<AnsweredPart[]>

/**
 * Makes what plays in this thread. All threads lay out the same, so that the addresses in a block hold in each.
 * @param thread the number of the thread
 * @throws RangeError if the runtime has no memory
 */
export function openPlayer(given: Setup, module: WasmModule, shared: Shared, thread: number): Player {
  const { board, states, threads, dividing } = shared
  const device = given.own && deviceOf(given.own)
  const setup = device ? { ...given, own: device.own } : given
  const isMine = (agent: number) => device === null || agent % threads === thread
  const kernel = instantiate(module)
  const agentAt = layOutOne(kernel, setup.env, setup.config, setup.capacity)
  /** the agents that were here, all in one block, in the order in which they came */
  const agents = new Map<number, { readonly agent: Agent; readonly k: number }>()
  /** the agent whose state is in the block, and how many requests it had answered then */
  let held = { number: -1, answered: 0 }

  /** Brings the state of an agent into the block. */
  const enter = (number: number, answered: number, begins: Batch['begins']): { agent: Agent; k: number } => {
    const known = begins === 'anew' ? undefined : agents.get(number)
    const seat = known ?? { agent: agentAt(number), k: agents.size }
    agents.set(number, seat)
    const { now, before } = states[number]
    const isHere = begins === 'now' && held.number === number && held.answered === answered
    if (begins === 'anew') startAgent(setup, seat.agent, number)
    else if (!isHere) blockOf(seat.agent).set(begins === 'before' ? before! : now)
    return seat
  }
  const blockOf = (agent: Agent) => new Uint8Array(kernel.memory.buffer, agent.block, agent.bytes)

  return async (batch, between) => {
    const parts: AnsweredPart[] = []
    const span = { first: batch.first, asks: asksOf(batch) }
    const firstEpisode = batch.download ? 1 : 0
    for (;;) {
      await between?.()
      const taken = take(board, span, threads, dividing, isMine)
      if (!taken) return parts
      const { agent: number, at, asks } = taken
      const { agent, k } = enter(number, batch.first + at, at === 0 ? batch.begins : 'now')
      const play = device && (() => device.play(agent, k))
      let keeps = batch.keeps && at <= firstEpisode
      const before = async () => {
        if (keeps) states[number].before!.set(blockOf(agent))
        keeps = false
        await between?.()
      }
      const said = await sayAll(setup, agent, number, asksFor(batch, number).slice(at, at + asks), {
        play,
        between: before,
      })
      states[number].now.set(blockOf(agent))
      const answered = batch.first + (said.some(isBroken) ? span.asks : at + asks)
      held = { number, answered }
      giveBack(board, number, answered, paceOf(said))
      parts.push({ agent: number, at, said })
    }
  }
}
