// The example of devices, as its reader runs it: four processes over a broker, of which one is a tab of a browser where one
// is installed. Where there is no broker, it says so.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort, isInstalled, startNats } from '../brokers.ts'
import { packageRoot } from '../helpers.ts'

const LIMIT = 60_000
const example = join(packageRoot, 'examples/devices.js')
const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], { timeout: 20_000 }).status === 0,
)

/** What a program prints until it has printed a digest, or has ended. */
function digestOf(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: packageRoot, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT)
    const hear = (more: Buffer) => {
      text += more
      const [, digest] = /digest ([0-9a-f]{64})/.exec(text) ?? []
      if (!digest) return
      if (program === browser) child.kill('SIGKILL')
      else resolve(digest)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', (code) => {
      clearTimeout(timer)
      const [, digest] = /digest ([0-9a-f]{64})/.exec(text) ?? []
      if (digest) return resolve(digest)
      reject(new Error(`${program} ended with code ${code} and no digest: ${text.slice(-2000)}`))
    })
  })
}

/** Serves a page that runs the example, bundled. */
async function servePage(): Promise<{ readonly port: number; readonly close: () => void }> {
  const { outputFiles } = await build({
    entryPoints: [example],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    external: ['@nats-io/transport-node'],
  })
  const server = createServer((request, response) => {
    const isScript = request.url === '/devices.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? outputFiles[0].text : '<!doctype html><script type="module" src="devices.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

test('devices.js: four processes over a broker end with one digest, and a tab may be one of them', async () => {
  if (!isInstalled('nats-server', '--version')) return console.log('skipped: nats-server is not installed here')
  const socket = await freePort()
  const broker = await startNats(`websocket { listen: "127.0.0.1:${socket}", no_tls: true }`)
  const page = await servePage()
  const scratch = mkdtempSync(join(tmpdir(), 'frd-tab-'))
  if (!browser) console.log('skipped: a tab as one of the agents, because no Chromium is installed here')
  try {
    const inNode = (agent: number) => digestOf(process.execPath, [example, String(agent), `127.0.0.1:${broker.port}`])
    const address = `http://127.0.0.1:${page.port}/#3,ws://127.0.0.1:${socket}`
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--enable-logging=stderr',
      `--user-data-dir=${scratch}`,
    ]
    const last = browser ? digestOf(browser, [...flags, address]) : inNode(3)
    const digests = await Promise.all([inNode(0), inNode(1), inNode(2), last])
    assert.equal(new Set(digests).size, 1)
  } finally {
    page.close()
    await broker.kill()
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
  }
})

test.run()
