// Judges one cell of a claim: the effect with its interval, its p-value, and the side of the bound on which it lies. The cell
// holds if the interval lies wholly on the side that the claim names, and is contradicted if it lies wholly on the other;
// where there is a test, its p-value must be below 0.05 too.

import type { Measurement } from '../results/measures.ts'
import type { FindRuns, Summary } from '../results/summary.ts'
import { brownForsythe, logrank, quantile, toObserved } from '../stats/index.ts'
import { type Arms, censoredShare, type Effect, effectOf, pairBySeed, type StatisticsTools } from './effects.ts'
import { isOfRuns, measuredStatistic, type RunQuantity, statisticOf, valuesAt } from './quantities.ts'
import { armsOf, type ClaimCell, type Quantity, type Side } from './questions.ts'

/** The verdict of a cell. */
export type CellVerdict = 'holds' | 'contradicted' | 'undecided' | 'not estimable'

/** What one cell of a claim was found to be. */
export interface Finding {
  readonly cell: ClaimCell
  /** what was computed, and what tested it */
  readonly test: string
  /** seeds of each arm */
  readonly n: number
  /** the quantity, mostly a ratio; null if it is not estimable */
  readonly effect: number | null
  readonly low: number | null
  readonly high: number | null
  /** two-sided against the bound, adjusted over the family; null if the interval alone decides */
  readonly p: number | null
  /** how many runs completed, arm by arm; empty if no runs were asked */
  readonly completed: readonly number[]
  readonly verdict: CellVerdict
  /** why it is not estimable, or what stands beside it */
  readonly note: string
}

/** All that judging needs. */
export interface Judging extends StatisticsTools {
  readonly findRuns: FindRuns
  /** what was measured on the wire, by the figure's name; empty if nothing was */
  readonly measuresOf: (figure: string) => readonly Measurement[]
}

/** The level of tests and of intervals. */
const LEVEL = 0.05
const NORMAL_97_5 = 1.959963984540054 // quantile of the standard normal
/** Above this share of censored runs in an arm a claim about spread or equality needs more than its interval. */
const MOST_CENSORED = 0.25
/** Seeds below which nothing is judged. */
export const FEWEST = 8

/** A share in percent, to a tenth. */
export const percent = (share: number) => `${Math.round(1000 * share) / 10} %`

/** A finding before its p-value is adjusted; `may` are the verdicts that the censored runs allow. */
export type Raw = Omit<Finding, 'verdict'> & { readonly may: readonly CellVerdict[] }

const ALL: readonly CellVerdict[] = ['holds', 'contradicted', 'undecided']

const unknown = (cell: ClaimCell, n: number, note: string, completed: readonly number[] = []): Raw => {
  const none = { effect: null, low: null, high: null, p: null }
  return { cell, test: '-', n, ...none, completed, note, may: [] }
}

const boundOf = (side: Side) => ('below' in side ? side.below : 'above' in side ? side.above : null)

const isMargin = (side: Side) => 'within' in side || side.isMargin === true

/** Which side the interval takes, without a test. */
function sideOf({ low, high }: Effect, side: Side): 'holds' | 'contradicted' | 'undecided' {
  if ('within' in side) {
    if (side.within[0] <= low && high <= side.within[1]) return 'holds'
    return high < side.within[0] || low > side.within[1] ? 'contradicted' : 'undecided'
  }
  if ('below' in side) return high < side.below ? 'holds' : low >= side.below ? 'contradicted' : 'undecided'
  return low > side.above ? 'holds' : high <= side.above ? 'contradicted' : 'undecided'
}

/** Two-sided p-value of an effect against its bound, by the normal: on the log scale for ratios. */
function pOf({ effect, low, high }: Effect, bound: number, isRatio: boolean, tools: StatisticsTools): number | null {
  const { ln, normalTail } = tools.distributions
  const scale = isRatio ? ln : (x: number) => x
  if (!(Number.isFinite(low) && Number.isFinite(high)) || (isRatio && low <= 0)) return null
  const error = (scale(high) - scale(low)) / (2 * NORMAL_97_5)
  return error > 0 ? normalTail((scale(effect) - scale(bound)) / error) : null
}

/**
 * What the censored runs allow. The cap shrinks the spread of the arm that is censored more, so a claim that one is steadier
 * stands only where that works against it; and it makes arms alike, so what says that they are can only be contradicted.
 */
function allowed(quantity: RunQuantity, side: Side, arms: Arms): readonly CellVerdict[] {
  const shares = arms.map((arm) => censoredShare(arm))
  if (Math.max(...shares) <= MOST_CENSORED) return ALL
  if (quantity.kind === 'spread') {
    const [a, b] = shares
    const isAgainst = 'above' in side ? a >= b : b >= a
    return isAgainst ? ['holds'] : []
  }
  const isOfTime = quantity.kind === 'time' || quantity.kind === 'interaction'
  return isOfTime && isMargin(side) ? ['contradicted'] : ALL
}

const testNames: Readonly<Record<RunQuantity['kind'], string>> = {
  time: 'log-rank; ratio of mean times',
  total: 'bootstrap; ratio of total episodes',
  steps: 'bootstrap; ratio of steps',
  spread: 'bootstrap; ratio of standard deviations',
  interaction: 'bootstrap; ratio of ratios',
  bytes: 'bootstrap; ratio of bytes',
  byteSpread: 'bootstrap; ratio of standard deviations',
  spent: 'bootstrap; ratio of bytes',
  gap: 'bootstrap; ratio of ratios',
  growth: 'bootstrap; exponent',
}

