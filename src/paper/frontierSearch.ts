// Finds the ways to exchange that are on the frontier of bytes and time: no other one needs fewer bytes and fewer episodes until
// completion. Successive halving (Jamieson and Talwalkar, Non-stochastic best arm identification and hyperparameter
// optimization, AISTATS 2016): all are run on a few seeds, and the better half goes on to more. What is found is judged on
// other seeds, so that no winner's luck is reported.

import type { Config } from '../config/config.ts'
import type { FindRuns, Summary } from '../results/summary.ts'
import { mean } from '../stats/index.ts'
import { restricted } from './effects.ts'
import { type Candidate, FIRST_JUDGED, type Problem } from './frontier.ts'

/** What a way to exchange takes until completion, or until the cap where a run did not complete. */
export interface Cost {
  /** bytes of all exchanges, both ways and of all agents */
  readonly bytes: number
  /** episodes of an agent */
  readonly episodes: number
}

/** A candidate after its last round. */
export interface Tried extends Cost {
  readonly candidate: Candidate
  /** on how many seeds it was run */
  readonly seeds: number
  /** whether it is on the frontier of the last round */
  readonly isFound: boolean
}

/** A candidate that is judged, with its runs on the other seeds, by seed. */
export interface JudgedCandidate {
  readonly candidate: Candidate
  /** whether the search found it */
  readonly isFound: boolean
  readonly cap: number
  readonly runs: readonly Summary[]
}

/** What the search of a problem found. */
export interface Frontier {
  readonly title: string
  readonly tried: readonly Tried[]
  readonly judged: readonly JudgedCandidate[]
}

export const spentBytes = ({ uplinkBytes, downlinkBytes }: Summary) => uplinkBytes + downlinkBytes

/** The cost of some runs: the means. */
export const costOf = (runs: readonly Summary[], cap: number): Cost => ({
  bytes: mean(runs.map(spentBytes)),
  episodes: mean(runs.map((run) => restricted(run, cap))),
})

/**
 * How far a cost is behind others: the factor by which both its bytes and its episodes would have to shrink until no other one
 * is better in both. At most 1 on the frontier.
 */
export function lag(one: Cost, others: readonly Cost[]): number {
  // What sends nothing needs no fewer bytes than what sends nothing, and infinitely fewer than all else.
  const over = (a: number, b: number) => (a === b ? 1 : a / b)
  return others.reduce(
    (most, other) => Math.max(most, Math.min(over(one.bytes, other.bytes), over(one.episodes, other.episodes))),
    0,
  )
}

/** Which of the costs are on the frontier: no other one is at least as good in both and better in one. */
export function frontierOf(costs: readonly Cost[]): boolean[] {
  return costs.map((one) =>
    costs.every(
      (other) =>
        other.bytes > one.bytes ||
        other.episodes > one.episodes ||
        (other.bytes === one.bytes && other.episodes === one.episodes),
    ),
  )
}

const seedsUpTo = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i)

/** The finished runs of a candidate on these seeds, by seed. */
function runsOn({ config }: Candidate, seeds: readonly number[], findRuns: FindRuns) {
  const found = findRuns(config)
  const bySeed = new Map(found.runs.map((run) => [run.seed, run]))
  const runs = seeds.flatMap((seed) => bySeed.get(seed) ?? [])
  return { cap: found.config.cap, isWhole: runs.length === seeds.length, runs: runs.filter(({ failed }) => !failed) }
}

const wanted = (candidates: readonly Candidate[], seeds: readonly number[]): Partial<Config>[] =>
  seeds.flatMap((seed) => candidates.map(({ config }) => ({ ...config, seed })))

/**
 * Searches a problem. It yields the runs that it needs next, and is sent what finds them.
 * @returns null where runs are missing that were asked for
 */
export function* searchFrontier({
  title,
  candidates,
  rounds,
  judged,
  asked,
}: Problem): Generator<readonly Partial<Config>[], Frontier | null, FindRuns> {
  let left = candidates
  const tried = new Map<Candidate, Omit<Tried, 'isFound'>>()
  for (const [i, count] of rounds.entries()) {
    const seeds = seedsUpTo(1, count)
    const findRuns = yield wanted(left, seedsUpTo(1 + (rounds[i - 1] ?? 0), count - (rounds[i - 1] ?? 0)))
    const costs: Omit<Tried, 'isFound'>[] = []
    for (const candidate of left) {
      const { runs, cap, isWhole } = runsOn(candidate, seeds, findRuns)
      if (!isWhole) return null
      if (!runs.length) continue // all failed
      const cost = { candidate, seeds: count, ...costOf(runs, cap) }
      tried.set(candidate, cost)
      costs.push(cost)
    }
    if (i === rounds.length - 1) {
      left = costs.map(({ candidate }) => candidate)
      continue
    }
    const others = (one: Cost) => costs.filter((other) => other !== one)
    const ranked = costs.map((cost) => ({ cost, behind: lag(cost, others(cost)) })).sort((a, b) => a.behind - b.behind)
    const better = new Set(ranked.slice(0, Math.ceil(ranked.length / 2)).map(({ cost }) => cost.candidate))
    left = left.filter((candidate) => better.has(candidate))
  }
  const last = left.map((candidate) => tried.get(candidate)!)
  const found = new Set(last.filter((_, k) => frontierOf(last)[k]).map(({ candidate }) => candidate))
  const shown = candidates.filter((candidate) => candidate.isJudged || found.has(candidate))
  const seeds = seedsUpTo(FIRST_JUDGED, judged)
  const findRuns = yield [
    ...wanted(shown, seeds),
    ...wanted(
      candidates.filter(({ isAsked }) => isAsked),
      seedsUpTo(1, asked).filter((seed) => !seeds.includes(seed)),
    ),
  ]
  const all: JudgedCandidate[] = []
  for (const candidate of shown) {
    const { runs, cap, isWhole } = runsOn(candidate, seeds, findRuns)
    if (!isWhole) return null
    if (runs.length) all.push({ candidate, isFound: found.has(candidate), cap, runs })
  }
  return {
    title,
    tried: [...tried.values()].map((one) => ({ ...one, isFound: found.has(one.candidate) })),
    judged: all,
  }
}

/** Searches problems in runs that are there already. @returns null where some are missing */
export function frontiersIn(problems: readonly Problem[], findRuns: FindRuns): readonly Frontier[] | null {
  const all: Frontier[] = []
  for (const problem of problems) {
    const search = searchFrontier(problem)
    let step = search.next(findRuns)
    while (!step.done) step = search.next(findRuns)
    if (step.value === null) return null
    all.push(step.value)
  }
  return all
}
