// A run in one line: its setting, seed, completion, bytes and digest. Figures, tables and claims about runs are made
// from summaries alone. To get the scores and the digest chain of a run, compute the run again.

import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { defaults, fieldsOfText, resolveConfig } from '../config/resolve.ts'
import { knownMethod } from '../methods/index.ts'
import type { Exchange, RunResult } from '../run/record.ts'
import { type Own, ownFor, setUp } from '../run/setup.ts'
import { settingOf } from './setting.ts'
import { groupsOf } from './text.ts'

/** What is kept of a run where thousands of runs must fit in memory. */
export interface Summary {
  /** its config without the seed, as canonical text on one line: `agents=4 method=frd` */
  readonly setting: string
  /** the run's seed */
  readonly seed: number
  /** completion time of the first agent, in episodes; null if it was censored */
  readonly completion: number | null
  /** the first episode at which the mean over the agents completed the mission; null if the run ended before */
  readonly meanCompletion: number | null
  /** completion time of the last agent; null if the run ended before */
  readonly lastCompletion: number | null
  /** episodes that each agent has played */
  readonly episodes: number
  /** steps of all agents together */
  readonly envSteps: number
  /** how many exchanges took place */
  readonly exchanges: number
  /** bytes sent, as the paper counts them: the sum over agents and exchanges */
  readonly uplinkBytes: number
  /** bytes received, counted in the same way */
  readonly downlinkBytes: number
  /** whether the run failed; then it is no observation */
  readonly failed: boolean
  /** the run's digest, 64 hexadecimal digits */
  readonly digest: string
}

/** The config of a setting and a seed. @throws TypeError, RangeError for an unknown field or an invalid value */
export function toConfig(setting: string, seed: number): Config {
  const given = fieldsOfText(setting === '' ? [] : setting.split(' '), 'setting')
  return resolveConfig({ ...given, seed })
}

/** The bytes of a run, or of several. */
type Bytes = Pick<Summary, 'exchanges' | 'uplinkBytes' | 'downlinkBytes'>

/** How many exchanges there were, and the sum of the bytes that they carried. */
export function totalBytes(exchanges: readonly Exchange[]): Bytes {
  const total = (way: 'uplinkBytes' | 'downlinkBytes') =>
    exchanges.reduce((sum, one) => one[way].reduce((part, bytes) => part + bytes, sum), 0)
  return { exchanges: exchanges.length, uplinkBytes: total('uplinkBytes'), downlinkBytes: total('downlinkBytes') }
}

/** The summary of a result. */
export function summarise(result: RunResult): Summary {
  const { config, completions } = result
  const last = completions.reduce<number | null>(
    (latest, time) => (latest === null || time === null ? null : Math.max(latest, time)),
    0,
  )
  return {
    setting: settingOf(config),
    seed: config.seed,
    completion: result.completion,
    meanCompletion: result.meanCompletion,
    lastCompletion: last,
    episodes: result.episodes,
    envSteps: result.envSteps,
    ...totalBytes(result.exchanges),
    failed: result.failure !== null,
    digest: result.digest,
  }
}

/** A difference between a summary and that of the run computed again, in words; null if they are equal. */
export function differenceOf(stored: Summary, replay: Summary): string | null {
  const names = Object.keys(stored) as (keyof Summary)[]
  const name = names.reverse().find((key) => stored[key] !== replay[key])
  return name === undefined ? null : expected(name, String(stored[name]), replay[name])
}

/** Mean bytes per agent and exchange, one way, as the paper counts them; NaN if no exchange took place. */
export function meanPayload(runs: readonly Bytes[], way: 'uplinkBytes' | 'downlinkBytes', agents: number): number {
  const bytes = runs.reduce((sum, run) => sum + run[way], 0)
  return bytes / (agents * runs.reduce((sum, run) => sum + run.exchanges, 0))
}

/**
 * Mean bytes per agent and exchange both ways, over the runs of one cell. They are 0 for a method that sends nothing,
 * and null if no exchange took place.
 */
export function meanBytesOf(
  runs: readonly Bytes[],
  agents: number,
  method: string,
): { readonly uplinkBytes: number | null; readonly downlinkBytes: number | null } {
  if (knownMethod(method)?.payload(defaults) === 'none') return { uplinkBytes: 0, downlinkBytes: 0 }
  if (runs.every(({ exchanges }) => exchanges === 0)) return { uplinkBytes: null, downlinkBytes: null }
  return {
    uplinkBytes: meanPayload(runs, 'uplinkBytes', agents),
    downlinkBytes: meanPayload(runs, 'downlinkBytes', agents),
  }
}

/** The runs of a config, whatever their seeds; the list may be empty. */
export type FindRuns = (given: Partial<Config>) => { readonly config: Config; readonly runs: readonly Summary[] }

/**
 * Finds summaries by config. The config is set up first, so that two configs with the same meaning find the same runs.
 * @param own an environment or a method of one's own, for the configs that name it
 */
export function indexRuns(summaries: readonly Summary[], own: Own = {}): FindRuns {
  const bySetting = groupsOf(summaries, ({ setting }) => setting)
  return (given) => {
    // A config that names no environment or method means the default, as figures do, and not one's own.
    const { env = defaults.env, method = defaults.method, startVersion = '' } = given
    const { config } = setUp(given, ownFor({ env, method, startVersion }, own))
    return { config, runs: bySetting.get(settingOf(config)) ?? [] }
  }
}
