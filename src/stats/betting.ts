// A confidence sequence for the mean of bounded numbers, by betting (Waudby-Smith and Ramdas 2024, "Estimating means of
// bounded random variables by betting", the hedged grid of constant bets). Its intervals hold all together: whoever looks
// after every number, and stops when it pleases, is misled with probability 1 - level at most.

import { finite, listOf, record } from '../config/checks.ts'
import { expected } from '../config/errors.ts'

/** What the numbers are known to be, and how sure the intervals are. */
export interface BettingOptions {
  /** no number is below it */
  readonly low: number
  /** no number is above it */
  readonly high: number
  /** coverage of all intervals together, between 0 and 1; 0.95 unless given */
  readonly level?: number
}

/** The interval after so many numbers. */
export interface BettingInterval {
  /** the lower end */
  readonly low: number
  /** the mean so far */
  readonly mean: number
  /** the upper end */
  readonly high: number
}

/** Bets on each side: shares of the most that may be bet, evenly spaced. More bets make no interval noticeably shorter. */
const BETS = 20
/** Halvings of an interval in which an end is looked for: an end is right to 2^-30 of the span. */
const HALVINGS = 30

/** Ends that are nearer to a bound than the search can tell lie at the bound. */
const NEAR = 2 / 1073741824 // 2^HALVINGS

/** A finite number; a difference of equal numbers may have a sign. */
const plain: typeof finite = (value, name) => finite(value === 0 ? 0 : value, name)

const numbers = listOf(plain)

interface Scale {
  /** a number as a part of the span, 0..1 */
  readonly partOf: (value: number, i: number) => number
  readonly low: number
  readonly span: number
  readonly level: number
}

function scaleOf(options: BettingOptions): Scale {
  record(options, 'options')
  const { level = 0.95 } = options
  const [low, high] = [plain(options.low, 'low'), plain(options.high, 'high')]
  if (!(low < high)) throw new RangeError(expected('high', `a number above ${low}`, high))
  if (typeof level !== 'number') throw new TypeError(expected('level', 'a number between 0 and 1', level))
  if (!(level > 0 && level < 1)) throw new RangeError(expected('level', 'a number between 0 and 1', level))
  const span = high - low
  const partOf = (value: number, i: number) => {
    if (value >= low && value <= high) return (value - low) / span
    const why = 'the bounds must hold for every number that could have come'
    throw new RangeError(expected(`values[${i}]`, `a number in ${low}..${high}`, value, why))
  }
  return { partOf, low, span, level }
}

/** What each bet has made of a stake of 1 so far. */
interface Purse {
  /** of the bets that the mean is larger */
  readonly up: Float64Array
  /** of the bets that the mean is smaller */
  readonly down: Float64Array
}

const newPurse = (): Purse => ({ up: new Float64Array(BETS).fill(1), down: new Float64Array(BETS).fill(1) })

/** Bets once against the mean `m`, between 0 and 1. A bet of share c of the most turns 1 into 1 + c (x / m - 1), never below 0. */
function play({ up, down }: Purse, x: number, m: number): void {
  for (let k = 0; k < BETS; k++) {
    const share = (k + 1) / (BETS + 1)
    up[k] *= 1 + share * (x / m - 1)
    down[k] *= 1 + share * ((1 - x) / (1 - m) - 1)
  }
}

/** All bets share the stake evenly. */
const worth = ({ up, down }: Purse) =>
  (up.reduce((sum, one) => sum + one, 0) + down.reduce((sum, one) => sum + one, 0)) / (2 * BETS)

/**
 * What a stake of 1 becomes, number by number, when it is bet against the claim that the mean is `mean`. If the claim is
 * true, the bets are fair, and the capital reaches 1 / (1 - level) with probability 1 - level at most, however long one
 * plays (Ville). So it is the evidence against the claim, after every number.
 * @param mean strictly between the bounds
 * @throws TypeError, RangeError for what is no list of numbers within the bounds, or a mean outside them
 */
export function bettingCapital(values: readonly number[], mean: number, options: BettingOptions): number[] {
  const { partOf, low, span } = scaleOf(options)
  const parts = numbers(values, 'values').map(partOf)
  const m = (plain(mean, 'mean') - low) / span
  if (!(m > 0 && m < 1)) {
    throw new RangeError(expected('mean', `a number between ${low} and ${low + span}, ends excluded`, mean))
  }
  const purse = newPurse()
  return parts.map((x) => {
    play(purse, x, m)
    return worth(purse)
  })
}

/**
 * The confidence sequence, number by number. It remembers the numbers, and a look takes time in proportion to how many.
 * @returns a function that takes the next number and returns the interval after it, as `bettingIntervals` gives them
 * @throws TypeError, RangeError for wrong options; the function throws for what is no number within the bounds
 */
export function bettingSequence(options: BettingOptions): (value: number) => BettingInterval {
  const { partOf, low, span, level } = scaleOf(options)
  const limit = 1 / (1 - level)
  const parts: number[] = []
  const purseAt = (m: number) => {
    const purse = newPurse()
    for (const x of parts) play(purse, x, m)
    return purse
  }
  /** The refuted mean nearest to one that is not. */
  const between = (refuted: number, held: number) => {
    let [out, inside] = [refuted, held]
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (out + inside) / 2
      if (worth(purseAt(middle)) >= limit) out = middle
      else inside = middle
    }
    return out
  }
  /** One end, with the purse of the bets against it, so that most numbers cost no search. The bounds are never refuted. */
  const endAt = (bound: 0 | 1) => {
    let at: number = bound
    let purse: Purse | null = null
    return (x: number, held: number) => {
      if (purse) play(purse, x, at)
      if (purse && worth(purse) < limit) return at
      at = between(at, held)
      if (bound === 0 ? at < NEAR : at > 1 - NEAR) at = bound
      purse = at === bound ? null : purseAt(at)
      return at
    }
  }
  const [lower, upper] = [endAt(0), endAt(1)]
  let [least, most, sum] = [0, 1, 0]
  return (value) => {
    const place = parts.length
    const x = partOf(plain(value, `values[${place}]`), place)
    parts.push(x)
    sum += x
    const mean = sum / parts.length
    // No bet gains against the mean so far, so it is held unless it left the interval of an earlier look.
    const held = Math.min(Math.max(mean, least), most)
    least = Math.min(lower(x, held), held)
    most = Math.max(upper(x, held), held)
    return { low: low + least * span, mean: low + mean * span, high: low + most * span }
  }
}

/**
 * The confidence sequence: one interval after each number, none of which is wider than the one before. An interval holds
 * the means against which no capital has reached 1 / (1 - level). The capital is convex in the mean, since each bet is a
 * product of convex functions that all fall or all rise, so that these means are an interval. Two groups of runs with
 * the same seeds: give the differences, seed by seed.
 *
 * @example
 * const saved = seeds.map((_, i) => Math.min(b[i], cap) - Math.min(a[i], cap))
 * const { low, high } = bettingIntervals(saved, { low: -cap, high: cap }).at(-1)!
 * @param values independent numbers of one mean, in the order in which they came
 * @returns an interval per number. Where the intervals have shrunk to nothing, as they do with probability 1 - level at
 *   most, both ends are the same
 * @throws TypeError, RangeError for what is no list of numbers within the bounds, or a level outside 0..1
 */
export function bettingIntervals(values: readonly number[], options: BettingOptions): BettingInterval[] {
  const next = bettingSequence(options)
  return numbers(values, 'values').map((value) => next(value))
}
