// Methods as laws: what the server makes of uploads, what an agent makes of the download, and that both work on the
// bytes that travel. A plain recomputation checks the servers; the twin's Philox draws the uploads.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { environments } from '../src/config/environment.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { takePart } from '../src/federation/index.ts'
import type { Agent } from '../src/kernel/agent.ts'
import { Grid } from '../src/kernel/grid.ts'
import { layOut } from '../src/kernel/layout.ts'
import { purposes } from '../src/kernel/records.ts'
import { instantiate } from '../src/kernel/wasm.ts'
import {
  type ExchangeField,
  exchangeFields,
  type Method,
  type MethodContext,
  methods,
  usesField,
} from '../src/methods/index.ts'
import { componentKeys, mixup } from '../src/methods/mixfrd.ts'
import { ascendingOrder } from '../src/methods/radix.ts'
import { exchange } from '../src/run/exchange.ts'
import type { RunResult } from '../src/run/record.ts'
import { runToEnd } from '../src/run/run.ts'
import { streamKey } from '../src/run/streams.ts'
import { crc32, HEADER_BYTES } from '../src/wire/frame.ts'
import {
  decodeProxies,
  decodeWeights,
  encodeProxies,
  encodeReplay,
  encodeWeights,
  PayloadError,
  type ProxyBody,
} from '../src/wire/payload.ts'
import { inProcess, type Transport } from '../src/wire/transport.ts'
import { makeStream, type Stream } from './reference/philox.ts'

const { fround } = Math
const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
/** Another value for each setting of an exchange, under which a method that uses it must run differently. */
const others: Readonly<Record<ExchangeField, Partial<Config>>> = {
  sections: { sections: 4 },
  ranges: { ranges: [1, 1, 0.1, 1] },
  period: { period: 7 },
  memoryReset: { memoryReset: 'never' },
  merge: { merge: 'visits' },
  codec: { codec: 'int4' },
  minVisits: { minVisits: 5 },
  growth: { growth: 1.5 },
  trigger: { trigger: { score: 10 } },
  participation: { participation: 0.5 },
  dropout: { dropout: 0.5 },
  epochs: { epochs: 3 },
  batch: { batch: 5 },
  distillRate: { distillRate: 0.2 },
  distillAdam: { distillAdam: 'own' },
  distillCount: { distillCount: 'own' },
  mixupTies: { mixupTies: 'index' },
  mixupKeep: { mixupKeep: 'replace' },
  mixupBy: { mixupBy: 'random' },
  mixupPortion: { mixupPortion: 0.2 },
  frlCritic: { frlCritic: 'local' },
  frlInit: { frlInit: 'independent' },
}

test('a setting changes the runs of the methods that use it, and of no other', () => {
  const config = {
    width: 6,
    depth: 1,
    cap: 22,
    period: 5,
    agents: 2,
    seed: 2,
    distillRate: 0.05,
    until: 'cap',
  } as const
  for (const method of NAMES) {
    const play = (given: Partial<Config> = {}) => {
      const { scores, exchanges } = runToEnd({ ...config, method, ...given })
      return JSON.stringify([scores, exchanges.map(({ uplinkBytes, downlinkBytes }) => [uplinkBytes, downlinkBytes])])
    }
    const plain = play()
    for (const field of exchangeFields) {
      assert.is(play(others[field]) !== plain, usesField(method, field), `${method} ${field}`)
    }
  }
})

const bits = (values: ArrayLike<number>) => [...new Uint32Array(Float32Array.from(values).buffer)]
const NAMES = Object.keys(methods)
const small = { width: 6, depth: 1, cap: 30, period: 4, seed: 3, distillRate: 0.01 } as const

function settingOf(given: Partial<Config>): MethodContext {
  const config = resolveConfig(given)
  return { config, space: { observations: 4, actions: 2, clusters: config.sections ** 4 } }
}

