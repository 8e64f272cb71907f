// The parts of the benchmarks that measure nothing: which ones are chosen, how results are kept and found, what counts as
// a change, and when full speed is reached. And that the policy of the learning benchmark learns.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { change, changeInRounds, verdictOf } from '../bench/changes.ts'
import type { FirstSteps } from '../bench/firstSteps.ts'
import type { Series } from '../bench/kept.ts'
import { FileError, fileName, filesOf, parse } from '../bench/kept.ts'
import { makeLearner, playFromStart, STEPS } from '../bench/learning.ts'
import { benchmarks, choose, RequestError, readWords } from '../bench/suite.ts'
import { fullSpeedAfter, partsOf, warmupSeries } from '../bench/warmup.ts'
import { makeStream } from './reference/philox.ts'

test('words of a command line are a filter, rounds and files', () => {
  assert.equal(readWords([]), { filter: [], rounds: 25, files: [], beside: null })
  assert.equal(readWords(['W1 online', '24', '--rounds', '7']), {
    filter: ['W1', 'online', '24'],
    rounds: 7,
    files: [],
    beside: null,
  })
  assert.equal(readWords(['a.json', 'W3', '--beside', '../old', 'b.json']), {
    filter: ['W3'],
    rounds: 25,
    files: ['a.json', 'b.json'],
    beside: '../old',
  })
  for (const rounds of ['0', '-1', '1.5', 'many']) {
    assert.throws(
      () => readWords([`--rounds=${rounds}`]),
      (error: Error) => error instanceof RequestError && error.message.includes(rounds),
    )
  }
  assert.throws(() => readWords(['--round', '3']), /--round/)
})

test('a filter chooses the names that have all its words, and an unknown one lists the names', () => {
  const names = (...filter: string[]) => choose(benchmarks, filter).map(({ name }) => name)
  assert.is(names().length, benchmarks.length)
  assert.is(new Set(names()).size, benchmarks.length)
  assert.equal(names('ONLINE', '24'), ['W1 online step, 4-24-24-2'])
  assert.equal(names('w4', 'acrobot'), ['W4 step of Acrobot-v1 with its observation'])
  try {
    names('online', 'no such')
    assert.unreachable()
  } catch (error) {
    assert.instance(error, RequestError)
    for (const { name } of benchmarks) assert.ok((error as Error).message.includes(`\n  ${name}`), name)
  }
})

test('a kept file is found again by its benchmark, the newest first', () => {
  const origin = { name: 'bench', node: 'v20', cpu: 'x64' }
  const at = (date: string, commit: string) => fileName({ ...origin, date, commit })
  const old = at('2026-11-27T09:59:59.999Z', 'ffff')
  const fresh = at('2026-11-27T10:00:00.000Z', '0000-changed')
  assert.is(old, 'bench-2026-11-27T09-59-59Z-ffff.json')
  const others = ['bench.json', 'carriers-2026-11-27T10-00-00Z-ab.json', 'bench-old-2026-11-27T10-00-00Z-ab.json']
  assert.equal(filesOf('bench', [...others, old, fresh, `${old}.part`]), [fresh, old])
})

test('a file reads back, and one that is none of a benchmark is named', () => {
  const series = { name: 'a', unit: 'ns', samples: [1, 2], native: [3, 4], yardstick: 'gcc 1', launches: 2 }
  const saved = { name: 'bench', date: 'd', commit: 'c', node: 'n', cpu: 'p', results: [series] }
  const kept = parse(JSON.stringify(saved), 'x.json')
  assert.equal(kept.series.get('a'), series)
  assert.equal([kept.name, kept.date, kept.commit, kept.node, kept.cpu], ['bench', 'd', 'c', 'n', 'p'])
  const versus = [
    { contender: 'frd', times: [2, 6] },
    { contender: 'C SSE4.1', times: [1, 2] },
    { contender: 'NumPy 2', times: [9, 9] },
  ]
  const pairs = parse(JSON.stringify({ results: [{ work: 'W1', contenders: versus }] }), 'v.json').series
  assert.equal([...pairs.keys()], ['W1', 'W1, over C SSE4.1'])
  assert.equal(pairs.get('W1, over C SSE4.1')!.samples, [2, 3])
  const bad: [string, RegExp][] = [
    ['{', /x.json.*JSON/],
    ['{}', /"results" as a list, got none/],
    [JSON.stringify({ results: [{ name: 'a', samples: [] }] }), /got a/],
    [JSON.stringify({ results: [{ name: 'a', samples: [1, null] }] }), /got a/],
    [JSON.stringify({ results: [{ name: 'a', samples: [1, 2], native: [1] }] }), /"native"/],
  ]
  for (const [text, message] of bad) {
    assert.throws(
      () => parse(text, 'x.json'),
      (error: Error) => error instanceof FileError && message.test(error.message),
    )
  }
})

// ---- what counts as a change

const { word } = makeStream(5, 1)
/** `count` samples around a middle, with a noise of some percent. */
const around = (middle: number, percent: number, count = 50) =>
  Array.from({ length: count }, () => middle * (1 + (percent / 100) * (word() / 2 ** 31 - 1)))
const seriesOf = (samples: number[], more: Partial<Series> = {}): Series => ({
  name: 'a',
  unit: 'ns per step',
  samples,
  ...more,
})
const judged = (before: Series, after: Series) => {
  const found = change(before, after)
  return [verdictOf(found, before, after), found.basis]
}

