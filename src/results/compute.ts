// Computes runs: in this thread, in worker threads, or by a function of the caller. Nothing depends on the order in
// which runs end. This file writes nothing to disk.

import { availableParallelism } from 'node:os'
import { integerIn } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { importAll } from '../config/packages.ts'
import type { RunEvent, RunResult } from '../run/record.ts'
import { type RunOptions, run } from '../run/run.ts'
import { type Own, ownFor } from '../run/setup.ts'
import type { Steps } from '../run/steps.ts'
import type { Modules } from './modules.ts'

/** How runs are computed. */
export interface ComputeOptions {
  /**
   * worker threads, 1..256; by default one per core. With 1, runs are computed in this thread, without a pool of
   * workers
   */
  readonly jobs?: number
  /** stops the computation: InterruptedError is thrown, and what is finished stays */
  readonly signal?: AbortSignal
  /** computes a run in place of this thread and its workers, for example on a cluster */
  readonly compute?: (config: Config, signal: AbortSignal) => Promise<RunResult>
  /**
   * an environment or a method of one's own, for the configs that name none of the kernel or the registry; the runs are then
   * computed in this thread, unless `modules` are given too
   */
  readonly own?: Own
  /** the files from which `own` was loaded, for the worker threads */
  readonly modules?: Modules
}

/** Thrown when the signal to stop was given. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

const MAX_JOBS = 256

/** One job per core. */
export const STANDARD_JOBS = Math.min(availableParallelism(), MAX_JOBS)

/** @throws TypeError, RangeError unless it is a number of jobs */
export const checkJobs = integerIn(1, MAX_JOBS)

/** When a run was computed, by the clock. */
export interface Timing {
  /** ISO 8601, UTC */
  readonly started: string
  readonly seconds: number
  /** what computed it, where that was another process */
  readonly by?: Machine
}

/** What computed a run. */
export interface Machine {
  /** the name of the process; left out where it is the one that writes this */
  readonly worker?: string
  /** its version of Node */
  readonly node: string
  /** its processor */
  readonly arch: string
  /** how many runs it computes at once */
  readonly jobs: number
}

/**
 * What happens around each run: `isDone` is asked before a run starts, and leaves it out if it is done elsewhere; `done` is
 * called with each result as soon as it is there, in any order, and says whether this run was news.
 */
export interface Around {
  readonly isDone?: (config: Config) => boolean
  readonly done: (config: Config, result: RunResult, timing: Timing) => boolean
}

/**
 * Computes all configs, at most `jobs` at once.
 * @throws the first error of a run or of what happens around it; InterruptedError
 */
export async function computeAll(
  configs: readonly Config[],
  options: ComputeOptions,
  { done, isDone = () => false }: Around,
): Promise<void> {
  const { jobs = STANDARD_JOBS, signal } = options
  checkJobs(jobs, 'jobs')
  if (!configs.length) return
  const isHere = options.own !== undefined && options.modules === undefined
  const threads = isHere ? 1 : Math.min(jobs, configs.length)
  const workers = await startWorkers(threads, options)
  try {
    const compute = async (config: Config) => {
      const { result, timing } = await timed(config, workers)
      return () => done(config, result, timing)
    }
    await eachOf(configs, threads, signal, compute, isDone)
  } finally {
    await workers.stop()
  }
}

/** Computes a run and says when. @throws Error that names the run and says what broke it off; InterruptedError */
export async function timed(config: Config, workers: Workers): Promise<{ result: RunResult; timing: Timing }> {
  const started = new Date().toISOString()
  const clock = performance.now()
  const result = await workers.compute(config).catch((error) => explain(config, error))
  return { result, timing: { started, seconds: (performance.now() - clock) / 1000 } }
}

function explain(config: Config, error: Error): never {
  if (error instanceof InterruptedError) throw error
  const { method, agents, seed } = config
  throw new Error(`the run of ${method}, N = ${agents}, seed ${seed} broke off: ${error.message}`, { cause: error })
}

/**
 * Computes at most `width` runs at once. The first error ends it, and so does the signal: then nothing new starts, and
 * it does not wait for the runs under way. Of several workers, each starts its next run before the result of its last
 * run is stored. To store a result takes the disk some milliseconds, for which the thread would otherwise wait.
 *
 * Where a run was done elsewhere in the meantime, another sweep computes the same runs in the same order. Then this one
 * goes on in the middle of what is left, so that the two share the work and do not compute it twice in step.
 */
