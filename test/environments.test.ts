// Environments and methods of one's own: they run everywhere with one digest, their faults are told by episode and step,
// and what does not fit is refused before anything is written. The examples are played as a user would.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { checkEnvironment, EnvironmentError, type OwnEnvironment, worldOf } from '../src/environments/own.ts'
import { serve, takePart } from '../src/federation/index.ts'
import type { Transition } from '../src/kernel/records.ts'
import { type Method, methods } from '../src/methods/index.ts'
import { drawRuns } from '../src/paper/ownRuns.ts'
import { filesNamedIn, loadOwn } from '../src/results/modules.ts'
import { decodeResult, encodeResult } from '../src/results/result.ts'
import { openStore } from '../src/results/store.ts'
import { summarise } from '../src/results/summary.ts'
import { sweep } from '../src/results/sweep.ts'
import { createAgent } from '../src/run/createAgent.ts'
import { MethodError } from '../src/run/methodFault.ts'
import { runToEnd } from '../src/run/run.ts'
import { loadVectors, packageRoot, parseHexFloat } from './helpers.ts'
import { frd } from './quiet.ts'

const example = (name: string) => join(packageRoot, 'examples', name)
const load = async (name: string): Promise<OwnEnvironment> => (await import(pathToFileURL(example(name)).href)).default
const scratch = () => mkdtempSync(join(tmpdir(), 'frd-own-'))
const small = {
  preset: 'tuned',
  width: 8,
  depth: 1,
  period: 10,
  sections: 10,
  agents: 2,
  cap: 60,
  until: 'cap',
} as const

test('Catch is solved by four agents that share by FRD, and the grid world by four with MixFRD', async () => {
  const environment = await load('catch.js')
  const caught = runToEnd({ preset: 'tuned', method: 'frd', agents: 4, sections: 10, cap: 1500 }, { environment })
  assert.ok(caught.completion !== null && caught.completion < 1500)
  const found = runToEnd(
    { preset: 'tuned', method: 'mixfrd', agents: 4, sections: 6, cap: 1000 },
    { environment: await load('gridworld.js') },
  )
  assert.ok(found.completion !== null)
  const last = found.scores[found.completions.indexOf(found.completion)].slice(-10)
  assert.ok(last.reduce((sum, steps) => sum + steps, 0) <= 120, 'at most 12 steps in the mean')
})

test('in the grid world, whose sections are its cells, a ProxRM holds the very states that were visited', async () => {
  const environment = await load('gridworld.js')
  const agent = createAgent({ sections: 6, seed: 2 }, { environment, capacity: { proxies: 36, replay: 4000 } })
  for (let episode = 0; episode < 20; episode++) agent.playEpisode()
  const pairs = (rows: Float32Array, width: number) =>
    Array.from({ length: rows.length / width }, (_, k) => rows.slice(k * width, k * width + 2).join())
  const visited = new Set(pairs(agent.replay(), 6))
  assert.equal(new Set(pairs(agent.entries(agent.proxies()), 6)), visited)
  assert.ok(visited.size > 20)
})

test('MountainCar in JavaScript follows Gymnasium step by step', async () => {
  type Episode = Record<'actions' | 'reward' | 'terminated' | 'truncated', number[]> & { state: string[][] }
  const vectors = loadVectors<Record<'random' | 'pump' | 'mixed', Episode[]>>('mountaincar-gymnasium')
  const environment = await load('mountaincar.js')
  let steps = 0
  for (const episode of [...vectors.random, ...vectors.pump, ...vectors.mixed]) {
    const rows = episode.state.map((row) => row.map(parseHexFloat))
    // The reset draws -0.6 + 0.2 u, so this u starts where Gymnasium started.
    const draws = { uniform: () => (rows[0][0] + 0.6) / 0.2, integer: () => 0 }
    const world = environment.create(draws, environment.parameters!)
    world.reset()
    for (const [k, action] of episode.actions.entries()) {
      const { observation, reward, terminated } = world.step(action)
      assert.is(reward, episode.reward[k])
      assert.is(terminated, episode.terminated[k] === 1)
      for (let i = 0; i < 2; i++) assert.ok(Math.abs(observation[i] - rows[k + 1][i]) < 1e-12, `step ${k}`)
      steps++
    }
  }
  assert.is(steps, 1162)
})

