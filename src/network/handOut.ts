// The submitter's half of a sweep over workers: it hands out runs, checks every result at the border as the store's reader
// does, and stores it before it says so. It computes nothing, and has no clock: a timer is handed in. The other half is
// pull.ts.

import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import type { Timer } from '../federation/carrier.ts'
import { type Around, type ComputeOptions, checkJobs, InterruptedError } from '../results/compute.ts'
import { DeterminismError, decodeResult, resultKey } from '../results/result.ts'
import type { PlannedRun } from '../results/sweep.ts'
import type { RunResult } from '../run/record.ts'
import { type Holder, LEASE, type Leases, openLeases } from './leases.ts'
import { collectParts, type PartCollector } from './parts.ts'
import type { Answerer } from './requests.ts'
import {
  type FinishedRun,
  packWorkReply,
  unpackWorkRequest,
  type WorkerProof,
  type WorkReply,
  type WorkRequest,
} from './workMessages.ts'

/** What a submitter needs. */
export interface HandOutOptions {
  /** all runs of the sweep, the stored ones too */
  readonly plan: readonly PlannedRun[]
  /** what a worker must have in common with the submitter */
  readonly proof: Pick<WorkerProof, 'version' | 'kernelHash'>
  readonly timer: Timer
  /**
   * takes the result of a planned run that is not handed out: it is stored, or compared with the stored one
   * @throws DeterminismError if they differ
   */
  readonly again: (result: RunResult) => void
  /** tells a person what is wrong with a worker */
  readonly tell: (text: string) => void
}

/** The submitter's half. */
export interface HandOut {
  readonly answer: Answerer
  /** hands runs out until all are stored, as computeAll computes them */
  readonly computeAll: (configs: readonly Config[], options: ComputeOptions, around: Around) => Promise<void>
  /** how many workers were heard lately, and how many runs they hold */
  readonly counts: () => { readonly workers: number; readonly leases: number }
  /**
   * says to every worker that all is done, until they have left or for three seconds; where none was heard yet, it waits for
   * those that ask in vain since before
   * @throws what went wrong after the last run was stored
   */
  readonly close: () => Promise<void>
  /** lets go of the timers of all workers */
  readonly end: () => void
}

/** Milliseconds in which workers that are there hear that all is done, since they ask or say that they work. */
const CLOSING = 3000

/** Milliseconds in which every worker that waits for a submitter asks once more. */
const GREETING = 1500

/** The most different texts that are told of workers, so that a broken one does not fill a terminal. */
const MOST_TOLD = 100

interface Handing {
  readonly leases: Leases
  readonly around: Around
  readonly end: () => void
  readonly fail: (error: unknown) => void
}

