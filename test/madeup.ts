// Made-up runs for tests of what is judged and drawn: an arm's lines with given times and bytes.

import type { Config } from '../src/config/config.ts'
import { type Summary, settingOf } from '../src/results/summary.ts'
import { checkConfig } from '../src/run/setup.ts'
import { makeStream } from './reference/philox.ts'

/** Runs of an arm: times by seed from 1, null = censored; bytes an agent and exchange, of two exchanges. */
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

/** `count` times around `middle`, uniform over a relative width. */
export function timesOf(count: number, middle: number, spread: number, key = 7): number[] {
  const stream = makeStream(key, 0)
  return Array.from({ length: count }, () => Math.round(middle * (1 + spread * (stream.word() / 2 ** 32 - 0.5))))
}
