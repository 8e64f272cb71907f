// Acrobot-v1: step by step against Gymnasium, to the last bit against its twin, and a run whose scores are returns.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findEnvironment } from '../src/config/environment.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { Agent } from '../src/kernel/agent.ts'
import { layOut } from '../src/kernel/layout.ts'
import { instantiate } from '../src/kernel/wasm.ts'
import { stepEnvironment } from '../src/kernel/world.ts'
import { createAgent } from '../src/run/createAgent.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { seedAgent } from '../src/run/streams.ts'
import { loadVectors, parseHexFloat } from './helpers.ts'
import { playEpisode, type TwinWorld } from './reference/a2c.ts'
import { acrobotObserve, acrobotReset, acrobotStep } from './reference/acrobot.ts'
import { toCanonical } from './reference/mlp.ts'
import { makeStream } from './reference/philox.ts'
import type { Num } from './reference/rounding.ts'
import { cosExact, sinExact } from './reference/trig.ts'
import { makeTwin } from './twins.ts'

const kernel = instantiate()
const { log64, sin64, cos64, exp32, tanh32 } = kernel
const rounding: Num = { round: Math.fround, log64, sin64, cos64, exp32, tanh32 } as Num
const env = findEnvironment('Acrobot-v1')
const exact = { sin64: sinExact, cos64: cosExact }
const standard = env.parameters as Parameters<typeof acrobotStep>[1]

interface Episode {
  readonly actions: number[]
  readonly reward: number[]
  readonly terminated: number[]
  readonly truncated: number[]
  readonly state: string[][]
}

/** An agent with access to the state of its environment. */
function makeAgent(world: Partial<typeof standard> = {}) {
  const kernel = instantiate()
  const config = resolveConfig({ env: env.name, preset: 'tuned', width: 4, depth: 1, agents: 1 })
  const own = { ...env, parameters: { ...standard, ...world } }
  const [agent] = layOut(kernel, own, config, { proxies: 0, replay: 0, targets: 0 })
  seedAgent(agent, 1, 0)
  const at = kernel.agentState(agent.block)
  return {
    agent,
    state: () => new Float64Array(kernel.memory.buffer, at + 16, 4),
    count: () => new Uint32Array(kernel.memory.buffer, at + 8, 1),
  }
}

// NumPy's sine and cosine are not correctly rounded on about 0.1 % of arguments, and four evaluations of the dynamics
// carry that on.
test('each step from a state of Gymnasium gives its next state, its reward and its flags', () => {
  const { agent, state, count } = makeAgent()
  const { random, swing, mixed } = loadVectors<Record<'random' | 'swing' | 'mixed', Episode[]>>('acrobot-gymnasium')
  let steps = 0
  let equal = 0
  for (const episode of [...random, ...swing, ...mixed]) {
    const rows = episode.state.map((row) => row.map(parseHexFloat))
    for (const [k, action] of episode.actions.entries()) {
      agent.reset()
      state().set(rows[k])
      count()[0] = k
      const { observation, reward, terminated, truncated } = agent.step(action)
      assert.is(reward, episode.reward[k])
      assert.is(terminated, episode.terminated[k] === 1)
      assert.is(truncated, episode.truncated[k] === 1)
      const next = [...state()]
      assert.equal([...observation], acrobotObserve(exact, next))
      for (const [i, value] of next.entries()) {
        const far = Math.abs(value - rows[k + 1][i])
        assert.ok(far <= 4e-15 * Math.max(1, Math.abs(value)), `step ${k}, component ${i}: off by ${far}`)
        equal += Number(far === 0)
      }
      steps++
    }
  }
  assert.is(steps, 1550)
  assert.ok(equal / (4 * steps) > 0.97, `${equal} of ${4 * steps} equal`)
})

test('a step equals its twin to the bit, in every corner of the states and under other parameters', () => {
  const stream = makeStream(5, 0)
  const between = (low: number, high: number) => low + (high - low) * stream.uniform()
  for (const world of [
    {},
    { mass1: 0.5, mass2: 1.5 },
    { length1: 1.5, com1: 0.75, com2: 0.3, gravity: 3.7, inertia: 2 },
  ]) {
    const { agent, state } = makeAgent(world)
    for (let n = 0; n < 400; n++) {
      const size = n % 3 ? 1 : 0.05
      const from = [Math.PI, Math.PI, 4 * Math.PI, 9 * Math.PI].map((most) => size * between(-most, most))
      agent.reset()
      state().set(from)
      const action = stream.integer(3)
      const { reward, terminated } = agent.step(action)
      const twin = acrobotStep(exact, { ...standard, ...world }, from, action)
      assert.equal([...state()], twin.state)
      assert.is(reward, twin.reward)
      assert.is(terminated, twin.terminated)
    }
  }
})

