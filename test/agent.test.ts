// One agent that a program embeds: it is agent i of a run; in an environment of the program's own, of any size, it
// learns the same bits as the twin; its checkpoint continues with the same bits in any instance, and everything else
// than a checkpoint of the same settings is refused as a whole.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { environments } from '../src/config/environment.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import type { Agent } from '../src/kernel/agent.ts'
import { layOut } from '../src/kernel/layout.ts'
import { purposes } from '../src/kernel/records.ts'
import { instantiate, kernelBytes } from '../src/kernel/wasm.ts'
import { type Method, methods } from '../src/methods/index.ts'
import { type AgentConfig, createAgent } from '../src/run/createAgent.ts'
import { runToEnd } from '../src/run/run.ts'
import { streamKey } from '../src/run/streams.ts'
import { type Transition, act as twinAct, update } from './reference/a2c.ts'
import { toCanonical } from './reference/mlp.ts'
import { makeStream } from './reference/philox.ts'
import type { Num } from './reference/rounding.ts'
import { makeTwin } from './twins.ts'

const num: Num = { ...instantiate(), round: Math.fround }
const bits = (numbers: Float32Array) => [...new Uint32Array(numbers.slice().buffer)]
const same = (a: Agent, b: Agent, what: string) => assert.equal(bits(a.weights()), bits(b.weights()), what)
const play = (agent: Agent, episodes: number) => Array.from({ length: episodes }, () => agent.playEpisode())

// ---- one agent

test('createAgent makes agent i of a run without exchange', () => {
  for (const preset of ['paper', 'tuned'] as const) {
    const config = { preset, width: 12, depth: 1, seed: 9 } as const
    const { scores } = runToEnd({ ...config, method: 'independent', agents: 2, cap: 15, until: 'cap' })
    for (const agent of [0, 1]) assert.equal(play(createAgent({ ...config, agent }), 15), scores[agent])
  }
  const module = new WebAssembly.Module(kernelBytes())
  assert.equal(play(createAgent({}, { module }), 2), play(createAgent(), 2))
})

test('what an agent returns is a copy, which no later call changes', () => {
  const agent = createAgent()
  const first = agent.reset()
  const p = agent.policy(first)
  const kept = [...first, ...p]
  const { observation } = agent.step(agent.act(first))
  agent.policy(observation)
  agent.step(agent.act(observation))
  assert.equal([...first, ...p], kept)
  assert.type(agent.value(first), 'number')
})

test('a wrong setting is refused by name: an unknown one, one out of range, two that contradict each other', () => {
  const refuses = (given: Record<string, unknown>, pattern: RegExp, options = {}) =>
    assert.throws(() => createAgent(given as AgentConfig, options), pattern)
  refuses({ wdith: 3 }, /"config" expected one of env, .*actions, got "wdith": did you mean width\?/)
  refuses({ method: 'frd' }, /"config" expected one of/)
  refuses({ width: 0 }, /"width" expected an integer in 1..1024, got 0/)
  refuses({ agent: -1 }, /"agent" expected/)
  refuses({ observations: 65, actions: 2 }, /"observations" expected an integer in 1..64, got 65/)
  refuses({ observations: 0, actions: 2 }, /"observations" expected/)
  refuses({ observations: 4, actions: 17 }, /"actions" expected an integer in 2..16, got 17/)
  refuses({ observations: 4, actions: 1 }, /"actions" expected/)
  refuses({ observations: 4 }, /"actions" expected/)
  refuses({ actions: 4 }, /"observations" expected/)
  refuses({ env: 'Corridor' }, /"env" expected one of CartPole-v1, .*, got "Corridor": .*"observations" and "actions"/)
  refuses({ env: 'CartPole-v1', observations: 4, actions: 2 }, /"env" expected a name of your own/)
  refuses({ ranges: [1, 2] }, /"ranges" expected 4 intervals, one per component of CartPole-v1, got 2/)
  refuses({ observations: 3, actions: 2, ranges: [1] }, /"ranges" expected 3 intervals, got 1/)
  refuses({ observations: 64, actions: 2, sections: 2 }, /"sections" expected at most 2\^31 clusters in 64 components/)
  refuses({}, /"capacity.targets" expected/, { capacity: { targets: -1 } })
  refuses({}, /"capacity" expected one of proxies, replay, targets, got "poxies": did you mean proxies\?/, {
    capacity: { poxies: 1 },
  })
  refuses({ observations: 3, actions: 2 }, /"sections" expected to be given/, { capacity: { proxies: 8 } })
})

// ---- an environment of your own

const sizes = [
  [1, 2],
  [3, 5],
  [7, 16],
  [64, 3],
] as const

