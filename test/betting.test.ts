// Laws of the confidence sequence: how seldom it errs while somebody looks after every pair, and what its intervals are.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { instantiate } from '../src/kernel/index.ts'
import { bettingCapital, bettingIntervals } from '../src/stats/index.ts'
import { loadVectors } from './helpers.ts'

/** A seeded stream of the kernel: uniform integers. */
function stream(seed: number): (bound: number) => number {
  const kernel = instantiate()
  const at = kernel.reserve(kernel.streamBytes())
  kernel.streamSeed(at, 0x62657474, seed)
  return (bound) => kernel.streamInteger(at, bound) >>> 0
}

const CAP = 1000
const BOUNDS = { low: -CAP, high: CAP }
/** Completion times as missions have them, restricted to the cap, of which a fifth is censored. */
const { cells } = loadVectors<{ cells: readonly { times: readonly number[] }[] }>('completion-times')
const times = cells.flatMap((cell) => cell.times.map((time) => Math.min(time, CAP)))

/** Differences of pairs that are drawn from one distribution. */
const equalPairs = (below: (bound: number) => number, count: number, from: readonly number[]) =>
  Array.from({ length: count }, () => from[below(from.length)] - from[below(from.length)])

test('of 10,000 equal pairs of groups, watched over 100 seeds, fewer than 5 % are ever called different', () => {
  const below = stream(1)
  const lots: readonly (readonly number[])[] = [times, [0, CAP], [...new Array(19).fill(200), CAP]]
  for (const [k, lot] of lots.entries()) {
    const count = k === 0 ? 10_000 : 2_000
    let wrong = 0
    for (let i = 0; i < count; i++) {
      const capital = bettingCapital(equalPairs(below, 100, lot), 0, BOUNDS)
      if (capital.some((worth) => worth >= 20)) wrong++
    }
    assert.ok(wrong < 0.05 * count, `${wrong} of ${count} in lot ${k}`)
  }
})

test('an interval holds the means against which no capital has reached 20', () => {
  const below = stream(2)
  for (let i = 0; i < 20; i++) {
    const shift = below(600) - 300
    const saved = equalPairs(below, 40, times).map((value) => Math.min(Math.max(value + shift, -CAP), CAP))
    const intervals = bettingIntervals(saved, BOUNDS)
    assert.is(intervals.length, saved.length)
    for (const [k, { low, high }] of intervals.entries()) {
      const most = (m: number) => Math.max(...bettingCapital(saved.slice(0, k + 1), m, BOUNDS))
      for (const inside of [low + 1e-4, (low + high) / 2, high - 1e-4]) assert.ok(most(inside) < 20, `seed ${k + 1}`)
      if (low > -CAP) assert.ok(most(low - 1e-4) >= 20)
      if (high < CAP) assert.ok(most(high + 1e-4) >= 20)
    }
  }
})

test('intervals shrink, hold the mean, mirror with the sign, and end alike in any order of the same numbers', () => {
  const below = stream(3)
  for (let i = 0; i < 50; i++) {
    const saved = equalPairs(below, 60, times)
    const intervals = bettingIntervals(saved, BOUNDS)
    const mirrored = bettingIntervals(
      saved.map((value) => -value),
      BOUNDS,
    )
    for (const [k, { low, mean, high }] of intervals.entries()) {
      if (k) assert.ok(low >= intervals[k - 1].low && high <= intervals[k - 1].high)
      assert.ok(Math.abs(mean - saved.slice(0, k + 1).reduce((sum, x) => sum + x, 0) / (k + 1)) < 1e-9)
      assert.ok(Math.abs(low + mirrored[k].high) < 1e-4 && Math.abs(high + mirrored[k].low) < 1e-4)
    }
    const capital = bettingCapital(saved, 100, BOUNDS).at(-1)!
    const turned = bettingCapital(saved.toReversed(), 100, BOUNDS).at(-1)!
    assert.ok(Math.abs(capital / turned - 1) < 1e-9)
  }
})

test('clear differences are found, sooner the larger they are, and a higher level needs more', () => {
  const clearAt = (shift: number, level = 0.95) => {
    const below = stream(4)
    const saved = equalPairs(below, 200, times).map((value) => Math.min(Math.max(value + shift, -CAP), CAP))
    const at = bettingIntervals(saved, { ...BOUNDS, level }).findIndex(({ low, high }) => low > 0 || high < 0)
    return at < 0 ? Number.POSITIVE_INFINITY : at + 1
  }
  assert.ok(clearAt(500) < clearAt(250) && clearAt(250) < 200)
  assert.ok(clearAt(-500) <= 30)
  assert.ok(clearAt(500) < clearAt(500, 0.9999))
})

test('extremes: the bounds themselves, no number, and numbers that contradict every mean', () => {
  assert.equal(bettingIntervals([], BOUNDS), [])
  const { low, high } = bettingIntervals(new Array(50).fill(CAP), BOUNDS).at(-1)!
  assert.ok(low > 500 && high === CAP)
  const jump = [...new Array(30).fill(-CAP), ...new Array(300).fill(CAP)]
  for (const { low, high } of bettingIntervals(jump, BOUNDS)) assert.ok(low <= high)
})

test('what is no number within the bounds is refused by its name', () => {
  assert.throws(() => bettingIntervals([1, 1001], BOUNDS), /"values\[1\]" expected a number in -1000\.\.1000, got 1001/)
  assert.throws(() => bettingIntervals([Number.NaN], BOUNDS), /"values\[0\]" expected a finite number, got NaN/)
  assert.throws(() => bettingIntervals([1], { low: 1, high: 1 }), /"high" expected a number above 1, got 1/)
  assert.throws(
    () => bettingIntervals([1], { ...BOUNDS, level: 1 }),
    /"level" expected a number between 0 and 1, got 1/,
  )
  assert.throws(() => bettingCapital([1], CAP, BOUNDS), /"mean" expected a number between -1000 and 1000, ends/)
})

test.run()
