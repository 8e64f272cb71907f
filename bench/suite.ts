// The benchmarks of `npm run bench`, each once, and which of them the words of a command choose. What the yardstick in C
// knows too is measured beside it in turns (bench/works.ts); what nothing in C does is measured by benny; cold processes
// are measured one by one (bench/warmup.ts).

import { parseArgs } from 'node:util'
import { expected } from '../src/config/errors.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { environments, instantiate, layOut } from '../src/kernel/index.ts'
import { meanByCluster } from '../src/methods/frd.ts'
import { componentKeys, mixup } from '../src/methods/mixfrd.ts'
import { ascendingOrder } from '../src/methods/radix.ts'
import { run, runToEnd } from '../src/run/run.ts'
import { decodeProxies, encodeProxies } from '../src/wire/payload.ts'
import { learnings, type Work, works } from './works.ts'

/** An operation that benny repeats in one process. */
export interface Operation {
  readonly name: string
  readonly unit: string
  /** prepares the operation, and says how many units one call of it does; a call takes 100 us or more */
  readonly prepare: () => { readonly call: () => unknown; readonly units: number }
}

/** The first episodes of cold processes. */
export interface ColdStart {
  readonly name: string
  readonly width: number
}

export type Benchmark =
  | ({ readonly kind: 'beside C' } & Work)
  | ({ readonly kind: 'benny' } & Operation)
  | ({ readonly kind: 'cold' } & ColdStart)

const ENTRIES = 10_000
const WORDS = 10_000

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

const exchanges: Operation[] = [
  {
    name: `exchange, encode ${ENTRIES.toLocaleString('en')} entries`,
    unit: 'ns per entry',
    prepare: () => {
      const body = proxyBody(ENTRIES, 0)
      return { call: () => encodeProxies(body), units: ENTRIES }
    },
  },
  {
    name: `exchange, decode ${ENTRIES.toLocaleString('en')} entries`,
    unit: 'ns per entry',
    prepare: () => {
      const bytes = encodeProxies(proxyBody(ENTRIES, 0))
      return { call: () => decodeProxies(bytes, space), units: ENTRIES }
    },
  },
  {
    name: `exchange, merge 4 uploads of ${ENTRIES.toLocaleString('en')} entries`,
    unit: 'ns per entry',
    prepare: () => {
      const uploads = [0, 1, 2, 3].map((agent) => encodeProxies(proxyBody(ENTRIES, agent)))
      return { call: () => meanByCluster(uploads, setting), units: 4 * ENTRIES }
    },
  },
  {
    name: `exchange, mixup of ${ENTRIES.toLocaleString('en')} entries`,
    unit: 'ns per entry',
    prepare: () => {
      const sizes = { proxies: 0, replay: 0, targets: ENTRIES }
      const [agent] = layOut(instantiate(), environments[0], resolveConfig({ agents: 1 }), sizes)
      const { indices, policies } = proxyBody(ENTRIES, 0)
      const rows = agent.entries({ indices, policies })
      const keys = () => componentKeys(indices, agent.grid, agent.env, 2, 'velocity')
      return { call: () => mixup(rows, 6, ascendingOrder(keys()), 'append'), units: ENTRIES }
    },
  },
]

/** A whole run with its exchanges. The first 20 episodes of an agent have 15 steps on average, the last 20 have 74. */
const RUN = { method: 'frd', agents: 2, seed: 8, cap: 101, until: 'cap' } as const

const operations: Operation[] = [
  {
    name: `Philox4x32-10, ${WORDS.toLocaleString('en')} words`,
    unit: 'ns per word',
    prepare: () => {
      const kernel = instantiate()
      const stream = kernel.reserve(kernel.streamBytes())
      kernel.streamSeed(stream, 1, 2)
      const call = () => {
        for (let k = 0; k < WORDS; k++) kernel.streamWord(stream)
      }
      return { call, units: WORDS }
    },
  },
  ...exchanges,
  {
    name: 'run of FRD, 2 agents, 101 episodes, 4 exchanges',
    unit: 'ns per step',
    prepare: () => {
      const units = runToEnd(RUN).envSteps
      const call = () => {
        for (const _ of run(RUN)) {
        }
      }
      return { call, units }
    },
  },
]

export const benchmarks: readonly Benchmark[] = [
  ...[...works.filter(({ name }) => !/batch (32|256)/.test(name)), ...learnings].map(
    (work) => ({ kind: 'beside C', ...work }) as const,
  ),
  ...operations.map((operation) => ({ kind: 'benny', ...operation }) as const),
  ...[24, 50].map((width) => ({ kind: 'cold', name: `cold start, 4-${width}-${width}-2`, width }) as const),
]

/** What a command line asks for. */
export interface Request {
  /** words that the name of a benchmark must have, all of them */
  readonly filter: readonly string[]
  readonly rounds: number
  /** files of results */
  readonly files: readonly string[]
  /** the folder of another checkout, built, which is measured in the same rounds */
  readonly beside: string | null
}

export class RequestError extends Error {}

const ROUNDS = 25

export function readWords(words: readonly string[]): Request {
  const options = { rounds: { type: 'string' }, beside: { type: 'string' } } as const
  let parsed: { values: { rounds?: string; beside?: string }; positionals: string[] }
  try {
    parsed = parseArgs({ args: [...words], options, allowPositionals: true })
  } catch (error) {
    throw new RequestError((error as Error).message.split('. ')[0])
  }
  const { values, positionals } = parsed
  const rounds = Number(values.rounds ?? ROUNDS)
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RequestError(expected('rounds', 'a positive integer', values.rounds))
  }
  const isFile = (word: string) => word.endsWith('.json')
  const filter = positionals.filter((word) => !isFile(word)).flatMap((word) => word.split(' ').filter(Boolean))
  return { filter, rounds, files: positionals.filter(isFile), beside: values.beside ?? null }
}

/** The things whose names have all words, in small or capital letters; where there are none, a message lists the names. */
export function choose<T extends { readonly name: string }>(all: readonly T[], filter: readonly string[]): T[] {
  const words = filter.map((word) => word.toLowerCase())
  const chosen = all.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
  if (chosen.length) return chosen
  const known = all.map(({ name }) => `\n  ${name}`).join('')
  throw new RequestError(`${expected('filter', 'words of a name below', filter.join(' '))}${known}`)
}
