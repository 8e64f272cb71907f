// What the course of a mission asks episode by episode, asked of a group by the period: the answers that come ahead of
// their episode are kept until the course asks for them, and dropped where it ends before.

import { expected } from '../config/errors.ts'
import type { Ask, AskDownload } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import { playsPeriods } from './group.ts'
import { type GroupRequest, packRequest, type Said } from './packing.ts'

/** What a group is asked until the run is over. */
export type AskedRequest = Exclude<GroupRequest, { readonly ask: 'end' }>

/** The answers of a group's agents, in their order, to one request of the course. */
export type AskGroup = (asked: Ask) => Promise<readonly (Said | undefined)[]>

/** The period that begins with an episode, with the upload after it; where nothing can be asked ahead, that episode. */
function periodFrom(setup: Setup, from: number, round: number): GroupRequest & { ask: 'period' } {
  const { config, method } = setup
  const { cap, period } = config
  if (!playsPeriods(setup)) return { ask: 'period', from, to: from, round: null }
  const end = Math.ceil(from / period) * period
  const sends = method.targets !== null && method.payload(config) !== 'none' && end < cap
  return { ask: 'period', from, to: Math.min(end, cap), round: sends ? round : null }
}

/** A request as bytes. */
export const packGroupRequest = (request: GroupRequest): Uint8Array =>
  request.ask === 'download' ? packDownload(request.round, request.frames) : packRequest(request)

/** A request to learn from one frame, which all groups share: its bytes are kept once. */
const packed = new WeakMap<Uint8Array, { readonly round: number; readonly bytes: Uint8Array }>()

export function packDownload(round: number, frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length !== 1) return packRequest({ ask: 'download', round, frames })
  const before = packed.get(frames[0])
  if (before?.round === round) return before.bytes
  const bytes = packRequest({ ask: 'download', round, frames })
  packed.set(frames[0], { round, bytes })
  return bytes
}

/** The frame, if all agents of the group receive the same, or one frame for each of them. */
export function framesFor({ downlinks }: AskDownload, numbers: readonly number[]): Uint8Array[] {
  const frames = numbers.map((number) => downlinks[number].frame)
  return frames.every((frame) => frame === frames[0]) ? [frames[0]] : frames
}

/**
 * Asks a group what a course asks of all agents.
 * @param numbers the group's agents
 * @param ask carries a request to the group, and back the answers of its agents in their order
 * @throws RangeError for answers that are not those of this group, and as `ask`
 */
export function askingAhead(
  setup: Setup,
  numbers: readonly number[],
  ask: (request: AskedRequest) => Promise<readonly (readonly Said[])[]>,
): AskGroup {
  /** the period that was asked last */
  let { from, to, round } = { from: 1, to: 0, round: null as number | null }
  let nextRound = 0
  let episode = 0
  /** what each agent has said of its episodes, and then of its upload */
  let ahead: readonly (readonly Said[])[] = []
  const send = async (request: AskedRequest) => {
    const answers = await ask(request)
    if (answers.length === numbers.length) return answers
    throw new RangeError(expected('answer', `those of ${numbers.length} agents`, `those of ${answers.length}`))
  }
  const firsts = (answers: readonly (readonly Said[])[]) => answers.map(([said]) => said)
  return async (asked) => {
    if (asked.ask === 'weights') return firsts(await send({ ask: 'weights', episode }))
    if (asked.ask === 'download') {
      nextRound++
      return firsts(await send({ ask: 'download', round: asked.round, frames: framesFor(asked, numbers) }))
    }
    if (asked.ask === 'upload') {
      if (round === asked.round) return ahead.map((list) => list[to - from + 1])
      return firsts(await send({ ask: 'period', from: to + 1, to, round: asked.round }))
    }
    episode = asked.episode
    if (episode > to) {
      const next = periodFrom(setup, episode, nextRound)
      ahead = await send(next)
      ;({ from, to, round } = next)
    }
    return ahead.map((list) => list[episode - from])
  }
}
