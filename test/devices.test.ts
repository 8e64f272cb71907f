// Members that are no simulation: an environment that answers when it can, and a member that goes on from what it kept.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { type Carrier, type GroupPlace, type Memory, serveOver, takePartOver } from '../src/federation/index.ts'
import type { DeviceEnvironment, OwnEnvironment } from '../src/index.ts'
import { openMemory } from '../src/node.ts'
import { runToEnd } from '../src/run/run.ts'
import { CALM, drive, linked, MadeUpTime, stream } from './carriers.ts'
import { easy, uneven } from './hardConfigs.ts'

const small = { agents: 3, width: 8, depth: 1, cap: 22, period: 5, seed: 4, method: 'mixfrd', until: 'cap' } as const

/** A walk whose steps are drawn from the agent's own stream. */
const walk: OwnEnvironment = {
  name: 'walk',
  observations: 2,
  actions: 2,
  limit: 30,
  bounds: [
    [-1, 1],
    [-1, 1],
  ],
  score: 'return',
  mission: { threshold: 1e9 },
  create: (draws) => {
    let at = 0
    return {
      reset: () => {
        at = draws.uniform() - 0.5
        return [at, 0]
      },
      step: (action) => {
        at += (action - 0.5) * draws.uniform()
        const terminated = Math.abs(at) > 1
        return { observation: [at, draws.uniform()], reward: 1 - Math.abs(at), terminated, truncated: false }
      },
    }
  },
}

/** The same, which answers later. */
const slowWalk = (time: MadeUpTime): DeviceEnvironment => ({
  ...walk,
  create: (draws, parameters) => {
    const world = walk.create(draws, parameters)
    const later = <T>(value: T) => new Promise<T>((resolve) => time.timer(3, () => resolve(value)))
    return { reset: () => later(world.reset()), step: (action) => later(world.step(action)) }
  },
})

const numbers = [0, 1, 2]

test('an environment that answers later gives the result of one that answers at once', async () => {
  const time = new MadeUpTime()
  const places = numbers.map((agent): GroupPlace => {
    const [carrier, there] = linked(time, stream(agent), CALM)
    takePartOver(small, [agent], there, { environment: agent === 1 ? walk : slowWalk(time) })
    return { agents: [agent], carrier }
  })
  const result = await time.until(drive(serveOver(small, places, { timer: time.timer, environment: walk })))
  assert.equal(result, runToEnd(small, { environment: walk }))
})

test('several devices in one place play one after the other, and what one throws or answers wrongly is told', async () => {
  const broken = (world: Partial<ReturnType<DeviceEnvironment['create']>>, time: MadeUpTime): DeviceEnvironment => ({
    ...walk,
    create: (draws, parameters) => ({ ...slowWalk(time).create(draws, parameters), ...world }),
  })
  const runs: [Partial<ReturnType<DeviceEnvironment['create']>>, RegExp][] = [
    [{}, /^none$/],
    [
      { step: async () => Promise.reject(new RangeError('the motor is off')) },
      /environment walk, episode 1, step 1: the motor is off/,
    ],
    [{ reset: async () => [1] }, /environment walk, episode 1, step 0: "observation" expected 2 numbers, got 1/],
    [
      { step: async () => ({ observation: [0, 0] }) as never },
      /environment walk, episode 1, step 1: "terminated" expected/,
    ],
    [{ step: 7 as never }, /environment walk, while it was created: .*step/],
  ]
  for (const [world, message] of runs) {
    const time = new MadeUpTime()
    const [carrier, there] = linked(time, stream(1), CALM)
    const told = (async () => takePartOver(small, numbers, there, { environment: broken(world, time) }))().catch(String)
    const events = serveOver(small, [{ agents: numbers, carrier }], { timer: time.timer, environment: walk })
    const said = await time.until(
      Promise.race([drive(events).then(() => 'none', String), told.then((text) => text || 'none')]),
    )
    assert.match(said, message)
  }
})

/** A memory that is there after the member is gone. */
function pocket(): Memory & { readonly saves: () => number } {
  let kept: Uint8Array | null = null
  let saves = 0
  return {
    load: () => kept,
    save: (bytes) => {
      saves++
      kept = bytes.slice()
    },
    saves: () => saves,
  }
}

