// docs/reproduction.md: verdicts, claims and figures as one document. Every sentence with a number is made from runs.

import { countVerdicts, type Families, toCellsMarkdown, toSummaryMarkdown } from './findings.ts'

/** One figure of the document. */
export interface Chapter {
  readonly name: string
  readonly title: string
  /** the table that is printed in the terminal; empty for none */
  readonly table: string
}

const HEAD = `# Reproduction

\`frd claims results/paper --markdown\` makes this document from the committed runs; nothing in it is edited by hand. Claims stand in
our words, with the heading of the paper under which they are made; what follows a colon is how we test them, and its bounds, numbers
of agents and settings are ours unless they stand in Table 1. A claim has cells, mostly one per number of agents, each with a verdict
of its own:

- _holds_ if the 95 % interval of the effect lies wholly on the side that the claim names, _contradicted_ if it lies wholly on
  the other; where there is a test, its p-value must be below 0.05 too, adjusted over the family (Holm); else _undecided_;
- a claim that something does not happen has a margin of a tenth;
- _not estimable_ where too few runs tell, and where censored runs forbid a verdict: the cap shrinks the spread of what is
  censored more, and makes arms alike. Above a quarter of an arm, a claim about spread can only hold, and only where the cap works
  against it; a claim with a margin can only be contradicted.

A claim holds where all its estimable cells hold, is contradicted where all are, and is mixed otherwise. Times are restricted means:
a run that did not complete counts with the cap. Ratios are "a over b" in the order in which the claim names them. Arms share
their seeds, so intervals are paired bootstraps. The paper's claims and our own questions are two families.

"Over the readings" counts the verdicts under eight readings of the text, two values each of three choices that it leaves open
(choices.md: ranges, critic, distill-adam), at 40 seeds and without adjustment; a dash stands where they are not run. Each row's last cell is the command that
computes its runs; \`frd verify results/paper --sample 20\` replays any of them.
`

/** @param folder of the pictures, as a link from the document */
export function toDocument({ paper, ours }: Families, chapters: readonly Chapter[], folder: string): string {
  const parts = chapters.map(({ name, title, table }) => {
    const command = `    frd reproduce ${name}`
    const picture = `![${title}](${folder}/${name}.svg)\n`
    return `## ${title}\n\n${command}\n\n${picture}${table && `\n${indent(table)}`}`
  })
  return [
    HEAD,
    `## The claims of the paper\n\n${countVerdicts(paper)}\n\n${toSummaryMarkdown(paper)}`,
    `## Questions of ours\n\n${countVerdicts(ours)}\n\n${toSummaryMarkdown(ours)}`,
    ...parts,
    `## The claims of the paper, cell by cell\n\n${toCellsMarkdown(paper)}`,
    `## Questions of ours, cell by cell\n\n${toCellsMarkdown(ours)}`,
  ].join('\n')
}

const indent = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')
