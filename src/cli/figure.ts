// Writes the files of a figure into a folder: name.svg, name.vl.json, name.csv and name.jsonl. It computes no run.

import type { Drawn } from '../paper/places.ts'
import { renderSvg, specText } from '../plot/svg.ts'
import type { CellRun } from '../results/cells.ts'
import { inSteps } from '../results/compute.ts'
import type { StoredRun } from '../results/reader.ts'
import { compareRuns } from '../results/rows.ts'
import { linesOf, type Store } from '../results/store.ts'
import { findAll } from './folder.ts'
import { tell } from './output.ts'

/** The output of a command for one figure or table. */
export interface Report {
  /** for --json */
  readonly document: Readonly<Record<string, unknown>>
  /** for the terminal */
  readonly text: string
  /** the names of the files that it wrote */
  readonly files: readonly string[]
  /** the exit code */
  readonly code: number
}

/** The stored runs of these keys, in the order of results.csv. @throws Error if one has vanished; InterruptedError */
export async function findRunsIn(store: Store, keys: readonly string[], signal: AbortSignal): Promise<StoredRun[]> {
  const message = 'interrupted: all runs are stored; give the same command again'
  const runs = await inSteps(findAll(store, keys), signal, message)
  return runs.sort(compareRuns)
}

/** A stored run in the form that a table takes. */
export const toCellRun = ({ config, summary }: StoredRun): CellRun => ({ ...summary, config })

/** Writes the files of a drawn figure, and its runs if they are given. @returns the files' names */
export async function writeDrawn(
  store: Store,
  name: string,
  drawn: Drawn,
  runs?: readonly StoredRun[],
): Promise<string[]> {
  const svg = await renderSvg(drawn.spec)
  if (runs) store.replace(`${name}.jsonl`, linesOf(runs, store.copy))
  store.replace(`${name}.csv`, [drawn.csv])
  store.replace(`${name}.vl.json`, [specText(drawn.spec)])
  store.replace(`${name}.svg`, [svg])
  return ['svg', 'vl.json', 'csv', ...(runs ? ['jsonl'] : [])].map((kind) => `${name}.${kind}`)
}

/** Reports failed runs on stderr, because they are neither completed nor censored. @returns the exit code */
export function tellFailures(runs: readonly CellRun[]): number {
  const failed = runs.filter((run) => run.failed)
  if (!failed.length) return 0
  const list = failed
    .slice(0, 5)
    .map(
      ({ config: { method, agents, seed } }) =>
        `${method} with ${agents} agent${agents === 1 ? '' : 's'}, seed ${seed}`,
    )
  const more = failed.length > 5 ? '; ...' : ''
  tell(
    `${failed.length} of ${runs.length} runs failed on a non-finite value and are in no table or figure: ${list.join('; ')}${more}\n`,
  )
  return 1
}

/** Says on stderr that a figure has no content. @returns the exit code */
export function tellNothingDrawn(where: string): number {
  tell(`frd: ${where}: expected runs that a figure can show, got none: nothing was drawn\n`)
  return 1
}
