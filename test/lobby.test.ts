// The lobby of a federation over a bus: agents that know a name and a number find the run, whatever the bus loses, repeats
// and reorders; who cannot take part says why; and no message is longer than was computed. Time is made up.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { checkName, type Topic, topicsOf } from '../src/federation/bus.ts'
import { serveOver } from '../src/federation/carried.ts'
import { type Greeting, packGreeting, unpackGreeting } from '../src/federation/greetings.ts'
import { openLobby } from '../src/federation/lobby.ts'
import { type NatsConnection, natsBus } from '../src/federation/nats.ts'
import { serveOn } from '../src/federation/serving.ts'
import { longestMessage } from '../src/federation/sizes.ts'
import { instantiate } from '../src/kernel/wasm.ts'
import { methods } from '../src/methods/index.ts'
import { runToEnd } from '../src/run/run.ts'
import { type Own, setUp } from '../src/run/setup.ts'
import { joinOnBus, madeUpBus, serveOnBus } from './brokers.ts'
import { CALM, drive, MadeUpTime, stream, type Weather } from './carriers.ts'

const small = { agents: 3, width: 8, depth: 1, cap: 17, period: 5, seed: 4 } as const
const NAMES = Object.keys(methods).filter((name) => !methods[name].isPooled)
const ROUGH: Weather = { lost: 0.3, repeated: 0.3, delay: 1500 }
const numbers = (given: Partial<Config>) => Array.from({ length: given.agents ?? 1 }, (_, agent) => agent)

test('agents that know a name and a number find the run, and all have its digest', async () => {
  for (const [k, method] of NAMES.entries()) {
    for (const weather of [CALM, ROUGH]) {
      const given = { ...small, method, seed: k }
      const time = new MadeUpTime()
      const { timer } = time
      const bus = madeUpBus(time, stream(k + 1), weather)
      const joined = numbers(given).map((agent) => joinOnBus(bus, 'lab', agent, { timer }))
      const result = await time.until(serveOnBus(bus, 'lab', given, { timer }))
      const expected = runToEnd(given)
      assert.equal(result, expected, method)
      for (const ending of await time.until(Promise.all(joined))) {
        assert.equal(ending, { digest: expected.digest, message: '' })
      }
    }
  }
})

const growing = {
  name: 'growing',
  version: 'first',
  observations: 1,
  actions: 2,
  limit: 40,
  bounds: [[-1, 1]],
  score: 'steps',
  mission: { threshold: 12, window: 2 },
  create: () => ({
    reset: () => [0],
    step: () => ({ observation: [0], reward: 1, terminated: true, truncated: false }),
  }),
} as unknown as NonNullable<Own['environment']>

test('an environment of one’s own is brought by every side, and the digest is that of one process', async () => {
  const own = { environment: growing }
  const given = { ...small, method: 'frd', cap: 9, until: 'cap' } as const
  const time = new MadeUpTime()
  const { timer } = time
  const bus = madeUpBus(time, stream(1), ROUGH)
  for (const agent of numbers(given)) joinOnBus(bus, 'lab', agent, { timer, ...own })
  const result = await time.until(serveOnBus(bus, 'lab', given, { timer, own }))
  assert.equal(result, runToEnd(given, own))
})

test('two federations on one bus do not hear each other', async () => {
  const time = new MadeUpTime()
  const { timer } = time
  const bus = madeUpBus(time, stream(1), ROUGH)
  const given = [1, 2].map((seed) => ({ ...small, method: 'frd', seed }))
  const served = given.map((one, k) => serveOnBus(bus, `lab${k}`, one, { timer }))
  for (const k of given.keys()) for (const agent of numbers(small)) joinOnBus(bus, `lab${k}`, agent, { timer })
  assert.equal(
    await time.until(Promise.all(served)),
    given.map((one) => runToEnd(one)),
  )
})

test('an agent that comes late is asked at once, and not when it would be asked again', async () => {
  const time = new MadeUpTime()
  const { timer } = time
  const bus = madeUpBus(time, stream(1), CALM)
  const setup = setUp({ ...small, method: 'frd' })
  const lobby = openLobby(bus, 'lab', setup, { timer, now: () => 0, version: '1', onNews: () => {} })
  const events = serveOver(setup.config, lobby.places, { timer })
  for (const agent of [0, 1]) joinOnBus(bus, 'lab', agent, { timer })
  // Requests are sent again 300, 900, 2100, 4500 and 8500 ms after the first time.
  let isLate = false
  timer(5000, () => joinOnBus(bus, 'lab', 2, { timer }))
  timer(8000, () => {
    isLate = true
  })
  await time.until(events.next())
  assert.not(isLate)
})