/** Seeded agents of a config, with room for short episodes. */
function makeAgents({ config }: MethodContext): Agent[] {
  const kernel = instantiate()
  const [env] = environments
  const agents = layOut(kernel, env, config, { proxies: 4096, replay: 4096, targets: 16384 })
  agents.forEach((agent, i) => {
    for (const purpose of purposes) agent.seed(purpose, streamKey(env.name, config.seed, i, purpose))
    agent.init()
  })
  return agents
}

/** The rows that an agent would distil of a download; the agent does not learn from them. */
function distilled(method: Method, agent: Agent, global: Uint8Array, setting: MethodContext): number[] {
  let rows: number[] | undefined
  agent.distill = (given) => {
    assert.is(rows, undefined, 'one distillation per download')
    rows = [...given]
  }
  method.download(agent, global, setting)
  delete (agent as Partial<Agent>).distill
  assert.ok(rows)
  return rows
}

/** A random ProxRM of `count` clusters, of which some policies are certain. */
function drawUpload(stream: Stream, count: number, clusters: number, withVisits = false): ProxyBody {
  const distinct = new Set<number>()
  while (distinct.size < count) distinct.add(stream.integer(clusters))
  const indices = Int32Array.from([...distinct].sort((a, b) => a - b))
  const policies = new Float32Array(2 * count)
  for (let k = 0; k < count; k++) {
    policies[2 * k] = stream.integer(8) ? stream.uniform() : stream.integer(2)
    policies[2 * k + 1] = 1 - policies[2 * k]
  }
  const visits = withVisits ? Uint32Array.from(indices, () => 1 + stream.integer(500)) : undefined
  return { indices, policies, visits }
}

// ---- FRD

test('FRD: for each cluster the server takes the mean over the agents that visited it', () => {
  const stream = makeStream(2, 1)
  for (const merge of ['mean', 'visits'] as const) {
    const setting = settingOf({ method: 'frd', sections: 4, merge })
    const kind = merge === 'visits' ? 'visits' : 'proxies'
    assert.is(methods.frd.payload(setting.config), kind)
    for (let n = 0; n < 50; n++) {
      const agents = 1 + stream.integer(9)
      const uploads = Array.from({ length: agents }, () =>
        drawUpload(stream, stream.integer(60), 256, kind === 'visits'),
      )
      const global = decodeProxies(methods.frd.aggregate(uploads.map(encodeProxies), setting), setting.space, kind)
      const expected: { index: number; visits: number; policy: number[] }[] = []
      for (let index = 0; index < 256; index++) {
        let [weights, p, q] = [0, 0, 0]
        for (const { indices, policies, visits } of uploads) {
          const k = indices.indexOf(index)
          if (k < 0) continue
          const weight = visits?.[k] ?? 1
          weights += weight
          p += weight * policies[2 * k]
          q += weight * policies[2 * k + 1]
        }
        if (weights) expected.push({ index, visits: weights, policy: [p / weights, q / weights] })
      }
      assert.equal(
        [...global.indices],
        expected.map(({ index }) => index),
      )
      assert.equal(bits(global.policies), bits(expected.flatMap(({ policy }) => policy)))
      assert.equal(
        global.visits && [...global.visits],
        kind === 'visits' ? expected.map(({ visits }) => visits) : undefined,
      )
    }
  }
})

test('FRD: the order of agents changes at most the rounding', () => {
  const stream = makeStream(2, 2)
  const setting = settingOf({ method: 'frd', sections: 3 })
  for (let n = 0; n < 50; n++) {
    const uploads = Array.from({ length: 8 }, () => encodeProxies(drawUpload(stream, 30, 81)))
    const order = uploads.map((_, i) => i)
    stream.shuffle(order)
    const [a, b] = [uploads, order.map((i) => uploads[i])].map((all) =>
      decodeProxies(methods.frd.aggregate(all, setting), setting.space),
    )
    assert.equal([...a.indices], [...b.indices])
    const rounding = Math.max(...a.policies.map((p, i) => Math.abs(p - b.policies[i])))
    assert.ok(rounding <= 2 ** -24, `${rounding}`)
  }
})

