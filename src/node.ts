// Public names of `frd/node`: what needs a file system, worker threads or optional packages.

export { type FileLog, type LogFiles, openLog } from './network/log.ts'
export { openMemory } from './network/memory.ts'
export { runThreaded, type ThreadedOptions } from './network/threads.ts'
export type { Archive } from './results/archive.ts'
export { type ComputeOptions, InterruptedError, type PacedOptions, paced } from './results/compute.ts'
export type { Files } from './results/disk.ts'
export { loadOwn, type Modules } from './results/modules.ts'
export type { LeftOut, Readable, Reader, StoredRun } from './results/reader.ts'
export { DeterminismError, encodeResult, ResultError, resultKey } from './results/result.ts'
export {
  type Merged,
  openStore,
  readArchive,
  readResults,
  type Store,
  writeArchive,
} from './results/store.ts'
export type { Summary } from './results/summary.ts'
export { type Progress, type SweepOptions, type Swept, sweep } from './results/sweep.ts'
export { type Distributions, loadDistributions } from './stats/distributions.ts'
