// Claims: each one rests on runs that its figure computes; the judge finds the effect that was put into made-up runs,
// and where it cannot tell it says so.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { armsOf, type Claim, claims, type Question } from '../src/paper/claims.ts'
import { meanTime, pairBySeed } from '../src/paper/effects.ts'
import type { Figure } from '../src/paper/figures.ts'
import { toClaimsCsv, toClaimsText } from '../src/paper/findings.ts'
import { figures, runsOf } from '../src/paper/index.ts'
import { type Finding, judge } from '../src/paper/judge.ts'
import { trafficFigures } from '../src/paper/trafficFigures.ts'
import { indexRuns, type Summary, settingOf } from '../src/results/summary.ts'
import { checkConfig } from '../src/run/setup.ts'
import { loadDistributions } from '../src/stats/distributions.ts'
import { rmst, toObserved } from '../src/stats/index.ts'
import { madeRuns as runs, timesOf } from './madeup.ts'
import { makeStream } from './reference/philox.ts'

const distributions = await loadDistributions()
const words = () => {
  const stream = makeStream(1, 2)
  return () => stream.word()
}

type Arm = Partial<Config>
const A: Arm = { method: 'frd' }
const B: Arm = { method: 'mixfrd' }

const claimOf = (question: Question): Claim => ({ where: 'x', text: 'x', figure: 'fig4', question })

function find(question: Question, lines: readonly Summary[], more: readonly Question[] = []): Finding {
  const all = [question, ...more].map(claimOf)
  return judge(all, { distributions, words, findRuns: indexRuns(lines), measuresOf: () => [] })[0]
}

test("every claim's runs are computed by the figure it names", () => {
  for (const { question, figure, text } of claims) {
    if (question.kind === 'below' || question.kind === 'above') {
      assert.ok(Object.hasOwn(trafficFigures, figure), text)
      continue
    }
    const known = new Set(
      runsOf(figures[figure], [1], figures[figure].axis.full).map((config) => settingOf(checkConfig(config))),
    )
    for (const arm of armsOf(question))
      assert.ok(known.has(settingOf(checkConfig(arm))), `${text}: ${JSON.stringify(arm)}`)
  }
  assert.is(new Set(claims.map(({ text }) => text)).size, claims.length, 'no claim stands twice')
})

test('sooner: a shift is found, the opposite shift is not, and equal arms do not differ', () => {
  const fast = runs(A, timesOf(100, 200, 0.5))
  const slow = runs(B, timesOf(100, 300, 0.5, 8))
  const found = find({ kind: 'sooner', a: A, b: B }, [...fast, ...slow])
  assert.is(found.verdict, 'supported')
  assert.ok(found.low! < found.effect! && found.effect! < found.high! && found.high! < 0.8, JSON.stringify(found))
  assert.is(find({ kind: 'sooner', a: B, b: A }, [...fast, ...slow]).verdict, 'not supported')
  const same = find({ kind: 'sooner', a: A, b: B }, [...fast, ...runs(B, timesOf(100, 200, 0.5))])
  assert.equal([same.effect, same.low, same.high, same.verdict], [1, 1, 1, 'not supported'])
  assert.ok(same.p! > 0.999)
})

test('findings do not depend on the order of the runs, and only common seeds count', () => {
  const lines = [...runs(A, timesOf(100, 200, 0.5)), ...runs(B, timesOf(80, 220, 0.5, 8))]
  const found = find({ kind: 'sooner', a: A, b: B }, lines)
  assert.is(found.n, 80)
  assert.equal(find({ kind: 'sooner', a: A, b: B }, [...lines].reverse()), found)
  const failed = lines.map((line, i) => (i === 3 ? { ...line, failed: true } : line))
  assert.is(find({ kind: 'sooner', a: A, b: B }, failed).n, 79)
})

test('the restricted mean is the area under the Kaplan-Meier curve', () => {
  const times = [...timesOf(60, 600, 1), null, null, null]
  const area = rmst(toObserved(times, 1000), 1000).mean
  const mean = times.reduce<number>((sum, time) => sum + (time ?? 1000), 0) / times.length
  assert.ok(Math.abs(area - mean) < 1e-9)
})

test('alike: arms whose means differ by less than a tenth are alike, and arms that differ by more are not', () => {
  const question: Question = { kind: 'alike', a: A, b: B }
  const near = find(question, [...runs(A, timesOf(200, 300, 0.3)), ...runs(B, timesOf(200, 306, 0.3, 8))])
  const apart = find(question, [...runs(A, timesOf(200, 300, 0.3)), ...runs(B, timesOf(200, 345, 0.3, 8))])
  const unsure = find(question, [...runs(A, timesOf(10, 300, 1.5)), ...runs(B, timesOf(10, 300, 1.5, 8))])
  assert.equal([near.verdict, apart.verdict, unsure.verdict], ['supported', 'not supported', 'not supported'])
})