test('a device that is started anew with its memory goes on; it plays nothing twice', async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const given: Partial<Config> = seed % 2 ? small : { ...small, until: 'first' }
    const time = new MadeUpTime()
    const uniform = stream(seed)
    let starts = 0
    let played = 0
    const memory = pocket()
    // A device's state is its own: it lives on when the program that holds the agent is started anew.
    let state: ReturnType<DeviceEnvironment['create']> | null = null
    const device: DeviceEnvironment = {
      ...slowWalk(time),
      create: (draws, parameters) => {
        // Its draws, which a simulation would take from the agent, are those of the world that goes on.
        state ??= slowWalk(time).create(
          { uniform: stream(9), integer: (bound) => Math.floor(bound * draws.uniform()) },
          parameters,
        )
        const { reset, step } = state
        return {
          reset: () => {
            played++
            return reset()
          },
          step,
        }
      },
    }
    const places = numbers.map((agent): GroupPlace => {
      let life = 0
      const start = () => {
        // What a killed program would still have sent or kept is lost.
        life++
        const own = life
        const isAlive = () => own === life
        const carrier: Carrier = { ...there, send: (message) => isAlive() && there.send(message) }
        const kept: Memory = { load: memory.load, save: (bytes) => isAlive() && memory.save(bytes) }
        const options = agent === 2 ? { environment: device, memory: kept } : { environment: walk }
        takePartOver(given, [agent], carrier, options).catch(() => {})
      }
      const [carrier, there] = linked(time, uniform, { lost: 0.1, repeated: 0.2, delay: 50 }, (message, to) => {
        if (agent === 2 && to === 1 && uniform() < 0.15 && memory.saves() > 0) {
          starts++
          start() // the listener of the last one is replaced
        }
        return message
      })
      start()
      return { agents: [agent], carrier }
    })
    const result = await time.until(drive(serveOver(given, places, { timer: time.timer, environment: walk })))
    assert.is(result.episodes, 22)
    assert.ok(starts > 0)
    // What was under way when it was started anew is played again, and nothing that was answered.
    assert.ok(played <= 22 + 5 * starts, `${played} ${starts}`)
    assert.is(result.scores[2].length, 22)
  }
})

test('a simulation with a memory goes on to the same result, also where the run ends within a period', async () => {
  const configs: Partial<Config>[] = [
    small,
    { ...easy, method: 'frl', until: 'first' },
    // Its memory holds the last download, from which the next frames are differences.
    { ...small, codec: 'difference+delta-index+int8-stochastic' },
    ...uneven.map((part) => ({ ...small, ...part })),
  ]
  for (const given of configs) {
    const time = new MadeUpTime()
    const uniform = stream(3)
    let starts = 0
    const places = numbers.map((agent): GroupPlace => {
      const memory = pocket()
      const start = () => takePartOver(given, [agent], there, { memory }).catch(() => {})
      const [carrier, there] = linked(time, uniform, CALM, (message, to) => {
        if (to === 1 && uniform() < 0.3) {
          starts++
          start()
        }
        return message
      })
      start()
      return { agents: [agent], carrier }
    })
    const result = await time.until(drive(serveOver(given, places, { timer: time.timer })))
    assert.equal(result, runToEnd(given))
    assert.ok(starts > 3)
  }
})

const folder = mkdtempSync(join(tmpdir(), 'frd-devices-'))

test('the memory of another run or agent, a damaged one and a cut one are refused by name', async () => {
  const path = join(folder, 'member', 'agent.bin')
  const time = new MadeUpTime()
  const given = { ...small, agents: 1 }
  const [carrier, there] = linked(time, stream(1), CALM)
  const over = takePartOver(given, [0], there, { memory: openMemory(path) })
  const result = await time.until(drive(serveOver(given, [{ agents: [0], carrier }], { timer: time.timer })))
  assert.equal(result, runToEnd(given))
  assert.is(await time.until(over), '')
  const bytes = readFileSync(path)
  const refusal = (config: Partial<Config>, agent = 0) =>
    takePartOver(config, [agent], there, { memory: openMemory(path) }).then(() => 'none', String)
  assert.match(await refusal({ ...given, seed: 5 }), /RangeError: "memory" expected that of this run/)
  assert.match(await refusal({ ...given, agents: 2 }, 1), /RangeError: "memory" expected that of this run/)
  for (let at = 0; at < bytes.length; at += 1 + Math.floor(bytes.length / 300)) {
    const damaged = Buffer.from(bytes)
    damaged[at] ^= 4
    writeFileSync(path, damaged)
    assert.match(await refusal(given), /RangeError: "memory" expected/, `byte ${at}`)
    writeFileSync(path, bytes.subarray(0, at))
    assert.match(await refusal(given), /RangeError: "memory" expected/, `${at} bytes`)
  }
})

test.after(() => rmSync(folder, { recursive: true }))
test.run()
