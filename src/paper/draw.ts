// Makes the picture, the CSV and the table of a figure from its runs. Pure: the caller has computed or read the runs, from
// results or from an archive alike.

import type { AxisOptions } from '../plot/axes.ts'
import { completionCurves, methodFigure } from '../plot/completion.ts'
import { seedsOf } from '../plot/curves.ts'
import { survivalFigure } from '../plot/survival.ts'
import type { Spec } from '../plot/svg.ts'
import { type FindRuns, meanBytesOf, type Summary } from '../results/summary.ts'
import { toColumns, toCsvText } from '../results/text.ts'
import { type Completion, kaplanMeier, quartiles, toObserved } from '../stats/index.ts'
import { drawContrasts } from './contrasts.ts'
import { drawSpent, payloadSpec } from './drawPayload.ts'
import { meanTime, type StatisticsTools } from './effects.ts'
import type { CompletionUnit, Figure } from './figures.ts'
import { percent } from './judgeCell.ts'
import { axisLetters, axisTitles, type Drawn, leastCap, type Place, placesOf } from './places.ts'

/** What is counted until completion, as the axis calls it. */
const unitTitles: Readonly<Record<CompletionUnit, string>> = {
  episodes: 'Episodes of each agent',
  total: 'Episodes in all',
  steps: 'Steps',
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
  const places = placesOf(figure, values, findRuns)
  if (!places.length) return null
  switch (figure.kind) {
    case 'contrasts':
      return drawContrasts(figure, places, tools)
    case 'spent':
      return drawSpent(figure, places)
    case 'payload':
      return { ...tablesOf(figure, places), spec: payloadSpec(figure, places) }
    case 'survival':
      return drawSurvival(figure, places)
    default:
      return { ...tablesOf(figure, places), spec: completion(figure, places) }
  }
}

/** What a run took until its completion, or null if it is censored above this cap. */
function timeOf(run: Summary, { agents }: Place, unit: CompletionUnit, cap: number): Completion {
  if (run.completion === null || run.completion > cap) return null
  return unit === 'steps' ? run.envSteps : unit === 'total' ? agents * run.completion : run.completion
}

/** How the x axis is drawn. */
const axisLooks: Readonly<Record<Figure['axis']['field'], Pick<AxisOptions, 'scale' | 'format' | 'padding'>>> = {
  agents: { scale: 'linear' },
  sections: { scale: 'log' },
  period: { scale: 'log' },
  width: { scale: 'log' },
  participation: { scale: 'linear', format: 'percent', padding: 0.12 },
  dropout: { scale: 'linear', format: 'percent', padding: 0.12 },
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
  return completionCurves(points, { ...options, x: { title: axisTitles[axis.field], ...axisLooks[axis.field] } })
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
