// Federations over carriers: whatever is lost, repeated and reordered, and whoever starts anew, the result is that of one
// process; an answer that differs from an earlier one ends the run; and garbage is ignored. Time is made up.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { openAnswering } from '../src/federation/answering.ts'
import { ENVELOPE_BYTES, seal, unseal } from '../src/federation/envelope.ts'
import { type GroupPlace, serveOver, TurnError, takePart, takePartOver } from '../src/federation/index.ts'
import { packAnswers, packRequest, unpackAnswers, unpackRequest } from '../src/federation/packing.ts'
import { openAsking } from '../src/federation/turns.ts'
import { methods } from '../src/methods/index.ts'
import type { RunEvent } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { type Own, setUp } from '../src/run/setup.ts'
import { CALM, drive, linked, MadeUpTime, stream, type Weather } from './carriers.ts'
import { broken, easy, restless, uneven } from './hardConfigs.ts'

const small = { agents: 3, width: 8, depth: 1, cap: 17, period: 5, seed: 4 } as const
const NAMES = Object.keys(methods).filter((name) => !methods[name].isPooled)
const ROUGH: Weather = { lost: 0.3, repeated: 0.3, delay: 1500 }

interface Circumstances {
  readonly weather?: Weather
  readonly groups?: readonly (readonly number[])[]
  readonly own?: Own
  readonly seed?: number
}

/** Runs a federation over carriers, and returns its result, its events, and what the groups were told at its end. */
async function federate(given: Partial<Config>, circumstances: Circumstances = {}) {
  const { weather = CALM, groups = [[0], [1], [2]], own = {}, seed = 1 } = circumstances
  const time = new MadeUpTime()
  const uniform = stream(seed)
  const ends: Promise<string>[] = []
  const places = groups.map((agents): GroupPlace => {
    const [carrier, there] = linked(time, uniform, weather)
    ends.push(takePartOver(given, agents, there, own))
    return { agents, carrier }
  })
  const events: RunEvent[] = []
  const result = await time.until(drive(serveOver(given, places, { ...own, timer: time.timer }), events))
  return { result, events, ends: await time.until(Promise.all(ends)) }
}

// ---- one digest

test('a federation over carriers gives the events and the result of one process', async () => {
  const configs: Partial<Config>[] = [
    ...NAMES.map((method) => ({ ...small, method })),
    ...NAMES.filter((method) => method !== 'fedhpd').flatMap((method) =>
      (['first', 'last'] as const).map((until) => ({ ...easy, method, until })),
    ),
    { ...easy, method: 'frd', until: 'cap', cap: 23, period: 10, memoryReset: 'never' },
    { ...easy, method: 'frd', until: 'first', period: 1 },
    { ...small, method: 'frd', env: 'Acrobot-v1', cap: 3, period: 2 },
    ...uneven.flatMap((part) => ['mixfrd', 'frl'].map((method) => ({ ...small, cap: 29, ...part, method }))),
    { ...broken, method: 'frd', seed: 3, period: 1 },
    { ...broken, method: 'pd', seed: 1, period: 4 },
    { ...broken, method: 'frl', seed: 2, period: 1 },
    { ...broken, method: 'independent', seed: 2, period: 9 },
  ]
  const endedWithin = new Set<string>()
  for (const given of configs) {
    const groups = [[0, 2], [1]]
    const { result, events, ends } = await federate(given, { groups })
    assert.equal(result, runToEnd(given), JSON.stringify(given))
    assert.equal(events, [...run(given)], JSON.stringify(given))
    assert.equal(ends, ['', ''])
    const { config, episodes } = result
    if (config.env === easy.env && episodes < config.cap && episodes % 7 !== 0) endedWithin.add(config.until)
  }
  assert.equal([...endedWithin].sort(), ['first', 'last'], 'some missions end within a period')
})

test('what is lost, repeated and reordered changes nothing', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    for (const method of ['mixfrd', 'frl']) {
      const given = { ...small, method }
      const { result } = await federate(given, { weather: ROUGH, seed })
      assert.equal(result, runToEnd(given))
    }
  }
})

/** An environment with a state of its own that no copy of an agent holds: its episodes become longer. */
const growing: Own['environment'] = {
  name: 'growing',
  observations: 1,
  actions: 2,
  limit: 40,
  bounds: [[-1, 1]],
  score: 'steps',
  mission: { threshold: 12, window: 2 },
  create: () => {
    let length = 0
    let steps = 0
    return {
      reset: () => {
        length++
        steps = 0
        return [0]
      },
      step: (action: number) => {
        steps++
        return { observation: [action - 0.5], reward: 1, terminated: steps >= length, truncated: false }
      },
    }
  },
} as unknown as Own['environment']

test('an environment of one’s own is never played ahead of the end of a run', async () => {
  for (const until of ['first', 'cap'] as const) {
    const given = { ...small, cap: 20, until }
    const own = { environment: growing }
    const { result } = await federate(given, { own, weather: ROUGH })
    assert.equal(result, runToEnd(given, own))
    assert.is(result.episodes, until === 'first' ? 13 : 20)
  }
})

