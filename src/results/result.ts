// One result as one line of text: canonical JSON that ends with its own SHA-256. Only the very same bytes are read
// back: a text that was cut or edited, or that has a doubled key, -0 or a number that JSON rounds, is refused. The
// fields are those of run/record.ts. This file uses no disk.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { recordOf } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { knownEnvironment } from '../config/environment.ts'
import { expected, printable } from '../config/errors.ts'
import type { AgentNet } from '../config/networks.ts'
import { canonicalConfig, resolveConfig, storedFields, unsaid } from '../config/resolve.ts'
import { knownMethod } from '../methods/index.ts'
import { exchangesWithin } from '../run/periods.ts'
import { MAX_SCORES, type RunResult, resultTable } from '../run/record.ts'
import { checkContradictions } from './contradictions.ts'
import { meanBytesOf, totalBytes } from './summary.ts'

/** The name of the format. A different format gets a different name. */
export const SCHEMA = 'frd-result-v1'

/**
 * The longest line, in characters. A run of 1024 agents over 20,000 episodes fits. A string of V8 has at most 2^29 -
 * 24.
 */
export const MAX_TEXT = 4 * MAX_SCORES

/** The deepest nesting in a result, that of exchanges[i].uplinkBytes: object, list, object, list. */
const MAX_DEPTH = 4

/** Thrown for a text or a file that is not a valid result: it is cut, edited, foreign or of another schema. */
export class ResultError extends Error {
  override readonly name = 'ResultError'

  constructor(message: string) {
    super(printable(message))
  }
}

/** Thrown if one run gave two different results. Both are kept, so that a person can look at them. */
export class DeterminismError extends Error {
  override readonly name = 'DeterminismError'

  constructor(message: string) {
    super(printable(message))
  }
}

const digestOf = (text: string) => bytesToHex(sha256(utf8ToBytes(text)))

/** The name of a run's file: SHA-256 of schema, config without seed, and seed, as 64 hexadecimal digits. */
export function resultKey(config: Config): string {
  const rest = canonicalConfig({ ...config, seed: unsaid.seed })
  return digestOf(`${SCHEMA}\0${rest}seed=${config.seed}`)
}

/** The longest text of a double, such as -1.2345678901234567e-100, and a comma. */
const NUMBER = 25

/** The longest text of a count of bytes, of less than a gigabyte, and a comma. */
const BYTES = 10

/** The longest text of an exchange without its counts of bytes, and of all but scores and exchanges for each agent. */
const FIXED = 256

/** The longest line that a run may have, in characters, if it goes on to its cap. */
function longestLine(config: Config): number {
  const { agents, cap, env, method } = config
  const known = knownEnvironment(env)
  // The kernel's environments have whole scores, with a sign where they are returns.
  const score = known ? String(known.limit).length + (known.score === 'steps' ? 1 : 2) : NUMBER
  const hasExchange = knownMethod(method)?.targets !== null
  const exchanges = hasExchange ? exchangesWithin(config, cap - 1) : 0
  return agents * (cap * score + FIXED) + exchanges * (4 * agents * BYTES + FIXED)
}

/**
 * Refuses a run whose result no store takes, before it is computed: one that may have too long a line, and one of an
 * environment or a method of one's own that has no version, because its result would have the name of every other state
 * of that code.
 * @throws RangeError
 */
export function checkStorable(config: Config): void {
  const { env, envVersion, method, methodVersion, agents, cap } = config
  const longest = longestLine(config)
  if (longest > MAX_TEXT) {
    const why = `at the cap the result may have ${longest} characters, and at most ${MAX_TEXT} can be stored`
    throw new RangeError(expected('cap', `a lower one for ${agents} agents and this period`, cap, why))
  }
  const why = 'a result is stored under it'
  if (!knownEnvironment(env) && envVersion === '') {
    throw new RangeError(expected('environment.version', 'a text that tells its code apart', envVersion, why))
  }
  if (!knownMethod(method) && methodVersion === '') {
    throw new RangeError(expected('method.version', 'a text that tells its code apart', methodVersion, why))
  }
}

/** The line of a result, and the checksum at its end. */
export interface ResultLine {
  /** without a line feed */
  readonly text: string
  /** SHA-256 of the text before `,"sha256"`, 64 hexadecimal digits */
  readonly sha256: string
}

/**
 * The line of a result.
 * @throws ResultError for a result that would not read back, such as one with NaN
 */
