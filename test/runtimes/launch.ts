// How each runtime is installed and started. The function of a runtime returns its version, which shows that it starts,
// and a function that runs the suite in the scratch project. An error before that means `not run`; an error after it is
// a failure.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { packageRoot } from '../helpers.ts'

const MINUTES = 60_000
const versions: Record<string, string> = JSON.parse(
  fs.readFileSync(join(packageRoot, 'test', 'runtimes', 'package.json'), 'utf8'),
).dependencies

export interface Started {
  readonly version: string
  /** runs the suite and returns its report as text; `scratch` is a project with the installed package */
  readonly report: (scratch: string) => Promise<string>
  readonly stop?: () => Promise<unknown>
}

/** Runs a program to its end; returns its standard output. */
export function output(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 5 * MINUTES,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${status ?? signal}: ${stderr.trim()}`)
  return stdout
}

/** Installs one package of test/runtimes/package.json in a folder that is kept for later; returns its node_modules. */
export function install(name: string): string {
  const folder = join(packageRoot, 'out', 'runtimes', name)
  const manifest = JSON.stringify({ private: true, dependencies: { [name]: versions[name] } })
  const path = join(folder, 'package.json')
  const done = join(folder, 'done')
  if (!fs.existsSync(done) || fs.readFileSync(path, 'utf8') !== manifest) {
    fs.rmSync(folder, { recursive: true, force: true })
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(path, manifest)
    output('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], folder)
    fs.writeFileSync(done, '')
  }
  return join(folder, 'node_modules')
}

const binary = (name: string, program: string) => join(install(name), '.bin', program)

// ---- programs

async function startNode(major: number): Promise<Started> {
  const own = Number(process.versions.node.split('.')[0]) === major
  const program = own ? process.execPath : binary(`node${major}`, 'node')
  const version = output(program, ['--version'], packageRoot).trim().slice(1)
  return { version, report: async (scratch) => output(program, ['main.js'], scratch) }
}

async function startBun(): Promise<Started> {
  const program = binary('bun', 'bun')
  const version = output(program, ['--version'], packageRoot).trim()
  return { version, report: async (scratch) => output(program, ['main.js'], scratch) }
}

async function startDeno(): Promise<Started> {
  const program = binary('deno', 'deno')
  const env = { DENO_DIR: join(packageRoot, 'out', 'runtimes', 'deno', 'cache'), DENO_NO_UPDATE_CHECK: '1' }
  const version = output(program, ['--version'], packageRoot, env).split(' ')[1]
  // Deno gets no permission at all, because the core reads no file, no environment and no network.
  const args = ['run', '--cached-only', '--node-modules-dir=manual', '--no-prompt', '--no-lock', 'main.js']
  return { version, report: async (scratch) => output(program, args, scratch, env) }
}

// ---- bundles

/** Bundles a script of the scratch project as for a deployment; with conditions kernel.wasm stays a file beside it. */
async function bundle(scratch: string, name: string, conditions: readonly string[] = []): Promise<void> {
  await build({
    entryPoints: [join(scratch, name)],
    outdir: join(scratch, 'bundle'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: [...conditions],
    external: conditions.length ? ['*.wasm'] : [],
    loader: { '.wasm': 'binary' },
    logLevel: 'silent',
  })
}

const capnp = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [
      (name = "worker.js", esModule = embed "worker.js"),
      (name = "kernel.wasm", wasm = embed "kernel.wasm"),
    ],
    compatibilityDate = "2026-01-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`

/** The port on which workerd listens, which it writes to its control descriptor. */
function listening(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    let errors = ''
    server.stderr?.on('data', (part) => {
      errors += part
    })
    server.stdio[3]?.on('data', (part) => {
      said += part
      const port = /"port":\s*(\d+)/.exec(said)?.[1]
      if (port) resolve(Number(port))
    })
    server.on('error', reject)
    server.on('exit', (code) => reject(new Error(`workerd: exit code ${code}: ${errors.trim()}`)))
  })
}

