// Environments beside CartPole, in a real Chromium: Acrobot of the kernel, and one of the visitor's own from a file. Each
// is drawn, and each run has the digest of its command.

import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { close, digests, flatOut, onCommandLine, pickFile, serious, visit } from './page.js'

const SMALL = '#width=12&depth=1&cap=12&period=5'

/** The pixels of a canvas as [red, green, blue, opacity], without a margin, which is as wide as the axes of the map. */
const pixelsOf = (page, part, margin) =>
  page
    .locator(`[data-part=${part}]`)
    .first()
    .evaluate((canvas, margin) => {
      const size = [canvas.width - 2 * margin, canvas.height - 2 * margin]
      const { data } = canvas.getContext('2d').getImageData(margin, margin, ...size)
      return Array.from({ length: data.length / 4 }, (_, k) => [...data.subarray(4 * k, 4 * k + 4)])
    }, margin)

/** Whether a pixel has a colour: those of the agents have one, and words and lines are nearly grey. */
const isColoured = ([red, green, blue, opacity]) =>
  opacity > 60 && Math.max(red, green, blue) - Math.min(red, green, blue) > 30

/** Checks the digest of each run, and that film and map show more than words and lines. */
async function endsAsCommanded(page) {
  const shown = await digests(page)
  const commands = await page.locator('[data-part=command]').allTextContents()
  assert.equal(
    shown,
    commands.map((command) => onCommandLine(command).digest),
    commands.join(),
  )
  await page.waitForFunction(() => /^After episode/.test(document.querySelector('[data-part=heatNote]').textContent))
  const agents = (await pixelsOf(page, 'film', 0)).filter(isColoured)
  const cells = (await pixelsOf(page, 'heat', 20)).filter(([, , , opacity]) => opacity > 0)
  assert.ok(agents.length > 100, 'the film shows no agent')
  assert.ok(cells.length > 100, 'the map is empty')
  return commands
}

test('Acrobot trains in the page with the digests of its commands, and its mission is what the page says', async () => {
  const { page, faults, close: leave } = await visit(`${SMALL}&env=Acrobot-v1&preset=tuned&method=mixfrd&against=pd`)
  assert.is(await page.locator('[name=env]').inputValue(), 'Acrobot-v1')
  assert.match(await page.locator('#mission').textContent(), /mean return of 10 episodes of one agent is at least -100/)
  assert.is(await page.locator('#pace').textContent(), '50 × real time')
  assert.is(await page.locator('[name=ranges]').getAttribute('placeholder'), await boundsOf('Acrobot-v1'))
  await page.waitForFunction(() => document.querySelector('[data-part=episode]')?.textContent !== '0')
  await flatOut(page)
  const [command] = await endsAsCommanded(page)
  assert.match(command, /^frd run --method mixfrd --env Acrobot-v1 /)
  assert.match(await page.locator('[data-part=progress]').first().getAttribute('aria-label'), /at least -100$/)
  assert.equal(faults, [])
  await leave()
})

async function boundsOf(name) {
  const { environments, fields } = await import('../../dist/src/index.js')
  const { bounds } = environments.find((env) => env.name === name)
  return fields.ranges.show(fields.ranges.check(bounds, 'bounds'))
}

test('a file trains with the digests of its commands, again after a restart, and stays in the browser', async () => {
  const { page, faults, close: leave } = await visit(`${SMALL}&sections=10&method=mixfrd&against=frl`)
  await page.locator('[name=env]').selectOption('own file')
  assert.match(await page.locator('#problem').textContent(), /"env" expected .*pick the file of an environment$/)
  assert.is(await page.locator('.run').count(), 0)
  await pickFile(page, 'catch.js')
  await page.locator('.run').first().waitFor()
  assert.is(await page.locator('#problem').textContent(), '')
  assert.match(await page.locator('#mission').textContent(), /of Catch .* mean return of 40 episodes .* at least 0.9/)
  assert.is(await page.locator('#pace').textContent(), '250 steps per second')
  await flatOut(page)
  const [command] = await endsAsCommanded(page)
  assert.match(command, /^frd run --method mixfrd --env \.\/catch\.js /)
  await page.locator('#restart').click()
  await endsAsCommanded(page)
  await page.locator('#share').click()
  await page.waitForFunction(() => /without the file of Catch$/.test(document.querySelector('#share').textContent))
  assert.not(page.url().includes(readFileSync(new URL('../../examples/catch.js', import.meta.url), 'utf8').slice(0, 9)))
  assert.equal(faults, [])
  await page.reload()
  assert.match(await page.locator('#problem').textContent(), /got Catch: pick the file .* a link cannot hold$/)
  await pickFile(page, 'catch.js')
  await flatOut(page)
  await endsAsCommanded(page)
  await leave()
})

test('what a file implies is shown and used, and another choice brings back its own', async () => {
  const { page, close: leave } = await visit('#cap=10&preset=tuned&against=')
  const implied = (name) => page.locator(`[name=${name}]`).getAttribute('placeholder')
  assert.is(await implied('rollout'), '128')
  await pickFile(page, 'catch.js')
  await page.waitForFunction(() => document.querySelector('[name=rollout]').placeholder === '32')
  assert.is(await implied('mixupBy'), 'ball')
  await page.locator('[name=env]').selectOption('CartPole-v1')
  assert.is(await implied('rollout'), '128')
  assert.is(await implied('mixupBy'), 'angle')
  assert.not(new URL(page.url()).hash.includes('env='))
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
    const { page, close: leave } = await visit('#against=')
    await pickText(page, text)
    await page.waitForFunction(() => !/pick the file/.test(document.querySelector('#problem').textContent))
    assert.match(await page.locator('#problem').textContent(), message, what)
    assert.is(await page.locator('.run').count(), 0)
    await leave()
  }
})

test('an environment of one component runs, and one that throws ends its run with a message', async () => {
  const { page, close: leave } = await visit(`${SMALL}&method=frd&against=`)
  await pickText(page, mine({}))
  await flatOut(page)
  await digests(page)
  assert.is(await page.locator('.run').getAttribute('data-outcome'), 'done')
  await pickText(page, mine({ step: "if (Math.trunc(x) === 3) throw new Error('it broke')" }))
  await page.waitForFunction(() => /it broke$/.test(document.querySelector('[data-part=state]')?.textContent))
  await leave()
})

for (const colorScheme of ['light', 'dark']) {
  test(`nothing is wider than the window and axe finds nothing serious with a file, ${colorScheme}`, async () => {
    const options = { viewport: { width: 390, height: 900 }, colorScheme, bypassCSP: true }
    const { page, close: leave } = await visit(`${SMALL}&against=`, options)
    await pickFile(page, 'catch.js')
    await flatOut(page)
    await digests(page)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 390))
    assert.equal(await serious(page), [])
    await leave()
  })
}

test.after(close)
test.run()
