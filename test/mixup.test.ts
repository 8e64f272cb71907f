// MixFRD's variants as laws: which sequence of entries is mixed, in which portions, and which stream gives the random
// draws. Sequences are compared with a plain recomputation in integers, draws with the twin's Philox.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { environments } from '../src/config/environment.ts'
import { defaults, resolveConfig } from '../src/config/resolve.ts'
import type { Agent } from '../src/kernel/agent.ts'
import { layOut } from '../src/kernel/layout.ts'
import { purposes } from '../src/kernel/records.ts'
import { instantiate } from '../src/kernel/wasm.ts'
import { type MethodContext, methods } from '../src/methods/index.ts'
import { decodeResult, encodeResult } from '../src/results/result.ts'
import { runToEnd } from '../src/run/run.ts'
import { streamKey } from '../src/run/streams.ts'
import { encodeProxies } from '../src/wire/payload.ts'
import { makeStream, type Stream } from './reference/philox.ts'

const kernel = instantiate()
const [env] = environments
const ORDERS = ['angle', 'euclidean', 'cosine', 'jaccard', 'random'] as const

function settingOf(given: Partial<Config>): MethodContext {
  const config = resolveConfig({ method: 'mixfrd', agents: 3, width: 3, depth: 1, ...given })
  return { config, space: { observations: 4, actions: 2, clusters: config.sections ** 4 } }
}

function makeAgents({ config }: MethodContext): Agent[] {
  const agents = layOut(kernel, env, config, { proxies: 0, replay: 0, targets: 4096 })
  agents.forEach((agent, i) => {
    for (const purpose of purposes) agent.seed(purpose, streamKey(env.name, config.seed, i, purpose))
  })
  return agents
}

/** `count` different clusters with random policies, as the server sends them. */
function drawGlobal(stream: Stream, count: number, sections: number): { global: Uint8Array; indices: number[] } {
  const distinct = new Set<number>()
  while (distinct.size < count) distinct.add(stream.integer(sections ** 4))
  const indices = [...distinct].sort((a, b) => a - b)
  const first = indices.map(() => Math.fround(stream.uniform()))
  const policies = Float32Array.from(first.flatMap((p) => [p, 1 - p]))
  return { global: encodeProxies({ indices: Int32Array.from(indices), policies }), indices }
}

/** The rows that an agent would distil: the array itself, not a copy. */
function distilled(agent: Agent, method: string, global: Uint8Array, setting: MethodContext): Float32Array {
  let rows: Float32Array | undefined
  agent.distill = (given) => {
    rows = given
  }
  methods[method].download(agent, global, setting)
  delete (agent as Partial<Agent>).distill
  assert.ok(rows)
  return rows
}

const rowsOf = (flat: Float32Array) =>
  Array.from({ length: flat.length / 6 }, (_, k) => [...flat.subarray(6 * k, 6 * k + 6)])

/** The mixtures of neighbours in `order`; `portions` are those of the first of each two. */
const mixtures = (rows: number[][], order: readonly number[], portions: readonly number[]) =>
  order
    .slice(1)
    .map((next, k) =>
      rows[next].map((value, i) => Math.fround(portions[k] * rows[order[k]][i] + (1 - portions[k]) * value)),
    )

const halves = (order: readonly number[]) => order.slice(1).map(() => 0.5)

// ---- sequences

const sectionsOf = (index: number, sections: number) =>
  [3, 2, 1, 0].map((power) => Math.floor(index / sections ** power) % sections)

type Pair = (a: number[], b: number[]) => [numerator: bigint, denominator: bigint]

/** How near two entries are, as an exact fraction that is greater for nearer ones. Components are scaled to -1..1. */
const nearness = (by: string, sections: number): Pair => {
  const scaled = (digits: number[]) => digits.map((digit) => BigInt(2 * digit + 1 - sections))
  const dot = (a: bigint[], b: bigint[]) => a.reduce((sum, value, c) => sum + value * b[c], 0n)
  if (by === 'euclidean')
    return (a, b) => {
      const difference = scaled(a).map((value, c) => value - scaled(b)[c])
      return [-dot(difference, difference), 1n]
    }
  if (by === 'jaccard')
    return (a, b) => {
      const sets = [a, b].map((digits) => new Set(digits.map((digit, c) => `${c}:${digit}`)))
      const shared = [...sets[0]].filter((member) => sets[1].has(member)).length
      return [BigInt(shared), BigInt(sets[0].size + sets[1].size - shared)]
    }
  return (a, b) => {
    const [u, v] = [scaled(a), scaled(b)]
    const product = dot(u, v)
    return product === 0n ? [0n, 1n] : [product * (product < 0n ? -product : product), dot(u, u) * dot(v, v)]
  }
}