test('a run, its stepwise play, a federation, threads and the command line give one digest, and verify replays it', async () => {
  const { own, file } = { own: await loadOwn({ environment: example('catch.js') }), file: example('catch.js') }
  const given: Partial<Config> = { ...small, method: 'mixfrd' }
  const { digest, config, envSteps } = runToEnd(given, own)
  assert.match(config.envVersion, /^[0-9a-f]{64}$/)
  assert.is(envSteps, 2 * 60 * 9)
  assert.is(runToEnd(config, own).digest, digest)
  const stepwise = runToEnd(given, {
    ...own,
    play: (agent) => {
      let observation: ArrayLike<number> = agent.reset()
      let score = 0
      for (;;) {
        const action = agent.act(observation)
        const step = agent.step(action)
        agent.learn({ action, ...step })
        score += step.reward
        if (step.terminated || step.truncated) return score
        observation = step.observation
      }
    },
  })
  assert.is(stepwise.digest, digest)
  const members = [0, 1].map((agent) => takePart(given, agent, own))
  const events = serve(given, members, own)
  let end = await events.next()
  while (!end.done) end = await events.next()
  assert.equal(end.value, runToEnd(given, own))

  const store = openStore(scratch())
  const seeds = [1, 2, 3].map((seed) => ({ ...given, seed }))
  const { keys } = await sweep(seeds, store, { jobs: 2, own, modules: { environment: file } })
  assert.is(store.find(keys[0])!.summary.digest, digest)
  const words = '--preset tuned -n 8 -l 1 -E 10 -S 10 -N 2 --cap 60 --until cap --method mixfrd'.split(' ')
  const printed = await frd('run', '--env', file, ...words, '--json')
  assert.is(JSON.parse(printed.out).digest, digest)
  const replayed = await frd('verify', store.dir, '--env', file, '--jobs', '1', '--quiet')
  assert.is(replayed.code, 0, replayed.err)
  assert.is(replayed.out.match(/^ok /gm)?.length, 3)
  const blind = await frd('verify', store.dir, '--jobs', '1', '--quiet')
  assert.is(blind.code, 1)
  assert.match(
    blind.out,
    /^(skipped {2}[0-9a-f]{64} {2}environment Catch, version [0-9a-f]{12}, was not given: [^\n]*\n){3}$/,
  )
  assert.is(blind.err, '3 skipped, 0 computed again\n')
})

test('another state of the code is another run, and the environment that made a result is asked for', async () => {
  const dir = scratch()
  const path = join(dir, 'mine.js')
  const source = (reward: number) => `export default {
    name: 'Mine', observations: 1, actions: 2, limit: 5, bounds: [[0, 1]], score: 'return', mission: { threshold: 1e6 },
    create: (stream) => ({
      reset: () => [stream.uniform()],
      step: (action) => ({ observation: [stream.uniform()], reward: ${reward} * action, terminated: false, truncated: false }),
    }),
  }`
  const run = async (reward: number) => {
    writeFileSync(path, source(reward))
    const own = await loadOwn({ environment: path })
    return { own, result: runToEnd({ ...small, method: 'frd' }, own) }
  }
  const first = await run(1)
  const second = await run(2)
  assert.is.not(first.result.config.envVersion, second.result.config.envVersion)
  assert.throws(
    () => runToEnd(first.result.config, second.own),
    /"envVersion" expected [0-9a-f]{64}, got "[0-9a-f]{64}"/,
  )
  assert.is(runToEnd({ ...small, method: 'frd' }, first.own).digest, first.result.digest)
})