/** The outcome of an agent whose server says something else than it means. */
async function refusalOf(given: Partial<Config>, meddle: (said: Greeting) => Greeting, own: Own = {}, agent = 2) {
  const time = new MadeUpTime()
  const { timer } = time
  const news: string[] = []
  const bus = madeUpBus(time, stream(1), CALM, (message) => {
    const said = unpackGreeting(message)
    return said ? packGreeting(meddle(said)) : message
  })
  serveOnBus(bus, 'lab', given, { timer, news, own: given.env === 'growing' ? { environment: growing } : {} })
  const error = await time.until(joinOnBus(bus, 'lab', agent, { timer, ...own }).then(String, String))
  await time.until(new Promise<void>((resolve) => timer(50, resolve)))
  return { error, news }
}

test('an agent that cannot take part says why, and the server is told', async () => {
  const given = { ...small, method: 'frd' }
  const other = 'a'.repeat(64)
  const kernel = await refusalOf(given, (said) => (said.kind === 'welcome' ? { ...said, kernel: other } : said))
  assert.match(
    kernel.error,
    /^RangeError: "kernel" expected a{64}, got "[0-9a-f]{64}": the server has frd 1, and this agent/,
  )
  assert.match(kernel.news.join('\n'), /agent 2 left: "kernel" expected/)
  const config = await refusalOf(given, (said) => (said.kind === 'welcome' ? { ...said, config: 'new=1\n' } : said))
  assert.match(config.error, /^TypeError: "config" expected known fields, got "new=1"/)

  const lacking = await refusalOf({ ...given, env: 'growing' }, (said) => said)
  assert.match(lacking.error, /^RangeError: "env" expected one of CartPole-v1.*got "growing": give one of your own/)
  assert.match(lacking.news.join('\n'), /agent 2 left: "env" expected/)
  const another = { environment: { ...growing, version: 'second' } }
  const version = await refusalOf({ ...given, env: 'growing' }, (said) => said, another)
  assert.match(version.error, /^RangeError: "envVersion" expected second, got "first"/)
  const needless = await refusalOf(given, (said) => said, { environment: growing })
  assert.match(needless.error, /^RangeError: "env" expected growing, the one given, got "CartPole-v1"/)

  const many = await refusalOf(given, (said) => said, {}, 3)
  assert.match(many.error, /^RangeError: "agent" expected an integer in 0\.\.2, got 3/)
})

test('a server that is started anew with the same run is followed, and one with another run is not', async () => {
  for (const seed of [small.seed, small.seed + 1]) {
    const time = new MadeUpTime()
    const { timer } = time
    const bus = madeUpBus(time, stream(1), CALM)
    const open = (one: number) =>
      openLobby(bus, 'lab', setUp({ ...small, seed: one }), { timer, now: () => 0, version: '1', onNews: () => {} })
    const first = open(small.seed)
    const joined = joinOnBus(bus, 'lab', 0, { timer }).then((ending) => ending.message, String)
    await time.until(new Promise<void>((resolve) => timer(100, resolve)))
    assert.equal(first.silent(), [1, 2])
    first.close()
    for (const { carrier } of first.places) carrier.close()
    const second = open(seed)
    await time.until(new Promise<void>((resolve) => timer(100, resolve)))
    assert.equal(second.silent(), [1, 2], 'it is called, and says that it is there')
    second.end({ digest: null, message: 'enough' })
    const said = await time.until(joined)
    if (seed === small.seed) assert.is(said, 'enough')
    else assert.match(said, /^Error: the server of "lab" plays another run now: start agent 0 anew/)
  }
})

test('a server ends when all agents took leave, and when one is gone for good, after some last words', async () => {
  for (const isHere of [true, false]) {
    const time = new MadeUpTime()
    const { timer } = time
    const topics = topicsOf('lab')
    const bus = madeUpBus(time, stream(1), CALM, (message) => {
      const said = unpackGreeting(message)
      return said?.kind === 'bye' && said.agent === 1 && !isHere ? null : message
    })
    let words = 0
    bus.subscribe(topics.all, (message) => {
      if (unpackGreeting(message)?.kind === 'over') words++
    })
    for (const agent of numbers(small)) joinOnBus(bus, 'lab', agent, { timer })
    await time.until(serveOnBus(bus, 'lab', small, { timer }))
    if (isHere) assert.ok(words <= 1, `${words} words`)
    else assert.ok(words >= 5, `${words} words`)
  }
})

