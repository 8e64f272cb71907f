// Federations with a deadline: whoever is late or gone, the run goes on, says who had no part, and one process computes
// the same events and result from that; also where the server is killed. Time is made up.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { type GroupPlace, type ServeOverOptions, serveOver, takePartOver } from '../src/federation/index.ts'
import { methods } from '../src/methods/index.ts'
import { decodeResult, encodeResult } from '../src/results/result.ts'
import type { RunEvent, RunResult } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import type { Own } from '../src/run/setup.ts'
import { CALM, drive, linked, MadeUpTime, memoryLog, stream, type Weather } from './carriers.ts'
import { broken, easy, restless } from './hardConfigs.ts'

const small = { agents: 4, width: 8, depth: 1, cap: 38, period: 5, seed: 4, until: 'cap' } as const
const NAMES = Object.keys(methods).filter((name) => !methods[name].isPooled)

/** How long each group takes for a period, in milliseconds; null for one that is never there. */
type Paces = readonly (number | null)[]

/** A timer that stands still for a group while it plays. */
const slowly = (time: MadeUpTime, pace: number, episodes: number) => async (agent: { playEpisode(): number }) => {
  await new Promise<void>((resolve) => time.timer(pace / episodes, resolve))
  return agent.playEpisode()
}

interface Circumstances extends Pick<ServeOverOptions, 'deadline' | 'minimum'> {
  readonly groups?: readonly (readonly number[])[]
  readonly paces?: Paces
  readonly weather?: Weather
  readonly seed?: number
  readonly own?: Own
}

/** Runs a federation, and checks that one process computes the same from what the result says. */
async function federate(given: Partial<Config>, circumstances: Circumstances = {}): Promise<RunResult> {
  const { groups = [[0], [1], [2], [3]], paces = [], weather = CALM, seed = 1, own = {} } = circumstances
  const { deadline = 2000, minimum } = circumstances
  const time = new MadeUpTime()
  const uniform = stream(seed)
  const places = groups.map((agents, i): GroupPlace => {
    const [carrier, there] = linked(time, uniform, weather)
    const pace = paces[i] === undefined ? 10 : paces[i]
    if (pace !== null) {
      const play = slowly(time, pace, (given.period ?? 25) * agents.length)
      takePartOver(given, agents, there, { ...own, play }).catch(() => {})
    }
    return { agents, carrier }
  })
  const events: RunEvent[] = []
  const options = { ...own, timer: time.timer, deadline, ...(minimum !== undefined && { minimum }) }
  const result = await time.until(drive(serveOver(given, places, options), events))
  assert.equal(result, runToEnd(result.config, own), JSON.stringify(result.config.absent))
  assert.equal(events, [...run(result.config, own)])
  return result
}

test('where all are in time, a deadline changes nothing', async () => {
  for (const method of NAMES) {
    const given = { ...small, method }
    assert.equal(await federate(given), runToEnd(given), method)
  }
})

test('a slow agent has a part in every second or third period, for every method', async () => {
  for (const method of NAMES) {
    const { config, scores, episodes } = await federate({ ...small, method }, { paces: [10, 4500, 10, 2500] })
    const times = (agent: number) => config.absent.slice(0, 8).filter((list) => list.includes(agent)).length
    const told = `${method} ${JSON.stringify(config.absent)}`
    assert.is(episodes, 38)
    // Where nothing is exchanged, the period is the default, of which the run has one and a half.
    if (methods[method].targets) {
      assert.ok(times(1) >= 5 && times(1) <= 6, told)
      assert.ok(times(3) >= 3 && times(3) <= 5, told)
    }
    assert.is(times(0) + times(2), 0)
    assert.equal(scores[0].length, 38)
    assert.ok(scores[1].length < 20, told)
  }
})

test('an agent that never comes is missed, and the run goes on to its end', async () => {
  const result = await federate({ ...small, method: 'mixfrd' }, { paces: [10, null] })
  assert.ok(result.config.absent.every((list) => list.join() === '1'))
  assert.is(result.config.absent.length, 8 + 1, 'every period, and the final weights')
  assert.equal(decodeResult(encodeResult(result), 'line'), result)
})

test('a period waits for as many as must take part, however long they take', async () => {
  const paces = [10, 9000, 10, 9000]
  const all = await federate({ ...small, method: 'frd' }, { paces, minimum: 4 })
  assert.equal(all.config.absent, [])
  const three = await federate({ ...small, method: 'frd' }, { paces, minimum: 3 })
  assert.ok(three.config.absent.every((list) => list.length <= 1))
  assert.ok(three.config.absent.length > 2)
})