test('a file that imports another one is told not to be known whole by its hash; packages and types in comments are not', async () => {
  for (const [text, files] of [
    ["import a from './a.js'", ['./a.js']],
    ['import {\n  a,\n} from "../b/a.js"', ['../b/a.js']],
    ["import './a.js'; export * from './b.js'", ['./a.js', './b.js']],
    ["const a = await import('./a.js')", ['./a.js']],
    [`const a = await import(\`./\${name}.js\`)`, ['a computed name']],
    ['const a = await import(name)', ['a computed name']],
    ["const file = new URL('./table.json', import.meta.url)", ['./table.json']],
    ["const a = createRequire(import.meta.url)('x'); require('./a.cjs')", ['./a.cjs']],
    ["import a from '/lib/a.js'; import b from 'file:///lib/b.js'", ['/lib/a.js', 'file:///lib/b.js']],
    ["import { methods } from 'frd/methods'; import fs from 'node:fs'; import('frd')", []],
    ["/** @type {import('./a.ts').A} */\n// import './b.js'\nexport default {}", []],
  ] as const) {
    assert.equal(filesNamedIn(text).sort(), files, text)
  }
  const dir = scratch()
  const path = join(dir, 'mine.mjs')
  writeFileSync(join(dir, 'step.mjs'), 'export const reward = 1')
  const source = (head: string, reward: string) => `${head}
  export default {
    name: 'Mine', observations: 1, actions: 2, limit: 5, bounds: [[0, 1]], score: 'return', mission: { threshold: 1e6 },
    create: () => ({ reset: () => [0], step: () => ({ observation: [1], reward: ${reward}, terminated: false, truncated: false }) }),
  }`
  const words = ['--cap', '3', '--agents', '1', '--quiet', '--json']
  writeFileSync(path, source("import { reward } from './step.mjs'", 'reward'))
  const told = await frd('run', '--env', path, ...words)
  assert.is(told.code, 0)
  assert.match(
    told.err,
    /^frd: \S*mine\.mjs imports \.\/step\.mjs, but its version is the hash of mine\.mjs alone: [^\n]*\n$/,
  )
  writeFileSync(path, source('', '1'))
  const whole = await frd('run', '--env', path, ...words)
  assert.equal([whole.code, whole.err], [0, ''])
  assert.equal(JSON.parse(whole.out).scores, JSON.parse(told.out).scores)
})

test('a terminal reward that a preset brings to an environment with a goal is told, and one that a flag gives is not', async () => {
  const path = example('catch.js')
  const words = ['--env', path, '--cap', '3', '--agents', '1', '--json']
  const advice =
    /^frd: the learner sees a reward of -100 whenever an episode of Catch ends, [^\n]*--terminal-reward none/m
  assert.match((await frd('run', ...words)).err, advice)
  for (const more of [
    ['--terminal-reward', 'none'],
    ['--terminal-reward', '-100'],
    ['--preset', 'tuned'],
    ['--quiet'],
  ]) {
    assert.not.match((await frd('run', ...words, ...more)).err, advice, more.join(' '))
  }
})

test('a .js file that Node reads as CommonJS is refused with what to do', async () => {
  const dir = scratch()
  writeFileSync(join(dir, 'package.json'), '{ "type": "commonjs" }')
  writeFileSync(join(dir, 'mine.js'), 'export default {}')
  const { code, err } = await frd('run', '--env', join(dir, 'mine.js'), '--cap', '3')
  assert.is(code, 2)
  assert.match(
    err,
    /"env" expected an ES module, got [^\n]*; name it \.mjs, or set "type": "module" in package\.json\n$/,
  )
})

test("a method of one's own from a file is swept in threads and verified", async () => {
  const path = join(scratch(), 'mine.js')
  writeFileSync(
    path,
    `import { methods } from '${pathToFileURL(join(packageRoot, 'dist/src/index.js')).href}'
    export default { ...methods.frd, name: 'mine', doc: 'FRD by another name' }`,
  )
  const store = openStore(scratch())
  const own = await loadOwn({ method: path })
  const seeds = [1, 2].map((seed) => ({ ...small, method: 'mine', seed }))
  const { keys } = await sweep(seeds, store, { jobs: 2, own, modules: { method: path } })
  const scores = runToEnd({ ...small, method: 'frd' }).scores
  assert.equal(runToEnd({ ...small, method: 'mine' }, own).scores, scores)
  assert.is(store.find(keys[0])!.config.methodVersion, own.method!.version)
  const { code, out } = await frd('verify', store.dir, '--method', path, '--jobs', '1', '--quiet')
  assert.is(code, 0)
  assert.is(out.match(/^ok /gm)?.length, 2)
})