test('what an agent’s code throws ends the run with the same message, and only if the run comes to it', async () => {
  const failing = (episode: number) =>
    ({
      ...growing,
      create: (...given: never[]) => {
        let episodes = 0
        const world = (growing as unknown as { create: (...given: never[]) => { reset: () => number[] } }).create(
          ...given,
        )
        const reset = () => {
          episodes++
          if (episodes === episode) throw new RangeError('the film is full')
          return world.reset()
        }
        return { ...world, reset }
      },
    }) as unknown as Own['environment']
  const messageOf = async (promise: () => Promise<unknown> | unknown) => {
    try {
      await promise()
    } catch (error) {
      return String(error)
    }
    return 'none'
  }
  for (const until of ['first', 'cap'] as const) {
    for (const at of [3, 14]) {
      const given = { ...small, cap: 20, until }
      const own = { environment: failing(at) }
      const alone = await messageOf(() => runToEnd(given, own))
      assert.is(await messageOf(() => federate(given, { own })), alone)
      assert.is(alone === 'none', until === 'first' && at === 14)
    }
  }
})

test('a run that ends with a period ends before its upload, also where an upload changes the agent', async () => {
  for (const period of [5, 6]) {
    const given = { ...easy, worlds: { gravity: [0.01, 0.1, 0.1] }, period }
    const { result } = await federate(given, { own: { method: restless } })
    assert.equal(result, runToEnd(given, { method: restless }))
    if (period === 5) assert.is(result.episodes, 10)
  }
})

test('a method whose one learner plays for all is refused by name, and so is an agent in two places or in none', async () => {
  const [carrier] = linked(new MadeUpTime(), stream(1), CALM)
  const refusal = async (given: Partial<Config>, places: readonly GroupPlace[]) =>
    drive(serveOver(given, places)).then(String, String)
  const place = (...agents: number[]) => ({ agents, carrier })
  assert.match(await refusal({ ...small, method: 'central' }, [place(0, 1, 2)]), /"method" expected .* got "central"/)
  // Its agents play their public states in the world of agent 0, which agents that live apart do not have.
  assert.match(await refusal({ ...easy, method: 'fedhpd' }, [place(0, 1, 2)]), /"method" expected .* got "fedhpd"/)
  assert.throws(() => takePart({ ...easy, method: 'fedhpd' }, 1), /"method" expected .* got "fedhpd"/)
  for (const places of [
    [],
    [place(0, 1)],
    [place(0, 1), place(1, 2)],
    [place(2, 1, 0)],
    [place(0, 1, 2, 3)],
    [place()],
  ]) {
    assert.match(await refusal(small, places), /RangeError: "places.*" expected/)
  }
})

// ---- whoever starts anew

test('a group that is started anew is asked everything again, and the result stays the same', async () => {
  let starts = 0
  for (let seed = 1; seed <= 6; seed++) {
    const given = { ...small, method: 'mixfrd', cap: 27 }
    const time = new MadeUpTime()
    const uniform = stream(seed)
    const places = [[0, 1], [2]].map((agents): GroupPlace => {
      const [carrier, there] = linked(time, uniform, { ...ROUGH, lost: 0.2 }, (message, to) => {
        // What travels to the second group starts it anew now and then, and it has forgotten everything.
        if (to === 1 && agents.length === 1 && uniform() < 0.1) {
          starts++
          takePartOver(given, agents, there)
        }
        return message
      })
      takePartOver(given, agents, there)
      return { agents, carrier }
    })
    const result = await time.until(drive(serveOver(given, places, { timer: time.timer })))
    assert.equal(result, runToEnd(given))
  }
  assert.ok(starts > 12)
})

test('a group that computes other bits than before ends the run', async () => {
  const given = { ...small, method: 'frd', cap: 40 }
  const time = new MadeUpTime()
  const to = { federation: setUp(given).tags.federation, member: 2 }
  let third: Uint8Array | undefined
  const places = [[0, 1], [2]].map((agents): GroupPlace => {
    const [carrier, there] = linked(time, stream(1), { ...CALM, repeated: 1 }, (message) => {
      const said = unseal(to, message)
      if (said?.kind !== 'answer') return message
      if (said.turn === 3) third ??= said.body.slice()
      if (said.turn !== 5 || third === undefined) return message
      third[third.length - 1] ^= 1 // each second copy is as before
      return seal(to, 'answer', 3, third)
    })
    takePartOver(given, agents, there)
    return { agents, carrier }
  })
  const error = await time.until(drive(serveOver(given, places, { timer: time.timer })).catch((thrown) => thrown))
  assert.instance(error, TurnError)
  assert.match(error.message, /^member 2: turn 3 was answered in two ways/)
})

// ---- the halves by themselves

const address = { federation: 7, member: 2 }
const bytes = (...values: number[]) => Uint8Array.from(values)

