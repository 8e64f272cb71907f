// What travels: every row is recomputed from the frames themselves, from the bytes that run() counts and from the twin
// of the ProxRM. Also bounds, the law that ties PD's raw states to FRD's uplink, and what is kept back. Observing does not change a run.
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readMeasures } from '../src/cli/folder.ts'
import type { Config } from '../src/config/config.ts'
import { rangePresets } from '../src/config/fields.ts'
import type { Agent } from '../src/kernel/agent.ts'
import { Grid } from '../src/kernel/grid.ts'
import { methods } from '../src/methods/index.ts'
import { paperClaims } from '../src/paper/claims.ts'
import { ownClaims } from '../src/paper/controls.ts'
import { FEWEST } from '../src/paper/judgeCell.ts'
import { measuredStatistic, valuesAt } from '../src/paper/quantities.ts'
import {
  clusterSequence,
  countVisits,
  jaccard,
  observeClusters,
  observeStates,
  payloadRows,
  type StateRow,
  statesOf,
} from '../src/paper/traffic.ts'
import { learnedFrom, observeWithheld, proxiesOf } from '../src/paper/withheld.ts'
import { createAgent } from '../src/run/createAgent.ts'
import type { RunResult } from '../src/run/record.ts'
import { runToEnd } from '../src/run/run.ts'
import { checkConfig } from '../src/run/setup.ts'
import { HEADER_BYTES } from '../src/wire/frame.ts'
import { encodeReplay } from '../src/wire/payload.ts'
import { inProcess, observing } from '../src/wire/transport.ts'
import { packageRoot } from './helpers.ts'
import { toIndex, toProxyState } from './reference/proxy.ts'
import { f64 } from './reference/rounding.ts'

const small = { agents: 3, width: 8, depth: 1, cap: 22, period: 5, seed: 3 } as const
const f32 = { ...f64, round: Math.fround }
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
const mean = (numbers: readonly number[]) => sum(numbers) / numbers.length
const near = (got: number, want: number) => assert.ok(Math.abs(got - want) <= 1e-12 * Math.abs(want), `${got}, ${want}`)

/** The bodies of the frames of a run: uplinks by [exchange][agent], and the downlink that all agents share. */
function tapped(given: Partial<Config>) {
  const up: DataView[][] = []
  const down: DataView[] = []
  const view = (frame: Uint8Array) => new DataView(frame.slice(HEADER_BYTES).buffer)
  const transport = observing((uplinks, downlinks) => {
    up.push(uplinks.map(view))
    down.push(view(downlinks[0]))
    assert.ok(downlinks.every((frame) => frame === downlinks[0]))
  })
  return { result: runToEnd(given, { transport }), up, down }
}

/** One number from every `size` bytes, which begins at byte `at` of them. */
const column = (body: DataView, size: number, at = 0) =>
  Array.from({ length: body.byteLength / size }, (_, k) => body.getUint32(k * size + at, true))

// ---- observing does not change the run

test('observing changes neither the result nor the digest of a run, not even of one that fails', () => {
  for (const method of ['frd', 'mixfrd', 'uniform', 'pd'] as const) {
    const given = { ...small, method }
    const { result } = method === 'pd' ? observeStates(given, [5, 30]) : observeClusters(given)
    assert.equal(result, runToEnd(given))
  }
  // These rates and rewards make a deep network overflow at episode 5.
  const overflow = { width: 64, depth: 8, rollout: 8, valueRate: 10, policyRate: 10, rewardScale: 1e6 } as const
  const broken = { ...overflow, critic: 'policy', method: 'frd', agents: 2, cap: 22, period: 1 } as const
  const { result, rows } = observeClusters(broken)
  assert.equal(result, runToEnd(broken))
  assert.ok(result.failure && rows.length > 0)
  assert.is(rows.length, result.exchanges.length)
})

test('the observer sees the frames themselves, whichever transport carries them', () => {
  const sent: Uint8Array[] = []
  const seen: Uint8Array[] = []
  const transport = observing(
    (uplinks, downlinks) => seen.push(...uplinks, ...downlinks),
    (uplinks, serve) => {
      const downlinks = inProcess(uplinks, serve).map((frame) => frame.slice())
      sent.push(...uplinks, ...downlinks)
      return downlinks
    },
  )
  assert.is(runToEnd(small, { transport }).exchanges.length, 4)
  assert.is(sent.length, 4 * 2 * small.agents)
  assert.ok(sent.every((frame, i) => frame === seen[i]))
})

