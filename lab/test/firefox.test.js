// The same page in a real Firefox, by WebDriver BiDi: another engine, the same digest.

import { existsSync } from 'node:fs'
import puppeteer from 'puppeteer-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { onCommandLine, serve } from './page.js'

const executablePath = process.env.FIREFOX ?? '/usr/bin/firefox-esr'

test('trains to the mission with the digest of the command line', async () => {
  if (!existsSync(executablePath)) return console.log(`  firefox: not run, no ${executablePath}`)
  const { address, close } = await serve()
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true })
  const page = await browser.newPage()
  const sins = []
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) sins.push(message.text())
  })
  page.on('pageerror', (error) => sins.push(String(error)))
  page.on('request', (request) => {
    if (!/^data:/.test(request.url()) && !request.url().startsWith(address)) sins.push(request.url())
  })
  await page.goto(`${address}#width=24&depth=1&method=frd&against=`)
  await page.focus('#speed')
  await page.keyboard.press('End')
  await page.waitForFunction(() => document.querySelector('.run')?.dataset.outcome === 'done', { timeout: 120_000 })
  const text = (part) => page.$eval(`[data-part=${part}]`, ({ textContent }) => textContent)
  assert.is(await text('digest'), onCommandLine(await text('command')).digest)
  assert.equal(sins, [])
  await browser.close()
  await close()
})

test.run()
