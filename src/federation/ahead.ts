// What the course of a mission asks episode by episode, asked of a group by the period: the answers that come ahead of
// their episode are kept until the course asks for them, and dropped where it ends before.

import { expected } from '../config/errors.ts'
import { periodOf } from '../run/periods.ts'
import type { Ask, AskDownload } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import { playsPeriods } from './group.ts'
import { type GroupRequest, packRequest, type Said, unpackAnswers } from './packing.ts'

/** What a group is asked until the run is over: of a download, what the course asks of all agents. */
export type AskedRequest = Extract<GroupRequest, { readonly ask: 'period' | 'weights' }> | AskDownload

/** The answers of a group's agents, in their order, to one request of the course. */
export type AskGroup = (asked: Ask) => Promise<readonly (Said | undefined)[]>

/** The period that begins with an episode, with the upload after it; where nothing can be asked ahead, that episode. */
export function periodFrom(setup: Setup, from: number, round: number): GroupRequest & { ask: 'period' } {
  const { config } = setup
  if (!playsPeriods(setup)) return { ask: 'period', from, to: from, round: null }
  const { last } = periodOf(config, from)
  return { ask: 'period', from, to: Math.min(last, config.cap), round: sendsAfter(setup, last) ? round : null }
}

/** Whether agents send something after an episode that ends a period. */
export const sendsAfter = ({ config, method }: Setup, episode: number): boolean =>
  method.targets !== null && method.payload(config) !== 'none' && episode < config.cap

/** Carries a request to the agents of a group, and what each of them says to it back, in their order. */
export type AskAgents = (request: AskedRequest) => Promise<readonly (readonly Said[])[]>

/**
 * Asks the agents with these numbers over what carries bytes.
 * @throws RangeError for bytes that are no answers of theirs, and as `carry`
 */
export function askingInBytes(
  numbers: readonly number[],
  carry: (request: Uint8Array) => Promise<Uint8Array>,
): AskAgents {
  return async (request) => {
    const answers = unpackAnswers(await carry(packAsked(request, numbers)))
    if (answers.length === numbers.length) return answers
    throw new RangeError(expected('answer', `those of ${numbers.length} agents`, `those of ${answers.length}`))
  }
}

/** A request to learn from one frame, which all groups share: its bytes are kept once. */
const packed = new WeakMap<Uint8Array, { readonly round: number; readonly bytes: Uint8Array }>()

function packDownload(round: number, frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length !== 1) return packRequest({ ask: 'download', round, frames })
  const before = packed.get(frames[0])
  if (before?.round === round) return before.bytes
  const bytes = packRequest({ ask: 'download', round, frames })
  packed.set(frames[0], { round, bytes })
  return bytes
}

/** The frame, if all agents of the group receive the same, or one frame for each of them. */
function framesFor({ downlinks }: AskDownload, numbers: readonly number[]): Uint8Array[] {
  const frames = numbers.map((number) => downlinks[number].frame)
  return frames.every((frame) => frame === frames[0]) ? [frames[0]] : frames
}

/** A request to the agents with these numbers as bytes. */
const packAsked = (request: AskedRequest, numbers: readonly number[]): Uint8Array =>
  request.ask === 'download' ? packDownload(request.round, framesFor(request, numbers)) : packRequest(request)

/** Asks a group what a course asks of all agents. @throws as `ask` */
export function askingAhead(setup: Setup, ask: AskAgents): AskGroup {
  /** the period that was asked last */
  let { from, to, round } = { from: 1, to: 0, round: null as number | null }
  let nextRound = 0
  let episode = 0
  /** what each agent has said of its episodes, and then of its upload */
  let ahead: readonly (readonly Said[])[] = []
  const firsts = (answers: readonly (readonly Said[])[]) => answers.map(([said]) => said)
  return async (asked) => {
    if (asked.ask === 'weights') return firsts(await ask({ ask: 'weights', episode }))
    if (asked.ask === 'download') {
      nextRound++
      return firsts(await ask(asked))
    }
    if (asked.ask === 'upload') {
      if (round === asked.round) return ahead.map((list) => list[to - from + 1])
      return firsts(await ask({ ask: 'period', from: to + 1, to, round: asked.round }))
    }
    episode = asked.episode
    if (episode > to) {
      const next = periodFrom(setup, episode, nextRound)
      ahead = await ask(next)
      ;({ from, to, round } = next)
    }
    return ahead.map((list) => list[episode - from])
  }
}