test('the same config gives the same rows', () => {
  assert.equal(observeClusters(small), observeClusters(small))
  assert.equal(observeStates(small, [7]), observeStates(small, [7]))
})

// ---- the head of a row

test('each exchange has one row, with the steps and the mean score of its period', () => {
  const { result, rows } = observeClusters(small)
  assert.equal(
    rows.map(({ exchange, episode }) => [exchange, episode]),
    result.exchanges.map(({ episode }, k) => [k + 1, episode]),
  )
  for (const { episode, steps, score } of rows) {
    const played = result.scores.flatMap((list) => list.slice(episode - small.period, episode))
    near(score, mean(played))
    near(steps, sum(played) / small.agents)
  }
  const all = observeClusters({ ...small, memoryReset: 'never' })
  for (const { episode, steps } of all.rows) {
    near(steps, sum(all.result.scores.flatMap((list) => list.slice(0, episode))) / small.agents)
  }
  assert.equal(observeClusters({ ...small, period: 22 }).rows, [])
})

// ---- clusters

test('rows of clusters agree with the frames: M^p, the union, and 12 bytes per entry, 16 with visits', () => {
  for (const merge of ['mean', 'visits'] as const) {
    const size = merge === 'visits' ? 16 : 12
    const given = { ...small, method: 'mixfrd', merge }
    const { result, up, down } = tapped(given)
    const { rows } = observeClusters(given)
    assert.is(rows.length, 4)
    for (const [k, row] of rows.entries()) {
      near(size * row.clusters, mean(result.exchanges[k].uplinkBytes))
      assert.equal(
        result.exchanges[k].downlinkBytes,
        result.scores.map(() => size * row.globalClusters),
      )
      assert.equal(
        [...new Set(up[k].flatMap((body) => column(body, size)))].sort((a, b) => a - b),
        column(down[k], size),
      )
    }
  }
})

test('M^p is at most the steps and at most S^4, and the union lies between the mean and the sum', () => {
  for (const agents of [1, 2, 4]) {
    for (const sections of [1, 2, 30, 215]) {
      const { rows } = observeClusters({ ...small, agents, sections })
      assert.is(rows.length, 4)
      for (const { clusters, globalClusters, clusterBound, steps, overlap, selfOverlap, exchange } of rows) {
        assert.is(clusterBound, sections * sections * sections * sections)
        assert.ok(clusters >= 1 && clusters <= Math.min(steps, clusterBound))
        assert.ok(globalClusters >= clusters && globalClusters <= Math.min(agents * clusters, clusterBound))
        assert.is(overlap === null, agents === 1)
        assert.is(selfOverlap === null, exchange === 1)
        for (const share of [overlap ?? 0, selfOverlap ?? 0]) assert.ok(share >= 0 && share <= 1)
        if (sections === 1) assert.equal([clusters, globalClusters, overlap ?? 1, selfOverlap ?? 1], [1, 1, 1, 1])
        // Two sets share as many members as their sum exceeds their union.
        if (agents === 2) near(overlap!, (2 * clusters - globalClusters) / globalClusters)
      }
    }
  }
})

const share = (a: readonly number[], b: readonly number[]) => {
  const either = new Set([...a, ...b]).size
  return (new Set(a).size + new Set(b).size - either) / either
}

test('overlap is the mean over pairs of agents, and self-overlap that of each agent with its last exchange', () => {
  const { up } = tapped(small)
  const sets = up.map((bodies) => bodies.map((body) => column(body, 12)))
  for (const [k, { overlap, selfOverlap }] of observeClusters(small).rows.entries()) {
    const [a, b, c] = sets[k]
    near(overlap!, mean([share(a, b), share(a, c), share(b, c)]))
    if (k) near(selfOverlap!, mean(sets[k].map((set, agent) => share(set, sets[k - 1][agent]))))
  }
})

test('the Jaccard index is 1 for equal sets, 0 for disjoint ones, and the same both ways', () => {
  const of = (...members: number[]) => Int32Array.from(members)
  assert.is(jaccard(of(1, 5, 9), of(1, 5, 9)), 1)
  assert.is(jaccard(of(1, 5), of(2, 6)), 0)
  assert.is(jaccard(of(1, 2, 3), of(2, 3, 4, 5)), 2 / 5)
  assert.is(jaccard(of(2, 3, 4, 5), of(1, 2, 3)), 2 / 5)
})

// ---- payload

