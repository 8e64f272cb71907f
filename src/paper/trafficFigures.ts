// What is measured while agents learn, as figures: clusters over S, overlap of agents over E, payload over training, what the
// components of a state explain, what a ProxRM gives away and what it costs to keep it back, and scores over training. Each has one row per seed and place, and
// is drawn as quartiles over the seeds. Nothing is stored but these rows: the runs are computed again each time.

import type { CurvePoint } from '../plot/curves.ts'
import { curveFigure } from '../plot/curves.ts'
import { learningFigure } from '../plot/learning.ts'
import { progressFigure } from '../plot/payload.ts'
import type { Spec } from '../plot/svg.ts'
import type { Measurement } from '../results/measures.ts'
import { runToEnd } from '../run/run.ts'
import { mean } from '../stats/index.ts'
import { explainedShares } from './explained.ts'
import { STANDARD } from './figures.ts'
import { rankCorrelation, scoreRows } from './scores.ts'
import { type ClusterRow, observeClusters, observeStates, payloadRows } from './traffic.ts'
import { withheldFigure } from './withheldFigure.ts'
import { worldsFigure } from './worldsFigure.ts'

/** A figure of measurements. */
export interface TrafficFigure {
  readonly title: string
  readonly seeds: { readonly full: number; readonly quick: number }
  /** the rows of one seed; a quick figure has fewer places */
  readonly measure: (seed: number, isQuick: boolean) => Omit<Measurement, 'seed'>[]
  readonly draw: (points: readonly CurvePoint[], title: string) => Spec
}

const seeds = { full: 20, quick: 3 }

/** Mean over a run's exchanges of what is there. */
function meanOf<Row>(rows: readonly Row[], pick: (row: Row) => number | null): number[] {
  const values = rows.flatMap((row) => pick(row) ?? [])
  return values.length ? [mean(values)] : []
}

/** All runs have one length, so that every seed contributes to every exchange. */
const LENGTH = { until: 'cap', cap: 301 } as const
const sectionsAxis = (isQuick: boolean) => (isQuick ? [5, 30, 215] : [5, 10, 20, 30, 50, 100, 215])

const STEPS = 'steps M'
/** Names of panels and series that claims refer to. */
export const CLUSTERS = 'clusters M^p'
export const LEARNING = 'Agents that learn'
export const BALANCING = 'An agent that balances'
export const BETWEEN = 'two agents'
export const WITHIN = 'one agent, odd and even episodes'
export const ONCE = 'Policies of a single step'
export const ERROR = 'Error of a state guessed from its cluster'
export const BYTES = 'bytes'
export const EXPLAINED = 'explained'
/** Rank correlations over the exchanges of a run; they are in the table and the CSV and not drawn. */
export const CORRELATIONS = 'rank correlations'
export const PD_CLUSTERS = "PD's bytes and distinct clusters"
export const PD_SCORE = "PD's bytes and the score"
export const PROXY_SCORE = "a ProxRM's bytes and the score"

/** The components of a state in words. */
export const componentNames: Readonly<Record<string, string>> = {
  x: "cart's position",
  x_dot: "cart's velocity",
  theta: "pole's angle",
  theta_dot: "pole's angular velocity",
}

/** The mean score of a period from which an agent counts as one that balances. */
const BALANCED = 490

const at = (panel: string, series: string, x: number, values: readonly number[]) =>
  values.map((value) => ({ panel, series, x, value }))