/** The chain that begins with the first entry and always goes to the nearest entry left, at ties to the lower index. */
function plainChain(indices: readonly number[], sections: number, by: string): number[] {
  const digits = indices.map((index) => sectionsOf(index, sections))
  const near = nearness(by, sections)
  const order = [0]
  const left = indices.map((_, k) => k).slice(1)
  while (left.length) {
    let best = 0
    for (let n = 1; n < left.length; n++) {
      const [p, q] = near(digits[order[order.length - 1]], digits[left[n]])
      const [r, s] = near(digits[order[order.length - 1]], digits[left[best]])
      if (p * s > r * q) best = n
    }
    order.push(...left.splice(best, 1))
  }
  return order
}

test('euclidean, cosine and jaccard chain the lowest index to the nearest entry left, at ties the lower index', () => {
  const stream = makeStream(5, 1)
  const seen = new Set<string>()
  for (const sections of [2, 3, 8, 30, 215]) {
    const { global, indices } = drawGlobal(stream, Math.min(60, sections ** 4), sections)
    for (const mixupBy of ['euclidean', 'cosine', 'jaccard'] as const) {
      const setting = settingOf({ sections, mixupBy, agents: 1 })
      const [agent] = makeAgents(setting)
      const rows = rowsOf(distilled(agent, 'frd', global.slice(), setting))
      const order = plainChain(indices, sections, mixupBy)
      seen.add(order.join())
      const mixed = rowsOf(distilled(agent, 'mixfrd', global.slice(), setting))
      assert.equal(mixed, [...rows, ...mixtures(rows, order, halves(order))], `${mixupBy}, S = ${sections}`)
    }
  }
  assert.ok(seen.size > 12, 'the measures give different sequences')
})

test('euclidean is the distance of proxy states whose components are scaled by their half-widths', () => {
  const { global } = drawGlobal(makeStream(5, 2), 40, 30)
  const setting = settingOf({ mixupBy: 'euclidean', mixupKeep: 'replace', agents: 1, ranges: [9, 0.1, 2, 31] })
  const [agent] = makeAgents(setting)
  const rows = rowsOf(distilled(agent, 'frd', global.slice(), setting))
  const nearestTo = (k: number, left: Set<number>) =>
    Math.min(
      ...[...left].map((j) => Math.hypot(...[0, 1, 2, 3].map((c) => (rows[j][c] - rows[k][c]) / [9, 0.1, 2, 31][c]))),
    )
  const mixed = rowsOf(distilled(agent, 'mixfrd', global.slice(), setting))
  // A midpoint and one of its two entries give the other entry, apart from rounding to f32.
  const left = new Set(rows.keys())
  let last = 0
  for (const middle of mixed) {
    left.delete(last)
    const at = [0, 1, 2, 3].map((c) => 2 * middle[c] - rows[last][c])
    const next = [...left].find((j) =>
      at.every((value, c) => Math.abs(value - rows[j][c]) < 1e-5 * [9, 0.1, 2, 31][c]),
    )!
    const reached = Math.hypot(...[0, 1, 2, 3].map((c) => (rows[next][c] - rows[last][c]) / [9, 0.1, 2, 31][c]))
    assert.ok(reached <= nearestTo(last, left) + 1e-6)
    last = next
  }
  assert.is(left.size, 1)
})

test('every sequence makes 2M - 1 entries, or M - 1 midpoints alone, and all of them are policies', () => {
  const { global } = drawGlobal(makeStream(5, 3), 50, 8)
  const one = drawGlobal(makeStream(5, 4), 1, 8).global
  for (const mixupBy of ORDERS) {
    for (const mixupPortion of [0.5, 0.1, { beta: 0.4 }]) {
      for (const [mixupKeep, count] of [
        ['append', 99],
        ['replace', 49],
      ] as const) {
        const setting = settingOf({ sections: 8, mixupBy, mixupPortion, mixupKeep })
        const [agent] = makeAgents(setting)
        const mixed = rowsOf(distilled(agent, 'mixfrd', global.slice(), setting))
        assert.is(mixed.length, count)
        for (const [, , , , p, q] of mixed) assert.ok(p >= 0 && q >= 0 && Math.abs(p + q - 1) <= 2 ** -23)
        assert.is(distilled(agent, 'mixfrd', one.slice(), setting).length, 6, 'one entry has no neighbour')
      }
    }
  }
})

