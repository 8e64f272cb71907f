// Figures of contrasts: the completion of each series against its baseline.

import { forestFigure } from '../plot/forest.ts'
import { methodStyles } from '../plot/styles.ts'
import { toColumns, toCsvText } from '../results/text.ts'
import { mean } from '../stats/index.ts'
import { censoredShare, completionOf, type Effect, pairBySeed, type StatisticsTools, timeRatio } from './effects.ts'
import type { Figure } from './figures.ts'
import { showInterval } from './findings.ts'
import { FEWEST, percent } from './judgeCell.ts'
import type { Drawn, Place } from './places.ts'

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

export function drawContrasts({ title }: Figure, places: readonly Place[], tools: StatisticsTools): Drawn | null {
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