test("a method and an environment of one's own may have any name, also that of what every object inherits", () => {
  for (const name of Object.getOwnPropertyNames(Object.prototype).filter((one) => /^[a-z]/i.test(one))) {
    const own = {
      method: { ...methods.frd, name, version: '1' },
      environment: { ...sound, name, version: '1', parameters: { [name]: 1 } },
    }
    const result = runToEnd({ agents: 2, cap: 3, period: 1, width: 3, depth: 1, worlds: { [name]: [1, 2] } }, own)
    assert.is(encodeResult(decodeResult(encodeResult(result), name)), encodeResult(result))
    assert.ok(drawRuns([{ ...summarise(result), config: result.config }])?.csv.includes(name))
  }
})

// ---- what is refused

const sound: OwnEnvironment = {
  name: 'Sound',
  observations: 2,
  actions: 2,
  limit: 20,
  bounds: [
    [0, 1],
    [-1, 3],
  ],
  score: 'steps',
  mission: { threshold: 20 },
  create: () => ({
    reset: () => [0.5, 0],
    step: () => ({ observation: [0.5, 1], reward: 1, terminated: false, truncated: false }),
  }),
}

test('an environment that says something wrong of itself is refused by name', () => {
  for (const [change, message] of [
    [{ observations: 65 }, /"environment.observations" expected an integer in 1..64, got 65/],
    [{ actions: 1 }, /"environment.actions" expected an integer in 2..16, got 1/],
    [{ bounds: [[0, 1]] }, /"environment.bounds" expected a list of 2, got 1/],
    [
      {
        bounds: [
          [0, 1],
          [3, -1],
        ],
      },
      /"environment.bounds\[1\]" expected a lower end below the upper one, got "3, -1"/,
    ],
    [
      {
        bounds: [
          [0, 1],
          [0, Number.NaN],
        ],
      },
      /"environment.bounds\[1\]\[1\]" expected a number/,
    ],
    [{ score: 'reward' }, /"environment.score" expected one of steps, return/],
    [{ mission: {} }, /"environment.mission.threshold" expected a finite number/],
    [{ mission: { threshold: 1, direction: 'up' } }, /"environment.mission.direction" expected one of/],
    [{ mixup: [2] }, /"environment.mixup\[0\]" expected an integer in 0..1, got 2/],
    [{ components: ['a', 'a'] }, /"environment.components\[1\]" expected a name of its own, got "a"/],
    [{ parameters: { mass: '1' } }, /"environment.parameters.mass" expected a finite number/],
    [{ name: 'CartPole-v1' }, /"environment.name" expected a name of its own, got "CartPole-v1"/],
    [{ name: 'a b' }, /"environment.name" expected a name/],
    [{ limit: 0 }, /"environment.limit" expected an integer in 1..1000000, got 0/],
    [{ create: null }, /"environment.create" expected a function/],
    [{ rewards: 1 }, /"environment" expected .*, got "rewards"/],
  ] as const) {
    assert.throws(() => checkEnvironment({ ...sound, ...change }), message)
  }
  assert.throws(
    () => runToEnd({ sections: 46341 }, { environment: sound }),
    /"sections" expected an integer in 1..46340/,
  )
  assert.throws(
    () => runToEnd({ method: 'central' }, { environment: sound }),
    /"method" expected one whose agents play/,
  )
  assert.throws(
    () => runToEnd({ env: 'Other' }, { environment: sound }),
    /"env" expected Sound, the one given, got "Other"/,
  )
  assert.throws(() => runToEnd({ env: 'Sound' }), /"env" expected one of CartPole-v1, .*, got "Sound"/)
})

test('a mission needs its whole window, also where scores are below 0 and one episode alone would do', () => {
  const environment: OwnEnvironment = {
    ...sound,
    score: 'return',
    mission: { threshold: -5, window: 4 },
    create: () => {
      let steps = 0
      const observation = [0.5, 0.5]
      return {
        reset: () => {
          steps = 0
          return observation
        },
        step: () => ({ observation, reward: -1, terminated: ++steps === 3, truncated: false }),
      }
    },
  }
  const { completion, meanCompletion, scores } = runToEnd(
    { method: 'independent', agents: 2, cap: 9, until: 'cap' },
    { environment },
  )
  assert.equal([completion, meanCompletion, scores[0][0]], [4, 4, -3])
})

