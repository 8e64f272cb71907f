// The log of a server: a server that was killed at any moment and is started again goes on to the same result; what a
// crash cut off is lost and nothing else; and a log of another run, a damaged one or a full disk is told.

import * as fs from 'node:fs'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { type GroupPlace, type Log, serveOver, TurnError, takePartOver } from '../src/federation/index.ts'
import { openLog } from '../src/node.ts'
import type { RunEvent, RunResult } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { CALM, drive, linked, MadeUpTime, memoryLog, stream, type Weather } from './carriers.ts'
import { easy } from './hardConfigs.ts'

const small = { agents: 3, width: 8, depth: 1, cap: 27, period: 5, seed: 4, method: 'mixfrd' } as const
const ROUGH: Weather = { lost: 0.2, repeated: 0.2, delay: 1500 }

/** Members that wait, and a server that can be started again: the carrier of the last one is cut off. */
function federation(given: Partial<Config>, weather: Weather, seed: number, groups: readonly (readonly number[])[]) {
  const time = new MadeUpTime()
  const uniform = stream(seed)
  const ends: Promise<string>[] = []
  const lines = groups.map((agents) => {
    const [here, there] = linked(time, uniform, weather)
    ends.push(takePartOver(given, agents, there))
    return { agents, here }
  })
  /** A server of its own; `kill` cuts it off. */
  const serve = (log: Log) => {
    let isAlive = true
    const places = lines.map(({ agents, here }): GroupPlace => {
      const carrier = {
        send: (message: Uint8Array) => isAlive && here.send(message),
        receive: (listener: (message: Uint8Array) => void) =>
          here.receive((message) => {
            if (isAlive) listener(message)
          }),
        close: () => {},
      }
      return { agents, carrier }
    })
    const timer: typeof time.timer = (wait, call) => time.timer(wait, () => isAlive && call())
    const events = serveOver(given, places, { timer, log })
    return { events, kill: () => (isAlive = false) }
  }
  return { time, uniform, ends, serve }
}

test('a server that is killed again and again goes on to the same events and result', async () => {
  let kills = 0
  for (let seed = 1; seed <= 10; seed++) {
    const given: Partial<Config> = seed % 2 ? small : { ...easy, method: 'frl', until: 'first' }
    const { time, uniform, ends, serve } = federation(given, seed % 3 ? ROUGH : CALM, seed, [[0, 2], [1]])
    const log = memoryLog()
    let result: RunResult | undefined
    let lives = 0
    let seen: RunEvent[] = []
    while (!result) {
      const server = serve(log.open())
      seen = []
      lives++
      const lifetime = lives < 9 ? Math.floor(uniform() * 4000) : 3_000_000
      const dies = new Promise<undefined>((resolve) => time.timer(lifetime, () => resolve(undefined)))
      result = await time.until(Promise.race([drive(server.events, seen), dies]))
      if (result) break
      server.kill()
      kills++
    }
    assert.equal(result, runToEnd(given))
    assert.equal(seen, [...run(given)])
    await time.until(Promise.all(ends))
  }
  assert.ok(kills >= 25, `${kills} kills`)
})

test('a server without its log is told so by a member that has answered more, and ends aloud', async () => {
  const { time, serve } = federation(small, CALM, 1, [[0, 1], [2]])
  const first = serve(memoryLog().open())
  const seen: RunEvent[] = []
  const over = drive(first.events, seen)
  while (!seen.some(({ type }) => type === 'exchange')) {
    await time.until(new Promise((resolve) => time.timer(1, () => resolve(0))))
  }
  first.kill()
  void over
  const error = await time.until(drive(serve(memoryLog().open()).events).catch((thrown) => thrown))
  assert.instance(error, TurnError)
  assert.match(error.message, /^member \d: it has answered turn \d+, and this server asks turn 1: .* without its log/)
})

test('a server that was stopped early leaves its members waiting for the next one', async () => {
  const { time, ends, serve } = federation(small, CALM, 1, [[0, 1], [2]])
  const log = memoryLog()
  const { events } = serve(log.open())
  for (let k = 0; k < 8; k++) await time.until(events.next())
  await events.return(undefined as never)
  assert.equal(await time.until(drive(serve(log.open()).events)), runToEnd(small))
  assert.equal(await time.until(Promise.all(ends)), ['', ''])
})

test('a server that is started again after the end has the result without its members', async () => {
  const { time, serve } = federation(small, CALM, 1, [[0, 1], [2]])
  const log = memoryLog()
  const result = await time.until(drive(serve(log.open()).events))
  const deaf: GroupPlace['carrier'] = { send: () => {}, receive: () => {}, close: () => {} }
  const places = [
    { agents: [0, 1], carrier: deaf },
    { agents: [2], carrier: deaf },
  ]
  assert.equal(await drive(serveOver(small, places, { timer: time.timer, log: log.open() })), result)
})

