// The part of frd reproduce that measures on the wire, seed by seed, in this thread.

import { indexLines } from '../archive.ts'
import { claims } from '../claims.ts'
import { ascii, hexDigest } from '../digest.ts'
import { FEWEST, judge } from '../judge.ts'
import { type Measure, observations, toMeasuresCsv, toMeasuresTable, toPoints } from '../observations.ts'
import type { Store } from '../store.ts'
import { InterruptedError } from '../sweep.ts'
import { toClaimsCsv, toClaimsText } from '../verdicts.ts'
import { writeDrawn } from './figure.ts'
import { loadTools } from './tools.ts'

export interface Observing {
  readonly quick: boolean
  readonly seeds: readonly number[] | null
  readonly json: boolean
  readonly quiet: boolean
}

/** Writes name.svg, .vl.json and .csv, and prints the table. @throws InterruptedError once the signal is given */
export async function observeAloud(
  name: string,
  { quick, seeds: asked, json, quiet }: Observing,
  store: Store,
  signal: AbortSignal,
): Promise<number> {
  const { title, seeds, measure, draw } = observations[name]
  const count = quick ? seeds.quick : seeds.full
  const all = asked ?? Array.from({ length: count }, (_, i) => i + 1)
  const rows: Measure[] = []
  for (const seed of all) {
    await new Promise((resume) => setImmediate(resume))
    if (signal.aborted) throw new InterruptedError('interrupted')
    rows.push(...measure(seed, quick).map((row) => ({ seed, ...row })))
    if (!quiet && rows.length) process.stderr.write(`${name}: seed ${seed}, ${all.indexOf(seed) + 1}/${all.length}\n`)
  }
  const csv = toMeasuresCsv(rows)
  const table = toMeasuresTable(rows)
  const files = await writeDrawn(store, name, { spec: draw(toPoints(rows), title), csv, table })
  const judging = { ...(await loadTools()), linesOf: indexLines([]), measuresOf: () => rows }
  const findings = judge(
    claims.filter(({ figure }) => figure === name),
    judging,
  ).filter(({ n }) => n >= FEWEST)
  if (findings.length) {
    store.replace(`${name}-claims.csv`, [toClaimsCsv(findings)])
    files.push(`${name}-claims.csv`)
  }
  const document = { figure: name, digest: hexDigest(ascii(csv)), files, points: toPoints(rows), claims: findings }
  const text = findings.length ? `${table}\n${toClaimsText(findings)}` : table
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : text)
  if (!quiet) process.stderr.write(`${files.join(', ')} in ${store.dir}\n`)
  return 0
}
