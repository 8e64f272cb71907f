// What tabs that are one agent each must do in any browser. `open(hash)` opens a tab of one browsing context. A tab has
// `text(part)`, `until(test)` on the page, `click(selector)` and `close()`.

import * as assert from 'uvu/assert'
import { onCommandLine } from './page.js'

const SMALL = 'width=12&depth=1&sections=15&against=&tabs=agents'
const LONG = `${SMALL}&method=frd&agents=2&until=cap&cap=1000000`

const stateHas = (tab, words) =>
  tab.until((words) => document.querySelector('[data-part=state]')?.textContent.includes(words), words)
const hasPlayed = (tab, episodes) =>
  tab.until((episodes) => {
    const state = document.querySelector('[data-part=state]')?.textContent
    return Number(/^Training: episode (\d+)/.exec(state)?.[1]) >= episodes
  }, episodes)
const isOver = (tab) => tab.until(() => document.querySelector('.run')?.dataset.outcome)

/** Opens `count` tabs, each of which is one agent. */
async function gather(open, hash, count, prepare = () => {}) {
  const tabs = []
  for (let agent = 0; agent < count; agent++) {
    const tab = await open(`#${hash}`)
    tabs.push(tab)
    await prepare(tab)
    await tab.until(
      (name) => document.querySelector('[data-part=title]')?.textContent.endsWith(name),
      `, agent ${agent}`,
    )
    if (agent + 1 < count) await stateHas(tab, `${agent + 1} of ${count} agents`)
  }
  return tabs
}

const leave = (tabs) => Promise.all(tabs.map((tab) => tab.close()))

/** Checks that all tabs end with the digest of the command that they show; `prepare` is called with each new tab. */
export async function oneDigest(open, agents, settings, prepare) {
  const tabs = await gather(open, `${SMALL}&agents=${agents}&${settings}`, agents, prepare)
  const results = []
  for (const tab of tabs) {
    await isOver(tab)
    const { digest } = onCommandLine(await tab.text('command'))
    assert.is(await tab.text('digest'), digest)
    results.push(await tab.text('state'))
  }
  assert.match(results[0], /^Mission (complete after|not completed within)/)
  assert.is(new Set(results).size, 1)
  await leave(tabs)
}

/** Checks that a tab without a seat says so, that a paused tab is waited for, and that the run ends with the serving tab. */
export async function leaving(open) {
  const tabs = await gather(open, LONG, 2)
  await stateHas(tabs[0], 'Training')
  const third = await open(`#${LONG}`)
  await isOver(third)
  assert.match(await third.text('state'), /^All 2 seats are taken: every agent of this run has its tab/)
  await third.close()

  for (const [paused, other] of [tabs, [...tabs].reverse()]) {
    await paused.click('#pause')
    await stateHas(other, `; waiting for agent ${tabs.indexOf(paused)}`)
    await stateHas(paused, '; the others wait for this tab')
    await paused.click('#pause')
    await other.until(() => !/waiting/.test(document.querySelector('[data-part=state]').textContent))
  }

  await tabs[0].close()
  await isOver(tabs[1])
  const message = /^agent 0, which serves, left after episode \d+: the run cannot go on without it/
  assert.match(await tabs[1].text('state'), message)
  await tabs[1].close()
}

/** Checks that a run waits for a tab that was closed, and goes on with the tab that takes its seat, with the same digest. */
export async function returning(open) {
  const hash = `${SMALL}&method=frd&agents=3&until=cap&cap=4000&period=10`
  const tabs = await gather(open, hash, 3)
  for (const agent of [1, 2]) {
    await hasPlayed(tabs[0], 1000)
    await tabs[0].click('#pause')
    await tabs[agent].close()
    for (const tab of tabs.filter((tab) => tab !== tabs[agent])) {
      await stateHas(tab, '2 of 3 agents are here: open this address in 1 more tab')
    }
    tabs[agent] = await open(`#${hash}`)
    await tabs[0].click('#pause')
    await hasPlayed(tabs[agent], 1000)
  }
  const { digest } = onCommandLine(await tabs[0].text('command'))
  for (const [agent, tab] of tabs.entries()) {
    await isOver(tab)
    assert.match(await tab.text('title'), new RegExp(`, agent ${agent}$`))
    assert.is(await tab.text('digest'), digest)
  }
  await leave(tabs)
}
