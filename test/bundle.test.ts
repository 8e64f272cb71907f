// The entry `frd/bundle`, one file for pages that load it by URL: it imports nothing, has the names of `frd`, stays within
// its size, and computes the digests of the package, in Node and in a page whose policy forbids all but the page's own files.
// What frameworks do to values is here too: proxies before configs and results, and structured clones.
import { spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as frd from '../src/index.ts'
import { kernelBytes } from '../src/kernel/index.ts'
import { linkPresets, lossesOf, travel } from '../src/links/index.ts'
import { folderOf } from './found.ts'
import { packageRoot } from './helpers.ts'

const KB = 1024
const LIMIT = 60_000 // ms after which the browser is ended
const path = join(packageRoot, 'dist', 'frd.bundle.js')
const text = fs.readFileSync(path, 'utf8')
const { version, main, module, unpkg, jsdelivr, types, exports } = JSON.parse(
  fs.readFileSync(join(packageRoot, 'package.json'), 'utf8'),
)
const config = { method: 'mixfrd', agents: 2, width: 5, depth: 1, cap: 6, period: 2 } as const
const { digest } = frd.runToEnd(config)

// ---- the file

test('the bundle is one file that imports nothing: < 62 KB gzipped, < 200 KB as it is', async () => {
  const { metafile } = await build({ entryPoints: [path], bundle: true, format: 'esm', metafile: true, write: false })
  assert.equal(
    Object.values(metafile.inputs).map(({ imports }) => imports),
    [[]],
  )
  assert.not.match(text, /\beval\(|\bnew Function\b|\bimport\.meta\b/)
  assert.not.match(text, /sourceMappingURL/)
  const size = gzipSync(text, { level: 9 }).length
  assert.ok(size < 62 * KB, `${size} bytes gzipped`)
  assert.ok(text.length < 200 * KB, `${text.length} bytes`)
})

test('it has the names of frd, and computes the same digest', async () => {
  const bundle: typeof frd = await import(pathToFileURL(path).href)
  assert.equal(Object.keys(bundle).sort(), Object.keys(frd).sort())
  assert.is(bundle.runToEnd(config).digest, digest)
  assert.is(bundle.kernelHash(), frd.kernelHash())
})

test('it names the licences of all that it holds, whose texts lie beside it', () => {
  const [first] = text.split('\n')
  const licenses = fs.readFileSync(join(packageRoot, 'dist', 'frd.bundle.licenses.txt'), 'utf8')
  const { dependencies } = JSON.parse(fs.readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  for (const name of ['@assemblyscript/loader', '@noble/hashes']) {
    for (const where of [first, licenses]) assert.ok(where.includes(`${name} ${dependencies[name]}`), name)
  }
  assert.ok(first.startsWith(`/*! frd ${version} (MIT)`))
  for (const words of ['Apache License', 'Paul Miller', 'Permission is hereby granted']) assert.match(licenses, words)
})

test('the entry has the types of frd, and resolvers that read no exports are led to the bundle', () => {
  assert.equal(exports['./bundle'], { types: exports['.'].types, default: './dist/frd.bundle.js' })
  // They do not know the condition of `#compile` either, so that dist/src would not resolve.
  assert.equal([main, module, unpkg, jsdelivr], Array(4).fill('./dist/frd.bundle.js'))
  assert.is(types, exports['.'].types)
})

// ---- in a page

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], { timeout: 20_000 }).status === 0,
)

