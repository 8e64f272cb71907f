// The bodies of payloads. Their sizes are the paper's ("Performance Evaluation"; Table 2 has the formulas): for CartPole,
// an entry of a ProxRM takes 12 bytes, an entry of a replay memory 24 and a weight 4. This is the only file that knows these sizes. All numbers are
// little-endian, as in the memory of every WebAssembly host. A decoder refuses the whole body if any part of it is
// wrong.

import { bytesOf, floatsOf, integerIn, record, viewOf } from '../config/checks.ts'
import { expected, expectedOneOf } from '../config/errors.ts'

/** What travels, and therefore how many bytes an entry takes. With `none`, nothing travels. */
export type PayloadKind = 'none' | 'proxies' | 'visits' | 'replay' | 'weights' | 'policies'

/** The kinds in the order of their numbers in a frame. */
export const KINDS: readonly PayloadKind[] = ['none', 'proxies', 'visits', 'replay', 'weights', 'policies']

/** The sizes that one must know to read a body. */
export interface Space {
  /** components of an observation */
  readonly observations: number
  /** actions, which is the length of a policy */
  readonly actions: number
  /** S^observations, the number of clusters; every index is below it */
  readonly clusters: number
}

/** Which check a refused payload failed. */
export type PayloadCode =
  | 'length'
  | 'magic'
  | 'version'
  | 'kind'
  | 'federation'
  | 'config'
  | 'round'
  | 'agent'
  | 'crc'
  | 'non-finite'
  | 'probability'
  | 'index'
  | 'visits'
  | 'count'
  | 'level'
  | 'base'

/** Thrown for a body or a frame, which is then refused whole. */
export class PayloadError extends RangeError {
  override name = 'PayloadError'
  /** the check that failed */
  readonly code: PayloadCode
  constructor(code: PayloadCode, what: string, got: unknown) {
    super(`payload (${code}) expected ${what}, got ${got}: the whole frame is refused`)
    this.code = code
  }
}

const WORD = 4 // bytes of a float, an index, a count

/** How far the sum of a policy's probabilities may be from 1: f32 means of f32 policies stay within 1e-6. */
const PROBABILITY_SLACK = 1e-3

const sizeIn = integerIn(1, 4294967295)
const countOf = integerIn(0)

/** @throws TypeError, RangeError for sizes that no state space has */
function checkSpace(space: unknown): void {
  const { observations, actions } = record(space, 'space')
  sizeIn(observations, 'space.observations')
  sizeIn(actions, 'space.actions')
}

/** What an entry is made of, in the order in which its words stand: integers, then numbers, then a policy. */
export interface EntryParts {
  /** i32 index and u32 visits, as far as they travel, 0..2 */
  readonly integers: number
  /** f32 that may be any finite number */
  readonly numbers: number
  /** f32 that are a policy; 0 where none travels */
  readonly probabilities: number
}

/**
 * The parts of an entry of a kind; all are 0 where nothing travels.
 * @throws TypeError, RangeError for an unknown kind, or sizes that no state space has
 */
export function entryParts(kind: PayloadKind, space: Pick<Space, 'observations' | 'actions'>): EntryParts {
  if (!KINDS.includes(kind)) throw new RangeError(expectedOneOf('kind', KINDS, kind))
  checkSpace(space)
  const { observations, actions } = space
  const parts = (integers: number, numbers: number, probabilities: number) => ({ integers, numbers, probabilities })
  if (kind === 'proxies') return parts(1, 0, actions)
  if (kind === 'visits') return parts(2, 0, actions)
  if (kind === 'replay') return parts(0, observations, actions)
  if (kind === 'policies') return parts(0, 0, actions)
  return parts(0, kind === 'weights' ? 1 : 0, 0)
}

/**
 * Bytes of one entry of a kind; for CartPole: proxies 12, visits 16, replay 24, weights 4, policies 8.
 * @throws TypeError, RangeError for an unknown kind, or sizes that no state space has
 */
export function entryBytes(kind: PayloadKind, space: Pick<Space, 'observations' | 'actions'>): number {
  const { integers, numbers, probabilities } = entryParts(kind, space)
  return WORD * (integers + numbers + probabilities)
}

