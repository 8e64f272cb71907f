// Findings as text: the terminal's lines, CSV, and the rows of docs/reproduction.md.

import { toColumns, toCsvText } from '../results/text.ts'
import { type Finding, percent } from './judge.ts'

/** 1.234 -> 1.23; fixed, so that columns stand. */
const show = (value: number | null) => (value === null ? '-' : value < 10 ? value.toFixed(2) : value.toPrecision(3))

export const showInterval = ({ effect, low, high }: Pick<Finding, 'effect' | 'low' | 'high'>) =>
  effect === null ? '-' : `${show(effect)} [${show(low)}, ${show(high)}]`

export const showP = (p: number | null) => (p === null ? '-' : p < 0.001 ? '< 0.001' : p.toFixed(3))

/** What recomputes the runs of a finding. */
export const commandOf = ({ claim }: Finding) => `frd reproduce ${claim.figure}`

const columns = ['verdict', 'where', 'claim', 'test', 'n', 'effect [95 %]', 'adj. p', 'censored', 'recompute'] as const

const cellsOf = (finding: Finding): string[] => [
  finding.verdict + (finding.reason && ` (${finding.reason})`),
  finding.claim.where,
  finding.claim.text,
  finding.test,
  String(finding.n),
  showInterval(finding),
  showP(finding.p),
  percent(finding.censored),
  commandOf(finding),
]

/** A line a claim, in columns. */
export function toClaimsText(findings: readonly Finding[]): string {
  return toColumns([columns, ...findings.map(cellsOf)])
}

/** A row a claim; effects in full precision. */
export function toClaimsCsv(findings: readonly Finding[]): string {
  const head = 'where,claim,figure,test,n,effect,low,high,p,censored,verdict,reason'.split(',')
  const rows = findings.map(({ claim, test, n, effect, low, high, p, censored, verdict, reason }) => {
    const { where, text, figure } = claim
    return [where, text, figure, test, n, effect, low, high, p, censored, verdict, reason]
  })
  return toCsvText([head, ...rows])
}

/** Rows of a Markdown table. */
export function toClaimsMarkdown(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => cellsOf(finding).map((cell) => cell.replaceAll('|', '\\|')))
  return markdownTable(
    columns,
    rows.map((row) => [...row.slice(0, -1), `\`${row.at(-1)}\``]),
  )
}

function markdownTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('')
}
