// Agents that have no part in a period: they play nothing of it, send and receive nothing, and are as they were when they
// come back; the result says who it was, reads back, and is another one than that of all agents.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { fields } from '../src/config/fields.ts'
import { takePart } from '../src/federation/index.ts'
import { methods } from '../src/methods/index.ts'
import { decodeResult, encodeResult, resultKey } from '../src/results/result.ts'
import { summarise } from '../src/results/summary.ts'
import type { RunResult } from '../src/run/record.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { easy } from './hardConfigs.ts'

const small = { agents: 3, width: 8, depth: 1, cap: 22, period: 5, seed: 4 } as const
const NAMES = Object.keys(methods).filter((name) => !methods[name].isPooled)
/** An agent's view of itself: its scores, and its completion. */
const course = ({ scores }: RunResult, agents: readonly number[]) => agents.map((agent) => scores[agent])

test('agents that are never there are as if they did not exist, for every method', () => {
  for (const method of NAMES) {
    const given = { ...small, method }
    const never = runToEnd({ ...given, absent: [[2], [2], [2], [2], [2], [2]] })
    const without = runToEnd({ ...given, agents: 2 })
    assert.equal(course(never, [0, 1]), course(without, [0, 1]), method)
    assert.equal(never.scores[2], [])
    assert.equal(never.completions[2], null)
    for (const [k, { uplinkBytes, downlinkBytes }] of without.exchanges.entries()) {
      assert.equal(never.exchanges[k].uplinkBytes, [...uplinkBytes, 0])
      assert.equal(never.exchanges[k].downlinkBytes, [...downlinkBytes, 0])
    }
    assert.is(never.envSteps, without.envSteps)
  }
})

test('an agent that comes back goes on where it was', () => {
  // Alone, it plays the same episodes, whichever periods of the run they are in.
  const alone = runToEnd({ ...small, method: 'independent', cap: 50, period: 25, until: 'cap' })
  const gone = runToEnd({ ...small, method: 'independent', cap: 75, until: 'cap', absent: [[], [1]] })
  assert.equal(gone.scores[1], alone.scores[1])
  assert.is(gone.scores[0].length, 75)
  // With an exchange, it misses what the others learn meanwhile.
  const frl = runToEnd({ ...small, method: 'frl', absent: [[], [1]] })
  const all = runToEnd({ ...small, method: 'frl' })
  assert.equal(frl.scores[1].slice(0, 5), all.scores[1].slice(0, 5))
  assert.equal(
    frl.scores.map(({ length }) => length),
    [22, 17, 22],
  )
  assert.equal(
    frl.exchanges.map(({ uplinkBytes }) => uplinkBytes.map((bytes) => bytes > 0)),
    [
      [true, true, true],
      [true, false, true],
      [true, true, true],
      [true, true, true],
    ],
  )
})

test('who had no part is in the events, the result, its line, its key and its digest', () => {
  const given = { ...small, method: 'mixfrd', absent: [[], [0, 2], [], [], [1]] }
  const events = [...run(given)]
  for (const event of events) {
    if (event.type !== 'episode') continue
    const isAlone = event.episode > 5 && event.episode <= 10
    assert.equal(event.players, isAlone ? [1] : event.episode > 20 ? [0, 2] : undefined)
    assert.is(event.scores.length, event.players?.length ?? 3)
  }
  const result = runToEnd(given)
  const line = encodeResult(result)
  assert.equal(decodeResult(line, 'line'), result)
  assert.equal(result.config.absent, given.absent)
  assert.match(summarise(result).setting, /(^| )absent=\/0,2\/\/\/1( |$)/)
  const all = runToEnd({ ...given, absent: [] })
  assert.is(result.exchanges[0].digest, all.exchanges[0].digest, 'up to the first absence they are one run')
  assert.is.not(result.exchanges[1].digest, all.exchanges[1].digest)
  assert.is.not(result.digest, all.digest)
  assert.is.not(resultKey(result.config), resultKey(all.config))
})

