// frd claims: every claim of the paper, judged from stored runs, a line each. The verdicts are findings, so the exit code
// does not depend on them.

import { indexLines } from '../archive.ts'
import { claims } from '../claims.ts'
import { judge } from '../judge.ts'
import { toDocument } from '../reproduction.ts'
import { toClaimsCsv, toClaimsText } from '../verdicts.ts'
import { chaptersOf } from './chapters.ts'
import { checkDir, readLines, readMeasures } from './lines.ts'
import { type Command, commonOptions, readBare } from './options.ts'
import { loadTools } from './tools.ts'

const STANDARD_DIR = 'results/paper'

export const claimsCommand: Command = {
  usage: 'claims [dir]',
  doc: `the paper's claims, judged from the runs of a folder (default ${STANDARD_DIR}), a line each`,
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
      const tools = await loadTools()
      const runs = { linesOf: indexLines(readLines(dir)), measuresOf: readMeasures(dir) }
      const findings = judge(claims, { ...tools, ...runs })
      const forms: Record<string, () => string> = {
        json: () => `${JSON.stringify(findings)}\n`,
        csv: () => toClaimsCsv(findings),
        markdown: () => toDocument(findings, chaptersOf(runs, tools), 'img'),
      }
      process.stdout.write((forms[form] ?? (() => toClaimsText(findings)))())
      return 0
    }
  },
}