test('rows of payloads are the bytes that run() counts: 12 M^p, 24 M, 4 W, or nothing', () => {
  for (const method of Object.keys(methods)) {
    const result = runToEnd({ ...small, method })
    const rows = payloadRows(result)
    assert.is(rows.length, methods[method].targets === null ? 0 : 4)
    for (const [k, row] of rows.entries()) {
      near(row.uplinkBytes, mean(result.exchanges[k].uplinkBytes))
      near(row.downlinkBytes, mean(result.exchanges[k].downlinkBytes))
      if (method === 'pd') near(row.uplinkBytes, 24 * row.steps)
      if (method === 'pd') near(row.downlinkBytes, 24 * row.steps * small.agents)
      if (method === 'frl') assert.is(row.uplinkBytes, 4 * (4 * 8 + 8 + 8 * 2 + 2))
      if (method === 'own') assert.is(row.uplinkBytes + row.downlinkBytes, 0)
    }
    if (!rows.length || methods[method].payload(result.config) !== 'proxies') continue
    const { rows: clusters } = observeClusters({ ...small, method })
    for (const [k, { uplinkBytes, downlinkBytes, ...head }] of rows.entries()) {
      near(uplinkBytes, 12 * clusters[k].clusters)
      assert.is(downlinkBytes, 12 * clusters[k].globalClusters)
      assert.equal({ ...clusters[k], ...head }, clusters[k])
    }
  }
  const stored: RunResult = JSON.parse(JSON.stringify(runToEnd(small)))
  assert.equal(payloadRows(stored), payloadRows(runToEnd(small)))
})

// ---- states

const toStates = (body: DataView) => statesOf(new Float32Array(body.buffer), { observations: 4, actions: 2 })

test("PD's states in the first period, cut in S sections, give FRD's uplink of the same seed, visits included", () => {
  for (const sections of [1, 2, 9, 30, 215]) {
    const given = { ...small, cap: 6, sections, merge: 'visits' } as const
    const pd = tapped({ ...given, method: 'pd' })
    const frd = tapped({ ...given, method: 'frd' })
    for (let agent = 0; agent < small.agents; agent++) {
      const { indices, visits } = countVisits(
        clusterSequence(new Grid(4, checkConfig(given)), toStates(pd.up[0][agent])),
      )
      assert.equal([...indices], column(frd.up[0][agent], 16))
      assert.equal([...visits], column(frd.up[0][agent], 16, 4))
    }
    const { rows } = observeStates({ ...given, method: 'pd' }, [sections])
    near(rows[0].proxyBytes, mean(frd.up[0].map((body) => (body.byteLength * 12) / 16)))
  }
})

/** The cluster into which the kernel itself puts an observation. */
function binnedBy(agent: Agent, observation: readonly number[]): number {
  agent.forget()
  agent.act(observation)
  return agent.proxies().indices[0]
}

test('the cluster of an observation is the one that the twin finds, on edges and outside the range too', () => {
  for (const sections of [1, 4, 30, 215]) {
    for (const ranges of Object.values(rangePresets)) {
      const grid = new Grid(4, { sections, ranges })
      const agent = createAgent({ sections, ranges, width: 1, depth: 1 }, { capacity: { proxies: 1 } })
      for (let k = -3; k <= 2 * sections + 3; k++) {
        const observation = ranges.map((r, i) => Math.fround((((k * (i + 1)) % (2 * sections + 5)) * r) / sections - r))
        const index = toIndex({ sections, ranges: [...ranges] }, observation)
        assert.is(grid.indexOf(observation), index)
        assert.is(binnedBy(agent, observation), index)
        assert.equal([...grid.proxyState(index)], toProxyState(f32, { sections, ranges: [...ranges] }, index))
      }
    }
  }
  assert.throws(() => new Grid(3, { sections: 2, ranges: [1, 1] }), /"ranges" expected 3 intervals, got 2/)
})

