// One worker thread of a sweep: a config in, its result out. No disk, no clock.

import type { Config } from './config.ts'
import { type RunResult, runToEnd } from './run.ts'

export default function work(config: Config): RunResult {
  return runToEnd(config)
}
