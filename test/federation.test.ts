// Agents that live apart, asked one request at a time: they give the result of one process, in whatever order they answer,
// and what is no request or answer is refused with a reason.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { rangePresets } from '../src/config/fields.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { federationName, type Member, serve, takePart } from '../src/federation/index.ts'
import { methods } from '../src/methods/index.ts'
import type { RunEvent } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { checkConfig } from '../src/run/setup.ts'
import { inProcess } from '../src/wire/transport.ts'
import { drive } from './carriers.ts'

const small = { agents: 3, width: 8, depth: 1, cap: 17, period: 5, seed: 4 } as const
/** Every method whose agents can live apart. */
const NAMES = Object.keys(methods).filter((name) => !methods[name].isPooled)
/** Lets the event loop turn `count` times, so that messages arrive. */
const letLoopTurn = async (count: number) => {
  for (let k = 0; k < count; k++) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** A member that receives and returns copies, as over any channel, and waits for `delay()` turns of the event loop. */
const remote =
  (member: Member, delay = () => 0): Member =>
  async (request) => {
    const sent = structuredClone(request)
    await letLoopTurn(delay())
    return structuredClone(await member(sent))
  }

const partsOf = (given: Partial<Config>, delay?: () => number) =>
  Array.from({ length: checkConfig(given).agents }, (_, i) => remote(takePart(given, i), delay))

/** The error that a promise is rejected with. */
async function refusal(promise: Promise<unknown>): Promise<Error> {
  const none = Symbol('none')
  const error = await promise.then(
    () => none,
    (reason: Error) => reason,
  )
  assert.ok(error instanceof Error, 'expected a refusal')
  return error as Error
}

// ---- one digest

test('agents that live apart give the result of one process, for all methods, networks and memories', async () => {
  const nets = [
    { width: 5, depth: 2 },
    { width: 9, depth: 1, activation: 'tanh' },
    { width: 4, depth: 1, rate: 0.02 },
  ] as const
  const { width: _, depth: __, agents: ___, ...mixed } = small
  const configs: Partial<Config>[] = [
    ...NAMES.map((method) => ({ ...small, method })),
    ...NAMES.filter((method) => method !== 'frl').map((method) => ({ ...mixed, method, nets })),
    ...['frd', 'mixfrd', 'pd'].map((method) => ({ ...small, method, memoryReset: 'never' }) as const),
    { ...small, method: 'mixfrd', mixupBy: 'random', mixupPortion: { beta: 0.5 }, merge: 'visits' },
    { ...small, method: 'frl', frlInit: 'independent', frlCritic: 'local' },
    { preset: 'tuned', method: 'independent', seed: 2, agents: 3, cap: 100, width: 50, depth: 2 },
    { preset: 'tuned', method: 'frd', seed: 2, agents: 2, cap: 100, period: 30, until: 'last', width: 24 },
    { ...small, agents: 1 },
  ]
  for (const given of configs) {
    const seen: RunEvent[] = []
    assert.equal(await drive(serve(given, partsOf(given)), seen), runToEnd(given), JSON.stringify(given))
    assert.equal(seen, [...run(given)])
  }
})

test('the order in which agents answer changes nothing', async () => {
  let word = 7
  const delay = () => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0
    return word >>> 29
  }
  for (const method of ['mixfrd', 'pd', 'frl', 'own']) {
    const given = { ...small, method, agents: 4 }
    assert.equal(await drive(serve(given, partsOf(given, delay))), runToEnd(given))
  }
})

/** Rates and rewards that soon make a deep network overflow. */
const overflow = { width: 64, depth: 8, rollout: 8, valueRate: 10, policyRate: 10, rewardScale: 1e6 } as const
const broken = { ...overflow, ranges: rangePresets.narrow, distillAdam: 'own', agents: 3, cap: 22, period: 1 } as const

test('a network that is not finite any more ends a federation as it ends a run, the lowest agent first', async () => {
  let late = 0
  for (const [method, seed, agent] of [
    ['frd', 3, 2],
    ['pd', 1, 1],
    ['frd', 2, 0],
    ['frl', 2, -1],
  ] as const) {
    const given = { ...broken, method, seed }
    const result = runToEnd(given)
    assert.is(result.failure?.agent, agent)
    // Agents with higher numbers answer sooner.
    assert.equal(
      await drive(
        serve(
          given,
          partsOf(given, () => 5 - (late++ % 3)),
        ),
      ),
      result,
    )
  }
})

test('a transport sees the frames that travel, and a frame that it changed is refused', async () => {
  const given = { ...small, method: 'frd' }
  const sizes: number[] = []
  const result = await drive(
    serve(given, partsOf(given), {
      transport: (uplinks, aggregate) => {
        sizes.push(...uplinks.map(({ length }) => length))
        return inProcess(uplinks, aggregate)
      },
    }),
  )
  assert.equal(
    sizes,
    result.exchanges.flatMap(({ uplinkWireBytes }) => uplinkWireBytes),
  )
  const flipped = serve(given, partsOf(given), {
    transport: (uplinks, aggregate) => {
      uplinks[1][40] ^= 1
      return inProcess(uplinks, aggregate)
    },
  })
  assert.match((await refusal(drive(flipped))).message, /^payload \(crc\)/)
})

