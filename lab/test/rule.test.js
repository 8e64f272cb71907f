// The page opens by rule: what it reads is what the rule makes of the committed runs, and the first scenario is computed
// a second time from the bare table.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openings, read } from '../rule.js'

test('numbers of agents, seeds and rows of the page are those that the rule makes', async () => {
  assert.equal(read('src/archive.json'), await openings(), 'run node lab/rule.js --write')
})

test('the first scenario, from the bare table: the smallest number of agents, and the seed nearest to both medians', () => {
  const table = gunzipSync(readFileSync(new URL('../../results/paper/runs.csv.gz', import.meta.url))).toString()
  const rows = table
    .split('\n')
    .slice(2)
    .map((line) => /^(?:"([^"]*)"|([^,]*)),(\d+),(\d*),/.exec(line) ?? [])
  const timesOf = (agents, method) => {
    const setting = [
      agents === 2 ? '' : `agents=${agents} `,
      'critic=policy distillAdam=shared ',
      method === 'mixfrd' ? '' : `method=${method} `,
      'ranges=4.8,5,1.5707963267948966,5',
    ].join('')
    const found = rows.filter(([, quoted, bare]) => (quoted ?? bare) === setting)
    return found
      .map(([, , , seed, time]) => [Number(seed), time === '' ? Infinity : Number(time)])
      .sort((a, b) => a[0] - b[0])
  }
  const isEstimable = (agents) =>
    ['mixfrd', 'independent'].every((method) => {
      const times = timesOf(agents, method)
        .map(([, time]) => time)
        .sort((a, b) => a - b)
      return times.length > 0 && times[Math.ceil(0.75 * (times.length - 1))] < Infinity
    })
  const agents = [2, 3, 4, 6, 8, 10].find(isEstimable)
  const arms = ['mixfrd', 'independent'].map((method) =>
    timesOf(agents, method)
      .slice(0, 50)
      .map(([, time]) => time),
  )
  const partOf = (times, time) =>
    (times.filter((one) => one < time).length + (times.filter((one) => one === time).length + 1) / 2) / times.length
  const far = arms[0].map((_, i) => Math.max(...arms.map((times) => Math.abs(partOf(times, times[i]) - 0.5))))
  const { agents: shown, seed } = read('src/archive.json')['1']
  assert.is(shown, agents)
  assert.is(seed, 1 + far.indexOf(Math.min(...far)))
  assert.equal([shown, seed, arms.map((times) => times[seed - 1])], [4, 3, [309, 514]])
})

test.run()
