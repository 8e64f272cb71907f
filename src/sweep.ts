// Many runs over worker threads. Each finished run is on disk before it counts, what the store has is not computed
// again, and nothing depends on the order in which runs end. One job computes in this thread and needs no pool.

import { availableParallelism } from 'node:os'
import type { Config } from './config.ts'
import { resultKey } from './result.ts'
import { checkConfig, kernelHash, type RunEvent, type RunResult, run } from './run.ts'
import { DeterminismError, type Store } from './store.ts'

export interface Progress {
  /** runs on disk, stored ones too, of `total` */
  readonly done: number
  readonly total: number
  /** of `done`, those which were there at the start */
  readonly stored: number
  /** environment steps of the runs computed now */
  readonly envSteps: number
  /** expected work done and in all, of what is computed now: an agent's run counts 1 */
  readonly work: number
  readonly totalWork: number
}

export interface SweepOptions {
  /** worker threads, 1..256; default: one a core. 1 computes in this thread */
  readonly jobs?: number
  /** after each computed run, once it is on disk; and once at the start, without a result */
  readonly onResult?: (progress: Progress, result?: RunResult) => void
  /** stops the sweep: it throws InterruptedError, and what is finished stays */
  readonly signal?: AbortSignal
  /** how a run is computed instead: a cluster, a test */
  readonly compute?: (config: Config, signal: AbortSignal) => Promise<RunResult>
}

export interface Swept {
  /** of the runs, each once, in the order of the configs */
  readonly keys: readonly string[]
  readonly computed: number
  readonly stored: number
  /** of all, those that a non-finite policy or value stopped */
  readonly failed: number
}

/** The sweep's signal was given. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

interface Task {
  readonly key: string
  readonly config: Config
}

/** How many stored runs of another kernel are computed again before they are trusted. */
const REPLAYS = 3

/**
 * Computes the runs that the store lacks. Two configs of one key are one run.
 * @throws TypeError or RangeError for a config, before anything is computed; ResultError for a stored file;
 *   DeterminismError where another kernel's results do not replay; InterruptedError; Error where a run or the disk fails
 */
export async function sweep(
  configs: readonly Partial<Config>[],
  store: Store,
  options: SweepOptions = {},
): Promise<Swept> {
  const { jobs = STANDARD_JOBS, onResult } = options
  checkJobs(jobs)
  const tasks = new Map(configs.map((given) => toEntry(checkConfig(given))))
  store.keys()
  const todo: Task[] = []
  const foreign: Task[] = []
  let failed = 0
  for (const task of tasks.values()) {
    const stored = store.read(task.key)
    if (stored === null) todo.push(task)
    else {
      if (stored.kernelHash !== kernelHash()) foreign.push(task)
      if (stored.failure !== null) failed++
    }
  }
  const counts = {
    done: tasks.size - todo.length,
    total: tasks.size,
    stored: tasks.size - todo.length,
    envSteps: 0,
    work: 0,
    totalWork: todo.reduce((sum, { config }) => sum + config.agents, 0),
  }
  onResult?.({ ...counts })
  await computeAll(configsOf(foreign.slice(0, REPLAYS)), options, (config, replay) => {
    checkReplay(store, resultKey(config), replay)
  })
  await computeAll(configsOf(todo), options, (config, result, timing) => {
    const key = store.write(result)
    store.time({ key, ...timing, node: process.version, arch: process.arch, jobs })
    if (result.failure !== null) failed++
    counts.done++
    counts.envSteps += result.envSteps
    counts.work += config.agents
    onResult?.({ ...counts }, result)
  })
  return { keys: [...tasks.keys()], computed: todo.length, stored: counts.stored, failed }
}

/** When a computation began, by the clock, and how long it took. */
export interface Timing {
  readonly started: string
  readonly seconds: number
}

/**
 * Computes all configs, at most `jobs` at once; `done` sees each result as it comes, in any order.
 * @throws the first error of a run or of `done`; InterruptedError
 */
export async function computeAll(
  configs: readonly Config[],
  options: Omit<SweepOptions, 'onResult'>,
  done: (config: Config, result: RunResult, timing: Timing) => void,
): Promise<void> {
  const { jobs = STANDARD_JOBS, signal } = options
  checkJobs(jobs)
  if (!configs.length) return
  const threads = Math.min(jobs, configs.length)
  const crew = await hire(threads, options)
  try {
    const compute = async (config: Config) => {
      const started = new Date().toISOString()
      const clock = performance.now()
      const result = await crew.compute(config).catch((error) => explain(config, error))
      const seconds = (performance.now() - clock) / 1000
      return () => done(config, result, { started, seconds })
    }
    await eachOf(configs, threads, signal, compute)
  } finally {
    await crew.dismiss()
  }
}

