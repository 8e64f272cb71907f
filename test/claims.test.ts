// Claims: each one rests on runs that its figure computes; the judge finds the effect that was put into made-up runs,
// and where it cannot tell it says so. Also the readings, and how cells make a verdict together.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { paperClaims } from '../src/paper/claims.ts'
import { ownClaims } from '../src/paper/controls.ts'
import { drawReadings } from '../src/paper/drawReadings.ts'
import { meanTime, pairBySeed } from '../src/paper/effects.ts'
import { AGENTS, type Figure } from '../src/paper/figures.ts'
import { toClaimsCsv, toClaimsText } from '../src/paper/findings.ts'
import { problems } from '../src/paper/frontier.ts'
import { figures, runsOf } from '../src/paper/index.ts'
import { judge, judgeReadings, together } from '../src/paper/judge.ts'
import type { CellVerdict, Finding } from '../src/paper/judgeCell.ts'
import { isOfRuns } from '../src/paper/quantities.ts'
import { armsOf, type Claim, type ClaimCell, type Quantity, type Side, withArms } from '../src/paper/questions.ts'
import { readingRuns, readings, underReading } from '../src/paper/readings.ts'
import { trafficFigures } from '../src/paper/trafficFigures.ts'
import { renderSvg } from '../src/plot/svg.ts'
import { settingOf } from '../src/results/setting.ts'
import { indexRuns, type Summary } from '../src/results/summary.ts'
import { runToEnd } from '../src/run/run.ts'
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
const BELOW: Side = { below: 1 }
const ABOVE: Side = { above: 1 }

const judging = (lines: readonly Summary[]) => ({
  distributions,
  words,
  findRuns: indexRuns(lines),
  measuresOf: () => [],
})

const claimOf = (cells: readonly ClaimCell[]): Claim => ({ id: 'x', place: 'x', text: 'x', figure: 'fig4', cells })
const cellOf = (quantity: Quantity, side: Side = BELOW): ClaimCell => ({ label: 'x', quantity, side })

function find(quantity: Quantity, side: Side, lines: readonly Summary[], others: readonly ClaimCell[] = []): Finding {
  return judge([claimOf([cellOf(quantity, side), ...others])], judging(lines))[0].findings[0]
}

const all = [...paperClaims, ...ownClaims]
/** What the frontier judges whatever its search finds. */
const judgedConfigs = problems.flatMap(({ candidates }) =>
  candidates.filter(({ isJudged }) => isJudged).map(({ config }) => config),
)
const time: Quantity = { kind: 'time', a: A, b: B }
const spread: Quantity = { kind: 'spread', a: A, b: B }

// ---- the claims

test("the runs of every claim are computed by the figure it names, and its measurements are that figure's", () => {
  const quick = new Map<string, Set<string>>()
  for (const { cells, figure, text } of all) {
    for (const { quantity, label } of cells) {
      if ('figure' in quantity) {
        assert.is(quantity.figure, figure)
        assert.ok(Object.hasOwn(trafficFigures, figure), text)
        continue
      }
      if (!isOfRuns(quantity)) continue
      if (!quick.has(figure)) {
        const planned = figure === 'frontier' ? judgedConfigs : runsOf(figures[figure], [1], figures[figure].axis.full)
        quick.set(figure, new Set(planned.map((config) => settingOf(checkConfig(config)))))
      }
      // What rests on the control without exchange may take it from Fig. 4.
      const known = quick.get(figure)!
      for (const arm of armsOf(quantity)) {
        const setting = settingOf(checkConfig(arm))
        const isThere = known.has(setting) || arm.method === 'independent'
        assert.ok(isThere, `${text}, ${label}: ${JSON.stringify(arm)} is not in ${figure}`)
      }
    }
  }
  assert.is(new Set(all.map(({ id }) => id)).size, all.length, 'no id stands twice')
  assert.is(new Set(all.map(({ text }) => text)).size, all.length, 'no claim stands twice')
})

test('the claims have the numbers 1 to 22, each in a place of the paper, and ours have none', () => {
  const numbers = new Set(paperClaims.map(({ id }) => Number(id.split(' ')[0])))
  assert.equal(
    [...numbers].sort((a, b) => a - b),
    Array.from({ length: 22 }, (_, i) => i + 1),
  )
  assert.ok(paperClaims.every(({ place }) => /^[A-Z]/.test(place)))
  assert.ok(ownClaims.every(({ place }) => place === 'ours'))
  const read = new Set(paperClaims.filter(({ isRead }) => isRead).map(({ id }) => id.split(' ')[0]))
  assert.equal([...read].sort(), ['1', '10', '13', '19', '2', '5', '7', '8', '9'])
})

