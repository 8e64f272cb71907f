// The part of frd reproduce that searches: which runs are computed next depends on those before. After an interruption the same
// command finds what is stored and goes on.

import type { Config } from '../config/config.ts'
import { checkPackages } from '../config/packages.ts'
import { drawFrontier } from '../paper/drawFrontier.ts'
import { FRONTIER_TITLE, type Problem, problems, quickProblems } from '../paper/frontier.ts'
import { type Frontier, searchFrontier } from '../paper/frontierSearch.ts'
import { checkThreads, inSteps } from '../results/compute.ts'
import type { Store } from '../results/store.ts'
import { type FindRuns, indexRuns } from '../results/summary.ts'
import { planRuns } from '../results/sweep.ts'
import { computeAloud } from './aloud.ts'
import { judgedAbout, writeJudged } from './claims.ts'
import { findRunsIn, type Report, tellFailures, toCellRun, writeDrawn } from './figure.ts'
import { tell } from './output.ts'
import { loadStatistics } from './statistics.ts'
import { documentOf } from './sweep.ts'

/** The name of the figure that is found by a search. */
export const FRONTIER = 'frontier'

export interface FrontierOptions {
  readonly quick: boolean
  readonly jobs: number
  readonly quiet: boolean
}

/** Searches all problems and writes frontier.svg, .vl.json, .csv and .jsonl. @throws InterruptedError */
export async function makeFrontier(options: FrontierOptions, store: Store, signal: AbortSignal): Promise<Report> {
  if (options.jobs > 1) await checkPackages([checkThreads])
  const keys = new Set<string>()
  let computed = 0
  const frontiers: Frontier[] = []
  for (const problem of options.quick ? quickProblems : problems) {
    frontiers.push(
      await search(problem, async (wanted) => {
        const planned = await inSteps(planRuns(wanted), signal)
        const swept = await computeAloud(planned, store, { ...options, signal })
        for (const key of swept.keys) keys.add(key)
        computed += swept.computed
        return indexRuns((await findRunsIn(store, [...keys], signal)).map(({ summary }) => summary))
      }),
    )
    if (!options.quiet) tell(`${problem.title}: ${problem.candidates.length} ways to exchange were tried\n`)
  }
  const runs = await findRunsIn(store, [...keys], signal)
  const findRuns = indexRuns(runs.map(({ summary }) => summary))
  const judging = { ...(await loadStatistics()), findRuns, measuresOf: () => [] }
  const drawn = drawFrontier(FRONTIER_TITLE, frontiers, judging)
  const stopped = `interrupted: all runs of ${FRONTIER} are stored; give the same command again`
  const families = await inSteps(judgedAbout(FRONTIER, judging), signal, stopped)
  const files = await writeDrawn(store, FRONTIER, drawn, runs)
  const judged = writeJudged(FRONTIER, families, store)
  return {
    document: documentOf(runs, store, { figure: FRONTIER, computed, claims: families }),
    text: drawn.table + judged.text,
    files: [...files, ...judged.files],
    code: tellFailures(runs.map(toCellRun)),
  }
}

/** @param compute makes the runs that are wanted, and finds them with all before */
async function search(
  problem: Problem,
  compute: (wanted: readonly Partial<Config>[]) => Promise<FindRuns>,
): Promise<Frontier> {
  const course = searchFrontier(problem)
  let step = course.next(indexRuns([]))
  while (!step.done) step = course.next(await compute(step.value))
  if (step.value) return step.value
  throw new Error(`runs of ${problem.title} are missing that were just computed`)
}
