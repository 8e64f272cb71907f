// The package as npm would publish it: what is in the tarball, how its exports and types resolve, what a bundle of the
// core contains and how large it is, and what the command line says where an optional peer is absent. The tarball is
// unpacked into a folder from which only the dependencies can be imported.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'
import { runToEnd } from 'frd'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../helpers.ts'

const KB = 1024
const manifest = JSON.parse(fs.readFileSync(join(packageRoot, 'package.json'), 'utf8'))
const scratch = fs.mkdtempSync(join(tmpdir(), 'frd-package-'))
const installed = join(scratch, 'node_modules', 'frd')

function command(program: string, args: readonly string[], cwd: string): { code: number; stdout: string; all: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (error) throw error
  return { code: status ?? -1, stdout, all: stdout + stderr }
}

function succeed(program: string, args: readonly string[], cwd: string): string {
  const { code, stdout, all } = command(program, args, cwd)
  if (code !== 0) throw new Error(`"${program} ${args.join(' ')}" expected exit code 0, got ${code}: ${all}`)
  return stdout
}

/** Packs the package, unpacks it beside links to its dependencies, and returns the paths in it. */
function install(): string[] {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch]
  const [{ filename, files }] = JSON.parse(succeed('npm', args, packageRoot))
  fs.mkdirSync(installed, { recursive: true })
  succeed('tar', ['-xzf', join(scratch, filename), '-C', installed, '--strip-components=1'], scratch)
  for (const name of Object.keys(manifest.dependencies)) link(name)
  return files.map(({ path }: { path: string }) => path).sort()
}

function link(name: string): void {
  const at = join(scratch, 'node_modules', name)
  fs.mkdirSync(dirname(at), { recursive: true })
  fs.symlinkSync(join(packageRoot, 'node_modules', name), at)
}

const packed = install()
test.after(() => fs.rmSync(scratch, { recursive: true }))

test('the tarball holds the program, the compiled sources with their types, the bundle, the kernel, guides and examples, and nothing else', () => {
  const root = join(packageRoot, 'src')
  const sources = (fs.readdirSync(root, { recursive: true }) as string[])
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `dist/src/${path.replace(/\.ts$/, '').replaceAll('\\', '/')}`)
  assert.ok(sources.length > 50)
  const inFolder = (folder: string, end: string) =>
    fs
      .readdirSync(join(packageRoot, folder))
      .filter((name) => name.endsWith(end))
      .map((name) => `${folder}/${name}`)
  const golden = [
    'bin/frd.js',
    ...sources.flatMap((path) => [`${path}.js`, `${path}.d.ts`]),
    'dist/kernel.wasm',
    'dist/kernel.wasm.d.ts',
    'dist/workerd.js',
    'dist/edge.js',
    'dist/frd.bundle.js',
    'dist/frd.bundle.licenses.txt',
    'package.json',
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    ...inFolder('docs', '.md'),
    ...inFolder('examples', ''),
    'bench/README.md',
  ]
  // A packed file that has no source is left over from an older build; then delete dist and build again.
  assert.equal(packed, golden.sort())
})

test('the tarball takes < 740 KB, of which the bundle and its licences take < 68 KB', () => {
  const [tarball] = fs.readdirSync(scratch).filter((name) => name.endsWith('.tgz'))
  const { size } = fs.statSync(join(scratch, tarball))
  assert.ok(size < 740 * KB, `${size} bytes`)
  const names = packed.filter((path) => path.startsWith('dist/frd.bundle.'))
  const bundled = names.map((path) => gzipped(fs.readFileSync(join(installed, path)))).reduce((sum, one) => sum + one)
  assert.ok(bundled < 68 * KB, `${bundled} bytes gzipped`)
})

test('publint finds no fault', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true })
  assert.equal(
    messages.map((message) => formatMessage(message, pkg!)),
    [],
  )
})

