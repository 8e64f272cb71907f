// Compares the report of a runtime with the golden one, names the first exchange that differs, and shows all reports as
// one matrix.

import { APART, type Links, methodNames, type Report } from './suite.ts'

export type Outcome = { readonly runtime: string; readonly version: string } & (
  | { readonly state: 'ran'; readonly report: Report }
  | { readonly state: 'FAILED' | 'not run'; readonly why: string }
)

/** One difference, which is one line of output; the part that differs stands first. */
export interface Difference {
  readonly part: string
  readonly text: string
}

function differenceOf(golden: Links, got: Links | undefined): string | undefined {
  if (!got) return 'was not computed'
  const at = golden.findIndex((link, i) => link !== got[i])
  if (at < 0) return got.length === golden.length ? undefined : `has ${got.length - golden.length} exchanges too many`
  const where = at === golden.length - 1 ? 'after the last exchange' : `first at exchange ${at + 1}`
  return `differs ${where}: expected ${golden[at]}, got ${got[at]}`
}

function textDifferences(part: string, golden: Record<string, string>, got: Record<string, string>): Difference[] {
  return Object.keys({ ...golden, ...got })
    .filter((name) => golden[name] !== got[name])
    .map((name) => ({ part, text: `${name} expected ${cut(golden[name])}, got ${cut(got[name])}` }))
}

const numbered = (texts: readonly string[]) => Object.fromEntries(texts.map((text, i) => [`agent ${i}`, text]))
const cut = (text: string | undefined) => (text && text.length > 80 ? `${text.slice(0, 80)}...` : text)

export function compare(golden: Report, got: Report): Difference[] {
  const runs = Object.entries(golden.runs).flatMap(([part, chains]) =>
    Object.entries(chains).flatMap(([name, links]) => {
      const difference = differenceOf(links, got.runs[part]?.[name])
      return difference ? [{ part, text: `${name} ${difference}` }] : []
    }),
  )
  const together = Object.fromEntries(methodNames.map((name) => [name, golden.runs[name][APART].at(-1)!]))
  return [
    ...runs,
    ...textDifferences('federated', together, got.federated),
    ...textDifferences('kernel', golden.answers, got.answers),
    ...textDifferences('saved', numbered(golden.checkpoints), numbered(got.checkpoints)),
    ...textDifferences('resumed', numbered(golden.resumed), numbered(got.resumed)),
  ]
}

/** A Markdown table with one row per runtime: how many of its digests are the golden ones. */
export function matrix(golden: Report, outcomes: readonly Outcome[]): string {
  const sizes: [string, number][] = [
    ...methodNames.map((name): [string, number] => [name, Object.keys(golden.runs[name]).length]),
    ['federated', methodNames.length],
    ['kernel', Object.keys(golden.answers).length],
    ['saved', golden.checkpoints.length],
    ['resumed', golden.resumed.length],
  ]
  const head = ['runtime', 'version', ...sizes.map(([name]) => name)]
  const rows = outcomes.map((outcome) => {
    const name = [outcome.runtime, outcome.version]
    if (outcome.state !== 'ran') return [...name, outcome.state, ...sizes.slice(1).map(() => '')]
    const differences = compare(golden, outcome.report)
    const cell = ([name, size]: [string, number]) =>
      `${size - differences.filter(({ part }) => part === name).length}/${size}`
    return [...name, ...sizes.map(cell)]
  })
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('')
}
