// One worker thread of a sweep: it receives a config that the sweep has resolved and, where there are any, the files of an
// environment and a method of one's own, and returns the result.

import type { Config } from '../config/config.ts'
import { adoptConfig } from '../config/resolve.ts'
import type { RunResult } from '../run/record.ts'
import { runToEnd } from '../run/run.ts'
import { type Own, ownFor } from '../run/setup.ts'
import { loadOwn, type Modules } from './modules.ts'

let loaded: Promise<Own> | undefined

export default async function work({ config, modules }: { config: Config; modules: Modules }): Promise<RunResult> {
  loaded ??= loadOwn(modules)
  return runToEnd(adoptConfig(config), ownFor(config, await loaded))
}