test('steadier: a smaller spread of logarithms is found, a shift is not one, few or censored runs do not tell', () => {
  const question: Question = { kind: 'steadier', a: A, b: B }
  const wide = timesOf(120, 300, 1.2, 8)
  assert.is(find(question, [...runs(A, timesOf(120, 300, 0.4)), ...runs(B, wide)]).verdict, 'supported')
  const shifted = find(question, [
    ...runs(A, timesOf(120, 150, 0.8)),
    ...runs(
      B,
      timesOf(120, 300, 0.8).map((t) => 2 * Math.round(t / 2)),
    ),
  ])
  assert.is(shifted.verdict, 'not supported')
  assert.ok(Math.abs(shifted.effect! - 1) < 0.03)
  const few = find(question, [...runs(A, timesOf(99, 300, 0.4)), ...runs(B, wide)])
  assert.equal([few.verdict, few.reason], ['not estimable', 'spread needs 100 runs an arm'])
  const censored = runs(
    B,
    wide.map((time, i) => (i < 7 ? null : time)),
  )
  const cut = find(question, [...runs(A, timesOf(120, 300, 0.4)), ...censored])
  assert.equal([cut.verdict, cut.reason], ['not estimable', '5.8 % of an arm is censored'])
})

test('a larger gain, fewer bytes and exponential growth are found, and their opposites are not', () => {
  const alone: Arm = { method: 'independent' }
  const [wide, wideAlone] = [
    { ...A, width: 100 },
    { ...alone, width: 100 },
  ]
  const lines = [
    ...runs(A, timesOf(100, 290, 0.4)),
    ...runs(alone, timesOf(100, 300, 0.4, 8)),
    ...runs(wide, timesOf(100, 300, 0.4, 9)),
    ...runs(wideAlone, timesOf(100, 600, 0.4, 10)),
  ]
  assert.is(find({ kind: 'gains', a: [wide, wideAlone], b: [A, alone] }, lines).verdict, 'supported')
  assert.is(find({ kind: 'gains', a: [A, alone], b: [wide, wideAlone] }, lines).verdict, 'not supported')
  const bytes = [...runs(A, timesOf(20, 300, 0.4), 100), ...runs(B, timesOf(20, 300, 0.4), 200)]
  const cheaper = find({ kind: 'cheaper', way: 'up', a: A, b: B }, bytes)
  assert.equal([cheaper.verdict, cheaper.effect], ['supported', 0.5])
  const counts = [1, 2, 4, 8]
  const arms = counts.map((agents) => [agents, { ...A, agents }] as const)
  const growing = (bytesOf: (n: number) => number) =>
    find(
      { kind: 'explodes', arms },
      arms.flatMap(([n, arm]) => runs(arm, timesOf(20, 300, 0.4), bytesOf(n))),
    )
  assert.is(growing((n) => 2 ** n).verdict, 'supported')
  const linear = growing((n) => 50 * n)
  assert.is(linear.verdict, 'not supported')
  assert.ok(Math.abs(linear.effect! - 1) < 1e-9)
})

test('a claim is supported only where the test and the effect point the same way', () => {
  // Most runs of arm a complete a little later than those of arm b, but some runs of b never complete: by the mean a is
  // sooner, by the test it is later.
  const late = runs(A, timesOf(100, 215, 0.1))
  const split = runs(
    B,
    timesOf(100, 200, 0.1, 8).map((time, i) => (i % 7 === 0 ? null : time)),
  )
  const crossing = find({ kind: 'sooner', a: A, b: B }, [...late, ...split])
  assert.ok(crossing.high! < 1 && crossing.p! < 0.001, JSON.stringify(crossing))
  assert.is(crossing.verdict, 'not supported')
  // Arm a has a narrow middle and long tails: its spread is smaller by quartiles, larger by distances from the median.
  const tailed = runs(
    A,
    timesOf(120, 300, 0.1).map((time, i) => (i % 6 === 0 ? 40 + i : i % 6 === 1 ? 800 + i : time)),
  )
  const spread = find({ kind: 'steadier', a: A, b: B }, [...tailed, ...runs(B, timesOf(120, 300, 0.5, 8))])
  assert.ok(spread.high! < 1 && spread.p! < 0.001, JSON.stringify(spread))
  assert.is(spread.verdict, 'not supported')
})

test('arms that only the cap made alike are not estimable, nor is a ratio to zero', () => {
  const never = Array<null>(20).fill(null)
  const alike = find({ kind: 'alike', a: A, b: B }, [...runs(A, never), ...runs(B, never)])
  assert.equal([alike.verdict, alike.reason], ['not estimable', '100 % of an arm is censored'])
  const times = timesOf(120, 300, 0.4)
  const still = [...runs(A, times, 0), ...runs(B, times, 0)]
  for (const question of [
    { kind: 'thrifty', a: A, b: B },
    { kind: 'cheaper', way: 'up', a: A, b: B },
    { kind: 'widens', a: [A, B], b: [A, B] },
    {
      kind: 'explodes',
      arms: [
        [1, A],
        [2, B],
      ],
    },
  ] satisfies Question[]) {
    const { verdict, reason } = find(question, still)
    assert.equal([verdict, reason.slice(0, 30)], ['not estimable', 'an arm has nothing to compare '], question.kind)
  }
  const equal = Array<number>(120).fill(300)
  const flat = find({ kind: 'steadier', a: A, b: B }, [...runs(A, times), ...runs(B, equal)])
  assert.equal([flat.verdict, flat.p], ['not estimable', null])
})