function explain(config: Config, error: Error): never {
  if (error instanceof InterruptedError) throw error
  const { method, agents, seed } = config
  throw new Error(`the run of ${method}, N = ${agents}, seed ${seed} broke off: ${error.message}`, { cause: error })
}

const configsOf = (tasks: readonly Task[]) => tasks.map(({ config }) => config)

const MOST_JOBS = 256
const STANDARD_JOBS = Math.min(availableParallelism(), MOST_JOBS)

function checkJobs(jobs: unknown): void {
  if (typeof jobs !== 'number') throw new TypeError(`"jobs" expected an integer in 1..${MOST_JOBS}, got ${jobs}`)
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= MOST_JOBS) return
  throw new RangeError(`"jobs" expected an integer in 1..${MOST_JOBS}, got ${jobs}`)
}

function toEntry(config: Config): [string, Task] {
  const key = resultKey(config)
  return [key, { key, config }]
}

function checkReplay(store: Store, key: string, replay: RunResult): void {
  const stored = store.read(key)
  if (stored === null || stored.digest === replay.digest) return
  throw new DeterminismError(
    `the results in ${store.dir} are another kernel's (${stored.kernelHash.slice(0, 12)}, this one is ` +
      `${replay.kernelHash.slice(0, 12)}), and run ${key} does not replay: expected digest ${stored.digest}, ` +
      `got ${replay.digest}. Give another --out, or use the version that made them`,
  )
}

/**
 * At most `width` at once; the first error, or the signal, ends it: nothing starts after it, and what is under way is not
 * waited for. Of several lanes, each starts its next one before the last is ended, since a disk takes milliseconds for
 * that and a thread would wait.
 */
async function eachOf(
  configs: readonly Config[],
  width: number,
  signal: AbortSignal | undefined,
  compute: (config: Config) => Promise<() => void>,
): Promise<void> {
  let next = 0
  let ended = false
  const lane = async () => {
    const start = () => (next < configs.length && !ended ? compute(configs[next++]) : null)
    for (let running = start(); running; ) {
      const end = await running
      const ahead = width > 1 ? start() : null
      ahead?.catch(() => {}) // where end throws, nobody waits for it
      end()
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
    await Promise.race([interrupted, Promise.all(Array.from({ length: Math.min(width, configs.length) }, lane))])
  } finally {
    ended = true
    signal?.removeEventListener('abort', stop)
  }
}

/** Who computes: this thread, worker threads, or the caller's own. */
interface Crew {
  readonly compute: (config: Config) => Promise<RunResult>
  readonly dismiss: () => Promise<void>
}

async function hire(threads: number, { compute, signal = new AbortController().signal }: SweepOptions): Promise<Crew> {
  const dismiss = async () => {}
  if (compute) return { compute: (config) => compute(config, signal), dismiss }
  if (threads <= 1) return { compute: (config) => paced(config, { signal }), dismiss }
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
    compute: (config) => Promise.race([broken, pool.run(config)]),
    dismiss: () => pool.destroy(),
  }
}

async function importTinypool() {
  try {
    return (await import('tinypool')).default
  } catch (cause) {
    throw new Error('worker threads need the package tinypool: npm install tinypool, or give --jobs 1', { cause })
  }
}

export interface PacedOptions {
  readonly signal?: AbortSignal
  readonly onEvent?: (event: RunEvent) => void
}

/** Milliseconds of computing after which this thread looks at its signals and timers; a frame of a terminal. */
const TURN = 40

/**
 * Runs in this thread and lets others have a turn now and then.
 * @throws InterruptedError once the signal is given
 */
export async function paced(config: Partial<Config>, { signal, onEvent }: PacedOptions = {}): Promise<RunResult> {
  const events = run(config)
  let turn = performance.now()
  for (;;) {
    const { done, value } = events.next()
    if (done) return value
    onEvent?.(value)
    if (performance.now() - turn < TURN) continue
    await new Promise((resume) => setImmediate(resume))
    if (signal?.aborted) throw new InterruptedError('interrupted')
    turn = performance.now()
  }
}
