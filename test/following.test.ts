// Members that follow a run: whatever a carrier loses, whoever starts anew and whoever is late, each member is told the
// events and the result of the server; a server that tells nothing sends not one byte more; and what is no event is refused.
// Time is made up.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { openAnswering } from '../src/federation/answering.ts'
import { carrierPair } from '../src/federation/carrier.ts'
import { seal, unseal } from '../src/federation/envelope.ts'
import { splitEvents, withEvents } from '../src/federation/eventBytes.ts'
import { endOf, type ServerEvent } from '../src/federation/events.ts'
import {
  type GroupPlace,
  type Memory,
  type ServeOverOptions,
  serveOver,
  takePartOver,
} from '../src/federation/index.ts'
import { packRequest, unpackRequest } from '../src/federation/packing.ts'
import { endingTogether } from '../src/federation/timers.ts'
import { openAsking } from '../src/federation/turns.ts'
import type { RunEvent, RunResult } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { setUp } from '../src/run/setup.ts'
import { CALM, drive, linked, MadeUpTime, stream, type Weather } from './carriers.ts'
import { broken, easy } from './hardConfigs.ts'

const small = { agents: 3, width: 8, depth: 1, cap: 17, period: 5, seed: 4, method: 'mixfrd' } as const
const ROUGH: Weather = { lost: 0.3, repeated: 0.3, delay: 1500 }

/** What one member was told. */
interface Told {
  readonly events: RunEvent[]
  readonly results: RunResult[]
}

const followed = (told: Told) => ({
  onEvent: (event: RunEvent) => void told.events.push(event),
  onResult: (result: RunResult) => void told.results.push(result),
})

interface Circumstances extends Pick<ServeOverOptions, 'deadline' | 'tellsEvents'> {
  readonly weather?: Weather
  readonly seed?: number
  /** how likely it is that a message to the last group starts that group anew */
  readonly restarts?: number
  /** called with each message to a group */
  readonly see?: (message: Uint8Array) => void
  readonly play?: (time: MadeUpTime) => (agent: { playEpisode(): number }, index: number) => Promise<number>
}

/** Runs a federation of groups; returns its result and events, and what each group was told after its last start. */
async function federate(given: Partial<Config>, circumstances: Circumstances = {}) {
  const { weather = CALM, seed = 1, restarts = 0, see = () => {}, play, deadline, tellsEvents = true } = circumstances
  const time = new MadeUpTime()
  const uniform = stream(seed)
  const told: Told[] = []
  const ends: Promise<string>[] = []
  const events: RunEvent[] = []
  const groups = [[0, 1], [2]]
  const places = groups.map((agents, i): GroupPlace => {
    const [carrier, there] = linked(time, uniform, weather, (message, to) => {
      if (to === 1) see(message)
      // A server does not wait for long for whoever starts anew after the last episode.
      if (to === 1 && i === 1 && (events.at(-1)?.episode ?? 0) < 17 && uniform() < restarts) start()
      return message
    })
    const start = () => {
      told[i] = { events: [], results: [] }
      ends[i] = takePartOver(given, agents, there, { ...followed(told[i]), ...(play && { play: play(time) }) })
    }
    start()
    return { agents, carrier }
  })
  const options = { timer: time.timer, tellsEvents, ...(deadline && { deadline }) }
  const result = await time.until(drive(serveOver(given, places, options), events))
  return { result, events, told, ends: () => time.until(Promise.all(ends)) }
}

// ---- all are told the same

test('each member is told the events and the result of the server', async () => {
  const configs: Partial<Config>[] = [
    ...['mixfrd', 'frl', 'pd', 'own'].map((method) => ({ ...small, method })),
    { ...easy, method: 'frd', until: 'first' },
    { ...easy, method: 'frd', until: 'last', memoryReset: 'never' },
    { ...broken, method: 'frd', seed: 3, period: 1 },
    { ...small, env: 'Acrobot-v1', cap: 3, period: 2 },
  ]
  for (const given of configs) {
    for (const weather of [CALM, ROUGH]) {
      const { result, events, told, ends } = await federate(given, { weather })
      assert.equal(await ends(), ['', ''])
      assert.equal(result, runToEnd(given))
      for (const one of told) assert.equal(one, { events, results: [result] }, JSON.stringify(given))
    }
  }
})

test('a member that is started anew is told everything again', async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const { result, events, told, ends } = await federate(small, { weather: ROUGH, seed, restarts: 0.1 })
    await ends()
    assert.equal(result, runToEnd(small))
    for (const one of told) assert.equal(one, { events, results: [result] })
  }
})

