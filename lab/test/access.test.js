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

/** The files of the built page that a file loads at once, with itself. */
function loadedBy(name, found = new Set()) {
  if (found.has(name)) return found
  found.add(name)
  if (name.endsWith('.css')) return found
  const text = readFileSync(new URL(`../dist/${name}`, import.meta.url), 'utf8')
  const names = name.endsWith('.html')
    ? [...text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, one]) => one)
    : [...text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)].map(([, one]) => `assets/${one}`)
  for (const one of names) loadedBy(one, found)
  return found
}

test('compressed, the page takes at most 60 kB, and what its workers need beside it 50 kB', () => {
  const folder = new URL('../dist/', import.meta.url)
  const sizeOf = (name) => brotliCompressSync(readFileSync(new URL(name, folder))).length
  const all = readdirSync(new URL('assets/', folder)).map((name) => `assets/${name}`)
  const entry = (name) => all.find((one) => one.startsWith(`assets/${name}-`) && one.endsWith('.js'))
  // Each file counts once, where it is loaded first: what page and workers share is the page's.
  const counted = new Set()
  const sizes = Object.fromEntries(
    Object.entries({
      page: ['index.html'],
      worker: [entry('worker')],
      tab: [entry('tab')],
      join: ['join.html', entry('joining')],
    }).map(([who, names]) => {
      const files = names.flatMap((name) => [...loadedBy(name)]).filter((name) => !counted.has(name))
      for (const name of files) counted.add(name)
      return [who, files.reduce((sum, name) => sum + sizeOf(name), 0)]
    }),
  )
  const { page, worker, tab, join } = sizes
  console.log(`  page ${page} bytes, worker ${worker}, beside it ${tab} for a tab that is an agent, ${join} to join`)
  assert.equal([...counted].filter((name) => name.startsWith('assets/')).sort(), all.sort(), 'files that nobody loads')
  assert.ok(page <= 60_000)
  assert.ok(worker + tab <= 50_000)
  assert.ok(join <= 40_000)
})

test.after(close)
test.run()
