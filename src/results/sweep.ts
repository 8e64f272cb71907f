// Computes many runs and stores each of them. A finished run is on disk before it counts, and a run that the store has
// is not computed again.

import { recordWithin } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import type { RunResult } from '../run/record.ts'
import { checkConfig, checkOwn, kernelHash, type Own, ownFor, setUp } from '../run/setup.ts'
import type { Steps } from '../run/steps.ts'
import { type ComputeOptions, checkJobs, computeAll, giveWay, inSteps, STANDARD_JOBS } from './compute.ts'
import { checkStorable, resultKey } from './result.ts'
import { settingOf } from './setting.ts'
import { DeterminismError, type Store } from './store.ts'

/** How far a sweep has come. */
export interface Progress {
  /** how many of `total` are on disk */
  readonly done: number
  /** runs of the sweep, those on disk and those to come */
  readonly total: number
  /** how many of `done` another sweep has computed, before this one or beside it */
  readonly stored: number
  /** environment steps of the runs that were computed by this sweep */
  readonly envSteps: number
  /** finished work of this sweep: the number of agents, summed over the runs that it has computed */
  readonly work: number
  /** the same sum over all runs that this sweep has to compute */
  readonly totalWork: number
}

/** How a sweep is computed. */
export interface SweepOptions extends ComputeOptions {
  /**
   * called for each computed run when it is on disk; without a result at the start, and where another sweep has stored a
   * run in the meantime
   */
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
  /** how many of all its runs failed */
  readonly failed: number
}

/** A run to be computed. */
export interface PlannedRun {
  readonly key: string
  readonly config: Config
}

/** How many stored runs of another kernel are computed again before the stored runs are trusted. */
const REPLAYS = 3

/**
 * The runs of configs, each once: two configs with the same key are one run. Each config is checked, and the memory is
 * checked once for each setting. It yields before each config.
 * @throws TypeError, RangeError for a config that cannot run
 */
export function* planRuns(configs: Iterable<Partial<Config>>, own: Own = {}): Steps<PlannedRun[]> {
  checkOwn(own)
  const planned = new Map<string, PlannedRun>()
  const settings = new Set<string>()
  for (const given of configs) {
    yield
    const brought = ownFor(given, own)
    const { config } = setUp(given, brought)
    checkStorable(config)
    const setting = settingOf(config)
    if (!settings.has(setting)) checkConfig(config, brought)
    settings.add(setting)
    const key = resultKey(config)
    if (!planned.has(key)) planned.set(key, { key, config })
  }
  return [...planned.values()]
}

/** A misspelt option, or a method beside `own`, would be lost without a word. */
const withinOptions = recordWithin(['jobs', 'signal', 'compute', 'own', 'modules', 'onResult'])

/**
 * Computes the runs that the store lacks.
 *
 * @example
 * const configs = [1, 2, 3].map((seed) => ({ method: 'frd', agents: 4, seed }))
 * const { keys } = await sweep(configs, openStore('out'))
 * @throws TypeError or RangeError for an invalid config, before anything is computed; ResultError for an invalid stored
 *   file; DeterminismError if the results of another kernel do not replay; InterruptedError; Error if a run or the disk
 *   fails
 */
export async function sweep(
  configs: Iterable<Partial<Config>>,
  store: Store,
  options: SweepOptions = {},
): Promise<Swept> {
  withinOptions(options, 'options')
  const planned = await inSteps(planRuns(configs, options.own), options.signal)
  return computeMissing(planned, store, options)
}

/** How the runs that a store lacks are computed. */
export interface MissingOptions extends SweepOptions {
  /** computes runs in place of this process, as computeAll does */
  readonly computeAll?: typeof computeAll
}

/** Computes the planned runs that the store lacks. @throws as sweep, except for an invalid config */
export async function computeMissing(
  planned: readonly PlannedRun[],
  store: Store,
  options: MissingOptions = {},
): Promise<Swept> {
  const { jobs = STANDARD_JOBS, onResult, computeAll: compute = computeAll } = options
  checkJobs(jobs, 'jobs')
  store.keys()
  const missing: Config[] = []
  const foreign: Config[] = []
  let failed = 0
  for (const { key, config } of planned) {
    await giveWay(options.signal)
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
  await compute(foreign.slice(0, REPLAYS), options, {
    done: (config, replay) => {
      checkReplay(store, resultKey(config), replay)
      return true
    },
  })
  await compute(missing, options, {
    // Another sweep may have stored it since this one began.
    isDone: (config) => {
      const stored = store.find(resultKey(config))
      if (stored === null) return false
      if (stored.summary.failed) failed++
      counts.done++
      counts.stored++
      counts.totalWork -= config.agents
      onResult?.({ ...counts })
      return true
    },
    done: (config, result, timing) => {
      const isNews = !store.has(resultKey(config))
      const key = store.write(result)
      const { by = { node: process.version, arch: process.arch, jobs }, ...when } = timing
      store.time({ key, ...when, ...by })
      if (result.failure !== null) failed++
      counts.done++
      counts.envSteps += result.envSteps
      counts.work += config.agents
      onResult?.({ ...counts }, result)
      return isNews
    },
  })
  const { stored } = counts
  return { keys: planned.map(({ key }) => key), computed: planned.length - stored, stored, failed }
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