test('a fault of an environment at work names it, the episode and the step', () => {
  const good: Omit<Transition, 'action'> = { observation: [0.5, 1], reward: 1, terminated: false, truncated: false }
  for (const [bad, message] of [
    [{ observation: [1] }, /"observation" expected 2 numbers, got 1/],
    [{ observation: [1, Number.NaN] }, /"observation" expected finite numbers/],
    [{ observation: undefined }, /"observation" expected 2 numbers, got undefined/],
    [{ reward: Infinity }, /"reward" expected a finite number, got Infinity/],
    [{ terminated: 1 }, /"terminated" expected true or false, got 1/],
    [null, /"step" expected an object, got null/],
    [new Error('the wheel came off'), /the wheel came off/],
  ] as const) {
    let steps = 0
    const environment: OwnEnvironment = {
      ...sound,
      create: () => ({
        reset: () => [0, 0],
        step: () => {
          if (++steps < 24) return good
          if (bad instanceof Error) throw bad
          return (bad === null ? null : { ...good, ...bad }) as typeof good
        },
      }),
    }
    assert.throws(
      () => runToEnd({ method: 'independent', agents: 1, cap: 9 }, { environment }),
      (error: Error) =>
        error instanceof EnvironmentError &&
        error.message.startsWith('environment Sound, episode 2, step 4: ') &&
        message.test(error.message),
    )
  }
  const made = (create: unknown) => () =>
    runToEnd({ method: 'independent', agents: 1, cap: 1 }, { environment: { ...sound, create } as OwnEnvironment })
  const creation = /^environment Sound, while it was created: /
  for (const [create, message] of [
    [() => null, /"create\(\)" expected an object, got null/],
    [() => ({ reset: () => [0, 0] }), /"create\(\).step" expected a function, got undefined/],
    [
      () => {
        throw 'a text'
      },
      /: a text$/,
    ],
    [async () => sound.create({} as never, {}), /"create" returned a promise: .* needs create to be synchronous/],
  ] as const) {
    assert.throws(made(create), (error: Error) => creation.test(error.message) && message.test(error.message))
  }
  const { step } = worldOf(checkEnvironment(sound), { uniform: () => 0, integer: () => 0 })
  for (let k = 1; k <= 20; k++) assert.is(step(0).truncated, k === 20, 'the limit truncates')
})

