// The log of a server: every answer of its members, and what else was decided by the clock. It is the whole state of a
// server, because all else follows from the config: one that was started anew reads it and goes on where the last one
// ended. This file knows the records; where they are kept is handed in.

import { bytesOf, functionOf, listOf, record } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { Recall } from './turns.ts'

/** Keeps a list of records for good. Node's is a file: `openLog` of `frd/node`. */
export interface Log {
  /** what was appended before, in order */
  readonly records: readonly Uint8Array[]
  /** adds a record, which may be lost until `sync` has returned */
  readonly append: (record: Uint8Array) => void
  /** returns once all records are kept for good */
  readonly sync: () => void
}

/** The log of one run. */
export interface RunLog {
  /** the answers of one member */
  readonly recall: (member: number) => Recall
  /** who had no part in the period of that number, from 0, if it was logged */
  readonly absent: (period: number) => readonly number[] | undefined
  /** logs who had no part in a period */
  readonly decide: (period: number, absent: readonly number[]) => void
  /** keeps for good what was appended; nothing is asked before that */
  readonly sync: () => void
  /** whether a record could not be kept: then the run goes on later, from the records before it */
  readonly isBroken: () => boolean
}

const KINDS = ['run', 'answer', 'absent'] as const
const kindOf = (writer: ByteWriter, kind: (typeof KINDS)[number]) => writer.u8(KINDS.indexOf(kind))

/** @throws TypeError for what is no log */
export function logOf(value: unknown, name: string): Log {
  const given = record(value, name)
  listOf(bytesOf)(given.records, `${name}.records`)
  for (const part of ['append', 'sync']) functionOf(given[part], `${name}.${part}`)
  return value as Log
}

/**
 * Opens the log of a run.
 * @param run what names the run: a log of another one is refused
 * @throws RangeError for a log of another run, or records that are none
 */
export function openRunLog(log: Log, run: string): RunLog {
  const answers = new Map<number, Uint8Array[]>()
  const decisions = new Map<number, readonly number[]>()
  let isDirty = false
  let isBroken = false
  const attempt = (act: () => void) => {
    isBroken = true
    act()
    isBroken = false
  }
  const append = (writer: ByteWriter) => {
    attempt(() => log.append(writer.end()))
    isDirty = true
  }
  const answersOf = (member: number) => {
    const list = answers.get(member) ?? []
    answers.set(member, list)
    return list
  }
  const [first, ...rest] = log.records
  if (first === undefined) {
    const writer = new ByteWriter()
    kindOf(writer, 'run')
    writer.text(run)
    append(writer)
  } else checkRun(first, run)
  for (const bytes of rest) {
    const reader = new ByteReader(bytes, 'record of the log')
    const kind = KINDS[reader.u8()]
    if (kind === 'answer') {
      const list = answersOf(reader.u32())
      const turn = reader.u32()
      if (turn !== list.length + 1) throw new RangeError(expected('log', `turn ${list.length + 1}`, turn, DAMAGED))
      list.push(reader.block().slice())
    } else if (kind === 'absent') {
      const period = reader.u32()
      decisions.set(
        period,
        reader.list(() => reader.u32()),
      )
    } else throw new RangeError(expected('log', 'answers', kind ?? 'another record', DAMAGED))
    reader.end()
  }
  return {
    recall: (member) => {
      const list = answersOf(member)
      return {
        answer: (turn) => list[turn - 1] ?? null,
        keep: (turn, body) => {
          const writer = new ByteWriter()
          kindOf(writer, 'answer')
          writer.u32(member)
          writer.u32(turn)
          writer.block(body)
          append(writer)
        },
      }
    },
    absent: (period) => decisions.get(period),
    decide: (period, absent) => {
      const writer = new ByteWriter()
      kindOf(writer, 'absent')
      writer.u32(period)
      writer.u32(absent.length)
      for (const agent of absent) writer.u32(agent)
      append(writer)
    },
    sync: () => {
      if (isDirty) attempt(() => log.sync())
      isDirty = false
    },
    isBroken: () => isBroken,
  }
}

const DAMAGED = 'it was written by another version, or edited; remove it and start all sides anew'

function checkRun(bytes: Uint8Array, run: string): void {
  const reader = new ByteReader(bytes, 'record of the log')
  const got = KINDS[reader.u8()] === 'run' ? reader.text() : 'none'
  if (got === run) return
  const why = 'it belongs to another run; give another file, or remove it'
  throw new RangeError(expected('log', `the log of ${run}`, got, why))
}
