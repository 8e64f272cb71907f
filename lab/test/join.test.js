// A page that joins a federation over a NATS broker, in a real Chromium: it ends with the digest of the other agents, which
// are processes. Where nats-server is not installed, these tests are skipped aloud.

import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort, isInstalled, startNats } from '../../dist/test/brokers.js'
import { close, onCommandLine, serious, visit } from './page.js'

const isHere = isInstalled('nats-server', '--version')
if (!isHere) console.log('  join: skipped, nats-server is not installed here')
const overNats = isHere ? test : test.skip

const cli = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))
const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
const frd = (words) => promisify(execFile)(process.execPath, [cli, ...words], { cwd: examples, timeout: 120_000 })
const SMALL = '--method mixfrd --agents 2 --width 12 --depth 1 --sections 15 --cap 60 --period 20'

/** Starts a broker that is reached by TCP and by WebSocket. */
async function broker(lines = '') {
  const socket = await freePort()
  const { port, kill } = await startNats(`websocket { listen: "127.0.0.1:${socket}", no_tls: true }\n${lines}`)
  return { nats: `nats://127.0.0.1:${port}`, socket: `ws://127.0.0.1:${socket}`, kill }
}

/** Fills in the form and joins. */
async function join(page, fields) {
  for (const [name, value] of Object.entries(fields)) await page.locator(`[name=${name}]`).fill(value)
  await page.locator('#go').click()
}

const stateHas = (page, words) =>
  page.waitForFunction((words) => document.querySelector('[data-part=state]')?.textContent.includes(words), words, {
    timeout: 60_000,
  })

const digestOf = async (page) => {
  await page.waitForFunction(() => document.querySelector('.run')?.dataset.outcome === 'done', null, {
    timeout: 90_000,
  })
  return page.locator('[data-part=digest]').textContent()
}

overNats('a page is one agent of a federation of processes, with the digest of one process', async () => {
  const { nats, socket, kill } = await broker()
  const { page, faults, close: leave } = await visit('join.html')
  try {
    await join(page, { server: socket, name: 'lab', agent: '1' })
    await stateHas(page, 'Waiting for the server of the federation "lab"')
    assert.match(page.url(), /#server=ws%3A%2F%2F127\.0\.0\.1%3A\d+&name=lab&agent=1$/)
    const words = ['--nats', nats, '--name', 'lab', '--quiet']
    const served = frd(['serve', ...words, ...SMALL.split(' '), '--json'])
    const joined = frd(['join', ...words, '--agent', '0'])
    const { digest } = onCommandLine(`frd run ${SMALL} --json`)
    assert.is(await digestOf(page), digest)
    assert.is(JSON.parse((await served).stdout).digest, digest)
    assert.match((await joined).stdout, new RegExp(digest))
    assert.match(await page.locator('[data-part=title]').textContent(), /^Agent 1: mixfrd, 2 agents, seed 1$/)
    assert.equal(faults, [])
  } finally {
    await leave()
    await kill()
  }
})

overNats('a page joins with a user and an environment of a file, and a page that was left is replaced', async () => {
  const { nats, socket, kill } = await broker('authorization { users: [{ user: "page", password: "secret" }] }')
  const { page, close: leave } = await visit(`join.html#server=${encodeURIComponent(socket)}&agent=0`)
  try {
    await join(page, { user: 'page', password: 'wrong' })
    await stateHas(page, `cannot connect to ${socket}: `)
    assert.is(await page.locator('.run').getAttribute('data-outcome'), 'stopped')
    const settings = '--method frd --agents 1 --width 12 --depth 1 --env ./catch.js --cap 2000 --until cap --period 20'
    const given = async () => {
      await page.locator('#leave').click()
      await page.locator('summary').click()
      await page.locator('[name=file]').setInputFiles(`${examples}catch.js`)
      await join(page, { user: 'page', password: 'secret' })
    }
    const password = joinPath(mkdtempSync(joinPath(tmpdir(), 'frd-join-')), 'password')
    writeFileSync(password, 'secret\n')
    const login = ['--user', 'page', '--password-file', password]
    const served = frd(['serve', '--nats', nats, ...login, ...settings.split(' '), '--json', '--quiet'])
    await given()
    await stateHas(page, 'Training: episode ')
    await given()
    const { digest } = onCommandLine(`frd run ${settings} --json`)
    assert.is(await digestOf(page), digest)
    assert.is(JSON.parse((await served).stdout).digest, digest)
  } finally {
    await leave()
    await kill()
  }
})

test('what cannot be joined is refused in words, and nothing is sent', async () => {
  const { page, close: leave } = await visit('join.html')
  const refused = async (fields) => {
    await join(page, fields)
    return page.locator('#problem').textContent()
  }
  assert.match(
    await refused({ server: 'nats://127.0.0.1:4222' }),
    /^"server" expected a WebSocket address such as wss:/,
  )
  assert.match(
    await refused({ server: 'ws://127.0.0.1:1', agent: 'two' }),
    /^"agent" expected an integer in 0\.\.1023, got two/,
  )
  assert.is(await page.locator('.run').count(), 0)
  await join(page, { agent: '2' })
  await stateHas(page, 'cannot connect to ws://127.0.0.1:1: ')
  await page.locator('#leave').click()
  assert.ok(await page.locator('#form').isVisible())
  await leave()
})

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious and nothing is cut from 320 px on, ${colorScheme}`, async () => {
    for (const width of [320, 768, 1440]) {
      const { page, close: leave } = await visit('join.html', {
        viewport: { width, height: 800 },
        colorScheme,
        bypassCSP: true,
      })
      await page.locator('summary').click()
      assert.equal(await serious(page), [], `${width} px`)
      assert.is(await page.evaluate(() => document.documentElement.scrollWidth), width)
      await leave()
    }
  })
}

test.after(close)
test.run()
