// What enters the project from outside, border by border: valid samples, and a function that takes a value as the project
// does and gives back what it makes of it. A value that is taken must mean what it says, so that `take` writes it again and
// compares.
import { resolveConfig } from '../src/config/resolve.ts'
import { checkEnvironment } from '../src/environments/own.ts'
import { fromSafetensors, toSafetensors } from '../src/kernel/safetensors.ts'
import { type Method, methods } from '../src/methods/index.ts'
import { decodeModel, encodeModel } from '../src/models/file.ts'
import { identityOf, type Model, modelsOf } from '../src/models/model.ts'
import { decodeArchive, encodeArchive } from '../src/results/archive.ts'
import { decodeResult, encodeResult, ResultError } from '../src/results/result.ts'
import { settingOf } from '../src/results/setting.ts'
import { summarise, toConfig } from '../src/results/summary.ts'
import { createAgent } from '../src/run/createAgent.ts'
import { runToEnd } from '../src/run/run.ts'
import { setUp } from '../src/run/setup.ts'
import { codec } from '../src/wire/codecs/index.ts'
import { decodeFrame, encodeFrame, type Header } from '../src/wire/frame.ts'
import * as payload from '../src/wire/payload.ts'

/** A value was taken that means something else than what is made of it. */
export class WrongAccept extends Error {}

const agree = (isSame: boolean, what: string): void => {
  if (!isSame) throw new WrongAccept(what)
}
const isSameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

/** What stands between the project and a value from outside. */
export interface Border<T = unknown> {
  readonly name: string
  readonly samples: readonly T[]
  /** @throws the project's error for a value that is refused, WrongAccept for one that should have been */
  readonly take: (value: T) => void
  /** makes the checksums of a changed value right, so that the checks behind them are reached */
  readonly seal?: (value: T) => T
}

// ---- frames

export const space = { observations: 4, actions: 2, clusters: 10_000 }
export const header = (kind: payload.PayloadKind): Omit<Header, 'count'> => ({
  kind,
  federation: 0x01020304,
  config: 77,
  round: 5,
  agent: 3,
})
const indices = Int32Array.of(0, 7, 9_999)
const policies = Float32Array.of(0.25, 0.75, 0.5, 0.5, 1, 0)
const rows = Float32Array.of(0.1, -0.2, 0, 3, 0.5, 0.5, 1, 2, -3, 4, 0.125, 0.875)
export const bodies = {
  none: new Uint8Array(0),
  proxies: payload.encodeProxies({ indices, policies }),
  visits: payload.encodeProxies({ indices, visits: Uint32Array.of(1, 40, 7), policies }),
  replay: payload.encodeReplay(rows),
  weights: payload.encodeWeights(Float32Array.of(0, -1.5, 3e-9, 1e20)),
  policies: payload.encodePolicies(policies),
} as const
export type Kind = keyof typeof bodies
export const kinds = Object.keys(bodies) as Kind[]
export const countIn = (kind: Kind, body: Uint8Array) => body.length / (payload.entryBytes(kind, space) || 1)
export const frameOf = (kind: Kind, body: Uint8Array = bodies[kind]) =>
  encodeFrame({ ...header(kind), count: countIn(kind, body) }, body)

/** The body as it is written again after it was read. */
function rewritten(kind: Kind, body: Uint8Array): Uint8Array {
  if (kind === 'proxies' || kind === 'visits') {
    return payload.encodeProxies(payload.decodeProxies(body, space, kind))
  }
  if (kind === 'replay') return payload.encodeReplay(payload.decodeReplay(body, space))
  if (kind === 'weights') return payload.encodeWeights(payload.decodeWeights(body, space, 4))
  return kind === 'policies' ? payload.encodePolicies(payload.decodePolicies(body, space, 3)) : body
}

/** Takes a frame as one of a kind that is expected. */
export function takeFrame(kind: Kind, frame: Uint8Array): void {
  const body = decodeFrame(frame, header(kind), space)
  const again = rewritten(kind, body)
  const isSame = isSameBytes(frame, encodeFrame({ ...header(kind), count: countIn(kind, again) }, again))
  agree(isSame || (again.length === 0 && body.length === 0), `a frame of ${kind}`)
}

