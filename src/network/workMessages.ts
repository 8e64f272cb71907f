// What a worker of a sweep asks, and what the submitter replies, as bytes. Every request says who asks and with which
// kernel, version and code of one's own, so that a submitter that was started anew needs no memory of its workers. What
// a line, a key or a config may be is checked by whoever uses them.

import { sha256Hex } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { ByteReader, ByteWriter } from '../federation/bytes.ts'
import type { Timing } from '../results/compute.ts'
import type { AtHand, Named } from '../run/skip.ts'
import type { LinePart } from './parts.ts'

/** What a worker is, and what it can compute. */
export interface WorkerProof extends AtHand {
  /** the name of the process, which no other has */
  readonly worker: string
  /** the version of the program */
  readonly version: string
  /** SHA-256 of its kernel */
  readonly kernelHash: string
}

/** A run that a worker is at. It computes at most one run in each of its slots. */
export interface Held {
  readonly slot: number
  readonly key: string
}

/** A run that a worker has finished: its line, the length of the line that was sent in parts, or what broke it off. */
export type FinishedRun = { readonly key: string; readonly timing: Timing } & (
  | { readonly line: Uint8Array }
  | { readonly sent: number }
  | { readonly fault: string }
)

/** What a worker asks. */
export type WorkRequest =
  /** for the next run of a slot, and brings the last one */
  | { readonly ask: 'next'; readonly slot: number; readonly finished: FinishedRun | null }
  /** says that it is still at these runs */
  | { readonly ask: 'working'; readonly held: readonly Held[] }
  /** to take a part of a long line */
  | { readonly ask: 'part'; readonly slot: number; readonly part: LinePart }
  /** gives back all that it holds */
  | { readonly ask: 'leave' }

/** What the submitter replies. */
export type WorkReply =
  /** the worker must end: it cannot take part */
  | { readonly say: 'refused'; readonly why: string }
  /** compute this; what was brought is stored. `lacks` says which runs are not handed to this worker, and is mostly empty */
  | { readonly say: 'run'; readonly key: string; readonly config: Uint8Array; readonly lacks: string }
  /** there is nothing to do yet; what was brought is stored */
  | { readonly say: 'wait'; readonly lacks: string }
  /** what was brought is not stored yet: bring it again */
  | { readonly say: 'keep' }
  /** so many bytes of the line are there */
  | { readonly say: 'received'; readonly bytes: number }
  /** it was heard */
  | { readonly say: 'heard' }
  /** all runs of the sweep are stored */
  | { readonly say: 'done' }

/** The first byte of every message. A refusal keeps its form for all time, so that other versions can read it. */
const PROTOCOL = 1

const ASKS = ['next', 'working', 'part', 'leave'] as const
const FINISHES = ['none', 'line', 'sent', 'fault'] as const
const SAYS = ['refused', 'run', 'wait', 'keep', 'received', 'heard', 'done'] as const

/** Bytes of a message beside what it carries: names and versions of 64 characters, a key, and a timing. */
export const MESSAGE_BYTES = 4096

const NO_NAME: Named = { name: '', version: '' }

function writeProof(writer: ByteWriter, { worker, version, kernelHash, environment, method }: WorkerProof): void {
  for (const text of [worker, version, kernelHash]) writer.text(text)
  for (const { name, version } of [environment ?? NO_NAME, method ?? NO_NAME]) {
    writer.text(name)
    writer.text(version ?? '')
  }
}

/** The longest name of a worker or of a version, in characters. */
const LONGEST_NAME = 200

function readName(reader: ByteReader, name: string): string {
  const text = reader.text()
  if (text.length <= LONGEST_NAME) return text
  throw new RangeError(expected(name, `at most ${LONGEST_NAME} characters`, text.length))
}

function readProof(reader: ByteReader): WorkerProof {
  const names = ['worker', 'version', 'kernelHash'].map((name) => readName(reader, name))
  const [environment, method] = ['environment', 'method'].map((name): Named | undefined => {
    const named = { name: readName(reader, name), version: readName(reader, `${name}.version`) }
    return named.name === '' ? undefined : named
  })
  const [worker, version, kernelHash] = names
  return { worker, version, kernelHash, ...(environment && { environment }), ...(method && { method }) }
}

const readKey = (reader: ByteReader) => sha256Hex(reader.text(), 'key')

function writeFinished(writer: ByteWriter, finished: FinishedRun | null): void {
  const kind = finished === null ? 'none' : 'line' in finished ? 'line' : 'sent' in finished ? 'sent' : 'fault'
  writer.u8(FINISHES.indexOf(kind))
  if (finished === null) return
  writer.text(finished.key)
  const { started, seconds, by } = finished.timing
  writer.text(started)
  writer.f64(seconds)
  writer.text(by?.node ?? '')
  writer.text(by?.arch ?? '')
  writer.u32(by?.jobs ?? 0)
  if ('line' in finished) writer.block(finished.line)
  else if ('sent' in finished) writer.u32(finished.sent)
  else writer.text(finished.fault)
}

