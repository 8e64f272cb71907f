// One worker thread of a run. It is told each batch of requests, plays what no other thread plays of it, and tells what its
// agents said.

import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../config/config.ts'
import { adoptConfig } from '../config/resolve.ts'
import type { WasmModule } from '../kernel/platform.ts'
import type { Modules } from '../results/modules.ts'
import { type Own, ownFor, setUp } from '../run/setup.ts'
import { type Batch, openPlayer, type Shared } from './player.ts'

/** What a thread is started with. */
export interface ThreadData {
  /** its number, from 1; 0 is the thread that serves */
  readonly thread: number
  /** the config, which the serving thread has resolved */
  readonly config: Config
  /** the files of an environment and a method of one's own, and of models to start from */
  readonly modules: Modules
  /** the kernel, which is compiled once for all threads */
  readonly module: WasmModule
  readonly shared: Shared
}

/** What the files hold. Without any, a thread starts without what reads them. */
const ownOf = async (modules: Modules): Promise<Own> =>
  Object.keys(modules).length ? (await import('../results/modules.ts')).loadOwn(modules) : {}

async function work({ thread, config, modules, module, shared }: ThreadData): Promise<void> {
  const setup = setUp(adoptConfig(config), ownFor(config, await ownOf(modules)))
  const play = openPlayer(setup, module, shared, thread)
  let last: Promise<unknown> = Promise.resolve()
  parentPort?.on('message', (batch: Batch) => {
    last = last.then(async () => {
      const parts = await play(batch)
      if (parts.length) parentPort?.postMessage(parts)
    })
  })
  parentPort?.postMessage([])
}

await work(workerData)
