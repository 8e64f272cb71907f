// frd claims: judges every claim of the paper, and our own questions, from stored runs and measurements: a summary with one
// line per claim, then one line per cell. The verdicts are findings, so the exit code does not depend on them.

import { paperClaims } from '../paper/claims.ts'
import { ownClaims } from '../paper/controls.ts'
import { toDocument } from '../paper/document.ts'
import type { StatisticsTools } from '../paper/effects.ts'
import { countVerdicts, type Families, toClaimsCsv, toClaimsText, toSummaryText } from '../paper/findings.ts'
import { type Judged, judgeInSteps } from '../paper/judge.ts'
import { FEWEST, type Judging } from '../paper/judgeCell.ts'
import { inSteps } from '../results/compute.ts'
import type { Store } from '../results/store.ts'
import { indexRuns } from '../results/summary.ts'
import type { Steps } from '../run/steps.ts'
import { chaptersInSteps } from './chapters.ts'
import { checkDir, type FolderRuns, readMeasures, readRunsInSteps, tellLeftOut } from './folder.ts'
import { type Command, commonOptions, readBare } from './options.ts'
import { print } from './output.ts'
import { loadStatistics } from './statistics.ts'

const STANDARD_DIR = 'results/paper'

const ONE_FORM = 'give only one of --json, --csv and --markdown'

/** Both families, judged apart. */
function* judgeAll(judging: Judging): Steps<Families> {
  return { paper: yield* judgeInSteps(paperClaims, judging), ours: yield* judgeInSteps(ownClaims, judging) }
}

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
    return async (signal) => {
      const tools = await loadStatistics()
      const read = await inSteps(readRunsInSteps(dir), signal)
      await print(await inSteps(tellClaims(dir, read, form, tools), signal))
      return tellLeftOut([read])
    }
  },
}

/** The judged claims as text, in the form that was asked for. It yields wherever it may be left. */
function* tellClaims(
  dir: string,
  { runs }: FolderRuns,
  form: string | undefined,
  tools: StatisticsTools,
): Steps<string> {
  const judging = { ...tools, findRuns: indexRuns(runs), measuresOf: readMeasures(dir) }
  const families = yield* judgeAll(judging)
  if (form === 'json') return `${JSON.stringify(families)}\n`
  if (form === 'csv') return toClaimsCsv(families)
  if (form === 'markdown') return toDocument(families, yield* chaptersInSteps(judging), 'img')
  return toClaimsText(families)
}

/** Claims and questions that rest on one figure, judged; those for which no cell has enough seeds are left out. */
export function* judgedAbout(name: string, judging: Judging): Steps<Families> {
  function* about(claims: typeof paperClaims): Steps<Judged[]> {
    const judged = yield* judgeInSteps(
      claims.filter(({ figure }) => figure === name),
      judging,
    )
    return judged.filter(({ findings }) => findings.some(({ n }) => n >= FEWEST))
  }
  return { paper: yield* about(paperClaims), ours: yield* about(ownClaims) }
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
