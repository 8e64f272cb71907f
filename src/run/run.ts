// The run of one seed, as a generator: the course of a mission with all its agents in one instance. Its caller shows
// progress, draws an animation or stops early in an ordinary loop over it. It uses no disk and no clock.

import { functionOf, optional } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import type { Agent } from '../kernel/agent.ts'
import { poolOf } from '../kernel/pool.ts'
import { instantiate } from '../kernel/wasm.ts'
import { absences } from './absences.ts'
import { type Carriers, mission } from './mission.ts'
import { type Answer, answerAll, counting, type Play, startAgents } from './protocol.ts'
import type { RunEvent, RunResult } from './record.ts'
import { type Own, setUp } from './setup.ts'

/** What a run takes beside its config. */
export interface RunOptions extends Carriers, Own {
  /**
   * Plays an episode with agent `index` and returns its score, for example step by step to show it. The default is
   * `agent.playEpisode()`. The digest stays the same if `play` does the same: reset, then act, step and learn until the
   * episode ends. It is not called where one learner plays all environments (method `central`).
   */
  readonly play?: Play
  /** is given the weights of every agent, as `agent.weights()` gives them, when the run has ended and did not fail */
  readonly onWeights?: (weights: readonly Float32Array[]) => void
  /** is given the agents themselves in the same way, for example to keep a checkpoint of each, `agent.save()` */
  readonly onAgents?: (agents: readonly Agent[]) => void
}

/**
 * Runs one seed. Yields an event after each episode of all agents and after each exchange, and returns the result.
 *
 * @example
 * const experiment = run({ method: 'frd', agents: 4, seed: 7 })
 * for (let next = experiment.next(); ; next = experiment.next()) {
 *   if (next.done) { console.log(next.value.completion, next.value.digest); break }
 *   if (next.value.type === 'exchange') console.log(next.value.episode, next.value.uplinkBytes)
 * }
 * @param given any part of a config; each field that is left out has its default
 * @throws TypeError, RangeError for a config that cannot run. A network that stops being finite does not throw: the
 *   result then has a `failure`
 */
export function* run(given: Partial<Config> = {}, options: RunOptions = {}): Generator<RunEvent, RunResult> {
  const setup = setUp(given, options)
  for (const name of ['play', 'onWeights', 'onAgents', 'transport'] as const) optional(functionOf)(options[name], name)
  const kernel = instantiate(options.module)
  const agents = startAgents(kernel, setup)
  const play = setup.method.isPooled ? poolOf(kernel, agents) : options.play && counting(options.play)
  const absentFrom = absences(setup.config)
  const course = mission(setup, options)
  for (let answers: readonly Answer[] = []; ; ) {
    const { done, value } = course.next(answers)
    if (done) {
      if (value.failure === null) {
        options.onWeights?.(agents.map((agent) => agent.weights()))
        options.onAgents?.(agents)
      }
      return value
    }
    if ('ask' in value) answers = answerAll(setup, agents, value, play, absentFrom(value))
    else yield value
  }
}

/**
 * Runs one seed to its end, and returns the result alone.
 *
 * @example
 * const { completion, digest } = runToEnd({ method: 'mixfrd', agents: 4, seed: 1 })
 * @throws as run
 */
export function runToEnd(given: Partial<Config> = {}, options: RunOptions = {}): RunResult {
  const events = run(given, options)
  for (;;) {
    const { done, value } = events.next()
    if (done) return value
  }
}
