// `npm run bench:exchange [-- ROUNDS]` times ProxRM, codec and mixup at the sizes of their goals, in an order that
// rotates with each round. Every rate stands beside that of a memcpy (Uint8Array.set) of as many bytes in the same
// round. Keeps the samples in bench/results.

import { resolveConfig } from '../src/config/resolve.ts'
import { type Agent, environments, instantiate, type Kernel, layOut, purposes } from '../src/kernel/index.ts'
import { meanByCluster, uploadProxies } from '../src/methods/frd.ts'
import { componentKeys, mixup } from '../src/methods/mixfrd.ts'
import { ascendingOrder } from '../src/methods/radix.ts'
import { streamKey } from '../src/run/streams.ts'
import { codec } from '../src/wire/codecs/index.ts'
import { decodeFrame, encodeFrame } from '../src/wire/frame.ts'
import { decodeProxies, encodeProxies, encodeWeights } from '../src/wire/payload.ts'
import type { Series } from './kept.ts'
import { countAt, inTurns, median, save, seconds, shown, table } from './sample.ts'

const VISITED = 50_000
const ENTRIES = 10_000
const UPLOADS = 16
const MIXED = 100_000
const LOOKUPS = 1 << 15
const SECTIONS = 30

type Way = 'random clusters' | 'trajectories'

interface Actor {
  readonly kernel: Kernel
  readonly agent: Agent
}

/** The smallest policy, whose acts are so short that the time of a memory shows best. */
const unit = { width: 1, depth: 1 }

function makeAgent(sections: number, proxies: number, targets: number, net = unit, kernel = instantiate()): Actor {
  const config = resolveConfig({ agents: 1, sections, ...net })
  const [agent] = layOut(kernel, environments[0], config, { proxies, replay: 0, targets })
  for (const purpose of purposes) agent.seed(purpose, streamKey('CartPole-v1', 1, 0, purpose))
  agent.init()
  return { kernel, agent }
}

/** Acts once in the middle of each cluster. */
function visit({ kernel, agent }: Actor, indices: Int32Array): void {
  const at = kernel.reserve(16)
  const rows = agent.entries({ indices, policies: new Float32Array(2 * indices.length) })
  for (let k = 0; k < indices.length; k++) {
    new Float32Array(kernel.memory.buffer, at, 4).set(rows.subarray(6 * k, 6 * k + 4))
    kernel.agentAct(agent.block, at)
  }
}

/** Draws numbers in [0, 1) from the generator of the kernel. */
function draws(): () => number {
  const kernel = instantiate()
  const stream = kernel.reserve(kernel.streamBytes())
  kernel.streamSeed(stream, 1, 2)
  return () => kernel.streamUniform(stream)
}

/** `count` different clusters of the S^4, in random order. */
function someClusters(sections: number, count: number): Int32Array {
  const chosen = new Set<number>()
  const draw = draws()
  while (chosen.size < count) chosen.add(Math.floor(draw() * sections ** 4))
  return Int32Array.from(chosen)
}

/** The observations that a random policy meets, f32[LOOKUPS][4]. */
function trajectories(): Float32Array {
  const { kernel, agent } = makeAgent(SECTIONS, 0, 0)
  const draw = draws()
  const at = kernel.reserve(64)
  const seen = new Float32Array(4 * LOOKUPS)
  for (let k = 0, flags = 1; k < LOOKUPS; k++) {
    if (flags) {
      kernel.agentReset(agent.block, at)
      flags = 0
    } else flags = kernel.agentStep(agent.block, draw() < 0.5 ? 0 : 1, at)
    seen.set(new Float32Array(kernel.memory.buffer, at, 4), 4 * k)
  }
  return seen
}

/** The middles of random clusters among the visited ones, so that each look-up is at another place. */
function scattered(agent: Agent, clusters: Int32Array): Float32Array {
  const draw = draws()
  const indices = Int32Array.from({ length: LOOKUPS }, () => clusters[Math.floor(draw() * clusters.length)])
  const rows = agent.entries({ indices, policies: new Float32Array(2 * LOOKUPS) })
  return Float32Array.from({ length: 4 * LOOKUPS }, (_, i) => rows[6 * (i >> 2) + (i & 3)])
}

/**
 * Nanoseconds that the ProxRM adds to an agentAct at visited states. Only agentAct reaches the memory. Therefore a
 * policy, of one unit where no other is given, acts with a memory and without one (proxy capacity 0), and the
 * difference within each round is the time of the memory. An untimed lap goes before each timed one, because other
 * cases have emptied the caches.
 */