test('a log of another run, of other groups, or of something else is refused before anything is sent', async () => {
  const { time, serve } = federation(small, CALM, 1, [[0, 1], [2]])
  const log = memoryLog()
  const { events } = serve(log.open())
  await time.until(events.next())
  await events.return(undefined as never)
  const carrier = { send: () => assert.unreachable(), receive: () => {}, close: () => {} }
  const refusal = (given: Partial<Config>, groups: number[][], opened: Log) => {
    const places = groups.map((agents) => ({ agents, carrier }))
    return drive(serveOver(given, places, { timer: time.timer, log: opened })).then(() => 'none', String)
  }
  assert.match(await refusal({ ...small, seed: 5 }, [[0, 1], [2]], log.open()), /RangeError: "log" expected the log of/)
  assert.match(await refusal(small, [[0], [1, 2]], log.open()), /RangeError: "log" expected the log of/)
  const strange = { records: [Uint8Array.of(9)], append: () => {}, sync: () => {} }
  assert.match(await refusal(small, [[0, 1], [2]], strange), /RangeError: "log" expected the log of/)
  assert.match(await refusal(small, [[0, 1], [2]], {} as never), /TypeError: "log.records" expected/)
})

// ---- the file

const folder = mkdtempSync(join(tmpdir(), 'frd-log-'))
const bytes = (...values: number[]) => Uint8Array.from(values)

test('records come back from a file, and of one that was cut anywhere the whole ones do', () => {
  const path = join(folder, 'whole.log')
  const records = [bytes(1, 2, 3), new Uint8Array(0), bytes(4), new Uint8Array(5000).fill(7)]
  const ends: number[] = []
  const log = openLog(path)
  for (const record of records) {
    log.append(record)
    ends.push(statSync(path).size)
  }
  log.sync()
  log.close()
  const whole = readFileSync(path)
  for (const length of [...Array(60).keys(), ends[2], ends[2] + 7, ends[3] - 1, ends[3]]) {
    writeFileSync(path, whole.subarray(0, length))
    const again = openLog(path)
    assert.equal(again.records, records.slice(0, ends.filter((end) => end <= length).length), `${length} bytes`)
    again.append(bytes(9))
    again.close()
    const last = openLog(path)
    assert.equal(last.records.at(-1), bytes(9))
    last.close()
  }
})

test('a damaged record, a file of something else and a second writer are told, and what they hold is left alone', () => {
  const path = join(folder, 'damaged.log')
  const log = openLog(path)
  for (const record of [bytes(1, 2, 3), bytes(4, 5)]) log.append(record)
  const other = openLog(path)
  other.append(bytes(6))
  assert.throws(() => log.append(bytes(7)), /cannot write the log .*damaged.log: another program writes to it/)
  other.close()
  log.close()
  const whole = readFileSync(path)
  const damaged = Buffer.from(whole)
  damaged[17 + 8 + 1] ^= 1
  writeFileSync(path, damaged)
  assert.throws(() => openLog(path), /"log" expected records with their checksums, got .*: byte 17 is damaged/)
  assert.equal(readFileSync(path), damaged)
  for (const text of ['agents=4\n', 'frd server lug 1\n', 'x'.repeat(9000)]) {
    writeFileSync(path, text)
    assert.throws(() => openLog(path), /"log" expected the log of a server, got .*: it is another file/)
    assert.is(readFileSync(path, 'utf8'), text)
  }
})

test('a disk that is full, or fails to sync, ends the run aloud, and the log stays readable', async () => {
  for (const failing of ['writeSync', 'fsyncSync'] as const) {
    const path = join(folder, `${failing}.log`)
    let calls = 0
    const full = () => {
      calls++
      if (calls > 6) throw new Error('ENOSPC: no space left on device')
    }
    const writeSync = (...given: Parameters<typeof fs.writeSync>) => {
      if (failing === 'writeSync') full()
      return fs.writeSync(...given)
    }
    const fsyncSync = (file: number) => {
      if (failing === 'fsyncSync') full()
      fs.fsyncSync(file)
    }
    const files = { ...fs, writeSync: writeSync as typeof fs.writeSync, fsyncSync }
    const { time, ends, serve } = federation(small, CALM, 1, [[0, 1], [2]])
    const log = openLog(path, files)
    const said = await time.until(drive(serve(log).events).then(() => 'none', String))
    assert.match(said, /cannot (write|sync) the log .*ENOSPC.*The run goes on where the log ends/)
    log.close()
    // With room on the disk again, the next server goes on with the members that still wait.
    const next = openLog(path)
    assert.equal(await time.until(drive(serve(next).events)), runToEnd(small))
    assert.equal(await time.until(Promise.all(ends)), ['', ''])
    next.close()
  }
})

test.after(() => rmSync(folder, { recursive: true }))
test.run()
