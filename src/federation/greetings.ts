// What the server of a federation and its agents say to each other outside the turns: who is there, which run it is, how
// far it has come and how it ended. A greeting is 12 bytes, then a text of JSON:
//   magic "FRDL" | checksum of all that follows | version | text
// What is no greeting is taken for something else, and ignored.

import {
  bytesOf,
  type Check,
  finite,
  integerIn,
  listOf,
  nullOr,
  recordOf,
  sha256Hex,
  type Table,
  text,
} from '../config/checks.ts'
import { crc32 } from '../wire/frame.ts'
import { ByteReader, ByteWriter } from './bytes.ts'

const MAGIC = 0x4c445246 // "FRDL", little-endian
const VERSION = 1
const COVERED_AT = 8

/** The longest greeting, in bytes. A status of 1024 agents fits, and garbage is not read any further. */
const MAX_BYTES = 1 << 20

/** Which run a federation plays, and with what. */
export interface Terms {
  /** the canonical text of the config, from which digests are made */
  readonly config: string
  /** SHA-256 of the server's kernel */
  readonly kernel: string
  /** the version of the server's frd */
  readonly version: string
}

/** What is known of an agent. */
export interface Presence {
  /** its number */
  readonly agent: number
  /** milliseconds since it was heard last; null if it was not heard */
  readonly heard: number | null
}

/** How a federation does. */
export interface Status extends Terms {
  /** the mark of the question */
  readonly mark: string
  /** whether agents are awaited, the run goes on, or is over */
  readonly state: 'waiting' | 'running' | 'over'
  /** episodes that all agents have played */
  readonly episode: number
  /** exchanges that took place */
  readonly exchanges: number
  /** the best mean of an agent's scores over the last episodes of the mission; null before the first episode */
  readonly best: number | null
  /** the agents */
  readonly agents: readonly Presence[]
}

/** How a run ended. */
export interface Ending {
  /** the digest of the run; null if it was broken off */
  readonly digest: string | null
  /** what broke the run off, or failed in it; empty if nothing did */
  readonly message: string
}

/** What an agent says of itself. */
interface Speaker {
  readonly agent: number
}

/** Who says what, by kind. */
interface Greetings {
  /** to an agent: the server has come, and asks who is there */
  readonly call: Record<never, never>
  /** to the server: an agent is there, and wants to know the run */
  readonly hello: Speaker
  /** to an agent: the run that is played */
  readonly welcome: Terms
  /** to the server: an agent goes; `why` is empty if the run is over */
  readonly bye: Speaker & { readonly why: string }
  /** to an agent: the run is over */
  readonly over: Ending
  /** to the server: how does it do? */
  readonly question: { readonly mark: string }
  /** to everyone: the answer */
  readonly status: Status
}

/** A greeting of one of the kinds. */
export type Greeting = { [K in keyof Greetings]: { readonly kind: K } & Greetings[K] }[keyof Greetings]

const agent = integerIn(0, 1023)
const terms: Table<Terms> = { config: text, kernel: sha256Hex, version: text }
const states = ['waiting', 'running', 'over'] as const
const state: Check<Status['state']> = (value, name) => states[integerIn(0, 2)(states.indexOf(value as never), name)]

const tables: { readonly [K in keyof Greetings]: Table<Greetings[K]> } = {
  call: {},
  hello: { agent },
  welcome: terms,
  bye: { agent, why: text },
  over: { digest: nullOr(sha256Hex), message: text },
  question: { mark: text },
  status: {
    ...terms,
    mark: text,
    state,
    episode: integerIn(0),
    exchanges: integerIn(0),
    best: nullOr(finite),
    agents: listOf(recordOf<Presence>({ agent, heard: nullOr(integerIn(0)) })),
  },
}

/** A greeting as bytes. */
export function packGreeting(greeting: Greeting): Uint8Array {
  const writer = new ByteWriter()
  writer.u32(MAGIC)
  writer.u32(0)
  writer.u32(VERSION)
  writer.text(JSON.stringify(greeting))
  const bytes = writer.end()
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(4, crc32(bytes.subarray(COVERED_AT)), true)
  return bytes
}

/** The greeting of bytes; null for what is none. */
export function unpackGreeting(given: Uint8Array): Greeting | null {
  try {
    const bytes = bytesOf(given, 'message')
    if (bytes.length > MAX_BYTES) return null
    const reader = new ByteReader(new Uint8Array(bytes), 'greeting') // a copy, since a bus may use its memory again
    if (reader.u32() !== MAGIC || reader.u32() !== crc32(bytes.subarray(COVERED_AT)) || reader.u32() !== VERSION)
      return null
    const said = JSON.parse(reader.text())
    reader.end()
    const table = Object.hasOwn(tables, said.kind) ? tables[said.kind as keyof Greetings] : null
    return table && ({ kind: said.kind, ...recordOf<object>(table)(said, 'greeting') } as Greeting)
  } catch {
    return null
  }
}