test('groups of several agents, loss and repetition, missions that end within a period, and failures replay', async () => {
  let absences = 0
  for (let seed = 1; seed <= 12; seed++) {
    const method = NAMES.filter((name) => name !== 'fedhpd')[seed % (NAMES.length - 1)]
    const until = (['first', 'last', 'cap'] as const)[seed % 3]
    const given = seed % 2 ? { ...easy, method, until, cap: 60 } : { ...small, method, until, seed }
    const agents = 'agents' in given ? given.agents : easy.worlds.gravity.length
    const numbers = Array.from({ length: agents }, (_, i) => i)
    const groups = [numbers.filter((i) => i % 2 === 0), ...numbers.filter((i) => i % 2 === 1).map((i) => [i])]
    const paces = groups.map((_, i) => (i === 0 ? 10 : 1000 * ((seed + i) % 6)))
    const weather = { lost: 0.2, repeated: 0.2, delay: 400 }
    const { config } = await federate(given, { groups, paces, weather, seed })
    absences += config.absent.length
  }
  assert.ok(absences > 40, `${absences}`)
  for (const given of [
    { ...broken, method: 'frd', seed: 3, period: 1 },
    { ...broken, method: 'pd', seed: 1, period: 4 },
    { ...broken, method: 'frl', seed: 2, period: 1 },
  ]) {
    const groups = Array.from({ length: given.agents }, (_, i) => [i])
    assert.ok((await federate(given, { groups, paces: [10, 10, 4100] })).failure)
  }
})

test('an upload that was asked for an earlier exchange counts where it arrives, also where it changes the agent', async () => {
  const { method: _, ...rest } = { ...small, method: '' }
  const { config } = await federate(rest, { own: { method: restless }, paces: [10, 10, 4500, 10] })
  assert.ok(config.absent.length > 4)
})

test('with a codec, a frame is a difference from the download that its agent received last, whichever that was', async () => {
  for (const [method, codec] of [
    ['frl', 'difference+int8-stochastic'],
    ['mixfrd', 'top-k:30+difference+delta-index+int8'],
    ['frd', 'delta-index+int4-stochastic'],
    ['pd', 'int8'],
  ]) {
    const { config } = await federate({ ...small, method, codec }, { paces: [10, 10, 4500, 2500] })
    assert.ok(config.absent.length > 4, `${method} ${JSON.stringify(config.absent)}`)
  }
})

test('with a deadline, agents send by event, and frames are lost; who is drawn and growing periods are refused', async () => {
  for (const part of [{ trigger: { score: 2 } }, { trigger: { policy: 0.005 } }, { dropout: 0.3, minVisits: 2 }]) {
    const { config } = await federate({ ...small, method: 'frd', ...part }, { paces: [10, 10, 4500, 2500] })
    assert.ok(config.absent.length > 4, JSON.stringify(part))
  }
  for (const part of [{ growth: 1.5 }, { participation: 0.5 }]) {
    const message = await federate({ ...small, method: 'frd', ...part }, { paces: [10, 10, 10, 10] }).catch(String)
    assert.match(String(message), /"(growth|participation)" expected 1, beside a deadline/)
  }
})

test('a server that is killed decides nothing anew', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const given: Partial<Config> = { ...small, method: seed % 2 ? 'frl' : 'mixfrd' }
    const time = new MadeUpTime()
    const uniform = stream(seed)
    const lines = [0, 1, 2, 3].map((agent) => {
      const [here, there] = linked(time, uniform, { lost: 0.1, repeated: 0.1, delay: 300 })
      takePartOver(given, [agent], there, { play: slowly(time, agent === 2 ? 5000 : 500, 5) })
      return here
    })
    const log = memoryLog()
    let kills = 0
    let result: RunResult | undefined
    while (!result) {
      let isAlive = true
      const places = lines.map((here, agent): GroupPlace => {
        const receive = (listener: (message: Uint8Array) => void) =>
          here.receive((message) => isAlive && listener(message))
        return {
          agents: [agent],
          carrier: { send: (message) => isAlive && here.send(message), receive, close: () => {} },
        }
      })
      const timer: typeof time.timer = (wait, call) => time.timer(wait, () => isAlive && call())
      const over = drive(serveOver(given, places, { timer, log: log.open(), deadline: 2000, minimum: 2 }))
      const dies = new Promise<undefined>((resolve) =>
        time.timer(kills < 8 ? 1500 + uniform() * 6000 : 3e6, () => resolve(undefined)),
      )
      result = await time.until(Promise.race([over, dies]))
      isAlive = false
      if (!result) kills++
    }
    assert.ok(kills >= 2 && result.config.absent.length > 2, `${kills} ${result.config.absent.length}`)
    assert.equal(result, runToEnd(result.config))
  }
})

test('a deadline that cannot be is refused before anything is sent', async () => {
  const time = new MadeUpTime()
  const carrier = { send: () => assert.unreachable(), receive: () => {}, close: () => {} }
  const places = [{ agents: [0, 1, 2, 3], carrier }]
  const refusal = (options: ServeOverOptions, given: Partial<Config> = {}) =>
    drive(serveOver({ ...small, ...given }, places, options)).then(() => 'none', String)
  const { timer } = time
  assert.match(await refusal({ timer, deadline: 0 }), /RangeError: "deadline" expected a number in 1\.\./)
  assert.match(await refusal({ timer, deadline: 'x' as never }), /TypeError: "deadline" expected/)
  assert.match(await refusal({ timer, deadline: 9, minimum: 5 }), /RangeError: "minimum" expected an integer in 1..4/)
  assert.match(await refusal({ timer, minimum: 2 }), /RangeError: "minimum" expected a deadline beside it/)
  assert.match(await refusal({ deadline: 9 }), /TypeError: "timer" expected a function/)
})

test.run()
