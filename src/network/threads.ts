// One run on several cores: its agents are divided over worker threads, and this thread serves them. The result is that
// of a run in one thread.

import { Worker } from 'node:worker_threads'
import { record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { type GroupPlace, serveOver } from '../federation/carried.ts'
import { checkApart } from '../federation/members.ts'
import { checkJobs, giveWay, InterruptedError, type PacedOptions, paced } from '../results/compute.ts'
import { loadOwn, type Modules } from '../results/modules.ts'
import type { RunResult } from '../run/record.ts'
import { ownFor, type Setup, setUp } from '../run/setup.ts'
import { portCarrier } from './port.ts'
import type { ThreadData } from './thread.ts'

/** What a run on several cores takes beside its config. */
export interface ThreadedOptions extends Pick<PacedOptions, 'signal' | 'onEvent' | 'onAgents'> {
  /**
   * worker threads, 1..256, of which no more than agents are started; default 1, the run in this thread. Several pay for
   * many agents and long periods, because two threads take 0.3 s of computing to start, and wait for each other at exchanges
   */
  readonly jobs?: number
  /** the files of an environment and a method of one's own, which every thread loads */
  readonly modules?: Modules
}

/**
 * How many threads a run is divided over: as many as are asked for, but no more than agents, and one unless they are.
 * @throws TypeError, RangeError for no number of threads; RangeError for several, if its agents cannot live apart
 */
export function threadsFor(setup: Setup, jobs = 1): number {
  const threads = Math.min(checkJobs(jobs, 'jobs'), setup.config.agents)
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
  const { jobs, modules = {}, signal, onEvent, onAgents } = record(options, 'options') as ThreadedOptions
  const own = ownFor(given, await loadOwn(modules))
  const setup = setUp(given, own)
  const { config } = setup
  const threads = threadsFor(setup, jobs)
  if (threads === 1) return paced(config, { signal, onEvent, own, onAgents })
  if (onAgents) {
    throw new RangeError(expected('jobs', '1 beside onAgents', jobs, 'agents of other threads are out of reach'))
  }
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
