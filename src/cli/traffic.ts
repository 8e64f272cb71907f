// The parts of frd reproduce that are computed seed by seed and anew each time: what travels on the wire, and the tables of
// the paper.

import { tables } from '../paper/tables.ts'
import { trafficFigures } from '../paper/trafficFigures.ts'
import { inSteps } from '../results/compute.ts'
import { type Measurement, toMeasuresCsv, toPoints, toPointsTable } from '../results/measures.ts'
import type { Store } from '../results/store.ts'
import { indexRuns } from '../results/summary.ts'
import { ascii, hexDigest } from '../run/digest.ts'
import { judgedAbout, writeJudged } from './claims.ts'
import { type Report, writeDrawn } from './figure.ts'
import { firstSeeds } from './lists.ts'
import { withMeasurer } from './measurer.ts'
import { tell } from './output.ts'
import { loadStatistics } from './statistics.ts'

/** What was asked for. */
export interface Asked {
  readonly quick: boolean
  /** null for those of the figure */
  readonly seeds: readonly number[] | null
  readonly quiet: boolean
}

const seedsOf = ({ quick, seeds }: Asked, own: { readonly full: number; readonly quick: number }) =>
  seeds ?? firstSeeds(quick ? own.quick : own.full)

const stopped = (name: string) => `interrupted: nothing of ${name} is stored; give the same command again`

/** Writes name.svg, name.vl.json and name.csv. @throws InterruptedError once the signal is given */
export async function measureTraffic(name: string, asked: Asked, store: Store, signal: AbortSignal): Promise<Report> {
  const { title, seeds, draw } = trafficFigures[name]
  const all = seedsOf(asked, seeds)
  const rows = await withMeasurer(signal, stopped(name), async (measure) => {
    const found: Measurement[] = []
    for (const [i, seed] of all.entries()) {
      const ofSeed = await measure({ figure: name, seed, isQuick: asked.quick })
      found.push(...ofSeed.map((row) => ({ seed, ...row })))
      if (!asked.quiet) tell(`${name}: seed ${seed}, ${i + 1}/${all.length}\n`)
    }
    return found
  })
  const csv = toMeasuresCsv(rows)
  const points = toPoints(rows)
  const table = toPointsTable(points)
  const judging = { ...(await loadStatistics()), findRuns: indexRuns([]), measuresOf: () => rows }
  const families = await inSteps(judgedAbout(name, judging), signal, stopped(name))
  const drawn = await writeDrawn(store, name, { spec: draw(points, title), csv, table })
  const { files, text } = writeJudged(name, families, store)
  const document = { figure: name, digest: hexDigest(ascii(csv)), out: store.dir, points, claims: families }
  return { document, text: table + text, files: [...drawn, ...files], code: 0 }
}

/** Writes name.txt. @throws InterruptedError once the signal is given */
export async function makeTable(name: string, asked: Asked, store: Store, signal: AbortSignal): Promise<Report> {
  const { seeds, make } = tables[name]
  const { text, cells } = await inSteps(make(seeds ? seedsOf(asked, seeds) : []), signal, stopped(name))
  const file = `${name}.txt`
  store.replace(file, [text])
  return { document: { table: name, out: store.dir, cells, text }, text, files: [file], code: 0 }
}
