// What a visitor may rely on, in a real Chromium: the numbers are those of the command line and of the archive, whatever
// is watched, paused, pushed or played; the page sends no request to other hosts.

import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { close, commands, digests, onCommandLine, seeds, visit } from './page.js'

const read = (name) => JSON.parse(readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8'))
const scenarios = read('scenarios.json')
const archive = read('archive.json')
const SMALL = 'width=8&depth=1&sections=10&cap=40&period=5'

test('every question has the digests of the command line and of the archive, for the run shown and for its marks', async () => {
  for (const { id, arms } of scenarios) {
    const { page, faults, close: leave } = await visit(`#scenario=${id}&seeds=1`)
    const shown = await digests(page)
    const { seed, arms: stored } = archive[id]
    const texts = await commands(page)
    assert.is(shown.length, arms.length)
    for (const [k, digest] of shown.entries()) {
      const row = stored[k].digests
      if (row) assert.is(digest.slice(0, 8), row.slice(8 * (seed - 1), 8 * seed), `${id}, ${arms[k].name}`)
    }
    assert.is(shown[1], onCommandLine(texts[1]).digest, texts[1])
    await seeds(page, 1)
    const marks = await page.locator('.mark[role=button]').evaluateAll((all) => all.map((one) => one.ariaLabel))
    assert.is(marks.length, arms.length)
    for (const mark of marks) {
      assert.match(mark, stored[0].digests ? /seed 1: .*, with the digest of the archive$/ : /seed 1: /, id)
    }
    assert.equal(faults, [], id)
    await leave()
  }
})

test('the picture does not depend on how many workers draw, nor on the order in which they end', async () => {
  const drawn = []
  for (const cores of [2, 5]) {
    const { page, close: leave } = await visit(
      '',
      {},
      (cores) => {
        Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => cores })
      },
      cores,
    )
    await page.goto(`${page.url()}#preset=tuned&width=24&depth=1&agents=2&cap=250&seeds=5`)
    await page.reload()
    await seeds(page, 5)
    await page.waitForTimeout(300)
    drawn.push(
      await page
        .locator('#many svg')
        .evaluateAll((all) => all.map(({ outerHTML }) => outerHTML.replace(/<!--.*?-->/g, ''))),
    )
    assert.match(drawn.at(-1)[0], /complete after \d+ episodes/)
    drawn.at(-1).push(await page.locator('.verdict').textContent())
    await leave()
  }
  assert.equal(drawn[0], drawn[1])
})

test('playing, pausing, stepping, pushing and playing it oneself change no digest', async () => {
  const { page, faults, close: leave } = await visit(`#${SMALL}&seeds=1`)
  const before = await digests(page)
  const episode = () => page.locator('.episode').textContent()
  await page.locator('#play').click()
  await page.waitForFunction(() => document.querySelector('#play').textContent.includes('Play'))
  const at = await episode()
  await page.waitForTimeout(400)
  assert.is(await episode(), at, 'a paused run stays')
  await page.locator('#next').click()
  await page.waitForFunction((at) => Number(document.querySelector('#scrub').value) > Number(at), at)
  await page.locator('#step').click()
  await page.locator('#push').click()
  await page.locator('text=A copy was pushed').waitFor()
  await page.locator('#visit').click()
  await page.keyboard.press('ArrowRight')
  await page
    .locator('text=/You held it for \\d+ steps. Your summary would have \\d+ entries/')
    .waitFor({ timeout: 30_000 })
  await page.locator('text=Back to the run').click()
  assert.equal(await digests(page), before)
  for (const [k, command] of (await commands(page)).entries()) assert.is(before[k], onCommandLine(command).digest)
  assert.equal(faults, [])
  await leave()
})