test('FRD: identical uploads come back unchanged, and of uploads that share no cluster all entries come back', () => {
  const stream = makeStream(2, 3)
  for (const merge of ['mean', 'visits'] as const) {
    const setting = settingOf({ method: 'frd', sections: 5, merge })
    const upload = drawUpload(stream, 40, 625, merge === 'visits')
    for (const agents of [1, 2, 3, 16]) {
      const all = Array.from({ length: agents }, () => encodeProxies(upload))
      const visits = upload.visits?.map((count) => agents * count)
      assert.ok(sameBytes(methods.frd.aggregate(all, setting), encodeProxies({ ...upload, visits })), `${agents}`)
    }
    const whole = drawUpload(stream, 40, 625, merge === 'visits')
    const part = (rest: number): ProxyBody => {
      const ks = [...whole.indices.keys()].filter((k) => k % 3 === rest)
      return {
        indices: Int32Array.from(ks, (k) => whole.indices[k]),
        policies: Float32Array.from(ks.flatMap((k) => [whole.policies[2 * k], whole.policies[2 * k + 1]])),
        visits: whole.visits && Uint32Array.from(ks, (k) => whole.visits![k]),
      }
    }
    const parts = [2, 0, 1].map((rest) => encodeProxies(part(rest)))
    assert.ok(sameBytes(methods.frd.aggregate(parts, setting), encodeProxies(whole)))
  }
})

test('FRD: an upload that is no ProxRM is refused by the server', () => {
  const setting = settingOf({ method: 'frd', sections: 4 })
  const good = encodeProxies(drawUpload(makeStream(2, 4), 10, 256))
  for (const bad of [good.slice(0, -1), good.slice().fill(255, 4, 8), Uint8Array.of(...good, ...good)]) {
    assert.throws(
      () => methods.frd.aggregate([good, bad], setting),
      (error: unknown) => error instanceof PayloadError,
    )
  }
})

test('FRD and uniform distil every global entry at its proxy state, in ascending order of the index', () => {
  const stream = makeStream(2, 5)
  const setting = settingOf({ method: 'frd', sections: 6, agents: 1 })
  const [agent] = makeAgents(setting)
  const upload = drawUpload(stream, 50, 6 ** 4)
  const global = encodeProxies(upload)
  const expected = [...upload.indices].flatMap((index, k) => {
    const half = setting.config.ranges as readonly number[]
    const digits = [216, 36, 6, 1].map((unit) => Math.floor(index / unit) % 6)
    const states = digits.map((i, c) => fround(-half[c] + ((i + 0.5) * (2 * half[c])) / 6))
    return [...states, upload.policies[2 * k], upload.policies[2 * k + 1]]
  })
  assert.equal(bits(distilled(methods.frd, agent, global, setting)), bits(expected))
  const blank = expected.map((value, i) => (i % 6 < 4 ? value : 0.5))
  assert.equal(bits(distilled(methods.uniform, agent, global, setting)), bits(blank))
})

// ---- MixFRD

const row = (...values: number[]) => values.map(fround)
const rowsOf = (flat: ArrayLike<number>) =>
  Array.from({ length: flat.length / 6 }, (_, k) => Array.from(flat).slice(6 * k, 6 * k + 6))

/** Random rows with many ties in pole angle and velocities. */
function drawRows(stream: Stream, count: number): number[][] {
  const value = () => fround((stream.integer(3) - 1) / 3)
  return Array.from({ length: count }, () => {
    const p = fround(stream.uniform())
    return [value(), value(), value(), value(), p, fround(1 - p)]
  })
}

const midpoints = (sorted: number[][]) =>
  sorted.slice(1).map((b, k) => b.map((value, i) => fround((sorted[k][i] + value) / 2)))

/** The rows in a stable order, which the first differing one of the named components decides. */
const sortedBy = (rows: number[][], keys: number[]) =>
  rows.slice().sort((a, b) => keys.map((key) => a[key] - b[key]).find((difference) => difference !== 0) ?? 0)