test('where a run goes on without agents that are late, all are told who played, and have the same result', async () => {
  const given = { ...small, cap: 38, until: 'cap' } as const
  const play = (time: MadeUpTime) => async (agent: { playEpisode(): number }, index: number) => {
    await new Promise<void>((resolve) => time.timer(index === 2 ? 900 : 1, resolve))
    return agent.playEpisode()
  }
  const { result, events, told, ends } = await federate(given, { play, deadline: 2000 })
  await ends()
  assert.ok(result.config.absent.some((agents) => agents.includes(2)))
  assert.equal(result, runToEnd(result.config))
  for (const one of told) assert.equal(one, { events, results: [result] })
})

test('what breaks a run off is told with the events before it, and no result', async () => {
  let episodes = 0
  const play = () => async (agent: { playEpisode(): number }, index: number) => {
    if (index === 0 && ++episodes === 8) throw new RangeError('the film is full')
    return agent.playEpisode()
  }
  const told: Told[] = []
  const ends: Promise<string>[] = []
  const time = new MadeUpTime()
  const places = [[0], [1, 2]].map((agents): GroupPlace => {
    const [carrier, there] = linked(time, stream(1), CALM)
    const one: Told = { events: [], results: [] }
    told.push(one)
    ends.push(takePartOver(small, agents, there, { ...followed(one), play: play() }))
    return { agents, carrier }
  })
  const serving = drive(serveOver(small, places, { timer: time.timer, tellsEvents: true })).catch(String)
  assert.is(await time.until(serving), 'RangeError: the film is full')
  assert.equal(await time.until(Promise.all(ends)), ['the film is full', 'the film is full'])
  for (const one of told) assert.equal(one, { events: [...run(small)].slice(0, 8), results: [] })
})

// ---- what travels

test('a server that tells nothing sends what it sent without this, and with the option the same requests travel', async () => {
  const { federation } = setUp(small).tags
  const bodies = async (tellsEvents: boolean) => {
    const requests = new Map<string, Uint8Array>()
    const see = (message: Uint8Array) => {
      for (const member of [0, 2]) {
        const request = unseal({ federation, member }, message)
        if (request?.kind === 'request') requests.set(`${member} ${request.turn}`, request.body)
      }
    }
    const { told, ends } = await federate(small, { see, tellsEvents })
    await ends()
    return { list: [...requests.entries()].sort().map(([, body]) => body), told }
  }
  const silent = await bodies(false)
  for (const body of silent.list) assert.equal(packRequest(unpackRequest(body)), body)
  assert.equal(
    silent.told,
    [0, 1].map(() => ({ events: [], results: [] })),
  )
  const telling = await bodies(true)
  assert.equal(
    telling.list.map((body) => splitEvents(body).request),
    silent.list,
  )
  const sizeOf = (list: readonly Uint8Array[]) => list.reduce((sum, { length }) => sum + length, 0)
  // 17 episodes of 3 agents, 3 exchanges and the outcome, for 2 groups: about 8 bytes a number.
  assert.ok(sizeOf(telling.list) - sizeOf(silent.list) < 6000)
})

test('events come back from their bytes, and no mutant of these does anything but be refused or read', () => {
  const result = runToEnd({ ...broken, method: 'frd', seed: 3, period: 1 })
  assert.ok(result.failure)
  const events: ServerEvent[] = [
    { type: 'episode', episode: 1, scores: [-0.5, 4294967296, 0], steps: [1, 2, 3], players: [0, 1, 2] },
    ...run(small),
    endOf(result),
  ]
  const request = packRequest({ ask: 'end', message: 'ü \u{1f600}' })
  const valid = withEvents(events, request)
  assert.equal(splitEvents(valid), { events, request })
  assert.is(withEvents([], request), request)
  assert.equal(splitEvents(request), { events: [], request })
  const uniform = stream(5)
  let refused = 0
  for (let k = 0; k < 4000; k++) {
    const mutant = valid.slice(0, 1 + Math.floor(uniform() * valid.length))
    mutant[Math.floor(uniform() * mutant.length)] = Math.floor(uniform() * 256)
    try {
      splitEvents(mutant)
    } catch (error) {
      refused++
      assert.match(String(error), /^RangeError: "request" expected /)
    }
  }
  assert.ok(refused > 1000)
  let deep: unknown = 1
  for (let k = 0; k < 6; k++) deep = [deep]
  const nested = withEvents([{ type: 'episode', episode: deep } as unknown as ServerEvent], request)
  assert.throws(() => splitEvents(nested), /^"request" expected values in at most/)
})

