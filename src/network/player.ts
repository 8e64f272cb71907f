// One thread of a run at play. It has one block for whichever agent it plays: the state of an agent lies in memory that
// all threads see, and only the thread that plays the agent touches it. In an environment of one's own, whose state is the
// thread's, an agent stays in one thread.

import { ByteReader, ByteWriter } from '../federation/bytes.ts'
import { deviceOf } from '../federation/device.ts'
import { readWatch, writeWatch } from '../federation/kept.ts'
import type { Said } from '../federation/packing.ts'
import { episodes, isBroken, sayAll } from '../federation/saying.ts'
import type { Agent } from '../kernel/agent.ts'
import { layOutOne } from '../kernel/layout.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { instantiate } from '../kernel/wasm.ts'
import type { Past } from '../run/frames.ts'
import { type Ask, type Downlink, startAgent } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import { setWatch, watchOf } from '../run/triggers.ts'
import { type Dividing, giveBack, take } from './board.ts'

/** Requests that all agents answer, one after the other. */
export interface Batch {
  /** how many requests came before this batch */
  readonly first: number
  /** to learn from downlinks, which are checked already, one per agent */
  readonly download: {
    readonly round: number
    readonly downlinks: readonly Downlink[]
    /** the exchanges before it, as each agent knows them */
    readonly pasts: readonly Past[]
  } | null
  /** to play episodes, and then, unless `round` is null, to send that upload */
  readonly period: {
    readonly from: number
    readonly to: number
    readonly round: number | null
    /** the exchanges before the upload, as each agent knows them */
    readonly pasts: readonly Past[]
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

/** The state of an agent. */
export interface SharedState {
  /** its block */
  readonly now: Uint8Array
  /** its block before a period, where the run may end within it */
  readonly before: Uint8Array | null
  /** what it compares itself with, where the config has it do so */
  readonly watch: Uint8Array | null
}

/** What the threads of a run share. */
export interface Shared {
  readonly board: Int32Array
  readonly states: readonly SharedState[]
  readonly threads: number
  readonly dividing: Dividing
}

/** How many requests a batch has. */
export const asksOf = ({ download, period, weights }: Omit<Batch, 'first'>): number =>
  (download ? 1 : 0) + (period ? period.to - period.from + 1 + (period.round === null ? 0 : 1) : 0) + (weights ? 1 : 0)

/** The requests of a batch in the form in which an agent answers them. */
function asksFor({ download, period, weights }: Batch): Ask[] {
  const all: Ask[] = download ? [{ ask: 'download', ...download }] : []
  if (period) {
    const { from, to, round, pasts } = period
    all.push(...episodes(from, to))
    if (round !== null) all.push({ ask: 'upload', round, pasts })
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
    const { now, before, watch } = states[number]
    const isHere = begins === 'now' && held.number === number && held.answered === answered
    if (begins === 'anew') startAgent(setup, seat.agent, number)
    else if (!isHere) {
      blockOf(seat.agent).set(begins === 'before' ? before! : now)
      if (watch) setWatch(seat.agent, readWatch(new ByteReader(watch, 'watch')))
    }
    return seat
  }
  /** Puts the state of an agent where all threads see it. */
  const leave = (number: number, agent: Agent) => {
    const { now, watch } = states[number]
    now.set(blockOf(agent))
    if (!watch) return
    const writer = new ByteWriter()
    writeWatch(writer, watchOf(agent))
    watch.set(writer.end())
  }
  const blockOf = (agent: Agent) => new Uint8Array(kernel.memory.buffer, agent.block, agent.bytes)

  return async (batch, between) => {
    const parts: AnsweredPart[] = []
    const span = { first: batch.first, asks: asksOf(batch) }
    const firstEpisode = batch.download ? 1 : 0
    const all = asksFor(batch)
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
      const said = await sayAll(setup, agent, number, all.slice(at, at + asks), {
        play,
        between: before,
      })
      leave(number, agent)
      const answered = batch.first + (said.some(isBroken) ? span.asks : at + asks)
      held = { number, answered }
      giveBack(board, number, answered, paceOf(said))
      parts.push({ agent: number, at, said })
    }
  }
}