test('a claim that something does not happen has a margin of a tenth', () => {
  const margins = paperClaims.flatMap(({ id, cells }) =>
    cells.some(({ side }) => 'within' in side || side.isMargin) ? [id] : [],
  )
  assert.equal(margins.sort(), ['12', '13', '18', '20', '5 too small'])
  assert.ok(AGENTS.includes(3), 'above two agents begins with three')
})

// ---- quantities

test('time: a shift is found, the opposite is contradicted, and equal arms leave it undecided', () => {
  const fast = runs(A, timesOf(100, 200, 0.5))
  const slow = runs(B, timesOf(100, 300, 0.5, 8))
  const found = find(time, BELOW, [...fast, ...slow])
  assert.is(found.verdict, 'holds')
  assert.ok(found.low! < found.effect! && found.effect! < found.high! && found.high! < 0.8, JSON.stringify(found))
  assert.is(find(time, ABOVE, [...fast, ...slow]).verdict, 'contradicted')
  const same = find(time, BELOW, [...fast, ...runs(B, timesOf(100, 200, 0.5))])
  assert.equal([same.effect, same.low, same.high], [1, 1, 1])
  assert.ok(same.p! > 0.999)
  assert.is(same.verdict, 'undecided')
})

test('findings do not depend on the order of the runs, and only common seeds count', () => {
  const lines = [...runs(A, timesOf(100, 200, 0.5)), ...runs(B, timesOf(80, 220, 0.5, 8))]
  const found = find(time, BELOW, lines)
  assert.is(found.n, 80)
  assert.equal(find(time, BELOW, [...lines].reverse()), found)
  const failed = lines.map((line, i) => (i === 3 ? { ...line, failed: true } : line))
  assert.is(find(time, BELOW, failed).n, 79)
})

test('the restricted mean is the area under the Kaplan-Meier curve', () => {
  const times = [...timesOf(60, 600, 1), null, null, null]
  const area = rmst(toObserved(times, 1000), 1000).mean
  const mean = times.reduce<number>((sum, one) => sum + (one ?? 1000), 0) / times.length
  assert.ok(Math.abs(area - mean) < 1e-9)
})

test('within a tenth: near arms are alike, arms apart are not, and few runs leave it undecided', () => {
  const side: Side = { within: [0.9, 1.1] }
  const near = find(time, side, [...runs(A, timesOf(200, 300, 0.3)), ...runs(B, timesOf(200, 306, 0.3, 8))])
  const apart = find(time, side, [...runs(A, timesOf(200, 300, 0.3)), ...runs(B, timesOf(200, 400, 0.3, 8))])
  const unsure = find(time, side, [...runs(A, timesOf(10, 300, 1.5)), ...runs(B, timesOf(10, 300, 1.5, 8))])
  assert.equal([near.verdict, apart.verdict, unsure.verdict], ['holds', 'contradicted', 'undecided'])
})

test('spread: a smaller one is found, and what stands beside it is told', () => {
  const lines = [...runs(A, timesOf(120, 300, 0.4)), ...runs(B, timesOf(120, 300, 1.2, 8))]
  const found = find(spread, BELOW, lines)
  assert.is(found.verdict, 'holds')
  assert.match(found.note, /^ratio of interquartile ranges 0\.\d\d, Brown-Forsythe on logs p < 0\.001$/)
  assert.is(find({ kind: 'spread', a: B, b: A }, BELOW, lines).verdict, 'contradicted')
})

/** Replaces the first `count` times by null. */
const censor = (times: readonly number[], count: number) => times.map((one, i) => (i < count ? null : one))

test('above a quarter of censored runs a spread can only hold, and only where the cap works against it', () => {
  const narrow = timesOf(120, 300, 0.2)
  const wide = timesOf(120, 500, 1.6, 8)
  // The cap shrinks the spread of b, and a is still steadier.
  const against = find(spread, BELOW, [...runs(A, narrow), ...runs(B, censor(wide, 40))])
  assert.is(against.verdict, 'holds')
  // The cap shrinks the spread of a, which may be why it is smaller.
  const helped = find(spread, BELOW, [...runs(A, censor(narrow, 100)), ...runs(B, wide)])
  assert.equal([helped.verdict, helped.note.slice(0, 29)], ['not estimable', '83.3 % of an arm is censored;'])
  // Nothing is contradicted by what the cap may have done.
  const other = find({ kind: 'spread', a: B, b: A }, BELOW, [...runs(A, narrow), ...runs(B, censor(wide, 40))])
  assert.is(other.verdict, 'not estimable')
})

