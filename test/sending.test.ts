// The laws of when agents send, who takes part, and what is lost.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { methods } from '../src/methods/index.ts'
import { decodeResult, encodeResult } from '../src/results/result.ts'
import { drawnCount, drawnFor, lostAt } from '../src/run/participation.ts'
import { exchangeEpisode, exchangesWithin, longestPeriod, periodOf } from '../src/run/periods.ts'
import type { RunResult } from '../src/run/record.ts'
import { runToEnd } from '../src/run/run.ts'
import { HEADER_BYTES } from '../src/wire/frame.ts'
import { observing } from '../src/wire/transport.ts'
import { uneven } from './hardConfigs.ts'

const small = { agents: 4, width: 8, depth: 1, sections: 8, cap: 41, period: 5, seed: 3, until: 'cap' } as const
const SENDING = Object.keys(methods).filter((name) => methods[name].payload(resolveConfig({})) !== 'none')

/** How many agents sent and were sent something at each exchange. */
const countsOf = ({ exchanges }: RunResult) =>
  exchanges.map(({ uplinkWireBytes, downlinkWireBytes }) =>
    [uplinkWireBytes, downlinkWireBytes].map((bytes) => bytes.filter((count) => count > 0).length),
  )

test('periods that grow follow one another without a gap, and one that does not is E episodes', () => {
  for (const [period, growth] of [
    [1, 1],
    [25, 1],
    [2, 1.2],
    [1, 1.01],
    [5, 10],
    [7, 2],
  ] as const) {
    const config = { period, growth, cap: 300 }
    let { index, first, last } = periodOf(config, 1)
    assert.is(index, 0)
    assert.is(first, 1)
    let length = period as number
    for (let episode = 1; episode <= 300; episode++) {
      if (episode > last) {
        length = Math.min(length * growth, 300)
        const next = periodOf(config, episode)
        assert.is(next.index, index + 1)
        assert.is(next.first, last + 1)
        assert.is(next.last, last + Math.floor(length), `${period} ${growth} ${episode}`)
        ;({ index, first, last } = next)
      }
      assert.equal(periodOf(config, episode), { index, first, last })
      assert.is(exchangeEpisode(config, index), last)
      assert.is(exchangesWithin(config, episode), index + (episode === last ? 1 : 0))
      assert.ok(Math.min(last, 300) - first + 1 <= longestPeriod(config))
    }
  }
})

test('runs exchange where their periods end, and are stored and read again', () => {
  for (const method of SENDING) {
    for (const given of uneven) {
      const codec = method === 'pd' && given.codec ? 'int4-stochastic' : given.codec
      const result = runToEnd({ ...small, method, ...given, ...(codec && { codec }) })
      const { config, exchanges } = result
      assert.equal(
        exchanges.map(({ episode }) => episode),
        Array.from({ length: exchangesWithin(config, 40) }, (_, k) => exchangeEpisode(config, k)),
      )
      assert.equal(decodeResult(encodeResult(result), 'line'), result)
      assert.is(runToEnd(config).digest, result.digest)
    }
  }
})

