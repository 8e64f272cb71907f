// The parts of frd reproduce that are measured seed by seed in this thread, and anew each time: what travels on the wire,
// and the tables of the paper.

import { indexLines } from '../archive.ts'
import { ascii, hexDigest } from '../digest.ts'
import { type Measure, toMeasuresCsv, toPoints, toPointsTable } from '../measures.ts'
import { observations } from '../observations.ts'
import { firstSeeds } from '../seeds.ts'
import type { Store } from '../store.ts'
import { tables } from '../tables.ts'
import { claimsAbout } from './claims.ts'
import { type Told, writeDrawn } from './figure.ts'
import { loadTools } from './tools.ts'
import { inTurns } from './turns.ts'

export interface Observing {
  readonly quick: boolean
  readonly seeds: readonly number[] | null
  readonly quiet: boolean
}

const seedsOf = ({ quick, seeds }: Observing, own: { readonly full: number; readonly quick: number }) =>
  seeds ?? firstSeeds(quick ? own.quick : own.full)

const stopped = (name: string) => `interrupted: nothing of ${name} is stored; give the same command again`

/** Writes name.svg, .vl.json and .csv. @throws InterruptedError once the signal is given */
export async function observe(name: string, asked: Observing, store: Store, signal: AbortSignal): Promise<Told> {
  const { title, seeds, measure, draw } = observations[name]
  const all = seedsOf(asked, seeds)
  function* measured(): Generator<undefined, Measure[]> {
    const rows: Measure[] = []
    for (const [i, seed] of all.entries()) {
      yield
      rows.push(...measure(seed, asked.quick).map((row) => ({ seed, ...row })))
      if (!asked.quiet) process.stderr.write(`${name}: seed ${seed}, ${i + 1}/${all.length}\n`)
    }
    return rows
  }
  const rows = await inTurns(measured(), signal, stopped(name))
  const csv = toMeasuresCsv(rows)
  const points = toPoints(rows)
  const table = toPointsTable(points)
  const drawn = await writeDrawn(store, name, { spec: draw(points, title), csv, table })
  const judging = { ...(await loadTools()), linesOf: indexLines([]), measuresOf: () => rows }
  const { findings, files, text } = claimsAbout(name, judging, store)
  const document = { figure: name, digest: hexDigest(ascii(csv)), out: store.dir, points, claims: findings }
  return { document, text: table + text, files: [...drawn, ...files], code: 0 }
}

/** Writes name.txt. @throws InterruptedError once the signal is given */
export async function makeTable(name: string, asked: Observing, store: Store, signal: AbortSignal): Promise<Told> {
  const { seeds, make } = tables[name]
  const text = await inTurns(make(seeds ? seedsOf(asked, seeds) : []), signal, stopped(name))
  const file = `${name}.txt`
  store.replace(file, [text])
  return { document: { table: name, out: store.dir, text }, text, files: [file], code: 0 }
}
