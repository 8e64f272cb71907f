// Different worlds: every agent has its own physics, the server none the wiser, and frozen policies are judged in all.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { resolveConfig } from '../src/config/resolve.ts'
import type { OwnEnvironment } from '../src/environments/own.ts'
import { federationName, host, join, serve, takePart } from '../src/federation/index.ts'
import { createAgent } from '../src/run/createAgent.ts'
import { evaluate } from '../src/run/evaluate.ts'
import type { RunResult } from '../src/run/record.ts'
import { runToEnd } from '../src/run/run.ts'

const LENGTHS = [0.1, 0.5, 0.9]
const small = { preset: 'tuned', width: 8, depth: 1, cap: 40, until: 'cap', period: 10 } as const

test('agent i of a run plays in world i, and without an exchange as an agent that has that world alone', () => {
  const { scores, config } = runToEnd({ ...small, method: 'independent', worlds: { length: LENGTHS } })
  assert.is(config.agents, 3)
  for (const [i, length] of LENGTHS.entries()) {
    const agent = createAgent({ preset: 'tuned', width: 8, depth: 1, agent: i, worlds: { length: [length] } })
    assert.is(agent.env.parameters.length, length)
    assert.equal(
      scores[i],
      scores[i].map(() => agent.playEpisode()),
    )
  }
})

test("worlds of the environment's own values change no score, and are another setting all the same", () => {
  const plain = runToEnd({ ...small, method: 'frd', agents: 2 })
  const same = runToEnd({ ...small, method: 'frd', worlds: { length: [0.5, 0.5], gravity: [9.8, 9.8] } })
  assert.equal(same.scores, plain.scores)
  assert.is.not(same.digest, plain.digest)
  assert.is.not(
    runToEnd({ ...small, method: 'frd', worlds: { length: [0.5, 0.6] } }).scores[1].join(),
    plain.scores[1].join(),
  )
})

test('a federation of different worlds ends with the digest of one process', async () => {
  const given = { ...small, method: 'mixfrd', worlds: { length: [0.3, 0.7], force: [5, 10] } } as const
  const events = serve(
    given,
    [0, 1].map((agent) => takePart(given, agent)),
  )
  let end = await events.next()
  while (!end.done) end = await events.next()
  assert.equal(end.value, runToEnd(given))
})

