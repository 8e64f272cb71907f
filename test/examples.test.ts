// The examples. Those that Node can run are run, and what they print is checked for its meaning; those for a Web
// Worker, Deno, Bun and Cloudflare run with stand-ins for what their runtime provides; every import of all of them
// resolves.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as threads from 'node:worker_threads'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkEnvironment } from '../src/environments/own.ts'
import * as federation from '../src/federation/index.ts'
import * as frd from '../src/index.ts'
import * as kernel from '../src/kernel/index.ts'
import { createAgent } from '../src/run/createAgent.ts'
import * as wire from '../src/wire/index.ts'
import { packageRoot } from './helpers.ts'

const folder = join(packageRoot, 'examples')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const names = readdirSync(folder)
const load = (name: string, query = '') => import(pathToFileURL(join(folder, name)).href + query)
const scratch = mkdtempSync(join(tmpdir(), 'frd-examples-'))
test.after(() => rmSync(scratch, { recursive: true }))

const spawnNode = (args: readonly string[]): Promise<string> =>
  new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: packageRoot, env: { FORCE_COLOR: '0' } }, (error, stdout, stderr) =>
      error || stderr ? fail(error ?? new Error(stderr)) : done(stdout),
    )
  })

/** The numbers in a text, in their order. */
const numbersOf = (text: string) => (text.match(/-?\d+(\.\d+)?(e-?\d+)?/g) ?? []).map(Number)

// ---- in Node

test('agent.js: the agent learns, and the agent loaded from its checkpoint plays the same score', async () => {
  const [means, looks, scores] = (await spawnNode(['examples/agent.js'])).trim().split('\n').map(numbersOf)
  const [first, last] = means
  assert.ok(last > 5 * first && last > 200, `${first} -> ${last}`)
  const [p, q] = looks
  assert.ok(Math.abs(p + q - 1) < 1e-6)
  assert.is(scores[0], scores[1])
  assert.ok(read('agent.js').trim().split('\n').length <= 15)
})

test('speed.js: both ways play the same steps, and each line has its median within its quartiles', async () => {
  const lines = (await spawnNode(['examples/speed.js'])).trim().split('\n')
  assert.is(lines.length, 4)
  for (const [k, line] of lines.entries()) {
    const [, middle, low, high, steps] = /: (\d+) ns a step \((\d+) to (\d+)\), (\d+) steps$/.exec(line)!.map(Number)
    assert.ok(0 < low && low <= middle && middle <= high && steps >= 10_000, line)
    assert.ok(lines[k ^ 1].endsWith(` ${steps} steps`), line)
  }
})

test('method.js: a method outside the registry runs, exchanges, completes and has a digest of its own', async () => {
  const lines = (await spawnNode(['examples/method.js'])).trim().split('\n')
  const results = lines.map((line) => {
    const [, name, completion, exchanges, digest] =
      /^(\w+) completes after (\d+) episodes (\d+) exchanges (\w{64})$/.exec(line)!
    return { name, completion: Number(completion), exchanges: Number(exchanges), digest }
  })
  const [own, frl] = results
  assert.equal([own.name, frl.name, results.length], ['median', 'frl', 2])
  for (const { completion, exchanges } of results) assert.is(exchanges, Math.ceil(completion / 25) - 1)
  assert.not.equal(own.digest, frl.digest)
  const run = frd.runToEnd({ method: 'frl', agents: 3, width: 24, depth: 1, cap: 400 })
  assert.equal([frl.digest, frl.completion], [run.digest, run.completion])
})

test('environment.js: a craft that first wanders learns to dock', async () => {
  const steps = (await spawnNode(['examples/environment.js']))
    .trim()
    .split('\n')
    .map((line) => numbersOf(line)[1])
  assert.is(steps.length, 8)
  assert.ok(steps[0] > 30 && steps[7] < 15, steps.join(' '))
})

test('federation.js: agents in separate threads reach the digest of a run in one thread', async () => {
  const lines = (await spawnNode(['examples/federation.js'])).trim().split('\n')
  assert.is(lines.length, 4)
  assert.is(new Set(lines.map((line) => /digest (\w{64})$/.exec(line)?.[1])).size, 1, lines.join(' '))
})

// ---- with stand-ins

