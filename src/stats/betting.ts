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

interface Checked {
  /** the numbers as parts of the span, 0..1 */
  readonly parts: readonly number[]
  readonly low: number
  readonly span: number
  readonly level: number
}

function check(values: readonly number[], options: BettingOptions): Checked {
  record(options, 'options')
  const { level = 0.95 } = options
  const [low, high] = [plain(options.low, 'low'), plain(options.high, 'high')]
  if (!(low < high)) throw new RangeError(expected('high', `a number above ${low}`, high))
  if (typeof level !== 'number') throw new TypeError(expected('level', 'a number between 0 and 1', level))
  if (!(level > 0 && level < 1)) throw new RangeError(expected('level', 'a number between 0 and 1', level))
  const span = high - low
  const parts = numbers(values, 'values').map((value, i) => {
    if (value >= low && value <= high) return (value - low) / span
    const why = 'the bounds must hold for every number that could have come'
    throw new RangeError(expected(`values[${i}]`, `a number in ${low}..${high}`, value, why))
  })
  return { parts, low, span, level }
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
  const { parts, low, span } = check(values, options)
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
 * The confidence sequence: one interval after each number, none of which is wider than the one before. An interval holds
 * the means against which no capital has reached 1 / (1 - level). The capital is convex in the mean, since each bet is a
 * product of convex functions that all fall or all rise, so that these means are an interval. The ends after n numbers
 * do not depend on the order of those n. Two groups of runs with one seed each: give the differences.
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
  const { parts, low, span, level } = check(values, options)
  const limit = 1 / (1 - level)
  const purseAt = (m: number, count: number) => {
    const purse = newPurse()
    for (let i = 0; i < count; i++) play(purse, parts[i], m)
    return purse
  }
  /** The refuted mean nearest to one that is not, after so many numbers. */
  const between = (refuted: number, held: number, count: number) => {
    let [out, inside] = [refuted, held]
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (out + inside) / 2
      if (worth(purseAt(middle, count)) >= limit) out = middle
      else inside = middle
    }
    return out
  }
  /** One end, with the purse of the bets against it, so that most numbers cost no search. The bounds are never refuted. */
  const endAt = (bound: 0 | 1) => {
    let at: number = bound
    let purse: Purse | null = null
    return (count: number, held: number) => {
      if (purse) play(purse, parts[count - 1], at)
      if (purse && worth(purse) < limit) return at
      at = between(at, held, count)
      if (bound === 0 ? at < NEAR : at > 1 - NEAR) at = bound
      purse = at === bound ? null : purseAt(at, count)
      return at
    }
  }
  const [lower, upper] = [endAt(0), endAt(1)]
  let [least, most, sum] = [0, 1, 0]
  return parts.map((x, i) => {
    sum += x
    const mean = sum / (i + 1)
    // The mean so far gains nothing by any bet, so it is not refuted unless it left the interval of an earlier look.
    const held = Math.min(Math.max(mean, least), most)
    least = Math.min(lower(i + 1, held), held)
    most = Math.max(upper(i + 1, held), held)
    return { low: low + least * span, mean: low + mean * span, high: low + most * span }
  })
}
