// The library's entries: a value of a wrong kind is refused with an error of the project, which names the argument, and
// changes nothing; a right value is taken whichever realm made it, wherever in a buffer it lies and whoever shares it.
import { createContext, runInContext } from 'node:vm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seal, unseal } from '../src/federation/envelope.ts'
import * as federation from '../src/federation/index.ts'
import { packAnswers } from '../src/federation/packing.ts'
import * as core from '../src/index.ts'
import * as kernel from '../src/kernel/index.ts'
import * as links from '../src/links/index.ts'
import * as models from '../src/models/index.ts'
import * as node from '../src/node.ts'
import * as stats from '../src/stats/index.ts'
import * as wire from '../src/wire/index.ts'
import { wrongValues } from './mutate.ts'

const realm = createContext({})
/** What an expression gives in another realm, whose arrays are of other classes. */
const foreign = <T>(code: string): T => runInContext(code, realm)

const detached = new Float32Array(6)
structuredClone(detached.buffer, { transfer: [detached.buffer] })
const shrunk = () => {
  const Resizable = ArrayBuffer as unknown as new (
    length: number,
    options: object,
  ) => ArrayBuffer & { resize(n: number): void }
  const buffer = new Resizable(24, { maxByteLength: 24 })
  const view = new Float32Array(buffer, 0, 6)
  buffer.resize(4)
  return view
}
const circular: Record<string, unknown> = {}
circular.self = circular
const wrongs: readonly unknown[] = [
  ...wrongValues,
  detached,
  shrunk(),
  circular,
  new SharedArrayBuffer(8),
  new BigInt64Array(4),
  new DataView(new ArrayBuffer(8)),
  { a: 1n },
  { length: 2 },
  foreign('[1, 2]'),
  foreign('new Uint8Array(5)'),
]

const isNamed = (error: unknown) =>
  (error instanceof TypeError || error instanceof RangeError || error instanceof node.ResultError) &&
  /expected .*got |cannot be stored/s.test(error.message)

/** Takes the first steps of what a generator gives, as an iteration does. */
async function begin(made: unknown): Promise<void> {
  const events = (await made) as Partial<AsyncGenerator> | undefined
  if (typeof events?.next !== 'function') return
  await events.next()
  await events.return?.(undefined)
}

type Entry = readonly [name: string, call: (...given: never[]) => unknown, right: readonly unknown[]]

const small = { width: 2, depth: 1, critic: { width: 2, depth: 1 }, agents: 1, cap: 1 } as const
const newAgent = () => core.createAgent({ width: 2, depth: 1 }, { capacity: { proxies: 9, replay: 9, targets: 9 } })
const config = core.resolveConfig(small)
const instance = kernel.instantiate()
const [cartpole] = kernel.environments
const none = { proxies: 0, replay: 0, targets: 0 }
const space = { observations: 4, actions: 2, clusters: 625 }
const header = { kind: 'none', federation: 0, config: 0, round: 0, agent: 0 } as const
const frame = wire.encodeFrame({ ...header, count: 0 }, new Uint8Array(0))
const coder = wire.codec('int8')!
const ends = { kind: 'weights', space, base: null, words: () => 7, visits: null } as const
const times = [{ time: 1, event: true }]
const word = () => 7
const { normalTail, chi2Tail, fTail, tTail, ln } = await node.loadDistributions()
let weights: readonly Float32Array[] = []
const result = core.runToEnd(small, { onWeights: (all) => (weights = all) })
const mine = links.toLink({ name: 'mine', up: { rate: 1000 } })
const [model] = models.modelsOf(result, weights)

/** A carrier to a member of any run, which answers every turn with an episode of nine steps. */
function answering(): federation.Carrier {
  let listener = (_: Uint8Array) => {}
  return {
    send: (message) => {
      const run = new DataView(message.buffer).getUint32(12, true)
      const address = { federation: run, member: 0 }
      const turn = unseal(address, message)?.turn ?? 0
      listener(seal(address, 'answer', turn, packAnswers([[{ score: 9, steps: 9 }]])))
    },
    receive: (listening) => {
      listener = listening
    },
    close: () => {},
  }
}

