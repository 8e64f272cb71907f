// The federation: agents that live apart give the result of one process, in whatever order they answer; what is no
// request, answer or event is refused with a reason or ignored; and when an agent leaves, all others learn that. The
// channels are real BroadcastChannels, in this thread and between threads.
import { Worker } from 'node:worker_threads'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { rangePresets } from '../src/config/fields.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import {
  type FederationOptions,
  federationName,
  type Here,
  host,
  join,
  type Member,
  serve,
  takePart,
} from '../src/federation/index.ts'
import { methods } from '../src/methods/index.ts'
import type { RunEvent, RunResult } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { checkConfig } from '../src/run/setup.ts'
import { inProcess } from '../src/wire/transport.ts'

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

type Events = AsyncGenerator<Here | RunEvent, RunResult>

/** Runs a federation to its end and returns its result; its events are added to `seen`. */
async function drive(events: Events | AsyncGenerator<RunEvent, RunResult>, seen: (Here | RunEvent)[] = []) {
  for (;;) {
    const { done, value } = await events.next()
    if (done) return value
    seen.push(value)
  }
}

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

// ---- over a channel

/** Opens channels of one federation, and closes them all together. */
function channelsOf(given: Partial<Config>, extra = '') {
  const open: BroadcastChannel[] = []
  return {
    open: () => {
      const channel = new BroadcastChannel(federationName(given) + extra)
      open.push(channel)
      return channel
    },
    close: () => {
      for (const channel of open) channel.close()
    },
  }
}

test('host and join: all sides end with the result of one process, and all of them yield every event', async () => {
  for (const given of [
    ...['mixfrd', 'frl', 'independent'].map((method) => ({ ...small, method })),
    { ...broken, method: 'frd', seed: 3 },
  ]) {
    const channels = channelsOf(given)
    const heard: (Here | RunEvent)[][] = [[], [], []]
    // Agent 2 is there before the server, agent 1 comes after it.
    const results = [drive(join(given, 2, channels.open()), heard[2])]
    await letLoopTurn(3)
    results.unshift(drive(host(given, channels.open()), heard[0]))
    await letLoopTurn(3)
    results.push(drive(join(given, 1, channels.open()), heard[1]))
    const expected = runToEnd(given)
    for (const result of await Promise.all(results)) assert.equal(result, expected)
    for (const events of heard) {
      assert.equal(
        events.filter(({ type }) => type !== 'here'),
        [...run(given)],
      )
      assert.equal(events.filter(({ type }) => type === 'here').at(-1), { type: 'here', agents: [0, 1, 2] })
    }
    assert.equal(heard[0][0], { type: 'here', agents: [0] })
    channels.close()
  }
})

test('agents in separate threads federate', async () => {
  const given = { ...small, method: 'mixfrd' }
  const path = new URL(`../src/federation/index${import.meta.url.slice(-3)}`, import.meta.url).href
  const code = (agent: number) => `
    import('${path}').then(async ({ federationName, join }) => {
      const given = ${JSON.stringify(given)}
      const channel = new BroadcastChannel(federationName(given))
      for (const events = join(given, ${agent}, channel); ; ) {
        const { done, value } = await events.next()
        if (done) return value
      }
    }).then((result) => require('node:worker_threads').parentPort.postMessage(result))`
  const channels = channelsOf(given)
  const workers = [1, 2].map((agent) => new Worker(code(agent), { eval: true }))
  const others = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))
  const own = await drive(host(given, channels.open()))
  assert.equal(own, runToEnd(given))
  for (const result of await Promise.all(others)) assert.equal(result, own)
  await Promise.all(workers.map((worker) => worker.terminate()))
  channels.close()
})

