// One run on several cores: this thread and worker threads play its agents, and this thread serves them. The result is that
// of a run in one thread.

import { record, recordWithin } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { askingAhead } from '../federation/ahead.ts'
import { checkAnswers } from '../federation/answers.ts'
import { checkApart, followCourse } from '../federation/members.ts'
import { checkJobs, giveWay, InterruptedError, type PacedOptions, paced } from '../results/compute.ts'
import { loadOwn, type Modules } from '../results/modules.ts'
import type { RunResult } from '../run/record.ts'
import { ownFor, type Setup, setUp } from '../run/setup.ts'
import { openPool, type Pool } from './pool.ts'

/** What a run on several cores takes beside its config. */
export interface ThreadedOptions extends Pick<PacedOptions, 'signal' | 'onEvent' | 'onAgents'> {
  /**
   * threads that play, 1..256, but no more than agents; the first is this thread, and default 1. Several pay for many agents
   * and runs of seconds, because each thread beside this one takes 0.2 s of computing to start and to become as fast, and all
   * wait for each other at exchanges
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

const withinOptions = recordWithin(['jobs', 'modules', 'signal', 'onEvent', 'onAgents'])

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
  const { jobs, modules = {}, signal, onEvent, onAgents } = withinOptions(options, 'options') as ThreadedOptions
  const own = ownFor(given, await loadOwn(modules))
  const setup = setUp(given, own)
  const { config } = setup
  const threads = threadsFor(setup, jobs)
  if (threads === 1) return paced(config, { signal, onEvent, own, onAgents })
  if (onAgents) {
    throw new RangeError(expected('jobs', '1 beside onAgents', jobs, 'agents of other threads are out of reach'))
  }
  if (signal?.aborted) throw new InterruptedError('interrupted')
  return runInPool(setup, openPool(setup, modules, threads), { signal, onEvent })
}

/** Runs one seed in a pool, which is stopped at the end. */
export async function runInPool(
  setup: Setup,
  pool: Pool,
  { signal, onEvent }: Pick<ThreadedOptions, 'signal' | 'onEvent'> = {},
): Promise<RunResult> {
  const ask = askingAhead(setup, pool.ask)
  const follow = async () => {
    const events = followCourse(setup, {}, async (asked, kernel) =>
      checkAnswers(kernel, setup, asked, await ask(asked)),
    )
    for (;;) {
      const { done, value } = await events.next()
      if (done) return value
      await onEvent?.(value)
      await giveWay(signal)
    }
  }
  try {
    return await Promise.race([interruption(signal), pool.broken, follow()])
  } finally {
    await pool.stop()
  }
}

/** Rejects when the signal is given. */
const interruption = (signal?: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new InterruptedError('interrupted')), { once: true })
  })
