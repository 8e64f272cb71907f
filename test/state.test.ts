// An agent's state, whatever was done to it before. From any state that a random sequence of public calls leads to, the
// loop written out by hand gives the bits of playEpisode, a checkpoint continues as the agent itself does, and a reset
// leaves nothing of the episode before. The calls include those that throw.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EnvironmentError, type OwnEnvironment } from '../src/index.ts'
import type { Agent } from '../src/kernel/agent.ts'
import type { World } from '../src/kernel/records.ts'
import { type AgentConfig, createAgent } from '../src/run/createAgent.ts'
import { makeStream } from './reference/philox.ts'

type Stream = ReturnType<typeof makeStream>
const below = (stream: Stream, bound: number) => Math.floor(stream.uniform() * bound)
const pick = <T>(stream: Stream, list: readonly T[]): T => list[below(stream, list.length)]

const bits = (numbers: Float32Array) => [...new Uint32Array(numbers.slice().buffer)]

/** What tells one state from another: the weights, the memories, and draws of every stream that a play does not use up. */
const shown = (agent: Agent) => ({
  weights: bits(agent.weights()),
  replay: [...agent.replay()],
  proxies: [...agent.entries(agent.proxies())],
  draws: agent.tryOut(() => [agent.beta(0.7), ...agent.shuffled(5)]),
})

/** The same, and what comes of it: two more episodes, a distillation and an episode after it. */
function future(agent: Agent): unknown[] {
  const told: unknown[] = [shown(agent)]
  agent.forget()
  for (let k = 0; k < 2; k++) told.push(agent.playEpisode(), shown(agent))
  agent.distill(agent.replay().slice())
  agent.forget()
  told.push(agent.playEpisode(), shown(agent))
  return told
}

/** The loop of the docstring of RunOptions.play. */
function byHand(agent: Agent): void {
  for (let observation: ArrayLike<number> = agent.reset(); ; ) {
    const action = agent.act(observation)
    const step = agent.step(action)
    agent.learn({ action, ...step })
    if (step.terminated || step.truncated) return
    observation = step.observation
  }
}

/** A walk between two walls, without a state that outlives an episode. */
const corridor = (fault = Number.POSITIVE_INFINITY): OwnEnvironment => ({
  name: 'Corridor',
  observations: 3,
  actions: 3,
  limit: 17,
  bounds: [
    [-1, 1],
    [-1, 1],
    [-1, 1],
  ],
  score: 'steps',
  mission: { threshold: 15 },
  create: (stream) => {
    let at = 0
    let calls = 0
    const seen = () => [at, at * at, 0.5 - at]
    return {
      reset: () => {
        at = stream.uniform() - 0.5
        return seen()
      },
      step: (action) => {
        calls++
        at += (action - 1) * 0.2 + 0.05 * stream.uniform()
        if (calls % fault === 0) throw new Error('the wall fell')
        return { observation: seen(), reward: 1 - Math.abs(at), terminated: Math.abs(at) > 1, truncated: false }
      },
    }
  },
})

const rollouts = [1, 2, 5, 32, 128]

/** Settings of a small agent, drawn from a stream. */
function settingsFrom(stream: Stream): AgentConfig {
  const own = stream.uniform() < 0.5
  return {
    preset: pick(stream, ['paper', 'tuned'] as const),
    rollout: pick(stream, rollouts),
    clip: pick(stream, [0, 0.5]),
    entropy: pick(stream, [0, 0.01]),
    distillAdam: own ? 'own' : 'shared',
    activation: pick(stream, ['relu', 'tanh'] as const),
    width: 1 + below(stream, 6),
    depth: 1 + below(stream, 2),
    sections: 6,
    batch: 16,
    seed: below(stream, 1000),
  }
}

const capacity = { proxies: 1296, replay: 4000, targets: 4000 }
const newAgent = (settings: AgentConfig, environment?: OwnEnvironment) =>
  environment
    ? createAgent({ ...settings, ranges: [1, 1, 1] }, { capacity, environment })
    : createAgent(settings, { capacity })

type Act = (agent: Agent, stream: Stream, kept: Uint8Array[]) => void

