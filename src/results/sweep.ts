// Many runs, each stored. A finished run is on disk before it counts, and what the store has is not computed again.

import type { Config } from '../config/config.ts'
import type { RunResult } from '../run/record.ts'
import { checkConfig, kernelHash, setUp } from '../run/setup.ts'
import { type ComputeOptions, checkJobs, computeAll, STANDARD_JOBS } from './compute.ts'
import { resultKey } from './result.ts'
import { DeterminismError, type Store } from './store.ts'
import { settingOf } from './summary.ts'

/** How far a sweep has come. */
export interface Progress {
  /** runs on disk, of `total` */
  readonly done: number
  /** runs of the sweep, those on disk and those to come */
  readonly total: number
  /** of `done`, those that were there at the start */
  readonly stored: number
  /** environment steps of the runs that were computed now */
  readonly envSteps: number
  /** work of the runs that are computed now: 1 for each agent of a finished run */
  readonly work: number
  /** the same of all runs that are computed now */
  readonly totalWork: number
}

/** How a sweep is computed. */
export interface SweepOptions extends ComputeOptions {
  /** called once at the start, without a result, and then for each computed run, once it is on disk */
  readonly onResult?: (progress: Progress, result?: RunResult) => void
}

/** What a sweep did. */
export interface Swept {
  /** the keys of its runs, each once, in the order of the configs */
  readonly keys: readonly string[]
  /** how many it computed */
  readonly computed: number
  /** how many were stored already */
  readonly stored: number
  /** of all, those that failed */
  readonly failed: number
}

/** A run to be computed. */
export interface PlannedRun {
  readonly key: string
  readonly config: Config
}

/** How many stored runs of another kernel are computed again before they are trusted. */
const REPLAYS = 3

/**
 * The runs of configs, each once: two configs of one key are one run. Each config is checked, each setting once for memory.
 * @throws TypeError, RangeError for a config that cannot run
 */
export function planRuns(configs: Iterable<Partial<Config>>): PlannedRun[] {
  const planned = new Map<string, PlannedRun>()
  const settings = new Set<string>()
  for (const given of configs) {
    const { config } = setUp(given)
    const setting = settingOf(config)
    if (!settings.has(setting)) checkConfig(config)
    settings.add(setting)
    const key = resultKey(config)
    if (!planned.has(key)) planned.set(key, { key, config })
  }
  return [...planned.values()]
}

/**
 * Computes the runs that the store lacks.
 *
 * @example
 * const configs = [1, 2, 3].map((seed) => ({ method: 'frd', agents: 4, seed }))
 * const { keys } = await sweep(configs, openStore('out'))
 * @throws TypeError or RangeError for a config, before anything is computed; ResultError for a stored file;
 *   DeterminismError where another kernel's results do not replay; InterruptedError; Error where a run or the disk fails
 */
export async function sweep(
  configs: Iterable<Partial<Config>>,
  store: Store,
  options: SweepOptions = {},
): Promise<Swept> {
  return computeMissing(planRuns(configs), store, options)
}

/** Computes those of the planned runs that the store lacks. @throws as sweep, but for configs */
export async function computeMissing(
  planned: readonly PlannedRun[],
  store: Store,
  options: SweepOptions = {},
): Promise<Swept> {
  const { jobs = STANDARD_JOBS, onResult } = options
  checkJobs(jobs, 'jobs')
  store.keys()
  const missing: Config[] = []
  const foreign: Config[] = []
  let failed = 0
  for (const { key, config } of planned) {
    const stored = store.find(key)
    if (stored === null) missing.push(config)
    else {
      if (stored.kernelHash !== kernelHash()) foreign.push(config)
      if (stored.summary.failed) failed++
    }
  }
  const counts = {
    done: planned.length - missing.length,
    total: planned.length,
    stored: planned.length - missing.length,
    envSteps: 0,
    work: 0,
    totalWork: missing.reduce((sum, { agents }) => sum + agents, 0),
  }
  onResult?.({ ...counts })
  await computeAll(foreign.slice(0, REPLAYS), options, (config, replay) => {
    checkReplay(store, resultKey(config), replay)
  })
  await computeAll(missing, options, (config, result, timing) => {
    const key = store.write(result)
    store.time({ key, ...timing, node: process.version, arch: process.arch, jobs })
    if (result.failure !== null) failed++
    counts.done++
    counts.envSteps += result.envSteps
    counts.work += config.agents
    onResult?.({ ...counts }, result)
  })
  return { keys: planned.map(({ key }) => key), computed: missing.length, stored: counts.stored, failed }
}

function checkReplay(store: Store, key: string, replay: RunResult): void {
  const stored = store.find(key)
  if (stored === null || stored.summary.digest === replay.digest) return
  throw new DeterminismError(
    `the results in ${store.dir} are another kernel's (${stored.kernelHash.slice(0, 12)}, this one is ` +
      `${replay.kernelHash.slice(0, 12)}), and run ${key} does not replay: expected digest ${stored.summary.digest}, ` +
      `got ${replay.digest}. Give another --out, or use the version that made them`,
  )
}
