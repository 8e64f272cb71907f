// The snippets of docs/embedding.md: the package as npm would install it, built by each bundler that is at hand, and the bundle in
// runtimes beside Node. What each builds computes the digest of the package. `npm run test:bundlers` installs those that are
// missing, under out/runtimes, and runs this file with them; otherwise they are skipped aloud.
import { spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { runToEnd } from 'frd'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from './brokers.ts'
import { folderOf } from './found.ts'
import { packageRoot } from './helpers.ts'
import { install } from './runtimes/launch.ts'

const MINUTES = 60_000
const isInstalling = process.argv.includes('--install')
const config = { method: 'mixfrd', agents: 2, width: 5, depth: 1, cap: 6, period: 2 } as const
const { digest } = runToEnd(config)
const program = `import { runToEnd } from 'frd'\nconsole.log(runToEnd(${JSON.stringify(config)}).digest)\n`
const scratch = fs.mkdtempSync(join(tmpdir(), 'frd-embedding-'))
test.after(() => fs.rmSync(scratch, { recursive: true, force: true }))

function output(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 5 * MINUTES })
  if (error) throw error
  if (status !== 0) throw new Error(`"${command} ${args.join(' ')}" ended with ${status}: ${stdout}${stderr}`)
  return stdout
}

const [{ filename }] = JSON.parse(
  output('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch], packageRoot),
)

/** A project with the packed package, its dependencies and these files; a bundler finds no other package from there. */
function projectOf(name: string, files: Readonly<Record<string, string>>, modules?: string): string {
  const folder = join(scratch, name)
  const frd = join(folder, 'node_modules', 'frd')
  fs.mkdirSync(folder)
  if (modules) fs.cpSync(modules, join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true })
  fs.mkdirSync(frd, { recursive: true })
  output('tar', ['-xzf', join(scratch, filename), '-C', frd, '--strip-components=1'], scratch)
  for (const one of ['@assemblyscript/loader', '@noble/hashes']) {
    fs.cpSync(join(packageRoot, 'node_modules', one), join(folder, 'node_modules', one), { recursive: true })
  }
  const all = { 'package.json': '{ "private": true, "type": "module" }', ...files }
  for (const [path, text] of Object.entries(all)) {
    fs.mkdirSync(dirname(join(folder, path)), { recursive: true })
    fs.writeFileSync(join(folder, path), text)
  }
  return folder
}

/** What a script prints in Node. */
const printed = (path: string) => output(process.execPath, [path], dirname(path)).trim()

/** The folder of a tool, or undefined and a line that says so. Those that are kept are used only where asked: Next takes minutes. */
function toolOf(name: string): string | undefined {
  const found = isInstalling ? join(install(name), name) : folderOf(name)
  if (found && (isInstalling || !found.startsWith(join(packageRoot, 'out')))) return found
  console.log(`skipped: ${name}, because it is not installed in this project (npm run test:bundlers)`)
}

const load = async (folder: string, path: string) => {
  const loaded = await import(pathToFileURL(join(folder, path)).href)
  return loaded.default ?? loaded
}