/** The numbers of a row of states, which the twin computes from the raw bodies and the lengths of their episodes. */
function expectedRow(bodies: readonly DataView[], lengths: readonly number[][], sections: number, ranges: number[]) {
  const grid = { sections, ranges }
  const memories = bodies.map((body) => toStates(body).map((state) => [...state]))
  const sequences = memories.map((states) => states.map((state) => toIndex(grid, state)))
  const rms = (i: number, guess: (agent: number, t: number) => number[]) =>
    Math.sqrt(mean(memories.flatMap((states, agent) => states.map((s, t) => (s[i] - guess(agent, t)[i]) ** 2))))
  const means = memories.map((states) => [0, 1, 2, 3].map((i) => mean(states.map((state) => state[i]))))
  const errors = [0, 1, 2, 3].map((i) => rms(i, (agent, t) => toProxyState(f32, grid, sequences[agent][t])))
  const priors = [0, 1, 2, 3].map((i) => rms(i, (agent) => means[agent]))
  const once = sequences.map((all) => all.filter((c) => all.indexOf(c) === all.lastIndexOf(c)).length)
  const clusters = sequences.map((all) => new Set(all).size)
  const outside = memories.flat().filter((state) => state.some((o, i) => o < -ranges[i] || o >= ranges[i])).length
  const halves = sequences.map((all, agent) => {
    const episodes = lengths[agent].map((length, e) => {
      const start = sum(lengths[agent].slice(0, e))
      return all.slice(start, start + length)
    })
    return [0, 1].map((parity) => episodes.filter((_, e) => e % 2 === parity).flat())
  })
  const others = halves.flatMap(([odd], i) => halves.filter((_, k) => k !== i).map(([, even]) => share(odd, even)))
  const steps = memories.flat().length
  return {
    steps: steps / bodies.length,
    clusters: mean(clusters),
    proxyBytes: 12 * mean(clusters),
    replayBytes: (24 * steps) / bodies.length,
    onceClusters: sum(once) / sum(clusters),
    onceSteps: sum(once) / steps,
    outOfRange: outside / steps,
    errors,
    priors,
    relativeError: Math.sqrt(mean(errors.map((error, i) => (error / priors[i]) ** 2))),
    overlapWithin: mean(halves.map(([odd, even]) => share(odd, even))),
    overlapBetween: mean(others),
  }
}

test('rows of states agree with what the twin computes from the raw frames', () => {
  const tight = [0.1, 0.5, 0.1, 0.6] // so narrow that some states fall outside
  for (const memoryReset of ['exchange', 'never'] as const) {
    for (const ranges of [tight, [...rangePresets.narrow]]) {
      const given = { ...small, agents: 2, cap: 16, ranges, memoryReset, method: 'pd' }
      const { result, up } = tapped(given)
      const { rows } = observeStates(given, [3, 30])
      assert.is(rows.length, 2 * up.length)
      let clamped = 0
      for (const [k, row] of rows.entries()) {
        const exchange = Math.trunc(k / 2)
        assert.equal([row.exchange, row.sections], [exchange + 1, [3, 30][k % 2]])
        const start = memoryReset === 'never' ? 0 : small.period * exchange
        const lengths = result.scores.map((list) => list.slice(start, small.period * (exchange + 1)))
        const want = expectedRow(up[exchange], lengths, row.sections, ranges)
        for (const [name, value] of Object.entries(want)) {
          const got = row[name as keyof StateRow]
          if (Array.isArray(value)) for (const [i, each] of value.entries()) near((got as number[])[i], each)
          else near(got as number, value as number)
        }
        clamped += row.outOfRange
      }
      assert.is(clamped > 0, ranges === tight)
    }
  }
})

test('in range no state is further than half a section from its proxy state, and more sections err less', () => {
  const ranges = rangePresets.wide
  // Each number of sections divides the next one, and the origin, near which early states lie, is always in the middle
  // of a section.
  const list = [1, 3, 9, 27, 81]
  const { rows } = observeStates({ ...small, ranges }, list)
  assert.is(rows.length, 4 * list.length)
  for (const [k, { sections, errors, priors, relativeError, outOfRange, onceClusters, onceSteps }] of rows.entries()) {
    assert.is(outOfRange, 0)
    for (const [i, error] of errors.entries()) assert.ok(error <= (ranges[i] / sections) * (1 + 1e-6))
    assert.ok(onceSteps <= onceClusters)
    // With one section the proxy state is the middle of the range, which is no better than the mean state.
    if (sections === 1) {
      assert.ok(errors.every((error, i) => error >= priors[i]) && relativeError >= 1)
      assert.equal([onceClusters, onceSteps], [0, 0])
    } else {
      assert.ok(relativeError < rows[k - 1].relativeError)
      // A step that is alone in its cluster stays alone with more sections.
      assert.ok(onceSteps >= rows[k - 1].onceSteps)
      assert.equal(priors, rows[k - 1].priors)
    }
  }
})

test('overlaps are null where there is nothing to compare', () => {
  const [alone] = observeStates({ ...small, agents: 1 }, [5]).rows
  assert.ok(alone.overlapWithin! > 0 && alone.overlapBetween === null)
  const [short] = observeStates({ ...small, cap: 2, period: 1 }, [5]).rows
  assert.equal([short.overlapWithin, short.overlapBetween], [null, null])
})

