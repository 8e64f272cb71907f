// FedHPD as laws: the public states are the states of one fixed play, which the twin plays too; the server takes the
// mean of the policies; an agent distils that mean; and playing the public states leaves no trace in the agent that
// plays them.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { environments } from '../src/config/environment.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import type { Agent } from '../src/kernel/agent.ts'
import { layOut } from '../src/kernel/layout.ts'
import { purposes } from '../src/kernel/records.ts'
import { instantiate } from '../src/kernel/wasm.ts'
import { playPublicStates } from '../src/methods/fedhpd.ts'
import { type MethodContext, methods } from '../src/methods/index.ts'
import type { RunResult } from '../src/run/record.ts'
import { runToEnd } from '../src/run/run.ts'
import { streamKey } from '../src/run/streams.ts'
import { crc32, HEADER_BYTES } from '../src/wire/frame.ts'
import { decodePolicies, encodePolicies, PayloadError } from '../src/wire/payload.ts'
import { inProcess, type Transport } from '../src/wire/transport.ts'
import { cartpoleReset, cartpoleStep, STEP_LIMIT } from './reference/cartpole.ts'
import { makeStream } from './reference/philox.ts'

const { fedhpd } = methods
const STATES = 5000
const kernel = instantiate()
const [env] = environments
const bits = (values: ArrayLike<number>) => [...new Uint32Array(Float32Array.from(values).buffer)]
const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
const tiny = { method: 'fedhpd', agents: 2, width: 5, depth: 1, cap: 7, period: 3 } as const

function settingOf(given: Partial<Config> = {}): MethodContext {
  const config = resolveConfig({ ...tiny, ...given })
  return { config, space: { observations: 4, actions: 2, clusters: config.sections ** 4 } }
}

function makeAgents({ config }: MethodContext, memory = 0): Agent[] {
  const agents = layOut(instantiate(), env, config, { proxies: memory, replay: memory, targets: STATES })
  agents.forEach((agent, i) => {
    for (const purpose of purposes) agent.seed(purpose, streamKey(env.name, config.seed, i, purpose))
    agent.init()
  })
  return agents
}

/** The key of a stream, which is the letters of its name. */
const keyOf = (name: string) => {
  const bytes = Buffer.from(name, 'ascii')
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)] as const
}

/** The states that the uniformly random policy visits, episode after episode, as the twin plays them. */
function twinStates(): number[] {
  const [resets, actions] = [makeStream(...keyOf('FedHPD-1')), makeStream(...keyOf('FedHPD-2'))]
  const states: number[] = []
  for (let k = 0, steps = 0, state: number[] = []; k < STATES; k++) {
    if (steps === 0) state = cartpoleReset(resets)
    states.push(...state)
    const step = cartpoleStep(kernel, state, actions.uniform() < 0.5 ? 0 : 1)
    state = step.state
    steps = step.terminated || steps + 1 === STEP_LIMIT ? 0 : steps + 1
  }
  return states
}

const expected = twinStates()

test('the public states are one play of the random policy, whichever agent plays them', () => {
  const kinds: Partial<Config>[] = [
    {},
    { seed: 99, preset: 'tuned', width: 30, depth: 3 },
    { nets: [{ width: 2, depth: 1, activation: 'tanh' }], agents: undefined, width: undefined, depth: undefined },
  ]
  for (const given of kinds) {
    const [agent] = makeAgents(settingOf(given))
    assert.equal(bits(playPublicStates(agent)), bits(expected))
  }
  const [remembering] = makeAgents(settingOf(), 600)
  assert.equal(bits(playPublicStates(remembering)), bits(expected), 'the play does not overflow small memories')
})

test('playing the public states leaves no trace in the agent', () => {
  for (const preset of ['paper', 'tuned'] as const) {
    const [a] = makeAgents(settingOf({ preset }), 4096)
    const [b] = makeAgents(settingOf({ preset }), 4096)
    for (let episode = 0; episode < 3; episode++) {
      assert.is(a.playEpisode(), b.playEpisode())
      playPublicStates(a)
      assert.is(a.steps, b.steps)
      assert.equal(bits(a.weights()), bits(b.weights()))
      assert.equal(bits(a.replay()), bits(b.replay()))
      assert.equal(bits(a.proxies().policies), bits(b.proxies().policies))
      assert.equal(a.shuffled(9), b.shuffled(9))
    }
  }
})