test('a question is answered with the run, how far it is, and who was heard when', async () => {
  const time = new MadeUpTime()
  const { timer } = time
  const bus = madeUpBus(time, stream(1), CALM)
  const topics = topicsOf('lab')
  const answers: Greeting[] = []
  bus.subscribe(topics.all, (message) => {
    const said = unpackGreeting(message)
    if (said?.kind === 'status') answers.push(said)
  })
  let now = 0
  const setup = setUp({ ...small, method: 'frd' })
  const lobby = openLobby(bus, 'lab', setup, { timer, now: () => now, version: '7', onNews: () => {} })
  bus.publish(topics.answers(1), packGreeting({ kind: 'hello', agent: 1 }))
  bus.publish(topics.answers(2), packGreeting({ kind: 'hello', agent: 1 })) // another agent's credentials do not let it
  await time.until(new Promise<void>((resolve) => timer(10, resolve)))
  now = 2500
  lobby.note({ type: 'episode', episode: 1, scores: [9, 12, 3], steps: [9, 12, 3] })
  bus.publish(topics.who, packGreeting({ kind: 'question', mark: 'x' }))
  await time.until(new Promise<void>((resolve) => timer(10, resolve)))
  const [said] = answers
  assert.is(answers.length, 1)
  if (said.kind !== 'status') return assert.unreachable()
  assert.equal([said.mark, said.state, said.episode, said.exchanges, said.best], ['x', 'waiting', 1, 0, 12])
  assert.equal(
    said.agents.map(({ heard }) => heard),
    [null, 2500, null],
  )
  assert.equal(lobby.silent(2000), [0, 1, 2])
  assert.equal(lobby.silent(3000), [0, 2])
})

test('a greeting comes back from its bytes, and what is damaged is none', () => {
  const uniform = stream(3)
  const greetings: Greeting[] = [
    { kind: 'call' },
    { kind: 'hello', agent: 3 },
    { kind: 'bye', agent: 0, why: 'ü \u{1f600}' },
    { kind: 'over', digest: null, message: '' },
    { kind: 'question', mark: '' },
    { kind: 'welcome', config: 'agents=2\n', kernel: '0'.repeat(64), version: '1' },
  ]
  for (const greeting of greetings) {
    const bytes = packGreeting(greeting)
    assert.equal(unpackGreeting(Buffer.concat([Buffer.of(1), bytes]).subarray(1)), greeting)
    for (let k = 0; k < 300; k++) {
      const mutant = bytes.slice(0, 1 + Math.floor(uniform() * bytes.length))
      const at = Math.floor(uniform() * mutant.length)
      mutant[at] ^= 1 + Math.floor(uniform() * 255)
      assert.is(unpackGreeting(mutant), null)
    }
  }
  for (const wrong of [
    { kind: 'hello', agent: -1 },
    { kind: 'toString' },
    { kind: 'over', digest: 'x', message: '' },
    null,
  ]) {
    assert.is(unpackGreeting(packGreeting(wrong as unknown as Greeting)), null)
  }
})

test('garbage on every topic changes nothing', async () => {
  const given = { ...small, method: 'mixfrd' }
  const time = new MadeUpTime()
  const { timer } = time
  const uniform = stream(5)
  const seen: Uint8Array[] = []
  const bus = madeUpBus(time, uniform, { ...ROUGH, lost: 0.1 }, (message) => {
    if (seen.length < 50) seen.push(message.slice())
    return message
  })
  const topics = topicsOf('lab')
  const all = [topics.all, topics.who, ...numbers(given).flatMap((k) => [topics.requests(k), topics.answers(k)])]
  let thrown = 0
  const throwGarbage = () => {
    if (thrown++ > 400) return
    const from = seen[Math.floor(uniform() * seen.length)] ?? new Uint8Array(40)
    const garbage = from.slice(0, Math.floor(uniform() * (from.length + 1)))
    if (garbage.length) garbage[Math.floor(uniform() * garbage.length)] ^= 1 + Math.floor(uniform() * 255)
    bus.publish(all[thrown % all.length], garbage)
    timer(30, throwGarbage)
  }
  throwGarbage()
  const joined = numbers(given).map((agent) => joinOnBus(bus, 'lab', agent, { timer }))
  const result = await time.until(serveOnBus(bus, 'lab', given, { timer }))
  assert.equal(result, runToEnd(given))
  assert.equal(
    (await time.until(Promise.all(joined))).map(({ message }) => message),
    ['', '', ''],
  )
  assert.ok(thrown > 100)
})