async function startWorkerd(): Promise<Started> {
  const program = binary('workerd', 'workerd')
  const version = output(program, ['--version'], packageRoot).trim().split(' ')[1]
  const report = async (scratch: string) => {
    await bundle(scratch, 'worker.js', ['workerd'])
    const folder = join(scratch, 'bundle')
    fs.copyFileSync(join(scratch, 'node_modules', 'frd', 'dist', 'kernel.wasm'), join(folder, 'kernel.wasm'))
    fs.writeFileSync(join(folder, 'config.capnp'), capnp)
    const stdio = ['ignore', 'ignore', 'pipe', 'pipe'] as const
    const server = spawn(program, ['serve', '--control-fd=3', 'config.capnp'], { cwd: folder, stdio: [...stdio] })
    try {
      const port = await listening(server)
      const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5 * MINUTES) })
      const text = await response.text()
      if (!response.ok) throw new Error(`workerd: status ${response.status}: ${text}`)
      return text
    } finally {
      server.kill()
    }
  }
  return { version, report }
}

// ---- browsers

interface Page {
  goto(url: string): Promise<unknown>
  evaluate(script: string): Promise<unknown>
}

interface Browser {
  /** that of puppeteer returns a promise */
  version(): string | Promise<string>
  newPage(): Promise<Page>
  close(): Promise<void>
}

interface Options {
  readonly executablePath: string
  readonly headless: boolean
  readonly browser?: string
  readonly args: readonly string[]
}

interface Driver {
  launch(options: Options): Promise<Browser>
}

function found(program: string): string {
  const folder = (process.env.PATH ?? '').split(':').find((at) => fs.existsSync(join(at, program)))
  if (folder === undefined) throw new Error(`"${program}" expected in PATH, found none: apt-get install ${program}`)
  return join(folder, program)
}

async function drive<Module>(name: string, entry: string): Promise<Module> {
  return (await import(pathToFileURL(join(install(name), name, entry)).href)) as Module
}

/** Serves a page over HTTP on the loopback interface, loads it in the browser, and returns the report of its suite. */
async function visit(browser: Browser, scratch: string): Promise<string> {
  await bundle(scratch, 'page.js')
  const script = fs.readFileSync(join(scratch, 'bundle', 'page.js'))
  const server = createServer((request, response) => {
    const isPage = request.url === '/'
    response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript')
    response.end(isPage ? '<!doctype html><title>frd</title>' : script)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    return String(await page.evaluate("import('/page.js').then(({ report }) => report())"))
  } finally {
    server.close()
  }
}

async function startBrowser(driver: Driver, options: Omit<Options, 'headless'>): Promise<Started> {
  const browser = await driver.launch({ ...options, headless: true })
  const version = (await browser.version()).replace(/^[^\d]*/, '')
  return { version, report: (scratch) => visit(browser, scratch), stop: () => browser.close() }
}

async function startChromium(): Promise<Started> {
  const executablePath = found('chromium')
  const { chromium } = await drive<{ chromium: Driver }>('playwright-core', 'index.mjs')
  const isRoot = process.getuid?.() === 0
  return startBrowser(chromium, { executablePath, args: isRoot ? ['--no-sandbox'] : [] })
}

async function startFirefox(): Promise<Started> {
  const executablePath = found('firefox-esr')
  const { default: puppeteer } = await drive<{ default: Driver }>('puppeteer-core', 'lib/puppeteer/puppeteer-core.js')
  return startBrowser(puppeteer, { executablePath, browser: 'firefox', args: [] })
}

export const runtimes: Readonly<Record<string, () => Promise<Started>>> = {
  node20: () => startNode(20),
  node22: () => startNode(22),
  node24: () => startNode(24),
  node26: () => startNode(26),
  bun: startBun,
  deno: startDeno,
  workerd: startWorkerd,
  chromium: startChromium,
  firefox: startFirefox,
}