test('every package that is imported is declared, as a dependency or as an optional peer', () => {
  const { dependencies, peerDependencies, peerDependenciesMeta, devDependencies } = manifest
  const known = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
  const used = new Set<string>()
  for (const path of packed.filter((name) => /^(bin|dist)\/.*\.js$/.test(name))) {
    const text = fs.readFileSync(join(installed, path), 'utf8')
    for (const [, name] of text.matchAll(/(?:\bfrom|^import|\bimport\()\s*'([^'.#\s,][^'\s,]*)'/gm)) {
      if (!name.startsWith('node:'))
        used.add(
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        )
    }
  }
  assert.equal([...used].sort(), [...known].sort())
  for (const name of Object.keys(peerDependencies)) {
    assert.equal(peerDependenciesMeta[name], { optional: true }, name)
    // The peer's range begins at the version that is tested here. NATS's 3.4 needs a later Node than this package.
    assert.is(peerDependencies[name], `${name.startsWith('@nats-io/') ? '~' : '^'}${devDependencies[name]}`)
  }
})

test('the build leaves both files of the program executable, and git keeps the bit of the one that is not built', () => {
  if (process.platform === 'win32') return // Windows has no such bit
  for (const path of [manifest.bin.frd, 'dist/src/cli/main.js']) {
    assert.is(fs.statSync(join(packageRoot, path)).mode & 0o111, 0o111, path)
  }
})

test('a package that was installed without its scripts says what is missing and what to do', () => {
  const bare = join(scratch, 'bare')
  fs.mkdirSync(join(bare, 'bin'), { recursive: true })
  fs.copyFileSync(join(packageRoot, 'package.json'), join(bare, 'package.json'))
  fs.copyFileSync(join(packageRoot, manifest.bin.frd), join(bare, manifest.bin.frd))
  const { code, all } = command(process.execPath, [join(bare, manifest.bin.frd), '--version'], bare)
  assert.is(code, 1)
  assert.match(all, /^frd: expected the compiled program in .*bare.*, got none: run "npm ci && npm run build"/)
  assert.not.match(all, /\n {4}at /)
})

test('no script removes what another made: packers run prepare and prepack in different orders', () => {
  const { prepack, postpack, postprepare, prepublish, prepublishOnly } = manifest.scripts
  assert.equal([prepack, postpack, postprepare, prepublish, prepublishOnly], Array(5).fill(undefined))
})

test('every package of every lock file has its integrity', () => {
  for (const folder of ['.', 'lab', 'docs', 'bench/peers']) {
    const { packages } = JSON.parse(fs.readFileSync(join(packageRoot, folder, 'package-lock.json'), 'utf8'))
    const entries = Object.entries<{ integrity?: string; link?: boolean }>(packages)
    const bare = entries.filter(([path, { integrity, link }]) => /node_modules/.test(path) && !link && !integrity)
    assert.equal(bare, [], folder)
    assert.ok(entries.length > 10)
  }
})

test('a clone of git for Windows has the bytes of results, vectors and sources', () => {
  const git = (...args: string[]) => command('git', args, packageRoot)
  // A copy of the sources that is no repository has no clone either.
  if (git('rev-parse', '--git-dir').code !== 0) return
  const clone = join(scratch, 'clone')
  succeed('git', ['-c', 'core.autocrlf=true', 'clone', '-q', '--shared', packageRoot, clone], scratch)
  const paths = succeed('git', ['ls-files'], clone).split('\n').filter(Boolean)
  assert.ok(paths.length > 300)
  for (const path of paths) {
    const stored = spawnSync('git', ['cat-file', 'blob', `HEAD:${path}`], { cwd: clone, maxBuffer: 1e9 }).stdout
    assert.ok(stored.equals(fs.readFileSync(join(clone, path))), `${path} has other bytes`)
  }
})

// ---- types

const consumer = `
import { type Config, createAgent, methods, run, runToEnd, type RunResult, type WasmModule } from 'frd'
import { type Channel, federationName, host, join, serve, type StopSignal, takePart } from 'frd/federation'
import { type Agent, instantiate, type Kernel } from 'frd/kernel'
import { run as bundled } from 'frd/bundle'
import kernel from 'frd/kernel.wasm'
import { type Method, mixfrd } from 'frd/methods'
import { decodeModel, type Model } from 'frd/models'
import { quantile } from 'frd/stats'
import { encodeWeights, type ProxyBody } from 'frd/wire'

const config: Partial<Config> = { method: 'mixfrd', agents: 2, cap: 3 }
const module: WasmModule = kernel
const result: RunResult = runToEnd(config, { module })
const instance: Kernel = instantiate()
const own: Method = { ...mixfrd, name: 'own' }
for (const event of run(config)) if (event.type === 'exchange') event.digest.slice(8)
export const said: [string, number, Method | undefined] = [result.digest, instance.agentHeadBytes(), methods[own.name]]
export const loaded: void = createAgent().load(new Uint8Array(8))
export const same: typeof run = bundled
export const size: number = instance.memory.buffer.byteLength
export async function federate(channel: Channel): Promise<RunResult | undefined> {
  const members = [0, 1].map((agent) => takePart(config, agent))
  for await (const event of serve(config, members)) if (event.type === 'episode') event.scores.slice(1)
  const stopped: (signal: StopSignal) => boolean = ({ aborted }) => aborted
  const { done, value } = await host(config, channel, { gone: async (agent, signal) => agent > 0 && stopped(signal) }).next()
  for await (const event of join(config, 1, channel)) if (event.type === 'here') event.agents.slice(1)
  return done ? value : undefined
}
export type Means = [ReturnType<typeof quantile>, Agent['weights'], ProxyBody]
export const model: (file: Uint8Array) => Model = decodeModel
export const body: Uint8Array = encodeWeights(new Float32Array(1))
// @ts-expect-error: the types are the package's own, not any
export const wrong: number = result.digest
`

/** What more a project can say whose library or types have the runtime's own objects. */
const withTypes = {
  none: 'export const name: string = federationName(config)',
  dom: `
export const compiled: WebAssembly.Module = kernel
export const again: WasmModule = new WebAssembly.Module(new Uint8Array(8))
export const grown: number = instance.memory.grow(1)
export const channel: Channel = new BroadcastChannel(federationName(config))
export const side = host(config, channel, { gone: (agent, signal) => fetch(String(agent), { signal }) })`,
  node: `
import { openStore, type Store, sweep } from 'frd/node'
export const store: Store = openStore('out')
export const swept = sweep([config], store, { signal: new AbortController().signal, compute: async (one) => runToEnd(one) })
export const channel: Channel = new BroadcastChannel(federationName(config))
export const side = host(config, channel, { gone: (agent, signal) => fetch(String(agent), { signal }) })`,
}

test('types resolve under bundler, node16 and nodenext, with the types of the DOM, of Node and with neither', () => {
  fs.writeFileSync(join(scratch, 'package.json'), '{ "type": "module" }')
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const typeRoots = join(packageRoot, 'node_modules', '@types')
  const modes = { bundler: 'esnext', node16: 'node16', nodenext: 'nodenext' }
  for (const [moduleResolution, module] of Object.entries(modes)) {
    for (const [kind, more] of Object.entries(withTypes)) {
      fs.writeFileSync(join(scratch, `consumer-${kind}.ts`), consumer + more)
      const lib = ['es2023', ...(kind === 'dom' ? ['dom'] : [])]
      const types = kind === 'node' ? ['node'] : []
      const compilerOptions = { strict: true, skipLibCheck: false, noEmit: true, target: 'es2022', lib, types }
      const text = JSON.stringify({
        compilerOptions: { ...compilerOptions, typeRoots: [typeRoots], module, moduleResolution },
        files: [`consumer-${kind}.ts`],
      })
      fs.writeFileSync(join(scratch, 'tsconfig.json'), text)
      const { code, all } = command(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', scratch], scratch)
      assert.is(code, 0, `moduleResolution ${moduleResolution}, types ${kind}: ${all}`)
    }
  }
})

// ---- bundles

interface Bundle {
  readonly code: string
  readonly inputs: string[]
  readonly imports: Metafile['outputs'][string]['imports']
}

/** Bundles a minified script for the web. An `iife` may hold no top-level await, and Node's modules do not resolve. */
async function bundle(source: string, format: 'iife' | 'esm' = 'iife', conditions: string[] = []): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: scratch },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format,
    conditions,
    platform: 'browser',
    target: 'es2022',
    external: ['*.wasm', '*.wasm?module'],
    logLevel: 'silent',
    outfile: 'bundle.js',
    absWorkingDir: scratch,
  })
  const [output] = Object.values(metafile.outputs)
  const inputs = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return { code: outputFiles[0].text, inputs: inputs.map(([path]) => path), imports: output.imports }
}