const entries: readonly Entry[] = [
  ['resolveConfig', core.resolveConfig, [{}]],
  ['canonicalConfig', core.canonicalConfig, [config]],
  ['checkConfig', core.checkConfig, [{}, {}]],
  ['createAgent', core.createAgent, [{}, {}]],
  ['runToEnd', core.runToEnd, [small, {}]],
  ['run', core.run, [small, {}]],
  ['evaluate', core.evaluate, [small, [newAgent().weights()], { episodes: 1 }]],
  ['policyNets', core.policyNets, [config]],
  ['agentsOf', models.agentsOf, [small, {}]],
  ['startFrom', (start) => core.runToEnd(small, { start: models.startFrom([start]) }), [model]],
  ['modelsOf', models.modelsOf, [result, weights, {}]],
  ['encodeModel', models.encodeModel, [model, 'json']],
  ['decodeModel', models.decodeModel, [models.encodeModel(model)]],
  ['identityOf', models.identityOf, [model]],
  ['agentOf', models.agentOf, [model, { seed: 1, parameters: { length: 0.5 } }]],
  ['playModel', models.playModel, [model, { episodes: 1, seed: 1, choice: 'sampled' }]],
  [
    'Grid',
    (...given) => new core.Grid(...(given as unknown as [number, kernel.Cut])),
    [1, { ranges: [1], sections: 3 }],
  ],
  ['inProcess', core.inProcess, [[frame], () => frame]],
  ['instantiate', kernel.instantiate, []],
  ['layOut', kernel.layOut, [instance, cartpole, config, none, [0]]],
  ['measureAgents', kernel.measureAgents, [instance, cartpole, config, none, [0]]],
  ['poolOf', kernel.poolOf, [instance, [newAgent()]]],
  ['toSafetensors', kernel.toSafetensors, [newAgent()]],
  ['fromSafetensors', kernel.fromSafetensors, [newAgent(), kernel.toSafetensors(newAgent())]],
  ['stepEnvironment', kernel.stepEnvironment, ['CartPole-v1', [0, 0, 0, 0], 1, {}]],
  ['encodeFrame', wire.encodeFrame, [{ ...header, count: 0 }, new Uint8Array(0)]],
  ['decodeFrame', wire.decodeFrame, [frame, header, space]],
  ['codec', wire.codec, ['int8']],
  ['encode of a codec', coder.encode, [new Uint8Array(8), ends]],
  ['decode of a codec', coder.decode, [new Uint8Array(6), 2, ends]],
  ['size of a codec', coder.size, [new Uint8Array(8), ends]],
  ['encodeProxies', wire.encodeProxies, [{ indices: Int32Array.of(1), policies: Float32Array.of(0.5, 0.5) }]],
  ['decodeProxies', wire.decodeProxies, [new Uint8Array(0), space, 'proxies']],
  ['encodeReplay', wire.encodeReplay, [new Float32Array(6)]],
  ['decodeReplay', wire.decodeReplay, [new Uint8Array(0), space]],
  ['encodeWeights', wire.encodeWeights, [new Float32Array(6)]],
  ['decodeWeights', wire.decodeWeights, [new Uint8Array(4), space, 1]],
  ['encodePolicies', wire.encodePolicies, [new Float32Array(2)]],
  ['decodePolicies', wire.decodePolicies, [new Uint8Array(0), space, 0]],
  ['entryBytes', wire.entryBytes, ['proxies', space]],
  ['entryCount', wire.entryCount, ['proxies', space, new Uint8Array(12)]],
  ['observing', wire.observing, [() => {}, wire.inProcess]],
  [
    'bootstrapInterval',
    stats.bootstrapInterval,
    [{ statistic: () => 1, samples: [[1]], paired: false, word, resamples: 2 }],
  ],
  ['bettingCapital', stats.bettingCapital, [[1], 0, { low: -2, high: 2 }]],
  ['bettingIntervals', stats.bettingIntervals, [[1], { low: -2, high: 2 }]],
  ['bettingSequence', stats.bettingSequence, [{ low: -2, high: 2 }]],
  ['medianInterval', stats.medianInterval, [[1, null], { word, resamples: 2 }]],
  ['holm', stats.holm, [[0.5]]],
  ['mean', stats.mean, [[1]]],
  ['quantile', stats.quantile, [[1, null], 0.5]],
  ['quartiles', stats.quartiles, [[1]]],
  ['rank', stats.rank, [[1, 1]]],
  [
    'brownForsythe',
    stats.brownForsythe,
    [
      [
        [1, 2],
        [3, 5],
      ],
    ],
  ],
  ['kaplanMeier', stats.kaplanMeier, [times]],
  ['survivalMedian', stats.survivalMedian, [times]],
  ['logrank', stats.logrank, [times, times]],
  ['rmst', stats.rmst, [times, 1]],
  ['toObserved', stats.toObserved, [[1, null], 2]],
  ['normalTail', normalTail, [1]],
  ['chi2Tail', chi2Tail, [1, 2]],
  ['fTail', fTail, [1, 2, 3]],
  ['tTail', tTail, [1, 2]],
  ['ln', ln, [1]],
  ['federationName', federation.federationName, [{}, {}]],
  ['takePart', federation.takePart, [small, 0, {}]],
  ['serveOver', federation.serveOver, [small, [{ agents: [0], carrier: answering() }], { timer: () => () => {} }]],
  ['runThreaded', node.runThreaded, [small, { jobs: 1, modules: {} }]],
  ['loadOwn', node.loadOwn, [{}]],
  ['toLink', links.toLink, [{ name: 'mine', up: { rate: 1 }, down: { rate: 2 }, loss: 0.1 }]],
  ['openLink', links.openLink, [mine, 1, () => () => 1]],
  ['exchange of a link', (frames) => links.openLink(mine, 1).exchange(frames), [{ up: [1], down: [1], play: [1] }]],
  [
    'lossesOf',
    (...given) => links.lossesOf(...(given as unknown as [string, number, number]))(0, 'up')(0),
    [cartpole.name, 1, 1],
  ],
  ['framesOf', links.framesOf, [result, 1]],
  ['travel', links.travel, [result, mine, () => () => 1, 1]],
  ['throughput', links.throughput, [mine, 'up']],
  ['loraAirtime', links.loraAirtime, [7, 1]],
  ['loraRate', links.loraRate, [7]],
  ['encodeResult', node.encodeResult, [result]],
]