test('an agent is laid out alone, and so it fits even where all agents of the config together do not', () => {
  const many = { ...small, agents: 1024, method: 'frl', width: 512, depth: 2 }
  assert.throws(() => checkConfig(many), /expected at most 2048 MB of memory/)
  assert.type(takePart(many, 1023), 'function')
})

// ---- the border

const frameOf = async (member: Member, round = 0) => (await member({ ask: 'upload', round })) as Uint8Array

test('an agent refuses what is no request, comes too early or is no frame of its run, and then continues', async () => {
  const given = { ...small, method: 'frd' }
  const member = takePart(given, 1)
  for (const [request, message] of [
    [null, /^"request" expected an object, got null/],
    [7, /^"request" expected an object, got 7/],
    [{}, /^"request.ask" expected one of play, upload, download, weights, got undefined/],
    [{ ask: 'pay' }, /^"request.ask" expected one of .*, got "pay"/],
    [{ ask: 'play' }, /^"request.episode" expected an integer in 1..1, got undefined/],
    [{ ask: 'play', episode: 2 }, /^"request.episode" expected .*, got 2/],
    [{ ask: 'play', episode: '1' }, /^"request.episode" expected .*, got "1"/],
    [{ ask: 'upload', round: 1 }, /^"request.round" expected an integer in 0..0, got 1/],
    [{ ask: 'download', round: 0 }, /^"request.frame" expected a Uint8Array, got "undefined"/],
    [{ ask: 'download', round: 0, frame: [1, 2] }, /^"request.frame" expected a Uint8Array/],
    [{ ask: 'download', round: 0, frame: new Uint8Array(7) }, /^payload \(length\)/],
    [{ ask: 'download', round: 0, frame: new Uint8Array(64) }, /^payload \(magic\)/],
  ] as const) {
    assert.match((await refusal(member(request))).message, message)
  }
  // An uplink is refused as a downlink, and so is a frame from a run with another seed.
  assert.match(
    (await refusal(member({ ask: 'download', round: 0, frame: await frameOf(member) }))).message,
    /\(agent\)/,
  )
  const other = await frameOf(takePart({ ...given, seed: 9 }, 1))
  assert.match((await refusal(member({ ask: 'download', round: 0, frame: other }))).message, /\(federation\)/)
  const [answer, error] = await Promise.all([
    member({ ask: 'play', episode: 1 }),
    refusal(member({ ask: 'play', episode: 2 })),
  ])
  const [score] = runToEnd(given).scores[1]
  assert.equal(answer, { score, steps: score })
  assert.match(error.message, /^"request" expected one at a time/)
  assert.match(
    (await refusal(takePart({ ...given, method: 'own' }, 0)({ ask: 'download', round: 0, frame: new Uint8Array(1) })))
      .message,
    /"request.frame.length" expected an integer in 0..0, got 1/,
  )
  for (const agent of [-1, 3, 0.5, '1' as unknown as number])
    assert.throws(() => takePart(given, agent), /^"agent" exp/)
})

test('the server refuses what is no answer to its request, and a number of members that is wrong', async () => {
  const given = { ...small, method: 'frl', agents: 2 }
  /** Two members, of which the second gives `lie` for its answer to one kind of request. */
  const lying = (ask: string, lie: (truth: unknown) => unknown) => {
    const [first, second] = partsOf(given)
    return [
      first,
      async (request: unknown) => {
        const truth = await second(request)
        return (request as { ask: string }).ask === ask ? lie(truth) : truth
      },
    ]
  }
  for (const [ask, lie, message] of [
    ['play', () => undefined, /^"answer of agent 1 to play" expected an object, got undefined/],
    ['play', () => ({ score: 501, steps: 501 }), /^"answer of agent 1 to play.steps" expected .* 1..500, got 501/],
    ['play', () => ({ score: 8, steps: 9 }), /^"answer of agent 1 to play.score" expected an integer in 9..9, got 8/],
    ['play', () => ({ step: 'x', message: 'y' }), /^"answer of agent 1 to play.step" expected an integer/],
    ['play', () => ({ step: 1, message: 2 }), /^"answer of agent 1 to play.message" expected a text, got "number"/],
    ['upload', () => null, /^"answer of agent 1 to upload" expected a Uint8Array/],
    ['upload', (truth: unknown) => (truth as Uint8Array).subarray(0, 31), /^payload \(length\)/],
    ['download', () => 'x', /^"answer of agent 1 to download" expected an integer/],
    ['weights', () => new Uint8Array(8), /^payload \(count\)/],
    ['weights', (truth: unknown) => (truth as Uint8Array).map(() => 255), /^payload \(non-finite\)/],
  ] as const) {
    assert.match((await refusal(drive(serve(given, lying(ask, lie))))).message, message)
  }
  assert.match((await refusal(drive(serve(given, [])))).message, /^"members" expected one per agent, 2, got 0/)
})

test('the name of a federation depends on its config', () => {
  const name = federationName(small)
  assert.match(name, /^frd-[0-9a-f]{32}$/)
  assert.is(federationName(resolveConfig(small)), name)
  assert.is.not(federationName({ ...small, seed: 5 }), name)
  assert.is.not(federationName({ ...small, method: 'pd' }), name)
})

test.run()
