// The experiment of ONE seed, as a generator: the course of a mission, with all its agents in one instance. Progress,
// animation, an early stop and the digest are plain loops over it; it knows neither disk nor clock.

import type { Config } from './config.ts'
import { instantiate } from './kernel/wasm.ts'
import { type Answer, answerAll, type Play, startAgents } from './member.ts'
import type { Method } from './methods/index.ts'
import { type Carriers, mission, type RunEvent, type RunResult } from './mission.ts'
import { agree } from './terms.ts'

export type { Exchange, Failure, RunEvent, RunResult } from './mission.ts'
export { checkConfig, kernelHash } from './terms.ts'

export interface RunOptions extends Carriers {
  /** a method that is not in the registry; the config names it or no method */
  readonly method?: Method
  /**
   * How agent `index` plays an episode, such as step by step to be seen; returns its score. `agent.playEpisode()` unless
   * given, and the digest is the same where it plays as that does: reset, then act, step and learn until the end.
   */
  readonly play?: Play
}

/**
 * Runs one seed. Yields an event an episode (of all agents) and an exchange; returns the result.
 * @throws TypeError, RangeError for a config that cannot run; a non-finite network ends the run with `failure`
 */
export function* run(given: Partial<Config> = {}, options: RunOptions = {}): Generator<RunEvent, RunResult> {
  const { method, play } = options
  const kernel = instantiate(options.module)
  const terms = agree(kernel, given, method)
  const agents = startAgents(kernel, terms)
  const course = mission(terms, options)
  for (let answers: readonly Answer[] = []; ; ) {
    const { done, value } = course.next(answers)
    if (done) return value
    if ('ask' in value) answers = answerAll(terms, agents, value, play)
    else yield value
  }
}

/** A run to its end: the result alone. */
export function runToEnd(given: Partial<Config> = {}, options: RunOptions = {}): RunResult {
  const events = run(given, options)
  for (;;) {
    const { done, value } = events.next()
    if (done) return value
  }
}
