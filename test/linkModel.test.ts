// The laws of links: what a frame takes without loss is a closed form; more bytes and a lower rate never take less; a
// transmitter keeps its duty cycle; losses are as many as they should be; and the same seed gives the same numbers.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runToEnd } from '../src/index.ts'
import { packetAirtime } from '../src/links/airtime.ts'
import {
  framesOf,
  type GivenLink,
  type Link,
  linkPresets,
  loraAirtime,
  loraRate,
  lossesOf,
  openLink,
  throughput,
  toLink,
  travel,
} from '../src/links/index.ts'
import { packetsOf } from '../src/links/transfer.ts'

const ENV = 'CartPole-v1'
const all = Object.values(linkPresets)
const near = (got: number, wanted: number, about = '') =>
  assert.ok(Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)), `${about} expected ${wanted}, got ${got}`)
const lossless = ({ sources: _, ...link }: Link & { sources?: unknown }): Link => ({ ...link, loss: 0 })
const once = (link: Link, up: number[], down: number[], seed = 1) =>
  openLink(link, up.length, lossesOf(ENV, seed, up.length)).exchange({ up, down })

test('the time on air of LoRa is that of the data sheet and of its calculators', () => {
  // The forum of The Things Network and AN1200.13 give 2.7935 s for 51 bytes of payload at SF12.
  near(loraAirtime(12, 51 + 13), 2.793472)
  near(loraAirtime(7, 51 + 13), 0.118016)
  near(loraAirtime(7, 222 + 13), 0.368896)
  assert.equal(
    [7, 8, 9, 10, 11, 12].map((sf) => Math.round(loraRate(sf))),
    [5469, 3125, 1758, 977, 537, 293],
  )
  for (let sf = 7; sf <= 12; sf++) {
    for (let bytes = 1; bytes < 255; bytes++) assert.ok(loraAirtime(sf, bytes) <= loraAirtime(sf, bytes + 1))
  }
})

test('a frame is cut into full packets and the rest', () => {
  assert.equal(packetsOf(0, 100), [])
  assert.equal(packetsOf(100, 100), [100])
  assert.equal(packetsOf(250, 100), [100, 100, 50])
})

test('without loss, one agent takes the closed form', () => {
  for (const link of all.map(lossless)) {
    for (const bytes of [1, 31, 48, 111, 120, 1472, 5000, 20_000]) {
      const took = (way: 'up' | 'down') => {
        const { packetBytes, dutyCycle } = link[way]
        const sizes = packetsOf(bytes, packetBytes)
        const full = packetAirtime(link, way, packetBytes)
        const gap = Math.max(full + link.hold + link.wait, full / dutyCycle)
        const last = packetAirtime(link, way, sizes[sizes.length - 1])
        const airtime = (sizes.length - 1) * full + last
        return { seconds: (sizes.length - 1) * gap + last + link.latency, airtime }
      }
      const [up, down] = [took('up'), took('down')]
      const got = once(link, [bytes], [bytes])
      near(got.upSeconds, up.seconds, link.name)
      // On a shared channel, the server waits until the last acknowledgement has passed.
      const hold = link.isShared ? Math.max(0, link.hold - link.latency) : 0
      near(got.downSeconds, down.seconds + hold, link.name)
      near(got.airtime, up.airtime + down.airtime, link.name)
      const energy =
        link.up.rate * link.up.joulesPerBit * up.airtime + link.down.rate * link.down.joulesPerBit * down.airtime
      near(got.joules[0], energy, link.name)
      assert.is(got.lost, 0)
    }
  }
})

test('a plain link takes 8 bytes over its rate, and a channel of its own for each agent costs no waiting', () => {
  const link = toLink({ name: 'plain', up: { rate: 8000, packetBytes: 500 } })
  assert.equal([link.down.rate, link.loss, link.up.dutyCycle], [8000, 0, 1])
  assert.equal([once(link, [1000], [2000]).upSeconds, once(link, [1000], [2000]).downSeconds], [1, 2])
  const { seconds, airtime } = once(link, [1000, 2000, 500], [0, 1000, 1000])
  assert.equal([seconds, airtime], [3, 5.5])
  const shared = once({ ...link, isShared: true }, [1000, 2000, 500], [0, 1000, 1000])
  assert.equal([shared.seconds, shared.airtime], [5.5, 5.5])
  assert.equal(once(link, [0, 0], [0, 0]).seconds, 0)
})

test('play takes time before an exchange, and counts in none', () => {
  const link = toLink({ name: 'plain', up: { rate: 8000 } })
  const clock = openLink(link, 2)
  const { seconds, upSeconds } = clock.exchange({ up: [1000, 1000], down: [1000, 1000], play: [5, 1] })
  assert.equal([seconds, upSeconds, clock.now()], [2, 1, 7])
  // The agent that played for less time has sent by then.
  assert.is(clock.exchange({ up: [1000, 4000], down: [0, 0], play: [5, 1] }).upSeconds, 1)
})

