// What every runtime computes: 5 methods x 15 configurations (Acrobot, different worlds, an own environment and codecs among them) with the digest after each exchange, the known answers and
// the imports of the kernel, and agents that are saved here and resumed from the bytes of another runtime. This file
// imports nothing, so that it can stand alone in a project with the installed package, and returns only text.

type Frd = typeof import('../../src/index.ts')
type Face = typeof import('../../src/kernel/index.ts')
type Federation = typeof import('../../src/federation/index.ts')
type Config = import('../../src/index.ts').Config

/** The digest chain of a run: a link after each exchange, the digest last. */
export type Links = readonly string[]

export interface Report {
  /** the digests of the runs, by method and configuration */
  readonly runs: Readonly<Record<string, Readonly<Record<string, Links>>>>
  /** by method, the digest of the configuration APART where each agent lives in an instance of its own */
  readonly federated: Readonly<Record<string, string>>
  /** the known answers of the kernel, by name */
  readonly answers: Readonly<Record<string, string>>
  /** checkpoints of agents after 6 episodes, in hexadecimal digits */
  readonly checkpoints: readonly string[]
  /** scores and weights of the agents that another runtime saved, after 6 more episodes */
  readonly resumed: readonly string[]
}

export const methodNames = ['mixfrd', 'frd', 'pd', 'frl', 'independent'] as const

const common: Partial<Config> = { cap: 45, period: 10, until: 'cap' }
const mixed = [
  { width: 24, depth: 1 },
  { width: 50, depth: 2 },
  { width: 100, depth: 1 },
]

/** Both presets, n = 24, 50 and 100, l = 1 and 2, mixed networks, and settings for which the host draws numbers. */
const configurations: Record<string, Partial<Config>> = {
  'paper 24x1': { width: 24, depth: 1, seed: 1 },
  'paper 50x2': { width: 50, depth: 2, seed: 2, agents: 3 },
  'paper 100x1': { width: 100, depth: 1, seed: 3, sections: 100 },
  'paper mixed': { nets: mixed, seed: 4 },
  'tuned 24x2': { preset: 'tuned', width: 24, depth: 2, seed: 5, agents: 4 },
  'tuned 50x1': { preset: 'tuned', width: 50, depth: 1, seed: 6, mixupBy: 'random', mixupPortion: { beta: 0.4 } },
  'tuned 100x2': { preset: 'tuned', width: 100, depth: 2, seed: 7, merge: 'visits', mixupBy: 'cosine' },
  'tuned mixed': { preset: 'tuned', nets: mixed, seed: 8, entropy: 0.01, sections: 10 },
  'tuned acrobot': { env: 'Acrobot-v1', preset: 'tuned', width: 24, depth: 1, seed: 9, sections: 10, cap: 25 },
  'tuned worlds': { preset: 'tuned', width: 24, depth: 1, seed: 10, worlds: { length: [0.1, 0.5, 0.9] } },
  'tuned float16': { preset: 'tuned', width: 24, depth: 1, seed: 12, codec: 'float16' },
  'tuned 4 bits': { preset: 'tuned', width: 24, depth: 1, seed: 13, agents: 3, codec: 'int4-stochastic' },
  'tuned difference': { preset: 'tuned', width: 24, depth: 1, seed: 14, agents: 3, codec: 'difference+int8' },
  'tuned uneven': {
    preset: 'tuned',
    width: 24,
    depth: 1,
    seed: 15,
    agents: 4,
    growth: 1.2,
    trigger: { policy: 0.01 },
    participation: 0.75,
    dropout: 0.2,
    minVisits: 2,
  },
  'tuned own': { env: 'Catch', preset: 'tuned', width: 24, depth: 1, seed: 11, sections: 10 },
}

/** The configuration that agents in instances of their own compute too. */
export const APART = 'paper 50x2'

/** The steps that only a ProxRM has, and of PD those that a replay memory has. */
const combined: Readonly<Record<string, string>> = {
  mixfrd: 'top-k:40+difference+delta-index+int8',
  frd: 'difference+delta-index+int8-stochastic',
  pd: 'int8',
}

/** The configurations of a method. FRL averages weights, for which all networks need the same size. */
function configurationsOf(method: string): [string, Partial<Config>][] {
  return Object.entries(configurations).map(([name, { nets, ...given }]) => {
    const config = name === 'tuned difference' ? { ...given, codec: combined[method] ?? given.codec } : given
    if (!nets) return [name, config]
    return method === 'frl'
      ? [`${name.split(' ')[0]} 3 x 24x1`, { ...config, agents: 3, width: 24, depth: 1 }]
      : [name, { ...config, nets }]
  })
}

/** Catch, as in examples/catch.js: the paddle has to be below the ball. */
const environment: import('../../src/index.ts').OwnEnvironment = {
  name: 'Catch',
  observations: 3,
  actions: 3,
  limit: 9,
  bounds: [
    [-4.5, 5.5],
    [-4.5, 5.5],
    [-4.5, 5.5],
  ],
  score: 'return',
  mission: { threshold: 0.9, window: 40 },
  version: '1',
  create: (stream) => {
    let [ball, row, paddle] = [0, 0, 0]
    const observe = () => [ball - 2, row - 4, paddle - 2]
    return {
      reset: () => {
        ball = stream.integer(5)
        row = 0
        paddle = 2
        return observe()
      },
      step: (action) => {
        paddle = Math.min(Math.max(paddle + action - 1, 0), 4)
        row++
        const terminated = row === 9
        const reward = terminated ? (paddle === ball ? 1 : -1) : 0
        return { observation: observe(), reward, terminated, truncated: false }
      },
    }
  },
}

