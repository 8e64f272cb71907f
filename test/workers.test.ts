// Sweeps over workers: whatever is lost, repeated, reordered or killed, the results are those of one process to the byte; a
// run is held by one worker as long as that gives signs of life, and by another one soon after; nothing that is not the
// result of its run enters the store, and who cannot compute it is told why. Most of it runs in made-up time, without a
// broker.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { type HandOut, openHandOut } from '../src/network/handOut.ts'
import { LEASE, openLeases } from '../src/network/leases.ts'
import { collectParts, partAt } from '../src/network/parts.ts'
import { type Pulled, type PullOptions, pullRuns } from '../src/network/pull.ts'
import { DeniedError } from '../src/network/requests.ts'
import {
  packWorkReply,
  packWorkRequest,
  unpackWorkReply,
  unpackWorkRequest,
  type WorkerProof,
  type WorkReply,
  type WorkRequest,
} from '../src/network/workMessages.ts'
import { InterruptedError } from '../src/results/compute.ts'
import { DeterminismError, encodeResult, resultKey } from '../src/results/result.ts'
import { openStore, type Store } from '../src/results/store.ts'
import { computeMissing, type PlannedRun, planRuns, type Swept } from '../src/results/sweep.ts'
import type { RunResult } from '../src/run/record.ts'
import { runToEnd } from '../src/run/run.ts'
import { kernelHash } from '../src/run/setup.ts'
import { toEnd } from '../src/run/steps.ts'
import { CALM, MadeUpTime, stream, type Weather } from './carriers.ts'
import { tally } from './helpers.ts'
import { MemoryDisk } from './memoryDisk.ts'
import { type RequestNetwork, requestNetwork } from './requestPorts.ts'

const DIR = '/some/where'
const small = { width: 3, depth: 1, period: 3, cap: 8 }
const plan = toEnd(
  planRuns(
    ['frd', 'pd', 'own', 'independent'].flatMap((method) =>
      [1, 3].flatMap((agents) => [1, 2, 3].map((seed) => ({ ...small, method, agents, seed }))),
    ),
  ),
)
const known = new Map<string, RunResult>()
/** The result of a run, computed once. */
function resultOf(config: Config): RunResult {
  const key = resultKey(config)
  const result = known.get(key) ?? runToEnd(config)
  known.set(key, result)
  return result
}

const tableOf = (disk: MemoryDisk) => [...disk.files()].find(([path]) => path.endsWith('/results.jsonl'))?.[1]

/** results.jsonl of one process. */
function tableOfOne(runs: readonly PlannedRun[]): string {
  const disk = new MemoryDisk()
  const store = openStore(DIR, disk.asFiles)
  for (const { config } of runs) store.write(resultOf(config))
  store.merge()
  return tableOf(disk)!
}
const undisturbed = tableOfOne(plan)

const proof = { version: '1.2.3', kernelHash: kernelHash() }
let workers = 0
const proofOf = (more: Partial<WorkerProof> = {}): WorkerProof => ({ worker: `w${++workers}`, ...proof, ...more })
const timing = { started: '2026-01-01T00:00:00.000Z', seconds: 1 }

/** A network, a disk, and what was told. */
class Place {
  readonly time = new MadeUpTime()
  readonly disk = new MemoryDisk()
  readonly uniform: () => number
  readonly network: RequestNetwork
  readonly told: string[] = []
  readonly runs: readonly PlannedRun[]

  constructor(seed: number, weather: Weather = CALM, runs: readonly PlannedRun[] = plan) {
    this.uniform = stream(seed)
    this.network = requestNetwork(this.time, this.uniform, weather)
    this.runs = runs
  }

  open(): Store {
    return openStore(DIR, this.disk.asFiles)
  }