/** The positions of the rows in the order that MixFRD needs, computed in a plain way. */
const orderOf = (rows: number[][], ties: 'velocity' | 'index') => {
  const numbered = rows.map((values, k) => [...values, k])
  return Uint32Array.from(sortedBy(numbered, ties === 'velocity' ? [2, 3, 0, 1] : [2]), (values) => values[6])
}

test('the order of u32 keys is ascending and stable', () => {
  const stream = makeStream(2, 9)
  for (const bits of [0, 1, 9, 11, 12, 23, 31, 32]) {
    for (const count of [0, 1, 2, 700]) {
      const keys = Uint32Array.from({ length: count }, () => (bits ? stream.word() >>> (32 - bits) : 7))
      const plain = [...keys.keys()].sort((a, b) => keys[a] - keys[b])
      assert.equal([...ascendingOrder(keys)], plain)
    }
  }
})

test('MixFRD: the keys of clusters have the same order as their proxy states', () => {
  const stream = makeStream(2, 10)
  for (const sections of [1, 2, 30, 215]) {
    const [agent] = makeAgents(settingOf({ method: 'frd', sections, agents: 1 }))
    const { indices, policies } = drawUpload(stream, Math.min(300, sections ** 4), sections ** 4)
    const rows = rowsOf(agent.entries({ indices, policies }))
    for (const ties of ['velocity', 'index'] as const) {
      assert.equal(
        [...ascendingOrder(componentKeys(indices, agent.grid, agent.env, 2, ties))],
        [...orderOf(rows, ties)],
      )
    }
  }
})

test('MixFRD: midpoints of neighbours in pole angle make 2M - 1 of M entries, or replace them by M - 1', () => {
  const stream = makeStream(2, 6)
  for (let n = 0; n < 60; n++) {
    const rows = drawRows(stream, 2 + stream.integer(30))
    const flat = Float32Array.from(rows.flat())
    for (const ties of ['velocity', 'index'] as const) {
      const mixed = midpoints(sortedBy(rows, ties === 'velocity' ? [2, 3, 0, 1] : [2]))
      const appended = rowsOf(mixup(flat, 6, orderOf(rows, ties), 'append'))
      assert.is(appended.length, 2 * rows.length - 1)
      assert.equal(appended.slice(0, rows.length), rows, 'the entries themselves stay first, in their order')
      assert.equal(appended.slice(rows.length), mixed)
      assert.equal(rowsOf(mixup(flat, 6, orderOf(rows, ties), 'replace')), mixed)
    }
    assert.equal([...flat], rows.flat(), 'the entries given are only read')
  }
})

test('MixFRD: the tie rule decides among equal pole angles, by theta_dot, x and x_dot or by the index', () => {
  const a = row(0.1, 0.9, 0, 0.5, 1, 0)
  const b = row(0.9, 0.1, 0, 0.5, 0, 1)
  const c = row(0.5, 0.5, 0, 0.1, 0.5, 0.5)
  const d = row(0.1, 0.2, 0, 0.5, 0.25, 0.75)
  const flat = Float32Array.from([a, b, c, d].flat())
  const steps = (ties: 'velocity' | 'index') => rowsOf(mixup(flat, 6, orderOf([a, b, c, d], ties), 'replace'))
  assert.equal(steps('velocity'), midpoints([c, d, a, b]))
  assert.equal(steps('index'), midpoints([a, b, c, d]))
})

test('MixFRD: a single entry has no neighbour, and the midpoint of two policies is a policy', () => {
  const stream = makeStream(2, 7)
  const lone = Float32Array.from(drawRows(stream, 1).flat())
  assert.equal([...mixup(lone, 6, Uint32Array.of(0), 'append')], [...lone])
  assert.is(mixup(new Float32Array(0), 6, new Uint32Array(0), 'append').length, 0)
  const many = drawRows(stream, 200)
  for (const [, , , , p, q] of rowsOf(mixup(Float32Array.from(many.flat()), 6, orderOf(many, 'velocity'), 'append'))) {
    assert.ok(p >= 0 && q >= 0 && Math.abs(p + q - 1) <= 2 ** -23)
  }
})