test('more bytes, a lower rate, more loss and a smaller duty cycle never take less time', () => {
  for (const link of all) {
    let last = 0
    for (let bytes = 0; bytes < 4000; bytes += 97) {
      const { seconds } = once(link, [bytes], [bytes], 5)
      assert.ok(seconds >= last, `${link.name}, ${bytes} bytes: ${seconds} after ${last}`)
      last = seconds
    }
    for (const worse of [
      { up: { ...link.up, rate: link.up.rate / 2 }, down: { ...link.down, rate: link.down.rate / 2 } },
      { loss: link.loss + 0.3 },
      {
        up: { ...link.up, dutyCycle: link.up.dutyCycle / 3 },
        down: { ...link.down, dutyCycle: link.down.dutyCycle / 3 },
      },
      { latency: link.latency + 1 },
      { overheadBytes: link.overheadBytes + 20 },
    ]) {
      const other = { ...link, ...worse }
      assert.ok(once(other, [3000], [3000]).seconds >= once(link, [3000], [3000]).seconds, link.name)
      assert.ok(throughput(other, 'up') <= throughput(link, 'up'), link.name)
    }
  }
})

test('no transmitter exceeds its duty cycle, over any number of exchanges and agents', () => {
  for (const link of all) {
    const agents = 3
    const losses = lossesOf(ENV, 2, agents)
    const clock = openLink(link, agents, losses)
    const perAgent = new Array(agents).fill(0)
    for (let i = 0; i < 4; i++) {
      const { joules } = clock.exchange({ up: [700, 1900, 40], down: [0, 0, 0] })
      for (const [agent, spent] of joules.entries()) perAgent[agent] += spent / (link.up.joulesPerBit * link.up.rate)
      for (const [agent, airtime] of perAgent.entries()) {
        assert.ok(airtime <= link.up.dutyCycle * clock.ready()[agent] * (1 + 1e-9), `${link.name}, agent ${agent}`)
      }
    }
    const down = openLink(link, agents, losses)
    for (let i = 1; i < 4; i++) down.exchange({ up: [0, 0, 0], down: [300, 300, 300] })
    const server = down.ready().slice(agents)
    assert.is(server.length, link.isShared ? 1 : agents)
    assert.ok(server.every((ready) => ready > 0))
  }
})

test('a shared channel carries one packet at a time', () => {
  for (const link of all.filter(({ isShared }) => isShared)) {
    const { airtime, seconds } = once(link, [900, 900, 900, 900], [900, 900, 900, 900])
    assert.ok(airtime <= seconds, link.name)
  }
})

test('as many packets are lost as the binomial distribution allows, and each exactly as often is sent again', () => {
  for (const loss of [0.01, 0.1, 0.5]) {
    const link = toLink({ name: 'lossy', up: { rate: 1e6, packetBytes: 100 }, loss })
    const clock = openLink(link, 4, lossesOf(ENV, 9, 4))
    let [packets, lost] = [0, 0]
    for (let i = 0; i < 20; i++) {
      const took = clock.exchange({ up: new Array(4).fill(5000), down: new Array(4).fill(5000) })
      packets += took.packets
      lost += took.lost
    }
    assert.is(packets - lost, 20 * 8 * 50, 'each packet arrives once')
    // Five standard deviations of the number lost among this many packets on the air.
    const spread = 5 * Math.sqrt(packets * loss * (1 - loss))
    assert.ok(Math.abs(lost - packets * loss) <= spread, `${lost} of ${packets} at ${loss}`)
  }
})

test('losses depend on environment, seed, agent, exchange and direction, and on nothing else', () => {
  const link = { ...linkPresets['lte-m'], loss: 0.3 }
  const sequence = (seed: number, env = ENV) => {
    const clock = openLink(link, 2, lossesOf(env, seed, 2))
    return [1, 2, 3].map(() => clock.exchange({ up: [3000, 3000], down: [3000, 3000] }))
  }
  assert.equal(sequence(1), sequence(1))
  assert.not.equal(sequence(1), sequence(2))
  assert.not.equal(sequence(1), sequence(1, 'Acrobot-v1'))
  const [first, second] = sequence(1)
  assert.not.equal(first.lost, second.lost)
  const draws = (exchange: number, way: 'up' | 'down', agent: number) => lossesOf(ENV, 1, 3)(exchange, way)(agent)
  const many = [draws(0, 'up', 0), draws(0, 'up', 1), draws(0, 'down', 0), draws(1, 'up', 0)]
  assert.is(new Set(many).size, 4)
  assert.is(draws(0, 'up', 1), lossesOf(ENV, 1, 2)(0, 'up')(1), 'not on the number of agents')
})