test('a margin cannot hold where the cap made arms alike, but it can be contradicted', () => {
  const never = Array<null>(60).fill(null)
  const side: Side = { below: 1.1, isMargin: true }
  assert.is(find(time, side, [...runs(A, never), ...runs(B, never)]).verdict, 'undecided')
  const apart = find(time, side, [...runs(A, never), ...runs(B, timesOf(60, 300, 0.4))])
  assert.is(apart.verdict, 'contradicted')
})

test('an interaction, bytes, their spread and growth are found', () => {
  const alone: Arm = { method: 'independent' }
  const [large, largeAlone] = [
    { ...A, width: 100 },
    { ...alone, width: 100 },
  ]
  const lines = [
    ...runs(A, timesOf(100, 290, 0.4)),
    ...runs(alone, timesOf(100, 300, 0.4, 8)),
    ...runs(large, timesOf(100, 300, 0.4, 9)),
    ...runs(largeAlone, timesOf(100, 600, 0.4, 10)),
  ]
  const interaction: Quantity = { kind: 'interaction', a: [large, largeAlone], b: [A, alone] }
  assert.is(find(interaction, BELOW, lines).verdict, 'holds')
  assert.is(find(interaction, ABOVE, lines).verdict, 'contradicted')
  const bytes = [...runs(A, timesOf(20, 300, 0.4), 100), ...runs(B, timesOf(20, 300, 0.4), 200)]
  const cheaper = find({ kind: 'bytes', way: 'up', a: A, b: B }, BELOW, bytes)
  assert.equal([cheaper.verdict, cheaper.effect], ['holds', 0.5])
  // What does not vary at all cannot vary more.
  const varied = bytes.map((line, i) => (i < 20 ? { ...line, uplinkBytes: 1000 + 50 * i } : line))
  const steadier = find({ kind: 'byteSpread', way: 'up', a: A, b: B }, BELOW, varied)
  assert.equal([steadier.verdict, steadier.effect], ['contradicted', Number.POSITIVE_INFINITY])
  const arms = [1, 2, 4, 8].map((agents) => ({ ...A, agents }))
  const growing = (bytesOf: (n: number) => number) =>
    find(
      { kind: 'growth', arms },
      { above: 1.1 },
      arms.flatMap((arm) => runs(arm, timesOf(20, 300, 0.4), bytesOf(arm.agents))),
    )
  assert.is(growing((n) => 2 ** n).verdict, 'holds')
  const linear = growing((n) => 50 * n)
  assert.is(linear.verdict, 'contradicted')
  assert.ok(Math.abs(linear.effect! - 1) < 1e-9)
})

test('totals count all agents, and bytes spent count every exchange both ways', () => {
  const many: Arm = { ...A, agents: 8 }
  const lines = [...runs(A, timesOf(40, 300, 0.2)), ...runs(many, timesOf(40, 300, 0.2))]
  const total = find({ kind: 'total', a: many, b: A }, ABOVE, lines)
  assert.equal([total.effect, total.verdict], [4, 'holds'])
  const once = runs(A, timesOf(20, 300, 0.4), 100)
  const twice = runs(B, timesOf(20, 300, 0.4), 100).map((line) => ({
    ...line,
    uplinkBytes: 2 * line.uplinkBytes,
    downlinkBytes: 2 * line.downlinkBytes,
  }))
  const spent = find({ kind: 'spent', a: A, b: B }, BELOW, [...once, ...twice])
  assert.equal([spent.effect, spent.verdict], [0.5, 'holds'])
})

test('a time is decided only if its interval and the log-rank test agree', () => {
  // Most runs of arm a complete a little later than those of arm b, but some runs of b never complete: by the mean a is
  // sooner, by the test it is later; the p-value alone does not decide.
  const late = runs(A, timesOf(100, 215, 0.1))
  const split = runs(
    B,
    timesOf(100, 200, 0.1, 8).map((one, i) => (i % 7 === 0 ? null : one)),
  )
  const crossing = find(time, ABOVE, [...late, ...split])
  assert.ok(crossing.high! < 1 && crossing.p === 1, JSON.stringify(crossing))
  assert.is(crossing.verdict, 'undecided')
})