test('a change is in the address, keeps the old row pale, and a wrong value is refused by name', async () => {
  const { page, close: leave } = await visit(`#${SMALL}&seeds=3`)
  await seeds(page, 3)
  assert.is(await page.locator('.before').count(), 0)
  await page.locator('[name=sections]').fill('20')
  await page.locator('[name=sections]').press('Tab')
  await page.waitForFunction(() => location.hash.includes('sections=20'))
  await seeds(page, 3)
  assert.match((await commands(page))[0], /--sections 20 /)
  assert.match(await page.locator('#many').textContent(), /Pale, below the lines: before your change/)
  await page.locator('#search').fill('learning rate of the policy')
  await page.locator('[name=policyRate]').fill('0.002')
  await page.locator('[name=policyRate]').press('Tab')
  await page.waitForFunction(() => location.hash.includes('policyRate=0.002'))
  await page.locator('[name=policyRate]').fill('much')
  await page.locator('[name=policyRate]').press('Tab')
  await page.waitForFunction(() =>
    /"policyRate" expected a number/.test(document.querySelector('#problem').textContent),
  )
  assert.not(await page.locator('#many').isVisible())
  await leave()
})

test('links of earlier pages work, and an embedded page hides its controls', async () => {
  const old = await visit(`#method=frl&against=&agents=3&seed=7&${SMALL}&seeds=1`)
  await digests(old.page)
  await old.page.locator('#how').click()
  assert.match((await commands(old.page))[0], /^frd run --method frl --agents 3 .*--seed 7 /)
  assert.is((await commands(old.page)).length, 1)
  await old.page.goto(`${old.page.url().replace(/#.*/, '')}#nets=24x1,50x2&method=fedhpd&against=frl`)
  await old.page.waitForFunction(() =>
    /^"nets" expected one network for all/.test(document.querySelector('#problem').textContent),
  )
  await old.close()
  const embedded = await visit(`#embed=1&${SMALL}&seeds=1`)
  await seeds(embedded.page, 1)
  assert.not(await embedded.page.locator('#form').isVisible())
  assert.not(await embedded.page.locator('.chips').isVisible())
  assert.ok(await embedded.page.locator('.verdict').isVisible())
  await embedded.close()
})

test('data, pictures and weights can be taken along', async () => {
  const { page, close: leave } = await visit(`#${SMALL}&seeds=2`)
  await digests(page)
  await seeds(page, 2)
  const take = async (selector) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator(selector).first().click()])
    return readFileSync(await download.path())
  }
  const lines = (await take('#csv')).toString().trim().split('\n')
  assert.is(lines.length, 5)
  assert.match(lines[0], /^group,command,seed,completion/)
  const [, command] = /,"?(frd run [^",]*)/.exec(lines[1])
  assert.ok(lines[1].endsWith(onCommandLine(command.trim()).digest))
  assert.match((await take('#svg')).toString(), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*<\/svg>$/s)
  assert.equal([...(await take('#png')).subarray(1, 4)], [...Buffer.from('PNG')])
  await page.locator('#one summary', { hasText: 'weights' }).click()
  assert.ok((await take('text=Weights (safetensors)')).includes('policy.0.weight'))
  await leave()
})

test('what was sent is read as its receivers read it, in the bytes of its codec', async () => {
  for (const [method, codec, entries] of [
    ['mixfrd', 'difference+delta-index+int8', /agent 0 sent (\d+) entries in ([\d,]+) bytes/],
    ['mixfrd', 'top-k:4+float16', /agent 0 sent ([1-4]) entries in ([\d,]+) bytes/],
    ['mixfrd', 'float32', /agent 0 sent (\d+) entries in ([\d,]+) bytes/],
    ['frl', 'int8', /agent 0 sent (the weights of its policy network) in ([\d,]+) bytes/],
    ['pd', 'int4', /agent 0 sent ([\d,]+) steps in ([\d,]+) bytes/],
  ]) {
    const hash = `#method=${method}&against=independent&codec=${encodeURIComponent(codec)}&until=cap&${SMALL}&seeds=1`
    const { page, faults, close: leave } = await visit(hash)
    const [digest] = await digests(page)
    const result = onCommandLine((await commands(page))[0])
    assert.is(digest, result.digest, codec)
    await page.locator('#scrub').focus()
    await page.keyboard.press('End')
    await page.waitForFunction(() => document.querySelector('[data-part=sent]')?.textContent.includes('episode 35,'))
    const text = await page.locator('[data-part=sent]').textContent()
    const { uplinkBytes } = result.exchanges.find(({ episode }) => episode === 35)
    assert.is(entries.exec(text)?.[2].replaceAll(',', ''), String(uplinkBytes[0]), text)
    const first = /a receiver reads first: (.*)\.$/.exec(text.trim())[1]
    if (method !== 'frl') {
      const [left, right] = [/left (\d\.\d\d)/, /right (\d\.\d\d)/].map((name) => Number(name.exec(first)[1]))
      assert.ok(Math.abs(left + right - 1) < 0.02, first)
    }
    const inBlocks = await page.locator('.tellings').getAttribute('aria-label')
    assert.match(inBlocks, /, which is sent/)
    if (codec === 'int4') {
      const [, coded] = /raw memory ([\d.]+) k?B, which is sent/.exec(inBlocks)
      assert.ok(Number(coded) > 0, inBlocks)
    }
    assert.equal(faults, [])
    await leave()
  }
})