test('an agent sends its policy at every public state, which takes 40,000 bytes whatever its network', () => {
  const nets = [
    { width: 3, depth: 2 },
    { width: 9, depth: 1, activation: 'tanh' },
  ] as const
  const setting = settingOf({ nets, width: undefined, depth: undefined })
  for (const agent of makeAgents(setting)) {
    const upload = fedhpd.upload(agent, setting)
    assert.is(upload.length, 40_000)
    const policies = decodePolicies(upload, setting.space, STATES)
    for (const k of [0, 1, 777, 4999]) {
      const own = agent.policy(expected.slice(4 * k, 4 * k + 4).map(Math.fround))
      assert.equal(bits(policies.subarray(2 * k, 2 * k + 2)), bits(own))
    }
  }
})

test('the server takes the mean with f64 sums in agent order, and equal policies come back unchanged', () => {
  const setting = settingOf()
  const stream = makeStream(6, 1)
  const draw = () =>
    Float32Array.from(Array.from({ length: STATES }, () => stream.uniform()).flatMap((p) => [p, 1 - p]))
  for (const agents of [1, 2, 3, 7]) {
    const all = Array.from({ length: agents }, draw)
    const mean = decodePolicies(fedhpd.aggregate(all.map(encodePolicies), setting), setting.space, STATES)
    assert.equal(bits(mean), bits(all[0].map((_, i) => all.reduce((sum, one) => sum + one[i], 0) / agents)))
    const same = Array.from({ length: agents }, () => encodePolicies(all[0]))
    assert.ok(sameBytes(fedhpd.aggregate(same, setting), same[0]))
  }
  const [agent] = makeAgents(setting)
  const short = encodePolicies(draw().subarray(2))
  for (const act of [() => fedhpd.aggregate([short], setting), () => fedhpd.download(agent, short, setting)]) {
    assert.throws(act, (error: unknown) => error instanceof PayloadError && error.code === 'count')
  }
})

test('an agent distils the mean policies at the public states, and comes nearer to them', () => {
  const setting = settingOf()
  const [a, b] = makeAgents(setting)
  const global = fedhpd.upload(b, setting)
  const target = decodePolicies(global, setting.space, STATES)
  const distance = () => {
    const own = decodePolicies(fedhpd.upload(a, setting), setting.space, STATES)
    return own.reduce((sum, p, i) => sum + (p - target[i]) ** 2, 0)
  }
  const before = distance()
  const { distill } = a
  let rows: Float32Array | undefined
  a.distill = (given) => {
    rows = given
    distill.call(a, given)
  }
  fedhpd.download(a, global, setting)
  const wanted = Array.from({ length: STATES }, (_, k) => [
    ...expected.slice(4 * k, 4 * k + 4),
    target[2 * k],
    target[2 * k + 1],
  ])
  assert.equal(bits(rows!), bits(wanted.flat()))
  assert.ok(distance() < before / 2, `${before} -> ${distance()}`)
})

test('an agent learns from the bytes that it received', () => {
  const play = (mend: boolean, value: number): RunResult => {
    let exchanges = 0
    const transport: Transport = (uplinks, serve) =>
      inProcess(uplinks, (frames) => {
        const frame = serve(frames).slice()
        if (exchanges++ !== 1) return frame
        const view = new DataView(frame.buffer)
        view.setFloat32(HEADER_BYTES + 80, view.getFloat32(HEADER_BYTES + 80, true) + value, true)
        if (mend) view.setUint32(28, crc32(frame.subarray(HEADER_BYTES)), true)
        return frame
      })
    return runToEnd({ ...tiny, cap: 10 }, { transport })
  }
  const refused = (act: () => unknown, code: string) =>
    assert.throws(act, (error: unknown) => error instanceof PayloadError && error.code === code)
  const plain = play(false, 0)
  const touched = play(true, 2 ** -12)
  assert.equal(
    plain.exchanges.map(({ digest }, k) => digest === touched.exchanges[k].digest),
    [true, false, false],
  )
  refused(() => play(false, 2 ** -12), 'crc')
  refused(() => play(true, 0.01), 'probability')
})

test.run()
