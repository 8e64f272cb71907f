// Environments beside CartPole, in a real Chromium: Acrobot of the kernel, and one of the visitor's own from a file. Each
// is drawn, and each run has the digest of its command.

import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { close, commands, digests, onCommandLine, pickFile, seeds, serious, visit } from './page.js'

const SMALL = '#width=12&depth=1&cap=12&period=5&seeds=1'

/** Whether a pixel has a colour: those of the groups have one, and words and lines are nearly grey. */
const isColoured = ([red, green, blue, opacity]) =>
  opacity > 60 && Math.max(red, green, blue) - Math.min(red, green, blue) > 30

/** Checks the digest of each run, and that the film shows more than words and lines. */
async function endsAsCommanded(page) {
  const shown = await digests(page)
  const texts = await commands(page)
  assert.equal(
    shown,
    texts.map((command) => onCommandLine(command).digest),
    texts.join(),
  )
  await page.waitForTimeout(300)
  const pixels = await page
    .locator('#one canvas')
    .first()
    .evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      return Array.from({ length: data.length / 4 }, (_, k) => [...data.subarray(4 * k, 4 * k + 4)])
    })
  assert.ok(pixels.filter(isColoured).length > 100, 'the film shows no agent')
  return texts
}

test('Acrobot trains in the page with the digests of its commands, and its mission is what the page says', async () => {
  const { page, faults, close: leave } = await visit(`${SMALL}&env=Acrobot-v1&preset=tuned&method=mixfrd&against=pd`)
  assert.is(await page.locator('[name=env]').inputValue(), 'Acrobot-v1')
  assert.match(await page.locator('.lede').textContent(), /a score of at least -100, on average over 10 episodes/)
  const [command] = await endsAsCommanded(page)
  assert.match(command, /^frd run --method mixfrd --env Acrobot-v1 /)
  assert.is(await page.locator('#push').count(), 0)
  assert.equal(faults, [])
  await leave()
})

test('a file trains with the digests of its commands and stays in the browser', async () => {
  const { page, faults, close: leave } = await visit(`${SMALL}&sections=10&method=mixfrd&against=frl`)
  await digests(page)
  await page.locator('[name=env]').selectOption('own file')
  assert.match(await page.locator('#problem').textContent(), /"env" expected .*pick the file of an environment$/)
  assert.not(await page.locator('#many').isVisible())
  await pickFile(page, 'catch.js')
  await page.waitForFunction(() => document.querySelector('#problem').textContent === '')
  await page.locator('text=/learns Catch.* at least 0.9/').waitFor()
  const [command] = await endsAsCommanded(page)
  assert.match(command, /^frd run --method mixfrd --env \.\/catch\.js /)
  await seeds(page, 1)
  await page.locator('#share').click()
  await page.waitForFunction(() => /without the file of Catch$/.test(document.querySelector('#live').textContent))
  assert.not(page.url().includes(readFileSync(new URL('../../examples/catch.js', import.meta.url), 'utf8').slice(0, 9)))
  assert.equal(faults, [])
  await page.reload()
  await page.waitForFunction(() =>
    /got Catch: pick the file .* a link cannot hold$/.test(document.querySelector('#problem').textContent),
  )
  await leave()
})

/** Files that a visitor may pick by mistake, and what the page says of each. */
const mistakes = {
  'a file that is no module': ['let let = 1', /expected an ES module that imports no other file, got mine\.js/],
  'a file that imports another': [
    "import './other.js'\nexport default {}",
    /expected an ES module that imports no other/,
  ],
  'a module without an environment': ['export const a = 1', /^"environment\.name" expected/],
  'an environment with a wrong mission': [
    mine({ mission: "{ threshold: 'high' }" }),
    /^"environment\.mission\.threshold"/,
  ],
  'an environment with a wrong tuned learner': [
    mine({ tuned: '{ width: 0 }' }),
    /^"environment\.tuned\.width" expected/,
  ],
}

function mine({ mission = '{ threshold: 5 }', tuned = '{}', step = '' }) {
  return `export default {
    name: 'Mine', observations: 1, actions: 2, limit: 9, bounds: [[0, 9]], score: 'return',
    mission: ${mission}, tuned: ${tuned},
    create() {
      let x = 0
      return { reset: () => [x = 0], step(action) {
        ${step}
        return { observation: [x += action], reward: action, terminated: x === 9, truncated: false }
      } }
    },
  }`
}

async function pickText(page, text) {
  await page.locator('[name=env]').selectOption('own file')
  const file = { name: 'mine.js', mimeType: 'text/javascript', buffer: Buffer.from(text) }
  await page.locator('[name=file]').setInputFiles(file)
}

test('a file that holds no environment is refused with what is wrong', async () => {
  for (const [what, [text, message]] of Object.entries(mistakes)) {
    const { page, close: leave } = await visit(`${SMALL}&against=`)
    await pickText(page, text)
    await page.waitForFunction(() => {
      const { textContent } = document.querySelector('#problem')
      return textContent && !/pick the file/.test(textContent)
    })
    assert.match(await page.locator('#problem').textContent(), message, what)
    assert.not(await page.locator('#many').isVisible())
    await leave()
  }
})

test('an environment of one component runs, and one that throws is told with a message', async () => {
  const { page, close: leave } = await visit(`${SMALL}&method=frd&against=`)
  await pickText(page, mine({}))
  await page.waitForFunction(() => document.querySelector('.lede')?.textContent.includes('learns Mine'))
  await digests(page)
  await pickText(page, mine({ step: "if (Math.trunc(x) === 3) throw new Error('it broke')" }))
  await page.waitForFunction(() => /it broke/.test(document.querySelector('#problem').textContent))
  await leave()
})

for (const colorScheme of ['light', 'dark']) {
  test(`nothing is wider than the window and axe finds nothing serious with a file, ${colorScheme}`, async () => {
    const options = { viewport: { width: 390, height: 900 }, colorScheme, bypassCSP: true }
    const { page, close: leave } = await visit(`${SMALL}&against=`, options)
    await pickFile(page, 'catch.js')
    await page.waitForFunction(() => document.querySelector('.lede')?.textContent.includes('learns Catch'))
    await digests(page)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 390))
    assert.equal(await serious(page), [])
    await leave()
  })
}

test.after(close)
test.run()
