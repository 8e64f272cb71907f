// Judges claims from stored runs and measurements: effect, interval, p-value and verdict of each cell, and the verdict of the
// claim that they make together. A cell holds if its interval lies wholly on the side that the claim names, and is contradicted
// if it lies wholly on the other; where there is a test, its p-value must be below 0.05 too, adjusted over the family (Holm).

import type { Measurement } from '../results/measures.ts'
import type { FindRuns, Summary } from '../results/summary.ts'
import { brownForsythe, holm, logrank, quantile, toObserved } from '../stats/index.ts'
import { type Arms, censoredShare, type Effect, effectOf, pairBySeed, type StatisticsTools } from './effects.ts'
import { isOfRuns, measuredStatistic, type RunQuantity, statisticOf, valuesAt } from './quantities.ts'
import { type Arm, armsOf, type Cell, type Claim, type Quantity, type Side, withArms } from './questions.ts'
import { READING_AGENTS, readingSeeds, readings, readingsAreThere, underReading } from './readings.ts'

/** The verdict of a cell. */
export type CellVerdict = 'holds' | 'contradicted' | 'undecided' | 'not estimable'

/** The verdict of a claim: that of all its estimable cells where they agree. */
export type Verdict = CellVerdict | 'mixed'

/** What one cell of a claim was found to be. */
export interface Finding {
  readonly cell: Cell
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

/** How often a claim has which verdict over the readings. */
export type ReadingCounts = Readonly<Record<Verdict, number>>

/** What a claim was found to be. */
export interface Judged {
  readonly claim: Claim
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  /** over the eight readings; null if they do not cover the claim */
  readonly readings: ReadingCounts | null
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
type Raw = Omit<Finding, 'verdict'> & { readonly may: readonly CellVerdict[] }

const ALL: readonly CellVerdict[] = ['holds', 'contradicted', 'undecided']

const unknown = (cell: Cell, n: number, note: string, completed: readonly number[] = []): Raw => {
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

function judgeRuns(cell: Cell, quantity: RunQuantity, arms: Arms, caps: readonly ArmOf[], tools: StatisticsTools): Raw {
  const n = arms[0].length
  const completed = arms.map((arm) => arm.filter(({ completion }) => completion !== null).length)
  if (n < FEWEST) return unknown(cell, n, `fewer than ${FEWEST} seeds`, completed)
  const effect = effectOf(arms, statisticOf(quantity, caps, tools.distributions.ln), tools)
  if (effect === null) return unknown(cell, n, 'an arm has nothing to compare with', completed)
  const may = allowed(quantity, cell.side, arms)
  const bound = boundOf(cell.side)
  const isPlain = quantity.kind === 'time' && bound === 1
  const p = isPlain
    ? logrankP(arms, caps[0].cap, tools)
    : bound === null
      ? null
      : pOf(effect, bound, quantity.kind !== 'growth', tools)
  const test = isPlain ? testNames.time : testNames[quantity.kind].replace('log-rank', 'bootstrap')
  const note = quantity.kind === 'spread' ? besideSpread(arms, caps[0].cap, tools) : ''
  const cut = may.length ? '' : `${percent(Math.max(...arms.map((arm) => censoredShare(arm))))} of an arm is censored`
  return { cell, test, n, ...effect, p, completed, note: [cut, note].filter(Boolean).join('; '), may }
}

type ArmOf = { readonly agents: number; readonly cap: number }

function logrankP(arms: Arms, cap: number, { distributions }: StatisticsTools): number {
  const [a, b] = arms.map((arm) =>
    toObserved(
      arm.map(({ completion }) => completion),
      cap,
    ),
  )
  return distributions.chi2Tail(logrank(a, b).chi2, 1)
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

function judgeMeasures(cell: Cell, quantity: Quantity, { measuresOf, ...tools }: Judging): Raw {
  if (quantity.kind === 'formula') {
    const { value } = quantity
    const exact = { effect: value, low: value, high: value }
    return { cell, test: 'formula', n: 0, ...exact, p: null, completed: [], note: '', may: ALL }
  }
  if (quantity.kind !== 'measured' && quantity.kind !== 'measuredInteraction') throw new TypeError(quantity.kind)
  const { spots, statistic } = measuredStatistic(quantity)
  const values = valuesAt(measuresOf(quantity.figure), spots)
  const n = values[0].length
  if (n < FEWEST) return unknown(cell, n, `fewer than ${FEWEST} seeds`)
  const effect = effectOf(values, statistic, tools)
  if (effect === null) return unknown(cell, n, 'it has nothing to compare with')
  const bound = boundOf(cell.side)
  const isRatio = spots.length > 1
  const p = bound === null ? null : pOf(effect, bound, isRatio, tools)
  const test = `bootstrap; mean ${isRatio ? 'ratio' : 'value'}`
  return { cell, test, n, ...effect, p, completed: [], note: '', may: ALL }
}

/** Whose runs are looked at: all, or for a reading those of its first seeds. */
type Select = (runs: readonly Summary[]) => readonly Summary[]

function judgeCell(cell: Cell, judging: Judging, select: Select): Raw {
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
function verdictOf({ cell, effect, low, high, p, may }: Raw): CellVerdict {
  if (effect === null) return 'not estimable'
  const taken = sideOf({ effect, low: low!, high: high! }, cell.side)
  const decided = taken !== 'undecided' && (p ?? 0) >= LEVEL ? 'undecided' : taken
  if (may.includes(decided)) return decided
  return may.length ? 'undecided' : 'not estimable'
}

/** The verdict of a claim from those of its cells; cells that stand aside decide nothing. */
export function together({ rule }: Claim, findings: readonly Finding[]): Verdict {
  const estimable = findings.filter(({ cell, verdict }) => !cell.isAside && verdict !== 'not estimable')
  const count = (verdict: CellVerdict) => estimable.filter((finding) => finding.verdict === verdict).length
  const [all, holds, contradicted] = [estimable.length, count('holds'), count('contradicted')]
  if (!all) return 'not estimable'
  if (rule === 'any') return holds ? 'holds' : contradicted === all ? 'contradicted' : 'undecided'
  if (holds === all) return 'holds'
  if (contradicted === all) return 'contradicted'
  return holds || contradicted ? 'mixed' : 'undecided'
}

const finish = ({ may: _, ...finding }: Raw, verdict: CellVerdict): Finding => ({ ...finding, verdict })

/** Whether the readings were run for all arms of a cell. */
const isCovered = ({ quantity }: Cell) =>
  armsOf(quantity).every(({ agents }) => (READING_AGENTS as readonly number[]).includes(agents!))

/** The findings of a claim under each reading, at the readings' seeds and without adjustment, the default reading first. */
export function judgeReadings(claim: Claim, judging: Judging): readonly (readonly Finding[])[] {
  const select: Select = (runs) => runs.filter(({ seed }) => seed <= readingSeeds.full)
  return readings.map((reading) =>
    claim.cells.filter(isCovered).map((cell) => {
      const change = (arm: Arm) => underReading(arm, reading)
      const raw = judgeCell({ ...cell, quantity: withArms(cell.quantity, change) }, judging, select)
      return finish(raw, verdictOf(raw))
    }),
  )
}

/** The effect of a claim under one reading: the mean of its cells' ratios, at the readings' seeds; null for none. */
export function pooledEffect(claim: Claim, reading: (typeof readings)[number], judging: Judging): Effect | null {
  const cells = claim.cells.filter(isCovered).filter(({ quantity }) => isOfRuns(quantity))
  const parts = cells.map(({ quantity }) => {
    const changed = withArms(quantity, (arm) => underReading(arm, reading)) as RunQuantity
    return { changed, found: armsOf(changed).map(judging.findRuns) }
  })
  const found = parts.flatMap((part) => part.found)
  if (!found.length) return null
  const arms = pairBySeed(found.map(({ runs }) => runs.filter(({ seed }) => seed <= readingSeeds.full)))
  if (arms[0].length < FEWEST) return null
  let from = 0
  const statistics = parts.map((part) => {
    const start = from
    from += part.found.length
    const statistic = statisticOf(
      part.changed,
      part.found.map(({ config }) => config),
      judging.distributions.ln,
    )
    return (drawn: Arms) => statistic(drawn.slice(start, start + part.found.length))
  })
  return effectOf(arms, (drawn) => statistics.reduce((sum, one) => sum + one(drawn), 0) / statistics.length, judging)
}

function countReadings(claim: Claim, judging: Judging, isThere: boolean): ReadingCounts | null {
  if (!claim.isRead || !isThere) return null
  const verdicts = judgeReadings(claim, judging).map((findings) => together(claim, findings))
  const count = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length
  return {
    holds: count('holds'),
    contradicted: count('contradicted'),
    mixed: count('mixed'),
    undecided: count('undecided'),
    'not estimable': count('not estimable'),
  }
}

/** Judges claims of one family: p-values are adjusted over all their cells (Holm). */
export function judge(claims: readonly Claim[], judging: Judging): Judged[] {
  const raw = claims.map((claim) => claim.cells.map((cell) => judgeCell(cell, judging, (runs) => runs)))
  const isRead = readingsAreThere(judging.findRuns)
  const tested = raw.flat().filter(({ p, cell }) => p !== null && !cell.isAside)
  const adjusted = new Map<Raw, number>(holm(tested.map(({ p }) => p!)).map((p, i) => [tested[i], p]))
  return claims.map((claim, i) => {
    const findings = raw[i].map((one) => {
      const whole = { ...one, p: adjusted.get(one) ?? one.p }
      return finish(whole, verdictOf(whole))
    })
    return { claim, verdict: together(claim, findings), findings, readings: countReadings(claim, judging, isRead) }
  })
}