test('MixFRD sends what FRD sends, and an agent distils the mixture of its download', () => {
  const stream = makeStream(2, 8)
  for (const mixupTies of ['velocity', 'index'] as const) {
    for (const mixupKeep of ['append', 'replace'] as const) {
      const setting = settingOf({ method: 'mixfrd', sections: 4, agents: 1, mixupTies, mixupKeep })
      const [agent] = makeAgents(setting)
      const uploads = Array.from({ length: 3 }, () => encodeProxies(drawUpload(stream, 40, 256)))
      const global = methods.mixfrd.aggregate(uploads, setting)
      assert.ok(sameBytes(global, methods.frd.aggregate(uploads, setting)))
      const entries = Float32Array.from(distilled(methods.frd, agent, global.slice(), setting))
      const expected = mixup(entries, 6, orderOf(rowsOf(entries), mixupTies), mixupKeep)
      assert.equal(distilled(methods.mixfrd, agent, global, setting), [...expected])
    }
  }
})

// ---- PD

test('PD: the server concatenates the uploads in agent order, and an agent distils all of them', () => {
  const stream = makeStream(2, 9)
  const setting = settingOf({ method: 'pd', agents: 1 })
  const [agent] = makeAgents(setting)
  for (const counts of [[3], [0, 2], [5, 1, 4], Array.from({ length: 16 }, (_, i) => i)]) {
    const parts = counts.map((count) => drawRows(stream, count).flat())
    const uploads = parts.map((part) => encodeReplay(Float32Array.from(part)))
    const global = methods.pd.aggregate(uploads, setting)
    assert.is(global.length, 24 * counts.reduce((a, b) => a + b, 0))
    assert.ok(sameBytes(global, Buffer.concat(uploads)))
    assert.equal(bits(distilled(methods.pd, agent, global, setting)), bits(parts.flat()))
  }
})

// ---- FRL

test('FRL: the server takes the mean of the weights with f64 sums in agent order, and equal weights stay', () => {
  const stream = makeStream(2, 10)
  const setting = settingOf({ method: 'frl' })
  const weights = () =>
    Float32Array.from({ length: 300 }, () => (stream.uniform() - 0.5) * 2 ** (stream.integer(40) - 20))
  for (const agents of [1, 2, 3, 7, 16]) {
    const all = Array.from({ length: agents }, weights)
    const mean = decodeWeights(methods.frl.aggregate(all.map(encodeWeights), setting), setting.space, 300)
    const expected = all[0].map((_, i) => all.reduce((sum, one) => sum + one[i], 0) / agents)
    assert.equal(bits(mean), bits(expected))
    const same = Array.from({ length: agents }, () => encodeWeights(all[0]))
    assert.ok(sameBytes(methods.frl.aggregate(same, setting), same[0]))
  }
  const [a, b] = [weights(), weights().subarray(1)].map(encodeWeights)
  assert.throws(
    () => methods.frl.aggregate([a, b], setting),
    (error: PayloadError) => error.code === 'count',
  )
})

test('FRL: the download replaces both networks, or only the policy network where the critic is local', () => {
  const stream = makeStream(2, 11)
  for (const frlCritic of ['average', 'local'] as const) {
    const setting = settingOf({ method: 'frl', agents: 1, width: 7, depth: 2, frlCritic })
    const [agent] = makeAgents(setting)
    const before = agent.weights()
    assert.ok(sameBytes(methods.frl.upload(agent, setting), encodeWeights(before)))
    const mean = before.map(() => stream.uniform() - 0.5)
    methods.frl.download(agent, encodeWeights(mean), setting)
    const cut = agent.policyWeights
    const kept = frlCritic === 'local' ? before : mean
    assert.equal(bits(agent.weights()), bits([...mean.subarray(0, cut), ...kept.subarray(cut)]))
    const short = encodeWeights(mean.subarray(1))
    assert.throws(
      () => methods.frl.download(agent, short, setting),
      (error: PayloadError) => error.code === 'count',
    )
  }
})