  /** Starts a submitter, which takes the place of the one before as if that was killed. */
  submit(signal?: AbortSignal): { readonly handOut: HandOut; readonly swept: Promise<Swept> } {
    const store = this.open()
    const { timer } = this.time
    const handOut = openHandOut({
      plan: this.runs,
      proof,
      timer,
      again: store.write,
      tell: (text) => this.told.push(text),
    })
    this.network.serve(handOut.answer)
    const sweep = async () => {
      const swept = await computeMissing(this.runs, store, { computeAll: handOut.computeAll, signal })
      await handOut.close()
      this.network.serve(null)
      store.merge()
      return swept
    }
    const swept = sweep()
    swept.catch(() => {})
    return { handOut, swept }
  }

  /** Starts a worker, whose runs take up to `longest` ms. */
  work(more: Partial<PullOptions> & { readonly longest?: number; readonly most?: number } = {}) {
    const { longest = 1000, most, ...options } = more
    const port = this.network.open(most)
    const stop = new AbortController()
    const said: string[] = []
    let asked = 0
    const pulled: Promise<Pulled> = pullRuns(port, {
      proof: proofOf(),
      own: {},
      jobs: 1,
      compute: async (config) => {
        asked++
        await this.pause(this.uniform() * longest)
        return { result: resultOf(config), timing }
      },
      timer: this.time.timer,
      signal: stop.signal,
      isOnce: false,
      tell: (text) => said.push(text),
      ...options,
    })
    pulled.catch(() => {})
    return { port, stop, said, pulled, asked: () => asked }
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resume) => {
      this.time.timer(milliseconds, resume)
    })
  }

  /** Asks as a worker of its own would, once and without a loss. */
  ask(handOut: HandOut, who: WorkerProof, request: WorkRequest): WorkReply {
    return unpackWorkReply(handOut.answer(packWorkRequest(who, request)))
  }
}

const next = (slot = 0, finished: (WorkRequest & { ask: 'next' })['finished'] = null): WorkRequest => ({
  ask: 'next',
  slot,
  finished,
})
const lineOf = (result: RunResult) => new TextEncoder().encode(encodeResult(result))
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: Error) => error,
  )
const handedTo = (reply: WorkReply) => (reply.say === 'run' ? reply.key : assert.unreachable(`it says ${reply.say}`))

// ---- sweeps under losses and kills

test('whatever is lost, repeated, reordered or killed, a sweep ends with the bytes of one process', async () => {
  const SWEEPS = 40
  let [killed, submitters, computed] = [0, 0, 0]
  for (let seed = 1; seed <= SWEEPS; seed++) {
    const draw = stream(1000 + seed)
    const weather = { lost: 0.3 * draw(), repeated: 0.3 * draw(), delay: draw() < 0.5 ? 10 : 1500 }
    const place = new Place(seed, weather)
    // A line takes two to four messages of some ports, and a run may take longer than a lease.
    const start = () =>
      place.work({
        jobs: 1 + Math.floor(3 * draw()),
        longest: draw() < 0.2 ? 30_000 : 2000,
        most: draw() < 0.5 ? 4600 : 1 << 20,
      })
    const team = [start(), start(), start()]
    let { swept } = place.submit()
    const kills = Math.floor(draw() * 5)
    for (let k = 0; k < kills; k++) {
      await place.time.until(place.pause(draw() * 6000))
      if (draw() < 0.5) {
        killed++
        const [gone] = team.splice(Math.floor(draw() * team.length), 1, start())
        gone.port.kill()
      } else {
        submitters++
        place.network.serve(null)
        if (draw() < 0.5) await place.time.until(place.pause(draw() * 20_000))
        swept = place.submit().swept
      }
    }
    const { keys } = await place.time.until(swept)
    assert.is(keys.length, plan.length)
    assert.is(tableOf(place.disk), undisturbed, `seed ${seed}`)
    computed += team.reduce((sum, one) => sum + one.asked(), 0)
    for (const { stop } of team) stop.abort()
    await place.time.until(Promise.allSettled(team.map(({ pulled }) => pulled)))
    assert.equal(place.told, [], `seed ${seed}`)
  }
  assert.ok(killed > 10 && submitters > 10, `${killed} workers and ${submitters} submitters were killed`)
  assert.ok(computed < 3 * SWEEPS * plan.length, `${computed} runs were computed`)
  console.log(`  ${tally('sweeps over workers under losses and kills, in made-up time', SWEEPS)}`)
})