test('a smaller loss is not a larger gain, and shrinking is not an explosion', () => {
  const alone: Arm = { method: 'independent' }
  const [wide, wideAlone] = [
    { ...A, width: 100 },
    { ...alone, width: 100 },
  ]
  const lines = [
    ...runs(A, timesOf(100, 450, 0.4)),
    ...runs(alone, timesOf(100, 300, 0.4, 8)),
    ...runs(wide, timesOf(100, 330, 0.4, 9)),
    ...runs(wideAlone, timesOf(100, 300, 0.4, 10)),
  ]
  const found = find({ kind: 'gains', a: [wide, wideAlone], b: [A, alone] }, lines)
  assert.ok(found.high! < 1)
  assert.is(found.verdict, 'not supported')
  const arms = [1, 2, 4, 8].map((agents) => [agents, { ...A, agents }] as const)
  const shrinking = arms.flatMap(([n, arm]) => runs(arm, timesOf(20, 300, 0.4), 1024 / 2 ** n))
  assert.is(find({ kind: 'explodes', arms }, shrinking).verdict, 'not supported')
})

test('a run that stopped before its outcome was known is not taken for censored', () => {
  const lines = runs(A, [300]).map((line) => ({ ...line, meanCompletion: null }))
  assert.is(meanTime(lines, 1000), 300)
  assert.throws(() => meanTime(lines, 1000, 'mean'), /"episodes" expected 1000, got 300 .*"until cap" tell/)
  for (const { series } of Object.values(figures) as Figure[]) {
    for (const { outcome = 'first', config } of series) {
      assert.ok(outcome === 'first' || config.until === 'cap', `${outcome} needs runs to the cap`)
    }
  }
})

test('the bytes spent to completion count every exchange, both ways', () => {
  const once = runs(A, timesOf(20, 300, 0.4), 100)
  const twice = runs(B, timesOf(20, 300, 0.4), 100).map((line) => ({
    ...line,
    exchanges: 4,
    uplinkBytes: 2 * line.uplinkBytes,
    downlinkBytes: 2 * line.downlinkBytes,
  }))
  const found = find({ kind: 'thrifty', a: A, b: B }, [...once, ...twice])
  assert.equal([found.effect, found.verdict], [0.5, 'supported'])
  const [many, manyOther] = [
    { ...A, agents: 10 },
    { ...B, agents: 10 },
  ]
  const gaps = [
    ...once,
    ...twice,
    ...runs(many, timesOf(20, 300, 0.4), 300),
    ...runs(manyOther, timesOf(20, 300, 0.4), 100),
  ]
  const wider = find({ kind: 'widens', a: [many, manyOther], b: [A, B] }, gaps)
  assert.equal([wider.effect, wider.verdict], [3, 'supported'])
})

test('p-values are adjusted over all claims', () => {
  const lines = [...runs(A, timesOf(60, 300, 0.5)), ...runs(B, timesOf(60, 330, 0.5, 8))]
  const question: Question = { kind: 'sooner', a: A, b: B }
  const alone = find(question, lines)
  const amongMany = find(question, lines, Array<Question>(4).fill(question))
  assert.ok(Math.abs(amongMany.p! - Math.min(1, 5 * alone.p!)) < 1e-12)
})

test('without runs nothing is estimable, and nothing throws', () => {
  const findings = judge(claims, { distributions, words, findRuns: indexRuns([]), measuresOf: () => [] })
  assert.ok(findings.every(({ verdict, reason }) => verdict === 'not estimable' && /fewer than 8 seeds/.test(reason)))
  assert.is(toClaimsText(findings).split('\n').length, claims.length + 2)
  assert.is(toClaimsCsv(findings).split('\n').length, claims.length + 2)
})

test('a measure on the wire is judged against its bound, below and above', () => {
  const spot = { panel: '', series: 's', x: 5 }
  const rows = timesOf(30, 40, 0.5).map((value, i) => ({
    seed: i + 1,
    panel: '',
    series: 's',
    x: 5,
    value: value / 100,
  }))
  const verdict = (kind: 'below' | 'above', bound: number) =>
    judge([claimOf({ kind, a: spot, bound })], {
      distributions,
      words,
      findRuns: indexRuns([]),
      measuresOf: () => rows,
    })[0].verdict
  assert.equal(
    [verdict('below', 0.5), verdict('above', 0.5), verdict('above', 0.3), verdict('below', 0.3)],
    ['supported', 'not supported', 'supported', 'not supported'],
  )
})

test('pairs of runs stand in the order of their seeds', () => {
  const [a, b] = pairBySeed([runs(A, [3, 2, 1]), runs(B, [9, 8, 7, 6]).reverse()])
  assert.equal(
    [a.map(({ seed }) => seed), b.map(({ completion }) => completion)],
    [
      [1, 2, 3],
      [9, 8, 7],
    ],
  )
})

test.run()