// ---- what is drawn

const twinOf = (setting: MethodContext, agent: number) =>
  makeStream(...streamKey(env.name, setting.config.seed, agent, 'mixup'))

/** A draw from Beta(shape, shape) as docs/numerics.md specifies it. */
function twinBeta(stream: Stream, shape: number): number {
  const { log64, exp32 } = kernel
  const logGamma = () => {
    const boost = shape < 1 ? log64(1 - stream.uniform()) / shape : 0
    const d = (shape < 1 ? shape + 1 : shape) - 1 / 3
    for (;;) {
      const [x] = stream.normals(log64, 1)
      const t = 1 + (1 / Math.sqrt(9 * d)) * x
      if (t <= 0) continue
      const v = t * t * t
      const u = 1 - stream.uniform()
      if (log64(u) < 0.5 * x * x + d - d * v + d * log64(v)) return log64(v) + boost
    }
  }
  const [a, b] = [logGamma(), logGamma()]
  const e = exp32(-Math.abs(a - b))
  return a < b ? e / (1 + e) : 1 / (1 + e)
}

test('random: each agent shuffles with a stream of its own, anew at each exchange', () => {
  const setting = settingOf({ sections: 8, mixupBy: 'random', mixupKeep: 'replace' })
  const agents = makeAgents(setting)
  const twins = agents.map((_, i) => twinOf(setting, i))
  const seen = new Set<string>()
  for (let exchange = 0; exchange < 3; exchange++) {
    const { global } = drawGlobal(makeStream(5, 5), 40, 8)
    agents.forEach((agent, i) => {
      const rows = rowsOf(distilled(agent, 'frd', global, setting))
      const order = rows.map((_, k) => k)
      twins[i].shuffle(order)
      seen.add(order.join())
      assert.equal(rowsOf(distilled(agent, 'mixfrd', global, setting)), mixtures(rows, order, halves(order)))
    })
  }
  assert.is(seen.size, 9)
})

test('beta:ALPHA: each agent draws one portion per pair from its own stream, after the sequence', () => {
  const { global } = drawGlobal(makeStream(5, 6), 40, 8)
  for (const alpha of [0.2, 1, 3]) {
    const setting = settingOf({ sections: 8, mixupBy: 'random', mixupPortion: { beta: alpha }, mixupKeep: 'replace' })
    makeAgents(setting).forEach((agent, i) => {
      const rows = rowsOf(distilled(agent, 'frd', global, setting))
      const twin = twinOf(setting, i)
      const order = rows.map((_, k) => k)
      twin.shuffle(order)
      const portions = order.slice(1).map(() => twinBeta(twin, alpha))
      assert.equal(rowsOf(distilled(agent, 'mixfrd', global, setting)), mixtures(rows, order, portions))
    })
  }
})

test('draws from Beta(a, a) have mean 1/2 and variance 1 / (4 (2a + 1)), and are symmetric about 1/2', () => {
  const setting = settingOf({ agents: 1 })
  const [agent] = makeAgents(setting)
  const count = 20_000
  for (const a of [0.001, 0.2, 0.4, 0.999, 1, 1.5, 8, 1000]) {
    const draws = Array.from({ length: count }, () => agent.beta(a))
    assert.ok(draws.every((p) => p >= 0 && p <= 1))
    const moment = (power: number) => draws.reduce((sum, p) => sum + (p - 0.5) ** power, 0) / count
    const variance = 1 / (4 * (2 * a + 1))
    // The fourth central moment E (p - 1/2)^4 of Beta(a, a), from its kurtosis, and the sixth.
    const fourth = variance ** 2 * (3 - 6 / (2 * a + 3))
    const sixth = variance ** 3 * ((15 * (2 * a + 1) ** 2) / ((2 * a + 3) * (2 * a + 5)))
    assert.ok(Math.abs(moment(1)) < 4 * Math.sqrt(variance / count), `mean, a = ${a}`)
    assert.ok(
      Math.abs(moment(2) - variance) < 4 * Math.sqrt((fourth - variance ** 2) / count) + 1e-12,
      `variance, a = ${a}`,
    )
    assert.ok(Math.abs(moment(3)) < 4 * Math.sqrt(sixth / count), `skew, a = ${a}`)
  }
  // Beta(1, 1) is uniform: each tenth of the interval holds a tenth of the draws.
  const tenths = new Array(10).fill(0)
  for (let n = 0; n < count; n++) tenths[Math.min(9, Math.floor(10 * agent.beta(1)))]++
  for (const seen of tenths) assert.ok(Math.abs(seen - count / 10) < 4 * Math.sqrt(0.09 * count), tenths.join())
})

