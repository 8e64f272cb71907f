// A group: agents of a federation that live in one place, such as a thread, and answer together. It plays a whole period
// at one request. Where the run ends within a period, the group goes back: the agents take the state that they had
// before the period, and play it again up to the run's last episode.

import { integerIn } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import type { Agent } from '../kernel/agent.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { instantiate } from '../kernel/wasm.ts'
import type { Past } from '../run/frames.ts'
import { type Ask, type Downlink, type Play, startAgents } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import { setWatch, watchOf } from '../run/triggers.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import { deviceOf } from './device.ts'
import { readKnown, readWatch, writeKnown, writeWatch } from './kept.ts'
import { afterDownloads, afterUpload, downlinkOf, type Known, NEW, type Now } from './messages.ts'
import { type GroupRequest, packAnswers, type Said, unpackRequest } from './packing.ts'
import { episodes, sayAll } from './saying.ts'

/** The agents of one place. */
export interface Group {
  /**
   * the answers to a request, of which there is one at a time; what an agent's code throws is among the answers
   * @throws RangeError for no request
   */
  readonly answer: (request: Uint8Array) => Promise<Uint8Array>
  /** what the server said at the end of the run; null before it */
  readonly ended: () => string | null
  /** writes all that the group knows, between two requests */
  readonly save: (writer: ByteWriter) => void
  /** continues where a group with the same run and agents was saved. @throws RangeError for anything else */
  readonly load: (reader: ByteReader) => void
}

/**
 * Whether a period and its upload can be asked at once. Where the run may end within it, an environment of one's own would
 * have to go back too, and no copy of an agent holds it.
 */
export const playsPeriods = ({ own, config }: Setup): boolean => own === null || config.until === 'cap'

/** What a group takes beside its run. */
export interface GroupOptions {
  /** a compiled kernel instead of the embedded one */
  readonly module?: WasmModule
  /**
   * plays an episode, as in RunOptions; it may return a promise. Where the run ends within a period, the agents play the
   * first episodes of that period again without it
   */
  readonly play?: Play<number | Promise<number>>
  /** called before each episode, which begins when what it returns has come true: to give way to others, and to count */
  readonly between?: () => Promise<void>
}

/** Plays an episode of the group's k-th agent, and returns its score. */
type Showing = (agent: Agent, k: number) => Promise<number>

