// The same page in a real Firefox, driven by WebDriver BiDi: another engine gives the same digest.

import { existsSync } from 'node:fs'
import puppeteer from 'puppeteer-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { onCommandLine, serve } from './page.js'
import { leaving, oneDigest, returning } from './tabs.js'

const executablePath = process.env.FIREFOX ?? '/usr/bin/firefox-esr'

// Where the browser is not installed, the tests are skipped and count as not run.
const isHere = existsSync(executablePath)
if (!isHere) console.log(`  firefox: not run, no ${executablePath}`)
const inFirefox = isHere ? test : test.skip

let served
let browser
const faults = []

test.before(async () => {
  if (!isHere) return
  served = await serve()
  browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true })
})
test.after(async () => {
  await browser?.close()
  await served?.close()
})

async function open(hash) {
  const { address } = served
  const page = await browser.newPage()
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    if (!/^data:/.test(request.url()) && !request.url().startsWith(address)) faults.push(request.url())
  })
  await page.goto(address + hash)
  return {
    text: (part) => page.$eval(`[data-part=${part}]`, ({ textContent }) => textContent),
    // A tab behind another one draws ever more seldom here, so that what is waited for would not be written.
    until: async (test, given) => {
      await page.bringToFront()
      return page.waitForFunction(test, { timeout: 120_000, polling: 50 }, given)
    },
    click: (selector) => page.$eval(selector, (element) => element.click()),
    close: () => page.close(),
  }
}

inFirefox('the page draws its runs and ends with the digest of the command line', async () => {
  const tab = await open('#width=24&depth=1&cap=60&seeds=2')
  await tab.until(() => document.querySelectorAll('.mark[role=button]').length === 4)
  await tab.until(() => /^[0-9a-f]{64}$/.test(document.querySelector('[data-part=digest]').textContent))
  assert.is(await tab.text('digest'), onCommandLine(await tab.text('command')).digest)
  assert.equal(faults, [])
  await tab.close()
})

inFirefox('two tabs, each one agent, end with the digest of the command line', async () => {
  await oneDigest(open, 2, 'method=mixfrd&cap=60&period=20')
  assert.equal(faults, [])
})

inFirefox('a tab without a seat says so, a paused tab is waited for, and a closed tab is replaced', async () => {
  await leaving(open)
  await returning(open)
  assert.equal(faults, [])
})

test.run()