test('cloudflare.js: fetch answers with an action, learns on request, and refuses a wrong request', async () => {
  const { default: worker } = await load('cloudflare.js')
  const ask = async (path: string, body?: unknown) => {
    const init =
      body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }
    const response: Response = await worker.fetch(new Request(`http://edge${path}`, init))
    return { status: response.status, text: await response.text() }
  }
  const tilted = { observation: [0, 0, 0.1, 0.5] }
  const before = JSON.parse((await ask('/act', tilted)).text)
  const scores: number[] = []
  for (let k = 0; k < 3; k++) scores.push(...JSON.parse((await ask('/learn', { episodes: 40 })).text).scores)
  assert.is(scores.length, 120)
  assert.equal(
    scores.slice(0, 9),
    Array.from(
      { length: 9 },
      (
        (agent) => () =>
          agent.playEpisode()
      )(createAgent({ preset: 'tuned' })),
    ),
  )
  const { action, probability } = JSON.parse((await ask('/act', tilted)).text)
  assert.is(action, 1, 'a pole that falls to the right needs a push to the right')
  assert.ok(probability > before.probability && probability > 0.7 && probability <= 1, probability)
  assert.is(JSON.parse((await ask('/learn', { episodes: 1e9 })).text).scores.length, 100)
  assert.is((await ask('/act')).status, 404)
  assert.is((await ask('/toString', {})).status, 404)
  for (const [path, body] of [
    ['/act', { observation: [1] }],
    ['/act', {}],
    ['/act', '{'],
    ['/learn', null],
  ] as const) {
    const { status, text } = await ask(path, body)
    assert.is(status, 400)
    assert.type(JSON.parse(text).error, 'string')
  }
})

type Message = { episode: number; score?: number; checkpoint?: Uint8Array }

test('worker.js: the worker posts scores and checkpoints, and continues from a checkpoint', async () => {
  const posted: Message[] = []
  const self = { postMessage: (message: Message) => posted.push(message), onmessage: (_: unknown) => {} }
  Object.assign(globalThis, { self })
  await load('worker.js')
  const settings = { width: 8, depth: 1, seed: 3 }
  const take = (order: object) => {
    posted.length = 0
    self.onmessage({ data: { settings, ...order } })
    return posted.slice()
  }
  const whole = take({ episodes: 60 })
  const first = take({ episodes: 50 })
  const { checkpoint } = first.at(-1)!
  const rest = take({ episodes: 10, checkpoint: structuredClone(checkpoint) })
  const scores = (messages: Message[]) => messages.flatMap(({ score }) => score ?? [])
  const agent = createAgent(settings)
  assert.equal(
    scores(whole),
    Array.from({ length: 60 }, () => agent.playEpisode()),
  )
  assert.equal(scores([...first, ...rest]), scores(whole))
  assert.equal(
    whole.filter((message) => message.checkpoint).map(({ episode }) => episode),
    [50, 60],
  )
  assert.equal(rest.at(-1)!.checkpoint, whole.at(-1)!.checkpoint)
  const posts = Object.keys({ ...whole[0], ...whole.at(-1) })
  const [, taken] = /data: \{ ([^}]+) \} \}/.exec(read('worker.html'))!
  assert.equal(taken.split(', ').sort(), posts.sort(), 'the page takes the fields that the worker posts')
})

test('deno.js: weights are handed to another agent; bun.js: each call continues where the last one ended', async () => {
  const lines: unknown[][] = []
  const { log } = console
  const path = join(scratch, 'weights.safetensors')
  const checkpoint = join(scratch, 'agent.frd')
  const Deno = {
    makeTempFileSync: () => path,
    writeFileSync,
    readFileSync: (from: string) => Uint8Array.from(readFileSync(from)),
    statSync,
  }
  const file = {
    exists: async () => existsSync(checkpoint),
    bytes: async () => Uint8Array.from(readFileSync(checkpoint)),
  }
  const Bun = {
    file: () => file,
    write: async (_: unknown, bytes: Uint8Array) => {
      writeFileSync(checkpoint, bytes)
      return bytes.length
    },
  }
  Object.assign(globalThis, { Deno, Bun })
  console.log = (...parts) => lines.push(parts)
  try {
    await load('deno.js')
    await load('bun.js')
    await load('bun.js', '?again')
  } finally {
    console.log = log
    Object.assign(globalThis, { Deno: undefined, Bun: undefined })
  }
  const [, fresh, taught, starts, first, , second] = lines
  assert.ok((fresh[1] as number) < 100 && (taught[1] as number) > 200, `${fresh[1]} -> ${taught[1]}`)
  assert.equal(starts, ['a fresh agent'])
  assert.ok((second[1] as number) > 2 * (first[1] as number), `${first[1]} -> ${second[1]}`)
  assert.is(lines.length, 8)
})