// ---- what is kept back

const CODECS = ['float32', 'delta-index+int8', 'delta-index+int4']
const MINIMA = [1, 2, 3, 5, 10, 20, 1_000_000]
const waysOf = (codecs: readonly string[]) =>
  MINIMA.flatMap((minVisits) => codecs.map((codec) => ({ codec, minVisits })))

test('the ProxRM of the steps that PD sends is, bit for bit, what FRD sends in the first period', () => {
  for (const minVisits of [1, 3, 1000]) {
    const given = { ...small, cap: 6, minVisits, merge: 'visits' } as const
    const pd = tapped({ ...small, cap: 6, method: 'pd' })
    const frd = tapped({ ...given, method: 'frd' })
    for (const [agent, body] of pd.up[0].entries()) {
      const memory = new Float32Array(body.buffer)
      const states = toStates(body)
      const policies = states.map((_, t) => memory.subarray(6 * t + 4, 6 * t + 6))
      const made = proxiesOf(clusterSequence(new Grid(4, checkConfig(given)), states), policies)
      const kept = [...made.visits.keys()].filter((k) => made.visits[k] >= minVisits)
      const bits = new Uint32Array(made.policies.buffer)
      for (const [at, values] of [made.indices, made.visits].entries()) {
        assert.equal(
          kept.map((k) => values[k]),
          column(frd.up[0][agent], 16, 4 * at),
        )
      }
      for (const a of [0, 1]) {
        assert.equal(
          kept.map((k) => bits[2 * k + a]),
          column(frd.up[0][agent], 16, 8 + 4 * a),
        )
      }
      assert.is(kept.length > 0, minVisits < 1000)
    }
  }
})

test('what is learned where all clusters are sent, and what two visits keep back, are the numbers of rows of states', () => {
  const plain = [1, 2].map((minVisits) => ({ codec: 'float32', minVisits }))
  const { result, rows } = observeWithheld(small, plain)
  const states = observeStates(small, [checkConfig(small).sections])
  assert.equal(result, states.result)
  assert.is(rows.length, 2 * states.rows.length)
  for (const [k, { exchange, steps, relativeError, onceClusters, onceSteps }] of states.rows.entries()) {
    const [all, often] = rows.slice(2 * k, 2 * k + 2)
    assert.equal([all.exchange, all.steps, all.codec, all.minVisits], [exchange, steps, 'float32', 1])
    assert.equal([all.sentClusters, all.sentSteps, all.stateError], [1, 1, relativeError])
    near(1 - often.sentClusters, onceClusters)
    near(1 - often.sentSteps, onceSteps)
    // The policy of a cluster of one visit is told exactly.
    assert.ok(all.toldSteps >= onceSteps && all.policyError! > 0 && all.policyError! < 1)
  }
})

test('more visits send less and tell less; fewer bits err more, and move no cluster', () => {
  const { rows } = observeWithheld(small, waysOf(CODECS))
  const ofExchange = MINIMA.length * CODECS.length
  assert.is(rows.length, 4 * ofExchange)
  for (const [k, row] of rows.entries()) {
    const { codec, minVisits, sentClusters, sentSteps, toldSteps, policyError } = row
    assert.equal({ codec, minVisits }, waysOf(CODECS)[k % ofExchange])
    assert.ok(sentClusters <= sentSteps && toldSteps <= sentSteps)
    assert.is(policyError === null, sentSteps === 0)
    if (minVisits > 1) {
      const before = rows[k - CODECS.length]
      assert.ok(sentClusters <= before.sentClusters && sentSteps <= before.sentSteps && toldSteps <= before.toldSteps)
    }
    assert.ok(row.guessedSteps >= row.toldSteps && (minVisits > 1 || row.guessedSteps === row.toldSteps))
    if (codec === 'float32') continue
    const finer = rows[k - 1]
    assert.equal([sentClusters, sentSteps, row.stateError], [finer.sentClusters, finer.sentSteps, finer.stateError])
    assert.ok(policyError === null || policyError >= finer.policyError! * (1 - 1e-6), `${codec}, ${minVisits}`)
  }
  const [last] = rows.slice(-1)
  assert.equal([last.sentClusters, last.toldSteps, last.policyError, last.stateError], [0, 0, null, null])
})