test('an agent learns as its twin does, and its score is the sum of its rewards', () => {
  for (const given of [{ preset: 'tuned' }, { preset: 'paper', terminalReward: null }] as const) {
    const settings = { env: env.name, ...given, width: 6, depth: 1, seed: 3 }
    const agent = createAgent(settings)
    const twin = makeTwin(rounding, resolveConfig({ ...settings, agents: 1 }), env, 3)
    const world: TwinWorld = {
      reset: acrobotReset,
      observe: (_, state) => acrobotObserve(exact, state),
      step: (_, state, action) => acrobotStep(exact, standard, state, action),
      limit: 500,
    }
    for (let episode = 0; episode < 3; episode++) {
      const score = agent.playEpisode()
      assert.is(agent.steps, playEpisode(rounding, twin, world))
      assert.ok(score === -agent.steps || score === 1 - agent.steps)
    }
    const flat = [twin.policy, twin.value].flatMap(({ layers }) => toCanonical(layers))
    assert.equal([...agent.weights()], flat)
  }
})

test('a run has returns as scores, counts its steps apart, and ends with a mean of -100', () => {
  const given = { env: env.name, preset: 'tuned', method: 'mixfrd', agents: 2, seed: 1, cap: 150 } as const
  const events = run(given)
  let steps = 0
  let result = events.next()
  for (; !result.done; result = events.next()) {
    const event = result.value
    if (event.type !== 'episode') continue
    steps += event.steps.reduce((sum, count) => sum + count, 0)
    for (const [i, score] of event.scores.entries()) {
      assert.ok(score === -event.steps[i] || score === 1 - event.steps[i])
    }
  }
  const { completion, completions, scores, envSteps } = result.value
  assert.is(envSteps, steps)
  assert.ok(completion !== null)
  const first = scores[completions.indexOf(completion)]
  const mean = (at: number) => first.slice(at - 10, at).reduce((sum, score) => sum + score, 0) / 10
  assert.ok(mean(completion) >= -100 && mean(completion - 1) < -100)
  assert.is(runToEnd(given).digest, result.value.digest)
})

test('stepEnvironment steps from any state of any environment, and refuses what is none', () => {
  const state = [0.3, -1, 2, 0.5]
  const world = { mass1: 0.5, gravity: 5 }
  const next = stepEnvironment(env.name, state, 2, { parameters: world, steps: 499 })
  const twin = acrobotStep(exact, { ...standard, ...world }, state, 2)
  assert.equal([...next.state], twin.state)
  assert.equal([next.reward, next.terminated, next.truncated], [-1, false, true])
  const pole = stepEnvironment('CartPole-v1', [0, 0, 0.01, 0], 1)
  assert.equal([...pole.observation], [...pole.state].map(Math.fround))
  assert.is(stepEnvironment(env.name, state, 2).truncated, false)
  assert.throws(() => stepEnvironment('Pendulum', state, 0), /"env" expected one of/)
  assert.throws(() => stepEnvironment(env.name, [0, 0, 0], 0), /"state" expected 4 finite numbers, got "0, 0, 0"/)
  assert.throws(() => stepEnvironment(env.name, [0, 0, 0, Number.NaN], 0), /"state" expected 4 finite numbers/)
  assert.throws(() => stepEnvironment(env.name, state, 3), /"action" expected an integer in 0\.\.2, got 3/)
  assert.throws(() => stepEnvironment(env.name, state, 0, { parameters: { mass: 1 } }), /"parameters" expected one of/)
})

test('what does not fit the environment is refused by name', () => {
  const refuses = (given: Parameters<typeof resolveConfig>[0], message: RegExp) =>
    assert.throws(() => resolveConfig({ env: env.name, ...given }), message)
  refuses({ sections: 36 }, /"sections" expected an integer in 1\.\.35 for Acrobot-v1, got 36/)
  refuses({ ranges: [1, 1, 1, 1] }, /"ranges" expected 6 intervals, one per component of Acrobot-v1, got 4/)
  refuses({ mixupBy: 'angle' }, /"mixupBy" expected one of cos1, .*, euclidean/)
  assert.is(resolveConfig({ env: env.name }).mixupBy, 'cos1')
  assert.ok(createAgent({ env: env.name }) instanceof Agent)
})

test.run()
