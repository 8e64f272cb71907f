// One result, one line: the canonical JSON text of a run, its key, and its row of results.csv. The text ends with the
// SHA-256 of itself and reads back only to the very same bytes, so a cut, an edit, a duplicate key, -0 or a number that
// JSON rounds is refused. Pure: knows no disk.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type AgentNet, type Config, canonicalConfig, defaults, resolveConfig, storedFields } from './config.ts'
import { methods } from './methods/index.ts'
import type { Exchange, Failure, RunResult } from './run.ts'
import { mean } from './stats/index.ts'

/** Names the file format; another value is another format. */
export const SCHEMA = 'frd-result-v1'

/** Characters. The largest string of V8 is 2^29 - 24; a run of 1024 agents over 20,000 episodes fits. */
const MOST_TEXT = 1 << 28

/** exchanges[i].uplinkBytes is the deepest: object, list, object, list. */
const MOST_DEPTH = 4

/** A result that is not what the store writes: cut, edited, foreign or of another schema. */
export class ResultError extends Error {
  override readonly name = 'ResultError'
}

/** One run gave two different results. Both are kept, for a person to look at. */
export class DeterminismError extends Error {
  override readonly name = 'DeterminismError'
}

const digestOf = (text: string) => bytesToHex(sha256(utf8ToBytes(text)))

/** Hex SHA-256 of schema, config without seed, and seed: the name of the run's file. */
export function resultKey(config: Config): string {
  const rest = canonicalConfig({ ...config, seed: defaults.seed })
  return digestOf(`${SCHEMA}\0${rest}seed=${config.seed}`)
}

/**
 * The line of a result, without a line feed. Its last field is the SHA-256 of the text before `,"sha256"`.
 * @throws ResultError for a result that would not read back, such as one with NaN
 */
export function encodeResult(result: RunResult): string {
  const line = toText(result)
  decodeResult(line, 'the result of a run')
  return line
}

function toText(result: RunResult): string {
  const { config } = result
  const exchange = ({ episode, uplinkBytes, downlinkBytes, uplinkWireBytes, downlinkWireBytes, digest }: Exchange) => ({
    episode,
    uplinkBytes,
    downlinkBytes,
    uplinkWireBytes,
    downlinkWireBytes,
    digest,
  })
  const failure = ({ agent, episode, step, message }: Failure) => ({ agent, episode, step, message })
  const body = JSON.stringify({
    schema: SCHEMA,
    config: Object.fromEntries(storedFields(config).map((name) => [name, plain(config[name])])),
    seed: config.seed,
    kernelHash: result.kernelHash,
    completion: result.completion,
    cap: config.cap,
    completions: result.completions,
    meanCompletion: result.meanCompletion,
    episodes: result.episodes,
    envSteps: result.envSteps,
    scores: result.scores,
    exchanges: result.exchanges.map(exchange),
    ...meanBytes(result),
    failure: result.failure && failure(result.failure),
    digest: result.digest,
  })
  const hashed = body.slice(0, -1)
  return `${hashed},"sha256":"${digestOf(hashed)}"}`
}

/** Fixes the order of a network's keys; what is undefined is left out. */
function plain(value: Config[keyof Config]): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || !('width' in value)) return value
  const { width, depth, activation, rate } = value as AgentNet
  return { width, depth, activation, rate }
}

/**
 * The result of a line.
 * @param where path, and line where there are several; the message starts with it
 * @throws ResultError with what was expected, what was found and what to do
 */
export function decodeResult(text: string, where: string): RunResult {
  const refuse = (what: string, got: string, why: string) =>
    new ResultError(`${where}: expected ${what}, got ${got}: ${why}`)
  if (text.length > MOST_TEXT)
    throw refuse(`at most ${MOST_TEXT} characters`, String(text.length), 'no result is as long')
  const schema = /^\{"schema":"([^"\\]{0,80})",/.exec(text)?.[1]
  if (schema !== SCHEMA) {
    const got = schema === undefined ? `"${text.slice(0, 30)}"` : `"${schema}"`
    throw refuse(`a result of schema "${SCHEMA}"`, got, 'this file was not written by this version of frd')
  }
  const end = /,"sha256":"([0-9a-f]{64})"\}$/.exec(text.slice(-77))
  const hash = digestOf(end ? text.slice(0, -77) : text)
  const checksum = end ? end[1] : `the end "${text.slice(-20)}"`
  if (hash !== checksum) throw refuse(`sha256 ${hash}`, checksum, `the file was cut or edited. ${REMEDY}`)
  checkNesting(text, refuse)
  try {
    const result = fromJson(JSON.parse(text))
    if (toText(result) === text) return result
  } catch (error) {
    throw refuse('the fields of a result', 'others', `${(error as Error).message}. ${REMEDY}`)
  }
  throw refuse('canonical JSON', 'another spelling', `fields are missing, doubled, reordered or rounded. ${REMEDY}`)
}

const REMEDY = 'Delete it; the run will be computed again'

/** Nesting is bounded before JSON.parse sees the text. */
function checkNesting(text: string, refuse: (what: string, got: string, why: string) => ResultError): void {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (quoted && char === '\\') i++
    else if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    if (depth > MOST_DEPTH) throw refuse(`nesting of at most ${MOST_DEPTH}`, 'more', `no result is as deep. ${REMEDY}`)
  }
}

type Json = Record<string, unknown>