export function encodeResult(result: RunResult): string {
  return lineOf(result).text
}

/** The line of a result with its checksum. @throws as encodeResult */
export function lineOf(result: RunResult): ResultLine {
  let body: string
  try {
    body = bodyOf(result)
  } catch (error) {
    throw new ResultError(`the result of a run cannot be stored: ${(error as Error).message}`)
  }
  if (body.length > MAX_TEXT - 80) throw tooLong('the result of a run', body.length)
  const sha256 = digestOf(body)
  return { text: `${body},"sha256":"${sha256}"}`, sha256 }
}

/** The part of the line that its checksum covers. Each field is checked. */
function bodyOf(result: RunResult): string {
  const { config } = result
  const entries: [string, unknown][] = [
    ['schema', SCHEMA],
    ['config', Object.fromEntries(storedFields(config).map((name) => [name, plain(config[name])]))],
    ['seed', config.seed],
  ]
  for (const entry of Object.entries(recordOf(resultTable(config))(result, ''))) {
    entries.push(entry)
    if (entry[0] === 'completion') entries.push(['cap', config.cap])
    if (entry[0] === 'exchanges') {
      const bytes = totalBytes(result.exchanges)
      entries.push(...Object.entries(meanBytesOf([bytes], config.agents, config.method)))
    }
  }
  return JSON.stringify(Object.fromEntries(entries)).slice(0, -1)
}

/** The value of a field, with the keys of its networks in a fixed order. */
function plain(value: Config[keyof Config]): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || !('width' in value)) return value
  const { width, depth, activation, rate } = value as AgentNet
  return { width, depth, activation, rate }
}

const LINE_ENDS =
  'its lines end with CR LF, as git on Windows makes them; write "* -text" into .gitattributes, then check it out again'

const REMEDY = 'Delete it; the run will be computed again'

const refusal = (where: string, what: string, got: string, why: string) =>
  new ResultError(`${where}: expected ${what}, got ${got}: ${why}`)

const tooLong = (where: string, length: number) =>
  refusal(where, `at most ${MAX_TEXT} characters`, String(length), 'no result is as long')

/**
 * Checks the beginning of a line.
 * @throws ResultError unless it begins as a result does
 */
export function checkSchema(text: string, where: string): void {
  const schema = /^\{"schema":"([^"\\]{0,80})",/.exec(text)?.[1]
  if (schema === SCHEMA) return
  const got = schema === undefined ? JSON.stringify(text.slice(0, 30)) : `"${schema}"`
  throw refusal(where, `a result of schema "${SCHEMA}"`, got, 'this file was not written by this version of frd')
}

/**
 * The result of a line.
 * @param where the path, and the number of the line if there are several; the message begins with it
 * @throws ResultError with what was expected, what was found and what to do
 */
export function decodeResult(text: string, where: string): RunResult {
  const refuse = (what: string, got: string, why: string) => refusal(where, what, got, why)
  if (text.length > MAX_TEXT) throw tooLong(where, text.length)
  checkSchema(text, where)
  const end = /,"sha256":"([0-9a-f]{64})"\}$/.exec(text.slice(-77))
  if (!end) {
    const why = text.endsWith('\r') ? LINE_ENDS : `the file was cut or edited. ${REMEDY}`
    throw refuse('a sha256 at its end', JSON.stringify(text.slice(-20)), why)
  }
  const body = text.slice(0, -77)
  const hash = digestOf(body)
  if (hash !== end[1]) throw refuse(`sha256 ${hash}`, end[1], `the file was cut or edited. ${REMEDY}`)
  checkNesting(text, refuse)
  try {
    const { config, ...rest } = JSON.parse(text)
    const resolved = resolveConfig(config)
    const result = { ...recordOf(resultTable(resolved))(rest, ''), config: resolved }
    if (bodyOf(result) === body) {
      checkContradictions(result)
      return result
    }
  } catch (error) {
    throw refuse('the fields of a result', 'others', `${(error as Error).message}. ${REMEDY}`)
  }
  throw refuse('canonical JSON', 'another spelling', `fields are missing, doubled, reordered or rounded. ${REMEDY}`)
}

/** Refuses a text that is nested too deeply, before JSON.parse reads it. */
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
    if (depth > MAX_DEPTH) throw refuse(`nesting of at most ${MAX_DEPTH}`, 'more', `no result is as deep. ${REMEDY}`)
  }
}