test('FRL refuses mixed networks, central any but its own, and no other method does', () => {
  const nets = fields('24x1,50x2,7x3')
  for (const name of NAMES) {
    const check = () => methods[name].check?.(resolveConfig({ method: name, nets }))
    if (name !== 'frl' && name !== 'central') check()
    else if (name === 'frl')
      assert.throws(check, (error: unknown) => error instanceof RangeError && /mixed/.test(error.message))
  }
  assert.throws(() => runToEnd({ method: 'frl', nets }), /mixed/)
  methods.frl.check?.(resolveConfig({ method: 'frl', nets: fields('24x1,24x1') }))
  const size = { width: 24, depth: 1 }
  const tanh = { ...size, activation: 'tanh' } as const
  assert.throws(
    () => runToEnd({ method: 'frl', nets: [size, tanh] }),
    /got "mixed activations": weights of different act/,
  )
  for (const nets of [
    [tanh, tanh],
    [size, { ...size, activation: 'relu' } as const],
    [size, { ...size, rate: 0.5 }],
  ]) {
    methods.frl.check?.(resolveConfig({ method: 'frl', nets }))
  }
})

/** The networks that a text such as 24x1,50x2 names. */
function fields(text: string): Config['nets'] {
  return text.split(',').map((net) => {
    const [width, depth] = net.split('x').map(Number)
    return { width, depth }
  })
}

// ---- whole runs

interface Tapped {
  readonly result: RunResult
  /** the frames of all agents, for each exchange */
  readonly up: Uint8Array[][]
  /** the frame of the server, for each exchange */
  readonly down: Uint8Array[]
}

type Tamper = (frame: Uint8Array, way: 'up' | 'down', exchange: number, agent: number) => Uint8Array

/** Does a run and keeps its frames as they arrive; `tamper` may change a frame on its way. */
function tapped(given: Partial<Config>, tamper: Tamper = (frame) => frame): Tapped {
  const up: Uint8Array[][] = []
  const down: Uint8Array[] = []
  const transport: Transport = (uplinks, serve) =>
    inProcess(uplinks, (frames) => {
      const arrived = frames.map((frame, i) => tamper(frame.slice(), 'up', up.length, i))
      up.push(arrived)
      const answer = tamper(serve(arrived).slice(), 'down', down.length, -1)
      down.push(answer)
      return answer
    })
  return { result: runToEnd(given, { transport }), up, down }
}

const body = (frame: Uint8Array) => frame.subarray(HEADER_BYTES)
const tiny = { cap: 60, period: 10 } as const
const total = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

for (const name of NAMES) {
  test(`${name} runs with 1, 2, 5 and 16 agents and with mixed networks, counts its frames and replays`, () => {
    const sizes: Partial<Config>[] = [1, 2, 5, 16].map((agents) => ({ agents, width: 12, depth: 2 }))
    if (name !== 'frl' && name !== 'central') sizes.push({ nets: fields('24x1,50x2,7x3') })
    for (const size of sizes) {
      const { result, up, down } = tapped({ ...tiny, ...size, method: name })
      const agents = size.agents ?? 3
      assert.is(result.failure, null)
      assert.is(result.scores.length, agents)
      assert.is(result.exchanges.length, methods[name].targets === null ? 0 : 5)
      assert.is(runToEnd({ ...tiny, ...size, method: name }).digest, result.digest, 'kept frames change nothing')
      const silent = methods[name].payload(result.config) === 'none'
      assert.is(up.length, silent ? 0 : 5)
      result.exchanges.forEach(({ uplinkBytes, downlinkBytes, uplinkWireBytes, downlinkWireBytes }, k) => {
        for (const counts of [uplinkBytes, downlinkBytes, uplinkWireBytes, downlinkWireBytes]) {
          assert.is(counts.length, agents)
          if (silent) assert.is(total(counts), 0)
        }
        if (silent) return
        assert.equal(
          uplinkWireBytes,
          up[k].map(({ length }) => length),
        )
        for (const bytes of downlinkWireBytes) assert.is(bytes, down[k].length)
      })
    }
  })
}

