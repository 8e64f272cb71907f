// Judges claims: each cell, then the verdict of the claim that the cells make together, and how often it has which verdict under
// the readings of the text. The p-values of one family of claims are adjusted over all its cells (Holm).

import { type Steps, toEnd } from '../run/steps.ts'
import { holm } from '../stats/index.ts'
import { type Arms, type Effect, effectOf, pairBySeed } from './effects.ts'
import {
  type CellVerdict,
  FEWEST,
  type Finding,
  type Judging,
  judgeCell,
  type Raw,
  type Select,
  verdictOf,
} from './judgeCell.ts'
import { isOfRuns, type RunQuantity, statisticOf } from './quantities.ts'
import { type Arm, armsOf, type Claim, type ClaimCell, withArms } from './questions.ts'
import { READING_AGENTS, readingSeeds, readings, readingsAreThere, underReading } from './readings.ts'

/** The verdict of a claim: that of all its estimable cells where they agree. */
export type Verdict = CellVerdict | 'mixed'

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
const isCovered = ({ quantity }: ClaimCell) =>
  armsOf(quantity).every(({ agents }) => (READING_AGENTS as readonly number[]).includes(agents!))

/** The findings of a claim under each reading, at the readings' seeds and without adjustment, the default reading first. */
export const judgeReadings = (claim: Claim, judging: Judging) => toEnd(judgeReadingsInSteps(claim, judging))

/** Judges as `judgeReadings` does, and yields before each cell. */
export function* judgeReadingsInSteps(claim: Claim, judging: Judging): Steps<readonly (readonly Finding[])[]> {
  const select: Select = (runs) => runs.filter(({ seed }) => seed <= readingSeeds.full)
  const all: Finding[][] = []
  for (const reading of readings) {
    const findings: Finding[] = []
    for (const cell of claim.cells.filter(isCovered)) {
      yield
      const change = (arm: Arm) => underReading(arm, reading)
      const raw = judgeCell({ ...cell, quantity: withArms(cell.quantity, change) }, judging, select)
      findings.push(finish(raw, verdictOf(raw)))
    }
    all.push(findings)
  }
  return all
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

function* countReadings(claim: Claim, judging: Judging, isThere: boolean): Steps<ReadingCounts | null> {
  if (!claim.isRead || !isThere) return null
  const verdicts = (yield* judgeReadingsInSteps(claim, judging)).map((findings) => together(claim, findings))
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
export const judge = (claims: readonly Claim[], judging: Judging): Judged[] => toEnd(judgeInSteps(claims, judging))

/** Judges as `judge` does, and yields before each cell. */
export function* judgeInSteps(claims: readonly Claim[], judging: Judging): Steps<Judged[]> {
  const raw: Raw[][] = []
  for (const { cells } of claims) {
    const judged: Raw[] = []
    for (const cell of cells) {
      yield
      judged.push(judgeCell(cell, judging, (runs) => runs))
    }
    raw.push(judged)
  }
  const isRead = readingsAreThere(judging.findRuns)
  const tested = raw.flat().filter(({ p, cell }) => p !== null && !cell.isAside)
  const adjusted = new Map<Raw, number>(holm(tested.map(({ p }) => p!)).map((p, i) => [tested[i], p]))
  const all: Judged[] = []
  for (const [i, claim] of claims.entries()) {
    const findings = raw[i].map((one) => {
      const whole = { ...one, p: adjusted.get(one) ?? one.p }
      return finish(whole, verdictOf(whole))
    })
    const counts = yield* countReadings(claim, judging, isRead)
    all.push({ claim, verdict: together(claim, findings), findings, readings: counts })
  }
  return all
}