test('a ratio to nothing is not estimable', () => {
  const still = [...runs(A, timesOf(120, 300, 0.4), 0), ...runs(B, timesOf(120, 300, 0.4), 0)]
  for (const quantity of [
    { kind: 'spent', a: A, b: B },
    { kind: 'bytes', way: 'up', a: A, b: B },
    { kind: 'gap', a: [A, B], b: [A, B] },
    { kind: 'byteSpread', way: 'down', a: A, b: B },
  ] satisfies Quantity[]) {
    const { verdict, note } = find(quantity, BELOW, still)
    assert.equal([verdict, note], ['not estimable', 'an arm has nothing to compare with'], quantity.kind)
  }
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

test('p-values are adjusted over all cells of the family but those that stand aside', () => {
  const lines = [...runs(A, timesOf(60, 300, 0.5)), ...runs(B, timesOf(60, 330, 0.5, 8))]
  const alone = find(time, BELOW, lines)
  const amongMany = find(time, BELOW, lines, Array<ClaimCell>(4).fill(cellOf(time)))
  assert.ok(Math.abs(amongMany.p! - Math.min(1, 5 * alone.p!)) < 1e-12)
  const aside = find(time, BELOW, lines, Array<ClaimCell>(4).fill({ ...cellOf(time), isAside: true }))
  assert.is(aside.p, alone.p)
})

test('a measurement is judged against its bound, below and above', () => {
  const spot = { panel: '', series: 's', x: 5 }
  const rows = timesOf(30, 40, 0.5).map((value, i) => ({
    seed: i + 1,
    panel: '',
    series: 's',
    x: 5,
    value: value / 100,
  }))
  const verdict = (side: Side) =>
    judge([claimOf([cellOf({ kind: 'measured', figure: 'f', a: spot }, side)])], {
      ...judging([]),
      measuresOf: () => rows,
    })[0].verdict
  assert.equal(
    [{ below: 0.5 }, { above: 0.5 }, { above: 0.3 }, { below: 0.3 }].map((side) => verdict(side)),
    ['holds', 'contradicted', 'holds', 'contradicted'],
  )
})

test('times that were measured are compared by the ratio of their means, which is not the mean of their ratios', () => {
  const [a, b] = ['a', 'b'].map((series) => ({ panel: '', series, x: 1 }))
  // Both are 100 and 300 in turn, at other seeds: the means are alike, and of the ratios 3 and 1/3 the mean is 5/3.
  const rows = [a, b].flatMap((spot, k) =>
    Array.from({ length: 40 }, (_, seed) => ({ ...spot, seed, value: (seed + k) % 2 ? 300 : 100 })),
  )
  const found = (kind: 'measured' | 'measuredMeans') =>
    judge([claimOf([cellOf({ kind, figure: 'f', a, b })])], { ...judging([]), measuresOf: () => rows })[0].findings[0]
  assert.equal([found('measuredMeans').effect, found('measuredMeans').test], [1, 'bootstrap; ratio of means'])
  assert.ok(Math.abs(found('measured').effect! - 5 / 3) < 1e-12)
  assert.is(found('measured').test, 'bootstrap; mean ratio')
})

// ---- claims of several cells

test('a claim holds where all estimable cells hold, is contradicted where all are, and is mixed otherwise', () => {
  const verdict = (verdicts: readonly CellVerdict[], rule?: 'any') =>
    together(
      { ...claimOf([]), rule },
      verdicts.map((one) => ({ cell: cellOf(time), verdict: one }) as Finding),
    )
  assert.is(verdict(['holds', 'not estimable', 'holds']), 'holds')
  assert.is(verdict(['contradicted', 'contradicted']), 'contradicted')
  assert.is(verdict(['holds', 'undecided']), 'mixed')
  assert.is(verdict(['undecided', 'contradicted']), 'mixed')
  assert.is(verdict(['undecided', 'undecided']), 'undecided')
  assert.is(verdict(['not estimable']), 'not estimable')
  assert.is(verdict(['undecided', 'holds'], 'any'), 'holds')
  assert.is(verdict(['undecided', 'contradicted'], 'any'), 'undecided')
  assert.is(verdict(['contradicted', 'contradicted'], 'any'), 'contradicted')
  const aside = { cell: { ...cellOf(time), isAside: true }, verdict: 'contradicted' } as Finding
  assert.is(together(claimOf([]), [aside, { cell: cellOf(time), verdict: 'holds' } as Finding]), 'holds')
})

test('without runs nothing is estimable but formulas, and nothing throws', () => {
  const [paper, ours] = [paperClaims, ownClaims].map((claims) => judge(claims, judging([])))
  for (const { claim, verdict, findings, readings: counts } of [...paper, ...ours]) {
    assert.is(counts, null)
    if (claim.id === '20') continue
    assert.is(verdict, 'not estimable', claim.text)
    assert.ok(findings.every(({ note }) => /fewer than 8 seeds/.test(note)))
  }
  const cells = all.reduce((sum, claim) => sum + claim.cells.length, 0)
  assert.is(toClaimsCsv({ paper, ours }).trim().split('\n').length, cells + 1)
  const text = toClaimsText({ paper, ours })
  for (const { id, text: words } of all) assert.ok(text.includes(id) && text.includes(words), words)
})

// ---- readings

test('there are eight readings, the default one first, and each method is run under those that it depends on', () => {
  assert.is(readings.length, 8)
  assert.is(new Set(readings.map(({ names }) => names.join())).size, 8)
  const arm = { method: 'frd', agents: 2 }
  assert.is(settingOf(checkConfig(underReading(arm, readings[0]))), settingOf(checkConfig(arm)))
  const settingsOf = (method: string) =>
    new Set(readings.map((reading) => settingOf(checkConfig(underReading({ method, agents: 2 }, reading))))).size
  assert.equal(['frd', 'mixfrd', 'pd', 'frl', 'independent', 'central'].map(settingsOf), [8, 8, 4, 2, 2, 2])
  const planned = readingRuns([1]).map((given) => settingOf(checkConfig(given)))
  assert.is(new Set(planned).size, 4 * (8 + 8 + 4 + 2 + 2) + 4 * (5 * 8 + 3 * 2))
})

test('a choice that a method does not depend on changes none of its scores', () => {
  const small = { width: 8, depth: 1, cap: 16, period: 5, agents: 2 }
  for (const method of ['frl', 'independent', 'pd', 'central']) {
    for (const { config } of readings) {
      const whole = runToEnd({ ...small, ...config, method })
      const less = runToEnd(underReading({ ...small, method }, { names: [], config }))
      assert.equal(whole.scores, less.scores, `${method} ${JSON.stringify(config)}`)
    }
  }
})

test('a claim is judged under every reading, at its own runs, and the specification curve shows all of them', async () => {
  const arms = new Map(readingRuns([1]).map((given) => [settingOf(checkConfig(given)), given]))
  // FRD is sooner than MixFRD where the ranges are wide, and later where they are narrow.
  const lines = [...arms.values()].flatMap((arm, i) => {
    const isWide = JSON.stringify(checkConfig(arm).ranges) === JSON.stringify(readings[0].config.ranges)
    const middle = arm.method === 'mixfrd' ? 300 : arm.method === 'frd' ? (isWide ? 200 : 450) : 320
    return runs(arm, timesOf(40, middle, 0.5, i))
  })
  const evidence = judging(lines)
  const claim: Claim = {
    ...claimOf([cellOf({ kind: 'time', a: { ...A, agents: 4 }, b: { ...B, agents: 4 } })]),
    isRead: true,
  }
  const verdicts = judgeReadings(claim, evidence).map((findings) => together(claim, findings))
  assert.equal(
    verdicts,
    readings.map(({ names }) => (names[0] === 'wide' ? 'holds' : 'contradicted')),
  )
  const { readings: counts } = judge([claim], evidence)[0]
  assert.equal([counts!.holds, counts!.contradicted], [4, 4])
  const drawn = drawReadings('All readings', evidence)!
  assert.is(drawn.csv.trim().split('\n').length, 8 * paperClaims.filter(({ isRead }) => isRead).length + 1)
  const svg = await renderSvg(drawn.spec)
  for (const { short } of paperClaims.filter(({ isRead }) => isRead)) {
    assert.ok(short && svg.includes(short.slice(0, 9)), short)
  }
  assert.is(drawReadings('All readings', judging([])), null)
})

test('a quantity of other arms is the same quantity', () => {
  const change = (arm: Arm) => ({ ...arm, agents: 9 })
  for (const { cells } of all) {
    for (const { quantity } of cells) {
      const changed = withArms(quantity, change)
      assert.is(changed.kind, quantity.kind)
      assert.equal(armsOf(changed), armsOf(quantity).map(change))
    }
  }
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