test('a checkpoint belongs to its world', () => {
  const make = (length: number) => createAgent({ width: 4, depth: 1, worlds: { length: [length] } })
  const saved = make(0.5).save()
  make(0.5).load(saved)
  assert.throws(() => make(0.6).load(saved), /"checkpoint" expected this agent's settings/)
})

test('frozen policies are judged in all worlds, with the same episodes for all, and learn nothing on the way', () => {
  const given = { preset: 'tuned', method: 'frl', worlds: { length: [0.3, 0.5, 1] }, cap: 150, until: 'cap' } as const
  let weights: readonly Float32Array[] = []
  runToEnd(given, {
    onWeights: (all) => {
      weights = all
    },
  })
  const before = weights.map((list) => list.slice())
  const scores = evaluate(given, weights, { episodes: 10 })
  assert.equal(scores, evaluate(given, weights, { episodes: 10 }))
  assert.equal(weights, before)
  assert.is(scores.length, 3)
  assert.ok(scores.every((row) => row.length === 3 && row.every((score) => score >= 1 && score <= 500)))
  assert.ok(Math.max(...scores.flat()) > 300, 'they have learned')
  // Agents of one policy are alike.
  assert.equal(
    evaluate(given, [weights[0], weights[0], weights[0]], { episodes: 3 })[2],
    evaluate(given, [weights[0], weights[0], weights[0]], { episodes: 3 })[0],
  )
  assert.throws(() => evaluate(given, [weights[0]]), /"weights" expected those of 3 agents, got 1/)
})

test('a policy is judged in a world as if there were no other world, of the kernel or of the host', () => {
  const force: OwnEnvironment = {
    name: 'Pushed',
    observations: 1,
    actions: 2,
    limit: 12,
    bounds: [[0, 9]],
    score: 'return',
    mission: { threshold: 1e6 },
    parameters: { force: 1, drift: 0 },
    create: (stream, parameters) => {
      let place = 0
      return {
        reset: () => {
          place = stream.integer(3)
          return [place]
        },
        step: (action) => {
          place += parameters.force * action + parameters.drift
          return { observation: [place], reward: place, terminated: place > 40, truncated: false }
        },
      }
    },
  }
  const cases = [
    [{ length: [0.2, 0.5, 1.5], force: [10, 4, 20] }, undefined],
    [{ force: [1, 2, 3] }, force],
  ] as const
  for (const [worlds, environment] of cases) {
    const given = { ...small, method: 'independent', agents: 3, worlds } as const
    let weights: readonly Float32Array[] = []
    const onWeights = (all: readonly Float32Array[]) => {
      weights = all
    }
    runToEnd(given, { environment, onWeights })
    const judge = (some: Readonly<Record<string, readonly number[]>>) =>
      evaluate({ ...given, worlds: some }, weights, { episodes: 4, environment })
    const all = judge(worlds)
    for (let world = 0; world < 3; world++) {
      const alone = judge(
        Object.fromEntries(Object.entries(worlds).map(([name, list]) => [name, list.map(() => list[world])])),
      )
      for (const [i, row] of all.entries()) assert.is(row[world], alone[i][world], `agent ${i} in world ${world}`)
    }
    assert.ok(
      all.some((row) => new Set(row).size > 1),
      'the worlds differ',
    )
  }
})

/** A channel's events to their end. */
async function resultOf(events: AsyncGenerator<unknown, RunResult>): Promise<RunResult> {
  for (;;) {
    const { done, value } = await events.next()
    if (done) return value
  }
}

test("agents that live apart play an own environment each in its own world, with one process's digest", async () => {
  const made: (readonly [at: string, power: number])[] = []
  const slope = (at: string): OwnEnvironment => ({
    name: 'Slope',
    observations: 1,
    actions: 2,
    limit: 15,
    bounds: [[0, 20]],
    score: 'steps',
    mission: { threshold: 1 },
    parameters: { power: 1, height: 10 },
    create: (stream, { power, height }) => {
      made.push([at, power])
      let place = 0
      return {
        reset: () => {
          place = stream.integer(3)
          return [place]
        },
        step: (action) => {
          place = Math.max(0, place + (2 * action - 1) * power)
          return { observation: [place], reward: -1, terminated: place >= height, truncated: false }
        },
      }
    },
  })
  const worlds = { power: [1, 2, 4] }
  const given = { ...small, method: 'mixfrd', sections: 9, cap: 31, worlds } as const
  const alone = runToEnd(given, { environment: slope('one') })
  const other = { ...given, worlds: { power: [2, 1, 4] } }
  assert.is.not(runToEnd(other, { environment: slope('other') }).scores.join('|'), alone.scores.join('|'))

  const members = [0, 1, 2].map((agent) => takePart(given, agent, { environment: slope(`member ${agent}`) }))
  assert.equal(await resultOf(serve(given, members, { environment: slope('server') })), alone)

  const name = federationName(given, { environment: slope('name') })
  const channels = [0, 1, 2].map(() => new BroadcastChannel(name))
  try {
    const sides = channels.map((channel, agent) => {
      const options = { environment: slope(`tab ${agent}`) }
      return resultOf(agent === 0 ? host(given, channel, options) : join(given, agent, channel, options))
    })
    for (const result of await Promise.all(sides)) assert.equal(result, alone)
  } finally {
    for (const channel of channels) channel.close()
  }
  const powersAt = (at: string) => made.filter((one) => one[0] === at).map(([, power]) => power)
  assert.equal(powersAt('one'), worlds.power)
  for (const where of ['member', 'tab']) {
    for (const [agent, power] of worlds.power.entries()) assert.equal(powersAt(`${where} ${agent}`), [power])
  }
  assert.equal([...powersAt('server'), ...powersAt('name')], [], 'the server plays in no world')
})

test('worlds that do not fit are refused by name', () => {
  const refuses = (given: Parameters<typeof resolveConfig>[0], message: RegExp) =>
    assert.throws(() => resolveConfig(given), message)
  refuses({ worlds: { lenght: [1] } }, /"worlds" expected one of .*length.*did you mean length/)
  refuses(
    { worlds: { length: [1, 2], force: [1] } },
    /"worlds.length" expected as many values as force has, at least one, got 2/,
  )
  refuses({ worlds: { length: [1, 2] }, agents: 3 }, /"worlds" expected 3 values, one per agent, got 2/)
  refuses({ worlds: { length: [0] } }, /"worlds.length" expected positive numbers, got 0/)
  refuses({ worlds: { length: [Number.NaN] } }, /"worlds.length\[0\]" expected a number/)
  refuses({ worlds: {} }, /"worlds" expected NAME=VALUE/)
  const nets = [{ width: 4, depth: 1 }]
  refuses({ worlds: { length: [1, 2] }, nets }, /"worlds" expected 1 values, one per agent, got 2/)
  assert.equal(resolveConfig({ worlds: { length: [1, 2] } }).agents, 2)
})

test.run()
