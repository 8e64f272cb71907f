// One worker thread of a run: some of its agents, which answer the thread that serves until it ends this one.

import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../config/config.ts'
import { adoptConfig } from '../config/resolve.ts'
import { takePartOverIn } from '../federation/carried.ts'
import { loadOwn, type Modules } from '../results/modules.ts'
import { ownFor, setUp } from '../run/setup.ts'
import { portCarrier } from './port.ts'

/** What a thread is started with. */
export interface ThreadData {
  /** the config, which the serving thread has resolved */
  readonly config: Config
  /** the numbers of its agents, ascending */
  readonly agents: readonly number[]
  /** the files of an environment and a method of one's own */
  readonly modules: Modules
}

async function work({ config, agents, modules }: ThreadData): Promise<void> {
  if (!parentPort) return
  const setup = setUp(adoptConfig(config), ownFor(config, await loadOwn(modules)))
  await takePartOverIn(setup, agents, portCarrier(parentPort))
}

await work(workerData)
