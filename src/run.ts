// (engineer is filling in this file; the types below are final)
import type { Config } from './config.ts'

export interface Exchange {
  /** episode after which it took place, from 1 */
  readonly episode: number
  /** paper bytes, one an agent */
  readonly uplinkBytes: readonly number[]
  readonly downlinkBytes: readonly number[]
  /** whole frames, headers included, one an agent */
  readonly uplinkWireBytes: readonly number[]
  readonly downlinkWireBytes: readonly number[]
  /** hex; the digest chain up to and with this exchange */
  readonly digest: string
}
export interface Failure { readonly agent: number; readonly episode: number; readonly step: number; readonly message: string }
export interface RunResult {
  readonly config: Config            // fully resolved, seed in it
  readonly kernelHash: string        // SHA-256 of the kernel's bytes, hex
  readonly completion: number | null // episodes; null = censored at config.cap (or failed)
  readonly completions: readonly (number | null)[]  // each agent's own
  readonly meanCompletion: number | null
  readonly episodes: number          // episodes an agent has played
  readonly envSteps: number          // sum over agents
  readonly scores: readonly (readonly number[])[]   // [agent][episode]
  readonly exchanges: readonly Exchange[]
  readonly failure: Failure | null   // a non-finite policy or value stopped the run; never counted as censored
  readonly digest: string            // hex
}
export type RunEvent =
  | { readonly type: 'episode'; readonly episode: number; readonly scores: readonly number[] }
  | ({ readonly type: 'exchange' } & Exchange)
export function* run(given: Partial<Config>): Generator<RunEvent, RunResult> { throw new Error("not yet") }
/** run to its end; the result alone */
export function runToEnd(given: Partial<Config>): RunResult { throw new Error("not yet") }
/** resolves, and checks the method and the memory size: throws TypeError / RangeError before anything is computed */
export function checkConfig(given: Partial<Config>): Config { throw new Error("not yet") }