test('all agents of FRL start with the weights of agent 0, or with independent starts each with its own', () => {
  // With rates of 0 no weight changes, so that the first upload holds the first weights.
  const still = {
    method: 'frl',
    agents: 4,
    policyRate: 0,
    valueRate: 0,
    width: 6,
    depth: 1,
    cap: 2,
    period: 1,
  } as const
  const common = tapped({ ...still }).up[0].map(body)
  const own = tapped({ ...still, frlInit: 'independent' }).up[0].map(body)
  for (const upload of common) assert.ok(sameBytes(upload, own[0]))
  for (let i = 0; i < 4; i++) for (let j = 0; j < i; j++) assert.not(sameBytes(own[i], own[j]))
  const agents = makeAgents(settingOf({ ...still }))
  agents.forEach((agent, i) => {
    assert.ok(sameBytes(encodeWeights(agent.weights()), own[i]), "the weights come from the agent's own stream")
  })
})

test('with one agent FRD equals own, and FRL equals independent', () => {
  const scores = (method: string) => runToEnd({ ...tiny, agents: 1, cap: 40, method }).scores
  assert.equal(scores('frd'), scores('own'))
  assert.equal(scores('frl'), scores('independent'))
})

test('central with one agent equals independent; with more it plays on one learner, and refuses what it cannot run', () => {
  const scoresOf = (given: Partial<Config>) => runToEnd({ ...small, ...given }).scores
  assert.equal(scoresOf({ method: 'central', agents: 1 }), scoresOf({ method: 'independent', agents: 1 }))
  assert.not.equal(scoresOf({ method: 'central', agents: 2 }), scoresOf({ method: 'independent', agents: 2 }))
  assert.throws(
    () => runToEnd({ method: 'central', preset: 'tuned' }),
    /"rollout" expected 1 where "method" is central/,
  )
  assert.throws(() => runToEnd({ method: 'central', nets: [{ width: 5, depth: 1 }] }), /"nets" expected none/)
  assert.throws(() => takePart({ method: 'central' }, 0), /"method" expected agents that can live apart, got "central"/)
})

test('with distillCount own an agent distils as many entries as it sent; alone that is all', () => {
  for (const method of ['frd', 'mixfrd', 'pd', 'uniform']) {
    const run = (more: Partial<Config>) => runToEnd({ ...small, method, ...more })
    assert.equal(run({ agents: 1, distillCount: 'own' }).scores, run({ agents: 1 }).scores, method)
    const [own, all] = (['own', 'all'] as const).map((distillCount) => run({ agents: 3, distillCount }).scores)
    assert.not.equal(own, all, method)
  }
})

test('MixFRD: entries are sorted by the component that mixupBy names', () => {
  const [cartpole] = environments
  const grid = new Grid(4, { sections: 5, ranges: [1, 1, 1, 1] })
  const indices = Int32Array.from({ length: 625 }, (_, k) => k)
  for (const [c, name] of cartpole.components.entries()) {
    const order = ascendingOrder(componentKeys(indices, grid, cartpole, c, 'velocity'))
    const values = [...order].map((k) => grid.proxyState(k)[c])
    assert.ok(
      values.every((value, i) => i === 0 || value >= values[i - 1]),
      name,
    )
    assert.is(new Set(order).size, 625)
  }
})

test('own sends nothing and differs from independent; uniform sends what FRD sends and learns otherwise', () => {
  const run = (method: string) => tapped({ ...tiny, agents: 3, method })
  const [frd, uniform, own, independent] = ['frd', 'uniform', 'own', 'independent'].map(run)
  assert.is(own.up.length + independent.up.length, 0)
  assert.is(own.result.exchanges.length, 5)
  assert.not.equal(own.result.scores, independent.result.scores)
  for (let i = 0; i < 3; i++) assert.ok(sameBytes(body(frd.up[0][i]), body(uniform.up[0][i])))
  assert.ok(sameBytes(body(frd.down[0]), body(uniform.down[0])))
  assert.not.equal(frd.result.scores, uniform.result.scores)
})

