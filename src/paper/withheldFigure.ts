// What keeping back clusters of few visits hides of a ProxRM, under three codecs, and what it costs in completion. What is
// revealed is measured on the steps of agents that exchange by PD (withheld.ts); the price is that of runs of FRD themselves.

import { type CurvePoint, curveFigure } from '../plot/curves.ts'
import { orderedStyles } from '../plot/styles.ts'
import type { Spec } from '../plot/svg.ts'
import { runToEnd } from '../run/run.ts'
import { mean } from '../stats/index.ts'
import { STANDARD } from './figures.ts'
import { observeWithheld, type WithheldRow } from './withheld.ts'

const AGENTS = 4
/** The cap of completion, in episodes, to which its mean is restricted. */
const CAP = 1000
/** Runs of which the price of one seed is the mean: the standard deviation of one run is half of its mean and more. */
const RUNS = 3
/** All trajectories have one length, so that every seed has the exchanges of the others. */
const LENGTH = { until: 'cap', cap: 301 } as const

const CODECS = { full: ['float32', 'delta-index+int8', 'delta-index+int4'], quick: ['float32', 'delta-index+int4'] }
/** Visits that a cluster needs to be sent. */
const MINIMA = { full: [1, 2, 3, 5, 10, 20], quick: [1, 20] }

/** Names of panels and series that questions refer to. */
export const SENT = 'Share that is sent'
export const TOLD = 'Steps whose policy is told to within 0.01'
export const POLICY_ERROR = 'Error of the policy of a step'
export const STATE_ERROR = 'Error of a state guessed from its cluster'
export const PRICE = 'Mean completion time of three runs'
/** No codec of these drops or moves a cluster, so these hold for all of them. */
export const OF_STEPS = 'steps, every codec'
export const OF_CLUSTERS = 'clusters, every codec'
/** Told in float32, or guessed by the nearest cluster that is sent. */
export const GUESSED = 'float32, or guessed by the nearest'
/** The completion of agents that exchange nothing; it has no codec, and stands at x = 1. */
export const WITHOUT = 'no exchange'

/** Mean completion, restricted to the cap, of runs whose seeds belong to one seed of the figure and to no other. */
function price(given: Parameters<typeof runToEnd>[0], seed: number): number {
  const runs = Array.from({ length: RUNS }, (_, k) =>
    runToEnd({ ...STANDARD, agents: AGENTS, cap: CAP, ...given, seed: RUNS * seed + k }),
  )
  return mean(runs.map(({ completion }) => completion ?? CAP))
}

/** The rows of one seed. */
function measure(seed: number, isQuick: boolean) {
  const size = isQuick ? 'quick' : 'full'
  const ways = MINIMA[size].flatMap((minVisits) => CODECS[size].map((codec) => ({ codec, minVisits })))
  const { rows } = observeWithheld({ ...STANDARD, ...LENGTH, agents: AGENTS, seed }, ways)
  const nothing = { panel: PRICE, series: WITHOUT, x: 1, value: price({ method: 'independent' }, seed) }
  const ofWays = ways.flatMap(({ codec, minVisits }) => {
    const own = rows.filter((row) => row.codec === codec && row.minVisits === minVisits)
    // An exchange at which no cluster is sent has no error.
    const at = (panel: string, series: string, pick: (row: WithheldRow) => number | null) => {
      const values = own.flatMap((row) => pick(row) ?? [])
      return values.length ? [{ panel, series, x: minVisits, value: mean(values) }] : []
    }
    const ofAll =
      codec === CODECS.full[0]
        ? [
            ...at(SENT, OF_STEPS, (row) => row.sentSteps),
            ...at(SENT, OF_CLUSTERS, (row) => row.sentClusters),
            ...at(STATE_ERROR, OF_STEPS, (row) => row.stateError),
            ...at(TOLD, GUESSED, (row) => row.guessedSteps),
          ]
        : []
    return [
      ...ofAll,
      ...at(TOLD, codec, (row) => row.toldSteps),
      ...at(POLICY_ERROR, codec, (row) => row.policyError),
      { panel: PRICE, series: codec, x: minVisits, value: price({ method: 'frd', codec, minVisits }, seed) },
    ]
  })
  return [...ofWays, nothing]
}

function draw(points: readonly CurvePoint[], title: string): Spec {
  const nothing = points.find(({ series }) => series === WITHOUT)
  const share = { title: 'Share', format: 'percent', domain: [0, 1] } as const
  const error = { title: 'Over the prior', domain: [0, 1] } as const
  return curveFigure(
    points.filter((point) => point !== nothing),
    {
      title,
      x: { title: 'Least visits of a cluster', scale: 'log' },
      y: share,
      bands: 'whiskers',
      series: [
        ...orderedStyles(CODECS.full),
        { name: OF_STEPS, label: OF_STEPS, color: '#0072b2' },
        { name: OF_CLUSTERS, label: OF_CLUSTERS, color: '#4d4d4d' },
        { name: GUESSED, label: GUESSED, color: '#009e73' },
      ],
      panels: [
        { name: SENT, y: share },
        { name: TOLD, y: { title: 'Share', format: 'percent' } },
        { name: POLICY_ERROR, y: error },
        { name: STATE_ERROR, y: error },
        { name: PRICE, y: { title: 'Episodes' }, isWide: true },
      ],
      references: nothing ? [{ label: WITHOUT, panel: PRICE, y: nothing.mid! }] : [],
    },
  )
}

/** What is measured and drawn: an entry of trafficFigures. */
export const withheldFigure = {
  title: 'What an upload of FRD gives away where clusters of few visits are kept back, four agents',
  seeds: { full: 20, quick: 3 },
  measure,
  draw,
}
