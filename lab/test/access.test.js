// The page for everybody, in a real Chromium: by keyboard, for screen readers, without motion, in both schemes, on any
// width, within its weight, and without a task that blocks it.

import { readdirSync, readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { close, digests, mainTasks, seeds, serious, visit } from './page.js'

const SMALL = 'width=8&depth=1&sections=10&cap=40&period=5'

test('marks are reached and opened by keyboard, and so are playhead, questions and settings', async () => {
  const { page, close: leave } = await visit(`#${SMALL}&seeds=3`)
  await seeds(page, 3)
  await digests(page)
  await page.locator('.mark[role=button][tabindex="0"]').focus()
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'))
  assert.match(await focused(), /^Sharing, seed 3: /)
  await page.keyboard.press('ArrowLeft')
  assert.match(await focused(), /^Sharing, seed 2: /)
  await page.keyboard.press('ArrowDown')
  assert.match(await focused(), /^Alone, seed 2: /)
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => location.hash.includes('seed=2'))
  await page.locator('text=One run: seed 2').waitFor()
  await page.locator('#scrub').focus()
  await page.keyboard.press('End')
  await page.waitForFunction(() => document.querySelector('.episode').textContent !== '1')
  await page.locator('.chip').nth(2).focus()
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => location.hash.includes('scenario=3'))
  assert.match(await page.locator('h1').textContent(), /steadier/)
  await page.goBack()
  await page.waitForFunction(() => !location.hash.includes('scenario'))
  await leave()
})

test('without motion, nothing plays and the last picture is shown', async () => {
  const { page, close: leave } = await visit(`#${SMALL}&seeds=1`, { reducedMotion: 'reduce' })
  await digests(page)
  await page.waitForFunction(() => document.querySelector('#play').textContent.includes('Play'))
  await page.waitForFunction(() => Number(document.querySelector('.episode').textContent) === 40)
  await leave()
})

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious on three widths, ${colorScheme}`, async () => {
    for (const width of [1440, 768, 390]) {
      const options = { viewport: { width, height: 900 }, colorScheme, bypassCSP: true }
      const { page, close: leave } = await visit(`#${SMALL}&seeds=2`, options)
      await digests(page)
      await seeds(page, 2)
      for (const summary of await page.locator('summary').all()) await summary.click()
      await page.locator('#play').click()
      await page.waitForTimeout(300)
      assert.equal(await serious(page), [], `${width} px`)
      await leave()
    }
  })
}

test('nothing is wider than the window and no text is cut, from 320 px to 2560 px', async () => {
  for (const [width, hash] of [
    [320, `#${SMALL}&seeds=2`],
    [390, `#scenario=2&${SMALL}&seeds=2`],
    [768, `#scenario=8-acrobot&cap=12&seeds=1`],
    [1440, `#scenario=7&cap=20&seeds=1`],
    [2560, `#${SMALL}&seeds=2`],
  ]) {
    const { page, close: leave } = await visit(hash, { viewport: { width, height: 900 } })
    await digests(page)
    await page.waitForTimeout(300)
    const outside = await page.evaluate((width) => {
      const texts = [
        ...document.querySelectorAll(
          'h1, h2, h3, p:not(.hidden), td, button:not(.chip), svg text, label span:not(.hidden)',
        ),
      ]
      const cut = texts.filter((one) => {
        const { left, right, width: wide } = one.getBoundingClientRect()
        return wide > 0 && !one.closest('.hidden, .chips') && (left < -1 || right > width + 1)
      })
      return [document.documentElement.scrollWidth > width, ...cut.map(({ textContent }) => textContent)]
    }, width)
    assert.equal(outside, [false], `${width} px`)
    await leave()
  }
})

test('no task of the main thread exceeds 50 ms after the start', async () => {
  const { page, close: leave } = await visit(`#agents=4&width=24&depth=1&cap=200&seeds=30`)
  await page.waitForTimeout(2500)
  const milliseconds = await mainTasks(page, () => page.waitForTimeout(6000))
  const longest = Math.max(...milliseconds)
  // On a busy machine any task takes long by the wall clock, hence the assertion is about processor time.
  console.log(`  most processor time of a task ${longest.toFixed(1)} ms`)
  assert.ok(milliseconds.length > 100)
  assert.ok(longest < 50, `${longest} ms`)
  await leave()
})

test('compressed, the page takes at most 60 kB and a worker 50 kB', () => {
  const folder = new URL('../dist/', import.meta.url)
  const sizeOf = (name) => brotliCompressSync(readFileSync(new URL(name, folder))).length
  const assets = readdirSync(new URL('assets/', folder)).map((name) => `assets/${name}`)
  const total = (names) => names.reduce((sum, name) => sum + sizeOf(name), 0)
  const workers = assets.filter((name) => /(worker|tab)-/.test(name))
  const page = total(['index.html', ...assets.filter((name) => !workers.includes(name))])
  console.log(`  page ${page} bytes, worker ${total(workers)} bytes`)
  assert.ok(page <= 60_000)
  assert.ok(workers.length && total(workers) <= 50_000)
})

test.after(close)
test.run()
