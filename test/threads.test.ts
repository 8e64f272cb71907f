import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { methods } from '../src/methods/index.ts'
import { encodeModel, modelsOf } from '../src/models/index.ts'
import { DIVIDING, type Dividing, giveBack, type Left, longestFirst, openBoard, take } from '../src/network/board.ts'
import { openPool } from '../src/network/pool.ts'
import { runInPool } from '../src/network/threads.ts'
import { InterruptedError, loadOwn, runThreaded, type ThreadedOptions } from '../src/node.ts'
import { modelFileOf } from '../src/results/models.ts'
import type { RunEvent, RunResult } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { setUp } from '../src/run/setup.ts'
import { broken, easy, uneven } from './hardConfigs.ts'

const small = { agents: 5, width: 8, depth: 1, cap: 17, period: 5, seed: 4 } as const
const NAMES = Object.keys(methods).filter((name) => !methods[name].isPooled)

async function compare(given: Partial<Config>, options: ThreadedOptions): Promise<RunResult> {
  const own = await loadOwn(options.modules ?? {})
  const seen: RunEvent[] = []
  const result = await runThreaded(given, { ...options, onEvent: (event) => void seen.push(event) })
  assert.equal(result, runToEnd(given, own), JSON.stringify(given))
  assert.equal(seen, [...run(given, own)], JSON.stringify(given))
  return result
}

test('a run on several cores gives the events and the result of one thread, for every method', async () => {
  for (const [i, method] of NAMES.entries()) await compare({ ...small, method }, { jobs: 2 + (i % 3) })
})

test('where a run ends within a period, at any number of threads, it ends as in one thread', async () => {
  for (const method of ['mixfrd', 'frl', 'independent']) {
    for (const until of ['first', 'last', 'cap'] as const) {
      for (const jobs of [1, 2, 3]) await compare({ ...easy, method, until, cap: until === 'cap' ? 16 : 40 }, { jobs })
    }
  }
})

test('unlike networks and more threads than agents change nothing', async () => {
  await compare({ nets, cap: 17, period: 5, method: 'frd' }, { jobs: 256 })
})

test('a network that is not finite any more ends the run with the same failure', async () => {
  for (const [method, seed, period, agent] of [
    ['frd', 3, 1, 2],
    ['pd', 1, 1, 1],
    ['frl', 2, 1, -1],
  ] as const) {
    const { failure } = await compare({ ...broken, method, seed, period }, { jobs: 2 })
    assert.is(failure?.agent, agent)
  }
})

const nets = [
  { width: 5, depth: 2 },
  { width: 9, depth: 1, activation: 'tanh' },
  { width: 4, depth: 1 },
] as const

/** Ways to divide the work: an episode at a time, in parts of any length, and whole agents. */
const DIVIDINGS: readonly Dividing[] = [
  { parts: 1e9, leastSteps: 1 },
  { parts: 2, leastSteps: 30 },
  { parts: 1e-9, leastSteps: 1 },
]

test('which thread plays which agent, and how many episodes at once, changes nothing', async () => {
  for (const [i, given] of [
    { ...easy, method: 'mixfrd', until: 'first' },
    { ...easy, method: 'independent', until: 'last' },
    { ...easy, method: 'frl', until: 'last' },
    { method: 'pd', nets, cap: 17, period: 5, until: 'cap', memoryReset: 'never' },
    { ...broken, method: 'frd', seed: 3, period: 4 },
    { ...small, method: 'fedhpd' },
    ...uneven.map((part) => ({ ...small, cap: 29, ...part, method: 'frd' })),
  ].entries()) {
    const setup = setUp(given as Partial<Config>)
    const alone = runToEnd(setup.config)
    // Two of the three ways for each, since starting threads takes most of the time.
    for (const [k, dividing] of DIVIDINGS.entries()) {
      if (k === i % 3) continue
      const threads = 1 + ((i + k) % 4)
      const pool = openPool(setup, {}, threads, dividing)
      await pool.ready
      const result = await runInPool(setup, pool)
      assert.equal(result, alone, `${JSON.stringify(given)}, ${threads} threads`)
    }
  }
})