/**
 * How many entries a body holds.
 * @throws PayloadError `length` for a body that ends within an entry; TypeError, RangeError for wrong arguments
 */
export function entryCount(kind: PayloadKind, space: Space, bytes: Uint8Array): number {
  const size = entryBytes(kind, space)
  bytesOf(bytes, 'bytes')
  if (size === 0 ? bytes.length : bytes.length % size) {
    throw new PayloadError('length', `a multiple of ${size} bytes`, bytes.length)
  }
  return size === 0 ? 0 : bytes.length / size
}

/** The bytes themselves, or a copy if they do not start at a multiple of a word, as a typed view must. */
export const aligned = (bytes: Uint8Array) => (bytes.byteOffset % WORD ? new Uint8Array(bytes) : bytes)

/** A copy of a body as floats. The constructor copies; `slice` of a Node Buffer would not. */
const copyOf = (bytes: Uint8Array) => new Float32Array(new Uint8Array(bytes).buffer)

/** A copy of floats as a body. */
const bodyOf = (floats: Float32Array, name: string) => new Uint8Array(floatsOf(floats, name).slice().buffer)

/** Checks the probabilities at floats[at .. at + actions): finite, in 0..1, of sum 1. */
function checkPolicy(floats: Float32Array, at: number, actions: number): void {
  let sum = 0
  for (let a = at; a < at + actions; a++) {
    const p = floats[a]
    if (!Number.isFinite(p)) throw new PayloadError('non-finite', 'a probability', p)
    if (p < 0 || p > 1) throw new PayloadError('probability', 'a probability in 0..1', p)
    sum += p
  }
  if (sum < 1 - PROBABILITY_SLACK || sum > 1 + PROBABILITY_SLACK) {
    throw new PayloadError('probability', 'probabilities of sum 1', sum)
  }
}

function checkFinite(floats: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(floats[i])) throw new PayloadError('non-finite', 'a finite number', floats[i])
  }
}

/** A ProxRM as it travels: M entries by ascending index. */
export interface ProxyBody {
  /** i32[M], ascending, each in 0..clusters-1 */
  readonly indices: Int32Array
  /** u32[M], at least 1 each; present if they travel (kind `visits`) */
  readonly visits?: Uint32Array
  /** f32[M * actions]: the policy of entry k stands at k * actions */
  readonly policies: Float32Array
}

/**
 * The body of a ProxRM: for each entry i32 index, u32 visits if they are given, f32 policy.
 * Only types and lengths are checked here: `decodeProxies` checks what was received.
 *
 * @example
 * const body = encodeProxies({ indices: Int32Array.of(7), policies: Float32Array.of(0.25, 0.75) }) // 12 bytes
 * @throws TypeError, RangeError
 */
export function encodeProxies(proxies: ProxyBody): Uint8Array {
  const { indices, visits, policies } = record(proxies, 'proxies') as unknown as ProxyBody
  viewOf('Int32Array')(indices, 'indices')
  if (visits !== undefined && viewOf('Uint32Array')(visits, 'visits').length !== indices.length) {
    throw new RangeError(expected('visits', `${indices.length} numbers`, visits.length))
  }
  if (floatsOf(policies, 'policies').length % (indices.length || Number.POSITIVE_INFINITY)) {
    throw new RangeError(expected('policies', `policies of ${indices.length} entries`, policies.length))
  }
  const actions = indices.length ? policies.length / indices.length : 0
  const head = visits ? 2 : 1
  const size = head + actions
  const ints = new Int32Array(indices.length * size)
  const floats = new Float32Array(ints.buffer)
  for (let k = 0, at = 0; k < indices.length; k++, at += size) {
    ints[at] = indices[k]
    if (visits) ints[at + 1] = visits[k]
    for (let a = 0; a < actions; a++) floats[at + head + a] = policies[k * actions + a]
  }
  return new Uint8Array(ints.buffer)
}

/**
 * The ProxRM of a body.
 * @throws PayloadError `length`, `index`, `visits`, `non-finite` or `probability`
 */