function proxyCase(name: string, sections: number, way: Way, net = unit): Measured {
  const remembering = makeAgent(sections, VISITED, VISITED, net)
  // Both are in one instance, because the speed of an instance depends on where it happens to lie in memory.
  const plain = makeAgent(sections, 0, 0, net, remembering.kernel)
  const clusters = someClusters(sections, VISITED)
  const observations = way === 'trajectories' ? trajectories() : scattered(remembering.agent, clusters)
  const actors = [remembering, plain].map(({ kernel, agent }) => {
    const at = kernel.reserve(16 * LOOKUPS)
    const memory = () => new Float32Array(kernel.memory.buffer, at, 4 * LOOKUPS)
    const act = () => {
      let worst = 0
      for (let k = 0; k < LOOKUPS; k++) worst |= kernel.agentAct(agent.block, at + 16 * k)
      if (worst < 0) throw new Error(`"${name}" expected only actions, got a negative status`)
    }
    return { memory, act }
  })
  actors[0].memory().set(observations)
  actors[0].act()
  // Other clusters are visited until there are 50,000 with those that the observations reached.
  const met = new Set(remembering.agent.proxies().indices)
  visit(remembering, clusters.filter((index) => !met.has(index)).subarray(0, VISITED - met.size))
  for (const { memory } of actors) memory().set(observations)
  const entries = remembering.agent.proxies().indices.length
  const take = (round: number) => {
    const times = (round % 2 ? actors.toReversed() : actors).map(({ act }) => {
      act()
      return seconds(act)
    })
    if (round % 2) times.reverse()
    return (1e9 * (times[0] - times[1])) / LOOKUPS
  }
  const goal = net === unit ? 15 : undefined
  return { name: `${name}, ${way}, ${entries.toLocaleString('en')} entries`, unit: 'ns', goal, take }
}

/**
 * Each upload holds one of every two neighbouring clusters, so that 16 uploads of 10,000 have 20,000 clusters in all.
 */
function proxyBody(agent: number) {
  const draw = draws()
  for (let k = 0; k < ENTRIES * agent; k++) draw()
  const indices = new Int32Array(ENTRIES)
  const policies = new Float32Array(2 * ENTRIES)
  for (let k = 0; k < ENTRIES; k++) {
    const p = draw()
    indices[k] = 80 * k + (Math.floor(1000 * p) % 2 ? 40 : 0)
    policies[2 * k] = p
    policies[2 * k + 1] = 1 - policies[2 * k]
  }
  return { indices, policies }
}

interface Measured {
  readonly name: string
  readonly unit: 'ns' | 'ms'
  /** in the unit, or in MB/s where `bytes` is given */
  readonly goal?: number
  readonly bytes?: number
  /** takes one sample, in the unit */
  readonly take: (round: number) => number
}

/** Repeats an action until it takes a millisecond or more; the sample is the time of one action in ms. */
function timed(name: string, action: () => unknown, more: { goal?: number; bytes?: number } = {}): Measured {
  let most = 0
  const begin = performance.now()
  for (; performance.now() - begin < 50; most++) action()
  const repeat = Math.max(1, Math.round(most / 25))
  const take = () => {
    const time = seconds(() => {
      for (let k = 0; k < repeat; k++) action()
    })
    return (1e3 * time) / repeat
  }
  return { name, unit: 'ms', ...more, take }
}

function memcpy(bytes: number): Measured {
  const from = new Uint8Array(bytes).fill(7)
  const to = new Uint8Array(bytes)
  return timed(`memcpy of ${bytes.toLocaleString('en')} bytes`, () => to.set(from), { bytes })
}

/** Encoding and decoding of each codec, in bytes of the float32 body. */
function formatCases(goal: number): Measured[] {
  const kernel = instantiate()
  const stream = kernel.reserve(kernel.streamBytes())
  const draw = draws()
  const sent = proxyBody(0)
  const visits = { indices: sent.indices, visits: Uint32Array.from(sent.indices, () => 1 + Math.floor(draw() * 40)) }
  const sending = { base: null, words: () => kernel.streamWord(stream), visits: () => visits }
  const proxies = encodeProxies(sent)
  const weights = encodeWeights(Float32Array.from({ length: 30_000 }, () => draw() - 0.5))
  const bodies = [
    ['proxies', 'delta-index+int8', proxies],
    ['proxies', 'delta-index+int8-stochastic', proxies],
    ['proxies', 'top-k:5000+delta-index+int8', proxies],
    ...['float16', 'int8', 'int8-stochastic', 'int4', 'int4-stochastic'].map(
      (name) => ['weights', name, weights] as const,
    ),
  ] as const
  const space = { observations: 4, actions: 2, clusters: SECTIONS ** 4 }
  return bodies.flatMap(([kind, name, body]) => {
    const one = codec(name)!
    const ends = { ...sending, kind, space }
    const { bytes, count } = one.encode(body, ends)
    const about = { goal, bytes: body.length }
    return [
      timed(`${name}: encode of ${kind}`, () => one.encode(body, ends), about),
      timed(`${name}: decode of ${kind}`, () => one.decode(bytes, count, ends), about),
    ]
  })
}

