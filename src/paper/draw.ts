// Makes the picture, the CSV and the table of a figure from its runs. Pure: the caller has computed or read the runs, from
// results or from an archive alike.

import { completionCurves, methodFigure } from '../plot/completion.ts'
import { seedsOf } from '../plot/curves.ts'
import { forestFigure } from '../plot/forest.ts'
import { payloadFigure } from '../plot/payload.ts'
import { methodStyles } from '../plot/styles.ts'
import { survivalFigure } from '../plot/survival.ts'
import type { Spec } from '../plot/svg.ts'
import { toPoints, toPointsCsv, toPointsTable } from '../results/measures.ts'
import { type FindRuns, meanBytesOf, type Summary } from '../results/summary.ts'
import { toColumns, toCsvText } from '../results/text.ts'
import { type Completion, kaplanMeier, mean, quartiles, toObserved } from '../stats/index.ts'
import {
  censoredShare,
  completionOf,
  type Effect,
  meanTime,
  pairBySeed,
  type StatisticsTools,
  timeRatio,
} from './effects.ts'
import { type CompletionUnit, type Figure, policyWeights, unitBytes } from './figures.ts'
import { showInterval } from './findings.ts'
import { type FigurePlace, pointsOf } from './index.ts'
import { FEWEST, percent } from './judge.ts'

/** A figure that was drawn. */
export interface Drawn {
  readonly spec: Spec
  readonly csv: string
  /** the table that is printed in the terminal */
  readonly table: string
}

/** A place of a figure with its runs. */
interface Place extends FigurePlace {
  readonly agents: number
  readonly method: string
  readonly cap: number
  readonly runs: readonly Summary[]
}

const axisTitles = {
  agents: 'Number of agents',
  sections: 'Sections S',
  period: 'Exchange period E (episodes)',
  width: 'Width n of the policy network',
} as const

const axisLetters = { agents: 'N', sections: 'S', period: 'E', width: 'n' } as const

/** What is counted until completion, as the axis calls it. */
const unitTitles: Readonly<Record<CompletionUnit, string>> = {
  episodes: 'Episodes of each agent',
  total: 'Episodes of all agents',
  steps: 'Environment steps',
}

/**
 * @param values places on the x axis
 * @returns null if no run finished
 */
export function drawFigure(
  figure: Figure,
  values: readonly number[],
  findRuns: FindRuns,
  tools: StatisticsTools,
): Drawn | null {
  const places = pointsOf(figure, values).flatMap((point): Place[] => {
    const { config, runs } = findRuns(point.config)
    const finished = runs.filter(({ failed }) => !failed)
    const { agents, method, cap } = config
    return finished.length ? [{ ...point, agents, method, cap, runs: finished }] : []
  })
  if (!places.length) return null
  switch (figure.kind) {
    case 'contrasts':
      return drawContrasts(figure, places, tools)
    case 'spent':
      return drawSpent(figure, places)
    case 'payload':
      return { ...tablesOf(figure, places), spec: payload(figure, places) }
    case 'survival':
      return drawSurvival(figure, places)
    default:
      return { ...tablesOf(figure, places), spec: completion(figure, places) }
  }
}

const leastCap = (places: readonly Place[]) => Math.min(...places.map(({ cap }) => cap))

/** What a run took until its completion, or null if it is censored above this cap. */
function timeOf(run: Summary, { agents }: Place, unit: CompletionUnit, cap: number): Completion {
  if (run.completion === null || run.completion > cap) return null
  return unit === 'steps' ? run.envSteps : unit === 'total' ? agents * run.completion : run.completion
}

/** Completion over the axis, with the share of runs that completed below each panel. */
function completion({ title, kind, axis, unit = 'episodes' }: Figure, places: readonly Place[]): Spec {
  const cap = leastCap(places)
  const points = places.map((place) => {
    const { series, x, runs } = place
    const times = runs.map((run) => timeOf(run, place, unit, cap))
    const share = times.filter((time) => time !== null).length / times.length
    return { panel: series.panel ?? '', series: series.label, x, ...quartiles(times), runs: runs.length, share }
  })
  const drawn = points.flatMap(({ q25, median, q75 }) => [q25, median, q75])
  const most = Math.max(...drawn.filter((time) => time !== null))
  // In units other than episodes a censored run has no common end: the axis ends above all that is drawn.
  const end = unit === 'episodes' ? cap : most
  const other = {
    unit: unitTitles[unit],
    caption: `${seedsOf(points)} Line: median; band: quartiles, open where runs did not complete within ${cap} episodes.`,
  }
  const options = { title, cap: end, ...(unit !== 'episodes' && other) }
  if (kind === 'methods') return methodFigure(points, options)
  const scale = axis.field === 'agents' ? 'linear' : 'log'
  return completionCurves(points, { ...options, x: { title: axisTitles[axis.field], scale } })
}

