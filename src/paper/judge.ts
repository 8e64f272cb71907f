// Claims -> findings: effect with interval, p-value and verdict from stored runs. All that is compared shares its seeds, so
// intervals are paired bootstraps; the log-rank test knows no pairs, which costs it power where seeds help both arms alike.
// Supported is what the interval and the test say together, both in the direction of the claim.

import type { Measurement } from '../results/measures.ts'
import { type FindRuns, meanPayload, type Summary } from '../results/summary.ts'
import { bootstrapInterval, brownForsythe, holm, logrank, mean, quantile, toObserved } from '../stats/index.ts'
import { armsOf, type Claim, type Question, type Spot } from './claims.ts'
import {
  type Arms,
  censoredShare,
  type Effect,
  effectOf,
  meanTime,
  pairBySeed,
  type StatisticsTools,
  timeRatio,
} from './effects.ts'

export type Verdict = 'supported' | 'not supported' | 'not estimable'

export interface Finding {
  readonly claim: Claim
  readonly test: string
  /** seeds an arm */
  readonly n: number
  /** what `test` says, mostly a ratio: 1 = no difference; null = not estimable */
  readonly effect: number | null
  readonly low: number | null
  readonly high: number | null
  /** adjusted over all claims judged together (Holm); null = the verdict rests on the interval alone */
  readonly p: number | null
  /** share of all runs */
  readonly censored: number
  readonly verdict: Verdict
  /** why it is not estimable */
  readonly reason: string
}

export interface Judging extends StatisticsTools {
  readonly findRuns: FindRuns
  /** what was measured on the wire, by the figure's name; none where there is nothing */
  readonly measuresOf: (figure: string) => readonly Measurement[]
}

const LEVEL = 0.05
/** Equivalence: the interval of the ratio lies within these. */
const ALIKE = [0.9, 1.1] as const
/** A claim about spread needs so many runs an arm. */
const SPREAD_RUNS = 100
/** Spread, and being alike, need no more censored than this: what is cut at one cap is alike by that alone. */
const MOST_CENSORED = 0.05
/** Seeds below which nothing is judged. */
export const FEWEST = 8

/** Questions that runs answer; the others rest on measures. */
type MeasureQuestion = Extract<Question, { kind: 'below' | 'above' }>
type RunQuestion = Exclude<Question, MeasureQuestion>

/** Interquartile range of the logarithms. */
function logSpread(lines: readonly Summary[], cap: number, ln: (x: number) => number): number {
  const logs = lines.map(({ completion }) => ln(completion ?? cap))
  return quantile(logs, 0.75)! - quantile(logs, 0.25)!
}

/** Least squares of y on x: slope and the sum of squared residuals. */
function fitLine(x: readonly number[], y: readonly number[]): { slope: number; residual: number } {
  const mx = mean(x)
  const my = mean(y)
  const sxx = x.reduce((sum, value) => sum + (value - mx) * (value - mx), 0)
  const slope = x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) / sxx
  const residual = y.reduce((sum, value, i) => {
    const off = value - my - slope * (x[i] - mx)
    return sum + off * off
  }, 0)
  return { slope, residual }
}

type Judged = Pick<Finding, 'test' | 'effect' | 'low' | 'high' | 'p'> & {
  readonly holds: boolean
  readonly reason: string
}

interface Data {
  readonly arms: Arms
  readonly cap: number
  readonly agents: number
}

