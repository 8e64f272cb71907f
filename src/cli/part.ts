// frd reproduce --shard i/n: computes a part of the runs of one or more figures, on one of several machines. It draws
// nothing, because a picture of a part would look like one of the whole; frd merge, then frd reproduce, draws it.

import { expected } from '../config/errors.ts'
import { checkPackages } from '../config/packages.ts'
import { checkThreads, inSteps } from '../results/compute.ts'
import { type Shard, shardInSteps } from '../results/shards.ts'
import type { Store } from '../results/store.ts'
import type { PlannedRun } from '../results/sweep.ts'
import { type AloudOptions, computeAloud } from './aloud.ts'
import { findRunsIn, tellFailures, toCellRun } from './figure.ts'
import { print } from './output.ts'
import { type AskedShard, isPart, shardText, tellPart } from './shard.ts'
import { documentOf } from './sweep.ts'

/** What a shard has of the runs of all figures that are asked for; a run of two figures is in one shard. */
export interface Part {
  readonly planned: readonly PlannedRun[]
  /** how many runs all shards have */
  readonly all: number
}

/** @throws RangeError for a shard of what has no runs; InterruptedError */
export async function planPart(
  name: string,
  planned: readonly PlannedRun[],
  shard: AskedShard | null,
  planning: AbortSignal,
): Promise<Part> {
  const all = [...new Map(planned.map((run) => [run.key, run])).values()]
  if (!isPart(shard)) return { planned: all, all: all.length }
  if (all.length) return { planned: await inSteps(shardInSteps(all, shard), planning), all: all.length }
  const why = `${name} is made in one go, without runs that could be shared out; give --shard none`
  throw new RangeError(expected(shard.variable ?? 'shard', `none for ${name}`, shardText(shard), why))
}

/** Computes the runs of a part, and says what to do next. @returns the exit code */
export async function computePart(
  name: string,
  shard: Shard,
  { planned, all }: Part,
  store: Store,
  options: AloudOptions & { readonly jobs: number; readonly json: boolean },
): Promise<number> {
  const missing = planned.filter(({ key }) => !store.has(key)).length
  if (options.jobs > 1 && missing > 1) await checkPackages([checkThreads])
  const { keys, ...counts } = await computeAloud(planned, store, options)
  const runs = await findRunsIn(store, keys, options.signal)
  const about = { figure: name, shard: shardText(shard), runsOfAllShards: all, ...counts, files: [] }
  if (options.json) await print(`${JSON.stringify(documentOf(runs, store, about))}\n`)
  const merged = 'frd merge DIR... --out ALL puts them together'
  const next = `${merged}, and frd reproduce ${name} --out ALL, with the same other flags and --shard none, draws`
  tellPart(shard, runs.length, all, next)
  return tellFailures(runs.map(toCellRun))
}