test('what cannot follow what was told before is refused by name', async () => {
  const [first, second] = [...run(small)]
  const [exchange] = [...run(small)].filter(({ type }) => type === 'exchange')
  const end = endOf(runToEnd(small))
  for (const [event, message] of [
    [second, /"event.episode" expected an integer in 1..1, got 2/],
    [{ ...first, scores: [1, 2] }, /"event.scores" expected a list of 3, got 2/],
    [{ ...first, players: [0, 1] }, /"event.scores" expected a list of 2, got 3/],
    [{ ...first, players: [0, 1, 3] }, /"event.players\[2\]" expected an integer in 0..2, got 3/],
    [{ ...first, steps: [1, 2, 501] }, /"event.steps\[2\]" expected an integer in 1..500, got 501/],
    [exchange, /"event.episode" expected an integer in 0..0, got 5/],
    [end, /"event.episodes" expected an integer in 0..0, got 17/],
    [{ ...first, type: 'pay' }, /"event.type" expected one of episode, exchange, end/],
  ] as const) {
    const [here, there] = carrierPair()
    const following = takePartOver(small, [1], there, followed({ events: [], results: [] })).catch(String)
    const { federation } = setUp(small).tags
    const request = withEvents([event as ServerEvent], packRequest({ ask: 'period', from: 1, to: 5, round: 0 }))
    here.send(seal({ federation, member: 1 }, 'request', 1, request))
    assert.match(await following, message)
  }
})

test('a member that keeps its state cannot follow, since it does not keep what it was told', async () => {
  const memory: Memory = { load: () => null, save: () => {} }
  const [, there] = carrierPair()
  for (const name of ['onEvent', 'onResult']) {
    const refusal = await takePartOver(small, [1], there, { memory, [name]: () => {} }).catch(String)
    assert.match(refusal, new RegExp(`"${name}" expected no memory beside it`))
    assert.match(
      await takePartOver(small, [1], there, { [name]: 7 }).catch(String),
      new RegExp(`"${name}" expected a func`),
    )
  }
})

// ---- what it stands on

const address = { federation: 7, member: 2 }

/** Both halves over a carrier that loses nothing, and the turns of the requests that were sent. */
function halves(time: MadeUpTime) {
  const sent: number[] = []
  const [here, there] = linked(time, stream(1), CALM, (message, to) => {
    const said = unseal(address, message)
    if (to === 1 && said?.kind === 'request') sent.push(said.turn)
    return message
  })
  return {
    sent,
    asking: openAsking(here, address, time.timer),
    start: () =>
      openAnswering(there, address, {
        answer: async (body) => body,
        onAnswered: () => {},
        onError: assert.unreachable,
      }),
    settle: () => time.until(new Promise<void>((resolve) => time.timer(100, resolve))),
  }
}

test('a member that comes, or comes back, is sent each later request once', async () => {
  const time = new MadeUpTime()
  const { sent, asking, start, settle } = halves(time)
  const askAll = async (...turns: number[]) => {
    for (const turn of turns) await asking.ask(Uint8Array.of(turn))
  }
  start() // while the first request is under way it says that it is here, and is sent that request again
  await time.until(askAll(1, 2, 3))
  start()
  await settle()
  await time.until(askAll(4, 5, 6, 7, 8, 9))
  // Turn 4 is asked once before it says that it lacks the first three.
  const counts = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((turn) => sent.filter((one) => one === turn).length)
  assert.equal(counts, [3, 2, 2, 2, 1, 1, 1, 1, 1])
})

test('a last request goes out at once where none is under way, and otherwise after its answer', async () => {
  const time = new MadeUpTime()
  const first = halves(time)
  first.asking.end(Uint8Array.of(1))
  assert.equal(first.sent, [1])
  const second = halves(time)
  const answer = second.asking.ask(Uint8Array.of(1))
  second.asking.end(Uint8Array.of(2))
  assert.equal(second.sent, [1])
  second.start()
  await time.until(answer)
  await second.settle()
  assert.equal([...new Set(second.sent)], [1, 2])
})

test('a carrier within one thread keeps the order, and brings nothing before the sender has finished', async () => {
  const [here, there] = carrierPair()
  const heard: number[] = []
  there.receive(([value]) => heard.push(value))
  for (let k = 0; k < 5; k++) here.send(Uint8Array.of(k))
  assert.equal(heard, [])
  await new Promise<void>((resolve) => setImmediate(resolve))
  assert.equal(heard, [0, 1, 2, 3, 4])
  there.close()
  here.send(Uint8Array.of(5))
  await new Promise<void>((resolve) => setImmediate(resolve))
  assert.is(heard.length, 5)
})

test('of a timer that has ended, nothing that was started is called, and nothing is started any more', () => {
  const started = new Set<() => void>()
  const { timer, stop: end } = endingTogether((_, call) => {
    started.add(call)
    return () => started.delete(call)
  })
  const called: string[] = []
  timer(1, () => called.push('first'))
  const stop = timer(1, () => called.push('second'))
  timer(1, () => called.push('third'))
  const [first] = started
  started.delete(first)
  first()
  stop()
  end()
  timer(1, () => called.push('fourth'))
  assert.equal([called, started.size], [['first'], 0])
  assert.throws(
    () => endingTogether(() => undefined as never).timer(1, () => {}),
    /"what timer\(\) returns" expected a function/,
  )
})

test.run()