/** A finite observation, which need not be one of the environment's. */
const anywhere = (agent: Agent, stream: Stream) =>
  Array.from({ length: agent.env.observations }, () => 2 * stream.uniform() - 1)

const transition = (agent: Agent, stream: Stream) => ({
  action: below(stream, agent.env.actions),
  observation: anywhere(agent, stream),
  reward: stream.uniform(),
  terminated: stream.uniform() < 0.1,
  truncated: stream.uniform() < 0.1,
})

/** The public calls. A call that is refused, as one out of turn is, changes nothing, and is part of the sequence. */
const acts: readonly Act[] = [
  (agent) => agent.reset(),
  (agent, stream) => agent.act(anywhere(agent, stream)),
  (agent, stream) => agent.step(below(stream, agent.env.actions)),
  (agent, stream) => agent.learn(transition(agent, stream)),
  (agent, stream) => {
    let observation: ArrayLike<number> = agent.reset()
    for (let k = below(stream, 9); k > 0; k--) {
      const action = agent.act(observation)
      const step = agent.step(action)
      agent.learn({ action, ...step })
      if (step.terminated || step.truncated) return
      observation = step.observation
    }
  },
  (agent) => agent.playEpisode(),
  (agent, _, kept) => kept.push(agent.save()),
  (agent, stream, kept) => agent.load(pick(stream, kept)),
  (agent, stream) => agent.setWeights(agent.weights().map((weight) => weight * (0.9 + 0.2 * stream.uniform()))),
  (agent) => agent.distill(agent.replay().slice(0, 7 * (agent.env.observations + agent.env.actions))),
  (agent, stream) => agent.policy(anywhere(agent, stream)),
  (agent, stream) => agent.value(anywhere(agent, stream)),
  (agent) => agent.forget(),
  (agent, stream) => agent.beta(0.5 + stream.uniform()),
  (agent) => agent.shuffled(4),
  (agent, stream) => agent.tryOut(() => agent.act(anywhere(agent, stream))),
  (agent) => agent.tryOut(() => agent.playEpisode()),
  (agent) => agent.act(new Array(agent.env.observations).fill(Number.NaN)),
  (agent, stream) => agent.learn({ ...transition(agent, stream), reward: Number.POSITIVE_INFINITY }),
  (agent) => agent.step(99),
  (agent) => agent.load(new Uint8Array(80)),
  (agent) => agent.distill(new Float32Array(1)),
  (agent) => {
    const weights = agent.weights()
    agent.setWeights(weights.map(() => Number.NaN))
    try {
      agent.playEpisode()
    } finally {
      agent.setWeights(weights)
    }
  },
]

/** A sequence of calls, drawn from a stream. @returns which of them were refused */
function wander(agent: Agent, stream: Stream, calls: number): string {
  const kept = [agent.save()]
  let told = ''
  for (let k = 0; k < calls; k++) {
    const at = below(stream, acts.length)
    try {
      acts[at](agent, stream, kept)
      told += `${at} `
    } catch (error) {
      const { name } = error as Error
      assert.match(name, /^(TypeError|RangeError|NonFiniteError|EnvironmentError)$/, String(error))
      assert.match((error as Error).message, /expected|finite|memory is full|environment/, String(error))
      told += `${at}:${name} `
    }
  }
  return told
}

const SEQUENCES = 120

test('from any state the loop written out by hand gives the bits of playEpisode', () => {
  for (let n = 0; n < SEQUENCES; n++) {
    const stream = makeStream(41, n)
    const settings = settingsFrom(stream)
    const agent = newAgent(settings)
    const calls = wander(agent, stream, 14)
    const what = `${n}: ${JSON.stringify(settings)} ${calls}`
    agent.forget()
    const [fused, loop] = [newAgent(settings), newAgent(settings)]
    for (const one of [fused, loop]) one.load(agent.save())
    fused.playEpisode()
    byHand(loop)
    assert.equal(shown(loop), shown(fused), what)
    assert.equal(future(loop), future(fused), what)
  }
})