test('a portion other than a half is that of the first of two entries', () => {
  const { global, indices } = drawGlobal(makeStream(5, 7), 30, 8)
  const setting = settingOf({ sections: 8, mixupBy: 'euclidean', mixupPortion: 0.2 })
  const [agent] = makeAgents(setting)
  const rows = rowsOf(distilled(agent, 'frd', global, setting))
  const order = plainChain(indices, 8, 'euclidean')
  const mixed = mixtures(
    rows,
    order,
    halves(order).map(() => 0.2),
  )
  assert.equal(rowsOf(distilled(agent, 'mixfrd', global, setting)).slice(30), mixed)
})

test('agents share the mixture where nothing is drawn, and only there', () => {
  for (const mixupBy of ORDERS) {
    for (const mixupPortion of [0.5, 0.3, { beta: 1 }]) {
      const setting = settingOf({ sections: 8, mixupBy, mixupPortion })
      const { global } = drawGlobal(makeStream(5, 8), 30, 8)
      const [a, b] = makeAgents(setting).map((agent) => distilled(agent, 'mixfrd', global, setting))
      const isDrawn = mixupBy === 'random' || typeof mixupPortion !== 'number'
      assert.is(a === b, !isDrawn)
      if (isDrawn) assert.not.equal([...a], [...b])
    }
  }
})

test('the stream mixup lies in the block of its agent, and draws from it move no other stream', () => {
  const setting = settingOf({})
  const [a, b, c] = makeAgents(setting)
  a.beta(0.3)
  new Uint8Array(kernel.memory.buffer).copyWithin(b.block, a.block, a.block + a.bytes)
  assert.equal(a.shuffled(20), b.shuffled(20))
  assert.not.equal(a.shuffled(20), c.shuffled(20))
  for (const mixupBy of ORDERS) {
    const run = (given: Partial<Config>) => runToEnd({ agents: 2, cap: 12, period: 6, width: 8, mixupBy, ...given })
    const plain = runToEnd({ agents: 2, cap: 12, period: 6, width: 8 })
    for (const mixupPortion of [0.5, { beta: 0.4 }]) {
      const scores = run({ mixupPortion }).scores.map((list) => list.slice(0, 6))
      assert.equal(
        scores,
        plain.scores.map((list) => list.slice(0, 6)),
      )
    }
    // With rates of 0 distillation changes no weight, so that all streams but mixup must give the same play.
    const still = { policyRate: 0, valueRate: 0, distillRate: 0 }
    assert.equal(
      run({ ...still, mixupPortion: { beta: 1 } }).scores,
      runToEnd({ agents: 2, cap: 12, period: 6, width: 8, ...still }).scores,
    )
  }
})

// ---- the fields of a stored line

test('a line names the two mixup fields only where they differ from the defaults, and reads back', () => {
  const lineOf = (given: Partial<Config>) => encodeResult(runToEnd({ cap: 2, ...given }))
  const plain = lineOf({ mixupBy: defaults.mixupBy, mixupPortion: defaults.mixupPortion })
  assert.not.match(plain, /mixupBy|mixupPortion/)
  for (const given of [{ mixupBy: 'cosine' }, { mixupPortion: 0.25 }, { mixupPortion: { beta: 0.4 } }] as const) {
    const line = lineOf(given)
    assert.ok(line.includes(JSON.stringify(given).slice(1, -1)), line)
    assert.is(encodeResult(decodeResult(line, 'line')), line)
  }
})

test.run()