test('of those that wait, a thread takes the longest, whole or half of what each thread has to play', () => {
  const waiting: Left[] = [
    { asks: 10, pace: 300 },
    { asks: 25, pace: 400 },
    { asks: 1, pace: 500 },
    { asks: 2, pace: 400 },
  ]
  assert.equal(longestFirst(waiting, 2, DIVIDING), { chosen: 1, asks: Math.ceil((3000 + 10000 + 500 + 800) / 4 / 400) })
  assert.equal(
    longestFirst([{ asks: 3, pace: 90 }], 2, DIVIDING),
    { chosen: 0, asks: 3 },
    'short rests are not divided',
  )
  assert.equal(longestFirst([{ asks: 3, pace: 1 }], 2, DIVIDING), { chosen: 0, asks: 3 })
  assert.equal(longestFirst([{ asks: 3, pace: 1e6 }], 2, DIVIDING), { chosen: 0, asks: 1 })
})

test('a thread takes nothing that another plays, nothing of an earlier batch, and finds the rest of what was given back', () => {
  for (const first of [0, 7, 2 ** 31 - 2]) {
    const board = openBoard(2)
    for (const agent of [0, 1]) giveBack(board, agent, first, 500)
    const all = (agent: number) => agent < 2
    const next = (asks = 4) => take(board, { first, asks }, 2, { parts: 4, leastSteps: 1 }, all)
    assert.equal(next(), { agent: 0, at: 0, asks: 1 })
    assert.equal(next(), { agent: 1, at: 0, asks: 1 })
    assert.is(next(), null)
    giveBack(board, 1, first + 1, null)
    assert.equal(next(), { agent: 1, at: 1, asks: 1 })
    giveBack(board, 0, first + 4, 100)
    giveBack(board, 1, first + 4, 100)
    assert.is(next(), null, 'both have answered')
    assert.is(take(board, { first: first - 5, asks: 5 }, 2, DIVIDING, all), null, 'a batch that is over')
    assert.is(
      take(board, { first: first + 4, asks: 3 }, 2, DIVIDING, () => false),
      null,
    )
    assert.equal(
      take(board, { first: first + 4, asks: 3 }, 2, DIVIDING, (agent) => agent === 1),
      { agent: 1, at: 0, asks: 3 },
    )
  }
})

/** The message of the error that a promise is rejected with. */
const refusal = (promise: Promise<unknown>) => promise.then(() => 'none', String)

/** A folder with an environment whose episodes grow, a method of one's own, and one that throws. */
const folder = mkdtempSync(join(tmpdir(), 'frd-threads-'))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const environment = file(
  'growing.js',
  `export default {
    name: 'growing', observations: 1, actions: 2, limit: 40, bounds: [[-1, 1]], score: 'steps',
    mission: { threshold: 12, window: 2 },
    create: (draws) => {
      let length = 0
      let steps = 0
      const reset = () => {
        length += 1 + draws.integer(2)
        steps = 0
        return [0]
      }
      const step = (action) => ({ observation: [action - 0.5], reward: 1, terminated: ++steps >= length, truncated: false })
      return { reset, step }
    },
  }`,
)
const index = new URL(`../src/methods/index${import.meta.url.slice(-3)}`, import.meta.url).href
const method = (name: string, upload: string) =>
  file(
    `${name}.js`,
    `import { methods } from ${JSON.stringify(index)}
    export default { ...methods.frl, name: '${name}', upload: (agent, context) => { ${upload} } }`,
  )

test('a coded run has one digest, whichever threads hold the last download and draw the words of its codec', async () => {
  for (const [method, codec, until] of [
    ['mixfrd', 'difference+delta-index+int8-stochastic', 'cap'],
    ['frl', 'difference+float16', 'last'],
    ['pd', 'int4-stochastic', 'cap'],
    ['frd', 'top-k:20+int8-stochastic', 'first'],
  ] as const) {
    const setup = setUp({ ...easy, cap: 22, method, codec, until })
    const alone = runToEnd(setup.config)
    assert.is.not(alone.digest, runToEnd({ ...setup.config, codec: 'float32' }).digest)
    for (const [k, dividing] of DIVIDINGS.entries()) {
      const threads = k + 1
      const pool = openPool(setup, {}, threads, dividing)
      await pool.ready
      const result = await runInPool(setup, pool)
      assert.equal(result, alone, `${method}, ${codec}, ${threads} threads`)
    }
    await compare(setup.config, { jobs: 2 })
  }
})

