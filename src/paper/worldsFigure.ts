// Different worlds per agent: what exchange is worth where every agent has a pole of another length. Agents are judged in
// their own world and, by frozen greedy policies, in all of them. The spread of half-lengths, 0.1 to 0.9 m, is that of Jin
// et al. (Federated reinforcement learning with environment heterogeneity, AISTATS 2022, arXiv 2204.02634), whose PAvg averages the policies
// of agents as FRL does here; there every agent takes steps of the policy gradient between averages, here of its own actor-critic
// with Adam, whose moments stay with the agent, and E counts episodes.

import { type CurvePoint, curveFigure } from '../plot/curves.ts'
import type { Spec } from '../plot/svg.ts'
import { evaluate } from '../run/evaluate.ts'
import { runToEnd } from '../run/run.ts'
import { mean } from '../stats/index.ts'
import { PAPER } from './figures.ts'

const METHODS = ['mixfrd', 'frd', 'pd', 'frl', 'independent'] as const
const AGENTS = 4
const MIDDLE = 0.5 // m, half the length of CartPole's pole
/** Half of what the lengths are spread over, m. */
const SPREADS = { full: [0, 0.1, 0.2, 0.3, 0.4], quick: [0.4] } as const
/** Episodes of each agent, and episodes by which a frozen policy is judged in each world. */
const EPISODES = 200
const JUDGED = 20

/** Names of panels that questions refer to. */
export const OWN_WORLD = "In the agent's own world"
export const ALL_WORLDS = 'In all worlds'
export const WORST_WORLD = 'In the world where it is worst'

/** The half-length of each agent's pole, evenly from the shortest to the longest. */
export function lengthsOf(spread: number): number[] {
  return Array.from({ length: AGENTS }, (_, i) => {
    const length = MIDDLE + spread * ((2 * i) / (AGENTS - 1) - 1)
    return Math.round(length * 1e6) / 1e6
  })
}

/** The mean greedy score of the agents of one run, in the three panels. */
function judge(method: string, spread: number, seed: number): readonly (readonly [panel: string, value: number])[] {
  const given = {
    ...PAPER,
    preset: 'tuned',
    distillAdam: 'own',
    method,
    seed,
    worlds: { length: lengthsOf(spread) },
    cap: EPISODES,
    until: 'cap',
  } as const
  let weights: readonly Float32Array[] = []
  runToEnd(given, {
    onWeights: (all) => {
      weights = all
    },
  })
  const scores = evaluate(given, weights, { episodes: JUDGED, seed })
  return [
    [OWN_WORLD, mean(scores.map((row, i) => row[i]))],
    [ALL_WORLDS, mean(scores.flat())],
    [WORST_WORLD, mean(scores.map((row) => Math.min(...row)))],
  ]
}

/** What is measured and drawn: an entry of trafficFigures. */
export const worldsFigure = {
  title: 'Agents whose poles differ in length: greedy scores after 200 episodes, four agents',
  seeds: { full: 20, quick: 3 },
  measure: (seed: number, isQuick: boolean) =>
    SPREADS[isQuick ? 'quick' : 'full'].flatMap((x) =>
      METHODS.filter((method) => !isQuick || method === 'frl' || method === 'independent').flatMap((series) =>
        judge(series, x, seed).map(([panel, value]) => ({ panel, series, x, value })),
      ),
    ),
  draw: (points: readonly CurvePoint[], title: string): Spec =>
    curveFigure(points, {
      title,
      x: { title: 'Half the spread of half-lengths (m)' },
      y: { title: 'Mean score', domain: [0, 500] },
      panels: [OWN_WORLD, ALL_WORLDS, WORST_WORLD].map((name) => ({ name })),
    }),
}
