// What a visitor may rely on, in a real Chromium: whatever is watched, the digest is that of the command line; the page
// sends no request to other hosts, stays smooth, and can be used by everybody.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { methods } from '../../dist/src/index.js'
import { close, digests, flatOut, mainTasks, onCommandLine, serious, visit } from './page.js'

const SMALL = '#width=24&depth=1&sections=20'

test('two methods train to the mission, each with the digest of its command', async () => {
  const { page, faults, close: leave } = await visit(`${SMALL}&method=mixfrd&against=pd`)
  await flatOut(page)
  const shown = await digests(page)
  const commands = await page.locator('[data-part=command]').allTextContents()
  assert.is(shown.length, 2)
  assert.match(commands[1], /^frd run --method pd --sections 20 --width 24 --depth 1 --json$/)
  for (const [i, command] of commands.entries()) {
    const { digest, completion } = onCommandLine(command)
    assert.is(shown[i], digest, command)
    const state = await page.locator('[data-part=state]').nth(i).textContent()
    assert.ok(state.startsWith(`Mission complete after ${completion} episodes`), state)
  }
  assert.match(await page.locator('#log').textContent(), /Mission complete after/)
  assert.equal(faults, [])
  await leave()
})

test('every method has the digest of its command', async () => {
  const all = Object.keys(methods)
  for (let i = 0; i < all.length; i += 2) {
    const pair = `method=${all[i]}&against=${all[i + 1] ?? ''}`
    const { page, faults, close: leave } = await visit(`${SMALL}&cap=25&period=10&${pair}`)
    await flatOut(page)
    const shown = await digests(page)
    const commands = await page.locator('[data-part=command]').allTextContents()
    assert.equal(
      shown,
      commands.map((command) => onCommandLine(command).digest),
      pair,
    )
    assert.equal(faults, [])
    await leave()
  }
})

test('filming every episode, pausing and stepping do not change the digest', async () => {
  const {
    page,
    faults,
    close: leave,
  } = await visit(`${SMALL}&preset=tuned&cap=12&period=5&agents=3&method=frd&against=`)
  await page.locator('#pause').click()
  const episode = page.locator('[data-part=episode]')
  await page.waitForFunction(() => document.querySelector('[data-part=episode]')?.textContent !== '0')
  const before = Number(await episode.textContent())
  await page.locator('#step').click()
  await page.waitForFunction((n) => Number(document.querySelector('[data-part=episode]').textContent) === n, before + 1)
  await page.waitForTimeout(300)
  assert.is(Number(await episode.textContent()), before + 1, 'a paused run stays')
  await page.locator('#pause').click()
  // At 50 times real time, which is not full speed, every episode is filmed.
  await page.locator('#speed').press('End')
  await page.locator('#speed').press('ArrowLeft')
  const [digest] = await digests(page)
  const result = onCommandLine(await page.locator('[data-part=command]').textContent())
  assert.is(digest, result.digest)
  assert.is(result.scores.length, 3)
  assert.equal(faults, [])
  await leave()
})

test('the address holds the config, and a value that is not accepted is refused with a message', async () => {
  const { page, close: leave } = await visit('#agents=3&policyRate=0.002&method=frl&against=')
  assert.is(await page.locator('[name=agents]').inputValue(), '3')
  assert.is(await page.locator('[name=policyRate]').inputValue(), '0.002')
  await page.locator('[name=seed]').fill('7')
  await page.locator('[name=seed]').press('Tab')
  assert.is(new URL(page.url()).hash, '#method=frl&against=&agents=3&seed=7&policyRate=0.002')
  await page.locator('[name=sections]').fill('300')
  await page.locator('[name=sections]').press('Tab')
  assert.match(
    await page.locator('#problem').textContent(),
    /"sections" expected an integer in 1\.\.215 for CartPole-v1, got 300/,
  )
  assert.is(await page.locator('.run').count(), 0)
  await page.goto(page.url().replace(/#.*/, '#cap=abc'))
  await page.waitForFunction(() => document.querySelector('#problem').textContent.includes('"cap" expected an integer'))
  await page.goto(page.url().replace(/#.*/, '#nets=24x1,50x2&method=fedhpd&against=frl'))
  await page.waitForFunction(() => document.querySelectorAll('.run')[1]?.dataset.outcome === 'refused')
  assert.match(await page.locator('[data-part=state]').nth(1).textContent(), /^"nets" expected one network for all/)
  await leave()
})

test('no task of the main thread exceeds 50 ms after start-up, with films and at full speed', async () => {
  const { page, close: leave } = await visit('#agents=4&until=cap&cap=400&method=mixfrd&against=pd')
  await page.waitForTimeout(2500)
  const milliseconds = await mainTasks(page, async () => {
    await page.waitForTimeout(2000)
    await flatOut(page)
    await page.waitForTimeout(5000)
  })
  const longest = Math.max(...milliseconds)
  // On a busy machine any task takes long by the wall clock, hence the assertion is about processor time.
  console.log(
    `  ${await page.locator('#frames').textContent()}; most processor time of a task ${longest.toFixed(1)} ms`,
  )
  assert.ok(milliseconds.length > 100)
  assert.ok(longest < 50, `${longest} ms`)
  await leave()
})

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious in the ${colorScheme} colour scheme`, async () => {
    const { page, close: leave } = await visit(`${SMALL}&cap=60`, { colorScheme, bypassCSP: true })
    await flatOut(page)
    await digests(page)
    await page.locator('summary').click()
    assert.equal(await serious(page), [])
    await leave()
  })
}

test('axe finds nothing serious where each tab is an agent and another is waited for', async () => {
  const { page, close: leave } = await visit(`${SMALL}&tabs=agents`, { bypassCSP: true })
  await page.locator('.invite:not([hidden]) a').first().waitFor()
  assert.equal(await serious(page), [])
  await leave()
})

test('nothing is wider than the window, from a phone to a desktop', async () => {
  for (const width of [390, 768, 1440]) {
    const { page, close: leave } = await visit(`${SMALL}&cap=30&agents=5`, { viewport: { width, height: 900 } })
    await flatOut(page)
    await digests(page)
    const isInside = () => page.evaluate((width) => document.documentElement.scrollWidth <= width, width)
    assert.ok(await isInside(), `at ${width} px`)
    await page.locator('[name=tabs]').check()
    await page.locator('.invite:not([hidden]) a').first().waitFor()
    assert.ok(await isInside(), `at ${width} px, one agent per tab`)
    await leave()
  }
})

test.after(close)
test.run()
