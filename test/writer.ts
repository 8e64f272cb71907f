// A worker thread that stores runs into a folder beside others that do the same: the seeds of `workerData`.
import { workerData } from 'node:worker_threads'
import { openStore } from '../src/results/store.ts'
import { runToEnd } from '../src/run/run.ts'

const { out, seeds } = workerData as { readonly out: string; readonly seeds: readonly number[] }
const store = openStore(out)
for (const seed of seeds) {
  store.write(runToEnd({ method: 'independent', agents: 1, width: 1, depth: 1, cap: 3, seed }))
  if (seed % 10 === 0) store.merge()
}
store.merge()