test('a bet is placed before the verdict, and told when it is won or lost', async () => {
  const { page, close: leave } = await visit(`#width=24&depth=1&cap=250&until=cap&seeds=10`)
  await page.locator('.bet button', { hasText: 'not by 10' }).click()
  assert.match(await page.locator('[data-part=bet]').textContent(), /^Your bet: clear not by seed 10\./)
  await seeds(page, 10)
  await page.waitForFunction(() => /you were (right|wrong)\.$/.test(document.querySelector('.bet').textContent))
  const told = await page.locator('[data-part=bet]').textContent()
  const verdict = await page.locator('.verdict h3').textContent()
  assert.match(told, /is sooner than/.test(verdict) ? /It was clear from seed \d+: you were wrong/ : /: you were right/)
  await leave()
})

test('the curves are a table too, whose last rows are those of the end', async () => {
  const { page, close: leave } = await visit(`#${SMALL}&until=cap&seeds=1`)
  const [digest] = await digests(page)
  assert.ok(digest)
  await page.locator('text=The curves as a table').click()
  const rows = page.locator('[aria-label="The curves of this run"] tbody tr')
  await rows.first().waitFor()
  assert.match(await rows.last().textContent(), /^40\d+\.\d\d+\.\d$/)
  const { scores } = onCommandLine((await commands(page))[0])
  const means = scores.map((row) => row.slice(-10).reduce((sum, one) => sum + one, 0) / 10)
  assert.is(await rows.last().locator('td').first().textContent(), Math.max(...means).toFixed(1))
  await leave()
})

test("without scripts, the page shows the archive's runs, and nothing to press", async () => {
  const { page, faults, close: leave } = await visit('', { javaScriptEnabled: false })
  assert.ok(await page.locator('figure.static svg').isVisible())
  const told = await page.locator('figcaption').textContent()
  const [sharing, alone] = archive['1'].arms.map(
    ({ completions }) => completions.filter((time) => time !== null).length,
  )
  assert.match(told, new RegExp(`^Sharing: ${sharing} of 50 runs complete .* Alone: ${alone} of 50 runs complete `))
  for (const button of await page.locator('button, .button').all()) assert.not(await button.isVisible())
  assert.equal(faults, [])
  await leave()
})

test('a question whose method cannot run it says so in words', async () => {
  const { page, close: leave } = await visit('#scenario=7&seeds=1')
  assert.match(await page.locator('.refusal').textContent(), /^FRL, which averages weights, cannot: "nets" expected/)
  await leave()
})

test.after(close)
test('what was gathered begins anew where the agent has sent it, also where periods grow', async () => {
  const { page, close: leave } = await visit('#width=8&depth=1&sections=10&cap=40&period=5&growth=2&seeds=1', {
    reducedMotion: 'reduce',
  })
  await digests(page)
  // Exchanges after 5, 15 and 35 episodes.
  await page.locator('text=/episodes 36 to 40/').first().waitFor()
  await leave()
})

test.run()