test('functions that answer with a promise are refused, and a promise that is rejected later ends no process', async () => {
  const strays: unknown[] = []
  const stray = (reason: unknown) => strays.push(reason)
  process.on('unhandledRejection', stray)
  const late = async () => {
    throw new Error('too late')
  }
  const needs = (name: string) =>
    new RegExp(`"${name}" returned a promise: a run in one process needs ${name} to be sync`)
  for (const name of ['reset', 'step'] as const) {
    const world = sound.create({ uniform: () => 0, integer: () => 0 }, {})
    const environment = { ...sound, create: () => ({ ...world, [name]: late }) } as OwnEnvironment
    const where = `environment Sound, episode 1, step ${name === 'step' ? 1 : 0}: `
    assert.throws(
      () => runToEnd({ cap: 2 }, { environment }),
      (error: Error) => error.message.startsWith(where) && needs(name).test(error.message),
    )
  }
  for (const name of ['upload', 'aggregate', 'download'] as const) {
    const method = { ...methods.frd, name: 'mine', [name]: late } as unknown as Method
    const where = `method mine, ${name} of ${name === 'aggregate' ? 'the server' : 'agent 0'} at exchange 1, after episode 5: `
    assert.throws(
      () => runToEnd({ agents: 2, cap: 12, period: 5, width: 4, depth: 1 }, { method }),
      (error: Error) =>
        error instanceof MethodError && error.message.startsWith(where) && needs(name).test(error.message),
    )
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', stray)
  assert.equal(strays, [])
})

test('a fault in a file names its file and line, and shows no address', async () => {
  const dir = scratch()
  const path = join(dir, 'my wheel.mjs')
  const program = (step: string, create = '') => `export default {
    name: 'Wheel', observations: 1, actions: 2, limit: 5, bounds: [[0, 1]], score: 'return', mission: { threshold: 1e6 },
    create: (stream) => {${create}
      return { reset: () => [0], step: (action) => {
        ${step}
      } } } }`
  const cases = [
    ['throw new Error("it came off")', '', /episode 1, step 1: it came off \(at my wheel\.mjs:5:15\)\n$/],
    ['return turn(action)', '', /episode 1, step 1: turn is not defined \(at my wheel\.mjs:5:9\)\n$/],
    ['stream.integer(0)', '', /episode 1, step 1: .* \(at my wheel\.mjs:5:16\)\n$/],
    ['throw new Error(import.meta.url + ":7:7")', '', /step 1: file:.*my wheel\.mjs:7:7 \(at my wheel\.mjs:5:15\)\n$/],
    ['return null', '', /episode 1, step 1: "step" expected an object, got null\n$/],
    ['', 'null.size', /Wheel, while it was created: .*null.* \(at my wheel\.mjs:3:31\)\n$/],
  ] as const
  for (const [step, create, message] of cases) {
    writeFileSync(path, program(step, create))
    for (const jobs of ['1', '2']) {
      const out = join(dir, 'out')
      const words = [
        '--agents',
        '1',
        '--cap',
        '2',
        '-S',
        '4',
        '--seeds',
        '1,2',
        '--jobs',
        jobs,
        '--quiet',
        '--out',
        out,
      ]
      const { code, err } = await frd('sweep', '--env', path, ...words)
      assert.is(code, 1, err)
      assert.match(err, message)
      assert.not.match(err, /[0-9a-f]{64}/)
    }
  }
  writeFileSync(path, 'const a = 1\nthrow new Error("at once")')
  const { code, err } = await frd('run', '--env', path)
  assert.is(code, 2)
  assert.match(err, /"env" expected an ES module, got ".*": at once \(at my wheel\.mjs:2:7\)\n$/)

  const method = join(dir, 'mine.mjs')
  const door = pathToFileURL(join(packageRoot, 'dist/src/index.js')).href
  writeFileSync(
    method,
    `import { methods } from '${door}'\nexport default { ...methods.frd, name: 'mine',
    aggregate: () => { throw new Error('no mean') } }`,
  )
  const words = ['--agents', '2', '-E', '3', '--cap', '7', '-n', '4', '-l', '1']
  const failed = await frd('run', '--method', method, ...words)
  assert.is(failed.code, 1)
  assert.match(
    failed.err,
    /method mine, aggregate of the server at exchange 1, after episode 3: no mean \(at mine\.mjs:3:30\)\n$/,
  )
})

test('without a version nothing is stored, and a file that holds no environment is refused, with nothing written', async () => {
  const store = openStore(scratch())
  const configs = [{ ...small, method: 'frd' }]
  await sweep(configs, store, { own: { environment: sound } }).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /"environment.version" expected a text that tells its code apart/),
  )
  assert.equal(readdirSync(store.dir), [])
  assert.ok((await sweep(configs, store, { own: { environment: { ...sound, version: '1' } } })).computed === 1)

  const dir = scratch()
  for (const [text, message] of [
    ['export default 5', /the default export of .* expected an object/],
    ['export const a = 1', /the default export of .* expected an object/],
    ['export default {', /"env" expected an ES module/],
    ['export default { name: "X" }', /"environment.observations" expected an integer/],
  ] as const) {
    const path = join(dir, 'bad.mjs')
    writeFileSync(path, text)
    const { code, err, out } = await frd('run', '--env', path, '--out', join(dir, 'out'))
    assert.is(code, 2)
    assert.match(err, message)
    assert.is(out, '')
  }
  assert.is((await frd('run', '--env', './nowhere.js')).code, 2)
  assert.equal(readdirSync(dir), ['bad.mjs'])
})

test.run()
