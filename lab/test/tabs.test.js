// Tabs that are one agent each, in a real Chromium.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { close, insecure, onCommandLine, pickAgain, serious, visit } from './page.js'
import { leaving, oneDigest, returning } from './tabs.js'

const tabOf = (page) => ({
  page,
  text: (part) => page.locator(`[data-part=${part}]`).textContent(),
  until: (test, given) => page.waitForFunction(test, given, { timeout: 60_000 }),
  click: (selector) => page.locator(selector).click(),
  close: () => page.close(),
})

/** A browsing context that opens tabs, with a list of their faults. */
async function context() {
  const { page, faults, close: leave } = await visit('#agents=1&cap=1&against=&seeds=1')
  const address = page.url().replace(/#.*/, '')
  const open = async (hash, prepare) => {
    const tab = await page.context().newPage()
    if (prepare) await tab.addInitScript(prepare)
    tab.on('pageerror', (error) => faults.push(String(error)))
    tab.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text())
    })
    await tab.goto(address + hash)
    return tabOf(tab)
  }
  return { open, page, faults, leave }
}

test('two tabs train to the mission with the digest of the command, and so do three and other methods', async () => {
  const { open, faults, leave } = await context()
  await oneDigest(open, 2, 'method=mixfrd&preset=tuned')
  await oneDigest(open, 3, 'method=frl&cap=40&period=8')
  await oneDigest(open, 2, 'method=pd&cap=25&period=6&memoryReset=never')
  await oneDigest(open, 1, 'method=own&cap=25&period=6')
  assert.equal(faults, [])
  await leave()
})

test('two tabs train Acrobot, and an environment whose file was picked in both', async () => {
  const { open, faults, leave } = await context()
  await oneDigest(open, 2, 'env=Acrobot-v1&method=mixfrd&cap=8&period=3&preset=tuned')
  await oneDigest(open, 2, 'env=Catch&method=frd&cap=25&period=6', ({ page }) => pickAgain(page, 'catch.js'))
  assert.equal(faults, [])
  await leave()
})

test('a tab without a seat says so, a paused tab is waited for, and the run ends with the serving tab', async () => {
  const { open, faults, leave } = await context()
  await leaving(open)
  assert.equal(faults, [])
  await leave()
})

test('a run waits for a tab that was closed, and goes on with the tab that takes its seat', async () => {
  const { open, faults, leave } = await context()
  await returning(open)
  assert.equal(faults, [])
  await leave()
})

test('the button opens the tab that is missing, seats are drawn, and one federation has one method', async () => {
  const { open, page, leave } = await context()
  const first = await open('#width=12&depth=1&agents=2&cap=30&period=10&method=frd&against=pd&tabs=agents')
  await first.until(() => document.querySelector('.invite:not([hidden]) a'))
  assert.is(await first.page.locator('.seats li').count(), 2)
  assert.match(await first.page.locator('.seats').textContent(), /agent 0: this tab.*agent 1: free/)
  const opened = page.context().waitForEvent('page')
  await first.click('.invite a')
  const second = await opened
  assert.is(await second.evaluate(() => opener), null)
  const tabs = [first, tabOf(second)]
  for (const tab of tabs) await tab.until(() => document.querySelector('.run')?.dataset.outcome === 'done')
  for (const tab of tabs) assert.is(await tab.text('digest'), onCommandLine(await tab.text('command')).digest)
  assert.equal(await second.locator('.invite:not([hidden])').count(), 0)
  await leave()
})

test('a hidden tab, which draws no frames, delays no other tab; a server that leaves early is replaced', async () => {
  const { open, leave } = await context()
  const hash = '#width=12&depth=1&agents=3&cap=25&period=6&method=frd&against=&tabs=agents'
  const hide = () => {
    Object.defineProperty(document, 'hidden', { get: () => true })
    globalThis.requestAnimationFrame = () => 0
  }
  const isAgent = (tab, agent) =>
    tab.until((name) => document.querySelector('[data-part=title]').textContent.endsWith(name), `agent ${agent}`)
  const server = await open(hash)
  await isAgent(server, 0)
  const waiting = await open(hash)
  await isAgent(waiting, 1)
  await server.close()
  await isAgent(waiting, 0)
  await open(hash, hide)
  await open(hash, hide)
  await waiting.until(() => document.querySelector('.run').dataset.outcome === 'done')
  assert.is(await waiting.text('digest'), onCommandLine(await waiting.text('command')).digest)
  await leave()
})

test('the link to a federation holds the settings, can be followed by keyboard, and axe finds nothing serious', async () => {
  const { page, close: leave } = await visit('#cap=20&seeds=1', { bypassCSP: true })
  await page.waitForFunction(() => document.querySelector('#tabs').href.includes('cap=20'))
  await page.locator('#tabs').focus()
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => location.hash.includes('tabs=agents'))
  await page.waitForFunction(() =>
    /1 of 4 agents is here/.test(document.querySelector('[data-part=state]')?.textContent),
  )
  assert.equal(await serious(page), [])
  await leave()
})

test('without Web Locks, in a context that is not secure, the page says what is missing', async () => {
  const { page, close: leave } = await visit()
  await page.goto(insecure(page.url(), '#against=&tabs=agents'))
  await page.waitForFunction(() => document.querySelector('.run')?.dataset.outcome === 'refused')
  const state = await page.locator('[data-part=state]').textContent()
  assert.match(
    state,
    /^"navigator.locks" expected a secure context, got http:.*: serve the page by https or on localhost/,
  )
  await leave()
})

test.after(close)
test.run()