function judgeRuns(question: RunQuestion, { arms, cap, agents }: Data, tools: StatisticsTools): Judged {
  const { distributions } = tools
  const [a, b] = arms
  switch (question.kind) {
    case 'sooner': {
      const [one, other] = [a, b].map((arm) =>
        toObserved(
          arm.map(({ completion }) => completion),
          cap,
        ),
      )
      const { chi2, z } = logrank(one, other)
      const ratio = timeRatio(a, b, cap, tools)
      const p = distributions.chi2Tail(chi2, 1)
      return { ...ratio, p, test: 'log-rank; ratio of mean times', holds: ratio.high < 1 && z > 0, reason: '' }
    }
    case 'alike': {
      const test = 'equivalence; ratio of mean times'
      const cut = tooCensored(arms)
      if (cut) return notEstimable(test, cut)
      const ratio = timeRatio(a, b, cap, tools)
      const holds = ratio.low >= ALIKE[0] && ratio.high <= ALIKE[1]
      return { ...ratio, p: null, test, holds, reason: '' }
    }
    case 'steadier': {
      const test = 'Brown-Forsythe on logs; ratio of IQRs'
      if (a.length < SPREAD_RUNS) return notEstimable(test, `spread needs ${SPREAD_RUNS} runs an arm`)
      const cut = tooCensored(arms)
      if (cut) return notEstimable(test, cut)
      const { ln } = distributions
      const ratio = effectOf(arms, ([one, other]) => logSpread(one, cap, ln) / logSpread(other, cap, ln), tools)
      const { f, df1, df2, means } = brownForsythe(
        arms.map((arm) => arm.map(({ completion }) => ln(completion ?? cap))),
      )
      const found = judged(test, ratio, ({ high }) => high < 1 && means[0] < means[1])
      return found.effect === null ? found : { ...found, p: distributions.fTail(f, df1, df2) }
    }
    case 'gains': {
      const gain = (arm: readonly Summary[], control: readonly Summary[]) => meanTime(arm, cap) / meanTime(control, cap)
      const ratio = effectOf(
        arms,
        ([one, alone, other, otherAlone]) => gain(one, alone) / gain(other, otherAlone),
        tools,
      )
      // To lose less is no gain.
      return judged('bootstrap; ratio of gains', ratio, ({ high }) => high < 1 && timeRatio(a, b, cap, tools).high < 1)
    }
    case 'cheaper': {
      const bytes = (lines: readonly Summary[]) => meanPayload(lines, `${question.way}linkBytes`, agents)
      const ratio = effectOf(arms, ([one, other]) => bytes(one) / bytes(other), tools)
      return judged('bootstrap; ratio of bytes', ratio, ({ high }) => high < 1)
    }
    case 'thrifty': {
      const spent = (lines: readonly Summary[]) => mean(lines.map((line) => line.uplinkBytes + line.downlinkBytes))
      const ratio = effectOf(arms, ([one, other]) => spent(one) / spent(other), tools)
      return judged('bootstrap; ratio of bytes', ratio, ({ high }) => high < 1)
    }
    case 'widens': {
      const gap = (one: readonly Summary[], other: readonly Summary[]) =>
        meanPayload(one, 'downlinkBytes', 1) / meanPayload(other, 'downlinkBytes', 1)
      const ratio = effectOf(arms, ([a0, a1, b0, b1]) => gap(a0, a1) / gap(b0, b1), tools)
      return judged('bootstrap; ratio of gaps', ratio, ({ low }) => low > 1)
    }
    case 'explodes':
      return judgeGrowth(
        question.arms.map(([count]) => count),
        arms,
        tools,
      )
  }
}

/**
 * Exponential growth is a line in (N, ln bytes), a power one in (ln N, ln bytes): the better fit decides, in 97.5 % of the
 * draws, and the bytes must grow.
 */
function judgeGrowth(counts: readonly number[], arms: Arms, { distributions: { ln }, words }: StatisticsTools): Judged {
  const test = 'fit; exponent of the power law'
  if (arms.flat().some(({ downlinkBytes }) => downlinkBytes === 0)) return notEstimable(test, NOTHING)
  const fits = (drawn: Arms) => {
    const bytes = drawn.map((arm, i) => ln(meanPayload(arm, 'downlinkBytes', counts[i])))
    return { power: fitLine(counts.map(ln), bytes), exponential: fitLine(counts, bytes) }
  }
  const intervalOf = (statistic: (drawn: Arms) => number) => {
    const { low, estimate, high } = bootstrapInterval({ statistic, samples: arms, paired: true, word: words() })
    return { low: low!, effect: estimate!, high: high! }
  }
  const exponent = intervalOf((drawn) => fits(drawn).power.slope)
  const excess = intervalOf((drawn) => fits(drawn).exponential.residual - fits(drawn).power.residual)
  return { test, ...exponent, p: null, holds: excess.high < 0 && exponent.low > 0, reason: '' }
}

