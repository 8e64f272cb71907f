// What the benchmarks share: quantiles, samples taken in turns, and the file they are saved in. A sample is a time of the
// same work each time, so that smaller is better everywhere and bench/compare.ts reads any of the files.

import { mkdirSync, writeFileSync } from 'node:fs'

/** Type 7, of ascending numbers. */
export function quantile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p
  const low = sorted[Math.floor(at)]
  return low + (at - Math.floor(at)) * (sorted[Math.ceil(at)] - low)
}

export function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b)
  return { q25: quantile(sorted, 0.25), median: quantile(sorted, 0.5), q75: quantile(sorted, 0.75) }
}

export const median = (values: readonly number[]) => spread(values).median

export interface Taken<T> {
  readonly samples: T[]
  readonly beats: number[]
}

/** Calls every case once a round, in turning order: what the machine does meanwhile falls on all. A number a round each. */
export function inTurns<T>(rounds: number, cases: readonly ((round: number) => T)[]): Taken<T>[] {
  const taken: Taken<T>[] = cases.map(() => ({ samples: [], beats: [] }))
  for (let k = 0; k < 20; k++) beat()
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < cases.length; k++) {
      const turn = (k + round) % cases.length
      heard.length = 0
      beat()
      taken[turn].samples.push(cases[turn](round))
      beat()
      taken[turn].beats.push(heard.reduce((sum, time) => sum + time, 0) / heard.length)
    }
  }
  return taken
}

const BEAT_LENGTH = 2048
const BEAT_LAPS = 600
/** Beats since the sample under way began. */
const heard: number[] = []
const factors = Float64Array.from({ length: BEAT_LENGTH }, (_, i) => 1 / (i + 1))

/**
 * Times a fixed scalar product in four sums, about 2 ms: how fast the machine is just now. Bound by throughput, since a
 * neighbour on the same core slows that and the kernel alike (correlation 0.8; a chain of divisions, 0.6 and blind, 2026).
 * Before and after each sample; a long one stops its clock and calls it now and then.
 */
export function beat(): void {
  const time = seconds(() => {
    let total = 0
    for (let lap = 0; lap < BEAT_LAPS; lap++) {
      let [a, b, c, d] = [lap, 0, 0, 0]
      for (let i = 0; i < BEAT_LENGTH; i += 4) {
        a += factors[i] * factors[i]
        b += factors[i + 1] * factors[i + 1]
        c += factors[i + 2] * factors[i + 2]
        d += factors[i + 3] * factors[i + 3]
      }
      total += a + b + c + d
    }
    if (!Number.isFinite(total)) throw new RangeError(`"beat" expected a finite number, got ${total}`)
  })
  heard.push(time)
}

/** Seconds that an action takes. */
export function seconds(action: () => void): number {
  const begin = performance.now()
  action()
  return (performance.now() - begin) / 1000
}

export interface Series {
  readonly name: string
  /** of the samples */
  readonly unit: string
  /** a number a round */
  readonly samples: readonly number[]
  /** sample k is the same work in every file, a seed of its own: files are compared sample by sample */
  readonly paired?: boolean
  /** seconds of the fixed work around each sample: machines change their speed from minute to minute */
  readonly beats?: readonly number[]
}

/** Writes bench/results/NAME.json, and says so. */
export function save(name: string, results: readonly Series[]): void {
  const folder = new URL('../../bench/results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const head = { name, date: new Date().toISOString(), node: process.version, arch: process.arch }
  writeFileSync(
    new URL(`${name}.json`, folder),
    `${JSON.stringify({ ...head, results: results.map((series) => ({ ...series, ...spread(series.samples) })) }, null, 1)}\n`,
  )
  console.log(`\nsamples: bench/results/${name}.json`)
}

/** A positive integer among the words of the command line, or what stands for it. */
export function countAt(position: number, standard: number): number {
  const word = process.argv[2 + position]
  if (word === undefined) return standard
  const count = Number(word)
  if (Number.isInteger(count) && count > 0) return count
  throw new RangeError(`"rounds" expected a positive integer, got ${word}`)
}

/** A table of text, its first column to the left and the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)))
  return rows
    .map((row) => row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  '))
    .join('\n')
}

/** Median and quartiles in brackets. */
export function shown(values: readonly number[], digits = 3): string {
  const { q25, median, q75 } = spread(values)
  const [low, middle, high] = [q25, median, q75].map((value) => short(value, digits))
  return `${middle} (${low}..${high})`
}

/** So many significant digits, without an exponent. */
export function short(value: number, digits = 3): string {
  const text = value.toPrecision(digits)
  return text.includes('e') ? value.toFixed(0) : text
}