test('a download receives exactly the bytes that aggregate returned', () => {
  const setting = settingOf({ method: 'frd', agents: 3, sections: 3 })
  const made = encodeProxies(drawUpload(makeStream(2, 12), 20, 81))
  for (const name of ['frd', 'pd', 'frl']) {
    const agents = makeAgents(setting)
    for (const agent of agents) agent.playEpisode()
    const bytes = {
      frd: made,
      pd: encodeReplay(Float32Array.from(drawRows(makeStream(2, 13), 9).flat())),
      frl: encodeWeights(agents[1].weights()),
    }[name]!
    const received: Uint8Array[] = []
    const method: Method = {
      ...methods[name],
      aggregate: (uploads) => {
        uploads.forEach((upload, i) => {
          assert.ok(sameBytes(upload, methods[name].upload(agents[i], setting)), 'the server gets what was uploaded')
        })
        return bytes.slice()
      },
      download: (_, global) => void received.push(global),
    }
    exchange(agents, { method, context: setting, tags: { federation: 1, config: 2 } }, 0)
    assert.is(received.length, 3)
    for (const global of received) assert.ok(sameBytes(global, bytes), name)
  }
})

// ---- bits flipped on the way

const repaired = (frame: Uint8Array) => {
  new DataView(frame.buffer).setUint32(28, crc32(body(frame)), true)
  return frame
}

const travelling = ['frd', 'mixfrd', 'pd', 'frl', 'uniform']
const flipped = { agents: 2, width: 6, depth: 1, sections: 8, cap: 16, period: 5 } as const

/**
 * Does a run with one bit of one body flipped at the second exchange. Returns the code of the refusal, or the run.
 * @param mend whether the checksum is made to fit the flipped body
 */
function flip(method: string, way: 'up' | 'down', bit: number, mend: boolean): { code?: string; run?: Tapped } {
  const tamper: Tamper = (frame, at, k, agent) => {
    if (at !== way || k !== 1 || agent > 0) return frame
    const size = 8 * body(frame).length
    body(frame)[(bit % size) >> 3] ^= 1 << (bit & 7)
    return mend ? repaired(frame) : frame
  }
  try {
    return { run: tapped({ ...flipped, method }, tamper) }
  } catch (error) {
    assert.instance(error, PayloadError)
    return { code: (error as PayloadError).code }
  }
}

test('a payload with a bit flipped on its way is refused by the checksum', () => {
  const stream = makeStream(2, 14)
  for (const method of travelling) {
    for (const way of ['up', 'down'] as const) {
      for (let n = 0; n < 8; n++) assert.is(flip(method, way, stream.word(), false).code, 'crc', `${method} ${way}`)
    }
  }
})

test('a flipped payload with a right checksum is refused for its content, or changes all digests from there on', () => {
  const stream = makeStream(2, 15)
  for (const method of travelling) {
    const { result, down } = tapped({ ...flipped, method })
    for (const way of ['up', 'down'] as const) {
      let taken = 0
      for (let n = 0; n < 16; n++) {
        const bit = stream.word()
        const { code, run } = flip(method, way, bit, true)
        if (!run) {
          assert.ok(['index', 'probability', 'non-finite'].includes(code!), code)
          continue
        }
        // The mean may round a flipped last bit away. Then no agent receives a difference.
        const heard = !sameBytes(body(run.down[1]), body(down[1]))
        if (way === 'down' || method === 'pd') assert.ok(heard)
        taken += Number(heard)
        // A run that fails because of the flip has no later exchanges.
        const same = (k: number) => run.result.exchanges[k]?.digest === result.exchanges[k].digest
        assert.equal([same(0), same(1), same(2)], [true, !heard, !heard], `${method} ${way}, bit ${bit}`)
        assert.is(run.result.digest === result.digest, !heard, `${method} ${way}, bit ${bit}`)
      }
      assert.ok(taken > 0, `${method} ${way}: no flip reached the agents`)
    }
  }
})

test.run()
