// Computes the missing runs of a plan and shows on stderr how far it has come. The tables are made however it ends.

import { InterruptedError } from '../results/compute.ts'
import type { Store } from '../results/store.ts'
import { computeMissing, type MissingOptions, type PlannedRun, type Swept } from '../results/sweep.ts'
import { tellLeftOut } from './folder.ts'
import { startMeter } from './progress.ts'

export interface AloudOptions extends Pick<MissingOptions, 'own' | 'modules' | 'computeAll'> {
  /** threads of this process; by default as a sweep has */
  readonly jobs?: number
  readonly quiet: boolean
  readonly signal: AbortSignal
  /** what stands beside the number of runs while it computes */
  readonly beside?: () => string
}

/**
 * Computes the missing runs and shows the progress on stderr. results.csv and results.jsonl are made however it ends.
 */
export async function computeAloud(
  planned: readonly PlannedRun[],
  store: Store,
  { quiet, beside, ...options }: AloudOptions,
): Promise<Swept> {
  const meter = startMeter(quiet, beside)
  let done: number | null = null // unknown until the stored runs were looked through
  try {
    return await computeMissing(planned, store, {
      ...options,
      onResult: (progress) => {
        done = progress.done
        meter.update(progress)
      },
    })
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
    if (done === null) throw new InterruptedError('interrupted: no run was computed; give the same command again')
    const next =
      done < planned.length ? 'give the same command again to go on from there' : 'give the same command again'
    throw new InterruptedError(`interrupted: ${done} of ${planned.length} runs are stored in ${store.dir}; ${next}`)
  } finally {
    meter.end()
    if (done) tellLeftOut([store.merge()])
  }
}