test('in an environment of any size the kernel learns from the host, bit for bit, what the twin learns', () => {
  for (const [observations, actions] of sizes) {
    for (const preset of ['paper', 'tuned'] as const) {
      const given = { preset, width: 10, depth: 2, seed: 4, entropy: 0.01 } as const
      const config = { ...resolveConfig(given), terminalReward: null }
      const agent = createAgent({ ...given, env: 'Noise', observations, actions })
      const twin = makeTwin(num, config, { name: 'Noise', observations, actions }, 4)
      const world = makeStream(1, observations)
      const observe = () => Array.from({ length: observations }, () => Math.fround(2 * world.uniform() - 1))
      let rollout: Transition[] = []
      for (let step = 1, state = observe(); step <= 150; step++) {
        const twinChoice = twinAct(num, twin.policy, state, twin.action.uniform())
        assert.is(agent.act(state), twinChoice.action)
        const [next, reward] = [observe(), world.uniform() * (1 + twinChoice.action)]
        const ends = { terminated: step % 50 === 0, truncated: step % 50 === 25 }
        agent.learn({ action: twinChoice.action, observation: next, reward, ...ends })
        rollout.push({ state, ...twinChoice, reward, next, ...ends })
        if (rollout.length === config.rollout || ends.terminated || ends.truncated) {
          update(num, twin, rollout)
          rollout = []
        }
        state = next
      }
      const weights = [...toCanonical(twin.policy.layers), ...toCanonical(twin.value.layers)]
      assert.equal(bits(agent.weights()), bits(Float32Array.from(weights)), `${observations} x ${actions} ${preset}`)
    }
  }
})

test('a host that steps CartPole itself learns what the kernel learns', () => {
  for (const preset of ['paper', 'tuned'] as const) {
    const inside = createAgent({ preset, width: 9 })
    const { terminalReward } = resolveConfig({ preset })
    const outside = createAgent({ preset, width: 9, env: 'cart', observations: 4, actions: 2, terminalReward })
    outside.setWeights(inside.weights())
    for (let episode = 0; episode < 10; episode++) {
      for (let observation = inside.reset(), over = false; !over; ) {
        const action = inside.act(observation)
        outside.act(observation)
        const transition = { action, ...inside.step(action) }
        inside.learn(transition)
        outside.learn(transition)
        observation = transition.observation
        over = transition.terminated || transition.truncated
      }
    }
    same(inside, outside, preset)
  }
})

test('a reset drops the steps of an episode that was left: a rollout holds steps of one episode', () => {
  const agent = createAgent({ preset: 'tuned', rollout: 8, width: 6, depth: 1, seed: 3 })
  const go = (steps: number) => {
    for (let k = 0; k < steps; k++) {
      assert.ok(agent.act(observation) >= 0)
      const { observation: next, ...step } = agent.step(k % 2)
      agent.learn({ action: k % 2, observation: next, ...step })
      observation = next
    }
  }
  const first = agent.weights()
  let observation = agent.reset()
  go(3)
  observation = agent.reset()
  go(7)
  assert.equal(agent.weights(), first)
  go(1)
  assert.not.equal(agent.weights(), first)
  agent.reset()
  agent.act(observation)
  const left = agent.save()
  assert.ok(agent.playEpisode() > 0)
  agent.load(left)
  assert.ok(agent.playEpisode() > 0)
})

test('the kernel does not step an environment that it does not have, and its message says what to do', () => {
  const agent = createAgent({ env: 'Corridor', observations: 1, actions: 3 })
  for (const verb of ['reset', 'step', 'playEpisode'] as const) {
    assert.throws(
      () => agent[verb](0),
      new RegExp(`"${verb}" expected a built-in environment, got "Corridor": you step`),
    )
  }
  assert.throws(() => agent.act([1, 2]), /"observation" expected 1 numbers, got 2/)
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 1e39, undefined as unknown as number]) {
    assert.throws(() => agent.act([wrong]), /"observation" expected finite numbers, as f32, got/)
  }
  agent.act([1])
  const rest = { observation: [1], reward: 1, terminated: false, truncated: false }
  for (const action of [3, -1, 0.5]) assert.throws(() => agent.learn({ ...rest, action }), /"action" expected/)
  assert.throws(() => agent.learn({ ...rest, action: 1, reward: Number.NaN }), /"reward" expected a finite number/)
  assert.throws(() => createAgent().step(2), /"action" expected an integer in 0..1, got 2/)
  assert.throws(() => agent.distill(new Float32Array(4)), /"entries" expected at most 0, got 1: capacity.targets/)
  const { observations, actions, name, limit } = agent.env
  assert.equal(
    { observations, actions, name, limit },
    { observations: 1, actions: 3, name: 'Corridor', limit: Infinity },
  )
})

