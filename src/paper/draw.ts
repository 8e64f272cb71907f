// A figure and the runs it finds -> its picture, its CSV and what the terminal shows. Pure: whoever calls it has computed or
// read the runs, from results or from an archive alike.

import { completionCurves, methodFigure } from '../plot/completion.ts'
import { forestFigure } from '../plot/forest.ts'
import { payloadFigure } from '../plot/payload.ts'
import type { Spec } from '../plot/svg.ts'
import { type Cell, type CellRun, cellsOf, toCellsCsv, toCellsTable } from '../results/cells.ts'
import { toPoints, toPointsCsv, toPointsTable } from '../results/measures.ts'
import { type FindRuns, meanBytesOf, type Summary } from '../results/summary.ts'
import { toColumns, toCsvText } from '../results/text.ts'
import { quartiles } from '../stats/index.ts'
import { censoredShare, type Effect, pairBySeed, type StatisticsTools, timeRatio } from './effects.ts'
import { type Figure, policyWeights, unitBytes } from './figures.ts'
import { showInterval, showP } from './findings.ts'
import { type FigurePlace, pointsOf } from './index.ts'
import { FEWEST, percent } from './judge.ts'

export interface Drawn {
  readonly spec: Spec
  readonly csv: string
  /** of the terminal */
  readonly table: string
}

/** A place of the figure with its runs. */
interface Place extends FigurePlace {
  readonly rows: readonly (CellRun & Summary)[]
}

const axisTitles = {
  agents: 'Number of agents',
  sections: 'Sections S',
  period: 'Exchange period E (episodes)',
  width: 'Width n of the policy network',
} as const

/**
 * @param values places on the x axis
 * @returns null where no run finished
 */
export function drawFigure(
  figure: Figure,
  values: readonly number[],
  findRuns: FindRuns,
  tools: StatisticsTools,
): Drawn | null {
  const places = pointsOf(figure, values).flatMap((point): Place[] => {
    const { config, runs } = findRuns(point.config)
    const rows = runs.filter(({ failed }) => !failed).map((run) => ({ ...run, config }))
    return rows.length ? [{ ...point, rows }] : []
  })
  if (!places.length) return null
  if (figure.kind === 'contrasts') return drawContrasts(figure, places, tools)
  if (figure.kind === 'spent') return drawSpent(figure, places)
  const rows = uniqueRuns(places.flatMap((place) => place.rows))
  if (figure.kind === 'methods') return drawMethods(figure.title, rows)
  const points = cellsOf(rows)
  const spec = figure.kind === 'curves' ? curves(figure, places, leastCap(points)) : payload(figure, places)
  return { spec, csv: toCellsCsv(points), table: toCellsTable(points) }
}

const leastCap = (points: readonly Cell[]) => Math.min(...points.map((cell) => cell.cap))

function drawMethods(title: string, rows: readonly CellRun[]): Drawn {
  const points = cellsOf(rows)
  const places = points.map((cell) => ({ ...cell, panel: '', series: cell.method, x: cell.agents }))
  return {
    spec: methodFigure(places, { title, cap: leastCap(points) }),
    csv: toCellsCsv(points),
    table: toCellsTable(points),
  }
}

/** A run that stands at several places counts once in the table. */
function uniqueRuns(rows: readonly (CellRun & Summary)[]): CellRun[] {
  return [...new Map(rows.map((row) => [`${row.setting} ${row.seed}`, row])).values()]
}

function curves({ title, axis }: Figure, places: readonly Place[], cap: number): Spec {
  const points = places.map(({ series, x, rows }) => {
    const times = rows.map(({ completion }) => (completion !== null && completion <= cap ? completion : null))
    return { panel: series.panel ?? '', series: series.label, x, ...quartiles(times), runs: rows.length }
  })
  const xScale = axis.field === 'agents' ? 'linear' : 'log'
  return completionCurves(points, { title, cap, x: { title: axisTitles[axis.field], scale: xScale } })
}

/** Quartiles over seeds of the bytes of each run, both ways. */
function bytePoints(
  places: readonly Place[],
  bytesOf: (row: Place['rows'][number], way: 'uplinkBytes' | 'downlinkBytes') => number | null,
) {
  return places.flatMap(({ series, x, rows }) =>
    (['uplink', 'downlink'] as const).flatMap((panel) =>
      toPoints(
        rows.flatMap((row) => {
          const value = bytesOf(row, `${panel}Bytes`)
          return value === null ? [] : [{ seed: row.seed, panel, series: series.label, x, value }]
        }),
      ),
    ),
  )
}