test('esbuild: the package for a page', async () => {
  const folder = projectOf('esbuild', { 'main.js': program })
  await build({
    entryPoints: [join(folder, 'main.js')],
    outfile: join(folder, 'out.mjs'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  })
  assert.is(printed(join(folder, 'out.mjs')), digest)
})

test('a resolver that reads neither exports nor conditions takes the bundle', async () => {
  const folder = projectOf('fallback', { 'main.js': program })
  const path = join(folder, 'node_modules', 'frd', 'package.json')
  const { exports: _, imports: __, ...manifest } = JSON.parse(fs.readFileSync(path, 'utf8'))
  fs.writeFileSync(path, JSON.stringify(manifest))
  for (const name of ['@assemblyscript', '@noble']) fs.rmSync(join(folder, 'node_modules', name), { recursive: true })
  const entryPoints = [join(folder, 'main.js')]
  const out = join(folder, 'out.mjs')
  await build({ entryPoints, outfile: out, bundle: true, format: 'esm', platform: 'browser', logLevel: 'silent' })
  assert.is(printed(out), digest)
})

test('Vite: a page, and a Web Worker of it', async () => {
  const tool = toolOf('vite')
  if (!tool) return
  const vite = await import(pathToFileURL(join(tool, 'dist/node/index.js')).href)
  const folder = projectOf('vite', {
    'index.html': '<script type="module" src="/main.js"></script>',
    'main.js': `${program}globalThis.Worker && new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })\n`,
    'worker.js': program,
  })
  await vite.build({
    root: folder,
    logLevel: 'error',
    build: { modulePreload: false },
    worker: { format: 'es' },
  })
  const scripts = fs.readdirSync(join(folder, 'dist/assets'))
  assert.is(scripts.length, 2)
  for (const name of scripts) assert.is(printed(join(folder, 'dist/assets', name)), digest)
})

test('webpack: a page', async () => {
  const tool = toolOf('webpack')
  if (!tool) return
  const webpack = await load(tool, 'lib/index.js')
  const folder = projectOf('webpack', { 'main.js': program })
  const stats = await new Promise<{ toString: () => string; hasErrors: () => boolean }>((resolve, reject) => {
    const given = { context: folder, mode: 'production', target: ['web', 'es2022'], entry: './main.js' }
    const done = (error: Error | null, ended: never) => (error ? reject(error) : resolve(ended))
    webpack({ ...given, output: { path: join(folder, 'dist') }, performance: false }, done)
  })
  assert.not(stats.hasErrors(), stats.toString())
  assert.is(printed(join(folder, 'dist/main.js')), digest)
})

test('Parcel: a page, which it builds from the bundle unless packageExports is set', async () => {
  const tool = toolOf('parcel')
  if (!tool) return
  for (const [name, settings] of [
    ['parcel', {}],
    ['parcel-exports', { '@parcel/resolver-default': { packageExports: true } }],
  ] as const) {
    const folder = projectOf(
      name,
      {
        'package.json': JSON.stringify({ private: true, type: 'module', ...settings }),
        'index.html': '<script type="module" src="main.js"></script>',
        'main.js': program,
      },
      dirname(tool),
    )
    const words = ['build', 'index.html', '--no-cache', '--no-source-maps', '--log-level', 'error']
    output(process.execPath, [join(folder, 'node_modules/parcel/lib/bin.js'), ...words], folder)
    const [script] = fs.readdirSync(join(folder, 'dist')).filter((path) => path.endsWith('.js'))
    fs.writeFileSync(join(folder, 'dist/package.json'), '{ "type": "module" }')
    assert.is(printed(join(folder, 'dist', script)), digest, name)
  }
})

test('Next: a route of its edge runtime and one of Node', async () => {
  const tool = toolOf('next')
  if (!tool) return
  const routeOf = (runtime: string) => `import { runToEnd } from 'frd'
export const runtime = '${runtime}'
export const dynamic = 'force-dynamic'
export const GET = () => new Response(runToEnd(${JSON.stringify(config)}).digest)
`
  const files = {
    'package.json': '{ "private": true }',
    'app/layout.js': 'export default ({ children }) => <html><body>{children}</body></html>',
    'app/page.js': `'use client'\nimport { defaults } from 'frd'\nexport default () => <p>{defaults.method}</p>\n`,
    'app/edge/route.js': routeOf('edge'),
    'app/node/route.js': routeOf('nodejs'),
  }
  const folder = projectOf('next', files, dirname(tool))
  const next = join(folder, 'node_modules/next/dist/bin/next')
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
  for (const bundler of ['--turbopack', '--webpack']) {
    const built = spawnSync(process.execPath, [next, 'build', bundler], { cwd: folder, env, encoding: 'utf8' })
    assert.is(built.status, 0, built.stdout + built.stderr)
    const port = await freePort()
    const server = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], { cwd: folder, env })
    try {
      await new Promise<void>((resolve, reject) => {
        server.stdout.on('data', (part) => /Ready/.test(String(part)) && resolve())
        server.on('exit', (code) => reject(new Error(`next start ended with ${code}`)))
      })
      for (const route of ['edge', 'node']) {
        const response = await fetch(`http://127.0.0.1:${port}/${route}`)
        assert.is(await response.text(), digest, `${bundler} ${route}`)
      }
    } finally {
      server.removeAllListeners('exit').kill()
    }
  }
})

for (const [name, args] of [
  ['deno', ['run', '--no-prompt', '--no-config']],
  ['bun', ['run']],
] as const) {
  test(`${name}: the bundle by its path, without a package manager`, () => {
    const tool = toolOf(name)
    if (!tool) return
    const folder = fs.mkdtempSync(join(scratch, `${name}-`))
    fs.copyFileSync(join(packageRoot, 'dist/frd.bundle.js'), join(folder, 'frd.bundle.js'))
    fs.writeFileSync(join(folder, 'main.mjs'), program.replace("'frd'", "'./frd.bundle.js'"))
    assert.is(output(join(dirname(tool), '.bin', name), [...args, 'main.mjs'], folder).trim(), digest)
  })
}

test.run()
