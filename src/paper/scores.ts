// Scores over training, and rank correlations of what exchanges send: plain functions of rows and results.

import { byEpisode } from '../run/absences.ts'
import type { RunResult } from '../run/record.ts'
import { mean, rank } from '../stats/index.ts'
import { sum } from './traffic.ts'

/** Spearman's rank correlation of pairs, as a list of one; empty for fewer than three pairs or where one side is constant. */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): number[] {
  if (pairs.length < 3) return []
  const [x, y] = [0, 1].map((i) => {
    const { ranks } = rank(pairs.map((pair) => pair[i]))
    const middle = mean(ranks)
    return ranks.map((one) => one - middle)
  })
  const [xx, yy] = [x, y].map((list) => sum(list.map((one) => one * one)))
  if (xx === 0 || yy === 0) return []
  return [sum(x.map((one, i) => one * y[i])) / Math.sqrt(xx * yy)]
}

/** Episodes that one point of a score covers. */
const BLOCK = 50
/** Environment steps that one point of a score covers, of all agents together. */
const STEP_BLOCK = 50_000
/** Episodes after the completion that are looked at. */
const AFTER = 500

/** Panels of `scoreRows`. */
export const MEAN_SCORE = 'Mean score of the agents'
export const WORST_SCORE = 'Score of the worst agent'
export const STEP_SCORE = 'Mean score over environment steps'
export const AFTER_SCORE = 'Score of the agent that completed first'

/**
 * Scores of a run that played to its cap: the mean over agents and that of the worst agent, by blocks of 50 episodes; the
 * mean by blocks of 50,000 environment steps of all agents; and the scores of the agent that completed first, by blocks of
 * 50 episodes after its completion. x is the end of a block.
 */
export function scoreRows(result: RunResult): { panel: string; x: number; value: number }[] {
  const { completions, episodes } = result
  const scores = byEpisode(result, episodes)
  const rows: { panel: string; x: number; value: number }[] = []
  for (let end = BLOCK; end <= episodes; end += BLOCK) {
    const means = scores
      .map((list) => played(list.slice(end - BLOCK, end)))
      .flatMap((list) => (list.length ? [mean(list)] : []))
    rows.push(
      { panel: MEAN_SCORE, x: end, value: mean(means) },
      { panel: WORST_SCORE, x: end, value: Math.min(...means) },
    )
  }
  let steps = 0
  let block: number[] = []
  let next = STEP_BLOCK
  for (let episode = 0; episode < episodes; episode++) {
    const now = played(scores.map((list) => list[episode]))
    steps += sum(now)
    block.push(mean(now))
    if (steps < next) continue
    rows.push({ panel: STEP_SCORE, x: next, value: mean(block) })
    block = []
    while (next <= steps) next += STEP_BLOCK
  }
  const done = completions.filter((time) => time !== null)
  if (!done.length) return rows
  const first = Math.min(...done)
  const list = scores[completions.indexOf(first)]
  for (let end = BLOCK; end <= AFTER && first + end <= episodes; end += BLOCK) {
    rows.push({ panel: AFTER_SCORE, x: end, value: mean(played(list.slice(first + end - BLOCK, first + end))) })
  }
  return rows
}

/** Without the episodes in which an agent had no part. */
const played = (scores: readonly (number | null)[]) => scores.filter((score) => score !== null)