test('agents that start from saved models do so in whichever thread they begin', async () => {
  const start = join(folder, 'start')
  mkdirSync(start)
  const weights: Float32Array[] = []
  const before = runToEnd({ ...small, seed: 9 }, { onWeights: (all) => void weights.push(...all) })
  for (const [agent, model] of modelsOf(before, weights).entries()) {
    writeFileSync(join(start, modelFileOf(agent)), encodeModel(model))
  }
  const first = join(start, modelFileOf(0))
  for (const jobs of [2, 3, 5]) {
    for (const given of [
      { ...small, method: 'frl', codec: 'difference+int8-stochastic' },
      { ...small, method: 'mixfrd', until: 'first' },
    ] as const) {
      const each = await compare(given, { jobs, modules: { start } })
      const one = await compare(given, { jobs, modules: { start: first } })
      assert.is(new Set([each.digest, one.digest, runToEnd(given).digest]).size, 3)
    }
  }
})

test('an environment that answers later is waited for by its thread, of which it may have several', async () => {
  const walk = (later: string) => `export default {
    name: 'walk', observations: 1, actions: 2, limit: 20, bounds: [[-1, 1]], score: 'return', mission: { threshold: 5, window: 2 },
    create: (draws) => {
      let at = 0
      return {
        reset: ${later} () => [(at = draws.uniform() / 2)],
        step: ${later} (action) => {
          at += action - 0.5
          return { observation: [at], reward: at, terminated: Math.abs(at) > 2, truncated: false }
        },
      }
    },
  }`
  const own = await loadOwn({ environment: file('walk.js', walk('')) })
  const modules = { environment: file('walking.js', walk('async')) }
  for (const until of ['cap', 'first'] as const) {
    const { digest, scores } = runToEnd({ ...small, until }, own)
    const result = await runThreaded({ ...small, until }, { jobs: 2, modules })
    assert.equal([result.scores.length, result.scores], [scores.length, scores])
    assert.is.not(result.digest, digest, 'the version of the file is another one')
  }
  assert.match(await refusal(runThreaded(small, { jobs: 1, modules })), /returned a promise/)
})

test('an environment and a method from files are loaded by every thread', async () => {
  const modules = { environment, method: method('mine', 'return methods.frl.upload(agent, context)') }
  for (const until of ['first', 'cap'] as const) {
    const { config } = await compare({ ...small, agents: 3, until }, { jobs: 2, modules })
    assert.equal([config.env, config.method], ['growing', 'mine'])
  }
})

test('what code of one’s own throws is told as in one thread', async () => {
  const modules = { method: method('failing', `throw new RangeError('the film is full')`) }
  const own = await loadOwn(modules)
  const alone = await refusal((async () => runToEnd(small, own))())
  assert.match(alone, /the film is full/)
  assert.is(await refusal(runThreaded(small, { jobs: 2, modules })), alone)
  // In a run that ends before its first exchange, nothing is uploaded.
  await compare({ ...small, cap: 4 }, { jobs: 2, modules })
})

test('a method whose one learner plays for all is refused by name, and runs where there is one thread', async () => {
  const given = { ...small, method: 'central' }
  assert.match(await refusal(runThreaded(given, { jobs: 2 })), /RangeError: "method" expected .*, got "central"/)
  await compare(given, { jobs: 1 })
})

test('a signal stops a run, before its first event and later', async () => {
  const given = { ...small, cap: 100000, until: 'cap' } as const
  const stop = new AbortController()
  const onEvent = (event: RunEvent) => {
    if (event.type === 'exchange') stop.abort()
  }
  const stopped = await runThreaded(given, { jobs: 2, signal: stop.signal, onEvent }).catch((error) => error)
  assert.instance(stopped, InterruptedError)
  assert.instance(await runThreaded(given, { jobs: 2, signal: stop.signal }).catch((error) => error), InterruptedError)
})

test('a wrong number of threads and options of a wrong kind are refused', async () => {
  for (const jobs of [0, 257, 1.5])
    assert.match(await refusal(runThreaded(small, { jobs })), /"jobs" expected an integer/)
  assert.match(await refusal(runThreaded(small, null as never)), /"options" expected \{ jobs, /)
  assert.match(await refusal(runThreaded(small, { modules: { environment: 'none.js' } })), /"env" expected a file/)
})

test.after(() => rmSync(folder, { recursive: true }))
test.run()
