// The figure of all readings: a specification curve for each claim that the readings cover, and a table of claim and reading.

import { specificationFigure } from '../plot/specification.ts'
import { toColumns, toCsvText } from '../results/text.ts'
import { type Steps, toEnd } from '../run/steps.ts'
import { paperClaims } from './claims.ts'
import type { Effect } from './effects.ts'
import { showInterval } from './findings.ts'
import { judgeReadingsInSteps, pooledEffect, together, type Verdict } from './judge.ts'
import type { Judging } from './judgeCell.ts'
import type { Drawn } from './places.ts'
import type { Claim } from './questions.ts'
import { choices, READING_AGENTS, readings } from './readings.ts'

/** The claims that are judged under the eight readings. */
const readClaims = paperClaims.filter(({ isRead }) => isRead)

interface Row {
  readonly claim: Claim
  readonly names: readonly string[]
  readonly isDefault: boolean
  readonly effect: Effect | null
  readonly verdict: Verdict
}

function* rowsOf(claim: Claim, judging: Judging): Steps<Row[]> {
  const judged = yield* judgeReadingsInSteps(claim, judging)
  const rows: Row[] = []
  for (const [i, reading] of readings.entries()) {
    yield
    const effect = pooledEffect(claim, reading, judging)
    rows.push({ claim, names: reading.names, isDefault: i === 0, effect, verdict: together(claim, judged[i]) })
  }
  return rows
}

/** The bound that all cells of a claim share, and whether the claim lies below it. */
function boundOf({ cells }: Claim): { readonly bound: number; readonly isBelow: boolean } {
  const { side } = cells[0]
  if ('below' in side) return { bound: side.below, isBelow: true }
  return { bound: 'above' in side ? side.above : 1, isBelow: false }
}

/** @returns null if no reading has runs */
export const drawReadings = (title: string, judging: Judging): Drawn | null =>
  toEnd(drawReadingsInSteps(title, judging))

/** Draws as `drawReadings` does, and yields before each estimate. */
export function* drawReadingsInSteps(title: string, judging: Judging): Steps<Drawn | null> {
  const all: { readonly claim: Claim; readonly rows: readonly Row[] }[] = []
  for (const claim of readClaims) all.push({ claim, rows: yield* rowsOf(claim, judging) })
  const shown = all.filter(({ rows }) => rows.some(({ effect }) => effect !== null))
  if (!shown.length) return null
  const rows = shown.flatMap((one) => one.rows)
  const specifications = shown.map(({ claim, rows: points }) => {
    const { bound, isBelow } = boundOf(claim)
    return {
      title: `${claim.id.split(' ')[0]}. ${claim.short ?? claim.text}`,
      bound,
      isBelow,
      points: points.map(({ names, isDefault, effect, verdict }) => ({
        names,
        isDefault,
        verdict,
        ...(effect ?? { effect: null, low: null, high: null }),
      })),
    }
  })
  const agents = READING_AGENTS.join(', ')
  const caption =
    `Mark: the mean of the claim's ratios over N = ${agents}, as far as it names them, with its 95 % interval; colour: the ` +
    'verdict of its cells. Dots: the reading. Grey: the default reading.'
  const grid = choices.map((choice) => ({ title: choice.short, values: choice.values.map(({ name }) => name) }))
  const spec = specificationFigure(specifications, { title, caption, choices: grid })
  const head = ['claim', ...choices.map((choice) => choice.title), 'verdict', 'effect [95 %]']
  const none = { effect: null, low: null, high: null }
  const table = toColumns([
    head,
    ...rows.map(({ claim, names, verdict, effect }) => [claim.id, ...names, verdict, showInterval(effect ?? none)]),
  ])
  const csv = toCsvText([
    ['claim', ...choices.map(({ field }) => field), 'verdict', 'effect', 'low', 'high'],
    ...rows.map(({ claim, names, verdict, effect }) => {
      const { effect: value, low, high } = effect ?? none
      return [claim.id, ...names, verdict, value, low, high]
    }),
  ])
  return { spec, csv, table }
}