test('from any state a checkpoint goes on as the agent does, into a fresh agent and into one in mid-episode', () => {
  for (let n = 0; n < SEQUENCES; n++) {
    const stream = makeStream(42, n)
    const settings = settingsFrom(stream)
    const agent = newAgent(settings)
    const what = `${n}: ${JSON.stringify(settings)} ${wander(agent, stream, 14)}`
    const saved = agent.save()
    const busy = newAgent({ ...settings, seed: 77 })
    wander(busy, makeStream(43, n), 9)
    busy.load(saved)
    assert.equal(busy.save(), saved, what)
    const on = [agent, busy].map((one) => {
      const told = wander(one, makeStream(44, n), 10)
      one.forget()
      return [told, future(one), one.save()]
    })
    assert.equal(on[1], on[0], what)
  }
})

test('a reset leaves nothing of the episode before: whatever was learned by no update makes no difference', () => {
  for (let n = 0; n < SEQUENCES; n++) {
    const stream = makeStream(45, n)
    const settings = { ...settingsFrom(stream), rollout: 128, preset: 'tuned' as const }
    const agent = newAgent(settings)
    wander(agent, stream, 6)
    agent.reset()
    const twin = newAgent(settings)
    twin.load(agent.save())
    // As many draws of each stream, so that only what was seen and learned differs; the twin also leaves the last step open.
    const steps = 1 + below(stream, 6)
    for (const [one, other] of [
      [agent, false],
      [twin, true],
    ] as const) {
      const seen = makeStream(46, 2 * n + Number(other))
      for (let k = 0; k < steps; k++) {
        one.act(anywhere(one, seen))
        if (!other || k < steps - 1) one.learn({ ...transition(one, seen), terminated: false, truncated: false })
      }
      one.forget()
    }
    const before = bits(agent.weights())
    for (const one of [agent, twin]) one.reset()
    assert.equal(bits(agent.weights()), before, 'a reset alone changes no weight')
    assert.throws(() => twin.learn(transition(twin, stream)), /"learn" expected an act\(\) before it/)
    assert.equal(future(twin), future(agent), `${n}: ${JSON.stringify(settings)}`)
  }
})

// ---- environments of the host

test('in an environment of your own, too, any state plays, saves and resets as another agent in that state', () => {
  for (let n = 0; n < SEQUENCES / 3; n++) {
    const settings = settingsFrom(makeStream(47, n))
    const [fused, loop] = [newAgent(settings, corridor()), newAgent(settings, corridor())]
    const told = [fused, loop].map((agent) => wander(agent, makeStream(48, n), 14))
    assert.is(told[0], told[1])
    const loaded = newAgent(settings, corridor())
    loaded.load(fused.save())
    assert.throws(
      () => loaded.step(0),
      /"step" expected an episode that is under way, got "none": reset\(\) starts one/,
    )
    for (const agent of [fused, loop, loaded]) agent.forget()
    fused.playEpisode()
    byHand(loop)
    loaded.playEpisode()
    const want = future(fused)
    assert.equal(future(loop), want, told[0])
    assert.equal(future(loaded), want, told[0])
  }
})

test('an environment that throws breaks its episode off: only a reset goes on, and it leaves nothing behind', () => {
  for (const rollout of rollouts) {
    const agent = newAgent({ preset: 'tuned', rollout, seed: 5 }, corridor(4))
    assert.throws(
      () => agent.playEpisode(),
      (error: unknown) => error instanceof EnvironmentError,
    )
    assert.throws(() => agent.step(0), /"step" expected an episode that is under way/)
    const clean = newAgent({ preset: 'tuned', rollout, seed: 5 }, corridor())
    clean.load(agent.save())
    for (const one of [agent, clean]) one.reset()
    assert.throws(
      () => agent.learn({ action: 0, observation: [0, 0, 0], reward: 1, terminated: true, truncated: false }),
      RangeError,
    )
    assert.is(agent.steps, 0)
    assert.equal(agent.step(1), clean.step(1))
  }
})