test('of all agents the fraction is drawn, each as often as any other, and the rest learn on by themselves', () => {
  const config = resolveConfig({ agents: 10, participation: 0.3, seed: 5 })
  assert.is(drawnCount(config), 3)
  const times = new Array(10).fill(0)
  const pairs = new Map<string, number>()
  for (let round = 0; round < 2000; round++) {
    const drawn = [...drawnFor(config, round)!].sort((a, b) => a - b)
    assert.is(drawn.length, 3)
    for (const agent of drawn) times[agent]++
    const pair = drawn.slice(0, 2).join()
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  // 600 is the mean and 20 the standard deviation.
  for (const count of times) assert.ok(Math.abs(count - 600) < 100, times.join())
  assert.ok(pairs.size > 30)
  assert.is(drawnCount({ participation: 0.001, agents: 5 }), 1)
  assert.is(drawnFor(resolveConfig({ agents: 5, participation: 0.95 }), 0), null)
  for (const method of SENDING) {
    const counts = countsOf(runToEnd({ ...small, method, participation: 0.5 }))
    for (const [up, down] of counts) assert.equal([up, down], [2, 2], method)
  }
})

test('an agent that is not drawn keeps its memory, and sends it when it is', () => {
  for (const method of ['frd', 'pd']) {
    const config = resolveConfig({ ...small, agents: 2, participation: 0.5, method })
    const [first] = drawnFor(config, 0)!
    let round = 1
    while (drawnFor(config, round)!.has(first)) round++
    const uploads = (given: Config) => {
      const sent: (readonly Uint8Array[])[] = []
      const transport = observing((uplinks) => {
        sent.push(uplinks.map((frame) => frame.slice(HEADER_BYTES)))
      })
      runToEnd(given, { transport })
      return sent
    }
    const cap = 5 * (round + 1) + 1
    const late = uploads(resolveConfig({ ...config, cap }))[round]
    const all = uploads(resolveConfig({ ...config, cap, period: 5 * (round + 1), participation: 1 }))[0]
    assert.equal(late, [all[1 - first]], `${method}, exchange ${round}`)
  }
})

test('frames are lost as often as the config says, each by itself, and count as sent', () => {
  const config = resolveConfig({ agents: 20, dropout: 0.2, seed: 8 })
  let up = 0
  let down = 0
  let both = 0
  for (let round = 0; round < 500; round++) {
    const lost = lostAt(config, round)
    up += lost.up.size
    down += lost.down.size
    for (const agent of lost.up) if (lost.down.has(agent)) both++
  }
  // Of 10,000 frames 2,000 +- 40 are lost, and of 10,000 pairs 400 +- 20.
  assert.ok(
    Math.abs(up - 2000) < 200 && Math.abs(down - 2000) < 200 && Math.abs(both - 400) < 100,
    `${up} ${down} ${both}`,
  )
  for (const method of SENDING) {
    const result = runToEnd({ ...small, method, dropout: 0.4 })
    for (const [sent, back] of countsOf(result)) assert.equal([sent, back], [4, 4], method)
    assert.is.not(result.digest, runToEnd({ ...small, method }).digest)
  }
  // Where the server hears nobody, it sends nothing.
  const alone = runToEnd({ ...small, agents: 1, method: 'frd', dropout: 0.6 })
  for (const [round, [sent, back]] of countsOf(alone).entries()) {
    assert.equal([sent, back], [1, lostAt(alone.config, round).up.has(0) ? 0 : 1])
  }
})

test('where everything is lost, agents learn as if there were no exchange', () => {
  for (const method of SENDING.filter((name) => !methods[name].commonInit)) {
    const { scores, config, exchanges } = runToEnd({ ...small, method, dropout: 0.999 })
    const isLost = exchanges.every((_, round) => lostAt(config, round).down.size === 4)
    assert.ok(isLost, 'this seed loses all')
    assert.equal(scores, runToEnd({ ...small, method: 'independent' }).scores, method)
  }
})

test('a threshold of 0 sends what has changed, and one that nothing reaches sends once', () => {
  for (const method of SENDING) {
    const always = runToEnd({ ...small, method })
    const any = runToEnd({ ...small, method, trigger: { policy: 0 } })
    assert.equal(any.scores, always.scores, method)
    assert.equal(
      any.exchanges.map(({ uplinkBytes, downlinkBytes }) => [uplinkBytes, downlinkBytes]),
      always.exchanges.map(({ uplinkBytes, downlinkBytes }) => [uplinkBytes, downlinkBytes]),
    )
    for (const trigger of [{ policy: 1 }, { score: 1e6 }]) {
      const [first, ...rest] = countsOf(runToEnd({ ...small, method, trigger }))
      assert.equal(first, [4, 4])
      for (const counts of rest) assert.equal(counts, [0, 0], method)
    }
  }
})

test('between the two, who sends changes, and all receive what the others sent', () => {
  const { exchanges } = runToEnd({ ...small, method: 'frd', trigger: { score: 3 } })
  const counts = countsOf({ exchanges } as RunResult)
  assert.ok(counts.some(([up]) => up > 0 && up < 4))
  for (const [up, down] of counts) assert.is(down, up ? 4 : 0)
})

test('an agent sends when its mean score has moved by more than the threshold since it last sent', () => {
  const threshold = 3
  const { exchanges, scores } = runToEnd({ ...small, method: 'frd', trigger: { score: threshold } })
  scores.forEach((list, agent) => {
    let last: number | null = null
    exchanges.forEach(({ episode, uplinkBytes }) => {
      const mean = list.slice(episode - 5, episode).reduce((sum, score) => sum + score, 0) / 5
      const isMoved: boolean = last === null || Math.abs(mean - last) > threshold
      assert.is(uplinkBytes[agent] > 0, isMoved, `agent ${agent}, episode ${episode}`)
      if (isMoved) last = mean
    })
  })
})

test('a cluster that was visited less often stays with the agent', () => {
  const bytes = (minVisits: number) =>
    runToEnd({ ...small, method: 'frd', minVisits }).exchanges[0].uplinkBytes.reduce((sum, count) => sum + count, 0)
  const [all, two, many] = [1, 2, 1_000_000].map(bytes)
  assert.ok(all > two && two > 0)
  assert.is(many, 0)
})

test('what sends nothing has one config, and a pooled learner none of these', () => {
  for (const method of ['independent', 'own', 'central']) {
    const { config } = runToEnd({ ...small, cap: 8, method, participation: 0.5, dropout: 0.5, trigger: { score: 3 } })
    assert.equal([config.participation, config.dropout, config.trigger], [1, 0, 'always'], method)
  }
})

test.run()