const gzipped = (data: string | Uint8Array) => gzipSync(data, { level: 9 }).length

test('the core is one script without Node, await, figures and CLI: < 60 KB gzipped, the kernel < 24 KB', async () => {
  const { code, inputs, imports } = await bundle("import * as frd from 'frd'; globalThis.frd = frd")
  assert.equal(imports, [])
  assert.ok(inputs.some((path) => path.endsWith('dist/src/run/run.js')))
  for (const path of inputs) {
    assert.match(
      path,
      /^<stdin>$|node_modules\/@(?:assemblyscript\/loader|noble\/hashes)\/|frd\/dist\/src\/((config|wire|wire\/codecs|environments|kernel|methods|run)\/\w+|index)\.js$/,
    )
  }
  const kernel = gzipped(fs.readFileSync(join(installed, 'dist', 'kernel.wasm')))
  assert.ok(kernel < 24 * KB, `kernel: ${kernel} bytes gzipped`)
  assert.ok(gzipped(code) < 60 * KB, `core: ${gzipped(code)} bytes gzipped`)

  const web = new Function(`${code}; return frd`)
  const config = { width: 5, depth: 1, cap: 6, period: 2 }
  assert.is(web().runToEnd(config).digest, runToEnd(config).digest)
})

test('the federation is one script without Node, with both its sides, < 74 KB gzipped', async () => {
  const { code, imports } = await bundle("import * as frd from 'frd/federation'; globalThis.frd = frd")
  assert.equal(imports, [])
  assert.ok(gzipped(code) < 74 * KB, `federation: ${gzipped(code)} bytes gzipped`)
})

