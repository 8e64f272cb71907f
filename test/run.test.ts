// The run: a config has one digest, wherever and whenever it runs; runs share their random numbers; completion,
// exchanges and bytes are recomputed from scores and frames, and the digest with Node's SHA-256. No test measures time.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { environments } from '../src/config/environment.ts'
import { rangePresets } from '../src/config/fields.ts'
import { canonicalConfig, resolveConfig } from '../src/config/resolve.ts'
import type { Agent } from '../src/kernel/agent.ts'
import { layOut } from '../src/kernel/layout.ts'
import { purposes } from '../src/kernel/records.ts'
import { instantiate, kernelBytes } from '../src/kernel/wasm.ts'
import { methods } from '../src/methods/index.ts'
import type { RunResult } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { kernelHash } from '../src/run/setup.ts'
import { streamKey } from '../src/run/streams.ts'
import { crc32 } from '../src/wire/frame.ts'
import { inProcess, type Transport } from '../src/wire/transport.ts'
import { packageRoot } from './helpers.ts'

/** Every method whose agents play by themselves. */
const NAMES = Object.keys(methods).filter((name) => !methods[name].isPooled)
const small = { agents: 2, width: 8, depth: 1, cap: 22, period: 5 } as const
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
const sha256 = (...parts: readonly (Uint8Array | string)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** A run with a copy of all its frames. */
function tapped(given: Partial<Config>): { result: RunResult; up: Uint8Array[][]; down: Uint8Array[] } {
  const up: Uint8Array[][] = []
  const down: Uint8Array[] = []
  const transport: Transport = (uplinks, serve) =>
    inProcess(uplinks, (frames) => {
      up.push(frames.map((frame) => frame.slice()))
      const answer = serve(frames)
      down.push(answer.slice())
      return answer
    })
  return { result: runToEnd(given, { transport }), up, down }
}

// ---- one config, one digest

/** What a worker thread answers when it executes `lines`, in which `run` is the module src/run/run.ts. */
function inWorker<T>(lines: string): Promise<T> {
  const path = new URL(`../src/run/run${import.meta.url.slice(-3)}`, import.meta.url).href
  const code = `
    const { parentPort } = require('node:worker_threads')
    import('${path}').then((run) => { ${lines} }).then((answer) => parentPort.postMessage(answer))`
  return new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

test('the same config gives the same result at once, after 50 other runs, and in a worker thread', async () => {
  const configs = NAMES.map((method) => ({ ...small, method, seed: 7 }))
  const first = configs.map((config) => runToEnd(config))
  assert.equal(
    configs.map((config) => runToEnd(config)),
    first,
  )
  for (let seed = 100; seed < 150; seed++) {
    const preset = seed % 5 ? 'paper' : 'tuned'
    runToEnd({
      method: NAMES[seed % NAMES.length],
      seed,
      preset,
      agents: 1 + (seed % 3),
      width: seed % 13 || 1,
      cap: 8,
      period: 3,
    })
  }
  assert.equal(
    configs.map((config) => runToEnd(config)),
    first,
  )
  const elsewhere = await inWorker<RunResult[]>(`return ${JSON.stringify(configs)}.map((c) => run.runToEnd(c))`)
  assert.equal(elsewhere, first)
})

test('runs whose steps alternate do not disturb each other', () => {
  const configs = NAMES.map((method) => ({ ...small, method, seed: 3 }))
  const going = configs.map((config) => run(config))
  const results: RunResult[] = []
  const exchanges: string[][] = configs.map(() => [])
  for (let open = true; open; ) {
    open = false
    going.forEach((events, i) => {
      const { done, value } = events.next()
      if (done) results[i] ??= value
      else if (value.type === 'exchange') exchanges[i].push(value.digest)
      open ||= !done
    })
  }
  configs.forEach((config, i) => {
    const alone = runToEnd(config)
    assert.equal(results[i], alone)
    assert.equal(
      exchanges[i],
      alone.exchanges.map(({ digest }) => digest),
    )
  })
})

test('known digests: the run of the README, and the same under the defaults of 0.1.0', () => {
  const given = { method: 'mixfrd', agents: 4, seed: 1 }
  const first = { ranges: rangePresets.narrow, critic: { width: 24, depth: 1 }, distillAdam: 'own' } as const
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
  assert.is(runToEnd(given).digest, 'cd7181dda81a857f24b366a7e6834833704cbcfc5be06fbdfa74e912c05dcfa2')
  assert.ok(readme.includes('digest      cd7181dda81a857f24b366a7e6834833704cbcfc5be06fbdfa74e912c05dcfa2'))
  const old = runToEnd({ ...given, ...first })
  assert.is(old.digest, '562f63939cbd129d6aa196eb117d08edc40cc972632410fff0208a12d373b801')
})

test('the config in a result replays the result', () => {
  const nets = [
    { width: 5, depth: 2 },
    { width: 9, depth: 1 },
  ]
  for (const given of [
    { ...small, nets, width: undefined, depth: undefined },
    { ...small, preset: 'tuned' } as const,
    small,
  ]) {
    const result = runToEnd(given)
    assert.equal(runToEnd(JSON.parse(JSON.stringify(result.config))), result)
  }
})

test('a kernel that the caller gives yields the digest of its bytes', () => {
  const module = new WebAssembly.Module(kernelBytes())
  const result = runToEnd(small)
  assert.is(runToEnd(small, { module }).digest, result.digest)
  assert.is(result.kernelHash, kernelHash())
  assert.is(kernelHash(), sha256(kernelBytes()).toString('hex'))
})

// The caller's kernel steps 0.021 s instead of 0.02 s, so that its runs differ from those of the embedded kernel.
test('a kernel that the caller gave first is not taken for the embedded one afterwards', async () => {
  const bytes = Buffer.from(kernelBytes())
  const [usual, other] = [0.02, 0.021].map((step) => Buffer.from(new Float64Array([step]).buffer))
  const at = bytes.indexOf(usual)
  assert.ok(at > 0)
  other.copy(bytes, at)
  const [foreign, afterwards] = await inWorker<string[]>(`
    const module = new WebAssembly.Module(Buffer.from('${bytes.toString('base64')}', 'base64'))
    const config = ${JSON.stringify(small)}
    return [run.runToEnd(config, { module }).digest, run.runToEnd(config).digest]`)
  const { digest } = runToEnd(small)
  assert.is.not(foreign, digest)
  assert.is(afterwards, digest)
})

test('episodes that the host steps do not change the digest, whichever agents play that way', () => {
  const seen: number[][] = []
  const stepped = (agent: Agent, index: number) => {
    if (index === 1) return agent.playEpisode()
    let observation: ArrayLike<number> = agent.reset()
    for (;;) {
      const action = agent.act(observation)
      const next = agent.step(action)
      agent.learn({ action, ...next })
      observation = next.observation
      if (next.terminated || next.truncated) break
    }
    seen.push([index, agent.steps])
    return agent.steps
  }
  for (const given of [
    ...NAMES.map((method) => ({ ...small, method, agents: 3 })),
    { ...small, preset: 'tuned' } as const,
  ]) {
    seen.length = 0
    const result = runToEnd(given, { play: stepped })
    assert.equal(result, runToEnd(given))
    const [first, , third = []] = result.scores
    const expected = first.flatMap((score, k) => [[0, score], ...(third.length ? [[2, third[k]]] : [])])
    assert.equal(seen, expected, 'every agent is played by its index, in order')
  }
  const broken = { method: 'frd', valueRate: 10, rewardScale: 1e6, critic: { width: 128, depth: 8 }, cap: 40 } as const
  assert.ok(runToEnd(broken).failure)
  assert.equal(runToEnd(broken, { play: stepped }), runToEnd(broken))
  assert.is.not(runToEnd(small, { play: () => 7 }).digest, runToEnd(small).digest, 'the score of the host counts')
})

// ---- common random numbers

const beforeExchange = ({ scores }: RunResult) => scores.map((list) => list.slice(0, small.period))

test('method, sections, period, batch and agents do not change the episodes before the first exchange', () => {
  for (const seed of [1, 2, 3]) {
    const reference = beforeExchange(runToEnd({ ...small, seed, method: 'independent' }))
    const others: Partial<Config>[] = [
      ...NAMES.filter((method) => method !== 'frl').map((method) => ({ method })),
      { method: 'frl', frlInit: 'independent' },
      ...[1, 2, 77, 215].map((sections) => ({ sections })),
      ...[1, 5, 1000].map((batch) => ({ batch })),
      { epochs: 3, distillRate: 1, distillAdam: 'shared', merge: 'visits', memoryReset: 'never' },
      { method: 'pd', until: 'last', cap: 11 },
    ]
    for (const other of others) assert.equal(beforeExchange(runToEnd({ ...small, seed, ...other })), reference)
    const many = beforeExchange(runToEnd({ ...small, seed, agents: 5 }))
    assert.equal(many.slice(0, 2), reference, 'further agents change no other agent')
    const lone = runToEnd({ ...small, seed, agents: 1, period: 7 })
    assert.equal(beforeExchange(lone)[0], reference[0])
  }
})

test('before its first exchange FRL differs only by the common start', () => {
  const scores = (given: Partial<Config>) => beforeExchange(runToEnd({ ...small, agents: 4, ...given }))
  const independent = scores({ method: 'independent' })
  const common = scores({ method: 'frl' })
  assert.equal(scores({ method: 'frl', frlInit: 'independent' }), independent)
  assert.equal(common[0], independent[0], 'agent 0 starts from its own stream in both')
  for (let i = 1; i < 4; i++) assert.not.equal(common[i], independent[i])
})

test('up to the first exchange an agent of a mixed run plays the same bits as among agents of its own kind', () => {
  const size = { width: 7, depth: 2 }
  const kinds = [
    [size, {}],
    [{ ...size, activation: 'tanh' }, { activation: 'tanh' }],
    [{ ...size, rate: 0.02 }, { policyRate: 0.02 }],
    [
      { ...size, activation: 'tanh', rate: 0.02 },
      { activation: 'tanh', policyRate: 0.02 },
    ],
  ] as const
  const base = { method: 'pd', period: 12, cap: 14 } as const
  const mixed = tapped({ ...base, nets: kinds.map(([net]) => net) })
  const seen = new Set<string>()
  kinds.forEach(([net, like], i) => {
    const own = tapped({ ...base, ...size, ...like, agents: 4 })
    assert.equal(mixed.result.scores[i].slice(0, 12), own.result.scores[i].slice(0, 12))
    const body = Buffer.from(mixed.up[0][i].subarray(32)) // every policy of the play
    assert.is(Buffer.compare(body, own.up[0][i].subarray(32)), 0)
    seen.add(body.toString('hex'))
    const alone = runToEnd({ ...base, nets: [net] })
    assert.equal(alone.scores, runToEnd({ ...base, ...size, ...like, agents: 1 }).scores)
    assert.is.not(alone.digest, runToEnd({ ...base, nets: [{ width: 7, depth: 1 }] }).digest)
  })
  assert.is(seen.size, 4)
  const digests = kinds.map(([net]) => runToEnd({ ...base, nets: [size, net] }).digest)
  assert.is(new Set(digests).size, 4)
})

test('agents, purposes and seeds have streams of their own, with keys as docs/numerics.md says', () => {
  const keys = new Set<string>()
  for (const seed of [0, 1, 12, 2 ** 53 - 1]) {
    for (const agent of [0, 1, 2, 21, 1023]) {
      for (const purpose of purposes) {
        const parts = ['CartPole-v1', `${seed}`, `${agent}`, purpose].flatMap((text) => {
          const length = Buffer.alloc(4)
          length.writeUInt32LE(text.length)
          return [length, text]
        })
        const digest = sha256('frd-seed-v1\0', ...parts)
        const key = streamKey('CartPole-v1', seed, agent, purpose)
        assert.equal(key, [digest.readUInt32LE(0), digest.readUInt32LE(4)])
        keys.add(key.join())
      }
    }
  }
  assert.is(keys.size, 4 * 5 * purposes.length)
})

// ---- mission and exchanges

/** The first episode, from the tenth on, at which the last 10 scores of all agents have a mean of 490; null if none. */
function missionOf(scores: readonly (readonly number[])[]): number | null {
  for (let e = 10; e <= scores[0].length; e++) {
    const last = scores.map((list) => sum(list.slice(e - 10, e)))
    if (sum(last) >= 4900 * scores.length) return e
  }
  return null
}

function checkMission(result: RunResult): void {
  const { config, scores, completions, completion, meanCompletion, episodes } = result
  assert.equal(
    completions,
    scores.map((list) => missionOf([list])),
  )
  const times = completions.filter((time) => time !== null)
  assert.is(completion, times.length ? Math.min(...times) : null)
  assert.is(meanCompletion, missionOf(scores))
  const last = times.length === scores.length ? Math.max(...times) : config.cap
  assert.is(episodes, { first: completion ?? config.cap, last, cap: config.cap }[config.until])
  for (const list of scores) {
    assert.is(list.length, episodes)
    assert.ok(list.every((score) => Number.isInteger(score) && score >= 1 && score <= 500))
  }
  assert.is(result.envSteps, sum(scores.map(sum)))
  const exchanging = methods[config.method].targets !== null
  const due = Array.from({ length: episodes }, (_, k) => k + 1).filter((e) => e % config.period === 0 && e < episodes)
  assert.equal(
    result.exchanges.map(({ episode }) => episode),
    exchanging ? due : [],
    'an exchange follows every E episodes, but not the last one',
  )
}

// With seed 2 and without an exchange the tuned learner completes at 76, 78 and 72 episodes, soon enough for a test.
test('completion is the first episode at which 10 scores average 490, and a run stops as "until" says', () => {
  const quick = { preset: 'tuned', method: 'independent', seed: 2 } as const
  const first = runToEnd({ ...quick, agents: 3, cap: 100 })
  const last = runToEnd({ ...quick, agents: 3, cap: 100, until: 'last' })
  const cap = runToEnd({ ...quick, agents: 1, cap: 82, until: 'cap' })
  for (const result of [first, last, cap]) {
    checkMission(result)
    assert.ok(result.completion !== null)
  }
  assert.is(first.completion, last.completion)
  assert.ok(last.episodes > first.episodes && cap.episodes > cap.completion!)
  first.scores.forEach((list, i) => {
    assert.equal(last.scores[i].slice(0, list.length), list, 'a later stop changes no episode')
  })
})

test('there is no exchange at completion, even where one is due, nor at the cap', () => {
  const every = runToEnd({ preset: 'tuned', method: 'frl', agents: 1, period: 1, seed: 2, cap: 200 })
  checkMission(every)
  assert.ok(every.completion !== null)
  assert.is(every.exchanges.length, every.completion - 1)
  for (const [cap, period] of [
    [10, 5],
    [10, 10],
    [11, 10],
    [9, 10],
    [4, 1],
    [1, 1],
  ]) {
    for (const method of NAMES) checkMission(runToEnd({ ...small, method, cap, period }))
  }
})

test('a run yields one event per episode and one per exchange, in order, and they agree with its result', () => {
  const events = run({ ...small, method: 'frd' })
  const seen: string[] = []
  for (;;) {
    const { done, value } = events.next()
    if (done) {
      const { scores, exchanges } = value
      const at = (k: number) => scores.map((list) => list[k])
      const expected = Array.from({ length: small.cap }, (_, k) => [
        JSON.stringify({ type: 'episode', episode: k + 1, scores: at(k), steps: at(k) }),
        ...exchanges
          .filter(({ episode }) => episode === k + 1)
          .map((one) => JSON.stringify({ type: 'exchange', ...one })),
      ])
      assert.equal(seen, expected.flat())
      return
    }
    seen.push(JSON.stringify(value))
  }
})

test('independent accepts and ignores sections and period, so that one run has one config and one digest', () => {
  const plain = runToEnd({ ...small, method: 'independent', period: undefined })
  for (const [sections, period] of [
    [1, 1],
    [215, 22],
    [30, 100000],
  ]) {
    assert.equal(runToEnd({ ...small, method: 'independent', sections, period }), plain)
  }
})

// ---- bytes

test('payload bytes follow Table 2 from scores, clusters and sizes, and a frame adds 32 bytes', () => {
  const { cap, period, agents } = small
  for (const seed of [1, 2]) {
    for (const method of NAMES.filter((name) => name !== 'independent' && name !== 'own')) {
      for (const merge of ['mean', 'visits'] as const) {
        const { result, up, down } = tapped({ ...small, seed, method, merge, sections: 4, agents: 3 })
        assert.is(result.exchanges.length, Math.floor((cap - 1) / period))
        result.exchanges.forEach((one, k) => {
          const steps = result.scores.map((list) => sum(list.slice(k * period, (k + 1) * period)))
          const [ups, downs] = [up[k].map(({ length }) => length), Array(3).fill(down[k].length)]
          assert.equal(one.uplinkWireBytes, ups)
          assert.equal(one.downlinkWireBytes, downs)
          const entries = new Set(up[k].flatMap(indicesOf(merge === 'visits' ? 16 : 12))).size
          if (method === 'pd') {
            assert.equal(
              one.uplinkBytes,
              steps.map((count) => 24 * count),
            )
            assert.equal(one.downlinkBytes, Array(3).fill(24 * sum(steps)))
          } else if (method === 'frl') {
            const W = 5 * small.width + 2 * small.width + 2
            assert.equal(one.uplinkBytes, Array(3).fill(4 * W))
            assert.equal(one.downlinkBytes, Array(3).fill(4 * W))
            assert.is(down[k].length, 32 + 4 * (W + W - small.width - 1), 'the frame holds the value network too')
          } else if (method === 'fedhpd') {
            assert.equal(one.uplinkBytes, Array(3).fill(8 * 5000), 'a policy at each public state')
            assert.equal(one.downlinkBytes, Array(3).fill(8 * 5000))
          } else {
            const size = merge === 'visits' ? 16 : 12
            assert.equal(one.downlinkBytes, Array(3).fill(size * entries), 'one entry per visited cluster')
            one.uplinkBytes.forEach((bytes, i) => {
              assert.ok(bytes % size === 0 && bytes >= size && bytes <= size * Math.min(steps[i], 256))
            })
          }
          if (method !== 'frl') {
            assert.equal(
              one.uplinkBytes,
              ups.map((length) => length - 32),
            )
            assert.equal(
              one.downlinkBytes,
              downs.map((length) => length - 32),
            )
          }
        })
      }
    }
  }
  const { result } = tapped({ ...small, method: 'frd', sections: 1 })
  for (const { uplinkBytes, downlinkBytes } of result.exchanges) {
    assert.equal([...uplinkBytes, ...downlinkBytes], Array(2 * agents).fill(12), 'S = 1 has one cluster')
  }
})

const indicesOf = (size: number) => (frame: Uint8Array) => {
  const view = new DataView(frame.buffer, frame.byteOffset)
  return Array.from({ length: Math.floor((frame.length - 32) / size) }, (_, k) => view.getInt32(32 + k * size, true))
}

test('the visits on the wire add up to the steps played', () => {
  const { result, up } = tapped({ ...small, method: 'frd', merge: 'visits', sections: 3 })
  up.forEach((frames, k) => {
    frames.forEach((frame, i) => {
      const view = new DataView(frame.buffer)
      let visits = 0
      for (let at = 32; at < frame.length; at += 16) visits += view.getUint32(at + 4, true)
      const from = k * small.period
      assert.is(visits, sum(result.scores[i].slice(from, from + small.period)))
    })
  })
})

test('memories that are never emptied send all steps from the first episode on', () => {
  const steps = (result: RunResult, e: number) => result.scores.map((list) => 24 * sum(list.slice(0, e)))
  const kept = runToEnd({ ...small, method: 'pd', memoryReset: 'never' })
  for (const { episode, uplinkBytes } of kept.exchanges) assert.equal(uplinkBytes, steps(kept, episode))
})

// ---- the digest

const scoreBytes = ({ scores }: RunResult, from: number, to: number) => {
  const words = Array.from({ length: to - from }, (_, k) => scores.map((list) => list[from + k])).flat()
  return Buffer.from(Uint32Array.from(words).buffer)
}

test('the digest is a chain: the config, then for each exchange scores, uplink headers and the global body', () => {
  for (const method of ['mixfrd', 'pd', 'frl', 'own']) {
    const { result, up, down } = tapped({ ...small, method, seed: 5 })
    let link = sha256('frd-digest-v1\0', canonicalConfig(result.config))
    const federation = link.readUInt32LE(0)
    let from = 0
    result.exchanges.forEach(({ episode, digest }, k) => {
      const headers = (up[k] ?? []).map((frame) => frame.subarray(0, 32))
      const global = down[k] ? [down[k].subarray(32)] : []
      link = sha256(link, scoreBytes(result, from, episode), ...headers, ...global)
      assert.is(digest, link.toString('hex'), `${method}, exchange ${k}`)
      from = episode
      headers.forEach((header, agent) => {
        const view = new DataView(header.buffer)
        assert.equal(
          [8, 16, 20].map((at) => view.getUint32(at, true)),
          [federation, k, agent],
        )
        assert.is(view.getUint32(28, true), crc32(up[k][agent].subarray(32)), 'a header holds the checksum of its body')
      })
    })
  }
})

test('a longer cap does not change what comes before it', () => {
  for (const method of NAMES) {
    const [short, long] = [tapped({ ...small, method }), tapped({ ...small, method, cap: 33 })]
    short.result.scores.forEach((list, i) => {
      assert.equal(long.result.scores[i].slice(0, list.length), list)
    })
    const bodies = ({ up, down }: typeof short, count: number) =>
      [...up.slice(0, count).flat(), ...down.slice(0, count)].map((frame) => sha256(frame.subarray(32)).toString('hex'))
    const { length } = short.up
    assert.is(length, short.result.exchanges.some(({ uplinkBytes }) => sum(uplinkBytes) > 0) ? 4 : 0)
    assert.equal(bodies(long, length), bodies(short, length))
  }
})

test('the last link holds the remaining scores and all final weights', () => {
  const given = { ...small, method: 'independent', policyRate: 0, valueRate: 0 }
  const result = runToEnd(given)
  const kernel = instantiate()
  const [env] = environments
  const agents = layOut(kernel, env, resolveConfig(given), { proxies: 0, replay: 0, targets: 0 })
  const weights = agents.map((agent, i) => {
    agent.seed('init', streamKey(env.name, 1, i, 'init'))
    agent.init()
    return new Uint8Array(agent.weights().buffer)
  })
  const link = sha256('frd-digest-v1\0', canonicalConfig(result.config))
  assert.is(result.digest, sha256(link, scoreBytes(result, 0, small.cap), ...weights).toString('hex'))
})

test('the config tag depends on all fields but the seed, and the federation tag on the seed too', () => {
  const tags = (given: Partial<Config>) => {
    const view = new DataView(tapped({ ...small, method: 'frd', cap: 6, ...given }).up[0][0].buffer)
    return [view.getUint32(8, true), view.getUint32(12, true)]
  }
  const [federation, config] = tags({})
  assert.equal(tags({}), [federation, config])
  const reseeded = tags({ seed: 2 })
  assert.is.not(reseeded[0], federation)
  assert.is(reseeded[1], config)
  const rebatched = tags({ batch: 7 })
  assert.is.not(rebatched[0], federation)
  assert.is.not(rebatched[1], config)
})

/**
 * A hash of all that happens in a run, without the run's name: scores, completions and bodies. The digest would always
 * differ, because it holds the config.
 */
function course(given: Partial<Config>): string {
  const { result, up, down } = tapped(given)
  const bodies = [...up.flat(), ...down].map((frame) => frame.subarray(32))
  return sha256(JSON.stringify([result.scores, result.completions]), ...bodies).toString('hex')
}

const tuned = { preset: 'tuned', method: 'independent', agents: 1, seed: 2, cap: 90, width: 50, depth: 2 } as const

/** For each field two values, and where needed the settings under which the course of the run and its digest differ. */
const choices: { [K in keyof Config]?: [Config[K], Config[K], Partial<Config>?] } = {
  preset: ['paper', 'tuned'],
  method: ['frd', 'mixfrd'],
  agents: [2, 3],
  absent: [[], [[], [1]]],
  sections: [3, 4],
  period: [5, 6],
  width: [8, 9],
  depth: [1, 2],
  nets: [
    null,
    [
      { width: 8, depth: 1 },
      { width: 4, depth: 2 },
    ],
    { width: undefined, depth: undefined },
  ],
  seed: [1, 2],
  cap: [22, 23],
  until: ['first', 'last', { ...tuned, agents: 2 }],
  activation: ['relu', 'tanh'],
  init: ['he', 'glorot'],
  critic: [{ width: 24, depth: 1 }, 'policy'],
  policyRate: [1e-3, 2e-3],
  valueRate: [5e-3, 6e-3],
  gamma: [0.99, 0.9],
  rollout: [1, 2],
  lambda: [0, 0.9, { rollout: 4 }],
  rewardScale: [1, 0.5],
  terminalReward: [-100, null],
  bootstrap: [true, false, { ...tuned, until: 'cap' }],
  clip: [0, 0.01, { rollout: 4 }],
  entropy: [0, 0.1],
  ranges: [
    [2.4, 3, 0.2, 3.5],
    [2.4, 3, 0.2, 3.6],
  ],
  memoryReset: ['exchange', 'never'],
  merge: ['mean', 'visits'],
  codec: ['float32', 'int4'],
  minVisits: [1, 3],
  growth: [1, 1.5],
  trigger: ['always', { policy: 0.01 }],
  participation: [1, 0.5],
  dropout: [0, 0.5],
  epochs: [1, 2],
  batch: [32, 31],
  distillRate: [1e-3, 2e-3],
  distillAdam: ['own', 'shared'],
  mixupTies: ['velocity', 'index', { sections: 3 }],
  mixupKeep: ['append', 'replace'],
  mixupBy: ['angle', 'random'],
  mixupPortion: [0.5, { beta: 0.5 }],
  distillCount: ['all', 'own'],
  worlds: [null, { length: [0.5, 0.6] }],
  frlCritic: ['average', 'local', { method: 'frl' }],
  frlInit: ['common', 'independent', { method: 'frl' }],
}

test('every field of the config changes the course of a run and its digest', () => {
  // test/environments.test.ts has the environment and the versions, test/models.test.ts the weights to start from.
  const others = ['env', 'envVersion', 'methodVersion', 'startVersion']
  const missing = Object.keys(resolveConfig()).filter((name) => !others.includes(name) && !Object.hasOwn(choices, name))
  assert.equal(missing, [], 'a new field needs a line above')
  for (const [name, [a, b, where]] of Object.entries(choices)) {
    const base = { ...small, method: 'mixfrd', ...where }
    const [one, two] = [a, b].map((value) => ({ ...base, [name]: value }))
    assert.is.not(course(one), course(two), `${name}: ${a}, ${b}`)
    assert.is.not(runToEnd(one).digest, runToEnd(two).digest, name)
  }
})

// The online update computes gradient and step in one, and could forget to clip. Then `clip` would change the digest
// and nothing else.
test('clip acts on a rollout of one step too', () => {
  const scores = (clip: number) => runToEnd({ ...small, method: 'independent', clip }).scores
  assert.not.equal(scores(0), scores(1e-3))
})

test.run()