/** Arguments whose fields are not tried one by one: they are made by the project, and frozen or whole. */
const whole: readonly unknown[] = [config, cartpole, instance]

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** The calls with one argument that is wrong, or one field of an argument. */
function* wrongCalls([name, , right]: Entry): Generator<readonly [string, unknown[]]> {
  for (const [i, one] of right.entries()) {
    for (const [k, wrong] of wrongs.entries()) {
      yield [`${name}, argument ${i}, value ${k}`, right.with(i, wrong)]
      if (!isPlain(one) || whole.includes(one)) continue
      for (const key of Object.keys(one)) {
        yield [`${name}, argument ${i}.${key}, value ${k}`, right.with(i, { ...one, [key]: wrong })]
      }
    }
  }
}

for (const entry of entries) {
  test(`${entry[0]} takes what is right, and refuses what is wrong with an error that names it`, async () => {
    const [, call, right] = entry
    await begin(call(...(right as never[])))
    for (const [what, given] of wrongCalls(entry)) {
      try {
        await begin(call(...(given as never[])))
      } catch (error) {
        assert.ok(isNamed(error), `${what}: ${error}`)
      }
    }
  })
}

test('a side of a federation refuses what is no channel, no member and no option', async () => {
  const channel = { postMessage: () => {}, addEventListener: () => {}, removeEventListener: () => {} }
  for (const wrong of wrongs) {
    for (const side of [
      () => federation.host(small, wrong as never),
      () => federation.join({ ...small, agents: 2 }, 1, wrong as never),
      () => federation.host(small, channel, { gone: wrong ?? null } as never),
      () => federation.join({ ...small, agents: 2 }, 1, channel, { onPending: wrong ?? null } as never),
      () => federation.serve(small, wrong as never),
      () => federation.serve(small, [wrong] as never),
    ]) {
      if (typeof wrong === 'function') continue
      const error = await begin(side()).then(
        () => null,
        (thrown) => thrown,
      )
      assert.ok(isNamed(error), `${side}: ${error}`)
    }
  }
})

test('a run refuses options of a wrong kind before it plays', async () => {
  const never = () => assert.unreachable('an episode was played')
  for (const name of ['play', 'onWeights', 'onAgents', 'start', 'transport', 'module', 'environment', 'method']) {
    for (const wrong of wrongs) {
      if (wrong === undefined || typeof wrong === 'function') continue
      const options = { play: never, [name]: wrong }
      assert.throws(() => core.runToEnd(small, options as never), isNamed, `${name}: ${String(name)}`)
    }
  }
})

// ---- an agent

const sound = { action: 1, observation: [0, 0, 0, 0], reward: 1, terminated: false, truncated: false }
const calls: Readonly<Record<string, readonly unknown[]>> = {
  act: [[0, 0, 0, 0]],
  step: [1],
  learn: [sound],
  policy: [[0, 0, 0, 0]],
  value: [[0, 0, 0, 0]],
  load: [newAgent().save()],
  distill: [new Float32Array(6)],
  setWeights: [newAgent().weights()],
  beta: [1],
  shuffled: [3],
  tryOut: [() => 1],
  seed: ['init', [1, 2]],
  draws: ['reset'],
  entries: [{ indices: Int32Array.of(1), policies: Float32Array.of(0.5, 0.5) }],
}