test('tree shaking drops what is not imported, the kernel included', async () => {
  const kernel = fs
    .readFileSync(join(installed, 'dist', 'kernel.wasm'))
    .toString('hex')
    .slice(0, 60)
  const whole = await bundle("import { run } from 'frd'; console.log(run)")
  const error = await bundle("import { PayloadError } from 'frd'; console.log(PayloadError)")
  const stats = await bundle("import { quantile } from 'frd/stats'; console.log(quantile)")
  assert.ok(whole.code.includes(kernel))
  for (const { code } of [error, stats]) assert.not(code.includes(kernel))
  assert.ok(error.code.length < 2 * KB, `PayloadError alone: ${error.code.length} bytes`)
  assert.ok(stats.code.length < 4 * KB, `quantile alone: ${stats.code.length} bytes`)
})

test('the conditions workerd and edge-light stand first, import the file kernel.wasm and compile no bytes', async () => {
  assert.equal(Object.keys(manifest.imports['#compile']), ['workerd', 'edge-light', 'default'])
  const source = "import { run } from 'frd'; console.log(run)"
  const compilers = (paths: string[]) => paths.filter((path) => /(compile|workerd|edge)\.js$/.test(path))
  for (const [condition, compiler, file] of [
    ['workerd', 'workerd.js', './kernel.wasm'],
    ['edge-light', 'edge.js', './kernel.wasm?module'],
  ]) {
    const { inputs, imports } = await bundle(source, 'esm', [condition])
    assert.equal(
      imports.map(({ path, external }) => [path, external]),
      [[file, true]],
    )
    assert.equal(compilers(inputs), [`node_modules/frd/dist/${compiler}`])
  }
  assert.equal(compilers((await bundle(source, 'esm')).inputs), ['node_modules/frd/dist/src/kernel/compile.js'])
})

// ---- the command without optional peers

const frd = (...args: string[]) => command(process.execPath, [join(installed, manifest.bin.frd), ...args], scratch)

test('the installed command computes the same digest, and names the package that a feature needs', () => {
  const small = ['-n', '5', '-l', '1', '-E', '2', '--cap', '4']
  const { code, stdout } = frd('run', ...small, '--json', '--quiet')
  assert.is(code, 0)
  assert.is(JSON.parse(stdout).digest, runToEnd({ width: 5, depth: 1, period: 2, cap: 4 }).digest)

  const figure = frd('reproduce', 'fig4', '--seeds', '1', '--agents', '1', '--cap', '2', '--jobs', '1', '--out', 'fig')
  assert.match(figure.all, /npm install vega vega-lite/)
  assert.is(figure.code, 1)
  const all = frd('reproduce', 'fig4', '--seeds', '1..2', '--agents', '1', '--cap', '2', '--jobs', '2', '--out', 'all')
  const peers = [
    'vega',
    'vega-lite',
    ...Object.keys(manifest.peerDependencies).filter((name) => name.startsWith('@stdlib/')),
  ]
  const [, install = ''] = /: npm install (.*)$/m.exec(all.all) ?? []
  assert.equal(install.split(' ').sort(), [...peers, 'tinypool'].sort(), all.all)
  assert.is(all.code, 1)
  assert.not.ok(fs.existsSync(join(scratch, 'all')), 'nothing was computed')
  // A run alone needs no threads.
  assert.is(frd('sweep', ...small, '--jobs', '1', '--out', 'alone').code, 0)
  const threads = frd('sweep', ...small, '--seeds', '1..2', '--jobs', '2', '--out', 'sweep')
  assert.match(threads.all, /npm install tinypool/)
  assert.is(threads.code, 1)
  fs.writeFileSync(join(scratch, 'run.yaml'), 'cap: 4')
  const yaml = frd('run', '--config', 'run.yaml')
  assert.match(yaml.all, /npm install yaml, or write the file as JSON/)
  assert.is(yaml.code, 1)
  fs.writeFileSync(join(scratch, 'run.json'), '{ "cap": 4, "width": 5, "depth": 1, "period": 2 }')
  assert.is(frd('run', '--config', 'run.json', '--json', '--quiet').stdout, stdout)
  const parquet = frd('plot', 'alone', '--parquet')
  assert.match(parquet.all, /npm install vega vega-lite hyparquet-writer/)
  fs.mkdirSync(join(scratch, 'empty'))
  const claims = frd('claims', 'empty')
  assert.match(claims.all, /npm install @stdlib\//)
  assert.is(claims.code, 1)
})

test.run()