test('a run travels with the bytes that it counted, headers included', () => {
  const run = runToEnd({ method: 'frd', agents: 2, cap: 60, period: 10, seed: 4, until: 'cap' })
  const frames = framesOf(run)
  assert.equal(
    frames.map(({ up, down }) => [up, down]),
    run.exchanges.map(({ uplinkWireBytes, downlinkWireBytes }) => [uplinkWireBytes, downlinkWireBytes]),
  )
  const link = toLink({ name: 'plain', up: { rate: 8e6, packetBytes: 1 << 20, joulesPerBit: 1e-6 }, isShared: true })
  const bytes = frames.flatMap(({ up, down }) => [...up, ...down]).reduce((sum, one) => sum + one, 0)
  const took = travel(run, link)
  near(took.seconds, bytes / 1e6)
  near(took.airtime, bytes / 1e6)
  near(took.joules, (8 * bytes * 1e-6) / 2)
  assert.is(took.exchanges, run.exchanges.length)
  const played = travel(run, link, undefined, 0.02)
  const longest = (from: number, to?: number) =>
    Math.max(...run.scores.map((scores) => 0.02 * scores.slice(from, to).reduce((sum, one) => sum + one, 0)))
  const play = [0, 10, 20, 30, 40, 50].reduce((sum, from) => sum + longest(from, from + 10), 0)
  assert.ok(played.seconds <= play + took.seconds + 1e-9 && played.seconds > play)
  near(played.airtime, took.airtime)
  assert.is(travel(runToEnd({ method: 'independent', agents: 2, cap: 5 }), link).seconds, 0)
})

test('every number of every preset has a source, and its name is that of its key', () => {
  for (const [name, link] of Object.entries(linkPresets)) {
    assert.is(link.name, name)
    const { sources, name: _, about, up, down, ...rest } = link
    assert.ok(about)
    const fields = [
      ...Object.keys(rest),
      ...Object.keys(up).map((field) => `up.${field}`),
      ...Object.keys(down).map((field) => `down.${field}`),
    ].filter((field) => field !== 'spreadingFactor' || link.spreadingFactor !== null)
    const known = sources.flatMap(({ of }) => of)
    assert.equal(
      fields.filter((field) => !known.includes(field)),
      [],
      name,
    )
    assert.equal(
      known.filter((field) => !fields.includes(field)),
      [],
      name,
    )
    assert.equal(toLink({ ...rest, name, about, up, down }), { ...rest, name, about, up, down })
  }
})

test('a wrong link is refused by the name of its field, with what was expected and what was there', () => {
  const good: GivenLink = { name: 'mine', up: { rate: 100 } }
  for (const [given, message] of [
    [{ ...good, loss: 1 }, /^"link\.loss" expected a number in 0\.\.0\.99, got 1$/],
    [{ ...good, up: { rate: 0 } }, /^"link\.up\.rate" expected a number in 0\.001\.\./],
    [{ ...good, up: { rate: '9600' } }, /^"link\.up\.rate" expected a number in .*, got "9600"$/],
    [{ ...good, up: {} }, /^"link\.up\.rate" expected a number in .*, got undefined$/],
    [{ name: 'mine' }, /^"link\.up" expected \{ rate, /],
    [{ ...good, down: { dutyCycle: 0 } }, /^"link\.down\.dutyCycle" expected a number in 0\.000001\.\.1, got 0$/],
    [{ ...good, duty: 0.1 }, /^"link" expected \{ name, .* \}, got "duty"$/],
    [{ ...good, name: 'My Link' }, /^"link\.name" expected at most 40 small letters/],
    [{ ...good, spreadingFactor: 13 }, /^"link\.spreadingFactor" expected an integer in 7\.\.12, got 13$/],
    [{ ...good, isShared: 1 }, /^"link\.isShared" expected true or false, got 1$/],
    [null, /^"link" expected \{ name, /],
  ] as const) {
    assert.throws(
      () => toLink(given as unknown as GivenLink),
      (error: Error) => message.test(error.message),
    )
  }
  const link = toLink(good)
  assert.throws(
    () => openLink(link, 2).exchange({ up: [1], down: [1, 2] }),
    /^"up" expected one number per agent, 2, got 1$/,
  )
  assert.throws(() => openLink(link, 1).exchange({ up: [-1], down: [1] }), /^"up\[0\]" expected an integer in 0\.\./)
  assert.throws(() => openLink(link, 0), /"agents" expected an integer in 1\.\./)
  assert.throws(
    () => openLink({ ...link, loss: 0.1 }, 1),
    /"losses" expected a source of uniform numbers, got undefined: mine loses packets/,
  )
  assert.throws(
    () => travel(runToEnd({ env: 'Acrobot-v1', cap: 1 }), link, undefined, 0.02),
    /"step" expected 0, got "Acrobot-v1": the scores of this environment are no steps/,
  )
  // Returns are negative, and without a step of some length they take no time.
  const swings = runToEnd({ env: 'Acrobot-v1', method: 'frd', agents: 2, cap: 4, period: 2, width: 5, depth: 1 })
  assert.ok(swings.scores.flat().every((score) => score < 0))
  assert.equal([framesOf(swings)[0].play, travel(swings, link).exchanges], [[0, 0], 1])
  const mine = {
    ...swings,
    config: { ...swings.config, env: 'Mine' },
    scores: [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
    ],
  }
  assert.throws(() => framesOf(mine, 0.5), /"step" expected 0, got "Mine": give this environment, which says/)
  assert.throws(() => framesOf(mine, 0.5, { score: 'return' }), /"step" expected 0, got "Mine": the scores of this/)
  assert.equal(framesOf(mine, 0.5, { score: 'steps' })[0].play, [1.5, 3.5])
})

test.run()
