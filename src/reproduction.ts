// docs/reproduction.md: verdicts, claims and figures as one document. Every sentence with a number is made from runs.

import type { Finding } from './judge.ts'
import { toClaimsMarkdown } from './verdicts.ts'

/** One figure of the document. */
export interface Chapter {
  readonly name: string
  readonly title: string
  /** of the terminal */
  readonly table: string
}

const HEAD = `# Reproduction

Made by \`frd claims results/paper --markdown\` from the committed runs; not edited by hand. Each claim stands in our words, with
the place in the paper, or \`control\` where the paper does not ask. Ratios are of mean completion times (restricted to the cap),
a over b of "a sooner than b": below 1 supports the claim. Arms share their seeds; intervals are paired bootstraps at 95 %, p-values
adjusted over all claims (Holm). A verdict needs both, where the test has both. What the verdicts rest on can be computed again by the
command of each row, and any single run by \`frd verify results/paper --sample 20\`.
`

const count = (findings: readonly Finding[], verdict: Finding['verdict']) =>
  findings.filter((finding) => finding.verdict === verdict).length

/** @param folder of the pictures, as a link from the document */
export function toDocument(findings: readonly Finding[], chapters: readonly Chapter[], folder: string): string {
  const counts = `Of ${findings.length} claims, ${count(findings, 'supported')} are supported, ${count(findings, 'not supported')} are not, ${count(findings, 'not estimable')} cannot be estimated.`
  const parts = chapters.map(({ name, title, table }) => {
    const command = `    frd reproduce ${name}`
    const picture = `![${title}](${folder}/${name}.svg)\n\n`
    return `## ${title}\n\n${command}\n\n${picture}${indent(table)}`
  })
  return [HEAD, `## Claims\n\n${counts}\n\n${toClaimsMarkdown(findings)}`, ...parts].join('\n')
}

const indent = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')