test('without any fault every run is computed once, and all workers hear that all is done', async () => {
  const place = new Place(1)
  const team = [1, 2, 3].map((jobs) => place.work({ jobs }))
  const { handOut, swept } = place.submit()
  const ended = await place.time.until(swept)
  assert.equal([ended.computed, ended.stored, ended.failed], [plan.length, 0, 0])
  const pulled = await place.time.until(Promise.all(team.map((one) => one.pulled)))
  assert.ok(pulled.every(({ isDone }) => isDone))
  assert.is(
    pulled.reduce((sum, one) => sum + one.computed, 0),
    plan.length,
  )
  assert.equal(handOut.counts(), { workers: 0, leases: 0 })
  assert.is(tableOf(place.disk), undisturbed)
  const timings = [...place.disk.files()]
    .find(([path]) => path.endsWith('timing.jsonl'))![1]
    .trim()
    .split('\n')
  assert.is(timings.length, plan.length)
  assert.match(JSON.parse(timings[0]).worker, /^w\d+$/)
})

test('a worker that is there before its submitter waits and says so once', async () => {
  const place = new Place(2)
  const { said, pulled } = place.work()
  await place.time.until(place.pause(20_000))
  assert.equal(said, ['nobody is there: waiting for it'])
  const { swept } = place.submit()
  await place.time.until(swept)
  assert.is((await place.time.until(pulled)).isDone, true)
  assert.equal(said.slice(1), ['a sweep answers'])
})

test('a submitter that finds all runs stored tells the workers that wait', async () => {
  const place = new Place(20)
  for (const { config } of plan) place.open().write(resultOf(config))
  const { pulled } = place.work({ jobs: 2 })
  await place.time.until(place.pause(20_000))
  await place.time.until(place.submit().swept)
  assert.equal(await place.time.until(pulled), { isDone: true, computed: 0 })
})

test('with once, a worker ends when the submitter that served it is gone, and not before there was one', async () => {
  const place = new Place(3)
  const { pulled } = place.work({ isOnce: true })
  await place.time.until(place.pause(100_000))
  place.submit()
  await place.time.until(place.pause(1500))
  place.network.serve(null)
  assert.is((await place.time.until(pulled)).isDone, false)
})

test('a run that a worker finished while its submitter was killed is taken by the next one', async () => {
  const place = new Place(4)
  const worker = place.work({ longest: 1 })
  const first = place.submit()
  const { length } = plan
  while (place.open().keys().length < 5) await place.time.until(place.pause(5))
  first.handOut.end()
  place.network.serve(null)
  await place.time.until(place.pause(5000))
  const stored = place.open().keys().length
  assert.ok(stored < length && worker.asked() <= stored + 1)
  const { computed } = await place.time.until(place.submit().swept)
  assert.is(computed, length - stored)
  assert.is(worker.asked(), length, 'none was computed twice')
})

// ---- leases

