// Judges claims: each cell, then the verdict of the claim that the cells make together, and how often it has which verdict under
// the readings of the text. The p-values of one family of claims are adjusted over all its cells (Holm).

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