function readFinished(reader: ByteReader, worker: string): FinishedRun | null {
  const number = reader.u8()
  const kind = FINISHES[number]
  if (kind === undefined) throw new RangeError(expected('finished', `a kind in 0..${FINISHES.length - 1}`, number))
  if (kind === 'none') return null
  const key = readKey(reader)
  const when = { started: readName(reader, 'started'), seconds: reader.f64() }
  const by = { worker, node: readName(reader, 'node'), arch: readName(reader, 'arch'), jobs: reader.u32() }
  const timing = { ...when, by }
  if (kind === 'line') return { key, timing, line: reader.block() }
  return kind === 'sent' ? { key, timing, sent: reader.u32() } : { key, timing, fault: reader.text() }
}

/** A request as bytes. */
export function packWorkRequest(proof: WorkerProof, request: WorkRequest): Uint8Array {
  const writer = new ByteWriter()
  writer.u8(PROTOCOL)
  writer.u8(ASKS.indexOf(request.ask))
  writeProof(writer, proof)
  if (request.ask === 'next') {
    writer.u32(request.slot)
    writeFinished(writer, request.finished)
  } else if (request.ask === 'working') {
    writer.u32(request.held.length)
    for (const { slot, key } of request.held) {
      writer.u32(slot)
      writer.text(key)
    }
  } else if (request.ask === 'part') {
    const { slot, part } = request
    writer.u32(slot)
    writer.text(part.key)
    writer.u32(part.total)
    writer.u32(part.at)
    writer.block(part.bytes)
  }
  return writer.end()
}

function checkProtocol(number: number, name: string): void {
  if (number === PROTOCOL) return
  throw new RangeError(expected(name, `protocol ${PROTOCOL}`, number, 'install the same version of frd on both sides'))
}

/** A request of bytes, and who asks. @throws TypeError, RangeError for bytes that are none */
export function unpackWorkRequest(bytes: Uint8Array): { readonly proof: WorkerProof; readonly request: WorkRequest } {
  const reader = new ByteReader(bytes, 'request')
  checkProtocol(reader.u8(), 'request')
  const number = reader.u8()
  const ask = ASKS[number]
  if (ask === undefined) throw new RangeError(expected('request', `a kind in 0..${ASKS.length - 1}`, number))
  const proof = readProof(reader)
  const request = readRequest(reader, ask, proof.worker)
  reader.end()
  return { proof, request }
}

function readRequest(reader: ByteReader, ask: WorkRequest['ask'], worker: string): WorkRequest {
  if (ask === 'leave') return { ask }
  if (ask === 'working') return { ask, held: reader.list(() => ({ slot: reader.u32(), key: readKey(reader) })) }
  const slot = reader.u32()
  if (ask === 'next') return { ask, slot, finished: readFinished(reader, worker) }
  return { ask, slot, part: { key: readKey(reader), total: reader.u32(), at: reader.u32(), bytes: reader.block() } }
}

/** A reply as bytes. */
export function packWorkReply(reply: WorkReply): Uint8Array {
  const writer = new ByteWriter()
  writer.u8(PROTOCOL)
  writer.u8(SAYS.indexOf(reply.say))
  if (reply.say === 'refused') writer.text(reply.why)
  else if (reply.say === 'wait') writer.text(reply.lacks)
  else if (reply.say === 'received') writer.u32(reply.bytes)
  else if (reply.say === 'run') {
    writer.text(reply.key)
    writer.block(reply.config)
    writer.text(reply.lacks)
  }
  return writer.end()
}

/** The reply of bytes. @throws TypeError, RangeError for bytes that are none */
export function unpackWorkReply(bytes: Uint8Array): WorkReply {
  const reader = new ByteReader(bytes, 'reply')
  const protocol = reader.u8()
  const number = reader.u8()
  const say = SAYS[number]
  if (say !== 'refused') checkProtocol(protocol, 'reply')
  const reply = readReply(reader, say, number)
  reader.end()
  return reply
}

function readReply(reader: ByteReader, say: WorkReply['say'] | undefined, number: number): WorkReply {
  if (say === 'refused') return { say, why: reader.text() }
  if (say === 'run') return { say, key: readKey(reader), config: reader.block(), lacks: reader.text() }
  if (say === 'wait') return { say, lacks: reader.text() }
  if (say === 'received') return { say, bytes: reader.u32() }
  if (say !== undefined) return { say }
  throw new RangeError(expected('reply', `a kind in 0..${SAYS.length - 1}`, number))
}