test('garbage on the channel is ignored', async () => {
  const given = { ...small, method: 'frd' }
  const channels = channelsOf(given)
  const foreign = channels.open()
  const frd = federationName(given)
  const end = { what: 'event', event: { type: 'stop', message: 'of another federation' } }
  const garbage = [
    ...[undefined, null, 7, 'x', [], {}, new Uint8Array(9), end, { frd: 'another', ...end }],
    ...[{ frd }, { frd, what: 'what' }, { frd, what: 'here' }, { frd, what: 'here', agent: 3 }, { frd, what: 'event' }],
    ...[
      { frd, what: 'present' },
      { frd, what: 'present', agents: [1] },
      { frd, what: 'present', agents: [3] },
      { frd, what: 'present', agents: [0.5] },
    ],
    ...[
      { frd, what: 'left', agent: 1 },
      { frd, what: 'left', agent: -1, why: '' },
      { frd, what: 'answer', agent: 1 },
    ],
    ...[
      { frd, what: 'answer', agent: 1, turn: 1e9, answer: 1 },
      { frd, what: 'request', agent: 1 },
    ],
    ...[
      { frd, what: 'request', agent: '1', turn: 3, request: {} },
      { frd, what: 'closed', agent: 1 },
    ],
    ...[
      { frd, what: 'here', agent: 0 },
      { frd, what: 'here', agent: 1 },
    ],
  ]
  const sendGarbage = () => {
    for (const message of garbage) foreign.postMessage(message)
  }
  const results = [host(given, channels.open()), join(given, 1, channels.open()), join(given, 2, channels.open())].map(
    async (events) => {
      for (let hasBegun = false; ; ) {
        const { done, value } = await events.next()
        if (done) return value
        assert.not(hasBegun && value.type === 'here')
        hasBegun = value.type !== 'here'
        // Garbage is sent only during the run. Before it, the last message would say that agent 1 is there.
        if (value.type === 'episode') sendGarbage()
      }
    },
  )
  for (const result of await Promise.all(results)) assert.equal(result, runToEnd(given))
  channels.close()
})

/** Runs all sides, and does `act` once side `who` has seen three episodes. Returns how each side ended. */
async function interrupted(
  given: Config,
  who: number,
  act: (events: Events) => Promise<unknown>,
  options: FederationOptions,
) {
  const channels = channelsOf(given)
  const sides = Array.from({ length: given.agents }, (_, i) =>
    i ? join(given, i, channels.open(), options) : host(given, channels.open(), options),
  )
  const ends = sides.map(async (events, i) => {
    for (let episodes = 0; ; ) {
      const { done, value } = await events.next()
      if (done) return 'returned'
      if (value.type === 'episode') episodes++
      if (episodes === 3 && i === who) {
        await act(events)
        return 'acted'
      }
    }
  })
  const settled = await Promise.allSettled(ends)
  channels.close()
  return settled.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason.message)))
}

const long = resolveConfig({ ...small, method: 'frd', cap: 1000, until: 'cap' })

test('when an agent leaves, even the one that serves, all other sides end and say so', async () => {
  const left = /^agent 1 left after episode (3|4): the run cannot go on without it; start it anew with all agents$/
  const [serving, acted, other] = await interrupted(long, 1, (events) => events.return(null as never), {})
  assert.match(serving, left)
  assert.is(acted, 'acted')
  assert.is(other, serving, 'all others give the same message')
  const ends = await interrupted(long, 0, (events) => events.return(null as never), {})
  assert.is(ends[0], 'acted')
  assert.match(ends[1], /^agent 0, which serves, left after episode 3: the run cannot go on without it/)
  assert.is(ends[2], ends[1])
})

