// What the benchmarks share: quantiles, samples that are taken in turn, and the file in which they are saved. A
// sample is the time of the same work each time, so that smaller is always better and bench/compare.ts can read any
// of the files.

import { keep, type Series } from './kept.ts'

/** The quantile of type 7 of ascending numbers. */
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

/**
 * Calls every case once per round, in an order that rotates, so that other load of the machine falls on all cases
 * alike. Each case gets one sample per round.
 */
export function inTurns<T>(rounds: number, cases: readonly ((round: number) => T)[]): Taken<T>[] {
  const taken: Taken<T>[] = cases.map(() => ({ samples: [], beats: [] }))
  for (let k = 0; k < 20; k++) beat()
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < cases.length; k++) {
      const turn = (k + round) % cases.length
      beatTimes.length = 0
      beat()
      taken[turn].samples.push(cases[turn](round))
      beat()
      taken[turn].beats.push(beatTimes.reduce((sum, time) => sum + time, 0) / beatTimes.length)
    }
  }
  return taken
}

const BEAT_LENGTH = 2048
const BEAT_LAPS = 600
/** The times of the beats since the current sample began. */
const beatTimes: number[] = []
const factors = Float64Array.from({ length: BEAT_LENGTH }, (_, i) => 1 / (i + 1))

/**
 * Times a fixed scalar product in four sums, about 2 ms, which shows how fast the machine is at the moment. It is
 * bound by throughput, because a neighbour on the same core slows that and the kernel alike (correlation 0.8; a chain
 * of divisions had 0.6 and did not notice neighbours, 2026). It is called before and after each sample; a long sample
 * stops its clock and calls it now and then. Returns its seconds.
 */
export function beat(): number {
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
  beatTimes.push(time)
  return time
}

/** The seconds that an action takes. */
export function seconds(action: () => void): number {
  const begin = performance.now()
  action()
  return (performance.now() - begin) / 1000
}

/** Keeps the samples with their quartiles in a file of this run. */
export const save = (name: string, results: readonly Series[]): void =>
  keep(
    name,
    results.map((series) => ({ ...series, ...spread(series.samples) })),
  )

/** The positive integer at a position of the command line, or `standard` where there is none. */
export function countAt(position: number, standard: number): number {
  const word = process.argv[2 + position]
  if (word === undefined) return standard
  const count = Number(word)
  if (Number.isInteger(count) && count > 0) return count
  throw new RangeError(`"rounds" expected a positive integer, got ${word}`)
}

/** A table as text; the first column is aligned left and the others right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)))
  return rows
    .map((row) => row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  '))
    .join('\n')
}

/** The median, with the quartiles in brackets. */
export function shown(values: readonly number[], digits = 3): string {
  const { q25, median, q75 } = spread(values)
  const [low, middle, high] = [q25, median, q75].map((value) => short(value, digits))
  return `${middle} (${low}..${high})`
}

/** A number with so many significant digits, without an exponent. */
export function short(value: number, digits = 3): string {
  const text = value.toPrecision(digits)
  return text.includes('e') ? value.toFixed(0) : text
}
