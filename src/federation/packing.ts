// Requests to a group of agents, and its answers, as bytes. What the numbers in them may be is checked by whoever uses
// them (messages.ts).

import { expected } from '../config/errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { MemberAnswer } from './messages.ts'

/** A request to a group. */
export type GroupRequest =
  /** play the episodes from..to, none if `to` is before `from`, and then, unless `round` is null, send that upload */
  | { readonly ask: 'period'; readonly from: number; readonly to: number; readonly round: number | null }
  /** learn from the frame that all receive, or each agent from its own */
  | { readonly ask: 'download'; readonly round: number; readonly frames: readonly Uint8Array[] }
  /** send the weights as they are after that episode, which may lie before the last one that was played */
  | { readonly ask: 'weights'; readonly episode: number }
  /** the run is over; the message says what broke it off, and is empty where nothing did */
  | { readonly ask: 'end'; readonly message: string }

/** What an agent's code threw, in place of an answer. */
export interface Fault {
  /** the name of the error's class */
  readonly fault: string
  /** what it says */
  readonly message: string
}

/** What one agent says, in order: an answer to each episode of a period and to its upload, or to another request. */
export type Said = MemberAnswer | Fault

const ASKS = ['period', 'download', 'weights', 'end'] as const

/** A request as bytes. */
export function packRequest(request: GroupRequest): Uint8Array {
  const writer = new ByteWriter()
  writer.u8(ASKS.indexOf(request.ask))
  if (request.ask === 'period') {
    writer.u32(request.from)
    writer.u32(request.to)
    writer.u32(request.round === null ? 0 : request.round + 1)
  } else if (request.ask === 'download') {
    writer.u32(request.round)
    writer.u32(request.frames.length)
    for (const frame of request.frames) writer.block(frame)
  } else if (request.ask === 'weights') writer.u32(request.episode)
  else writer.text(request.message)
  return writer.end()
}

/** The request of bytes. @throws RangeError for bytes that are none */
export function unpackRequest(bytes: Uint8Array): GroupRequest {
  const reader = new ByteReader(bytes, 'request')
  const request = readRequest(reader)
  reader.end()
  return request
}

function readRequest(reader: ByteReader): GroupRequest {
  const number = reader.u8()
  const ask = ASKS[number]
  if (ask === 'period') {
    const [from, to, next] = [reader.u32(), reader.u32(), reader.u32()]
    return { ask, from, to, round: next === 0 ? null : next - 1 }
  }
  if (ask === 'download') return { ask, round: reader.u32(), frames: reader.list(() => reader.block()) }
  if (ask === 'weights') return { ask, episode: reader.u32() }
  if (ask === 'end') return { ask, message: reader.text() }
  throw new RangeError(expected('request', `a kind in 0..${ASKS.length - 1}`, number, 'both sides need one version'))
}

/** What an agent may say, in the order of the numbers that stand before it. */
const SAYINGS = ['played', 'count', 'whole', 'bytes', 'stopped', 'fault'] as const
const mark = (writer: ByteWriter, saying: (typeof SAYINGS)[number]) => writer.u8(SAYINGS.indexOf(saying))

function writeSaid(writer: ByteWriter, said: Said): void {
  if (said === null) mark(writer, 'whole')
  else if (typeof said === 'number') {
    mark(writer, 'count')
    writer.f64(said)
  } else if ('score' in said) {
    mark(writer, 'played')
    writer.f64(said.score)
    writer.u32(said.steps)
  } else if ('fault' in said) {
    mark(writer, 'fault')
    writer.text(said.fault)
    writer.text(said.message)
  } else if ('step' in said) {
    mark(writer, 'stopped')
    writer.u32(said.step)
    writer.text(said.message)
  } else {
    mark(writer, 'bytes')
    writer.block(said)
  }
}

function readSaid(reader: ByteReader): Said {
  const number = reader.u8()
  const saying = SAYINGS[number]
  if (saying === 'whole') return null
  if (saying === 'count') return reader.f64()
  if (saying === 'played') return { score: reader.f64(), steps: reader.u32() }
  if (saying === 'fault') return { fault: reader.text(), message: reader.text() }
  if (saying === 'stopped') return { step: reader.u32(), message: reader.text() }
  if (saying === 'bytes') return reader.block()
  throw new RangeError(expected('answer', `a kind in 0..${SAYINGS.length - 1}`, number, 'both sides need one version'))
}

/** What the agents of a group say, in their order, as bytes. */
export function packAnswers(answers: readonly (readonly Said[])[]): Uint8Array {
  const writer = new ByteWriter()
  writer.u32(answers.length)
  for (const list of answers) {
    writer.u32(list.length)
    for (const said of list) writeSaid(writer, said)
  }
  return writer.end()
}

/** What the agents of a group say. @throws RangeError for bytes that are no answers */
export function unpackAnswers(bytes: Uint8Array): Said[][] {
  const reader = new ByteReader(bytes, 'answer')
  const answers = reader.list(() => reader.list(() => readSaid(reader)))
  reader.end()
  return answers
}