test('an agent that ends without a message is missed where the option "gone" tells of it', async () => {
  for (const dead of [0, 2]) {
    let die = () => {}
    const death = new Promise<void>((resolve) => {
      die = resolve
    })
    const aborted: boolean[] = []
    const gone = (agent: number, signal: AbortSignal) => {
      if (agent === dead) return death
      return new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push(true)
          reject(new Error('aborted'))
        })
      })
    }
    const ends = await interrupted(long, dead, async () => die(), { gone })
    const who = dead === 0 ? 'agent 0, which serves,' : 'agent 2'
    ends.forEach((end, i) => {
      if (i === dead) assert.is(end, 'acted')
      else assert.match(end, new RegExp(`^${who} left after episode [234]: `))
    })
    assert.ok(aborted.length > 0 || dead === 0, 'after the end no agent is watched')
  }
})

test('the run waits for an agent that left before it began, and an agent that cannot answer says why', async () => {
  const given = { ...small, method: 'frd' }
  const channels = channelsOf(given)
  const seen: (Here | RunEvent)[] = []
  const hosting = refusal(drive(host(given, channels.open()), seen))
  const early = join(given, 1, channels.open())
  assert.equal(await early.next(), { done: false, value: { type: 'here', agents: [0, 1] } })
  await early.return(null as never)
  while (seen.length < 3) await letLoopTurn(1)
  assert.equal(
    seen.map((event) => event.type === 'here' && event.agents),
    [[0], [0, 1], [0]],
  )
  const play = () => {
    throw new RangeError('the film is full')
  }
  const joining = [1, 2].map((i) => refusal(drive(join(given, i, channels.open(), i === 2 ? { play } : {}))))
  const [serving, other, own] = await Promise.all([hosting, ...joining])
  assert.is(own.message, 'the film is full')
  assert.match(
    serving.message,
    /^agent 2 left before the first episode ended \(the film is full\): the run cannot go on/,
  )
  assert.is(other.message, serving.message)
  channels.close()
})

test('during a run, an agent whose number is taken is refused, and so is a message that is no event', async () => {
  const given = { ...small, method: 'frd', agents: 2, cap: 1000, until: 'cap' } as const
  const channels = channelsOf(given)
  const [hosting, joining] = [host(given, channels.open()), join(given, 1, channels.open())]
  const ends = [drive(hosting), drive(joining)].map((end) => end.catch((error: Error) => error.message))
  await letLoopTurn(20)
  const late = await refusal(drive(join(given, 1, channels.open())))
  assert.match(late.message, /^"agent" expected a number that no other has, got 1: its run is under way/)
  const foreign = channels.open()
  foreign.postMessage({ frd: federationName(given), what: 'event', event: { type: 'episode', episode: 0, scores: [] } })
  const [serving, joined] = await Promise.all(ends)
  assert.match(String(joined), /^"event.scores" expected a list of 2, got 0/)
  assert.match(String(serving), /^agent 1 left after episode \d+ \("event.scores" expected a list of 2, got 0\): /)
  channels.close()
})

test('all sides know which agents are awaited', async () => {
  const given = { ...small, method: 'frd', agents: 3 }
  const channels = channelsOf(given)
  const awaited: string[][] = [[], [], []]
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const sides = [0, 1, 2].map((i) => {
    const options: FederationOptions = {
      onPending: (agents) => awaited[i].push(agents.join()),
      play: async (agent) => {
        if (i === 1) await held
        return agent.playEpisode()
      },
    }
    return drive(i ? join(given, i, channels.open(), options) : host(given, channels.open(), options))
  })
  while (awaited.some((list) => list.at(-1) !== '1')) await letLoopTurn(1)
  await letLoopTurn(20)
  assert.equal(
    awaited.map((list) => list.at(-1)),
    ['1', '1', '1'],
  )
  release()
  for (const result of await Promise.all(sides)) assert.equal(result, runToEnd(given))
  channels.close()
})

test('the name of a federation depends on its config', () => {
  const name = federationName(small)
  assert.match(name, /^frd-[0-9a-f]{32}$/)
  assert.is(federationName(resolveConfig(small)), name)
  assert.is.not(federationName({ ...small, seed: 5 }), name)
  assert.is.not(federationName({ ...small, method: 'pd' }), name)
})

test.run()
