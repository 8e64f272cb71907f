// frd claims: every claim of the paper, judged from stored runs, one line per claim. The verdicts are findings, so the exit
// code does not depend on them.

import { claims } from '../paper/claims.ts'
import { toDocument } from '../paper/document.ts'
import { toClaimsCsv, toClaimsText } from '../paper/findings.ts'
import { FEWEST, type Finding, type Judging, judge } from '../paper/judge.ts'
import type { Store } from '../results/store.ts'
import { indexRuns } from '../results/summary.ts'
import { chaptersOf } from './chapters.ts'
import { checkDir, readMeasures, readRuns } from './folder.ts'
import { type Command, commonOptions, readBare } from './options.ts'
import { loadStatistics } from './statistics.ts'

const STANDARD_DIR = 'results/paper'

export const claimsCommand: Command = {
  usage: 'claims [dir]',
  doc: `the paper's claims, judged from the runs of a folder (default ${STANDARD_DIR}), one line per claim`,
  options: {
    csv: { type: 'boolean', describe: 'print CSV' },
    markdown: { type: 'boolean', describe: 'print docs/reproduction.md: the claims, and every figure as a table' },
    json: commonOptions.json,
  },
  examples: [
    ['$0 claims', 'from the committed results'],
    ['$0 claims out', 'from your own'],
  ],
  plan: (argv) => {
    const dir = checkDir(argv.dir === undefined ? STANDARD_DIR : String(argv.dir))
    const [form, other] = ['json', 'csv', 'markdown'].filter((name) => readBare(argv, name))
    if (other) throw new TypeError(`"${form}" expected no other form beside it, got ${other} too`)
    return async () => {
      const tools = await loadStatistics()
      const evidence = { findRuns: indexRuns(readRuns(dir).runs), measuresOf: readMeasures(dir) }
      const findings = judge(claims, { ...tools, ...evidence })
      const forms: Record<string, () => string> = {
        json: () => `${JSON.stringify(findings)}\n`,
        csv: () => toClaimsCsv(findings),
        markdown: () => toDocument(findings, chaptersOf(evidence, tools), 'img'),
      }
      process.stdout.write((forms[form] ?? (() => toClaimsText(findings)))())
      return 0
    }
  },
}

/**
 * The claims that rest on one figure, where it has enough seeds: written as NAME-claims.csv, and as text for the terminal.
 * Their p-values are adjusted among themselves.
 */
export function claimsAbout(name: string, judging: Judging, store: Store) {
  const about = claims.filter(({ figure }) => figure === name)
  const findings: readonly Finding[] = judge(about, judging).filter(({ n }) => n >= FEWEST)
  if (!findings.length) return { findings, files: [], text: '' }
  const file = `${name}-claims.csv`
  store.replace(file, [toClaimsCsv(findings)])
  const note = "p adjusted over this figure's claims; frd claims adjusts over all\n"
  return { findings, files: [file], text: `\n${toClaimsText(findings)}${note}` }
}