test('no message is longer than was computed, and where the size is fixed one is as long', async () => {
  const kernel = instantiate()
  const { agents, width, depth, ...rest } = small
  const nets = [
    { width: 4, depth: 1 },
    { width: 9, depth: 2 },
    { width: 60, depth: 1 },
  ]
  for (const method of NAMES) {
    for (const sizes of method === 'frl' ? [{ agents, width: 60, depth }] : [{ agents, width, depth }, { nets }]) {
      const config = { ...rest, ...sizes, method }
      const time = new MadeUpTime()
      const { timer } = time
      let longest = 0
      const bus = madeUpBus(time, stream(1), CALM, (message) => {
        longest = Math.max(longest, message.length)
        return message
      })
      for (const agent of numbers(small)) joinOnBus(bus, 'lab', agent, { timer })
      await time.until(serveOnBus(bus, 'lab', config, { timer }))
      const computed = longestMessage(kernel, setUp(config))
      assert.ok(longest <= computed, `${method}: ${longest} of at most ${computed}`)
      if (method === 'frl' || method === 'fedhpd') assert.is(longest, computed, method)
    }
  }
})

test('a name is one word of a topic, and topics name the agent', () => {
  const path = (topic: Topic) => topic.join('.')
  const topics = topicsOf('lab-1')
  assert.equal([topics.requests(3), topics.answers(0), topics.all, topics.who].map(path), [
    'frd.v1.lab-1.req.3',
    'frd.v1.lab-1.ans.0',
    'frd.v1.lab-1.all',
    'frd.v1.lab-1.who',
  ])
  for (const wrong of ['', 'a.b', 'a/b', '*', '>', '+', '#', 'a b', 'ü', 'x'.repeat(65), 'a\n']) {
    assert.throws(() => checkName(wrong, 'name'), /"name" expected 1 to 64 letters/)
  }
})

test('a bus over a connection to NATS tells what it refuses, and never throws into the connection', () => {
  const errors: string[] = []
  const heard: string[] = []
  let callback = (_: Error | null, __: { readonly data: Uint8Array }) => {}
  const connection: NatsConnection = {
    publish: (subject, payload) => {
      if (payload?.length === 9) throw new Error('too large')
      heard.push(`${subject} ${payload?.length}`)
    },
    subscribe: (subject, options) => {
      callback = options.callback
      heard.push(`hears ${subject}`)
      return { unsubscribe: () => heard.push('ended') }
    },
  }
  const bus = natsBus(connection, (error) => errors.push(error.message))
  bus.publish(['a', 'b'], new Uint8Array(3))
  bus.publish(['a', 'b'], new Uint8Array(9))
  const end = bus.subscribe(['a', 'c'], ({ length }) => {
    if (length === 2) throw new Error('a listener failed')
    heard.push(`heard ${length}`)
  })
  callback(null, { data: new Uint8Array(1) })
  callback(null, { data: new Uint8Array(2) })
  callback(new Error('not allowed'), { data: new Uint8Array(0) })
  end()
  assert.equal(heard, ['a.b 3', 'hears a.c', 'heard 1', 'ended'])
  assert.equal(errors, ['too large', 'a listener failed', 'not allowed'])
  assert.throws(() => natsBus({} as NatsConnection, () => {}), /"connection.publish" expected a function/)
})

test('with a deadline, a server begins without an agent that does not come', async () => {
  const time = new MadeUpTime()
  const bus = madeUpBus(time, stream(1), CALM)
  const given = { ...small, until: 'cap' } as const
  const { agents } = setUp(given).config
  for (let agent = 1; agent < agents; agent++) joinOnBus(bus, 'lab', agent, { timer: time.timer }).catch(() => {})
  const events = serveOn(given, bus, { name: 'lab', timer: time.timer, deadline: 3000 })
  const result = await time.until(drive(events))
  assert.ok(result.config.absent.length > 0 && result.config.absent.every((list) => list.join() === '0'))
  assert.equal(result, runToEnd(result.config))
})

test.run()
