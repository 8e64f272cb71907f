// The limit of many sections (paper: as S grows the ProxRM becomes the replay memory, and MixFRD becomes PD). Where every visited state has a cluster of its own and
// lies in range, FRD uploads the same policies as PD, at states at most half a section away, and MixFRD adds their
// midpoints. The tests begin with plays that satisfy this premise by construction; then they take real plays and show
// for how many steps the premise holds there.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { environments } from '../src/config/environment.ts'
import { rangePresets } from '../src/config/fields.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import type { Agent } from '../src/kernel/agent.ts'
import { layOut } from '../src/kernel/layout.ts'
import { purposes } from '../src/kernel/records.ts'
import { instantiate } from '../src/kernel/wasm.ts'
import { type MethodContext, methods } from '../src/methods/index.ts'
import { streamKey } from '../src/run/streams.ts'
import { makeStream } from './reference/philox.ts'

const [env] = environments
const ranges = rangePresets.narrow
const FINEST = 215
const AGENTS = 3

type Method = 'pd' | 'frd' | 'mixfrd'

function settingOf(method: Method, sections: number): MethodContext {
  const learner = { width: 6, depth: 1, ranges: rangePresets.narrow, critic: { width: 24, depth: 1 } } as const
  const given: Partial<Config> = { ...learner, method, sections, agents: AGENTS }
  return { config: resolveConfig(given), space: { observations: 4, actions: 2, clusters: sections ** 4 } }
}

function makeAgents({ config }: MethodContext): Agent[] {
  const memory = { proxies: config.method === 'pd' ? 0 : 4096, replay: config.method === 'pd' ? 4096 : 0 }
  const agents = layOut(instantiate(), env, config, { ...memory, targets: 32_768 })
  agents.forEach((agent, i) => {
    for (const purpose of purposes) agent.seed(purpose, streamKey(env.name, config.seed, i, purpose))
    agent.init()
  })
  return agents
}

/** What the agents of a method upload after a play, and what agent 0 would then distil: rows of state and policy. */
function exchanged(method: Method, sections: number, play: (agent: Agent, i: number) => void) {
  const setting = settingOf(method, sections)
  const agents = makeAgents(setting)
  agents.forEach(play)
  const uploads = agents.map((agent) => methods[method].upload(agent, setting).slice())
  const global = methods[method].aggregate(uploads, setting)
  let distilled: number[][] = []
  agents[0].distill = (rows) => {
    distilled = rowsOf(rows)
  }
  methods[method].download(agents[0], global, setting)
  return { uploads, distilled }
}

const rowsOf = (flat: Float32Array): number[][] =>
  Array.from({ length: flat.length / 6 }, (_, k) => [...flat.subarray(6 * k, 6 * k + 6)])

const inRange = (row: readonly number[]) => ranges.every((r, c) => Math.abs(row[c]) < r)

const sectionsOf = (row: readonly number[], sections: number) =>
  ranges.map((r, c) => Math.min(sections - 1, Math.max(0, Math.floor(((row[c] + r) / (2 * r)) * sections))))

const clusterOf = (row: readonly number[], sections: number) =>
  sectionsOf(row, sections).reduce((index, section) => index * sections + section, 0)

/** The entries of a body, which take 12 bytes each. */
function entriesOf(body: Uint8Array): { index: number; policy: number[] }[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length)
  return Array.from({ length: body.length / 12 }, (_, k) => ({
    index: view.getInt32(12 * k, true),
    policy: [view.getFloat32(12 * k + 4, true), view.getFloat32(12 * k + 8, true)],
  }))
}

/** The rows in the order of their clusters. */
const byCluster = (rows: readonly number[][], sections: number) =>
  rows.slice().sort((a, b) => clusterOf(a, sections) - clusterOf(b, sections))

/** Whether a proxy state is at most half a section, and its rounding to f32, away from a state. */
const isNear = (proxy: readonly number[], state: readonly number[], sections: number) =>
  ranges.every((r, c) => Math.abs(proxy[c] - state[c]) <= r / sections + r * 2 ** -24)

// ---- by construction

/** Random states in range for each agent; no two states of all agents are in one cluster. */
function drawStates(sections: number, perAgent: number): number[][][] {
  const stream = makeStream(7, sections)
  const taken = new Set<number>()
  return Array.from({ length: AGENTS }, () => {
    const states: number[][] = []
    while (states.length < perAgent) {
      const state = ranges.map((r) => Math.fround((2 * stream.uniform() - 1) * r))
      const cluster = clusterOf(state, sections)
      if (!inRange(state) || taken.has(cluster)) continue
      taken.add(cluster)
      states.push(state)
    }
    return states
  })
}

test('with a cluster for every state FRD uploads the policies of PD, at states at most half a section away', () => {
  for (const sections of [7, 30, FINEST]) {
    const states = drawStates(sections, 150)
    const play = (agent: Agent, i: number) => {
      for (const state of states[i]) agent.act(state)
    }
    const pd = exchanged('pd', sections, play)
    const frd = exchanged('frd', sections, play)
    frd.uploads.forEach((upload, i) => {
      const replay = byCluster(rowsOf(new Float32Array(pd.uploads[i].slice().buffer)), sections)
      assert.equal(
        entriesOf(upload),
        replay.map((row) => ({ index: clusterOf(row, sections), policy: row.slice(4) })),
        `S = ${sections}, agent ${i}`,
      )
    })
    const all = byCluster(pd.distilled, sections)
    assert.is(all.length, 150 * AGENTS)
    assert.is(frd.distilled.length, all.length)
    frd.distilled.forEach((row, k) => {
      assert.equal(row.slice(4), all[k].slice(4), 'the server changes no policy that only one agent sent')
      assert.ok(isNear(row, all[k], sections), `S = ${sections}: ${row}, ${all[k]}`)
    })
  }
})