test('a change within the noise is none, and one beyond it is told', () => {
  const old = seriesOf(around(100, 5))
  assert.equal(judged(old, seriesOf(around(100, 5))), ['same within spread', 'quartiles'])
  assert.equal(judged(old, seriesOf(around(120, 5))), ['slower', 'quartiles'])
  assert.equal(judged(old, seriesOf(around(80, 5))), ['faster', 'quartiles'])
  assert.equal(judged(old, seriesOf(around(80, 5, 5))), ['too few samples', 'quartiles'])
  const memory = (middle: number) => seriesOf(around(middle, 1), { unit: 'MB' })
  assert.equal(judged(memory(20), memory(30)), ['larger', 'quartiles'])
  assert.throws(() => change(old, memory(1)), /one unit, got "ns per step" and "MB"/)
})

test('a machine that was half as fast is no change where C was measured beside', () => {
  const at = (speed: number, own: number, yardstick = 'gcc 12') => {
    const native = around(100 / speed, 5)
    return seriesOf(
      native.map((time) => own * time * (1 + word() / 2 ** 32 / 50)),
      { native, yardstick, launches: 5 },
    )
  }
  assert.equal(judged(at(1, 1.05), at(0.5, 1.05)), ['same within spread', 'beside C'])
  assert.equal(judged(at(1, 1.05), at(0.5, 1.15)), ['slower', 'beside C'])
  assert.equal(judged(at(1, 1.05), at(0.5, 0.95)), ['faster', 'beside C'])
  assert.is(change(at(1, 1.05), at(1, 1.05, 'gcc 13')).basis, 'quartiles', 'another yardstick is no common measure')
})

test('a machine that was half as fast is no change where a beat was measured beside', () => {
  const at = (speed: number, own: number) => {
    const beats = around(2 / speed, 2)
    return seriesOf(
      beats.map((time) => own * time),
      { beats },
    )
  }
  assert.equal(judged(at(1, 50), at(0.5, 50)), ['same within spread', 'beside a beat'])
  assert.equal(judged(at(1, 50), at(0.5, 60)), ['slower', 'beside a beat'])
})

test('pairs of one run need no quiet machine', () => {
  const load = around(1, 90)
  const [before, after] = [100, 103].map((time) => seriesOf(load.map((factor) => time * factor)))
  const found = changeInRounds(before, after)
  assert.ok(Math.abs(found.ratio - 1.03) < 1e-9)
  assert.is(verdictOf(found, before, after), 'slower')
  assert.is(verdictOf(changeInRounds(before, before), before, before), 'same within spread')
})

test('samples of few processes say less than as many independent ones', () => {
  // Each of five processes has a speed of its own, which its ten samples share.
  const speeds = [1, 1.06, 0.97, 1.1, 1.02]
  const samples = speeds.flatMap((speed) => around(100 * speed, 0.1, 10))
  const width = (launches: number) => {
    const one = seriesOf(samples, { native: samples.map(() => 100), yardstick: 'gcc', launches })
    const { low, high } = change(one, one)
    return high - low
  }
  assert.ok(width(5) > width(1), `${width(5)} and ${width(1)}`)
  assert.is(width(7), width(1), 'unequal launches are none')
})

// ---- the first episodes of a process

const played: FirstSteps = {
  ready: 3,
  steps: Array(20).fill(250),
  warm: Array(20).fill(250 * 800),
  cold: [...Array(6).fill(250 * 2400), ...Array(14).fill(250 * 808)],
}

test('the parts of the first episodes are per step, and a last part ends with the last episode', () => {
  assert.equal(partsOf(played, [1, 2, 8, 30]), [
    { name: 'episode 1', cold: 2400, warm: 800 },
    { name: 'episodes 2 to 7', cold: (5 * 2400 + 808) / 6, warm: 800 },
    { name: 'episodes 8 to 20', cold: 808, warm: 800 },
  ])
  assert.is(partsOf(played, [20])[0].name, 'episode 20')
})

test('full speed is reached where the windows stay near the warm speed', () => {
  assert.equal(fullSpeedAfter(played), { steps: 1500, milliseconds: 3.6 })
  assert.equal(fullSpeedAfter({ ...played, cold: played.warm }), { steps: 0, milliseconds: 0 })
  // One quick window among slow ones is not full speed, and one interruption later does not undo it.
  const odd = [...played.cold]
  odd[2] = 250 * 800
  odd[8] = 1e9
  assert.is(fullSpeedAfter({ ...played, cold: odd })?.steps, 1500)
  const never = { ...played, cold: played.warm.map((time) => 2 * time) }
  assert.is(fullSpeedAfter(never), null)
  const series = warmupSeries('cold start', [played, never])
  assert.is(new Set(series.map(({ name }) => name)).size, series.length, 'names are the keys of a file')
  assert.equal(series.find(({ unit }) => unit === 'steps')!.samples, [1500, 5000])
})

// ---- the policy that learns

test('the learning benchmark plays the same long episodes again and again', () => {
  for (const [preset, width] of [
    ['paper', 24],
    ['paper', 50],
    ['tuned', 24],
    ['tuned', 50],
  ] as const) {
    const learner = makeLearner(preset, width)
    const lengths = playFromStart(learner)
    const steps = lengths.reduce((sum, length) => sum + length, 0)
    assert.ok(steps >= STEPS && steps < STEPS + 500)
    const half = lengths.slice(-Math.ceil(lengths.length / 2))
    const mean = (list: readonly number[]) => list.reduce((sum, length) => sum + length, 0) / list.length
    assert.ok(mean(half) > 150, `${preset}, n = ${width}: mean ${mean(half)}`)
    assert.ok(mean(half) > 3 * mean(lengths.slice(0, 20)), `${preset}, n = ${width}`)
    assert.equal(playFromStart(learner), lengths)
  }
})

test.run()
