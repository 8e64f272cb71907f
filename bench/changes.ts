// What a change did to the times of one series: the ratio of the medians, new over old, with an interval, and a verdict.
// A change within the interval is none. Beyond a file this knows nothing: bench/compare.ts reads and prints.

import { FileError, PURE, type Series } from './kept.ts'
import { median, quantile, spread } from './sample.ts'

export interface Change {
  readonly low: number
  readonly ratio: number
  readonly high: number
}

/** How samples of two hours were made comparable, in the words of the table. */
export type Basis = 'same round' | 'beside C' | 'beside a beat' | 'quartiles'

export const verdicts = ['faster', 'slower', 'smaller', 'larger', 'same within spread', 'too few samples'] as const
export type Verdict = (typeof verdicts)[number]

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

/** How many launches the samples come from, all with equally many; what does not divide them counts as one. */
const launchesOf = ({ samples, launches = 1 }: Series) => (samples.length % launches ? 1 : launches)

/**
 * The median of one list, or the ratio of the medians of two, with its bootstrap interval. Launches are drawn first and then
 * samples within each, because all samples of one process share the speed that its place in memory gives it.
 */
function resampled(lists: readonly (readonly number[])[], launches: readonly number[]): Change {
  const next = words()
  const draw = (values: readonly number[], groups: number) => {
    const size = values.length / groups
    const drawn: number[] = []
    for (let g = 0; g < groups; g++) {
      const from = Math.floor(next() * groups) * size
      for (let k = 0; k < size; k++) drawn.push(values[from + Math.floor(next() * size)])
    }
    return median(drawn)
  }
  const overFirst = ([first, second]: readonly number[]) => (second === undefined ? first : second / first)
  const ratios = Array.from({ length: RESAMPLES }, () => overFirst(lists.map((list, k) => draw(list, launches[k]))))
  ratios.sort((a, b) => a - b)
  return {
    low: quantile(ratios, (1 - LEVEL) / 2),
    ratio: overFirst(lists.map(median)),
    high: quantile(ratios, (1 + LEVEL) / 2),
  }
}

/** What the boxes of quartiles allow. That is wide, because samples of two hours do not show how the hours differ. */
function boxes(before: readonly number[], after: readonly number[]): Change {
  const [from, to] = [spread(before), spread(after)]
  return { low: to.q25 / from.q75, ratio: to.median / from.median, high: to.q75 / from.q25 }
}

/** Pairs of two series of one run: sample k of both was taken in the same round. */
export function changeInRounds(before: Series, after: Series): Change {
  const ratios = after.samples.map((value, k) => value / before.samples[k])
  return resampled([ratios], [launchesOf(after)])
}

/** Series of two runs, by the best that both have: the yardstick in C, beats, or nothing. */
export function change(before: Series, after: Series): Change & { readonly basis: Basis } {
  if (before.unit !== after.unit) {
    throw new FileError(`"${after.name}" expected one unit, got "${before.unit}" and "${after.unit}"`)
  }
  const launches = [launchesOf(before), launchesOf(after)]
  if (after.unit === PURE) return { ...resampled([before.samples, after.samples], launches), basis: 'beside C' }
  if (before.native && after.native && before.yardstick === after.yardstick) {
    const overNative = ({ samples, native }: Series) => samples.map((value, k) => value / native![k])
    return { ...resampled([overNative(before), overNative(after)], launches), basis: 'beside C' }
  }
  if (!before.beats || !after.beats) return { ...boxes(before.samples, after.samples), basis: 'quartiles' }
  const inBeats = ({ samples, beats }: Series) => samples.map((value, k) => value / beats![k])
  const compared = (from: readonly number[], to: readonly number[]) =>
    before.paired && after.paired
      ? resampled([to.slice(0, from.length).map((value, k) => value / from[k])], [1])
      : resampled([from, to], launches)
  const plain = compared(before.samples, after.samples)
  const held = compared(inBeats(before), inBeats(after))
  const [low, high] = [Math.min(plain.low, held.low), Math.max(plain.high, held.high)]
  return { low, ratio: held.ratio, high, basis: 'beside a beat' }
}

export function verdictOf({ low, high }: Change, before: Series, after: Series): Verdict {
  if (Math.min(before.samples.length, after.samples.length) < FEWEST) return 'too few samples'
  const [less, more] = after.unit === 'MB' ? (['smaller', 'larger'] as const) : (['faster', 'slower'] as const)
  return high < 1 ? less : low > 1 ? more : 'same within spread'
}