async function eachOf(
  configs: readonly Config[],
  width: number,
  signal: AbortSignal | undefined,
  compute: (config: Config) => Promise<() => boolean>,
  isDone: (config: Config) => boolean,
): Promise<void> {
  let left = configs
  let at = 0
  let ended = false
  const jump = () => {
    const middle = (at + left.length) >> 1
    left = [...left.slice(middle), ...left.slice(at, middle)]
    at = 0
  }
  const next = () => {
    let hasMet = false
    while (at < left.length && !ended) {
      const config = left[at++]
      if (!isDone(config)) return config
      if (!hasMet) jump()
      hasMet = true
    }
    return null
  }
  const worker = async () => {
    const start = () => {
      const config = next()
      return config ? compute(config) : null
    }
    for (let running = start(); running; ) {
      const end = await running
      const ahead = width > 1 ? start() : null
      ahead?.catch(() => {}) // if end() throws, nothing else awaits this run
      if (!end()) jump()
      await giveWay(signal) // runs may be so short that none of them gives way
      running = ahead ?? start()
    }
  }
  let stop = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    stop = () => reject(new InterruptedError('interrupted'))
  })
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop)
  try {
    await Promise.race([interrupted, Promise.all(Array.from({ length: Math.min(width, configs.length) }, worker))])
  } finally {
    ended = true
    signal?.removeEventListener('abort', stop)
  }
}

/** What computes the runs: this thread, worker threads, or a function of the caller. */
export interface Workers {
  readonly compute: (config: Config) => Promise<RunResult>
  readonly stop: () => Promise<void>
}

/** Starts so many threads, or none for one, which is this thread. @throws MissingPackagesError */
export async function startWorkers(
  threads: number,
  { compute, signal = new AbortController().signal, own, modules = {} }: ComputeOptions,
): Promise<Workers> {
  const stop = async () => {}
  if (compute) return { compute: (config) => compute(config, signal), stop }
  if (threads <= 1) return { compute: (config) => paced(config, { signal, own: own && ownFor(config, own) }), stop }
  const Tinypool = await importTinypool()
  const filename = new URL('./worker.js', import.meta.url).href
  const pool = new Tinypool({ filename, minThreads: threads, maxThreads: threads })
  let fail: (error: unknown) => void = () => {}
  const broken = new Promise<never>((_, reject) => {
    fail = reject
  })
  broken.catch(() => {})
  pool.on('error', fail)
  return {
    compute: async (config) => {
      const result: RunResult = await Promise.race([broken, pool.run({ config, modules })])
      // The worker returns a copy of the config. The original takes its place, so that it is not resolved again.
      return { ...result, config }
    },
    stop: () => pool.destroy(),
  }
}

/** Checks that there can be worker threads. @throws MissingPackagesError if tinypool is not installed */
export async function checkThreads(): Promise<void> {
  await importTinypool()
}

async function importTinypool() {
  const { tinypool } = await importAll('worker threads', { tinypool: () => import('tinypool') }, 'or give --jobs 1')
  return tinypool.default
}

/** The options of a run in this thread. */
export interface PacedOptions {
  /** stops the run */
  readonly signal?: AbortSignal
  /** called with each event of the run, which goes on when what it returns has come true */
  readonly onEvent?: (event: RunEvent) => void | Promise<void>
  /** an environment or a method of one's own */
  readonly own?: Own
  /** is given the agents when the run has ended and did not fail, for example to keep a checkpoint of each */
  readonly onAgents?: RunOptions['onAgents']
}

/** Milliseconds of computing after which this thread looks at signals and timers. */
const TURN = 40

/** When this thread last looked at signals and timers. */
let lastTurn = performance.now()

/**
 * A whole turn of the event loop, in which signals are heard. What is called from the part of a turn that hears them is
 * behind that part, and the first immediate comes before it in the same turn; so it takes two.
 */
export async function turn(): Promise<void> {
  for (let k = 0; k < 2; k++) await new Promise((resume) => setImmediate(resume))
}

/**
 * Lets this thread look at signals and timers, if it has not done so for 40 ms. All loops that are long call it, however
 * short one round of them is.
 * @throws InterruptedError with this message once the signal is given
 */
export async function giveWay(signal?: AbortSignal, message = 'interrupted'): Promise<void> {
  if (performance.now() - lastTurn >= TURN) {
    await turn()
    lastTurn = performance.now()
  }
  if (signal?.aborted) throw new InterruptedError(message)
}

/** Does the work, and gives way at each yield. @throws InterruptedError with this message once the signal is given */
export async function inSteps<T>(steps: Steps<T>, signal?: AbortSignal, message?: string): Promise<T> {
  for (;;) {
    await giveWay(signal, message)
    const { done, value } = steps.next()
    if (done) return value
  }
}

/**
 * Computes a run in this thread, which looks at signals and timers every 40 ms.
 * @throws InterruptedError once the signal is given
 */
export async function paced(
  config: Partial<Config>,
  { signal, onEvent, own, onAgents }: PacedOptions = {},
): Promise<RunResult> {
  const events = run(config, { ...own, onAgents })
  for (;;) {
    const { done, value } = events.next()
    if (done) return value
    const isTaken = onEvent?.(value)
    if (isTaken) await isTaken
    if (performance.now() - lastTurn >= TURN) await giveWay(signal)
  }
}
