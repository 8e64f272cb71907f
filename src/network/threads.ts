// One run on several cores: its agents are divided over worker threads, and this thread serves them. The result is that
// of a run in one thread.

import { Worker } from 'node:worker_threads'
import { record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { type GroupPlace, serveOver } from '../federation/carried.ts'
import { playsPeriods } from '../federation/group.ts'
import { canLiveApart, checkApart } from '../federation/members.ts'
import { checkJobs, giveWay, InterruptedError, type PacedOptions, paced, STANDARD_JOBS } from '../results/compute.ts'
import { loadOwn, type Modules } from '../results/modules.ts'
import type { RunResult } from '../run/record.ts'
import { ownFor, type Setup, setUp } from '../run/setup.ts'
import { portCarrier } from './port.ts'
import type { ThreadData } from './thread.ts'

/** What a run on several cores takes beside its config. */
export interface ThreadedOptions extends Pick<PacedOptions, 'signal' | 'onEvent'> {
  /**
   * worker threads, 1..256, of which no more than agents are started. With 1, the run is in this thread. The default is one
   * per core where that pays: from 8 agents, 2000 episodes of all agents together, and 5 episodes between two exchanges on
   */
  readonly jobs?: number
  /** the files of an environment and a method of one's own, which every thread loads */
  readonly modules?: Modules
}

/**
 * From where on threads pay: with fewer agents or episodes, what two threads take to start (0.3 s of computing, measured in
 * 2026) is not won back; with fewer episodes between two requests, threads wait for each other too often.
 */
const WORTH = { agents: 8, episodes: 2000, period: 5 }

function pays(setup: Setup): boolean {
  const { agents, cap, period } = setup.config
  return agents >= WORTH.agents && agents * cap >= WORTH.episodes && period >= WORTH.period && playsPeriods(setup)
}

/**
 * How many threads a run is divided over.
 * @param jobs as many at most; where none is given, one per core if that pays
 * @throws TypeError, RangeError for no number of threads; RangeError for several, if its agents cannot live apart
 */
export function threadsFor(setup: Setup, jobs?: number): number {
  const most = jobs === undefined ? STANDARD_JOBS : checkJobs(jobs, 'jobs')
  const threads = Math.min(most, setup.config.agents)
  if (jobs === undefined && !(pays(setup) && canLiveApart(setup))) return 1
  if (threads > 1) checkApart(setup)
  return threads
}

/** The agents of each thread: agent i is in thread i mod threads, so that each has its share of unlike networks. */
function divide(agents: number, threads: number): number[][] {
  return Array.from({ length: threads }, (_, thread) =>
    Array.from({ length: Math.ceil((agents - thread) / threads) }, (_, k) => thread + k * threads),
  )
}

/**
 * Runs one seed on several cores. The events and the result are those of run(), whatever the number of threads.
 *
 * @example
 * const { digest } = await runThreaded({ method: 'frd', agents: 16, seed: 7 }, { jobs: 4 })
 * @throws TypeError, RangeError for a config that cannot run, such as one of a method whose agents cannot live apart;
 *   InterruptedError once the signal is given; Error if a thread ends before the run
 */
export async function runThreaded(given: Partial<Config> = {}, options: ThreadedOptions = {}): Promise<RunResult> {
  record(given, 'config')
  const { jobs, modules = {}, signal, onEvent } = record(options, 'options') as ThreadedOptions
  const own = ownFor(given, await loadOwn(modules))
  const setup = setUp(given, own)
  const { config } = setup
  const threads = threadsFor(setup, jobs)
  if (threads === 1) return paced(config, { signal, onEvent, own })
  if (signal?.aborted) throw new InterruptedError('interrupted')
  const groups = divide(config.agents, threads)
  const workers = groups.map((agents) => startThread({ config, agents, modules }))
  try {
    const places = workers.map((worker, i): GroupPlace => ({ agents: groups[i], carrier: portCarrier(worker) }))
    const events = serveOver(config, places, own)
    const follow = async () => {
      for (;;) {
        const { done, value } = await events.next()
        if (done) return value
        await onEvent?.(value)
        await giveWay(signal)
      }
    }
    return await Promise.race([interruption(signal), ...workers.map(endOf), follow()])
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
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

/** Rejects when the signal is given. */
const interruption = (signal?: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new InterruptedError('interrupted')), { once: true })
  })