test('three steps in two clusters give what one computes by hand', () => {
  const grid = new Grid(1, { sections: 2, ranges: [1] }) // -1..0 around -0.5, and 0..1 around 0.5
  const space = { observations: 1, actions: 2, clusters: 2 }
  const body = encodeReplay(Float32Array.of(-0.75, 0.25, 0.75, 0.5, 0, 1, -0.25, 0.75, 0.25))
  let guessed = Number.NaN
  const learned = (codec: string, minVisits: number) => {
    const [{ sentClusters, sentSteps, toldSteps, guessedSteps, policyError, stateError }] = learnedFrom(
      [body],
      [{ codec, minVisits }],
      { grid, space },
    )
    guessed = guessedSteps
    return [sentClusters, sentSteps, toldSteps, policyError, stateError]
  }
  const isNear = (got: readonly (number | null)[], want: readonly (number | null)[]) =>
    got.forEach((value, i) => {
      if (value === null || want[i] === null) assert.is(value, want[i])
      else assert.ok(Math.abs(value - want[i]!) <= 1e-6, `${got}, ${want}`)
    })
  // Two steps read 1/2 for 1/4 and 3/4, and the third its own 1; their mean is 2/3.
  isNear(learned('float32', 1), [1, 1, 1 / 3, Math.sqrt(3 / 7), Math.sqrt(3 / 19)])
  // Alone, the two have the mean that is read, and the mean state that is guessed.
  isNear(learned('float32', 2), [1 / 2, 2 / 3, 0, 1, 1])
  isNear(learned('float32', 3), [0, 0, 0, null, null])
  assert.is(guessed, 0, 'nothing is sent, so nothing is near')
  // Of two steps in the cluster that is sent none is told; the third, kept back, is taken for the same 1/2, and is 1.
  learned('float32', 2)
  assert.is(guessed, 0)
  // 4 bits read 7/15 for 1/2.
  const squares = ((3 / 4 - 7 / 15) ** 2 + (1 / 4 - 7 / 15) ** 2) / (42 / 144)
  isNear(learned('delta-index+int4', 1), [1, 1, 1 / 3, Math.sqrt(squares), Math.sqrt(3 / 19)])
  // Two agents of the same steps have the same shares and errors.
  const two = learnedFrom([body, body], [{ codec: 'float32', minVisits: 1 }], { grid, space })[0]
  isNear([two.sentSteps, two.toldSteps, two.policyError], [1, 1 / 3, Math.sqrt(3 / 7)])
  // A third cluster, whose policy is that of the middle one: kept back, it is guessed by the nearest, and the first is not.
  const three = { observations: 1, actions: 2, clusters: 3 }
  const steps = [-0.9, 0, 1, 0, 0.25, 0.75, 0.1, 0.25, 0.75, 0.9, 0.25, 0.75]
  const [nearest] = learnedFrom([encodeReplay(Float32Array.from(steps))], [{ codec: 'float32', minVisits: 2 }], {
    grid: new Grid(1, { sections: 3, ranges: [1] }),
    space: three,
  })
  assert.equal([nearest.sentClusters, nearest.toldSteps, nearest.guessedSteps], [1 / 3, 1 / 2, 3 / 4])
  assert.throws(() => learned('int8-stochastic', 1), /"codec" expected one that rounds to the nearest/)
})

test('every place that a claim rests on was measured, for as many seeds as are judged', () => {
  const measuresOf = readMeasures(join(packageRoot, 'results/paper'))
  let places = 0
  for (const { cells, id } of [...paperClaims, ...ownClaims]) {
    for (const { quantity } of cells) {
      if (!('figure' in quantity)) continue
      const { spots } = measuredStatistic(quantity)
      places += spots.length
      assert.ok(valuesAt(measuresOf(quantity.figure), spots)[0].length >= FEWEST, id)
    }
  }
  assert.ok(places > 0)
})

// ---- refusals

test('a method that does not send what is to be observed is refused by name', () => {
  for (const method of ['pd', 'frl', 'own', 'independent']) {
    assert.throws(() => observeClusters({ ...small, method }), /"method" expected one of mixfrd, frd, .*uniform, got "/)
  }
  assert.throws(() => observeStates({ ...small, method: 'frd' }, [5]), /"method" expected one of pd, got "frd"/)
  assert.throws(() => observeWithheld({ ...small, method: 'frd' }, []), /"method" expected one of pd, got "frd"/)
  assert.throws(
    () => observeStates(small, [30, 216]),
    /"sections" expected an integer in 1..215 for CartPole-v1, got 216/,
  )
  assert.throws(() => observeClusters({ ...small, agents: 0 }), /"agents" expected/)
})

test.run()