const NOTHING = 'an arm has nothing to compare with: 0 bytes, or no spread'

function judged(test: string, effect: Effect | null, holds: (effect: Effect) => boolean): Judged {
  return effect === null ? notEstimable(test, NOTHING) : { ...effect, test, holds: holds(effect), reason: '' }
}

/** Why the arms tell nothing; '' = they do. */
function tooCensored(arms: Arms): string {
  const worst = Math.max(...arms.map((arm) => censoredShare(arm)))
  return worst > MOST_CENSORED ? `${percent(worst)} of an arm is censored` : ''
}

export const percent = (share: number) => `${Math.round(1000 * share) / 10} %`

function notEstimable(test: string, reason: string): Judged {
  return { test, effect: null, low: null, high: null, p: null, holds: false, reason }
}

/** Values by seed at a spot. */
function valuesAt(measures: readonly Measurement[], { panel, series, x }: Spot): Map<number, number> {
  const here = measures.filter((one) => one.panel === panel && one.series === series && one.x === x)
  return new Map(here.map(({ seed, value }) => [seed, value]))
}

function judgeMeasures(
  { kind, a, b, bound }: MeasureQuestion,
  measures: readonly Measurement[],
  tools: StatisticsTools,
) {
  const [values, others] = [a, b ?? a].map((spot) => valuesAt(measures, spot))
  const seeds = [...values.keys()].filter((seed) => others.has(seed)).sort((p, q) => p - q)
  if (seeds.length < FEWEST) return { n: seeds.length, censored: 0, ...tooFew(seeds.length) }
  const ratios = seeds.map((seed) => (b ? values.get(seed)! / others.get(seed)! : values.get(seed)!))
  const test = `bootstrap; mean ${b ? 'ratio' : 'value'} ${kind} ${bound}`
  if (!ratios.every(Number.isFinite)) return { n: seeds.length, censored: 0, ...notEstimable(test, NOTHING) }
  const statistic = ([drawn]: readonly (readonly number[])[]) => mean(drawn)
  const interval = bootstrapInterval({ statistic, samples: [ratios], paired: false, word: tools.words() })
  const { low, estimate: effect, high } = interval as { low: number; estimate: number; high: number }
  const holds = kind === 'below' ? high < bound : low > bound
  return { n: seeds.length, censored: 0, test, effect, low, high, p: null, holds, reason: '' }
}

const tooFew = (n: number) => notEstimable('-', `fewer than ${FEWEST} seeds are there: ${n}`)

const isMeasured = (question: Question): question is MeasureQuestion =>
  question.kind === 'below' || question.kind === 'above'

function judgeOne({ question, figure }: Claim, judging: Judging) {
  if (isMeasured(question)) return judgeMeasures(question, judging.measuresOf(figure), judging)
  const found = armsOf(question).map(judging.findRuns)
  const arms = pairBySeed(found.map(({ runs }) => runs))
  const { cap, agents } = found[0].config
  const n = arms[0].length
  const judged = n < FEWEST ? tooFew(n) : judgeRuns(question, { arms, cap, agents }, judging)
  return { n, censored: n ? censoredShare(arms.flat()) : 0, ...judged }
}

/** Findings in the order of the claims; p-values adjusted over all of them (Holm). */
export function judge(claims: readonly Claim[], judging: Judging): Finding[] {
  const all = claims.map((claim) => ({ claim, ...judgeOne(claim, judging) }))
  const tested = all.filter(({ p }) => p !== null)
  const adjusted = holm(tested.map(({ p }) => p!))
  return all.map(({ holds, ...finding }) => {
    const at = tested.findIndex(({ claim }) => claim === finding.claim)
    const p = at < 0 ? null : adjusted[at]
    const verdict: Verdict =
      finding.effect === null ? 'not estimable' : holds && (p ?? 0) < LEVEL ? 'supported' : 'not supported'
    return { ...finding, p, verdict }
  })
}