test('a silent worker keeps a run for the length of a lease, and one that gives signs of life as long as it computes', () => {
  const time = new MadeUpTime()
  const calls: { at: number; call: () => void }[] = []
  let now = 0
  const timer: typeof time.timer = (milliseconds, call) => {
    const entry = { at: now + milliseconds, call }
    calls.push(entry)
    return () => void calls.splice(calls.indexOf(entry), 1)
  }
  const pass = (milliseconds: number) => {
    now += milliseconds
    for (const entry of calls.filter(({ at }) => at <= now))
      if (calls.includes(entry)) calls.splice(calls.indexOf(entry), 1)[0].call()
  }
  const [run] = plan
  const leases = openLeases([run], timer)
  const [a, b] = [
    { worker: 'a', slot: 0 },
    { worker: 'b', slot: 0 },
  ]
  const ask = (who: typeof a) => leases.next(who, {}, () => false)?.key
  assert.is(ask(a), run.key)
  assert.is(ask(a), run.key, 'a reply that was lost is given again')
  for (let k = 0; k < 10; k++) {
    pass(LEASE - 1)
    assert.is(ask(b), undefined)
    leases.renew(a, run.key)
  }
  pass(LEASE - 1)
  assert.equal([ask(b), leases.leased()], [undefined, 1])
  pass(1)
  assert.is(leases.leased(), 0)
  assert.is(ask(b), run.key)
  leases.renew(a, run.key)
  assert.ok(leases.has(b, run.key), 'a late sign of life takes nothing away')
  leases.giveBack('b')
  leases.renew(a, run.key)
  assert.ok(leases.has(a, run.key), 'who is still at it gets a free run')
  leases.remove(run.key)
  assert.equal([leases.left(), leases.leased(), ask(b), calls.length], [0, 0, undefined, 0])
})

test('a run that takes longer than a lease is computed once, since its worker gives signs of life', async () => {
  const place = new Place(21)
  const team = [1, 2, 3].map(() => place.work({ jobs: 2, longest: 6 * LEASE }))
  await place.time.until(place.submit().swept)
  assert.is(
    team.reduce((sum, one) => sum + one.asked(), 0),
    plan.length,
  )
})

test('a worker at a run that another one brings hears that all is done, without finishing it', async () => {
  const place = new Place(22, CALM, plan.slice(0, 1))
  const { handOut, swept } = place.submit()
  const slow = place.work({ compute: () => new Promise(() => {}) })
  await place.time.until(place.pause(100))
  const [{ key, config }] = plan
  place.ask(handOut, proofOf(), next(0, { key, timing, line: lineOf(resultOf(config)) }))
  await place.time.until(swept)
  assert.equal(await place.time.until(slow.pulled), { isDone: true, computed: 0 })
})

test('a run that another sweep has stored in the meantime is not handed out', async () => {
  const place = new Place(23)
  const { swept } = place.submit()
  await place.time.until(place.pause(1))
  for (const { config } of plan.slice(3, 10)) place.open().write(resultOf(config))
  const { asked } = place.work()
  const { computed, stored } = await place.time.until(swept)
  assert.equal([computed, stored, asked()], [plan.length - 7, 7, plan.length - 7])
  assert.is(tableOf(place.disk), undisturbed)
})

test('a worker that is stopped gives its runs back at once', async () => {
  const place = new Place(5)
  const { handOut, swept } = place.submit()
  const slow = place.work({ jobs: 3, longest: 1e6 })
  await place.time.until(place.pause(100))
  assert.equal(handOut.counts(), { workers: 1, leases: 3 })
  slow.stop.abort()
  assert.instance(await place.time.until(errorOf(slow.pulled)), InterruptedError)
  assert.equal(handOut.counts(), { workers: 0, leases: 0 })
  place.work({ jobs: 2 })
  await place.time.until(swept)
  assert.is(tableOf(place.disk), undisturbed)
})

test('a signal stops the submitter at once, and what is stored stays', async () => {
  const place = new Place(6)
  const stop = new AbortController()
  place.work({ jobs: 2 })
  const { handOut, swept } = place.submit(stop.signal)
  await place.time.until(place.pause(1500))
  stop.abort()
  assert.instance(await errorOf(swept), InterruptedError)
  assert.is(handOut.counts().leases, 0)
  const stored = place.open().keys().length
  assert.ok(stored > 0 && stored < plan.length, `${stored} stored`)
})

// ---- what is refused

