// The threads of one run, which share its agents: this thread, which also serves, and worker threads, which join in once
// they have started. Each request goes to all agents at once, and each thread plays what no other thread plays (board.ts).

import { Worker } from 'node:worker_threads'
import { type AskAgents, periodFrom } from '../federation/ahead.ts'
import { playsPeriods } from '../federation/group.ts'
import { afterDownloads, afterUpload, type Known, NEW } from '../federation/messages.ts'
import type { Said } from '../federation/packing.ts'
import { isBroken } from '../federation/saying.ts'
import { measureAgents } from '../kernel/layout.ts'
import { embeddedModule, instantiate } from '../kernel/wasm.ts'
import { giveWay, InterruptedError } from '../results/compute.ts'
import type { Modules } from '../results/modules.ts'
import type { Setup } from '../run/setup.ts'
import { DIVIDING, openBoard } from './board.ts'
import { type AnsweredPart, asksOf, type Batch, openPlayer, type Shared } from './player.ts'
import type { ThreadData } from './thread.ts'

/** The threads of one run. */
export interface Pool {
  /** what all agents say to a request, of which there is one at a time */
  readonly ask: AskAgents
  /** resolves when all threads play, for which no run waits */
  readonly ready: Promise<unknown>
  /** rejects when a thread breaks off */
  readonly broken: Promise<never>
  /** ends the threads */
  readonly stop: () => Promise<unknown>
}

/** A batch that is not answered yet. */
interface Open {
  readonly said: Said[][]
  readonly asks: number
  /** answers that are missing */
  missing: number
  readonly resolve: (said: Said[][]) => void
}

/** The bytes of what an agent compares itself with, beside the weights. */
const WATCH_BYTES = 64

/**
 * Starts the threads of a run.
 * @param threads how many play, of which this is one
 * @throws RangeError for a run that takes more memory than one instance has
 */
export function openPool(setup: Setup, modules: Modules, threads: number, dividing = DIVIDING): Pool {
  const { config, own, env, capacity } = setup
  const { blockBytes, weights } = measureAgents(instantiate(), env, config, capacity)
  const mayGoBack = playsPeriods(setup) && config.until !== 'cap'
  const room = (bytes: number) => new Uint8Array(new SharedArrayBuffer(bytes))
  const states = blockBytes.map((bytes) => ({
    now: room(bytes),
    before: mayGoBack ? room(bytes) : null,
    watch: config.trigger === 'always' ? null : room(WATCH_BYTES + 4 * weights),
  }))
  const shared: Shared = { board: openBoard(config.agents), states, threads, dividing }
  const module = embeddedModule()
  const play = openPlayer(setup, module, shared, 0)
  const workers = Array.from({ length: threads - 1 }, (_, k) =>
    startThread({ thread: k + 1, config, modules, module, shared }),
  )

  /** how many requests there were */
  let asked = 0
  /** what each agent knows of the exchanges */
  let known: readonly Known[] = blockBytes.map(() => NEW)
  /** the period that was played last, whose last episode is the last of all */
  let period: Batch['period'] = null
  /** whether agents can go back before it */
  let isKept = false
  /** what was said to the request that comes next, which was asked ahead */
  let ahead: Said[][] | null = null
  let isStopped = false
  let open: Open | null = null

  const add = (parts: readonly AnsweredPart[]) => {
    if (!open) return
    const { said: all, asks, resolve } = open
    for (const { agent, at, said } of parts) {
      // The parts of an agent may arrive in any order.
      for (const [k, one] of said.entries()) all[agent][at + k] = one
      open.missing -= said.some(isBroken) ? asks - at : said.length
    }
    if (open.missing === 0) resolve(all)
  }
  const between = async () => {
    await giveWay()
    if (isStopped) throw new InterruptedError('interrupted')
  }
  const perform = async (given: Partial<Batch>): Promise<Said[][]> => {
    const begins = asked === 0 ? 'anew' : 'now'
    const batch: Batch = { first: asked, download: null, period: null, weights: false, begins, keeps: false, ...given }
    const asks = asksOf(batch)
    asked += asks
    const answered = new Promise<Said[][]>((resolve) => {
      open = { said: blockBytes.map(() => []), asks, missing: asks * config.agents, resolve }
    })
    for (const worker of workers) worker.postMessage(batch)
    add(await play(batch, between))
    const said = await answered
    if (batch.period && batch.period.round !== null) known = known.map((knows, k) => afterUpload(knows, said[k].at(-1)))
    return said
  }
  const pasts = () => known.map(({ past }) => past)
  const ask: AskAgents = async (request) => {
    if (request.ask === 'period') {
      const said = ahead
      ahead = null
      if (said) return said
      period = { ...request, pasts: pasts() }
      isKept = mayGoBack
      return perform({ period, keeps: isKept })
    }
    if (request.ask === 'download') {
      const { round, downlinks } = request
      const download = { round, downlinks, pasts: pasts() }
      known = afterDownloads(setup, known, downlinks)
      // What follows is sure: the next period. An environment of one's own waits until it is asked for.
      period = own ? null : { ...periodFrom(setup, period!.to + 1, round + 1), pasts: pasts() }
      isKept = period !== null && mayGoBack
      const said = await perform({ download, period, keeps: isKept })
      if (period) ahead = said.map((list) => list.slice(1))
      return said.map((list) => list.slice(0, 1))
    }
    if (period && isKept && (period.round !== null || request.episode < period.to)) {
      isKept = false
      const again = { ...period, to: request.episode, round: null }
      const said = await perform({ period: again, weights: true, begins: 'before' })
      return said.map((list) => list.slice(-1))
    }
    return perform({ weights: true })
  }
  for (const worker of workers) worker.on('message', add)
  return {
    ask,
    ready: Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))),
    broken: Promise.race(workers.map(endOf)),
    stop: () => {
      isStopped = true
      return Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

/** Starts a thread with the flags of this process, which is refused where a flag says what stdin or `--eval` holds. */
function startThread(workerData: ThreadData): Worker {
  const isEvaluated = process.execArgv.some((flag) => flag.startsWith('--input-type'))
  return new Worker(new URL('./thread.js', import.meta.url), { workerData, ...(isEvaluated && { execArgv: [] }) })
}

/** Rejects when a thread breaks off. */
const endOf = (worker: Worker) =>
  new Promise<never>((_, reject) => {
    worker.on('error', reject)
    worker.on('exit', (code) =>
      reject(new Error(`a worker thread ended with code ${code} before the run: start it anew`)),
    )
  })