test('the entry after the last period leaves out final weights, and changes nothing else', () => {
  const all = runToEnd({ ...small, method: 'frd' })
  const less = runToEnd({ ...small, method: 'frd', absent: [[], [], [], [], [], [1]] })
  assert.equal({ ...less, config: all.config, digest: all.digest }, all)
  assert.is.not(less.digest, all.digest)
})

test('a run is stored with what it found, and entries beyond its end are dropped', () => {
  const given: Partial<Config> = { ...easy, method: 'frd', until: 'first' }
  const { episodes, config } = runToEnd({ ...given, absent: [[], [1]] })
  const long = runToEnd({ ...given, absent: [[], [1], ...Array(400).fill([]), [0]] })
  assert.ok(episodes < config.cap)
  assert.equal(long.config.absent, [[], [1]])
  assert.equal(long, runToEnd({ ...given, absent: [[], [1]] }))
})

test('the mission is that of the episodes that an agent has played', () => {
  const given: Partial<Config> = { ...easy, method: 'independent', until: 'last', period: 4 }
  const all = runToEnd(given)
  // Agent 0 is away for a period, so what it completes comes that much later.
  const gone = runToEnd({ ...given, absent: [[0]] })
  const { period } = all.config
  assert.is(gone.completions[0], all.completions[0]! + period)
  assert.is(gone.completions[1], all.completions[1])
  assert.equal(decodeResult(encodeResult(gone), 'line'), gone)
})

test('a line that says something else than its absences is refused', () => {
  const result = runToEnd({ ...small, method: 'frd', absent: [[], [1]] })
  const forged = (change: Partial<RunResult>) => {
    try {
      decodeResult(encodeResult({ ...result, ...change }), 'line')
    } catch (error) {
      return String(error)
    }
    return 'none'
  }
  assert.match(forged({ scores: result.scores.map((list) => [...list, 9]) }), /scores\[0\].length/)
  const [first, second, ...rest] = result.exchanges
  const bytes = { ...second, uplinkBytes: first.uplinkBytes, uplinkWireBytes: first.uplinkWireBytes }
  assert.match(forged({ exchanges: [first, bytes, ...rest] }), /agent 1 had no part in period 2/)
  assert.match(forged({ config: { ...result.config, absent: [] } }), /scores\[1\].length/)
})

test('absences that cannot be are refused by name, and their text reads back', () => {
  const refused: [unknown, RegExp][] = [
    [[[3]], /"absent\[0\]" expected agents in 0..2, got 3/],
    [[[], [0, 1, 2]], /"absent\[1\]" expected at least one agent that takes part/],
    [[[1, 0]], /"absent\[0\]" expected agents in ascending order, got "1,0"/],
    [[[0, 0]], /"absent\[0\]" expected agents in ascending order/],
    [[0], /"absent\[0\]" expected a list/],
    [7, /"absent" expected a list/],
  ]
  for (const [absent, message] of refused) {
    assert.throws(() => runToEnd({ ...small, absent: absent as never }), message)
  }
  assert.throws(() => runToEnd({ ...small, method: 'central', absent: [[0]] }), /"absent" expected none for central/)
  for (const text of ['none', '2', '/0,2//1', '0/0/0']) {
    assert.is(fields.absent.show(fields.absent.parse(text, 'absent')), text)
  }
  assert.is(fields.absent.show([[], [0], [], []].slice(0, 2)), '/0')
  assert.equal(fields.absent.parse('/0//', 'absent'), [[], [0]])
  assert.throws(() => fields.absent.parse('0,x', 'absent'), /"absent" expected agents parted by commas/)
})

test('a federation that lives apart refuses absences, since it finds its own', () => {
  assert.throws(() => takePart({ ...small, method: 'frd', absent: [[0]] }, 1), /"absent" expected none/)
})

test.run()