function judgeRuns(
  cell: ClaimCell,
  quantity: RunQuantity,
  arms: Arms,
  caps: readonly ArmOf[],
  tools: StatisticsTools,
): Raw {
  const n = arms[0].length
  const completed = arms.map((arm) => arm.filter(({ completion }) => completion !== null).length)
  if (n < FEWEST) return unknown(cell, n, `fewer than ${FEWEST} seeds`, completed)
  const effect = effectOf(arms, statisticOf(quantity, caps, tools.distributions.ln), tools)
  if (effect === null) return unknown(cell, n, 'an arm has nothing to compare with', completed)
  const may = allowed(quantity, cell.side, arms)
  const bound = boundOf(cell.side)
  const isPlain = quantity.kind === 'time' && bound === 1
  const p = isPlain
    ? logrankP(arms, effect, caps[0].cap, tools)
    : bound === null
      ? null
      : pOf(effect, bound, quantity.kind !== 'growth', tools)
  const test = isPlain ? testNames.time : testNames[quantity.kind].replace('log-rank', 'bootstrap')
  const note = quantity.kind === 'spread' ? besideSpread(arms, caps[0].cap, tools) : ''
  const cut = may.length ? '' : `${percent(Math.max(...arms.map((arm) => censoredShare(arm))))} of an arm is censored`
  return { cell, test, n, ...effect, p, completed, note: [cut, note].filter(Boolean).join('; '), may }
}

type ArmOf = { readonly agents: number; readonly cap: number }

/** The p-value of the log-rank test; 1 if it points the other way than the effect, and so does not speak for it. */
function logrankP(arms: Arms, { effect }: Effect, cap: number, { distributions }: StatisticsTools): number {
  const [a, b] = arms.map((arm) =>
    toObserved(
      arm.map(({ completion }) => completion),
      cap,
    ),
  )
  const { z, chi2 } = logrank(a, b)
  return effect < 1 === z > 0 ? distributions.chi2Tail(chi2, 1) : 1
}

/** Interquartile ranges where both are known, and the test of Brown and Forsythe on logarithms. */
function besideSpread(arms: Arms, cap: number, { distributions }: StatisticsTools): string {
  const range = (runs: readonly Summary[]) => {
    const times = runs.map(({ completion }) => completion)
    const [low, high] = [quantile(times, 0.25), quantile(times, 0.75)]
    return low === null || high === null ? null : high - low
  }
  const [a, b] = arms.map(range)
  const iqr = a === null || b === null || b === 0 ? '' : `ratio of interquartile ranges ${(a / b).toFixed(2)}, `
  const logs = arms.map((arm) => arm.map(({ completion }) => distributions.ln(completion ?? cap)))
  const { f, df1, df2 } = brownForsythe(logs)
  const p = distributions.fTail(f, df1, df2)
  return `${iqr}Brown-Forsythe on logs p ${p < 0.001 ? '< 0.001' : p.toFixed(3)}`
}

function judgeMeasures(
  cell: ClaimCell,
  quantity: Exclude<Quantity, RunQuantity>,
  { measuresOf, ...tools }: Judging,
): Raw {
  if (quantity.kind === 'formula') {
    const { value } = quantity
    const exact = { effect: value, low: value, high: value }
    return { cell, test: 'formula', n: 0, ...exact, p: null, completed: [], note: '', may: ALL }
  }
  const { spots, statistic } = measuredStatistic(quantity)
  const values = valuesAt(measuresOf(quantity.figure), spots)
  const n = values[0].length
  if (n < FEWEST) return unknown(cell, n, `fewer than ${FEWEST} seeds`)
  const effect = effectOf(values, statistic, tools)
  if (effect === null) return unknown(cell, n, 'it has nothing to compare with')
  const bound = boundOf(cell.side)
  const isRatio = spots.length > 1
  const p = bound === null ? null : pOf(effect, bound, isRatio, tools)
  const means = quantity.kind === 'measuredMeans' ? 'ratio of means' : isRatio ? 'mean ratio' : 'mean value'
  const test = `bootstrap; ${means}`
  return { cell, test, n, ...effect, p, completed: [], note: '', may: ALL }
}

/** Whose runs are looked at: all, or for a reading those of its first seeds. */
export type Select = (runs: readonly Summary[]) => readonly Summary[]

/** Judges one cell, before its p-value is adjusted. */
export function judgeCell(cell: ClaimCell, judging: Judging, select: Select): Raw {
  const { quantity } = cell
  if (!isOfRuns(quantity)) return judgeMeasures(cell, quantity, judging)
  const found = armsOf(quantity).map(judging.findRuns)
  const arms = pairBySeed(found.map(({ runs }) => select(runs)))
  return judgeRuns(
    cell,
    quantity,
    arms,
    found.map(({ config }) => config),
    judging,
  )
}

/** The verdict of a cell whose p-value is adjusted. */
export function verdictOf({ cell, effect, low, high, p, may }: Raw): CellVerdict {
  if (effect === null) return 'not estimable'
  const taken = sideOf({ effect, low: low!, high: high! }, cell.side)
  const decided = taken !== 'undecided' && (p ?? 0) >= LEVEL ? 'undecided' : taken
  if (may.includes(decided)) return decided
  return may.length ? 'undecided' : 'not estimable'
}