/** Opens the submitter's half. */
export function openHandOut({ plan, proof: own, timer, again, tell }: HandOutOptions): HandOut {
  const keys = new Map(plan.map(({ config, key }) => [config, key]))
  const planned = new Set(plan.map(({ key }) => key))
  const workers = new Map<string, { readonly end: () => void; readonly parts: Map<number, PartCollector> }>()
  const told = new Set<string>()
  let handing: Handing | null = null
  let failure: { readonly error: unknown } | null = null
  let isOver = false
  let wasHeard = false
  let allLeft = () => {}

  const tellOnce = (text: string) => {
    if (told.has(text) || told.size >= MOST_TOLD) return
    told.add(text)
    tell(text)
  }
  const fail = (error: unknown) => {
    failure ??= { error }
    handing?.fail(error)
  }
  const forget = (worker: string) => {
    workers.get(worker)?.end()
    workers.delete(worker)
    if (workers.size === 0) allLeft()
  }
  const hear = (worker: string) => {
    wasHeard = true
    const known = workers.get(worker)
    known?.end()
    workers.set(worker, { end: timer(LEASE, () => forget(worker)), parts: known?.parts ?? new Map() })
  }
  const partsOf = ({ worker, slot }: Holder): PartCollector => {
    const { parts } = workers.get(worker)!
    const collector = parts.get(slot) ?? collectParts()
    parts.set(slot, collector)
    return collector
  }

  const endAll = () => {
    for (const { end } of workers.values()) end()
    workers.clear()
  }

  const endIfDone = () => {
    if (handing && handing.leases.left() === 0) handing.end()
  }

  /** Stores what was brought. @returns what to reply in place of the next run; null where it is stored or not wanted */
  const take = (holder: Holder, finished: FinishedRun): WorkReply | null => {
    const { key } = finished
    const { worker } = holder
    if (!planned.has(key)) {
      tellOnce(`worker ${worker} brought a run that is none of this sweep, and it is left out: ${key}`)
      return null
    }
    if ('fault' in finished) {
      // A fault of an earlier sweep says nothing of this one.
      if (handing?.leases.has(holder, key)) fail(new Error(`${finished.fault} (on worker ${worker})`))
      return null
    }
    const parts = partsOf(holder)
    const line = 'line' in finished ? finished.line : parts.whole(key, finished.sent)
    if (line === null) return { say: 'received', bytes: 'sent' in finished ? parts.received(key, finished.sent) : 0 }
    let result: RunResult
    try {
      result = checkLine(line, key, worker, own.kernelHash)
    } catch (error) {
      handing?.leases.giveBack(worker)
      const why = (error as Error).message
      tellOnce(`worker ${worker} was refused: ${why}`)
      return { say: 'refused', why }
    }
    try {
      store(key, result, finished)
    } catch (error) {
      if (!(error instanceof DeterminismError)) {
        fail(error)
        return { say: 'keep' }
      }
      fail(new DeterminismError(`${error.message}. The later result is that of worker ${worker}`))
    }
    return null
  }
  const store = (key: string, result: RunResult, { timing }: FinishedRun) => {
    const config = handing?.leases.config(key)
    if (!handing || !config) return again(result)
    handing.around.done(config, { ...result, config }, timing)
    handing.leases.remove(key)
    endIfDone()
  }

  const nextFor = (holder: Holder, proof: WorkerProof): WorkReply => {
    if (isOver) return { say: 'done' }
    if (!handing) return { say: 'wait', lacks: '' }
    const { leases, around } = handing
    try {
      const run = leases.next(holder, proof, around.isDone ?? (() => false))
      const lacks = leases.lacks(proof)
      if (lacks) tellOnce(`worker ${holder.worker} is not handed all runs: ${lacks}`)
      endIfDone()
      if (run) return { say: 'run', key: run.key, config: configBytes(run.config), lacks }
      return { say: 'wait', lacks }
    } catch (error) {
      fail(error) // what is stored of a run cannot be read
      return { say: 'wait', lacks: '' }
    }
  }

  const reply = (proof: WorkerProof, request: WorkRequest): WorkReply => {
    const { worker } = proof
    if (request.ask === 'leave') {
      handing?.leases.giveBack(worker)
      forget(worker)
      return { say: 'heard' }
    }
    hear(worker)
    if (request.ask === 'working') {
      for (const { slot, key } of request.held) handing?.leases.renew({ worker, slot }, key)
      return isOver ? { say: 'done' } : { say: 'heard' }
    }
    const holder = { worker, slot: request.slot }
    checkJobs(request.slot + 1, 'slot')
    if (request.ask === 'next') {
      return (request.finished && take(holder, request.finished)) ?? nextFor(holder, proof)
    }
    const { part } = request
    handing?.leases.renew(holder, part.key)
    return { say: 'received', bytes: planned.has(part.key) ? partsOf(holder).take(part) : part.total }
  }

  return {
    answer: (bytes) => {
      let name = 'that sent no request'
      let why: string
      try {
        const { proof, request } = unpackWorkRequest(bytes)
        name = proof.worker
        why = whyRefused(proof, own)
        if (why === '') return packWorkReply(reply(proof, request))
      } catch (error) {
        why = (error as Error).message
      }
      tellOnce(`worker ${name} was refused: ${why}`)
      return packWorkReply({ say: 'refused', why })
    },
    computeAll: (configs, { signal }, around) =>
      new Promise<void>((resolve, reject) => {
        if (failure) return reject(failure.error)
        if (signal?.aborted) return reject(new InterruptedError('interrupted'))
        if (configs.length === 0) return resolve()
        const runs = configs.map((config) => ({ config, key: keys.get(config) ?? resultKey(config) }))
        const leases = openLeases(runs, timer)
        const stop = () => settle(() => reject(new InterruptedError('interrupted')))
        const settle = (how: () => void) => {
          leases.end()
          handing = null
          signal?.removeEventListener('abort', stop)
          how()
        }
        signal?.addEventListener('abort', stop)
        handing = { leases, around, end: () => settle(resolve), fail: (error) => settle(() => reject(error)) }
      }),
    counts: () => ({ workers: workers.size, leases: handing?.leases.leased() ?? 0 }),
    close: async () => {
      isOver = true
      if (!wasHeard) await new Promise<void>((resolve) => void timer(GREETING, resolve))
      const left = new Promise<void>((resolve) => {
        allLeft = resolve
      })
      if (workers.size > 0) {
        const late = new Promise<void>((resolve) => {
          const stop = timer(CLOSING, resolve)
          left.then(stop)
        })
        await Promise.race([left, late])
      }
      endAll()
      if (failure) throw failure.error
    },
    end: endAll,
  }
}

/** The config of a run as a worker gets it. */
export const configBytes = (config: Config): Uint8Array => utf8ToBytes(JSON.stringify(config))

/** Why a worker cannot take part; empty if it can. */
function whyRefused({ version, kernelHash }: WorkerProof, own: HandOutOptions['proof']): string {
  const next = 'install the same version of frd on both sides'
  if (version !== own.version) return expected('version', own.version, version, next)
  return kernelHash === own.kernelHash ? '' : expected('kernelHash', own.kernelHash, kernelHash, next)
}

/** The result of a line that a worker sent. @throws ResultError, RangeError unless it is one of this run and kernel */
function checkLine(line: Uint8Array, key: string, worker: string, kernelHash: string): RunResult {
  const result = decodeResult(new TextDecoder('utf-8', { fatal: true }).decode(line), `the result of worker ${worker}`)
  const given = resultKey(result.config)
  if (given !== key) throw new RangeError(expected('key', key, given, 'the result is that of another run'))
  if (result.kernelHash === kernelHash) return result
  throw new RangeError(expected('kernelHash', kernelHash, result.kernelHash, 'another kernel computed the result'))
}