test('turns arrive once each and in order over a carrier that loses, repeats and reorders', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const time = new MadeUpTime()
    const [here, there] = linked(time, stream(seed), { lost: 0.4, repeated: 0.4, delay: 5000 })
    const heard: number[] = []
    const asking = openAsking(here, address, time.timer)
    openAnswering(there, address, {
      answer: async ([value]) => {
        heard.push(value)
        return bytes(value, value)
      },
      onAnswered: () => {},
      onError: (error) => {
        throw error
      },
    })
    for (let k = 1; k <= 20; k++) assert.equal(await time.until(asking.ask(bytes(k))), bytes(k, k))
    assert.equal(
      heard,
      Array.from({ length: 20 }, (_, k) => k + 1),
    )
  }
})

test('a member that is asked two things in one turn says so and answers no more', async () => {
  const time = new MadeUpTime()
  const [here, there] = linked(time, stream(1), CALM)
  const errors: string[] = []
  openAnswering(there, address, {
    answer: async (body) => body,
    onAnswered: () => {},
    onError: (error) => errors.push(String(error)),
  })
  await time.until(openAsking(here, address, time.timer).ask(bytes(1)))
  const second = openAsking(here, address, time.timer).ask(bytes(2))
  const waited = new Promise((resolve) => time.timer(9000, () => resolve('no answer')))
  assert.is(await time.until(Promise.race([second, waited])), 'no answer')
  assert.equal(errors.length, 1)
  assert.match(errors[0], /^TurnError: member 2: turn 1 asked two things/)
})

test('without a timer nothing is sent again, and a member that starts anew ends the run', async () => {
  const time = new MadeUpTime()
  let sent = 0
  const [here, there] = linked(time, stream(1), CALM, (message) => {
    sent++
    return message
  })
  const start = () =>
    openAnswering(there, address, { answer: async (body) => body, onAnswered: () => {}, onError: assert.unreachable })
  start()
  const asking = openAsking(here, address)
  for (let k = 0; k < 5; k++) await time.until(asking.ask(bytes(k)))
  assert.is(sent, 1 + 10, 'that it is here, then each request and its answer')
  start()
  const error = await time.until(asking.ask(bytes(9)).catch((thrown) => thrown))
  assert.match(String(error), /^TurnError: member 2: it was started anew, and no request was kept/)
})

// ---- garbage

test('an envelope that is damaged, cut, or of another federation, member or version is none', () => {
  const message = seal(address, 'answer', 3, bytes(1, 2, 3))
  assert.equal(unseal(address, message), { kind: 'answer', turn: 3, body: bytes(1, 2, 3) })
  for (let k = 0; k < message.length; k++) {
    for (const bit of [1, 128]) {
      const damaged = message.slice()
      damaged[k] ^= bit
      assert.is(unseal(address, damaged), null, `byte ${k}`)
    }
    assert.is(unseal(address, message.subarray(0, k)), null)
  }
  for (const other of [
    { ...address, federation: 8 },
    { ...address, member: 1 },
  ])
    assert.is(unseal(other, message), null)
  for (const garbage of [
    undefined,
    null,
    7,
    'x',
    {},
    [],
    new Uint8Array(0),
    new Float32Array(9),
    new ArrayBuffer(24),
  ]) {
    assert.is(unseal(address, garbage), null)
  }
})

test('an envelope is read from a Buffer at any offset, and from memory that is used again', () => {
  const message = seal(address, 'request', 1, bytes(5, 6))
  for (let offset = 0; offset < 9; offset++) {
    const buffer = Buffer.alloc(64, 0xff)
    buffer.set(message, offset)
    const read = unseal(address, buffer.subarray(offset, offset + message.length))
    buffer.fill(0)
    assert.equal(read, { kind: 'request', turn: 1, body: bytes(5, 6) })
    assert.is(read?.body.byteOffset, ENVELOPE_BYTES)
  }
})

test('requests and answers come back from their bytes, and no mutant of these does anything but be refused or read', () => {
  const frame = bytes(1, 2, 3)
  const requests = [
    { ask: 'period', from: 3, to: 9, round: null },
    { ask: 'period', from: 3, to: 2, round: 0 },
    { ask: 'download', round: 4, frames: [frame, new Uint8Array(0)] },
    { ask: 'weights', episode: 8 },
    { ask: 'end', message: 'ü \u{1f600}' },
  ] as const
  const answers = [
    [{ score: -0.5, steps: 9 }, frame, { step: 2, message: 'x' }],
    [null, 12],
    [{ fault: 'E', message: '' }],
  ]
  for (const request of requests) assert.equal(unpackRequest(packRequest(request)), request)
  assert.equal(unpackAnswers(packAnswers(answers)), answers)
  const uniform = stream(3)
  const valid = [...requests.map(packRequest), packAnswers(answers)]
  let refused = 0
  for (let k = 0; k < 4000; k++) {
    const from = valid[k % valid.length]
    const mutant = from.slice(0, 1 + Math.floor(uniform() * from.length))
    mutant[Math.floor(uniform() * mutant.length)] = Math.floor(uniform() * 256)
    try {
      if (from === valid.at(-1)) unpackAnswers(mutant)
      else unpackRequest(mutant)
    } catch (error) {
      refused++
      assert.match(String(error), /^RangeError: "(request|answer)" expected /)
    }
  }
  assert.ok(refused > 1000)
})

test.run()