const frames = kinds.map(
  (kind): Border<Uint8Array> => ({
    name: `frame of ${kind}`,
    samples: [frameOf(kind)],
    take: (frame) => takeFrame(kind, frame),
    seal: (frame) => {
      const body = frame.subarray(32)
      return Number.isInteger(countIn(kind, body)) ? frameOf(kind, body.slice()) : frame
    },
  }),
)

/** An encoded body: what is taken is written again as it came, except that another scale of a block may say the same. */
const encoded = (['proxies', 'visits', 'weights', 'replay'] as const).flatMap((kind) =>
  // One of the weights is too great for float16.
  [
    kind === 'weights' ? 'int4' : 'float16',
    'int8',
    ...(kind === 'proxies' || kind === 'visits' ? ['delta-index+int4'] : []),
  ].map((name): Border<Uint8Array> => {
    const one = codec(name)!
    const ends = { kind, space, base: null, words: () => 7, visits: null }
    const { bytes, count } = one.encode(bodies[kind], ends)
    return {
      name: `${name} of ${kind}`,
      samples: [bytes],
      take: (value) => {
        const body = one.decode(value, count, ends)
        payload.checkBody(kind, body, space)
        const again = one.encode(body, ends).bytes
        const isLoose = name.startsWith('int') && (kind === 'weights' || kind === 'replay')
        agree(isLoose ? again.length === value.length : isSameBytes(again, value), `${name} of ${kind}`)
      },
    }
  }),
)

// ---- results and archives

const small = { cap: 3, period: 1, width: 2, depth: 1 } as const
export const results = [
  runToEnd({ ...small, method: 'frd', agents: 2, seed: 1 }),
  runToEnd({ ...small, method: 'pd', agents: 1, seed: 3, preset: 'tuned' }),
  runToEnd({ ...small, method: 'independent', agents: 1, seed: 10, env: 'CartPole-v1' }),
]
export const lines = results.map((result) => encodeResult(result))

const sha256 = async (text: string) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex')

export { sha256 }

const resultBorder: Border<string> = {
  name: 'result',
  samples: lines,
  take: (line) => agree(encodeResult(decodeResult(line, 'x')) === line, 'a result'),
}

export const archive = encodeArchive({ runs: results.map(summarise), kernelHashes: ['a'.repeat(64)] })
const archiveBorder: Border<string> = {
  name: 'archive',
  samples: [archive],
  take: (text) => agree(encodeArchive(decodeArchive(text, 'x')) === text, 'an archive'),
}

// ---- checkpoints and safetensors

const settings = { width: 2, depth: 1, critic: { width: 2, depth: 1 }, seed: 4 } as const
const agent = createAgent(settings)
agent.playEpisode()
export const checkpoint = agent.save()
const checkpointBorder: Border<Uint8Array> = {
  name: 'checkpoint',
  samples: [checkpoint],
  take: (bytes) => {
    const before = agent.save()
    try {
      agent.load(bytes)
    } catch (error) {
      agree(isSameBytes(agent.save(), before), 'a checkpoint that was refused changed the agent')
      throw error
    }
    agree(isSameBytes(agent.save(), bytes), 'a checkpoint')
  },
}

const reader = createAgent(settings)
export const safetensors = toSafetensors(agent)
const safetensorsBorder: Border<Uint8Array> = {
  name: 'safetensors',
  samples: [safetensors],
  take: (bytes) => {
    const before = reader.weights()
    try {
      fromSafetensors(reader, bytes)
    } catch (error) {
      agree(
        reader.weights().every((weight, i) => Object.is(weight, before[i])),
        'a refused file changed the agent',
      )
      throw error
    }
    // The data of each tensor, found in the header as a reader without checks would, are the agent's weights.
    const length = Number(Buffer.from(bytes).readBigUInt64LE(0))
    const { __metadata__: _, ...tensors } = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString('utf8'))
    const names = Object.keys(
      JSON.parse(
        Buffer.from(safetensors.subarray(8, 8 + Number(Buffer.from(safetensors).readBigUInt64LE(0)))).toString('utf8'),
      ),
    )
    const data = names
      .slice(1)
      .flatMap((name) => [
        ...bytes.subarray(8 + length + tensors[name].data_offsets[0], 8 + length + tensors[name].data_offsets[1]),
      ])
    agree(isSameBytes(Uint8Array.from(data), new Uint8Array(reader.weights().buffer)), 'safetensors')
  },
}

// ---- models

