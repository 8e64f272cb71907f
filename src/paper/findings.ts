// Judged claims as text: the terminal's tables, CSV, and the tables of docs/reproduction.md. First a summary with one line per
// claim, which a reader takes in at once, then one line per cell.

import { toColumns, toCsvText } from '../results/text.ts'
import type { Judged, ReadingCounts, Verdict } from './judge.ts'
import type { Finding } from './judgeCell.ts'

/** Two families of claims, whose p-values are never adjusted together. */
export interface Families {
  /** the paper's claims */
  readonly paper: readonly Judged[]
  /** questions of ours, about controls and extensions */
  readonly ours: readonly Judged[]
}

/** 1.234 becomes 1.23, so that columns stand. */
export const show = (value: number | null) =>
  value === null
    ? '-'
    : !Number.isFinite(value)
      ? 'infinite'
      : Math.abs(value) < 10
        ? value.toFixed(2)
        : value.toPrecision(3)

/** An effect with its 95 % interval. */
export const showInterval = ({ effect, low, high }: Pick<Finding, 'effect' | 'low' | 'high'>) =>
  effect === null ? '-' : low === high ? show(effect) : `${show(effect)} [${show(low)}, ${show(high)}]`

/** A p-value, to three digits. */
export const showP = (p: number | null) => (p === null ? '-' : p < 0.001 ? '< 0.001' : p.toFixed(3))

/** The command that computes the runs of a claim. */
const commandOf = ({ claim }: Judged) => `frd reproduce ${claim.figure}`

const VERDICTS: readonly Verdict[] = ['holds', 'contradicted', 'mixed', 'undecided', 'not estimable']

/** `holds in 6 of 8, undecided in 2`; a dash if the readings do not cover the claim. */
export function showReadings(counts: ReadingCounts | null): string {
  if (counts === null) return '-'
  const all = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0)
  const others = VERDICTS.slice(1).filter((verdict) => counts[verdict] > 0)
  return [`holds in ${counts.holds} of ${all}`, ...others.map((verdict) => `${verdict} in ${counts[verdict]}`)].join(
    ', ',
  )
}

/** `3 of 7`: how many of the cells that count hold. */
function showCells({ findings }: Judged): string {
  const counted = findings.filter(({ cell, verdict }) => !cell.isAside && verdict !== 'not estimable')
  return `${counted.filter(({ verdict }) => verdict === 'holds').length} of ${counted.length}`
}

const summaryHead = ['claim', 'verdict', 'cells that hold', 'over the readings', 'place', 'text'] as const

const summaryRow = (judged: Judged) => [
  judged.claim.id,
  judged.verdict,
  showCells(judged),
  showReadings(judged.readings),
  judged.claim.place,
  judged.claim.text,
]

const cellHead = ['claim', 'cell', 'verdict', 'effect [95 %]', 'adj. p', 'n', 'completed', 'test', 'note'] as const

const cellRows = ({ claim, findings }: Judged) =>
  findings.map((finding) => [
    claim.id,
    finding.cell.label + (finding.cell.isAside ? ' (aside)' : ''),
    finding.verdict,
    showInterval(finding),
    showP(finding.p),
    finding.n,
    finding.completed.join(', '),
    finding.test,
    finding.note,
  ])

/** The summary alone: one line per claim, without its place. */
export const toSummaryText = (judged: readonly Judged[]) =>
  toColumns([summaryHead, ...judged.map(summaryRow)].map((row) => row.filter((_, i) => summaryHead[i] !== 'place')))

/** The cells: one line each. */
export const toCellsText = (judged: readonly Judged[]) => toColumns([cellHead, ...judged.flatMap(cellRows)])

/** How many claims have which verdict, in words. */
export function countVerdicts(judged: readonly Judged[]): string {
  const parts = VERDICTS.flatMap((verdict) => {
    const count = judged.filter((one) => one.verdict === verdict).length
    if (!count) return []
    const words: Readonly<Record<Verdict, string>> = {
      holds: count === 1 ? 'holds' : 'hold',
      contradicted: `${count === 1 ? 'is' : 'are'} contradicted`,
      mixed: `${count === 1 ? 'is' : 'are'} mixed`,
      undecided: `${count === 1 ? 'is' : 'are'} undecided`,
      'not estimable': 'cannot be estimated',
    }
    return [`${count} ${words[verdict]}`]
  })
  return `Of ${judged.length}, ${parts.join(', ')}.`
}

/** Both families for the terminal: their summaries, then their cells. */
export function toClaimsText({ paper, ours }: Families): string {
  const part = (title: string, judged: readonly Judged[]) =>
    `${title}\n${countVerdicts(judged)}\n\n${toSummaryText(judged)}`
  const cells = (title: string, judged: readonly Judged[]) => `${title}, cell by cell\n\n${toCellsText(judged)}`
  return [
    part('Claims of the paper', paper),
    part('Questions of ours, about controls and extensions', ours),
    cells('Claims of the paper', paper),
    cells('Questions of ours', ours),
  ].join('\n')
}

const csvHead =
  'family,claim,place,text,claim_verdict,readings,cell,aside,verdict,test,n,completed,effect,low,high,p,note,figure'

/** One row per cell; effects in full precision. */
export function toClaimsCsv(families: Partial<Families>): string {
  const rows = Object.entries(families).flatMap(([family, judged]) =>
    judged.flatMap(({ claim, verdict, readings, findings }) =>
      findings.map((finding) => [
        family,
        claim.id,
        claim.place,
        claim.text,
        verdict,
        showReadings(readings),
        finding.cell.label,
        String(finding.cell.isAside === true),
        finding.verdict,
        finding.test,
        finding.n,
        finding.completed.join(' '),
        finding.effect,
        finding.low,
        finding.high,
        finding.p,
        finding.note,
        claim.figure,
      ]),
    ),
  )
  return toCsvText([csvHead.split(','), ...rows])
}

const escaped = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).replaceAll('|', '\\|'))

function markdownTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows.map(escaped)].map((row) => `| ${row.join(' | ')} |\n`).join('')
}

/** The summary as a Markdown table, with the command that computes the runs of each claim. */
export function toSummaryMarkdown(judged: readonly Judged[]): string {
  return markdownTable(
    [...summaryHead, 'recompute'],
    judged.map((one) => [...summaryRow(one), `\`${commandOf(one)}\``]),
  )
}

/** The cells as a Markdown table. */
export const toCellsMarkdown = (judged: readonly Judged[]) => markdownTable(cellHead, judged.flatMap(cellRows))