/** CSV and table: one row per series and place. */
function tablesOf({ axis, series }: Figure, places: readonly Place[]): Pick<Drawn, 'csv' | 'table'> {
  const rows = places.map(({ series: { panel = '', label }, x, runs, cap, agents, method }) => {
    const { q25, median, q75 } = quartiles(runs.map(({ completion: time }) => time))
    const completed = runs.filter(({ completion: time }) => time !== null).length
    const average = meanTime(runs, cap)
    return {
      panel,
      label,
      x,
      runs: runs.length,
      completed,
      q25,
      median,
      q75,
      average,
      ...meanBytesOf(runs, agents, method),
      cap,
    }
  })
  const hasPanels = series.some(({ panel }) => panel)
  const letter = axisLetters[axis.field]
  const head = [
    'panel',
    'series',
    letter,
    'runs',
    'completed',
    'q25',
    'median',
    'q75',
    'mean',
    'uplink_bytes',
    'downlink_bytes',
  ]
  const csv = toCsvText([
    head,
    ...rows.map((row) => [
      row.panel,
      row.label,
      row.x,
      row.runs,
      row.completed,
      row.q25,
      row.median,
      row.q75,
      row.average,
      row.uplinkBytes,
      row.downlinkBytes,
    ]),
  ])
  const time = (value: Completion, cap: number) => (value === null ? `> ${cap}` : String(Math.round(value * 10) / 10))
  const bytes = (value: number | null) => (value === null ? '-' : String(Math.round(value)))
  const tableHead = [
    ...(hasPanels ? ['panel'] : []),
    'method',
    letter,
    'completed',
    'median',
    'q25',
    'q75',
    'mean',
    'up B',
    'down B',
  ]
  const table = toColumns(
    [
      tableHead,
      ...rows.map((row) => [
        ...(hasPanels ? [row.panel] : []),
        row.label,
        row.x,
        `${row.completed}/${row.runs}`,
        ...[row.median, row.q25, row.q75, row.average].map((value) => time(value, row.cap)),
        bytes(row.uplinkBytes),
        bytes(row.downlinkBytes),
      ]),
    ],
    tableHead.slice(hasPanels ? 2 : 1),
  )
  return { csv, table }
}

/** The share of missions completed over episodes: one minus the Kaplan-Meier curve, with its 95 % band. */
function drawSurvival({ title, axis }: Figure, places: readonly Place[]): Drawn {
  const cap = leastCap(places)
  const curves = places.map(({ series, x, runs }) => {
    const observed = toObserved(
      runs.map(({ completion: time }) => (time !== null && time <= cap ? time : null)),
      cap,
    )
    const steps = kaplanMeier(observed).map(({ time, survival, error }) => {
      const half = NORMAL_97_5 * error
      const [low, high] = [1 - survival - half, 1 - survival + half].map((share) => Math.min(1, Math.max(0, share)))
      return { time, share: 1 - survival, low, high }
    })
    const panel = `${axisLetters[axis.field]} = ${x}`
    return { panel, series: series.label, steps, runs: runs.length, x }
  })
  const runs = places.map((place) => place.runs.length)
  const [fewest, most] = [Math.min(...runs), Math.max(...runs)]
  const seeds = fewest === most ? `${most} seeds` : `${fewest} to ${most} seeds`
  const caption = `One minus the Kaplan-Meier curve; band: 95 %. ${seeds} per curve, watched for ${cap} episodes.`
  const at = [100, 200, 300, 400, 500, 750, 1000].filter((time) => time <= cap)
  const shareAt = (steps: (typeof curves)[number]['steps'], time: number) =>
    steps.filter((step) => step.time <= time).at(-1)?.share ?? 0
  const head = ['method', axisLetters[axis.field], 'runs', ...at.map((time) => `by ${time}`)]
  const table = toColumns(
    [
      head,
      ...curves.map(({ series, x, runs: n, steps }) => [
        series,
        x,
        n,
        ...at.map((time) => percent(shareAt(steps, time))),
      ]),
    ],
    head.slice(1),
  )
  const csv = toCsvText([
    ['panel', 'series', 'episode', 'share', 'low', 'high'],
    ...curves.flatMap(({ panel, series, steps }) =>
      steps.map(({ time, share, low, high }) => [panel, series, time, share, low, high]),
    ),
  ])
  return { spec: survivalFigure(curves, { title, caption, cap }), csv, table }
}

const NORMAL_97_5 = 1.959963984540054 // quantile of the standard normal

