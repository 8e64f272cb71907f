// frd claims: judges every claim of the paper, and our own questions, from stored runs and measurements: a summary with one
// line per claim, then one line per cell. The verdicts are findings, so the exit code does not depend on them.

import { paperClaims } from '../paper/claims.ts'
import { ownClaims } from '../paper/controls.ts'
import { toDocument } from '../paper/document.ts'
import { countVerdicts, type Families, toClaimsCsv, toClaimsText, toSummaryText } from '../paper/findings.ts'
import { type Judged, judge } from '../paper/judge.ts'
import { FEWEST, type Judging } from '../paper/judgeCell.ts'
import type { Store } from '../results/store.ts'
import { indexRuns } from '../results/summary.ts'
import { chaptersOf } from './chapters.ts'
import { checkDir, readMeasures, readRuns, tellLeftOut } from './folder.ts'
import { type Command, commonOptions, readBare } from './options.ts'
import { loadStatistics } from './statistics.ts'

const STANDARD_DIR = 'results/paper'

const ONE_FORM = 'give only one of --json, --csv and --markdown'

/** Both families, judged apart. */
const judgeAll = (judging: Judging): Families => ({
  paper: judge(paperClaims, judging),
  ours: judge(ownClaims, judging),
})

export const claimsCommand: Command = {
  usage: 'claims [dir]',
  doc: `judge the paper's claims and our own questions from a folder of results (default ${STANDARD_DIR})`,
  options: {
    csv: { type: 'boolean', describe: 'print CSV, one row per cell' },
    markdown: { type: 'boolean', describe: 'print docs/reproduction.md: the claims, and every figure as a table' },
    json: commonOptions.json,
  },
  examples: [
    ['$0 claims', 'from the committed results'],
    ['$0 claims out', 'from your own results'],
  ],
  plan: (argv) => {
    const dir = checkDir(argv.dir === undefined ? STANDARD_DIR : String(argv.dir))
    const [form, other] = ['json', 'csv', 'markdown'].filter((name) => readBare(argv, name))
    if (other) throw new TypeError(`"${form}" expected no other form beside it, got ${other} too: ${ONE_FORM}`)
    return async () => {
      const tools = await loadStatistics()
      const { runs, ...leftOut } = readRuns(dir)
      const evidence = { findRuns: indexRuns(runs), measuresOf: readMeasures(dir) }
      const judging = { ...tools, ...evidence }
      const families = judgeAll(judging)
      const forms: Record<string, () => string> = {
        json: () => `${JSON.stringify(families)}\n`,
        csv: () => toClaimsCsv(families),
        markdown: () => toDocument(families, chaptersOf(judging), 'img'),
      }
      process.stdout.write((forms[form] ?? (() => toClaimsText(families)))())
      return tellLeftOut([leftOut])
    }
  },
}

/** Claims and questions that rest on one figure, judged; those for which no cell has enough seeds are left out. */
export function judgedAbout(name: string, judging: Judging): Families {
  const about = (claims: typeof paperClaims) =>
    judge(
      claims.filter(({ figure }) => figure === name),
      judging,
    ).filter(({ findings }) => findings.some(({ n }) => n >= FEWEST))
  return { paper: about(paperClaims), ours: about(ownClaims) }
}

/** Writes NAME-claims.csv. @returns the file, and the summary for the terminal */
export function writeJudged(name: string, families: Families, store: Store) {
  const all: readonly Judged[] = [...families.paper, ...families.ours]
  if (!all.length) return { files: [], text: '' }
  const file = `${name}-claims.csv`
  store.replace(file, [toClaimsCsv(families)])
  const part = (title: string, judged: readonly Judged[]) =>
    judged.length ? `\n${title}. ${countVerdicts(judged)}\n${toSummaryText(judged)}` : ''
  const note = `p-values are adjusted over the claims of ${name} alone; frd claims adjusts over all\n`
  const text = part('Claims of the paper', families.paper) + part('Questions of ours', families.ours) + note
  return { files: [file], text }
}