test('an agent learns from the rewards that the host gives, and its proxy states are those of its ranges', () => {
  const given = {
    observations: 2,
    actions: 3,
    sections: 4,
    ranges: [1, 10],
    seed: 2,
    preset: 'paper',
    critic: { width: 24, depth: 1 },
    policyRate: 3e-3,
  } as const
  const agent = createAgent(given, { capacity: { proxies: 16, targets: 16 } })
  const world = makeStream(5, 6)
  const observe = () => [2 * world.uniform() - 1, 20 * world.uniform() - 10]
  const best = ([x, y]: number[]) => (x < 0 ? 0 : y < 0 ? 1 : 2)
  let [visits, hits] = [0, 0]
  for (let step = 0; step < 6000; step++) {
    const observation = observe()
    const action = agent.act(observation)
    if (step >= 5500) hits += action === best(observation) ? 1 : 0
    if (step === 5500) agent.forget()
    if (step >= 5500) visits++
    const reward = action === best(observation) ? 1 : 0
    agent.learn({ action, observation, reward, terminated: true, truncated: false })
  }
  assert.ok(hits > 0.85 * 500, `${hits} of 500`)
  const proxies = agent.proxies()
  assert.is(
    proxies.visits.reduce((a, b) => a + b, 0),
    visits - 1, // forget() also dropped the step that was under way
  )
  const rows = agent.entries(proxies)
  assert.equal([...rows.subarray(0, 2)], [-0.75, -7.5])
  agent.distill(rows)
})

// ---- checkpoints

/** Plays a few steps of an episode that stays open; `learnLast` says whether the last action is learned. */
function someSteps(agent: Agent, count: number, learnLast = true): ArrayLike<number> {
  let observation: ArrayLike<number> = agent.env.id ? agent.reset() : [0.1, 0.2, 0.3]
  for (let k = 0; k < count; k++) {
    const action = agent.act(observation)
    if (k === count - 1 && !learnLast) return observation
    const next = agent.env.id ? agent.step(action) : { observation: [0.3, -0.1 * k, 0.2], reward: action, ...open }
    agent.learn({ action, ...next })
    observation = next.terminated || next.truncated ? agent.reset() : next.observation
  }
  return observation
}
const open = { terminated: false, truncated: false }

const kinds: readonly AgentConfig[] = [
  { width: 7, depth: 1 },
  { preset: 'tuned', width: 6, depth: 2 },
  { preset: 'tuned', width: 8, depth: 1, distillAdam: 'shared', sections: 5 },
]
const capacity = { proxies: 600, replay: 4096, targets: 4096 }

test('a checkpoint loaded into a fresh agent continues as the saved agent does, weights and memories included', () => {
  for (const given of kinds) {
    const a = createAgent({ ...given, seed: 3 }, { capacity })
    play(a, 6)
    someSteps(a, 3)
    a.distill(a.entries(a.proxies()))
    a.beta(0.4) // the stream that this draws from is in the checkpoint too
    const saved = a.save()
    const b = createAgent({ ...given, seed: 77, agent: 5 }, { capacity })
    b.load(saved)
    assert.equal(b.save(), saved)
    assert.equal(play(b, 8), play(a, 8))
    same(a, b, 'weights')
    assert.equal([...b.replay()], [...a.replay()])
    assert.equal([...b.entries(b.proxies())], [...a.entries(a.proxies())])
    assert.equal([b.beta(0.4), ...b.shuffled(9)], [a.beta(0.4), ...a.shuffled(9)])
    a.distill(a.replay().slice())
    b.distill(b.replay().slice())
    assert.equal(b.save(), a.save())
    assert.not.equal(a.save(), saved)
  }
})

test('a checkpoint may be saved between act and learn, and in the middle of a rollout', () => {
  for (const given of [
    ...kinds,
    { observations: 3, actions: 4 },
    { preset: 'tuned', observations: 3, actions: 2 },
  ] as const) {
    const a = createAgent(given)
    someSteps(a, 7, false)
    const b = createAgent({ ...given, seed: 8 })
    b.load(a.save())
    const width = a.env.observations
    for (const agent of [a, b]) {
      agent.learn({ action: 1, observation: new Array(width).fill(0.25), reward: 1, ...open })
      someSteps(agent, 60)
    }
    assert.equal(b.save(), a.save())
  }
})