/** Quartiles over seeds of the bytes of each run, both ways. */
function bytePoints(
  places: readonly Place[],
  bytesOf: (run: Summary, way: 'uplinkBytes' | 'downlinkBytes', place: Place) => number | null,
) {
  return places.flatMap((place) =>
    (['uplink', 'downlink'] as const).flatMap((panel) =>
      toPoints(
        place.runs.flatMap((run) => {
          const value = bytesOf(run, `${panel}Bytes`, place)
          return value === null ? [] : [{ seed: run.seed, panel, series: place.series.label, x: place.x, value }]
        }),
      ),
    ),
  )
}

/** Bytes of all exchanges of a run, per agent; table and CSV tell the same. */
function drawSpent({ title, axis }: Figure, places: readonly Place[]): Drawn {
  const points = bytePoints(places, (run, way, { agents }) => (run.exchanges ? run[way] / agents : null))
  const spec = payloadFigure(points, { title, x: { title: axisTitles[axis.field] } })
  return { spec, csv: toPointsCsv(points), table: toPointsTable(points) }
}

/** Bytes of an exchange; over the width also the closed form of weights, and where MixFRD becomes cheaper. */
function payload({ title, axis, base }: Figure, places: readonly Place[]): Spec {
  const points = bytePoints(places, (run, way, { agents, method }) => meanBytesOf([run], agents, method)[way])
  if (axis.field !== 'width') return payloadFigure(points, { title, x: { title: axisTitles[axis.field] } })
  const depth = base.depth!
  const widths = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b)
  const curve = Array.from({ length: 41 }, (_, i) => Math.round(widths[0] + (i / 40) * (widths.at(-1)! - widths[0])))
  const weights = [...new Set(curve)].map((x) => ({ x, y: unitBytes.weights * policyWeights(x, depth) }))
  const ways = ['uplink', 'downlink'] as const
  const rules = ways.flatMap((panel) => {
    const proxies = points.filter((point) => point.panel === panel && point.series === 'mixfrd')
    const x = crossing(proxies, depth)
    return x === null ? [] : [{ x, panel, text: `cheaper than weights from n = ${x}` }]
  })
  return payloadFigure(points, {
    title,
    x: { title: axisTitles.width },
    forms: ways.map((panel) => ({ panel, series: 'frl', text: `${unitBytes.weights} W(n, l)`, points: weights })),
    rules,
  })
}

/** Smallest n from which 4 W(n, l) exceeds the bytes of a ProxRM, between measured widths by straight lines; null for none. */
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

/** A series against its baseline. */
export interface Contrast extends Effect {
  readonly label: string
  /** the heading of its rows */
  readonly panel?: string
  readonly against: string
  /** seeds that both arms have */
  readonly n: number
  readonly censored: number
}

/** Each series against its baseline at the same x: the ratio of mean completion times, paired by seed. */
export function contrastsOf(places: readonly Place[], tools: StatisticsTools): Contrast[] {
  return places.flatMap(({ series, x, runs, cap }) => {
    const other = places.find((place) => place.series.label === series.against && place.x === x)
    if (!other) return []
    const [a, b] = pairBySeed([runs, other.runs])
    if (a.length < 2) return []
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
  const wordOf = (label: string) => methodStyles[label]?.label ?? label
  const rows = contrasts.map((one) => ({
    ...one,
    label: wordOf(one.label),
    group: one.panel ?? `against ${wordOf(one.against)}`,
    verdict: one.n < FEWEST ? 'open' : one.high < 1 ? 'sooner' : one.low > 1 ? 'later' : 'open',
  }))
  const spec = forestFigure(rows, {
    title,
    x: { title: 'Mean completion time, ratio', scale: 'log' },
    interval: '95 % interval (paired bootstrap)',
    sides: ['sooner', 'later'],
    verdicts: contrastStyles,
  })
  const outcomes = [...new Set(places.map(({ series }) => series.outcome ?? 'first'))]
  const head = ['setting', 'against', 'n', 'effect [95 %]', 'censored']
  const shown = rows.map((row) => [row.label, wordOf(row.against), row.n, showInterval(row), percent(row.censored)])
  const csv = toCsvText([
    ['setting', 'against', 'n', 'effect', 'low', 'high', 'censored'],
    ...contrasts.map((row) => [row.label, row.against, row.n, row.effect, row.low, row.high, row.censored]),
  ])
  return { spec, csv, table: toColumns([head, ...shown], head.slice(2)) + meansOf(places, outcomes) }
}

/** The means behind the contrasts, for figures whose outcomes differ. */
function meansOf(places: readonly Place[], outcomes: readonly string[]): string {
  if (outcomes.length < 2) return ''
  const rows = places.map(({ series, runs, cap }) => {
    const { outcome = 'first', label } = series
    const times = runs.map((run) => completionOf(run, outcome) ?? cap)
    return [label, outcome, runs.length, mean(times).toFixed(0)]
  })
  return `\n${toColumns([['setting', 'whose completion', 'runs', 'mean'], ...rows], ['runs', 'mean'])}`
}
