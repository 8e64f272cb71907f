// What tabs that are one agent each must do in any browser. `open(hash)` opens a tab of one browsing context. A tab has
// `text(part)`, `until(test)` on the page, `click(selector)` and `close()`.

import * as assert from 'uvu/assert'
import { onCommandLine } from './page.js'

const SMALL = 'width=12&depth=1&sections=15&against=&tabs=agents'
const LONG = `${SMALL}&method=frd&agents=2&until=cap&cap=1000000`

const stateHas = (tab, words) =>
  tab.until((words) => document.querySelector('[data-part=state]')?.textContent.includes(words), words)
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

/** Checks that a tab without a seat says so, that a paused tab is waited for, and that a closed tab ends the run. */
export async function leaving(open, closed) {
  const tabs = await gather(open, LONG, 2)
  await stateHas(tabs[0], 'Training')
  const third = await open(`#${LONG}`)
  await isOver(third)
  assert.match(await third.text('state'), /^All 2 seats are taken: every agent of this run has its tab/)
  await third.close()

  const [other] = tabs.filter((_, agent) => agent !== closed)
  await tabs[closed].click('#pause')
  await stateHas(other, `; waiting for agent ${closed}`)
  await stateHas(tabs[closed], '; the others wait for this tab')
  await tabs[closed].click('#pause')
  await other.until(() => !/waiting/.test(document.querySelector('[data-part=state]').textContent))

  await tabs[closed].close()
  await isOver(other)
  const who = closed === 0 ? 'agent 0, which serves,' : `agent ${closed}`
  assert.match(
    await other.text('state'),
    new RegExp(`^${who} left after episode \\d+: the run cannot go on without it`),
  )
  await other.close()
}
