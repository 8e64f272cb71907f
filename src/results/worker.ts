// One worker thread of a sweep: it receives a config that the sweep has resolved, and returns the result. It uses no
// disk and no clock.

import type { Config } from '../config/config.ts'
import { adoptConfig } from '../config/resolve.ts'
import type { RunResult } from '../run/record.ts'
import { runToEnd } from '../run/run.ts'

export default function work(config: Config): RunResult {
  return runToEnd(adoptConfig(config))
}
