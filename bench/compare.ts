// `npm run bench:compare -- OLD.json NEW.json` says what a change did to the times in two files of any benchmark
// here: the ratio of the medians, new over old, its spread, and a verdict. Where sample k is the same work in both
// files or the speed of the machine was measured beside the samples, the spread is a bootstrap interval, else it is
// what the two boxes of quartiles allow. A change within the spread is none.

import { readFileSync } from 'node:fs'
import { median, quantile, type Series, short, spread, table } from './sample.ts'

/** A file of benny (seconds), of bench/versus.ts (ns) or of `save` in bench/sample.ts. */
interface Saved {
  readonly node?: string
  readonly results: readonly {
    readonly name?: string
    readonly unit?: string
    readonly samples?: unknown
    readonly paired?: boolean
    readonly beats?: readonly number[]
    readonly details?: { readonly sampleResults?: unknown }
    readonly work?: string
    readonly contenders?: readonly { readonly contender: string; readonly times: readonly number[] }[]
  }[]
}

interface File {
  readonly path: string
  readonly node: string
  readonly series: ReadonlyMap<string, Series>
}

/** The unit of samples that are ratios within one round. */
const PURE = ''

class FileError extends Error {}

function read(path: string): File {
  let saved: Saved
  try {
    saved = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new FileError(`"${path}" expected a JSON file of a benchmark: ${(error as Error).message}`)
  }
  if (!Array.isArray(saved?.results)) {
    throw new FileError(`"${path}" expected "results" as a list, got ${JSON.stringify(saved?.results) ?? 'none'}`)
  }
  const all = saved.results.flatMap((result) => toSeries(result, path))
  return { path, node: saved.node ?? 'unknown', series: new Map(all.map((series) => [series.name, series])) }
}

function toSeries(result: Saved['results'][number], path: string): Series[] {
  const { name, work, contenders } = result
  if (work !== undefined && contenders) return versus(work, contenders)
  const samples = result.details?.sampleResults ?? result.samples
  if (name === undefined || !Array.isArray(samples) || !samples.length || !samples.every(Number.isFinite)) {
    throw new FileError(`"${path}" expected a name and numbers as samples in each result, got ${name ?? 'no name'}`)
  }
  return [{ name, unit: result.unit ?? 's', samples, paired: result.paired, beats: result.beats }]
}

/**
 * The times of the first contender and its paired ratios to native C. Only ratios can be compared between two hours.
 */
function versus(work: string, [own, ...others]: NonNullable<Saved['results'][number]['contenders']>): Series[] {
  const yardsticks = others.filter(({ contender }) => contender.startsWith('C '))
  return [
    { name: work, unit: 'ns', samples: own.times },
    ...yardsticks.map(({ contender, times }) => ({
      name: `${work}, over ${contender}`,
      unit: PURE,
      samples: own.times.map((time, k) => time / times[k]),
    })),
  ]
}

interface Change {
  readonly low: number
  readonly ratio: number
  readonly high: number
}

const RESAMPLES = 1000
const LEVEL = 0.99
/** A bootstrap interval of fewer samples is the range of too little. */
const FEWEST = 6

/** Numbers in [0, 1) by x <- 1664525 x + 1013904223 mod 2^32, so that equal files give equal intervals. */
function words(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** The median of the ratios of pairs, or else the ratio of the medians, with its bootstrap interval. */
function resampled(before: readonly number[], after: readonly number[], paired: boolean): Change {
  const pairs = paired ? after.slice(0, before.length).map((value, k) => value / before[k]) : null
  const next = words()
  const draw = (values: readonly number[]) => median(values.map(() => values[Math.floor(next() * values.length)]))
  const ratios = Array.from({ length: RESAMPLES }, () => (pairs ? draw(pairs) : draw(after) / draw(before)))
  ratios.sort((a, b) => a - b)
  return {
    low: quantile(ratios, (1 - LEVEL) / 2),
    ratio: pairs ? median(pairs) : median(after) / median(before),
    high: quantile(ratios, (1 + LEVEL) / 2),
  }
}

/** What the boxes of quartiles allow. That is wide, because samples of two hours do not show how the hours differ. */
function boxes(before: readonly number[], after: readonly number[]): Change {
  const [from, to] = [spread(before), spread(after)]
  return { low: to.q25 / from.q75, ratio: to.median / from.median, high: to.q75 / from.q25 }
}

function change(before: Series, after: Series): Change {
  if (after.unit === PURE) return resampled(before.samples, after.samples, false)
  if (!before.beats || !after.beats) return boxes(before.samples, after.samples)
  const inBeats = ({ samples, beats }: Series) => samples.map((value, k) => value / beats![k])
  const paired = Boolean(before.paired && after.paired)
  const plain = resampled(before.samples, after.samples, paired)
  const held = resampled(inBeats(before), inBeats(after), paired)
  return { low: Math.min(plain.low, held.low), ratio: held.ratio, high: Math.max(plain.high, held.high) }
}

function compare(old: File, fresh: File): void {
  const both = [...fresh.series.values()].filter(({ name }) => old.series.has(name))
  if (!both.length) throw new FileError(`"${fresh.path}" expected names of "${old.path}" among its own, got none`)
  const counts = { faster: 0, slower: 0, 'same within spread': 0, 'too few samples': 0 }
  const rows = both.map((after) => {
    const before = old.series.get(after.name)!
    if (before.unit !== after.unit) {
      throw new FileError(`"${after.name}" expected one unit, got "${before.unit}" and "${after.unit}"`)
    }
    const { low, ratio, high } = change(before, after)
    const less = after.unit === 'MB' ? 'smaller' : 'faster'
    const more = after.unit === 'MB' ? 'larger' : 'slower'
    const few = Math.min(before.samples.length, after.samples.length) < FEWEST
    const verdict = few ? 'too few samples' : high < 1 ? 'faster' : low > 1 ? 'slower' : 'same within spread'
    counts[verdict]++
    return [
      after.name,
      `${short(median(before.samples))} ${before.unit}`,
      `${short(median(after.samples))} ${after.unit}`,
      `${ratio.toFixed(3)} (${low.toFixed(3)}..${high.toFixed(3)})`,
      verdict === 'faster' ? less : verdict === 'slower' ? more : verdict,
    ]
  })
  console.log(table([['', 'old', 'new', 'new / old', ''], ...rows]))
  const left = old.series.size + fresh.series.size - 2 * both.length
  console.log(
    `\n${Object.entries(counts)
      .map(([word, count]) => `${count} ${word}`)
      .join(', ')}`,
  )
  if (left) console.log(`${left} in one of the files only`)
  if (old.node !== fresh.node) console.log(`Node ${old.node} in the old file, ${fresh.node} in the new one`)
}

const paths = process.argv.slice(2)
try {
  if (paths.length !== 2) throw new FileError(`"files" expected OLD.json NEW.json, got ${paths.join(' ') || 'none'}`)
  compare(read(paths[0]), read(paths[1]))
} catch (error) {
  if (!(error instanceof FileError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
