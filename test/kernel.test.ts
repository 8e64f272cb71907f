// The kernel equals the twin in plain TypeScript to the last bit: in whole episodes of learning, in memories and in
// distillation, with both presets, relu and tanh, all sizes of Table 1 and odd sizes. The twin takes exp, log, sin and
// cos from the kernel.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { environments } from '../src/config/environment.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import type { Agent } from '../src/kernel/agent.ts'
import { layOut } from '../src/kernel/layout.ts'
import { poolOf } from '../src/kernel/pool.ts'
import { purposes } from '../src/kernel/records.ts'
import { instantiate, kernelBytes } from '../src/kernel/wasm.ts'
import { streamKey } from '../src/run/streams.ts'
import { makePool, playEpisode, type Agent as Twin } from './reference/a2c.ts'
import { makeAdam } from './reference/adam.ts'
import { distill } from './reference/distill.ts'
import { toCanonical } from './reference/mlp.ts'
import { remember, toProxyEntries, toProxyState } from './reference/proxy.ts'
import type { Num } from './reference/rounding.ts'
import { makeTwin } from './twins.ts'

const kernel = instantiate()
const num: Num = { ...kernel, round: Math.fround }
const env = environments[0]
const CAPACITY = { proxies: 4096, replay: 8192, targets: 8192 }

function kernelAgent(config: Config, seed: number): Agent {
  const [agent] = layOut(instantiate(), env, { ...config, agents: 1 }, CAPACITY)
  for (const purpose of purposes) agent.seed(purpose, streamKey(env.name, seed, 0, purpose))
  agent.init()
  return agent
}

const bits = (numbers: ArrayLike<number>) => [...new Uint32Array(Float32Array.from(numbers).buffer)]
const weightsOf = (twin: Twin) => [...toCanonical(twin.policy.layers), ...toCanonical(twin.value.layers)]

function equal(got: ArrayLike<number>, want: ArrayLike<number>, what: string): void {
  const a = bits(got)
  const b = bits(want)
  assert.is(a.length, b.length, `${what}: length`)
  const at = a.findIndex((word, i) => word !== b[i])
  if (at >= 0) assert.unreachable(`${what}: element ${at} is ${got[at]}, the twin's ${want[at]}`)
}

/** Plays episodes of at least `steps` steps in all, distils after every eighth, and compares all numbers bit by bit. */
function compare(given: Partial<Config>, seed: number, steps: number): void {
  const config = resolveConfig(given)
  const name = `${config.preset} ${config.width}x${config.depth} ${config.activation}`
  const agent = kernelAgent(config, seed)
  const twin = makeTwin(num, config, env, seed)
  equal(agent.weights(), weightsOf(twin), `${name}: first weights`)
  const twinAdam = makeAdam(twin.policy)
  const grid = { ranges: [...config.ranges] as number[], sections: config.sections }
  for (let played = 0; played < steps; ) {
    twin.records = []
    for (let episodes = 0; episodes < 8 && played < steps; episodes++) {
      const score = agent.playEpisode()
      assert.is(score, playEpisode(num, twin), `${name}: score`)
      played += score
    }
    equal(agent.weights(), weightsOf(twin), `${name}: weights after ${played} steps`)
    const { records } = twin
    equal(
      agent.replay(),
      records.flatMap(({ state, policy }) => [...state, ...policy]),
      `${name}: replay memory`,
    )
    const memory = new Map()
    for (const entry of records) remember(grid, memory, entry)
    const proxies = agent.proxies()
    const entries = toProxyEntries(num, memory)
    assert.equal(
      [...proxies.indices],
      entries.map(({ index }) => index),
    )
    equal(
      proxies.policies,
      entries.flatMap(({ policy }) => policy),
      `${name}: averaged policies`,
    )

    const targets = entries.map(({ index, policy }) => ({ state: toProxyState(num, grid, index), policy }))
    const rows = agent.entries(proxies)
    equal(
      rows,
      targets.flatMap(({ state, policy }) => [...state, ...policy]),
      `${name}: proxy states`,
    )
    agent.distill(rows)
    const { epochs, batch, distillRate, distillAdam } = config
    const adam = distillAdam === 'own' ? twinAdam : twin.policyAdam
    distill(num, twin.policy, adam, targets, twin.replay, { epochs, batch, rate: distillRate, epsilon: 1e-7 })
    equal(agent.weights(), weightsOf(twin), `${name}: weights after distillation`)
    agent.forget()
  }
}

for (const preset of ['paper', 'tuned'] as const) {
  for (const width of [1, 3, 5, 7, 24, 50, 100]) {
    for (const depth of [1, 2, 3]) {
      const steps = width === 24 && depth === 1 ? 3000 : width < 50 ? 700 : width === 50 ? 400 : 150
      test(`the kernel equals the twin bit for bit: ${preset} ${width}x${depth}`, () => {
        compare({ preset, width, depth }, 11 * width + depth, steps)
      })
    }
  }
}

test('the kernel equals the twin over thousands of steps of the network of the paper', () => {
  compare({ width: 50, depth: 2 }, 5, 2500)
})

