// Events of a run before a request, as bytes, so that a member learns what the others have done. Events that follow each
// other and have the same fields are one table: the names of its fields stand once, and then one row per event. What the
// fields may hold is checked by whoever reads them (events.ts).

import { expected } from '../config/errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { ServerEvent } from './events.ts'

/** The first byte of a request with events. A request without events begins with the number of its kind, which is less. */
const WITH_EVENTS = 0xff

/** What the field of an event may hold, in the order of the numbers that stand before it. */
const VALUES = ['null', 'count', 'number', 'text', 'list', 'record'] as const
const mark = (writer: ByteWriter, kind: (typeof VALUES)[number]) => writer.u8(VALUES.indexOf(kind))

/** How deep lists and records may lie in each other: an event holds a record of its failure, or lists of lists. */
const MAX_DEPTH = 4

type Fields = Readonly<Record<string, unknown>>

function writeValue(writer: ByteWriter, value: unknown): void {
  if (value === null) mark(writer, 'null')
  else if (typeof value === 'number') {
    const isCount = value >>> 0 === value && !Object.is(value, -0)
    mark(writer, isCount ? 'count' : 'number')
    if (isCount) writer.u32(value)
    else writer.f64(value)
  } else if (typeof value === 'string') {
    mark(writer, 'text')
    writer.text(value)
  } else if (Array.isArray(value)) {
    mark(writer, 'list')
    writer.u32(value.length)
    for (const one of value) writeValue(writer, one)
  } else if (typeof value === 'object') {
    mark(writer, 'record')
    const fields = Object.entries(value)
    writer.u32(fields.length)
    for (const [name, one] of fields) {
      writer.text(name)
      writeValue(writer, one)
    }
  } else throw new TypeError(expected('field of an event', VALUES.join(', '), typeof value))
}

function readValue(reader: ByteReader, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new RangeError(expected('request', `values in at most ${MAX_DEPTH} others`, depth))
  const number = reader.u8()
  const kind = VALUES[number]
  if (kind === 'null') return null
  if (kind === 'count') return reader.u32()
  if (kind === 'number') return reader.f64()
  if (kind === 'text') return reader.text()
  const one = () => readValue(reader, depth + 1)
  if (kind === 'list') return reader.list(one)
  if (kind === 'record') return Object.fromEntries(reader.list(() => [reader.text(), one()] as const))
  throw new RangeError(expected('request', `a value in 0..${VALUES.length - 1}`, number, 'both sides need one version'))
}

/** Events in succession that are of one type and have the same fields. */
function tablesOf(events: readonly ServerEvent[]) {
  const tables: { readonly type: string; readonly names: readonly string[]; readonly rows: Fields[] }[] = []
  for (const { type, ...row } of events) {
    const names = Object.keys(row)
    const last = tables.at(-1)
    if (last?.type === type && last.names.join() === names.join()) last.rows.push(row)
    else tables.push({ type, names, rows: [row] })
  }
  return tables
}

/** A request with the events before it. Without any, these are the bytes of the request alone. */
export function withEvents(events: readonly ServerEvent[], request: Uint8Array): Uint8Array {
  if (events.length === 0) return request
  const writer = new ByteWriter()
  writer.u8(WITH_EVENTS)
  const tables = tablesOf(events)
  writer.u32(tables.length)
  for (const { type, names, rows } of tables) {
    writer.text(type)
    writer.u32(names.length)
    for (const name of names) writer.text(name)
    writer.u32(rows.length)
    for (const row of rows) for (const name of names) writeValue(writer, row[name])
  }
  writer.block(request)
  return writer.end()
}

function readTable(reader: ByteReader): Fields[] {
  const type = reader.text()
  const names = reader.list(() => reader.text())
  return reader.list(() => ({ type, ...Object.fromEntries(names.map((name) => [name, readValue(reader)])) }))
}

/**
 * The events before a request, which are not checked, and the request.
 * @throws RangeError for bytes that begin with events and do not hold them
 */
export function splitEvents(bytes: Uint8Array): { readonly events: readonly Fields[]; readonly request: Uint8Array } {
  if (bytes[0] !== WITH_EVENTS) return { events: [], request: bytes }
  const reader = new ByteReader(bytes, 'request')
  reader.u8()
  const events = reader.list(() => readTable(reader)).flat()
  const request = reader.block()
  reader.end()
  return { events, request }
}

/** What is to be told to several places, each of which is asked at its own times. */
export interface Telling {
  /** adds an event, which every place is told with its next request */
  readonly add: (event: ServerEvent) => void
  /** the request to a place, with the events since the last one */
  readonly request: (place: number, request: Uint8Array) => Uint8Array
}

/** Tells events to so many places. One request to several places that are told the same is kept once. */
export function openTelling(places: number): Telling {
  const untold = Array.from({ length: places }, (): ServerEvent[] => [])
  let last: { events: readonly ServerEvent[]; request: Uint8Array; bytes: Uint8Array } | null = null
  return {
    add: (event) => {
      for (const list of untold) list.push(event)
    },
    request: (place, request) => {
      const events = untold[place]
      untold[place] = []
      const before = last?.request === request && last.events.length === events.length ? last : null
      if (before && events.every((event, i) => event === before.events[i])) return before.bytes
      last = { events, request, bytes: withEvents(events, request) }
      return last.bytes
    },
  }
}