/** Bytes of all exchanges of a run, an agent; table and CSV tell the same. */
function drawSpent({ title, axis }: Figure, places: readonly Place[]): Drawn {
  const points = bytePoints(places, (row, way) => (row.exchanges ? row[way] / row.config.agents : null))
  const spec = payloadFigure(points, { title, x: { title: axisTitles[axis.field] } })
  return { spec, csv: toPointsCsv(points), table: toPointsTable(points) }
}

/** Bytes of an exchange; of weights the closed form beside. */
function payload({ title, axis, base }: Figure, places: readonly Place[]): Spec {
  const points = bytePoints(places, (row, way) => meanBytesOf([row], row.config.agents, row.config.method)[way])
  if (axis.field !== 'width') return payloadFigure(points, { title, x: { title: axisTitles[axis.field] } })
  const depth = base.depth!
  const widths = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b)
  const curve = Array.from({ length: 41 }, (_, i) => Math.round(widths[0] + (i / 40) * (widths.at(-1)! - widths[0])))
  const weights = [...new Set(curve)].map((x) => ({ x, y: unitBytes.weights * policyWeights(x, depth) }))
  const x = crossing(
    points.filter(({ panel, series }) => panel === 'uplink' && series === 'mixfrd'),
    depth,
  )
  return payloadFigure(points, {
    title,
    x: { title: axisTitles.width },
    forms: (['uplink', 'downlink'] as const).map((panel) => ({
      panel,
      series: 'frl',
      text: `${unitBytes.weights} W(n, l)`,
      points: weights,
    })),
    rules: x === null ? [] : [{ x, panel: 'uplink', text: `cheaper than weights from n = ${x}` }],
  })
}

/** Smallest n from which 4 W(n, l) exceeds the uplink of a ProxRM, between measured widths by straight lines. */
export function crossing(points: readonly { x: number; mid: number }[], depth: number): number | null {
  const sorted = [...points].sort((a, b) => a.x - b.x)
  for (let i = 0; i + 1 < sorted.length; i++) {
    const [a, b] = [sorted[i], sorted[i + 1]]
    for (let n = a.x; n <= b.x; n++) {
      const proxies = a.mid + ((n - a.x) / (b.x - a.x)) * (b.mid - a.mid)
      if (unitBytes.weights * policyWeights(n, depth) > proxies) return n
    }
  }
  return null
}

export interface Contrast extends Effect {
  readonly label: string
  /** heading of its rows */
  readonly panel?: string
  readonly against: string
  /** seeds both have */
  readonly n: number
  readonly censored: number
}

/** Each series against its baseline at the same x: ratio of mean completion times, paired by seed. */
export function contrastsOf(places: readonly Place[], tools: StatisticsTools): Contrast[] {
  return places.flatMap(({ series, x, rows }) => {
    const other = places.find((place) => place.series.label === series.against && place.x === x)
    if (!other) return []
    const [a, b] = pairBySeed([rows, other.rows]) as [readonly Summary[], readonly Summary[]]
    if (a.length < 2) return []
    const { cap } = rows[0].config
    const ratio = timeRatio(a, b, cap, tools, series.outcome)
    const censored = censoredShare([...a, ...b], series.outcome)
    const { label, panel, against } = series
    return [{ label, panel, against: against!, n: a.length, censored, ...ratio }]
  })
}

const contrastStyles = [
  { name: 'sooner', label: 'Sooner', color: '#0072b2', shape: 'circle' },
  { name: 'later', label: 'Later', color: '#d55e00', shape: 'square' },
  { name: 'open', label: 'Undecided', color: '#767676', shape: 'triangle-up' },
] as const

function drawContrasts({ title }: Figure, places: readonly Place[], tools: StatisticsTools): Drawn | null {
  const contrasts = contrastsOf(places, tools)
  if (!contrasts.length) return null
  const rows = contrasts.map((one) => ({
    ...one,
    group: one.panel ?? `against ${one.against}`,
    verdict: one.n < FEWEST ? 'open' : one.high < 1 ? 'sooner' : one.low > 1 ? 'later' : 'open',
  }))
  const spec = forestFigure(rows, {
    title,
    x: { title: 'Mean completion time, ratio', scale: 'log' },
    interval: '95 % interval',
    sides: ['sooner', 'later'],
    verdicts: contrastStyles,
  })
  const numbers = contrasts.map(({ label, against, n, effect, low, high, p, censored }) => [
    label,
    against,
    n,
    effect,
    low,
    high,
    p,
    censored,
  ])
  const shown = contrasts.map((one) => [
    one.label,
    one.against,
    one.n,
    showInterval(one),
    showP(one.p),
    percent(one.censored),
  ])
  return {
    spec,
    csv: toCsvText([['label', 'against', 'n', 'effect', 'low', 'high', 'p', 'censored'], ...numbers]),
    table: toColumns([['changed', 'against', 'n', 'time ratio [95 %]', 'p', 'censored'], ...shown]),
  }
}