test('a reset that throws leaves no episode, neither the one before nor a new one', () => {
  let broken = false
  const environment: OwnEnvironment = {
    ...corridor(),
    create: (stream, parameters) => {
      const world = corridor().create(stream, parameters)
      return {
        ...world,
        reset: () => {
          if (broken) throw 'no door' // which is no Error
          return world.reset()
        },
      }
    },
  }
  const agent = newAgent({ preset: 'tuned', rollout: 32 }, environment)
  agent.act(agent.reset())
  broken = true
  assert.throws(() => agent.reset(), /environment Corridor, episode 2, step 0: no door/)
  assert.throws(() => agent.step(0), /"step" expected an episode that is under way/)
  assert.throws(
    () => agent.learn({ action: 0, observation: [0, 0, 0], reward: 1, terminated: false, truncated: false }),
    RangeError,
  )
  broken = false
  assert.ok(agent.playEpisode() > 0)
})

test('a try that moves an environment of your own ends its episode, and one that does not leaves it under way', () => {
  const agent = newAgent({}, corridor())
  agent.reset()
  agent.tryOut(() => agent.act([0, 0, 0]))
  agent.step(1)
  agent.tryOut(() => agent.step(1))
  assert.throws(() => agent.step(1), /"step" expected an episode that is under way/)
})

test('a world that is given without checks is checked, and a step that it gets wrong counts nothing', () => {
  const agent = createAgent({ observations: 1, actions: 2 })
  for (const wrong of [undefined, null, 'world', {}, { reset: () => [0] }]) {
    assert.throws(() => agent.inhabit(wrong as unknown as World), TypeError)
  }
  const sound = { observation: [0], reward: 1, terminated: false, truncated: false }
  const answers: unknown[] = [
    undefined,
    { ...sound, reward: Number.NaN },
    { ...sound, reward: '1' },
    { ...sound, terminated: 1 },
    { ...sound, observation: '0' },
    { ...sound, observation: [null] },
    { ...sound, observation: [0, 0] },
  ]
  for (const answer of answers) {
    agent.inhabit({ reset: () => [0], step: () => answer } as unknown as World)
    agent.reset()
    assert.throws(
      () => agent.step(0),
      (error: unknown) => error instanceof TypeError || error instanceof RangeError,
    )
    assert.is(agent.steps, 0, JSON.stringify(answer))
  }
})

// ---- between act and learn

test('an act that fails takes back what it had begun: there is nothing to learn from, and no memory has the step', () => {
  const agent = createAgent({ seed: 2, sections: 30 }, { capacity: { proxies: 1, replay: 5, targets: 5 } })
  const transition = { action: 0, observation: [0, 0, 0, 0], reward: 1, terminated: false, truncated: false }
  agent.act([0, 0, 0, 0])
  assert.throws(() => agent.act([4, 4, 1, 4]), /memory is full/)
  assert.is(agent.replay().length, 6, 'a step is in both memories or in neither')
  assert.throws(() => agent.learn(transition), /"learn" expected an act\(\) before it/)
  const weights = agent.weights()
  agent.act([0, 0, 0, 0])
  agent.setWeights(weights.map(() => Number.NaN))
  assert.throws(() => agent.act([0, 0, 0, 0]), /stopped being finite/)
  agent.setWeights(weights)
  assert.throws(() => agent.learn(transition), /"learn" expected an act\(\) before it/)
})

test('what is learned from a step depends on the weights at that time, not on those at which it was taken', () => {
  for (const activation of ['relu', 'tanh'] as const) {
    const settings = { preset: 'paper', activation, width: 6, depth: 2, seed: 9 } as const
    const observation = [0.1, 0.2, -0.1, 0.3]
    const rows = Float32Array.of(...observation, 0.9, 0.1, 0.3, 0.2, 0.1, 0, 0.2, 0.8)
    const changes: readonly ((agent: Agent) => void)[] = [
      (agent) => agent.setWeights(agent.weights().map((weight) => 1.5 * weight)),
      (agent) => agent.distill(rows),
      (agent) => agent.init(),
    ]
    for (const change of changes) {
      const [late, early] = [0, 1].map(() => createAgent(settings, { capacity: { targets: 2 } }))
      late.act(observation)
      change(late)
      change(early)
      early.act(observation)
      for (const agent of [late, early]) {
        agent.learn({ action: 1, observation: [0, 0, 0.1, 0], reward: 1, terminated: false, truncated: false })
      }
      assert.equal(bits(late.weights()), bits(early.weights()), `${activation}: ${change}`)
    }
  }
})

test.run()
