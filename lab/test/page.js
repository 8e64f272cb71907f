// Serves the built page, and opens it in a real Chromium with a list of its faults: console errors and requests to
// other hosts.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { preview } from 'vite'

const lab = fileURLToPath(new URL('..', import.meta.url))
const cli = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** Another name of this machine, which browsers do not take for secure. */
const INSECURE = 'frd.test'

export async function serve() {
  const server = await preview({ root: lab, logLevel: 'error', preview: { port: 0, allowedHosts: [INSECURE] } })
  return { address: `http://127.0.0.1:${server.httpServer.address().port}/`, close: () => server.close() }
}

let served
let browser

/** Starts the server and the browser once for all visits of a test file; returns the address. */
async function open() {
  served ??= await serve()
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...FLAGS.split(' '), `--host-resolver-rules=MAP ${INSECURE} 127.0.0.1`],
  })
  return served.address
}

/** Opens the page; `faults` is a list that grows with every fault of the page. */
export async function visit(hash = '', options = {}, prepare = null, given = undefined) {
  const address = await open()
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options })
  const page = await context.newPage()
  if (prepare) await page.addInitScript(prepare, given)
  const faults = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) faults.push(`request to ${url}`)
  })
  await page.goto(address + hash)
  return { page, faults, close: () => context.close() }
}

/** The same page at an address that is not secure. */
export const insecure = (url, hash) => url.replace(/#.*/, '').replace('127.0.0.1', INSECURE) + hash

/** The digest of each run that is shown, once all have ended. */
export async function digests(page) {
  await page.waitForFunction(
    () => {
      const all = [...document.querySelectorAll('[data-part=digest]')]
      return all.length > 0 && all.every(({ textContent }) => /^[0-9a-f]{64}$/.test(textContent))
    },
    null,
    { timeout: 120_000 },
  )
  return page.locator('[data-part=digest]').allTextContents()
}

export const commands = (page) => page.locator('[data-part=command]').allTextContents()

/** Waits until so many seeds are shown. */
export const seeds = (page, count) =>
  page.waitForFunction(
    (count) => Number.parseInt(document.querySelector('.progress')?.textContent, 10) >= count,
    count,
    {
      timeout: 180_000,
    },
  )

/** What axe rates as serious or critical on the page as it is: rule and elements. */
export async function serious(page) {
  await page.addScriptTag({
    content: readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
  })
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run())
  if (passes.length <= 20) throw new Error(`"axe" expected more than 20 rules to pass, got ${passes.length}`)
  const worst = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return worst.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])
}

/**
 * The processor milliseconds of each task of the page's main thread during `meanwhile`, from the browser's own trace.
 */
export async function mainTasks(page, meanwhile) {
  const session = await page.context().newCDPSession(page)
  const events = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value))
  const traceConfig = { includedCategories: ['toplevel', '__metadata'] }
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig })
  await meanwhile()
  const over = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await over
  const thread = ({ pid, tid }) => `${pid}:${tid}`
  const named = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const mains = new Set(named.map(thread))
  const tasks = events.filter(({ name, ph }) => ph === 'X' && name.endsWith('RunTask'))
  return tasks.filter((task) => mains.has(thread(task))).map(({ tdur }) => (tdur ?? 0) / 1000)
}

/** The folder of the environments that a visitor may pick as a file. */
const examples = fileURLToPath(new URL('../../examples/', import.meta.url))

/** Chooses an environment by its file, as a visitor does. */
export async function pickFile(page, name) {
  await page.locator('[name=env]').selectOption('own file')
  await page.locator('[name=file]').setInputFiles(examples + name)
}

/** Picks a file on a page that asks for it, as one tab of a federation does. */
export const pickAgain = (page, name) => page.locator('[name=file]').setInputFiles(examples + name)

/**
 * The result that the command line prints for a command shown on the page. It runs in the folder of the examples, where
 * the files of environments are.
 */
export function onCommandLine(command) {
  const [name, ...flags] = command.split(' ')
  if (name !== 'frd') throw new Error(`"command" expected frd, got ${name}`)
  return JSON.parse(execFileSync(process.execPath, [cli, ...flags, '--quiet'], { cwd: examples, encoding: 'utf8' }))
}

/** To be called at the end of a test file; the next file starts server and browser again. */
export async function close() {
  await browser?.close()
  await served?.close()
  browser = served = undefined
}
