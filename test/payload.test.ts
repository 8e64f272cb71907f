// The laws of the codec: what is encoded decodes to the same bits, sizes are those of the paper, and nothing
// is accepted but the frame that was sent. All random numbers come from the twin's Philox.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { environments } from '../src/config/environment.ts'
import { resolveConfig } from '../src/config/resolve.ts'
import { layOut } from '../src/kernel/layout.ts'
import { instantiate } from '../src/kernel/wasm.ts'
import { crc32, decodeFrame, encodeFrame, HEADER_BYTES, type Header, SERVER } from '../src/wire/frame.ts'
import {
  decodePolicies,
  decodeProxies,
  decodeReplay,
  decodeWeights,
  encodePolicies,
  encodeProxies,
  encodeReplay,
  encodeWeights,
  entryBytes,
  entryCount,
  type PayloadCode,
  PayloadError,
  type PayloadKind,
  type ProxyBody,
  type Space,
} from '../src/wire/payload.ts'
import { makeStream, type Stream } from './reference/philox.ts'

const cartpole: Space = { observations: 4, actions: 2, clusters: 30 ** 4 }
const spaces: readonly Space[] = [
  cartpole,
  { observations: 1, actions: 2, clusters: 7 },
  { observations: 3, actions: 5, clusters: 1000 },
  { observations: 64, actions: 16, clusters: 2 ** 31 - 1 },
]
const kinds = ['proxies', 'visits', 'replay', 'weights', 'policies'] as const
type BodyKind = (typeof kinds)[number]

// ---- drawing bodies

/** Random probabilities whose sum is 1 within f32 rounding; among them are exact zeros and ones, -0 and subnormals. */
function drawPolicy(stream: Stream, actions: number): number[] {
  const odd = [0, -0, 2 ** -149, 2 ** -130]
  if (stream.integer(4) === 0) {
    const rest = Array.from({ length: actions }, () => odd[stream.integer(4)])
    rest[stream.integer(actions)] = 1
    return rest
  }
  const weights = Array.from({ length: actions }, () => stream.uniform())
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((w) => Math.fround(w / sum))
}

/** Any finite f32, with a random bit pattern, so that subnormals, both zeros and the largest occur. */
function drawFloat(stream: Stream): number {
  const bits = new Uint32Array([stream.word()])
  const [value] = new Float32Array(bits.buffer)
  return Number.isFinite(value) ? value : -0
}

function drawProxies(stream: Stream, { actions, clusters }: Space, count: number, withVisits: boolean): ProxyBody {
  const distinct = new Set<number>([stream.integer(2) ? clusters - 1 : 0])
  while (distinct.size < Math.min(count, clusters)) distinct.add(stream.integer(clusters))
  const indices = Int32Array.from(count ? [...distinct].sort((a, b) => a - b) : [])
  return {
    indices,
    visits: withVisits ? Uint32Array.from(indices, () => 1 + stream.integer(2 ** 31 - 1)) : undefined,
    policies: Float32Array.from([...indices].flatMap(() => drawPolicy(stream, actions))),
  }
}

function drawReplay(stream: Stream, { observations, actions }: Space, count: number): Float32Array {
  const rows = Array.from({ length: count }, () => [
    ...Array.from({ length: observations }, () => drawFloat(stream)),
    ...drawPolicy(stream, actions),
  ])
  return Float32Array.from(rows.flat())
}

const drawPolicies = (stream: Stream, { actions }: Space, count: number) =>
  Float32Array.from(Array.from({ length: count }, () => drawPolicy(stream, actions)).flat())

const drawWeights = (stream: Stream, count: number) => Float32Array.from({ length: count }, () => drawFloat(stream))

/** A valid body of `count` entries. */
function drawBody(stream: Stream, kind: BodyKind, space: Space, count: number): Uint8Array {
  if (kind === 'replay') return encodeReplay(drawReplay(stream, space, count))
  if (kind === 'weights') return encodeWeights(drawWeights(stream, count))
  if (kind === 'policies') return encodePolicies(drawPolicies(stream, space, count))
  return encodeProxies(drawProxies(stream, space, count, kind === 'visits'))
}

