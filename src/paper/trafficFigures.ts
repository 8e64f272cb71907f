// What is measured on the wire (observe.ts) as figures: clusters over S, overlap of agents over E, payload over training,
// and what a ProxRM gives away. A row a seed and place; the figure shows their quartiles.

import { type CurvePoint, curveFigure } from '../plot/curves.ts'
import { progressFigure } from '../plot/payload.ts'
import type { Spec } from '../plot/svg.ts'
import type { Measurement } from '../results/measures.ts'
import { runToEnd } from '../run/run.ts'
import { mean } from '../stats/index.ts'
import { STANDARD } from './figures.ts'
import { observeClusters, observeStates, payloadRows } from './traffic.ts'

export interface TrafficFigure {
  readonly title: string
  readonly seeds: { readonly full: number; readonly quick: number }
  readonly measure: (seed: number, quick: boolean) => Omit<Measurement, 'seed'>[]
  readonly draw: (points: readonly CurvePoint[], title: string) => Spec
}

const seeds = { full: 20, quick: 3 }

/** Mean over a run's exchanges of what is there. */
function meanOf<Row>(rows: readonly Row[], pick: (row: Row) => number | null): number[] {
  const values = rows.flatMap((row) => pick(row) ?? [])
  return values.length ? [mean(values)] : []
}

/** All runs of one length, so that no seed leaves a place early. */
const LENGTH = { until: 'cap', cap: 301 } as const
const sectionsAxis = (quick: boolean) => (quick ? [5, 30, 215] : [5, 10, 20, 30, 50, 100, 215])

const STEPS = 'steps M'
const CLUSTERS = 'clusters M^p'
/** Names that claims refer to. */
export const BETWEEN = 'two agents'
export const WITHIN = 'one agent, odd and even episodes'
export const ONCE = 'Policies of a single step'
export const ERROR = 'Error of a state guessed from its cluster'

export const trafficFigures: Readonly<Record<string, TrafficFigure>> = {
  clusters: {
    title: 'Distinct clusters of a ProxRM over the sections S',
    seeds,
    measure: (seed, quick) =>
      sectionsAxis(quick).flatMap((sections) => {
        const { rows } = observeClusters({ ...STANDARD, ...LENGTH, method: 'frd', agents: 2, sections, seed })
        const at = (series: string, values: readonly number[]) =>
          values.map((value) => ({ panel: '', series, x: sections, value }))
        return [
          ...at(
            CLUSTERS,
            meanOf(rows, (row) => row.clusters),
          ),
          ...at(
            STEPS,
            meanOf(rows, (row) => row.steps),
          ),
        ]
      }),
    draw: (points, title) =>
      curveFigure(points, {
        title,
        x: { title: 'Sections S', scale: 'log' },
        y: { title: 'Entries of an exchange', scale: 'log' },
        references: [{ label: 'bound S^4', y: [5, 7, 10, 15].map((x) => ({ x, y: x * x * x * x })) }],
      }),
  },
  overlap: {
    title: 'Clusters that two agents share, over the exchange period E',
    seeds,
    measure: (seed, quick) =>
      (quick ? [5, 25] : [5, 10, 25, 50, 100]).flatMap((period) => {
        const { rows } = observeStates({ ...STANDARD, ...LENGTH, agents: 4, period, seed }, [30])
        const at = (series: string, values: readonly number[]) =>
          values.map((value) => ({ panel: '', series, x: period, value }))
        return [
          ...at(
            BETWEEN,
            meanOf(rows, (row) => row.overlapBetween),
          ),
          ...at(
            WITHIN,
            meanOf(rows, (row) => row.overlapWithin),
          ),
        ]
      }),
    draw: (points, title) =>
      curveFigure(points, {
        title,
        x: { title: 'Exchange period E (episodes)', scale: 'log' },
        y: { title: 'Jaccard index of visited clusters', domain: [0, 1] },
      }),
  },
  progress: {
    title: 'Payload of each exchange as the agents improve, two agents',
    seeds,
    measure: (seed, quick) =>
      (quick ? ['pd', 'mixfrd'] : ['pd', 'mixfrd', 'frl']).flatMap((method) =>
        payloadRows(runToEnd({ ...STANDARD, ...LENGTH, method, agents: 2, seed })).flatMap((row) => [
          { panel: 'bytes', series: method, x: row.episode, value: row.uplinkBytes },
          { panel: 'score', series: method, x: row.episode, value: row.score },
        ]),
      ),
    draw: (points, title) => progressFigure(points, { title }),
  },
  privacy: {
    title: 'What an exchange gives away, over the sections S',
    seeds,
    measure: (seed, quick) => {
      const axis = sectionsAxis(quick)
      const { rows } = observeStates({ ...STANDARD, ...LENGTH, agents: 2, seed }, axis)
      return axis.flatMap((sections) => {
        const own = rows.filter((row) => row.sections === sections)
        return [
          ...meanOf(own, (row) => row.onceClusters).map((value) => ({
            panel: ONCE,
            series: 'frd',
            x: sections,
            value,
          })),
          ...meanOf(own, (row) => row.relativeError).map((value) => ({
            panel: ERROR,
            series: 'frd',
            x: sections,
            value,
          })),
        ]
      })
    },
    draw: (points, title) =>
      curveFigure(points, {
        title,
        x: { title: 'Sections S', scale: 'log' },
        y: { title: 'Share of the entries sent' },
        panels: [
          { name: ONCE, y: { title: 'Share of the entries sent', domain: [0, 1] } },
          { name: ERROR, y: { title: 'Relative to the prior' } },
        ],
        references: [
          { label: 'PD: every entry', panel: ONCE, y: 1 },
          { label: 'prior: the mean state', panel: ERROR, y: 1 },
          { label: 'PD: the state itself', panel: ERROR, y: 0 },
        ],
      }),
  },
}

export const trafficFigureNames = Object.keys(trafficFigures)
