// What needs a file system or worker threads, as `frd/node`.

export { encodeResult, ResultError, resultKey } from './result.ts'
export {
  DeterminismError,
  type Merged,
  openStore,
  readArchive,
  readResults,
  type Store,
  writeArchive,
} from './store.ts'
export { InterruptedError, type Progress, paced, type SweepOptions, type Swept, sweep } from './sweep.ts'