export function decodeProxies(bytes: Uint8Array, space: Space, kind: 'proxies' | 'visits' = 'proxies'): ProxyBody {
  if (kind !== 'proxies' && kind !== 'visits') throw new RangeError(expectedOneOf('kind', ['proxies', 'visits'], kind))
  const count = entryCount(kind, space, bytes)
  integerIn(1)(space.clusters, 'space.clusters')
  const { buffer, byteOffset } = aligned(bytes)
  const ints = new Int32Array(buffer, byteOffset, bytes.length / WORD)
  const floats = new Float32Array(buffer, byteOffset, bytes.length / WORD)
  const { actions, clusters } = space
  const head = kind === 'visits' ? 2 : 1
  const size = head + actions
  const indices = new Int32Array(count)
  const visits = kind === 'visits' ? new Uint32Array(count) : undefined
  const policies = new Float32Array(count * actions)
  let before = -1
  for (let k = 0, at = 0; k < count; k++, at += size) {
    const index = ints[at]
    if (index <= before || index >= clusters) {
      throw new PayloadError('index', `an index in ${before + 1}..${clusters - 1}`, index)
    }
    if (visits) {
      if (ints[at + 1] <= 0) throw new PayloadError('visits', 'at least one visit', ints[at + 1])
      visits[k] = ints[at + 1]
    }
    checkPolicy(floats, at + head, actions)
    for (let a = 0; a < actions; a++) policies[k * actions + a] = floats[at + head + a]
    indices[k] = before = index
  }
  return { indices, visits, policies }
}

/**
 * The body of a replay memory, f32[M * (observations + actions)]: the state and the policy of each step, in order of
 * play.
 */
export function encodeReplay(entries: Float32Array): Uint8Array {
  return bodyOf(entries, 'entries')
}

/**
 * The replay memory of a body: f32[M * (observations + actions)].
 * @throws PayloadError `length`, `non-finite` or `probability`
 */
export function decodeReplay(bytes: Uint8Array, space: Space): Float32Array {
  entryCount('replay', space, bytes)
  const floats = copyOf(bytes)
  const size = space.observations + space.actions
  for (let at = 0; at < floats.length; at += size) {
    checkFinite(floats, at, at + space.observations)
    checkPolicy(floats, at + space.observations, space.actions)
  }
  return floats
}

/** The body of weights in canonical order (docs/numerics.md): the policy network's, then the value network's. */
export function encodeWeights(weights: Float32Array): Uint8Array {
  return bodyOf(weights, 'weights')
}

/**
 * The weights of a body: f32[count].
 * @throws PayloadError `length`, `count` or `non-finite`
 */
export function decodeWeights(bytes: Uint8Array, space: Space, count: number): Float32Array {
  countOf(count, 'count')
  const got = entryCount('weights', space, bytes)
  if (got !== count) throw new PayloadError('count', `${count} weights, policy plus value network`, got)
  const floats = copyOf(bytes)
  checkFinite(floats, 0, floats.length)
  return floats
}

/** The body of policies at states that all agents know: f32[count * actions]. */
export function encodePolicies(policies: Float32Array): Uint8Array {
  return bodyOf(policies, 'policies')
}

/**
 * The policies of a body: f32[count * actions].
 * @throws PayloadError `length`, `count`, `non-finite` or `probability`
 */
export function decodePolicies(bytes: Uint8Array, space: Space, count: number): Float32Array {
  countOf(count, 'count')
  const got = entryCount('policies', space, bytes)
  if (got !== count) throw new PayloadError('count', `${count} policies`, got)
  const floats = copyOf(bytes)
  for (let at = 0; at < floats.length; at += space.actions) checkPolicy(floats, at, space.actions)
  return floats
}

/** Checks a body of any kind as its decoder does. @throws PayloadError; TypeError, RangeError for wrong arguments */
export function checkBody(kind: PayloadKind, bytes: Uint8Array, space: Space): void {
  const count = entryCount(kind, space, bytes)
  if (kind === 'proxies' || kind === 'visits') decodeProxies(bytes, space, kind)
  else if (kind === 'replay') decodeReplay(bytes, space)
  else if (kind === 'weights') decodeWeights(bytes, space, count)
  else if (kind === 'policies') decodePolicies(bytes, space, count)
}