test('with a cluster for every state MixFRD distils the entries of FRD and midpoints of neighbours in angle', () => {
  for (const sections of [7, 30, FINEST]) {
    const states = drawStates(sections, 100)
    const play = (agent: Agent, i: number) => {
      for (const state of states[i]) agent.act(state)
    }
    const [frd, mixed] = (['frd', 'mixfrd'] as const).map((method) => exchanged(method, sections, play).distilled)
    assert.equal(mixed.slice(0, frd.length), frd)
    assert.is(mixed.length, 2 * frd.length - 1)
    // The entries are sorted by pole angle, then by theta_dot, x and x_dot.
    const sorted = frd.slice().sort((a, b) => a[2] - b[2] || a[3] - b[3] || a[0] - b[0] || a[1] - b[1])
    const midpoints = sorted.slice(1).map((row, k) => row.map((value, i) => Math.fround((sorted[k][i] + value) / 2)))
    assert.equal(mixed.slice(frd.length), midpoints)
    // A midpoint is as near to the midpoint of the two states of PD as the proxy states are to those states.
    const pd = byCluster(exchanged('pd', sections, play).distilled, sections)
    const own = new Map(frd.map((row, k) => [row, pd[k]]))
    midpoints.forEach((middle, k) => {
      const [a, b] = [own.get(sorted[k])!, own.get(sorted[k + 1])!]
      const exact = a.map((value, i) => (value + b[i]) / 2)
      assert.ok(isNear(middle, exact, sections), `S = ${sections}`)
      for (const i of [4, 5]) assert.ok(Math.abs(middle[i] - exact[i]) <= 2 ** -25)
    })
  }
})

// ---- real plays

const EPISODES = 25 // the period of the paper
const playOn = (agent: Agent) => {
  for (let episode = 0; episode < EPISODES; episode++) agent.playEpisode()
}

/** PD's uploads of a real play. Up to the first exchange the play is the same under every method. */
const replays = exchanged('pd', FINEST, playOn).uploads.map((upload) => rowsOf(new Float32Array(upload.slice().buffer)))

/** The steps for which the premise holds: in range, in a cluster that no other step of the same agent visits. */
const alone = (replay: readonly number[][], sections: number) => {
  const visits = new Map<number, number>()
  for (const row of replay) {
    const cluster = clusterOf(row, sections)
    visits.set(cluster, (visits.get(cluster) ?? 0) + 1)
  }
  return replay.filter((row) => inRange(row) && visits.get(clusterOf(row, sections)) === 1)
}

test("in real plays an entry of FRD is the mean of PD's policies in its cluster, or the only one that is there", () => {
  for (const sections of [1, 5, 30, FINEST]) {
    const { uploads } = exchanged('frd', sections, playOn)
    uploads.forEach((upload, i) => {
      const clusters = new Map<number, number[][]>()
      for (const row of replays[i]) {
        const cluster = clusterOf(row, sections)
        clusters.set(cluster, (clusters.get(cluster) ?? []).concat([row]))
      }
      const expected = [...clusters].sort(([a], [b]) => a - b)
      const mean = (rows: number[][], c: number) =>
        Math.fround(rows.reduce((sum, row) => sum + row[c], 0) / rows.length)
      assert.equal(
        entriesOf(upload),
        expected.map(([index, rows]) => ({ index, policy: [mean(rows, 4), mean(rows, 5)] })),
      )
      const entries = new Map(entriesOf(upload).map(({ index, policy }) => [index, policy]))
      for (const row of alone(replays[i], sections)) {
        assert.equal(entries.get(clusterOf(row, sections)), row.slice(4))
      }
    })
  }
})

/** The share of all steps for which the premise holds. */
const shareAlone = (plays: readonly number[][][], sections: number) =>
  countAlone(plays, sections) / plays.reduce((sum, { length }) => sum + length, 0)

const countAlone = (plays: readonly number[][][], sections: number) =>
  plays.reduce((sum, replay) => sum + alone(replay, sections).length, 0)

test('in real plays more sections leave more steps alone in a cluster: nearly all at S = 215, half at S = 30', () => {
  // Each number of sections divides the next one, so that a step which is alone in its cluster stays alone.
  const counts = [1, 5, 10, 20, 40, 80, 160].map((sections) => countAlone(replays, sections))
  counts.reduce((before, count) => {
    assert.ok(count >= before, counts.join())
    return count
  })
  assert.is(counts[0], 0)
  // 1571 of 1583 steps at S = 215, and 786 at S = 30.
  assert.ok(shareAlone(replays, FINEST) > 0.98 && shareAlone(replays, 30) < 0.52)
  // In a later period an agent balances longer, for 3221 steps. Its states stay closer together: 3091 steps are alone
  // at S = 215, and 764 at S = 30.
  const [agent] = makeAgents(settingOf('pd', FINEST))
  const later: number[][] = []
  for (let episode = 0; episode < 200 + EPISODES; episode++) {
    agent.playEpisode()
    if (episode >= 200) later.push(...rowsOf(agent.replay()))
    agent.forget()
  }
  assert.ok(later.length > 3000)
  assert.ok(shareAlone([later], FINEST) > 0.95 && shareAlone([later], 30) < 0.25)
})

test.run()
