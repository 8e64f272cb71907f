// The worker's half of a sweep over workers: each of its slots asks for a run, computes it, and asks for the next one with
// its result, until all runs are stored. A worker needs no submitter to be there: it asks until one answers, and keeps
// what it has finished. This file has no clock: a timer is handed in. The other half is handOut.ts.

import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import type { Timer } from '../federation/carrier.ts'
import { InterruptedError, type Timing } from '../results/compute.ts'
import { encodeResult, resultKey } from '../results/result.ts'
import type { RunResult } from '../run/record.ts'
import { checkConfig, type Own, ownFor } from '../run/setup.ts'
import { partAt } from './parts.ts'
import { type AskingPort, DeniedError, NobodyError } from './requests.ts'
import {
  type FinishedRun,
  MESSAGE_BYTES,
  packWorkRequest,
  unpackWorkReply,
  type WorkerProof,
  type WorkReply,
  type WorkRequest,
} from './workMessages.ts'

/** How a worker computes. */
export interface PullOptions {
  readonly proof: WorkerProof
  /** the code of one's own that the proof names */
  readonly own: Own
  /** how many runs it computes at once */
  readonly jobs: number
  /** @throws Error that names the run and says what broke it off; InterruptedError */
  readonly compute: (config: Config) => Promise<{ readonly result: RunResult; readonly timing: Timing }>
  readonly timer: Timer
  /** ends it: it gives back what it holds, and InterruptedError is thrown */
  readonly signal: AbortSignal
  /** whether it ends once the submitter is gone, in place of waiting for the next one */
  readonly isOnce: boolean
  /** tells a person what it waits for */
  readonly tell: (text: string) => void
}

/** What a worker did. */
export interface Pulled {
  /** how many runs it computed */
  readonly computed: number
  /** whether it was told that all runs are stored; otherwise the submitter is gone */
  readonly isDone: boolean
}

/** Milliseconds between two signs of life. */
const BEAT = 2000
/** Milliseconds until a worker without a run asks again. */
const IDLE = 500
/** Milliseconds until a request is sent again to which no reply came; the time doubles up to the second. */
const FIRST_WAIT = 200
const LONGEST_WAIT = 1000
/** Milliseconds without a submitter after which a worker that was once served takes it for gone. */
const GONE = 30_000
/** Milliseconds for the last word. */
const LEAVING = 500

/** Computes runs until all of the sweep are stored. @throws DeniedError where it cannot take part; InterruptedError */
export async function pullRuns(port: AskingPort, options: PullOptions): Promise<Pulled> {
  const { proof, own, jobs, compute, timer, signal, isOnce, tell } = options
  const held = new Map<number, string>()
  const stops = new Set<() => void>()
  const told = new Set<string>()
  let isEnded = false
  let isServed = false
  let isSilent = false
  let computed = 0
  let end = (_: boolean) => {}
  let fail = (_: unknown) => {}
  const ended = new Promise<boolean>((resolve, reject) => {
    end = resolve
    fail = reject
  })

  const later = (milliseconds: number, call: () => void) => {
    const stop = timer(milliseconds, () => {
      stops.delete(stop)
      call()
    })
    stops.add(stop)
  }
  const pause = (milliseconds: number) => new Promise<void>((resume) => later(milliseconds, resume))

  const ask = async (request: WorkRequest): Promise<WorkReply> => {
    const bytes = await port.ask(packWorkRequest(proof, request))
    const reply = readReply(bytes)
    if (reply.say === 'refused') throw new DeniedError(reply.why)
    return reply
  }

  /** Asks until a reply comes. */
  const insist = async (request: WorkRequest): Promise<WorkReply> => {
    let alone = 0
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        const reply = await ask(request)
        if (isSilent && !isEnded) tell('a sweep answers')
        isSilent = false
        isServed = true
        return reply
      } catch (error) {
        if (isEnded || error instanceof DeniedError) throw error
        if (!isSilent) tell(`${(error as Error).message}: waiting for it`)
        isSilent = true
        alone = error instanceof NobodyError ? alone + wait : 0
        if (isOnce && isServed && alone >= GONE) end(false)
      }
      await pause(wait)
    }
  }

  const tellLacks = (lacks: string) => {
    if (lacks === '' || told.has(lacks)) return
    told.add(lacks)
    tell(`some runs are left to other workers: ${lacks}`)
  }

  /** Sends the rest of a long line. */
  const sendParts = async (slot: number, key: string, line: Uint8Array, from: number) => {
    for (let at = from; at < line.length && !isEnded; ) {
      const part = partAt(key, line, at, port.most() - MESSAGE_BYTES)
      const reply = await insist({ ask: 'part', slot, part })
      if (reply.say === 'received') at = reply.bytes
    }
  }

  const computeRun = async (key: string, bytes: Uint8Array): Promise<FinishedRun> => {
    const given = JSON.parse(new TextDecoder().decode(bytes))
    const config = checkConfig(given, ownFor(given, own))
    const found = resultKey(config)
    if (found !== key) throw new DeniedError(expected('config', `that of run ${key}`, found, 'stop the submitter'))
    try {
      const { result, timing } = await compute(config)
      return { key, timing: { ...timing, by: here }, line: utf8ToBytes(encodeResult(result)) }
    } catch (error) {
      if (error instanceof InterruptedError) throw error
      return { key, timing: { started: '', seconds: 0 }, fault: (error as Error).message.slice(0, LONGEST_FAULT) }
    }
  }
  const here = { node: process.version, arch: process.arch, jobs }

  const serve = async (slot: number) => {
    let finished: FinishedRun | null = null
    while (!isEnded) {
      const line: Uint8Array | null = finished && 'line' in finished ? finished.line : null
      const isLong = line !== null && line.length > port.most() - MESSAGE_BYTES
      const brought: FinishedRun | null =
        finished && line && isLong ? { key: finished.key, timing: finished.timing, sent: line.length } : finished
      const reply = await insist({ ask: 'next', slot, finished: brought })
      if (isEnded) return
      if (reply.say === 'received' && finished && line) await sendParts(slot, finished.key, line, reply.bytes)
      else if (reply.say === 'keep') await pause(IDLE)
      else {
        if (line) computed++
        finished = null
        held.delete(slot)
        if (reply.say === 'done') end(true)
        if (reply.say === 'wait' || reply.say === 'run') tellLacks(reply.lacks)
        if (reply.say === 'run') {
          held.set(slot, reply.key)
          finished = await computeRun(reply.key, reply.config)
        } else await pause(IDLE)
      }
    }
  }

  const beat = () =>
    later(BEAT, () => {
      beat()
      if (held.size === 0) return
      const runs = [...held].map(([slot, key]) => ({ slot, key }))
      ask({ ask: 'working', held: runs }).then(
        ({ say }) => say === 'done' && end(true),
        (error) => error instanceof DeniedError && fail(error),
      )
    })

  const stop = () => fail(new InterruptedError('interrupted'))
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    beat()
    for (let slot = 0; slot < jobs; slot++) serve(slot).catch(fail)
    return { isDone: await ended, computed }
  } finally {
    isEnded = true
    signal.removeEventListener('abort', stop)
    for (const one of stops) one()
    await Promise.race([ask({ ask: 'leave' }).catch(() => {}), pause(LEAVING)])
    for (const one of stops) one()
  }
}

/** Characters of a message of a run that broke off. */
const LONGEST_FAULT = 4000

/** @throws DeniedError for bytes that are no reply */
function readReply(bytes: Uint8Array): WorkReply {
  try {
    return unpackWorkReply(bytes)
  } catch (error) {
    throw new DeniedError((error as Error).message)
  }
}