/** What the page of a server with these files writes to the console, up to the first line that fits. */
async function consoleOf(files: Readonly<Record<string, string>>, policy: string, wanted: RegExp): Promise<string> {
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : String(request.url).slice(1)
    response.statusCode = Object.hasOwn(files, name) ? 200 : 404
    response.setHeader('content-type', name.endsWith('.html') ? 'text/html' : 'text/javascript')
    if (policy) response.setHeader('content-security-policy', policy)
    response.end(files[name])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const profile = fs.mkdtempSync(join(tmpdir(), 'frd-page-'))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--enable-logging=stderr', `--user-data-dir=${profile}`]
  const child = spawn(browser!, [...flags, address], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${wanted} after ${LIMIT} ms: ${said.slice(-2000)}`)), LIMIT)
      child.stderr.on('data', (part) => {
        said += part
        const [line] = wanted.exec(said) ?? []
        if (line === undefined) return
        clearTimeout(timer)
        resolve(line)
      })
      child.on('error', reject)
    })
  } finally {
    const closed = new Promise((resolve) => child.on('close', resolve))
    child.kill('SIGKILL')
    await closed
    server.close()
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

const page = {
  'index.html': '<!doctype html><title>frd</title><script type="module" src="page.js"></script>',
  'page.js': `import { runToEnd } from './frd.bundle.js'
try { console.log('digest ' + runToEnd(${JSON.stringify(config)}).digest + '.') }
catch (error) { console.log('refused ' + error.name + ': ' + error.message + '.') }`,
  'frd.bundle.js': text,
}
const skipped = () => console.log('skipped: a page, because no Chromium is installed here')

test('a page under a strict policy computes the digest of the package', async () => {
  if (!browser) return skipped()
  const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"
  assert.is(await consoleOf(page, strict, /(digest|refused) [^\n]*?\./), `digest ${digest}.`)
})

test("without 'wasm-unsafe-eval' the error names it, after the browser's own words", async () => {
  if (!browser) return skipped()
  const said = await consoleOf(page, "default-src 'none'; script-src 'self'", /(digest|refused) [^\n]*module\./)
  assert.match(said, /^refused CompileError: WebAssembly\.Module\(\): .*Content Security Policy/)
  assert.match(said, /: a page allows 'wasm-unsafe-eval', a worker at an edge gives frd\/kernel\.wasm as module\.$/)
})

test('examples/bundle.html runs beside the bundle, and ends with the digest of its run', async () => {
  if (!browser) return skipped()
  const example = fs.readFileSync(join(packageRoot, 'examples', 'bundle.html'), 'utf8')
  const watch = `const log = document.querySelector('#log')
new MutationObserver(() => { if (/digest/.test(log.textContent)) console.log(log.textContent.split('\\n').at(-2) + '.') })
  .observe(log, { childList: true })`
  const files = { 'index.html': `${example}<script type="module">${watch}</script>`, 'frd.bundle.js': text }
  const [, settings] = /run\((\{.*?\})\)/.exec(example)!
  const expected = frd.runToEnd(new Function(`return ${settings}`)()).digest
  assert.is(await consoleOf(files, '', /digest \w{64}\./), `digest ${expected}.`)
})

// ---- proxies and clones

type Wrap = <T extends object>(target: T) => T

/** A proxy that gives proxies of the objects in it, as far down as they go; `takes` says of which. */
const proxies =
  (takes: (value: object) => boolean): Wrap =>
  (target) =>
    new Proxy(target, {
      get: (from, name, receiver) => {
        const value = Reflect.get(from, name, receiver)
        const fixed = Reflect.getOwnPropertyDescriptor(from, name)
        const mustBeItself = fixed && !fixed.configurable && !fixed.writable
        return typeof value === 'object' && value !== null && !mustBeItself && takes(value)
          ? proxies(takes)(value)
          : value
      },
    })

/** What reactive() of a framework wraps: plain objects and lists, and no object that says what it is. */
const isPlain = (value: object) => /^\[object (Object|Array)\]$/.test(Object.prototype.toString.call(value))
const wraps: Record<string, Wrap> = { proxy: proxies(isPlain) }
const vue = folderOf('@vue/reactivity', 'vue')
if (vue) wraps.vue = (await import(pathToFileURL(join(vue, 'index.js')).href)).default.reactive
else console.log('skipped: reactive() of Vue, because it is not installed here')

const settings = {
  ...config,
  trigger: { policy: 0.1 },
  ranges: [1, [-2, 2], 0.2, 2] as const,
  worlds: { length: [0.25, 0.5] },
}

for (const [name, wrap] of Object.entries(wraps)) {
  test(`${name}: configs, options, environments and methods give the run of the bare value`, () => {
    const bare = frd.runToEnd(settings)
    const { module } = { module: new WebAssembly.Module(kernelBytes()) }
    const given = frd.runToEnd(wrap({ ...settings }), wrap({ module }))
    assert.is(given.digest, bare.digest)
    assert.is(frd.canonicalConfig(wrap(bare.config)), frd.canonicalConfig(bare.config))
    const environment: frd.OwnEnvironment = {
      name: 'Corridor',
      observations: 1,
      actions: 2,
      limit: 50,
      bounds: [[0, 10]],
      score: 'steps',
      mission: { threshold: 12, direction: 'at most' },
      create: (stream) => {
        let place = 0
        return {
          reset: () => {
            place = stream.integer(3)
            return [place]
          },
          step: (action) => {
            place = Math.max(0, place + 2 * action - 1)
            return { observation: [place], reward: -1, terminated: place === 10, truncated: false }
          },
        }
      },
    }
    const small = { method: 'frd', agents: 2, width: 4, depth: 1, period: 1, sections: 6, cap: 3 }
    const [a, b] = [environment, wrap(environment)].map((one) => frd.runToEnd(small, { environment: one }))
    assert.is(a.digest, b.digest)
    const method = { ...frd.methods.frd, name: 'mine' }
    const { method: _, ...others } = config
    const [c, d] = [method, wrap({ ...method })].map((one) => frd.runToEnd(others, { method: one }))
    assert.is(c.digest, d.digest)
  })

  test(`${name}: a result is plain, may be cloned, and is read through a proxy`, () => {
    const result = frd.runToEnd(wrap({ ...settings }))
    const clone = structuredClone(result)
    assert.equal(clone, result)
    for (const event of frd.run(wrap({ ...config }))) assert.equal(structuredClone(event), event)
    const plain = frd.runToEnd(config)
    const times = (run: typeof plain) => travel(run, linkPresets['nb-iot'], lossesOf('CartPole-v1', 1, 2)).seconds
    assert.is(times(wrap(plain)), times(plain))
    assert.is(frd.runToEnd(wrap(plain).config).digest, digest)
  })

  test(`${name}: an agent in a state is left alone, and plays`, () => {
    const state = wrap({ agent: frd.createAgent({ preset: 'tuned', seed: 1 }) })
    const other = frd.createAgent({ preset: 'tuned', seed: 1 })
    assert.is(state.agent.playEpisode(), other.playEpisode())
    assert.equal(state.agent.save(), other.save())
    assert.equal(wrap({ grid: other.grid }).grid.sectionsOf(7), other.grid.sectionsOf(7))
    assert.equal(wrap({ grid: other.grid }).grid.proxyState(7), other.grid.proxyState(7))
  })
}

test('a proxy of a typed array is refused as what it is; a clone of one is taken', () => {
  const agent = frd.createAgent({ preset: 'tuned', seed: 1 })
  const checkpoint = agent.save()
  const proxy = new Proxy(checkpoint, {})
  assert.throws(() => agent.load(proxy), /^"checkpoint" expected a Uint8Array, got a proxy of a typed array$/)
  const observation = new Proxy(Float32Array.of(0, 0, 0.1, 0), {})
  assert.throws(() => agent.policy(observation), /^"observation" expected 4 numbers, got a proxy of a typed array$/)
  agent.load(structuredClone(checkpoint))
  assert.equal(agent.save(), checkpoint)
})

test.run()