test('the kernel equals the twin for every other option of the learner', () => {
  const small = { width: 9, depth: 2 } as const
  compare({ ...small, init: 'glorot', entropy: 0.01 }, 1, 400)
  compare({ ...small, activation: 'tanh', entropy: 0.05, critic: 'policy', terminalReward: null }, 2, 400)
  compare({ ...small, init: 'orthogonal', rollout: 5, lambda: 0.9, rewardScale: 0.1 }, 3, 400)
  compare({ ...small, rollout: 7, clip: 0.1, bootstrap: true, gamma: 0.9 }, 4, 400)
  compare({ ...small, epochs: 3, batch: 5, distillAdam: 'shared', distillRate: 0.01 }, 5, 400)
  compare({ ...small, sections: 3, ranges: [1, 0.5, 0.1, 0.25] }, 6, 400)
  compare({ ...small, clip: 0.3, entropy: 0.01 }, 7, 400)
})

test('the episode loop in the kernel equals the loop written out on the host', () => {
  for (const preset of ['paper', 'tuned'] as const) {
    const config = resolveConfig({ preset })
    const fused = kernelAgent(config, 3)
    const open = kernelAgent(config, 3)
    for (let episode = 0; episode < 20; episode++) {
      let steps = 0
      for (let observation = open.reset().slice(), over = false; !over; steps++) {
        const action = open.act(observation)
        const transition = { action, ...open.step(action) }
        observation = Float32Array.from(transition.observation)
        open.policy(observation) // reading the policy between acting and learning changes nothing
        open.learn(transition)
        over = transition.terminated || transition.truncated
      }
      assert.is(steps, fused.playEpisode())
    }
    equal(open.weights(), fused.weights(), preset)
    equal(open.replay(), fused.replay(), preset)
  }
})

test('a copy of a block is a checkpoint: at another address it continues with the same bits', () => {
  const instance = instantiate()
  const [a, b] = layOut(instance, env, resolveConfig({ preset: 'tuned', agents: 2 }), CAPACITY)
  for (const purpose of purposes) a.seed(purpose, streamKey(env.name, 8, 0, purpose))
  a.init()
  for (let episode = 0; episode < 5; episode++) a.playEpisode()
  new Uint8Array(instance.memory.buffer).copyWithin(b.block, a.block, a.block + a.bytes)
  for (let episode = 0; episode < 5; episode++) assert.is(a.playEpisode(), b.playEpisode())
  equal(a.weights(), b.weights(), 'weights')
  equal(a.replay(), b.replay(), 'replay memory')
})

test('softmax of two logits, which has its own path, equals softmax of three logits of which the last is none', () => {
  const at = kernel.reserve(16)
  const softmax = (...logits: number[]) => {
    const z = new Float32Array(kernel.memory.buffer, at, logits.length)
    z.set(logits)
    kernel.softmax(at, at, logits.length)
    return [...z]
  }
  const extremes = [0, -0, 1e-45, 1, 87.5, 104, -104, 3e38, -3e38, Infinity, -Infinity, NaN]
  for (const a of extremes) {
    for (const b of extremes) {
      const [p, q, rest] = softmax(a, b, -Infinity)
      if (rest === 0) equal(softmax(a, b), [p, q], `softmax(${a}, ${b})`)
      else assert.ok(softmax(a, b).every(Number.isNaN), `softmax(${a}, ${b})`)
    }
  }
})

test('the kernel imports nothing and uses no relaxed SIMD', () => {
  const bytes = kernelBytes()
  assert.equal(WebAssembly.Module.imports(new WebAssembly.Module(bytes)), [])
  const relaxed = bytes.some((_, i) => bytes[i] === 0xfd && bytes[i + 1] >= 0x80 && bytes[i + 2] === 0x02)
  assert.not(relaxed, 'opcodes 0xfd 0x100 and up are relaxed')
})

test('a pool equals its twin bit for bit: one learner for the environments of three agents', () => {
  for (const given of [
    { width: 24, depth: 1 },
    { width: 37, depth: 2, clip: 0.5, entropy: 0.01, bootstrap: true, terminalReward: null },
    { width: 7, depth: 2, activation: 'tanh', critic: { width: 9, depth: 1 } },
  ] as const) {
    const config = resolveConfig({ ...given, agents: 3 })
    const instance = instantiate()
    const agents = layOut(instance, env, config, { proxies: 0, replay: 0, targets: 0 })
    for (const [i, agent] of agents.entries()) {
      for (const purpose of purposes) agent.seed(purpose, streamKey(env.name, 9, i, purpose))
      agent.init()
    }
    const play = poolOf(instance, agents)
    const twins = agents.map((_, i) => makeTwin(num, config, env, 9, i))
    const playTwin = makePool(num, twins)
    for (let episode = 0; episode < 12; episode++) {
      for (const [i, agent] of agents.entries())
        assert.is(play(agent, i).score, playTwin(i), `episode ${episode} of ${i}`)
    }
    equal(agents[0].weights(), weightsOf(twins[0]), `${config.width}x${config.depth}: weights of the learner`)
  }
})

test.run()