export const trafficFigures: Readonly<Record<string, TrafficFigure>> = {
  clusters: {
    title: 'Distinct clusters of a ProxRM over the sections S',
    seeds,
    // The agent that balances is the tuned learner, whose distillation at rate 0 leaves it alone; its states are cut in
    // each S, where agents that learn play anew under each.
    measure: (seed, isQuick) => {
      const common = { ...STANDARD, ...LENGTH, agents: 2, seed } as const
      const axis = sectionsAxis(isQuick)
      const tuned = observeStates({ ...common, preset: 'tuned', distillAdam: 'own', distillRate: 0 }, axis).rows
      return axis.flatMap((sections) => {
        const learning = observeClusters({ ...common, method: 'frd', sections }).rows
        const balancing = tuned.filter((row) => row.sections === sections && row.score >= BALANCED)
        const entries = (panel: string, rows: readonly Pick<ClusterRow, 'clusters' | 'steps'>[]) => {
          const clusters = meanOf(rows, (row) => row.clusters)
          const steps = meanOf(rows, (row) => row.steps)
          return [...at(panel, CLUSTERS, sections, clusters), ...at(panel, STEPS, sections, steps)]
        }
        return [...entries(LEARNING, learning), ...entries(BALANCING, balancing)]
      })
    },
    draw: (points, title) =>
      curveFigure(points, {
        title,
        x: { title: 'Sections S', scale: 'log' },
        y: { title: 'Entries', scale: 'log' },
        references: [{ label: 'bound S^4', y: [5, 7, 10, 15].map((x) => ({ x, y: x * x * x * x })) }],
        columns: 1,
      }),
  },
  overlap: {
    title: 'Clusters that two agents share, over the exchange period E',
    seeds,
    measure: (seed, isQuick) =>
      (isQuick ? [5, 25] : [5, 10, 25, 50, 100]).flatMap((period) => {
        const { rows } = observeStates({ ...STANDARD, ...LENGTH, agents: 4, period, seed }, [30])
        return [
          ...at(
            '',
            BETWEEN,
            period,
            meanOf(rows, (row) => row.overlapBetween),
          ),
          ...at(
            '',
            WITHIN,
            period,
            meanOf(rows, (row) => row.overlapWithin),
          ),
        ]
      }),
    draw: (points, title) =>
      curveFigure(points, {
        title,
        x: { title: 'Exchange period E (episodes)', scale: 'log' },
        y: { title: 'Jaccard index', domain: [0, 1] },
      }),
  },
  explained: {
    title: "Share of the policy's variance that one component of the state explains",
    seeds,
    measure: (seed, isQuick) =>
      (isQuick ? [1, 4] : [1, 2, 4, 8]).flatMap((agents) => {
        const shares = explainedShares({ ...STANDARD, ...LENGTH, method: 'pd', agents, seed }, 30)
        return Object.entries(shares).flatMap(([component, values]) =>
          at(EXPLAINED, component, agents, values.length ? [mean(values)] : []),
        )
      }),
    draw: (points, title) =>
      curveFigure(
        points.map((point) => ({ ...point, series: componentNames[point.series] })),
        {
          title,
          x: { title: 'Number of agents' },
          y: { title: 'Share of variance', format: 'percent', domain: [0, 1] },
          panels: [{ name: EXPLAINED, title: '' }],
        },
      ),
  },
  progress: {
    title: 'Payload of each exchange as the agents improve, two agents',
    seeds,
    measure: (seed, isQuick) => {
      const given = { ...STANDARD, ...LENGTH, agents: 2, seed }
      const byMethod = (isQuick ? ['pd', 'mixfrd'] : ['pd', 'mixfrd', 'frl']).map((method) => ({
        method,
        rows: payloadRows(runToEnd({ ...given, method })),
      }))
      const states = observeStates(given, [STANDARD.sections]).rows
      const proxies = byMethod.find(({ method }) => method === 'mixfrd')!.rows
      const correlated = (series: string, pairs: readonly (readonly [number, number])[]) =>
        at(CORRELATIONS, series, 2, rankCorrelation(pairs))
      return [
        ...byMethod.flatMap(({ method, rows }) =>
          rows.flatMap((row) => [
            { panel: BYTES, series: method, x: row.episode, value: row.uplinkBytes },
            { panel: 'score', series: method, x: row.episode, value: row.score },
          ]),
        ),
        ...correlated(
          PD_CLUSTERS,
          states.map((row) => [row.replayBytes, row.clusters]),
        ),
        ...correlated(
          PD_SCORE,
          states.map((row) => [row.replayBytes, row.score]),
        ),
        ...correlated(
          PROXY_SCORE,
          proxies.map((row) => [row.uplinkBytes, row.score]),
        ),
      ]
    },
    draw: (points, title) =>
      progressFigure(
        points.filter(({ panel }) => panel !== CORRELATIONS),
        { title },
      ),
  },
  learning: {
    title: 'Scores over training, and after the mission is complete, four agents',
    seeds,
    measure: (seed, isQuick) =>
      (isQuick ? ['frd', 'independent'] : ['mixfrd', 'frd', 'frl', 'independent', 'own']).flatMap((method) =>
        scoreRows(runToEnd({ ...STANDARD, method, agents: 4, seed, until: 'cap', cap: isQuick ? 300 : 1000 })).map(
          (row) => ({ ...row, series: method }),
        ),
      ),
    draw: (points, title) => learningFigure(points, { title }),
  },
  worlds: worldsFigure,
  privacy: {
    title: 'What an exchange gives away, over the sections S',
    seeds,
    measure: (seed, isQuick) => {
      const axis = sectionsAxis(isQuick)
      const { rows } = observeStates({ ...STANDARD, ...LENGTH, agents: 2, seed }, axis)
      return axis.flatMap((sections) => {
        const own = rows.filter((row) => row.sections === sections)
        return [
          ...at(
            ONCE,
            'frd',
            sections,
            meanOf(own, (row) => row.onceClusters),
          ),
          ...at(
            ERROR,
            'frd',
            sections,
            meanOf(own, (row) => row.relativeError),
          ),
        ]
      })
    },
    draw: (points, title) =>
      curveFigure(points, {
        title,
        x: { title: 'Sections S', scale: 'log' },
        y: { title: 'Share of entries' },
        panels: [
          { name: ONCE, y: { title: 'Share of entries', domain: [0, 1] } },
          { name: ERROR, y: { title: 'Over the prior' } },
        ],
        references: [
          { label: 'PD: every entry', panel: ONCE, y: 1 },
          { label: 'prior: the mean state', panel: ERROR, y: 1 },
          { label: 'PD: the state itself', panel: ERROR, y: 0 },
        ],
        columns: 1,
      }),
  },
  withheld: withheldFigure,
}

export const trafficFigureNames = Object.keys(trafficFigures)