/** @param numbers the agents' numbers, ascending */
export function openGroup(
  setup: Setup,
  numbers: readonly number[],
  { module, play, between }: GroupOptions = {},
): Group {
  const kernel = instantiate(module)
  const device = setup.own && !play ? deviceOf(setup.own) : null
  const agents = startAgents(kernel, device ? { ...setup, own: device.own } : setup, numbers)
  /** how an episode is played; null where the agent plays it by itself */
  const showing: Showing | null = device?.play ?? (play ? async (agent, k) => play(agent, numbers[k]) : null)
  const now: Now = { episode: 1, round: 0 }
  let known: readonly Known[] = agents.map(() => NEW)
  const mayGoBack = setup.config.until !== 'cap'
  /** the agents as they were before the period, where the run may end before the last thing that was asked */
  let before: { readonly from: number; readonly uploads: boolean; readonly states: readonly Uint8Array[] } | null = null
  let ended: string | null = null

  /** What the k-th agent says to one request after the other. */
  const say = (k: number, asked: readonly Ask[], how = showing) => {
    const act = how && (() => how(agents[k], k))
    return sayAll(setup, agents[k], numbers[k], asked, { play: act, between })
  }
  /** What each agent says, one agent after the other. */
  const each = async (saying: (k: number) => Promise<Said[]>): Promise<Said[][]> => {
    const said: Said[][] = []
    for (const k of agents.keys()) said.push(await saying(k))
    return said
  }
  /** What belongs to each agent of the group, at its number. */
  const byNumber = <T>(values: readonly T[]): readonly T[] => {
    const all: T[] = []
    for (const [k, number] of numbers.entries()) all[number] = values[k]
    return all
  }
  /** The pasts of the agents at an exchange, which may be later than the next: of those between, the group had no part. */
  const pastsAt = (round: number): readonly Past[] => {
    integerIn(now.round)(round, 'request.round')
    return byNumber(known.map(({ past }) => past))
  }

  const period = async ({ from, to, round }: GroupRequest & { ask: 'period' }): Promise<Said[][]> => {
    integerIn(now.episode, now.episode)(from, 'first episode of the request')
    integerIn(from - 1, playsPeriods(setup) ? setup.config.cap : from)(to, 'last episode of the request')
    const asked = episodes(from, to)
    const uploads = round !== null
    if (uploads) asked.push({ ask: 'upload', round, pasts: pastsAt(round) })
    const isAhead = mayGoBack && asked.length > 1
    before = isAhead ? { from, uploads, states: agents.map((agent) => agent.save()) } : null
    now.episode = to + 1
    const said = await each((k) => say(k, asked))
    if (uploads) known = known.map((knows, k) => afterUpload(knows, said[k][asked.length - 1]))
    return said
  }
  const download = async ({ round, frames }: GroupRequest & { ask: 'download' }): Promise<Said[][]> => {
    if (frames.length !== 1 && frames.length !== agents.length) {
      throw new RangeError(expected('request.frames', `1 frame, or ${agents.length}`, frames.length))
    }
    const pasts = pastsAt(round)
    let last: { readonly frame: Uint8Array; readonly past: Past; readonly downlink: Downlink } | null = null
    // Agents that receive one frame, and have the same download before it, read it once.
    const downlinks = known.map(({ past }, k) => {
      const frame = frames[k] ?? frames[0]
      if (last?.frame === frame && last.past.base === past.base) return last.downlink
      last = { frame, past, downlink: downlinkOf(setup, round, frame, past.base) }
      return last.downlink
    })
    const asked: Ask = { ask: 'download', round, downlinks: byNumber(downlinks), pasts }
    known = afterDownloads(setup, known, downlinks)
    now.round = round + 1
    before = null
    return each((k) => say(k, [asked]))
  }
  const weights = async (episode: number): Promise<Said[][]> => {
    const played = now.episode - 1
    integerIn(before ? before.from : played, played)(episode, 'request.episode')
    if (before && (before.uploads || episode < played)) {
      for (const [k, state] of before.states.entries()) agents[k].load(state)
      const again = episodes(before.from, episode)
      await each((k) => say(k, again, null))
      before = null
      now.episode = episode + 1
    }
    return each((k) => say(k, [{ ask: 'weights' }]))
  }
  const perform = async (request: GroupRequest): Promise<Said[][]> => {
    if (request.ask === 'period') return period(request)
    if (request.ask === 'download') return download(request)
    if (request.ask === 'weights') return weights(request.episode)
    ended = request.message
    return []
  }
  const save = (writer: ByteWriter) => {
    writer.u32(now.episode)
    writer.u32(now.round)
    writer.u8(before ? 1 : 0)
    if (before) {
      writer.u32(before.from)
      writer.u8(before.uploads ? 1 : 0)
    }
    for (const [k, agent] of agents.entries()) {
      if (before) writer.block(before.states[k])
      writer.block(agent.save())
      writeKnown(writer, known[k])
      if (setup.config.trigger !== 'always') writeWatch(writer, watchOf(agent))
    }
  }
  const load = (reader: ByteReader) => {
    now.episode = reader.u32()
    now.round = reader.u32()
    const isAhead = reader.u8() === 1
    const from = isAhead ? reader.u32() : 0
    const uploads = isAhead && reader.u8() === 1
    const states: Uint8Array[] = []
    const read: Known[] = []
    for (const agent of agents) {
      if (isAhead) states.push(reader.block().slice())
      agent.load(reader.block())
      read.push(readKnown(reader))
      if (setup.config.trigger !== 'always') setWatch(agent, readWatch(reader))
    }
    known = read
    before = isAhead ? { from, uploads, states } : null
  }
  return {
    answer: async (request) => packAnswers(await perform(unpackRequest(request))),
    ended: () => ended,
    save,
    load,
  }
}