test('a checkpoint holds no address: it moves from one agent of three into an agent alone, and back', () => {
  const instance = instantiate()
  const env = environments[0]
  instance.reserve(4096)
  const crowd = layOut(instance, env, resolveConfig({ preset: 'tuned', agents: 3, width: 7, depth: 1 }), capacity)
  crowd.forEach((agent, i) => {
    for (const purpose of purposes) agent.seed(purpose, streamKey(env.name, 1, i, purpose))
    agent.init()
    play(agent, 3)
  })
  const alone = createAgent({ preset: 'tuned', width: 7, depth: 1 }, { capacity })
  alone.load(crowd[2].save())
  assert.equal(alone.save(), crowd[2].save())
  crowd[0].load(alone.save())
  const [first, second, third] = [play(alone, 6), play(crowd[0], 6), play(crowd[2], 6)]
  assert.equal([second, third], [first, first])
  same(alone, crowd[0], 'weights')
  same(alone, crowd[2], 'weights')
  // Nor does it hold the address of a constant of the kernel, because constants lie elsewhere in the next build. The
  // description of the environment is such a constant.
  const saved = alone.save()
  const head = new Uint32Array(saved.buffer, saved.byteOffset, saved.byteLength >> 2)
  const about = instance.envAbout(1, instance.reserve(64))
  assert.ok(about > 1024 && about % 4 === 0)
  assert.not.ok(head.subarray(0, 1024).includes(about))
})

test('a checkpoint that was cut anywhere, or has a changed bit in its header or behind it, is refused', () => {
  const agent = createAgent({ width: 2, depth: 1, critic: { width: 2, depth: 1 } })
  play(agent, 2)
  const saved = agent.save()
  play(agent, 1)
  const before = agent.save()
  const refused = (bytes: Uint8Array, what: string) =>
    assert.throws(() => agent.load(bytes), /^"checkpoint" expected/, what)
  for (let at = 0; at < saved.length; at += at < 120 ? 1 : 61) {
    const bytes = saved.slice()
    bytes[at] ^= 1 << (at % 8)
    refused(bytes, `byte ${at}`)
    refused(saved.subarray(0, at), `cut at ${at}`)
  }
  refused(saved.subarray(0, -1), 'cut at the end')
  refused(Uint8Array.of(...saved, 0), 'with one more byte')
  assert.throws(() => agent.load([...saved] as unknown as Uint8Array), TypeError)
  assert.equal(agent.save(), before, 'a refusal changes nothing')
  const within = new Uint8Array(saved.length + 9)
  within.set(saved, 3)
  agent.load(within.subarray(3, -6))
  assert.equal(agent.save(), saved)
})

test('a checkpoint of other settings is refused, however small the difference is', () => {
  const given = { width: 6, depth: 1, seed: 2 } as const
  const saved = createAgent(given).save()
  const others: AgentConfig[] = [
    { width: 7 },
    { depth: 2 },
    { critic: { width: 23, depth: 1 } },
    { activation: 'relu' },
    { gamma: 0.98 },
    { policyRate: 0.002 },
    { terminalReward: -99 },
    { sections: 29 },
    { ranges: [2.4, 3, 0.2, 3.5] },
    { env: 'cart', observations: 4, actions: 2 },
  ]
  for (const other of others) {
    const agent = createAgent({ ...given, ...other })
    assert.throws(() => agent.load(saved), /^"checkpoint" expected/, JSON.stringify(other))
  }
  assert.throws(() => createAgent(given, { capacity: { proxies: 1 } }).load(saved), /^"checkpoint" expected/)
  const own = (env: string) => createAgent({ env, observations: 2, actions: 2 })
  assert.throws(() => own('a').load(own('b').save()), /expected this agent's settings/)
  own('a').load(own('a').save())
})

// ---- a method of your own

test('run takes a method that is not in the registry, under its own name', () => {
  const given = { agents: 2, width: 8, depth: 1, cap: 12, period: 4 } as const
  const copy: Method = { ...methods.frd, name: 'copy' }
  const [own, frd] = [runToEnd(given, { method: copy }), runToEnd({ ...given, method: 'frd' })]
  assert.equal([own.scores, own.exchanges.length, own.config.method], [frd.scores, 2, 'copy'])
  assert.not.equal(own.digest, frd.digest)
  assert.equal(runToEnd({ ...given, method: 'copy' }, { method: copy }), own)
  const idle: Method = { ...copy, download: () => {} }
  assert.equal(runToEnd(given, { method: idle }).scores, runToEnd({ ...given, method: 'independent' }).scores)
  assert.throws(() => runToEnd({ ...given, method: 'frd' }, { method: copy }), /"method" expected copy, the one given/)
  assert.throws(() => runToEnd(given, { method: { ...copy, name: 'frd' } }), /"method.name" expected a name of its own/)
  assert.throws(() => runToEnd(given, { method: { ...copy, name: 'a=b\n' } }), /"method.name" expected a name/)
  assert.throws(() => runToEnd({ ...given, method: 'copy' }), /"method" expected one of/)
})

test.run()