// ---- names and files

/** The modules of an example without their comments: the text of a script, or the scripts inside a page. */
const modulesOf = (name: string) =>
  (name.endsWith('.html')
    ? [...read(name).matchAll(/<script type="module">([\s\S]*?)<\/script>/g)].map(([, text]) => text)
    : [read(name)]
  ).map((text) => text.replace(/^\s*\/\/.*$/gm, ''))

const entries: Record<string, object> = {
  frd,
  './frd.bundle.js': frd, // which test/bundle.test.ts holds to the same names
  'frd/kernel': kernel,
  'frd/federation': federation,
  'frd/wire': wire,
  'node:worker_threads': threads,
}

test('every name that an example imports exists, and examples import from frd, worker_threads and the library of a broker only', () => {
  let count = 0
  for (const name of names.filter((name) => !name.endsWith('.json'))) {
    const imports = modulesOf(name).flatMap((text) => [...text.matchAll(/\bimport\s*\{([^}]*)\}\s*from\s*'([^']+)'/g)])
    assert.is(
      imports.length,
      modulesOf(name)
        .join()
        .match(/\bimport\b(?!\.meta|\('@nats-io\/)/g)?.length ?? 0,
      `${name}: every import is read`,
    )
    for (const [, list, from] of imports) {
      assert.ok(from in entries, `${name}: ${from}`)
      for (const word of list.split(',').map((part) => part.trim()))
        assert.ok(word in entries[from], `${name}: ${word}`)
      count++
    }
  }
  assert.ok(count >= 8)
})

test('every example whose default export is an environment says nothing wrong of itself, and plays', async () => {
  const found: string[] = []
  // The others are programs, which would run; a file with an environment imports nothing and exports it by default.
  for (const name of names.filter(
    (name) => name.endsWith('.js') && /^export default \{\n {2}name:/m.test(read(name)),
  )) {
    const { default: environment } = await load(name)
    const { env } = checkEnvironment(environment)
    found.push(env.name)
    const config = { method: 'frd', agents: 2, width: 4, depth: 1, period: 1, sections: 6, cap: 2 } as const
    const { episodes, failure } = frd.runToEnd(config, { environment })
    assert.equal([episodes, failure], [2, null], name)
  }
  assert.equal(found, ['Catch', 'GridWorld', 'MountainCar-v0'])
})

test('examples are short, and say how they are run', () => {
  for (const name of names.filter((name) => name.endsWith('.js'))) {
    const lines = read(name).trim().split('\n')
    assert.ok(lines.length >= 10 && lines.length <= 42, `${name}: ${lines.length} lines`)
    const header = lines.filter((line) => line.startsWith('//')).join('\n')
    assert.match(header, new RegExp(`examples/${name}|worker\\.html says how`), name)
  }
  assert.equal(
    names.filter((name) => !/\.(js|html|json)$/.test(name)),
    [],
  )
})

/**
 * Resolves a name as an import map does: by the key that equals it, or else by the longest key that ends in a slash and
 * begins it.
 */
function mapped(imports: Record<string, string>, from: string): string | undefined {
  if (Object.hasOwn(imports, from)) return imports[from]
  const key = Object.keys(imports)
    .filter((name) => name.endsWith('/') && from.startsWith(name))
    .sort()
    .at(-1)
  return key && imports[key] + from.slice(key.length)
}

test('the import maps of the page and of Deno lead to a file for every module that frd reaches', () => {
  const [, map] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(read('page.html'))!
  for (const imports of [JSON.parse(map).imports, JSON.parse(read('deno.json')).imports]) {
    const seen = new Set<string>()
    const visit = (path: string) => {
      if (seen.has(path)) return
      seen.add(path)
      assert.ok(existsSync(path), path)
      const text = readFileSync(path, 'utf8')
      for (const [, from] of text.matchAll(/^(?:(?:import|export)\b[^'"`;=]*?\bfrom|import)\s*['"]([^'"]+)['"]/gm)) {
        const to = from.startsWith('.') ? resolve(dirname(path), from) : mapped(imports, from)
        assert.ok(to, `${path} imports ${from}, which the map does not have`)
        visit(from.startsWith('.') ? to : resolve(folder, to))
      }
    }
    for (const entry of Object.keys(entries)) if (entry in imports) visit(resolve(folder, imports[entry]))
    assert.ok(seen.size > 15)
  }
})

test.run()