test('what an agent refuses is refused with an error that names it, and changes nothing', () => {
  for (const [name, right] of Object.entries(calls)) {
    const agent = newAgent() as unknown as Record<string, (...given: unknown[]) => unknown> & core.Agent
    agent.act(agent.reset())
    const before = agent.save()
    for (const [what, given] of wrongCalls([name, () => {}, right])) {
      try {
        agent[name](...given)
      } catch (error) {
        assert.ok(isNamed(error), `${what}: ${error}`)
        assert.equal(agent.save(), before, what)
      }
      agent.load(before)
    }
  }
})

test('a shape that is not a number in 0.001..1000 is refused at once, where the drawing would never end', () => {
  for (const shape of [Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 1e-4, 1e4, '1', undefined]) {
    assert.throws(() => newAgent().beta(shape as number), /"shape" expected a number in 0.001..1000, got/)
  }
})

test('a part of an entry, and entries that are not finite, are refused with what an entry is', () => {
  const agent = newAgent()
  for (const length of [1, 5, 7, 13]) {
    assert.throws(() => agent.distill(new Float32Array(length)), /"entries" expected a multiple of 6 numbers, got/)
  }
  assert.throws(() => agent.distill(new Float32Array(60)), /"entries" expected at most 9, got 10: capacity.targets/)
  assert.throws(() => agent.distill(new Float32Array(6).fill(Number.NaN)), /"entries" expected finite numbers, got NaN/)
  assert.throws(() => agent.distill(detached), /"entries" expected a Float32Array whose buffer is there/)
})

test('arrays of another realm, of a shared buffer, and of an odd place in a pool are taken, and give the same bits', () => {
  const agent = newAgent()
  agent.act(agent.reset())
  const saved = agent.save()
  const shared = new Uint8Array(new SharedArrayBuffer(saved.length))
  shared.set(saved)
  const pool = Buffer.alloc(saved.length + 3)
  pool.set(saved, 3)
  const copies: Uint8Array[] = [
    foreign<Uint8ArrayConstructor>('Uint8Array').from(saved),
    shared,
    pool.subarray(3),
    Buffer.from(saved),
  ]
  assert.not(copies[0] instanceof Uint8Array)
  for (const copy of copies) {
    const other = newAgent()
    other.load(copy)
    assert.equal(other.save(), saved)
  }
  const Floats = foreign<Float32ArrayConstructor>('Float32Array')
  const other = newAgent()
  other.setWeights(Floats.from(agent.weights()))
  assert.equal(other.weights(), agent.weights())
  other.distill(Floats.of(0, 0, 0, 0, 0.5, 0.5))
  assert.equal([...other.policy(foreign('[0.1, 0, 0, 0]'))], [...other.policy([0.1, 0, 0, 0])])
  assert.equal([...other.policy(Floats.of(0.5, 0, 0, 0))], [...other.policy(Float64Array.of(0.5, 0, 0, 0))])
  const file = kernel.toSafetensors(agent)
  kernel.fromSafetensors(other, foreign<Uint8ArrayConstructor>('Uint8Array').from(file))
  assert.equal(other.weights(), agent.weights())

  const body = wire.encodeProxies({ indices: Int32Array.of(3, 9), policies: Float32Array.of(0.5, 0.5, 1, 0) })
  const head = { kind: 'proxies', federation: 1, config: 2, round: 0, agent: 0 } as const
  const whole = wire.encodeFrame({ ...head, count: 2 }, body)
  for (let place = 0; place < 4; place++) {
    const odd = Buffer.alloc(whole.length + 4)
    odd.set(whole, place)
    const read = wire.decodeFrame(odd.subarray(place, place + whole.length), head, space)
    assert.equal([...wire.decodeProxies(read, space).indices], [3, 9])
  }
  const read = wire.decodeFrame(foreign<Uint8ArrayConstructor>('Uint8Array').from(whole), head, space)
  assert.equal([...wire.decodeProxies(read, space).policies], [0.5, 0.5, 1, 0])
  assert.equal(core.resolveConfig(foreign('({ agents: 3, ranges: [1, 1, 1, [0, 2]] })')).agents, 3)
  assert.is(stats.mean(foreign('[1, 2, 3]')), 2)
})

test('a message shows a value in few letters, whatever it is', () => {
  for (const wrong of wrongs) {
    if (wrong === undefined) continue
    const long = [wrong, new Array(9999).fill('long'), 'x'.repeat(9999), 10n ** 500n]
    for (const value of long) {
      try {
        core.resolveConfig({ agents: value as number })
      } catch (error) {
        assert.ok((error as Error).message.length < 200, (error as Error).message.slice(0, 300))
      }
    }
  }
})

test.run()