function links({ runToEnd }: Frd, config: Partial<Config>): Links {
  const { exchanges, digest, failure } = runToEnd(config, config.env === 'Catch' ? { environment } : {})
  return [...exchanges.map((exchange) => exchange.digest), failure ? `failed: ${failure.message}` : digest]
}

export const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

/** Counter (4 words) and key (2 words) of the known answers of Salmon et al., which are in test/parity.test.ts. */
const philoxes: [number[], [number, number]][] = [
  [Array(4).fill(0), [0, 0]],
  [Array(4).fill(0xffffffff), [0xffffffff, 0xffffffff]],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
  ],
]

/** The FNV-1a hash of the bytes, in hexadecimal digits. */
function fold(values: Float64Array): string {
  let sum = 0x811c9dc5
  for (const byte of new Uint8Array(values.buffer)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0
  return sum.toString(16).padStart(8, '0')
}

function knownAnswers({ instantiate }: Face, module: WebAssembly.Module): Record<string, string> {
  const kernel = instantiate(module)
  const answers: Record<string, string> = {}
  const at = kernel.reserve(32)
  philoxes.forEach(([counter, key], i) => {
    const words = new Uint32Array(kernel.memory.buffer, at, 8)
    words.set(counter)
    kernel.philox(at, ...key, at + 16)
    answers[`philox ${i + 1}`] = Array.from(words.subarray(4), (word) => word.toString(16).padStart(8, '0')).join(' ')
  })
  const stream = kernel.reserve(kernel.streamBytes())
  kernel.streamSeed(stream, 2005, 6105)
  const uniforms = Float64Array.from({ length: 1000 }, () => kernel.streamUniform(stream))
  answers.uniforms = fold(uniforms)
  answers.log64 = fold(uniforms.map((u) => kernel.log64(1000 * u)))
  answers.sin64 = fold(uniforms.map((u) => kernel.sin64(u - 0.5)))
  answers.cos64 = fold(uniforms.map((u) => kernel.cos64(u - 0.5)))
  answers['sin64 far'] = fold(uniforms.map((u) => kernel.sin64(128 * (u - 0.5))))
  answers['cos64 far'] = fold(uniforms.map((u) => kernel.cos64(128 * (u - 0.5))))
  answers.exp32 = fold(uniforms.map((u) => kernel.exp32(160 * (u - 0.5))))
  answers.tanh32 = fold(uniforms.map((u) => kernel.tanh32(16 * (u - 0.5))))
  answers.imports = JSON.stringify(WebAssembly.Module.imports(module))
  return answers
}

type Agent = InstanceType<Frd['Agent']>

/** An agent of each preset, before it has played. */
export function freshAgents({ createAgent }: Frd): Agent[] {
  return (['paper', 'tuned'] as const).map((preset, seed) => createAgent({ preset, seed, width: 24, depth: 1 }))
}

function played(agent: Agent): string {
  const scores = Array.from({ length: 6 }, () => agent.playEpisode())
  return `${scores.join(' ')} ${toHex(new Uint8Array(agent.weights().buffer))}`
}

/** Scores and weights of the agents of these checkpoints after 6 more episodes. */
export function resume(frd: Frd, checkpoints: readonly string[]): string[] {
  return freshAgents(frd).map((agent, i) => {
    agent.load(fromHex(checkpoints[i]))
    return played(agent)
  })
}

/** The digest of a run whose agents each have an instance of their own and are reached only by messages. */
async function federate({ serve, takePart }: Federation, method: string): Promise<string> {
  const config = { ...common, ...configurations[APART], method } as Partial<Config>
  const members = Array.from({ length: config.agents! }, (_, agent) => takePart(config, agent))
  const events = serve(config, members)
  for (;;) {
    const { done, value } = await events.next()
    if (done) return value.digest
  }
}

/** The report of this runtime. `module` is kernel.wasm; `checkpoints` are those of another runtime's report, if any. */
export async function suite(
  frd: Frd,
  face: Face,
  federation: Federation,
  module: WebAssembly.Module,
  checkpoints?: readonly string[],
): Promise<Report> {
  const runs = Object.fromEntries(
    methodNames.map((method) => {
      const chains = configurationsOf(method).map(([name, config]) => [
        name,
        links(frd, { ...common, ...config, method }),
      ])
      return [method, Object.fromEntries(chains)]
    }),
  )
  const federated: Record<string, string> = {}
  for (const method of methodNames) federated[method] = await federate(federation, method)
  const agents = freshAgents(frd)
  for (const agent of agents) played(agent)
  const own = agents.map((agent) => toHex(agent.save()))
  const resumed = resume(frd, checkpoints ?? own)
  return { runs, federated, answers: knownAnswers(face, module), checkpoints: own, resumed }
}