export const models: readonly Model[] = (['frd', 'independent'] as const).map((name, i) => {
  let weights: readonly Float32Array[] = []
  const given = {
    ...small,
    method: name,
    agents: 1,
    seed: 4 + i,
    activation: i ? ('tanh' as const) : ('relu' as const),
  }
  const result = runToEnd(given, { onWeights: (all) => (weights = all) })
  return modelsOf(result, weights)[0]
})

/** The hash in the file made right, so that only the checks behind it can refuse. */
function sealModel(file: Uint8Array): Uint8Array {
  try {
    decodeModel(file)
  } catch (error) {
    const [, right, given] = /"model.sha256" expected ([0-9a-f]{64}), got "([0-9a-f]{64})"/.exec(String(error)) ?? []
    const at = given ? Buffer.from(file).indexOf(given) : -1
    if (at < 0) return file
    const sealed = Buffer.from(file)
    sealed.write(right, at, 'latin1')
    return Uint8Array.from(sealed)
  }
  return file
}

const modelBorders = (['safetensors', 'json'] as const).map(
  (format): Border<Uint8Array> => ({
    name: `model as ${format}`,
    samples: models.map((model) => encodeModel(model, format)),
    take: (file) => {
      const model = decodeModel(file)
      const again = decodeModel(encodeModel(model, format))
      agree(identityOf(again) === identityOf(model), 'a model')
      agree(Buffer.from(file).includes(identityOf(model)), 'a model of another identity')
    },
    seal: sealModel,
  }),
)

// ---- configs, environments and methods

const configs: readonly unknown[] = [
  {},
  { method: 'frd', agents: 4, seed: 7, sections: 10, ranges: [2.4, 3, [-0.1, 0.2], 3.5] },
  {
    nets: [
      { width: 3, depth: 1 },
      { width: 4, depth: 2, activation: 'tanh', rate: 0.01 },
    ],
    preset: 'tuned',
  },
  { method: 'frd', codec: 'top-k:64+difference+delta-index+int4-stochastic' },
  { worlds: { length: [0.25, 0.5], gravity: [9.8, 1.6] }, mixupPortion: 0.5, critic: { width: 24, depth: 1 } },
]
const configBorder: Border = {
  name: 'config',
  samples: configs,
  take: (value) => {
    const config = resolveConfig(value as object)
    const again = toConfig(settingOf(config), config.seed)
    agree(settingOf(again) === settingOf(config), 'a config')
  },
}

export const environment = {
  name: 'Corridor',
  observations: 2,
  actions: 3,
  limit: 20,
  bounds: [
    [-1, 1],
    [0, 2],
  ],
  score: 'steps',
  mission: { threshold: 15, window: 5, direction: 'at most' },
  components: ['x', 'v'],
  mixup: [1],
  parameters: { length: 0.5 },
  tuned: { gamma: 0.9 },
  version: '1',
  create: () => ({ reset: () => [0, 0], step: () => ({}) }),
}
const environmentBorder: Border = {
  name: 'environment',
  samples: [environment],
  take: (value) => {
    const { env, version, create } = checkEnvironment(value)
    const { id: _, ...rest } = env
    const again = checkEnvironment({ ...rest, version, create })
    agree(JSON.stringify(again) === JSON.stringify({ env, version, create }), 'an environment')
  },
}

export const method: Method = { ...methods.frd, name: 'mine', version: '2', isPooled: false }
const methodBorder: Border = {
  name: 'method',
  samples: [method],
  take: (value) => {
    const { config, method: taken } = setUp({ agents: 2 }, { method: value as Method })
    agree(config.method === taken.name && taken === value, 'a method')
  },
}

/** Every border. Only for some of their values is the type known before they are taken. */
export const borders = [
  ...frames,
  ...encoded,
  resultBorder,
  archiveBorder,
  checkpointBorder,
  safetensorsBorder,
  ...modelBorders,
  configBorder,
  environmentBorder,
  methodBorder,
] as readonly Border[]

/** The class of an error and, of a payload's, its code; null where it is none that the project throws for such a value. */
export function classOf(error: unknown): string | null {
  if (error instanceof payload.PayloadError) return `PayloadError ${error.code}`
  if (error instanceof ResultError) return 'ResultError'
  if (!(error instanceof TypeError || error instanceof RangeError)) return null
  return /expected .*, got /s.test(error.message) ? error.name : null
}
