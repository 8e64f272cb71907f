// docs/reproduction.md: verdicts, claims and figures as one document. Every sentence with a number is made from runs.

import { toClaimsMarkdown } from './findings.ts'
import type { Finding } from './judge.ts'

/** One figure of the document. */
export interface Chapter {
  readonly name: string
  readonly title: string
  /** of the terminal */
  readonly table: string
}

const HEAD = `# Reproduction

Made by \`frd claims results/paper --markdown\` from the committed runs; not edited by hand. Each claim stands in our words, with
the place in the paper, or \`control\` where the paper does not ask. The effect is what the test names. Ratios of mean times
(restricted to the cap), of interquartile ranges, of bytes and of gains are those of "a against b": below 1 is sooner, steadier,
cheaper, a larger gain; for the gap between downlinks above 1 is wider. Arms share their seeds; intervals are paired bootstraps
at 95 %, p-values are adjusted over all claims (Holm; \`-\`: the verdict rests on the interval alone). A verdict needs both,
where the test has both, and both in the direction of the claim. The runs that a row rests on are computed again by its command,
which adjusts its p-values over that figure's claims alone; any single run by \`frd verify results/paper --sample 20\`.
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