test('a worker with another kernel or version is refused aloud on both sides, and is handed nothing', async () => {
  for (const [more, message] of [
    [{ kernelHash: 'ab'.repeat(32) }, /"kernelHash" expected .*, got "ab.*same version of frd/],
    [{ version: '1.2.4' }, /"version" expected 1\.2\.3, got "1\.2\.4": .*same version of frd/],
  ] as const) {
    const place = new Place(7)
    place.submit()
    const { pulled, asked } = place.work({ proof: proofOf(more) })
    const error = await place.time.until(errorOf(pulled))
    assert.instance(error, DeniedError)
    assert.match(error!.message, message)
    assert.is(asked(), 0)
    assert.is(place.told.length, 1)
    assert.match(place.told[0], message)
  }
})

test('runs of an environment of your own go only to workers that have the same version, and the others are told which', async () => {
  const mixed: PlannedRun[] = plan.slice(0, 6).map(({ config }, i) => {
    const given = i % 2 ? config : { ...config, env: 'walk', envVersion: 'v1' }
    return { key: resultKey(given), config: given }
  })
  const place = new Place(8, CALM, mixed)
  const { handOut } = place.submit()
  await place.time.until(place.pause(1))
  const [none, other, same] = [undefined, 'v2', 'v1'].map((version) =>
    proofOf(version === undefined ? {} : { environment: { name: 'walk', version } }),
  )
  const handed = (who: WorkerProof) =>
    [0, 1, 2, 3, 4, 5].flatMap((slot) => {
      const reply = place.ask(handOut, who, next(slot))
      return reply.say === 'run' ? [reply.key] : []
    })
  const isOwn = (key: string) => mixed.find((run) => run.key === key)!.config.env === 'walk'
  for (const [who, message] of [
    [none, /environment walk, version v1, was not given: give its file with --env/],
    [other, /environment walk, version v1, is another one: --env gives version v2/],
  ] as const) {
    const keys = handed(who)
    assert.equal([keys.length, keys.some(isOwn)], [3, false])
    const reply = place.ask(handOut, who, next(5))
    assert.match(reply.say === 'wait' ? reply.lacks : reply.say, message)
    assert.match(place.told.join('\n'), message)
    place.ask(handOut, who, { ask: 'leave' })
  }
  assert.is(handed(same).filter(isOwn).length, 3)
  place.ask(handOut, same, { ask: 'leave' })
  // A worker says it too, once.
  const { said } = place.work()
  await place.time.until(place.pause(5000))
  assert.is(said.filter((text) => /some runs are left to other workers: environment walk/.test(text)).length, 1)
})

test('runs that start from models are kept from workers, which have no weights to start from, and stop no other run', async () => {
  const mixed: PlannedRun[] = plan.slice(0, 6).map(({ config }, i) => {
    const given = i % 2 ? config : { ...config, startVersion: 'ab'.repeat(32) }
    return { key: resultKey(given), config: given }
  })
  const place = new Place(8, CALM, mixed)
  const { handOut } = place.submit()
  await place.time.until(place.pause(1))
  const replies = [0, 1, 2, 3].map((slot) => place.ask(handOut, proofOf(), next(slot)))
  const handed = replies.flatMap((reply) => (reply.say === 'run' ? [reply.key] : []))
  assert.equal(
    handed.map((key) => mixed.find((run) => run.key === key)!.config.startVersion),
    ['', '', ''],
  )
  const [last] = replies.slice(-1)
  assert.match(last.say === 'wait' ? last.lacks : last.say, /started from weights abababababab, which were not given/)
})

test('what is no result of its run is refused, names its worker, and the run goes to another one', async () => {
  const [first, second] = plan
  const sound = resultOf(first.config)
  const cases: [Uint8Array, RegExp][] = [
    [new TextEncoder().encode('x'), /expected a result of schema/],
    [lineOf(sound).slice(0, -100), /expected a sha256 at its end/],
    [new TextEncoder().encode(encodeResult(sound).replace('"episodes":8', '"episodes":7')), /expected sha256/],
    [lineOf(resultOf(second.config)), /"key" expected .*that of another run/],
    [lineOf({ ...sound, kernelHash: 'ab'.repeat(32) }), /"kernelHash" expected .*another kernel/],
    [new Uint8Array([0xff, 0xfe]), /not valid/],
  ]
  for (const [line, message] of cases) {
    const place = new Place(9)
    const { handOut } = place.submit()
    await place.time.until(place.pause(1))
    const [bad, good] = [proofOf(), proofOf()]
    assert.is(handedTo(place.ask(handOut, bad, next())), first.key)
    const reply = place.ask(handOut, bad, next(0, { key: first.key, timing, line }))
    assert.match(reply.say === 'refused' ? reply.why : reply.say, message)
    assert.match(place.told.join('\n'), new RegExp(`^worker ${bad.worker} was refused: `))
    assert.is(handedTo(place.ask(handOut, good, next())), first.key)
    assert.equal(place.open().keys(), [])
    handOut.end()
  }
})

test('a result that comes twice is equal, or an alarm that names the run and the worker and keeps both', async () => {
  for (const whenStored of ['by this sweep', 'before it', 'as its last run']) {
    const place = new Place(10, CALM, whenStored === 'as its last run' ? plan.slice(0, 1) : plan)
    const [{ key, config }] = plan
    if (whenStored === 'before it') place.open().write(resultOf(config))
    const { handOut, swept } = place.submit()
    await place.time.until(place.pause(1))
    const [one, two] = [proofOf(), proofOf()]
    const bring = (who: WorkerProof, result: RunResult) =>
      place.ask(handOut, who, next(0, { key, timing, line: lineOf(result) }))
    const say = place.runs.length > 1 ? 'run' : 'wait'
    assert.is(bring(one, resultOf(config)).say, say)
    assert.is(bring(two, resultOf(config)).say, say)
    bring(two, { ...resultOf(config), digest: 'ab'.repeat(32) })
    const error = await place.time.until(errorOf(swept))
    assert.instance(error, DeterminismError)
    assert.match(error!.message, new RegExp(`determinism alarm: .*${key}.*is that of worker ${two.worker}$`))
    const kept = [...place.disk.files().keys()].filter((path) => path.includes(key))
    assert.is(kept.length, 2)
  }
})

test('a run that breaks off ends the sweep and says so; what broke off before this sweep does not', async () => {
  const place = new Place(11)
  const { handOut, swept } = place.submit()
  await place.time.until(place.pause(1))
  const old = proofOf()
  const [{ key }] = plan
  assert.is(place.ask(handOut, old, next(0, { key, timing, fault: 'long ago' })).say, 'run')
  place.work({
    compute: async () => {
      throw new Error('the run of frd, N = 1, seed 1 broke off: ball.js:3 threw')
    },
  })
  const error = await place.time.until(errorOf(swept))
  assert.match(error!.message, /^the run of frd, N = 1, seed 1 broke off: ball\.js:3 threw \(on worker w\d+\)$/)
})

test('a disk that fails ends the sweep, and the worker keeps the result for the next submitter', async () => {
  const place = new Place(12)
  const store = place.open()
  const { timer } = place.time
  const write = () => {
    throw new Error('ENOSPC')
  }
  const handOut = openHandOut({ plan, proof, timer, again: write, tell: () => {} })
  const swept = computeMissing(plan, { ...store, write }, { computeAll: handOut.computeAll })
  swept.catch(() => {})
  place.network.serve(handOut.answer)
  const worker = place.work()
  assert.match((await place.time.until(errorOf(swept)))!.message, /ENOSPC/)
  await place.time.until(place.submit().swept)
  assert.is(worker.asked(), plan.length)
  assert.is(tableOf(place.disk), undisturbed)
})

test('a result that does not belong to the sweep is left out and told', async () => {
  const place = new Place(13, CALM, plan.slice(2))
  const { handOut } = place.submit()
  await place.time.until(place.pause(1))
  const [{ key, config }] = plan
  assert.is(place.ask(handOut, proofOf(), next(0, { key, timing, line: lineOf(resultOf(config)) })).say, 'run')
  assert.match(place.told.join(), new RegExp(`none of this sweep.*${key}`))
  assert.equal(place.open().keys(), [])
})

// ---- messages

test('a line in parts arrives whole, whatever part comes late, twice or out of order', () => {
  const line = Uint8Array.from({ length: 1000 }, (_, i) => i % 251)
  const key = 'ab'.repeat(32)
  const uniform = stream(3)
  for (let round = 0; round < 50; round++) {
    const collector = collectParts()
    for (let at = 0; at < line.length; ) {
      const wrong = Math.floor(uniform() * line.length)
      if (uniform() < 0.5) collector.take(partAt(key, line, wrong === at ? 0 : wrong, 77))
      if (uniform() < 0.1) collector.take(partAt('cd'.repeat(32), line, 0, 77))
      assert.is(collector.whole(key, 999), null)
      const { bytes, ...part } = partAt(
        key,
        line,
        collector.received(key, line.length),
        1 + Math.floor(200 * uniform()),
      )
      const memory = bytes.slice()
      at = collector.take({ ...part, bytes: memory })
      memory.fill(0)
    }
    assert.equal(collector.whole(key, line.length), line)
    assert.is(collector.whole(key, line.length), null)
  }
  assert.throws(() => collectParts().take({ key, total: 2 ** 31, at: 0, bytes: line }), /"total" expected at most/)
})

test('messages come back as they were, and bytes that are none are refused without an error', async () => {
  const key = 'ab'.repeat(32)
  const who = proofOf({ environment: { name: 'e', version: '1' }, method: { name: 'm', version: '' } })
  const by = { worker: who.worker, node: 'v20', arch: 'x64', jobs: 2 }
  const line = new TextEncoder().encode('line')
  const requests: WorkRequest[] = [
    next(3),
    next(0, { key, timing: { ...timing, by }, line }),
    next(1, { key, timing: { ...timing, by }, sent: 77 }),
    next(2, { key, timing: { ...timing, by }, fault: 'f\u20ac' }),
    { ask: 'working', held: [{ slot: 1, key }] },
    { ask: 'part', slot: 1, part: { key, total: 9, at: 5, bytes: line } },
    { ask: 'leave' },
  ]
  const replies: WorkReply[] = [
    { say: 'refused', why: 'why' },
    { say: 'run', key, config: line, lacks: 'l' },
    { say: 'wait', lacks: '' },
    { say: 'keep' },
    { say: 'received', bytes: 5 },
    { say: 'heard' },
    { say: 'done' },
  ]
  const place = new Place(14)
  const { handOut } = place.submit()
  const uniform = stream(9)
  let cut = 0
  for (const request of requests) {
    const bytes = packWorkRequest(who, request)
    assert.equal(unpackWorkRequest(bytes), { proof: who, request })
    for (let k = 0; k < 200; k++) {
      const broken = uniform() < 0.5 ? bytes.slice(0, Math.floor(uniform() * bytes.length)) : bytes.slice()
      if (broken.length) broken[Math.floor(uniform() * broken.length)] ^= 1 << Math.floor(uniform() * 8)
      unpackWorkReply(handOut.answer(broken))
      cut++
    }
  }
  for (const reply of replies) {
    const bytes = packWorkReply(reply)
    assert.equal(unpackWorkReply(bytes), reply)
    for (let k = 0; k < bytes.length; k++) assert.throws(() => unpackWorkReply(bytes.slice(0, k)))
  }
  assert.is(cut, 1400)
  assert.ok(place.told.length <= 100, 'a broken worker does not fill a terminal')
  // A refusal can be read by other versions, and no other message of theirs can.
  const [refused, heard] = [packWorkReply({ say: 'refused', why: 'old' }), packWorkReply({ say: 'heard' })]
  refused[0] = heard[0] = 2
  assert.equal(unpackWorkReply(refused), { say: 'refused', why: 'old' })
  assert.throws(() => unpackWorkReply(heard), /protocol 1, got 2: install the same version/)
})

test('a submitter that answers nonsense ends its worker', async () => {
  const place = new Place(15)
  place.network.serve(() => Uint8Array.of(7, 7))
  assert.instance(await place.time.until(errorOf(place.work().pulled)), DeniedError)
})

test.run()