function cases(): Measured[] {
  const space = { observations: 4, actions: 2, clusters: SECTIONS ** 4 }
  const setting = { config: resolveConfig({ method: 'frd', sections: SECTIONS }), space }
  const bodies = Array.from({ length: UPLOADS }, (_, agent) => proxyBody(agent))
  const uploads = bodies.map(encodeProxies)
  const bytes = uploads[0].length
  const header = { kind: 'proxies', federation: 1, config: 2, round: 3, agent: 4 } as const

  const clusters = someClusters(SECTIONS, MIXED).sort()
  const { agent } = makeAgent(SECTIONS, 0, MIXED)
  const rows = agent.entries({ indices: clusters, policies: new Float32Array(2 * MIXED).fill(0.5) })

  const full = makeAgent(SECTIONS, VISITED, VISITED)
  visit(full, someClusters(SECTIONS, VISITED))
  const goal = 200
  const mixing = () =>
    mixup(rows, 6, ascendingOrder(componentKeys(clusters, agent.grid, agent.env, 2, 'velocity')), 'append')
  return [
    ...[30, 100].flatMap((sections) => [
      proxyCase(`update and look-up, S = ${sections}`, sections, 'trajectories'),
      proxyCase(`update and look-up, S = ${sections}`, sections, 'random clusters'),
    ]),
    proxyCase('the same in acts of 4-50-50-2, S = 30', 30, 'trajectories', { width: 50, depth: 2 }),
    timed('encode of 10,000 entries', () => encodeProxies(bodies[0]), { goal, bytes }),
    timed('decode of 10,000 entries', () => decodeProxies(uploads[0], space), { goal, bytes }),
    ...formatCases(goal),
    timed(
      'frame of 10,000 entries, made and checked',
      () => decodeFrame(encodeFrame({ ...header, count: ENTRIES }, uploads[0]), header, space),
      { bytes },
    ),
    memcpy(bytes),
    timed(`merge of ${UPLOADS} uploads of 10,000 entries`, () => meanByCluster(uploads, setting), {
      goal,
      bytes: UPLOADS * bytes,
    }),
    memcpy(UPLOADS * bytes),
    timed('upload of 50,000 entries: average, sort, encode', () => uploadProxies(full.agent, setting), {
      bytes: 12 * VISITED,
    }),
    timed('mixup of 100,000 entries: keys, sort, midpoints', mixing, { goal: 15 }),
    memcpy(4 * rows.length),
  ]
}

const rounds = countAt(0, 41)
const measured = cases()
// The engine compiles what has run often, so that all cases run before they are timed.
for (let k = 0; k < 10; k++) for (const { take } of measured) take(k)
const taken = inTurns(
  rounds,
  measured.map(({ take }) => take),
)
const samples = taken.map((one) => one.samples)
console.log(`medians of ${rounds} rounds (quartiles); a goal is a wish, not a limit\n`)
const rows = measured.map(({ name, unit, goal, bytes }, k) => {
  const scale = bytes ? 1e-3 * bytes : 0
  const rate = bytes ? `${shown(samples[k].map((ms) => scale / ms))} MB/s` : `${shown(samples[k])} ${unit}`
  const aim = goal === undefined ? '' : bytes ? `> ${goal} MB/s` : `< ${goal} ${unit}`
  const met =
    goal === undefined ? '' : (bytes ? scale / median(samples[k]) > goal : median(samples[k]) < goal) ? 'yes' : 'NO'
  return [name, rate, bytes ? `${shown(samples[k])} ms` : '', aim, met]
})
console.log(table([['', 'median', 'per operation', 'goal', 'met'], ...rows]))
save(
  'codec',
  measured.map(({ name, unit }, k): Series => ({ name, unit, ...taken[k] })),
)
