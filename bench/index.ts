// `npm run bench` runs benny over the kernels, the exchange and one episode, and writes one JSON file per suite to
// bench/results. benny times whole operations and runs one case after another; each case repeats its work until it
// takes 100 us or more, and the name of the case says how often.

import b from 'benny'
import type { Config } from '../src/config/config.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { type Agent, environments, instantiate, type Kernel, layOut, purposes } from '../src/kernel/index.ts'
import { meanByCluster } from '../src/methods/frd.ts'
import { componentKeys, mixup } from '../src/methods/mixfrd.ts'
import { ascendingOrder } from '../src/methods/radix.ts'
import { run } from '../src/run/run.ts'
import { streamKey } from '../src/run/streams.ts'
import { decodeProxies, encodeProxies } from '../src/wire/payload.ts'

const ENTRIES = 10_000
const FOLDER = new URL('../../bench/results', import.meta.url).pathname

function agentOf(given: Partial<Config>): { kernel: Kernel; agent: Agent } {
  const kernel = instantiate()
  const [agent] = layOut(kernel, environments[0], resolveConfig({ ...given, agents: 1 }), {
    proxies: 0,
    replay: 0,
    targets: ENTRIES,
  })
  for (const purpose of purposes) agent.seed(purpose, streamKey('CartPole-v1', 1, 0, purpose))
  agent.init()
  return { kernel, agent }
}

/** `count` numbers from the generator of the kernel. */
function draws(count: number): Float64Array {
  const kernel = instantiate()
  const stream = kernel.reserve(kernel.streamBytes())
  kernel.streamSeed(stream, 1, 2)
  return Float64Array.from({ length: count }, () => kernel.streamUniform(stream))
}

/** A ProxRM body with `count` of the 30^4 clusters; other agents have other clusters. */
function proxyBody(count: number, agent: number) {
  const u = draws(count)
  const indices = Int32Array.from({ length: count }, (_, k) => 80 * k + ((7 * agent) % 80))
  const policies = Float32Array.from({ length: 2 * count }, (_, k) => (k % 2 ? 1 - u[k >> 1] : u[k >> 1]))
  return { indices, policies }
}

const space = { observations: 4, actions: 2, clusters: 30 * 30 * 30 * 30 }
const setting = { config: resolveConfig({ method: 'frd' }), space }

/** One online step (policy, action, both updates) at a fixed observation, without the environment. */
function onlineSteps(width: number, depth: number, repeat: number) {
  return b.add(`online A2C step 4-${Array(depth).fill(width).join('-')}-2, x ${repeat}`, () => {
    const { kernel, agent } = agentOf({ width, depth })
    const at = kernel.reserve(64)
    new Float32Array(kernel.memory.buffer, at, 8).set([0.01, -0.02, 0.03, 0.04, 0.02, -0.01, 0.02, 0.05])
    return () => {
      for (let k = 0; k < repeat; k++) {
        kernel.agentLearn(agent.block, kernel.agentAct(agent.block, at), at + 16, 1, 0)
      }
    }
  })
}

function distillation(width: number) {
  return b.add(`distillation 4-${width}-${width}-2, batch 64, 1,024 entries`, () => {
    const { agent } = agentOf({ width, depth: 2, batch: 64 })
    const u = draws(1024)
    const rows = Float32Array.from({ length: 6 * 1024 }, (_, k) => {
      const value = u[Math.floor(k / 6)]
      return k % 6 < 4 ? value - 0.5 : k % 6 === 4 ? value : 1 - value
    })
    return () => agent.distill(rows)
  })
}

/** Runs a suite, prints the median time of each operation, and saves all numbers of benny. */
const suite = (name: string, title: string, ...cases: Parameters<typeof b.suite>[1][]) =>
  b.suite(
    title,
    ...cases,
    b.complete(({ results }) => {
      for (const { name: label, details, margin } of results) {
        console.log(
          `  ${label.padEnd(58)} ${(1e6 * details.median).toFixed(1).padStart(10)} us  +-${margin.toFixed(1)} %`,
        )
      }
    }),
    b.save({ file: name, folder: FOLDER, format: 'json', details: true }),
  )

await suite(
  'kernels',
  'Kernels',
  b.add('Philox4x32-10, 10,000 words', () => {
    const kernel = instantiate()
    const stream = kernel.reserve(kernel.streamBytes())
    kernel.streamSeed(stream, 1, 2)
    return () => {
      for (let k = 0; k < 10_000; k++) kernel.streamWord(stream)
    }
  }),
  b.add('CartPole step, x 4,000', () => {
    const { kernel, agent } = agentOf({})
    const at = kernel.reserve(64)
    return () => {
      for (let k = 0, flags = 1; k < 4000; k++) {
        if (flags) kernel.agentReset(agent.block, at)
        flags = kernel.agentStep(agent.block, k & 1, at)
      }
    }
  }),
  onlineSteps(24, 2, 200),
  onlineSteps(50, 2, 100),
  onlineSteps(100, 2, 50),
  distillation(24),
  distillation(50),
  distillation(100),
)

await suite(
  'exchange',
  `Exchange, ${ENTRIES.toLocaleString('en')} ProxRM entries`,
  b.add('encode', () => {
    const body = proxyBody(ENTRIES, 0)
    return () => encodeProxies(body)
  }),
  b.add('decode', () => {
    const bytes = encodeProxies(proxyBody(ENTRIES, 0))
    return () => decodeProxies(bytes, space)
  }),
  b.add('merge of 4 uploads', () => {
    const uploads = [0, 1, 2, 3].map((agent) => encodeProxies(proxyBody(ENTRIES, agent)))
    return () => meanByCluster(uploads, setting)
  }),
  b.add('mixup', () => {
    const { agent } = agentOf({})
    const { indices, policies } = proxyBody(ENTRIES, 0)
    const rows = agent.entries({ indices, policies })
    return () => mixup(rows, 6, ascendingOrder(componentKeys(indices, agent.grid, agent.env, 2, 'velocity')), 'append')
  }),
)

/** Episodes of a trained learner, one per operation. Their lengths differ, so that only medians can be compared. */
const episode = (preset: Config['preset']) =>
  b.add(`episode, preset ${preset}, 4-24-2`, () => {
    const { agent } = agentOf({ preset, width: 24, depth: 1 })
    for (let k = 0; k < 100; k++) agent.playEpisode()
    return () => agent.playEpisode()
  })

await suite(
  'episode',
  'Episode and run',
  episode('paper'),
  episode('tuned'),
  b.add('100 episodes of FRD, two agents, four exchanges', () => {
    return () => {
      for (const _ of run({ method: 'frd', agents: 2, cap: 101, until: 'cap' })) {
      }
    }
  }),
)
