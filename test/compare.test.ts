// This build gives the golden report of the suite. The comparison says what differs, with the first exchange of a run
// or with the part, and shows a runtime that was not run as such.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as federation from '../src/federation/index.ts'
import * as frd from '../src/index.ts'
import * as face from '../src/kernel/index.ts'
import { loadVectors } from './helpers.ts'
import { compare, matrix } from './runtimes/compare.ts'
import { freshAgents, methodNames, type Report, resume, suite, toHex } from './runtimes/suite.ts'

const golden = loadVectors<Report>('runtimes')
const module = new WebAssembly.Module(face.kernelBytes())

test('this build gives the golden report', async () => {
  assert.equal(compare(golden, await suite(frd, face, federation, module, golden.checkpoints)), [])
})

test('the suite runs 5 methods x 15 configurations to their end, with exchanges in all but independent', () => {
  assert.equal(Object.keys(golden.runs), [...methodNames])
  const digests = new Set<string>()
  for (const [method, chains] of Object.entries(golden.runs)) {
    assert.is(Object.keys(chains).length, 15, method)
    for (const [name, links] of Object.entries(chains)) {
      const exchanged = { 'tuned acrobot': 3, 'tuned uneven': 4 }[name] ?? 5
      assert.is(links.length, method === 'independent' ? 1 : exchanged, `${method} ${name}`)
      for (const link of links) assert.match(link, /^[0-9a-f]{64}$/, `${method} ${name}`)
      digests.add(links[links.length - 1])
    }
  }
  assert.is(digests.size, 75)
  // From the file of known answers of Salmon et al.
  assert.is(golden.answers['philox 3'], 'd16cfe09 94fdcceb 5001e420 24126ea1')
  assert.is(golden.answers.imports, '[]')
})

interface Draft {
  runs: Record<string, Record<string, string[]>>
  federated: Record<string, string>
  answers: Record<string, string>
  checkpoints: string[]
  resumed: string[]
}

/** The golden report with one thing changed. */
function changed(change: (report: Draft) => void): Report {
  const copy = structuredClone(golden) as unknown as Draft
  change(copy)
  return copy
}

test('a difference is reported with its first exchange, or with its part', () => {
  const told = (change: Parameters<typeof changed>[0]) => {
    const report = changed(change)
    const [row] = matrix(golden, [{ runtime: 'bun', version: '1', state: 'ran', report }])
      .split('\n')
      .slice(2)
    return [...compare(golden, report).map(({ part, text }) => `${part}: ${text.split(':')[0]}`), row]
  }
  const [full, saved] = ['15/15 | 15/15', '5/5 | 12/12 | 2/2 | 2/2']
  assert.equal(
    told((report) => {
      report.runs.pd['tuned 24x2'][2] = report.runs.pd['tuned 24x2'][3] = 'ab'
    }),
    ['pd: tuned 24x2 differs first at exchange 3', `| bun | 1 | ${full} | 14/15 | ${full} | ${saved} |`],
  )
  assert.equal(
    told((report) => {
      report.runs.independent['paper mixed'][0] = 'ab'
      delete report.runs.frd['paper mixed']
      report.answers.log64 = 'ab'
      report.resumed[1] = 'ab'
    }).map((line) => line.slice(0, 52)),
    [
      'frd: paper mixed was not computed',
      'independent: paper mixed differs after the last exch',
      'kernel: log64 expected '.concat(golden.answers.log64, ', got ab'),
      'resumed: agent 1 expected '.concat(golden.resumed[1]).slice(0, 52),
      '| bun | 1 | 15/15 | 14/15 | 15/15 | 15/15 | 14/15 | ',
    ],
  )
})

test('a federation whose digest is not that of the run in one process is reported', () => {
  const report = changed(({ federated }) => {
    federated.pd = 'ab'
  })
  assert.equal(
    compare(golden, report).map(({ part, text }) => `${part}: ${text.split(' ')[0]}`),
    ['federated: pd'],
  )
})

test('the end depends on the checkpoint: agents that have not played end differently', () => {
  const fresh = freshAgents(frd).map((agent) => toHex(agent.save()))
  const resumed = resume(frd, fresh)
  assert.equal(
    resumed.map((text, i) => text === golden.resumed[i]),
    [false, false],
  )
})

test('a runtime that was not run or failed has no result', () => {
  const table = matrix(golden, [
    { runtime: 'deno', version: '', state: 'not run', why: 'no network' },
    { runtime: 'workerd', version: '1', state: 'FAILED', why: 'no module' },
  ])
  assert.match(table, /^\| deno \| {2}\| not run( \| ){8} \|$/m)
  assert.match(table, /^\| workerd \| 1 \| FAILED( \| ){8} \|$/m)
  assert.not.match(table, /\d\/\d/)
})

test.run()