function fromJson(value: Json): RunResult {
  const config = resolveConfig(value.config as Partial<Config>)
  const { agents, cap } = config
  const perAgent = (got: unknown, name: string) => counts(got, name, agents)
  const time = (got: unknown, name: string) => (got === null ? null : count(got, name, cap))
  return {
    config,
    kernelHash: hex(value.kernelHash, 'kernelHash'),
    completion: time(value.completion, 'completion'),
    completions: list(value.completions, 'completions', agents).map((got, i) => time(got, `completions[${i}]`)),
    meanCompletion: time(value.meanCompletion, 'meanCompletion'),
    episodes: count(value.episodes, 'episodes', cap),
    envSteps: count(value.envSteps, 'envSteps'),
    scores: list(value.scores, 'scores', agents).map((got, i) => counts(got, `scores[${i}]`)),
    exchanges: list(value.exchanges, 'exchanges').map((got, i) => {
      const exchange = record(got, `exchanges[${i}]`)
      return {
        episode: count(exchange.episode, `exchanges[${i}].episode`, cap),
        uplinkBytes: perAgent(exchange.uplinkBytes, `exchanges[${i}].uplinkBytes`),
        downlinkBytes: perAgent(exchange.downlinkBytes, `exchanges[${i}].downlinkBytes`),
        uplinkWireBytes: perAgent(exchange.uplinkWireBytes, `exchanges[${i}].uplinkWireBytes`),
        downlinkWireBytes: perAgent(exchange.downlinkWireBytes, `exchanges[${i}].downlinkWireBytes`),
        digest: hex(exchange.digest, `exchanges[${i}].digest`),
      }
    }),
    failure: value.failure === null ? null : toFailure(record(value.failure, 'failure')),
    digest: hex(value.digest, 'digest'),
  }
}

function toFailure({ agent, episode, step, message }: Json): Failure {
  if (typeof message !== 'string') throw new TypeError(`"failure.message" expected text, got ${message}`)
  return {
    agent: agent === -1 ? agent : count(agent, 'failure.agent'), // -1 = in an exchange, of no one agent
    episode: count(episode, 'failure.episode'),
    step: count(step, 'failure.step'),
    message,
  }
}

function record(got: unknown, name: string): Json {
  if (typeof got === 'object' && got !== null && !Array.isArray(got)) return got as Json
  throw new TypeError(`"${name}" expected an object, got ${got}`)
}

function list(got: unknown, name: string, length?: number): readonly unknown[] {
  if (Array.isArray(got) && (length === undefined || got.length === length)) return got
  throw new TypeError(`"${name}" expected a list${length === undefined ? '' : ` of ${length}`}, got ${got}`)
}

function counts(got: unknown, name: string, length?: number): number[] {
  return list(got, name, length).map((value) => count(value, name))
}

function count(got: unknown, name: string, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isInteger(got) && (got as number) >= 0 && (got as number) <= most) return got as number
  throw new RangeError(`"${name}" expected an integer in 0..${most}, got ${got}`)
}

function hex(got: unknown, name: string): string {
  if (typeof got === 'string' && /^[0-9a-f]{64}$/.test(got)) return got
  throw new TypeError(`"${name}" expected 64 hex digits, got ${got}`)
}

/** Paper bytes, the mean an agent and exchange; null = no exchange took place. */
export function meanBytes({ config, exchanges }: Pick<RunResult, 'config' | 'exchanges'>) {
  const isSilent = methods[config.method]?.payload(config) === 'none'
  const meanOf = (values: readonly number[]) => (isSilent ? 0 : values.length ? mean(values) : null)
  return {
    uplinkBytes: meanOf(exchanges.flatMap((exchange) => exchange.uplinkBytes)),
    downlinkBytes: meanOf(exchanges.flatMap((exchange) => exchange.downlinkBytes)),
  }
}

/** Columns of results.csv, in order: the values of `toRow`. */
export const resultColumns = [
  'preset',
  'method',
  'agents',
  'sections',
  'period',
  'width',
  'depth',
  'seed',
  'completion',
  'cap',
  'episodes',
  'env_steps',
  'exchanges',
  'uplink_bytes',
  'downlink_bytes',
  'digest',
  'key',
] as const

/** Width and depth of the policy networks; of mixed ones all, as 24+50 and 1+2. */
export function netColumns({ nets, width, depth }: Config): readonly [width: string | number, depth: string | number] {
  if (nets === null) return [width, depth]
  return [nets.map((net) => net.width).join('+'), nets.map((net) => net.depth).join('+')]
}

/** Completion is empty when censored, bytes when there was no exchange. */
export function toRow(result: RunResult): (string | number)[] {
  const { config } = result
  const { uplinkBytes, downlinkBytes } = meanBytes(result)
  return [
    config.preset,
    config.method,
    config.agents,
    config.sections,
    config.period,
    ...netColumns(config),
    config.seed,
    result.completion ?? '',
    config.cap,
    result.episodes,
    result.envSteps,
    result.exchanges.length,
    uplinkBytes ?? '',
    downlinkBytes ?? '',
    result.digest,
    resultKey(config),
  ]
}

/** Order of rows: by their settings and seed, last by key; numbers as numbers and before text, text by code unit. */
export function compareRows(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const i of sortColumns) {
    if (a[i] === b[i]) continue
    if (typeof a[i] !== typeof b[i]) return typeof a[i] === 'number' ? -1 : 1
    return a[i] < b[i] ? -1 : 1
  }
  return 0
}

const sortColumns = [0, 1, 2, 3, 4, 5, 6, 7, resultColumns.indexOf('key')]
