// Made-up runs, for tests of judging and drawing: the summaries of one arm, with given times and bytes.

import type { Config } from '../src/config/config.ts'
import { settingOf } from '../src/results/setting.ts'
import type { Summary } from '../src/results/summary.ts'
import { checkConfig } from '../src/run/setup.ts'
import { makeStream } from './reference/philox.ts'

/**
 * The runs of an arm with two exchanges each.
 * @param times completion times of the seeds 1, 2, ...; null is censored
 * @param bytes what each agent sends, and receives, at each exchange
 */
export function madeRuns(arm: Partial<Config>, times: readonly (number | null)[], bytes = 100): Summary[] {
  const config = checkConfig(arm)
  return times.map((completion, i) => ({
    setting: settingOf(config),
    seed: i + 1,
    completion,
    meanCompletion: completion,
    lastCompletion: null,
    episodes: config.until === 'first' ? (completion ?? config.cap) : config.cap,
    envSteps: 1,
    exchanges: 2,
    uplinkBytes: 2 * config.agents * bytes,
    downlinkBytes: 2 * config.agents * bytes,
    failed: false,
    digest: 'ab'.repeat(32),
  }))
}

/** `count` times drawn uniformly around `middle`; `spread` is the width of their interval in units of `middle`. */
export function timesOf(count: number, middle: number, spread: number, key = 7): number[] {
  const stream = makeStream(key, 0)
  return Array.from({ length: count }, () => Math.round(middle * (1 + spread * (stream.word() / 2 ** 32 - 0.5))))
}