/** Decodes a body whole and encodes it again. */
function recode(kind: BodyKind, body: Uint8Array, space: Space): Uint8Array {
  if (kind === 'replay') return encodeReplay(decodeReplay(body, space))
  if (kind === 'weights') return encodeWeights(decodeWeights(body, space, body.length >> 2))
  if (kind === 'policies') {
    return encodePolicies(decodePolicies(body, space, Math.floor(body.length / (4 * space.actions))))
  }
  return encodeProxies(decodeProxies(body, space, kind))
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
const bits = (values: ArrayLike<number>) => [...new Uint32Array(Float32Array.from(values).buffer)]

// ---- round trips and sizes

test('every kind of body decodes to the bits that it was made of, for any numbers of observations and actions', () => {
  const stream = makeStream(1, 1)
  for (const space of spaces) {
    for (const count of [0, 1, 2, 5, 7]) {
      for (const withVisits of [false, true]) {
        const body = drawProxies(stream, space, count, withVisits)
        const back = decodeProxies(encodeProxies(body), space, withVisits ? 'visits' : 'proxies')
        assert.equal([...back.indices], [...body.indices])
        assert.equal(back.visits && [...back.visits], body.visits && [...body.visits])
        assert.equal(bits(back.policies), bits(body.policies))
      }
      const replay = drawReplay(stream, space, count)
      assert.equal(bits(decodeReplay(encodeReplay(replay), space)), bits(replay))
      const weights = drawWeights(stream, count)
      assert.equal(bits(decodeWeights(encodeWeights(weights), space, count)), bits(weights))
      const policies = drawPolicies(stream, space, count)
      assert.equal(bits(decodePolicies(encodePolicies(policies), space, count)), bits(policies))
    }
  }
})

test('a frame gives back its body, and its header stands where the wire format says', () => {
  const stream = makeStream(1, 2)
  for (const space of spaces) {
    for (const kind of kinds) {
      const body = drawBody(stream, kind, space, 3)
      const count = entryCount(kind, space, body)
      const [federation, config, round] = [stream.word(), stream.word(), stream.word()]
      for (const agent of [0, 1023, SERVER]) {
        const header = { kind, federation, config, round, agent }
        const frame = encodeFrame({ ...header, count }, body)
        assert.is(frame.length, 32 + body.length)
        const view = new DataView(frame.buffer)
        assert.is(String.fromCharCode(...frame.subarray(0, 4)), 'FRD1')
        assert.equal([frame[4], frame[5], view.getUint16(6, true)], [1, 1 + kinds.indexOf(kind), 0])
        const words = [8, 12, 16, 20, 24, 28].map((at) => view.getUint32(at, true))
        assert.equal(words, [federation, config, round, agent, count, crc32(body)])
        assert.ok(sameBytes(decodeFrame(frame, header, space), body))
      }
    }
  }
  const nothing = { kind: 'none', federation: 1, config: 2, round: 3, agent: 4 } as const
  const frame = encodeFrame({ ...nothing, count: 0 }, new Uint8Array(0))
  assert.is(decodeFrame(frame, nothing, cartpole).length, 0)
})

test("an entry's bytes follow its numbers: in CartPole the paper's 12, 24 and 4, 16 with visits, 8 per policy", () => {
  assert.equal(
    [...kinds, 'none' as const].map((kind) => entryBytes(kind, cartpole)),
    [12, 16, 24, 4, 8, 0],
  )
  const stream = makeStream(1, 3)
  for (const space of spaces) {
    const { observations: D, actions: A } = space
    for (const count of [0, 1, 4, 6]) {
      const sizes = { proxies: 4 + 4 * A, visits: 8 + 4 * A, replay: 4 * (D + A), weights: 4, policies: 4 * A }
      for (const kind of kinds) {
        const body = drawBody(stream, kind, space, count)
        assert.is(entryBytes(kind, space), sizes[kind])
        assert.is(body.length, count * sizes[kind])
        assert.is(entryCount(kind, space, body), count)
      }
    }
  }
})

test('W(n, l), counted with biases: a network of l layers of n units has 5n + (l-1)(n^2+n) + 2n + 2 weights of 4 bytes', () => {
  for (const [n, l] of [
    [24, 1],
    [50, 1],
    [50, 2],
    [100, 2],
    [1, 1],
    [7, 3],
    [5, 8],
  ]) {
    const kernel = instantiate()
    const config = resolveConfig({ width: n, depth: l, agents: 1, critic: { width: 24, depth: 1 } })
    const [agent] = layOut(kernel, environments[0], config, { proxies: 0, replay: 0, targets: 0 })
    const closed = 5 * n + (l - 1) * (n * n + n) + 2 * n + 2
    assert.is(agent.policyWeights, closed)
    assert.is(agent.valueWeights, 5 * 24 + 24 + 1)
    assert.is(encodeWeights(agent.weights()).length, 4 * (closed + 145))
    if (n === 50 && l === 2) assert.is(4 * closed, 11608)
  }
})

test('crc32 gives its known answers', () => {
  const of = (text: string) => crc32(new TextEncoder().encode(text)).toString(16)
  assert.is(of('123456789'), 'cbf43926')
  assert.is(of(''), '0')
  assert.is(of('The quick brown fox jumps over the lazy dog'), '414fa339')
})

test('crc32 of any length, at any address, equals the division bit by bit', () => {
  const bitwise = (bytes: Uint8Array) => {
    let c = -1
    for (const byte of bytes) {
      c ^= byte
      for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
    }
    return ~c >>> 0
  }
  const buffer = Uint8Array.from({ length: 64 }, (_, i) => 37 * i)
  for (let at = 0; at < 9; at++) {
    for (let length = 0; length < 50; length++) {
      const bytes = buffer.subarray(at, at + length)
      assert.is(crc32(bytes), bitwise(bytes), `${length} bytes from ${at}`)
    }
  }
})

test('a body may lie anywhere in a buffer, and decoded weights do not share its memory', () => {
  const stream = makeStream(1, 4)
  for (const kind of kinds) {
    const body = drawBody(stream, kind, cartpole, kind === 'weights' ? 50_000 : 20_000)
    const header = { kind, federation: 5, config: 6, round: 7, agent: 8 }
    const frame = encodeFrame({ ...header, count: entryCount(kind, cartpole, body) }, body)
    for (const offset of [0, 1, 2, 3, 5]) {
      const arena = new Uint8Array(frame.length + 16).fill(0xa5)
      arena.set(frame, offset)
      const received = decodeFrame(arena.subarray(offset, offset + frame.length), header, cartpole)
      assert.ok(sameBytes(received, body), `${kind} at ${offset}`)
      assert.ok(sameBytes(recode(kind, received, cartpole), body), `${kind} at ${offset}`)
    }
    const decoded = kind === 'weights' ? decodeWeights(body, cartpole, body.length >> 2) : null
    if (!decoded) continue
    const before = bits(decoded.subarray(0, 9))
    body.fill(0)
    assert.equal(bits(decoded.subarray(0, 9)), before)
  }
})

/** Bodies of one kind each, with the arrays that they were made of. */
function bodies() {
  const weights = Float32Array.of(1, 2, 3)
  const rows = Float32Array.of(1, 2, 3, 4, 0.5, 0.5)
  const two = Float32Array.of(1, 0)
  return {
    weights,
    rows,
    two,
    sent: encodeWeights(weights),
    entries: encodeReplay(rows),
    policies: encodePolicies(two),
  }
}

test('encoders copy: what they return stays when the array that they were given changes', () => {
  const { weights, rows, two, sent, entries, policies } = bodies()
  const [a, b, c] = [sent.slice(), entries.slice(), policies.slice()]
  weights.fill(9)
  rows.fill(9)
  two.fill(9)
  assert.ok(sameBytes(sent, a) && sameBytes(entries, b) && sameBytes(policies, c))
})

test('decoders read a body wherever it lies, and copy it: also in the shared pool of a Node Buffer', () => {
  const space: Space = { observations: 4, actions: 2, clusters: 16 }
  const { sent, entries, policies } = bodies()
  for (const offset of [0, 1, 2, 3, 4, 32]) {
    const pool = Buffer.alloc(1024, 0xff)
    const at = (body: Uint8Array) => {
      pool.set(body, offset)
      return pool.subarray(offset, offset + body.length)
    }
    const weights = decodeWeights(at(sent), space, 3)
    const rows = decodeReplay(at(entries), space)
    const known = decodePolicies(at(policies), space, 1)
    pool.fill(0)
    assert.equal(
      [[...weights], [...rows], [...known]],
      [
        [1, 2, 3],
        [1, 2, 3, 4, 0.5, 0.5],
        [1, 0],
      ],
    )
  }
})

// ---- refusals

/** The code and message of a refusal; anything but a PayloadError fails. */
function refusal(act: () => unknown): PayloadError {
  try {
    act()
  } catch (error) {
    assert.instance(error, PayloadError)
    return error as PayloadError
  }
  return assert.unreachable('expected a PayloadError, got none') as never
}

const expectedHeader = { kind: 'proxies', federation: 11, config: 22, round: 33, agent: 44 } as const
const proxyBytes = (...entries: [number, number, number][]) => {
  const policies = entries.flatMap(([, p, q]) => [p, q])
  return encodeProxies({ indices: Int32Array.from(entries, ([i]) => i), policies: Float32Array.from(policies) })
}

test('every refusal has its own code, and names what it expected and what it got', () => {
  const body = proxyBytes([3, 0.5, 0.5], [4, 1, 0])
  const sent = encodeFrame({ ...expectedHeader, count: 2 }, body)
  // biome-ignore lint/suspicious/noConfusingVoidType: a change in place returns nothing
  const frames: [PayloadCode, (frame: Uint8Array, view: DataView) => Uint8Array | void][] = [
    ['length', () => new Uint8Array(0)],
    ['length', (frame) => frame.slice(0, HEADER_BYTES - 1)],
    ['length', (frame) => frame.slice(0, -1)],
    ['length', (frame) => Uint8Array.of(...frame, 0)],
    ['magic', (frame) => frame.set([0x66], 0)],
    ['magic', (frame) => frame.reverse()],
    ['version', (frame) => frame.set([2], 4)],
    ['version', (_, view) => view.setUint16(6, 1, true)],
    ['kind', (frame) => frame.set([3], 5)],
    ['kind', (frame) => frame.set([200], 5)],
    ['federation', (_, view) => view.setUint32(8, 12, true)],
    ['config', (_, view) => view.setUint32(12, 23, true)],
    ['round', (_, view) => view.setUint32(16, 34, true)],
    ['agent', (_, view) => view.setUint32(20, SERVER, true)],
    ['count', (_, view) => view.setUint32(24, 3, true)],
    ['count', (frame) => frame.slice(0, -12)],
    ['count', (frame) => Uint8Array.of(...frame, ...body.subarray(0, 12))],
    ['crc', (_, view) => view.setUint32(28, 0, true)],
    ['crc', (frame) => frame.set([frame[40] ^ 1], 40)],
  ]
  const seen = new Set<PayloadCode>()
  const check = (code: PayloadCode, act: () => unknown) => {
    const { code: got, message } = refusal(act)
    assert.is(got, code, message)
    assert.match(message, new RegExp(`^payload \\(${code}\\) expected .+, got .+: the whole frame is refused$`))
    seen.add(code)
  }
  for (const [code, change] of frames) {
    const frame = sent.slice()
    const changed = change(frame, new DataView(frame.buffer)) ?? frame
    check(code, () => decodeFrame(changed, expectedHeader, cartpole))
  }

  const half = (p: number, q: number) => () => decodeProxies(proxyBytes([3, p, q]), cartpole)
  const replay =
    (...row: number[]) =>
    () =>
      decodeReplay(encodeReplay(Float32Array.from(row)), cartpole)
  const visits = (count: number) => () =>
    decodeProxies(
      encodeProxies({
        indices: Int32Array.of(1),
        visits: Uint32Array.of(count),
        policies: Float32Array.of(0.5, 0.5),
      }),
      cartpole,
      'visits',
    )
  const bodies: [PayloadCode, () => unknown][] = [
    ['length', () => decodeProxies(body.subarray(1), cartpole)],
    ['length', () => decodeReplay(new Uint8Array(23), cartpole)],
    ['length', () => decodeWeights(new Uint8Array(9), cartpole, 2)],
    ['length', () => entryCount('none', cartpole, new Uint8Array(1))],
    ['index', () => decodeProxies(proxyBytes([4, 0.5, 0.5], [3, 1, 0]), cartpole)],
    ['index', () => decodeProxies(proxyBytes([4, 0.5, 0.5], [4, 1, 0]), cartpole)],
    ['index', () => decodeProxies(proxyBytes([-1, 0.5, 0.5]), cartpole)],
    ['index', () => decodeProxies(proxyBytes([30 ** 4, 0.5, 0.5]), cartpole)],
    ['visits', visits(0)],
    ['visits', visits(2 ** 31)],
    ['probability', half(-0.25, 1.25)],
    ['probability', half(-(2 ** -149), 1)],
    ['probability', half(1.0000001, 0)],
    ['probability', half(0.5, 0.498)],
    ['probability', half(0.5, 0.502)],
    ['probability', half(0, 0)],
    ['non-finite', half(Number.NaN, 1)],
    ['non-finite', half(0, Number.POSITIVE_INFINITY)],
    ['non-finite', half(Number.NEGATIVE_INFINITY, 0)],
    ['non-finite', replay(0, 0, 0, Number.NaN, 0.5, 0.5)],
    ['non-finite', replay(Number.NEGATIVE_INFINITY, 0, 0, 0, 0.5, 0.5)],
    ['non-finite', replay(0, 0, 0, 0, 0.5, Number.NaN)],
    ['probability', replay(0, 0, 0, 0, 0.6, 0.6)],
    ['length', () => decodePolicies(new Uint8Array(12), cartpole, 1)],
    ['count', () => decodePolicies(encodePolicies(Float32Array.of(1, 0)), cartpole, 2)],
    ['count', () => decodePolicies(new Uint8Array(0), cartpole, 1)],
    ['probability', () => decodePolicies(encodePolicies(Float32Array.of(1, 0, 0.6, 0.6)), cartpole, 2)],
    ['non-finite', () => decodePolicies(encodePolicies(Float32Array.of(1, Number.NaN)), cartpole, 1)],
    ['count', () => decodeWeights(new Uint8Array(8), cartpole, 3)],
    ['count', () => decodeWeights(new Uint8Array(8), cartpole, 1)],
    ['non-finite', () => decodeWeights(encodeWeights(Float32Array.of(0, Number.NaN)), cartpole, 2)],
    ['non-finite', () => decodeWeights(encodeWeights(Float32Array.of(Number.POSITIVE_INFINITY)), cartpole, 1)],
  ]
  for (const [code, act] of bodies) check(code, act)
  assert.equal(
    [...seen].sort(),
    [
      ...['agent', 'config', 'count', 'crc', 'federation', 'index', 'kind', 'length', 'magic', 'non-finite'],
      ...['probability', 'round', 'version', 'visits'],
    ].sort(),
  )
})

test('one bad entry makes the whole body refused, wherever the entry stands', () => {
  const stream = makeStream(1, 5)
  for (let n = 0; n < 100; n++) {
    const kind = kinds[stream.integer(kinds.length)]
    const space = spaces[stream.integer(3)]
    const body = drawBody(stream, kind, space, 6)
    const size = entryBytes(kind, space)
    const broken = body.slice()
    const floats = { proxies: 4, visits: 8, replay: 0, weights: 0, policies: 0 }[kind]
    const entry = stream.integer(body.length / size)
    const at = entry * size + floats + 4 * stream.integer((size - floats) / 4)
    new DataView(broken.buffer).setUint32(at, 0x7fc00000, true)
    assert.is(refusal(() => recode(kind, broken, space)).code, 'non-finite')
  }
})

test('probabilities are accepted with a sum of 1 +- 1e-3, and -0 and subnormals keep their bits', () => {
  for (const [p, q] of [
    [0.5, 0.4995],
    [0.5, 0.5005],
    [-0, 1],
    [2 ** -149, 1],
    [1, 0],
  ]) {
    const { policies } = decodeProxies(proxyBytes([0, p, q]), cartpole)
    assert.equal(bits(policies), bits([p, q]))
  }
})

// ---- nothing else is accepted

test('a frame with any one bit flipped is refused', () => {
  const stream = makeStream(1, 6)
  for (const kind of kinds) {
    const header = { kind, federation: stream.word(), config: stream.word(), round: 2, agent: SERVER }
    const body = drawBody(stream, kind, cartpole, 3)
    const frame = encodeFrame({ ...header, count: 3 }, body)
    const codes = new Set<PayloadCode>()
    for (let bit = 0; bit < 8 * frame.length; bit++) {
      const flipped = frame.slice()
      flipped[bit >> 3] ^= 1 << (bit & 7)
      const { code } = refusal(() => decodeFrame(flipped, header, cartpole))
      codes.add(code)
      const bodyOrChecksum = bit >= 8 * 28
      assert.is(code === 'crc', bodyOrChecksum, `${kind}, bit ${bit}: ${code}`)
    }
    assert.equal([...codes].sort(), [
      'agent',
      'config',
      'count',
      'crc',
      'federation',
      'kind',
      'magic',
      'round',
      'version',
    ])
  }
})

test('a frame of another run, round or agent is refused', () => {
  const stream = makeStream(1, 7)
  const body = drawBody(stream, 'proxies', cartpole, 3)
  const frame = encodeFrame({ ...expectedHeader, count: 3 }, body)
  for (const field of ['federation', 'config', 'round', 'agent'] as const) {
    for (let n = 0; n < 50; n++) {
      const other: Omit<Header, 'count'> = { ...expectedHeader, [field]: stream.word() }
      assert.is(refusal(() => decodeFrame(frame, other, cartpole)).code, field)
    }
  }
  for (const kind of ['none', 'visits', 'replay', 'weights', 'policies'] as PayloadKind[]) {
    assert.is(refusal(() => decodeFrame(frame, { ...expectedHeader, kind }, cartpole)).code, 'kind')
  }
})

type Sent = { header: Omit<Header, 'count'> & { kind: BodyKind }; space: Space; body: Uint8Array; frame: Uint8Array }

function drawSent(stream: Stream): Sent {
  const kind = kinds[stream.integer(kinds.length)]
  const space = spaces[stream.integer(3)]
  const header = { kind, federation: 1, config: 2, round: stream.integer(3), agent: stream.integer(3) }
  const body = drawBody(stream, kind, space, stream.integer(7))
  return { header, space, body, frame: encodeFrame({ ...header, count: entryCount(kind, space, body) }, body) }
}

/**
 * The bytes after one to four random changes: cut, grown, a bit flipped, bytes overwritten, a piece removed or doubled,
 * or a piece taken from `other`.
 */
function mutate(stream: Stream, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const at = (length: number) => stream.integer(Math.max(1, length))
  let mutant = [...bytes]
  for (let n = stream.integer(4); n >= 0; n--) {
    const from = at(mutant.length)
    const length = at(1 + mutant.length - from)
    switch (stream.integer(8)) {
      case 0:
        mutant = mutant.slice(0, from)
        break
      case 1:
        mutant.push(...Array.from({ length: 1 + at(24) }, () => at(256)))
        break
      case 2:
        if (mutant.length) mutant[from] ^= 1 << at(8)
        break
      case 3:
        for (let i = from; i < from + Math.min(length, 8); i++) mutant[i] = at(256)
        break
      case 4:
        mutant.splice(from, length)
        break
      case 5:
        mutant.splice(from, 0, ...mutant.slice(from, from + length))
        break
      case 6:
        mutant.splice(from, length, ...other.slice(from, from + length))
        break
      default: {
        const to = at(other.length)
        mutant = [...mutant.slice(0, from), ...other.slice(to)]
      }
    }
  }
  return Uint8Array.from(mutant)
}

/** The value of `act`, or the code of its refusal; any other error fails. */
function attempt(act: () => Uint8Array, what: string): { code: PayloadCode | 'taken'; value?: Uint8Array } {
  try {
    return { code: 'taken', value: act() }
  } catch (error) {
    assert.instance(error, PayloadError, `${what}: ${error}`)
    return { code: (error as PayloadError).code }
  }
}

test('each of 100,000 mutants of frames is refused with a code, or decodes to a body that was sent', () => {
  const SEED = 8
  const stream = makeStream(1, SEED)
  const pool = Array.from({ length: 40 }, () => drawSent(stream))
  const counts: Record<string, number> = {}
  for (let n = 0; n < 100_000; n++) {
    const { header, space, body, frame } = pool[stream.integer(40)]
    const mutant = mutate(stream, frame, pool[stream.integer(40)].frame)
    const replay = `mutant ${n} of seed ${SEED}`
    const outcome = attempt(() => decodeFrame(mutant, header, space), replay)
    counts[outcome.code] = (counts[outcome.code] ?? 0) + 1
    if (!outcome.value || sameBytes(outcome.value, body)) continue
    // The checksum covers only the body. Therefore the whole count, checksum and body of one frame are accepted behind
    // the tags of another frame.
    const whole = pool.some((sent) => sameBytes(sent.body, outcome.value!))
    assert.ok(whole, `${replay} decoded to bytes that nobody sent`)
  }
  for (const code of ['length', 'magic', 'version', 'kind', 'round', 'agent', 'count', 'crc', 'taken']) {
    assert.ok(counts[code] > 20, `${code} reached ${counts[code]} times`)
  }
})

test('each of 50,000 mutants of bodies with a right checksum is refused with a code, or is a valid body', () => {
  const SEED = 9
  const stream = makeStream(1, SEED)
  const pool = Array.from({ length: 40 }, () => drawSent(stream))
  const counts: Record<string, number> = {}
  for (let n = 0; n < 50_000; n++) {
    const { header, space, body } = pool[stream.integer(40)]
    const mutant = mutate(stream, body, pool[stream.integer(40)].body)
    const replay = `mutant ${n} of seed ${SEED}`
    const outcome = attempt(() => {
      const count = entryCount(header.kind, space, mutant)
      const received = decodeFrame(encodeFrame({ ...header, count }, mutant), header, space)
      return recode(header.kind, received, space)
    }, replay)
    counts[outcome.code] = (counts[outcome.code] ?? 0) + 1
    if (!outcome.value) continue
    assert.ok(sameBytes(outcome.value, mutant), `${replay} decodes to something else`)
    checkMeaning(header.kind, mutant, space, replay)
  }
  for (const code of ['length', 'index', 'visits', 'probability', 'non-finite', 'taken']) {
    assert.ok(counts[code] > 20, `${code} reached ${counts[code]} times`)
  }
})

/** Checks a body word by word, from the definition of its kind alone. */
function checkMeaning(
  kind: BodyKind,
  body: Uint8Array,
  { observations, actions, clusters }: Space,
  what: string,
): void {
  const view = new DataView(body.buffer, body.byteOffset, body.length)
  const heads = { proxies: 1, visits: 2, replay: observations, weights: 1, policies: 0 }[kind]
  const size = kind === 'weights' ? 4 : 4 * (heads + actions)
  let before = -1
  for (let at = 0; at < body.length; at += size) {
    const word = (k: number) => view.getFloat32(at + 4 * k, true)
    if (kind === 'proxies' || kind === 'visits') {
      const index = view.getInt32(at, true)
      assert.ok(index > before && index < clusters, `${what}: index ${index}`)
      before = index
      if (kind === 'visits') assert.ok(view.getInt32(at + 4, true) > 0, `${what}: visits`)
    } else {
      for (let k = 0; k < heads; k++) assert.ok(Number.isFinite(word(k)), `${what}: ${word(k)}`)
    }
    if (kind === 'weights') continue
    let sum = 0
    for (let a = 0; a < actions; a++) {
      assert.ok(word(heads + a) >= 0 && word(heads + a) <= 1, `${what}: probability ${word(heads + a)}`)
      sum += word(heads + a)
    }
    assert.ok(Math.abs(sum - 1) <= 1e-3, `${what}: sum ${sum}`)
  }
}

test.run()
