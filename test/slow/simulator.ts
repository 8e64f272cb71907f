// Compares completion times, computed through the command line, with those of an independent simulator in another
// language and with another generator: a two-sample log-rank test per cell, |z| < 3. The cells of the first file are asked
// for with every choice given; those of the second are the default reading, and nothing is given.
// `npm run build && node dist/test/slow/simulator.js [SEEDS] [DIR]` takes 100 seeds by default and can be resumed. It
// prints the table of docs/choices.md, and exits with 1 where a cell disagrees.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Completion, logrank, medianInterval, quartiles, toObserved } from '../../src/stats/index.ts'
import { loadVectors, packageRoot } from '../helpers.ts'
import { makeStream } from '../reference/philox.ts'

interface Cell {
  /** how the command line asks for the reading: nothing for the default one */
  flags: readonly string[]
  preset: string
  method: string
  agents: number
  sections: number
  period: number
  width: number
  depth: number
  runs: number
  completed: number
  times: number[]
}

const CAP = 1000
const seeds = Number(process.argv[2] ?? 100)
const out = process.argv[3] ?? join(packageRoot, 'out', 'simulator')
/** The reading of the first file, and the rollout that the preset tuned had then. */
const FIRST = ['--ranges', 'narrow', '--critic', '24x1', '--distill-adam', 'own']
const cellsOf = (name: string, flagsOf: (cell: Cell) => readonly string[]) =>
  loadVectors<{ cells: Cell[] }>(name).cells.map((cell) => ({ ...cell, flags: flagsOf(cell) }))
const cells = [
  ...cellsOf('completion-times', ({ preset }) =>
    preset === 'tuned' ? ['--ranges', 'narrow', '--rollout', '32'] : FIRST,
  ),
  ...cellsOf('completion-times-literal', () => []),
]
const show = (time: Completion) => (time === null ? '> 1000' : String(Math.round(time)))

/** Completion times of a cell, by a sweep into a folder of its own. */
function sweep(cell: Cell): Completion[] {
  const { flags, preset, method, agents, sections, period, width, depth } = cell
  const name = [flags.length ? 'explicit' : 'default', preset, method, agents, sections, period, `${width}x${depth}`]
  const dir = join(out, name.join('-'))
  const words = `sweep --preset ${preset} --method ${method} --agents ${agents} -S ${sections} -E ${period} -n ${width} -l ${depth}`
  const main = join(packageRoot, 'dist', 'src', 'cli', 'main.js')
  execFileSync(process.execPath, [
    main,
    ...words.split(' '),
    ...flags,
    '--seeds',
    `1..${seeds}`,
    '--out',
    dir,
    '--quiet',
  ])
  const [head, ...rows] = readFileSync(join(dir, 'results.csv'), 'utf8').trim().split('\n')
  const column = head.split(',').indexOf('completion')
  return rows.slice(0, seeds).map((row) => (row.split(',')[column] === '' ? null : Number(row.split(',')[column])))
}

/** The median with its 95 % bootstrap interval. */
function median(times: readonly Completion[], key: number): string {
  const stream = makeStream(key, 0)
  const { low, median: middle, high } = medianInterval(times, { word: () => stream.word() })
  return `${show(middle)} [${show(low)}, ${show(high)}]`
}

let disagreements = 0
console.log(
  `| cell | completed, simulator / frd | median [95 %], simulator | median [95 %], frd | quartiles, frd | log-rank z |`,
)
console.log('|---|---|---|---|---|---|')
for (const cell of cells) {
  const theirs: Completion[] = [...cell.times, ...Array<null>(cell.runs - cell.completed).fill(null)]
  const ours = sweep(cell)
  const { z } = logrank(toObserved(ours, CAP), toObserved(theirs, CAP))
  if (!(Math.abs(z) < 3)) disagreements++
  const { q25, q75 } = quartiles(ours)
  const share = (times: readonly Completion[]) =>
    (times.filter((time) => time !== null).length / times.length).toFixed(2)
  console.log(
    `| ${cell.flags.length ? 'first reading' : 'default reading'}, ${cell.preset}, ${cell.method}, N = ${cell.agents}, S = ${cell.sections}, E = ${cell.period}, n = ${cell.width}, l = ${cell.depth} | ${share(theirs)} / ${share(ours)} | ${median(theirs, 1)} | ${median(ours, 2)} | ${show(q25)}, ${show(q75)} | ${z.toFixed(2)} |`,
  )
}
console.log(`\n${cells.length - disagreements} passed, ${disagreements} failed (${seeds} seeds per cell, |z| < 3)`)
process.exitCode = disagreements ? 1 : 0
