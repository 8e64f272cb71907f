// The laws of codecs: what is encoded is read back within the error that the codec states, in exactly the bytes that it
// states; nothing else is read, and little is made room for before it is refused; and a run with a codec has one digest,
// wherever its agents live. All random numbers come from the twin's Philox.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Config } from '../src/config/config.ts'
import { type GroupPlace, serve, serveOver, takePart, takePartOver } from '../src/federation/index.ts'
import { methods } from '../src/methods/index.ts'
import { checkContradictions } from '../src/results/contradictions.ts'
import { decodeResult, encodeResult } from '../src/results/result.ts'
import { runToEnd } from '../src/run/run.ts'
import { checkConfig, setUp } from '../src/run/setup.ts'
import { streamKey } from '../src/run/streams.ts'
import type { Codec, Sending } from '../src/wire/codecs/codec.ts'
import { fromHalf, toHalf } from '../src/wire/codecs/float16.ts'
import { CODEC_STEPS, codec } from '../src/wire/codecs/index.ts'
import { HEADER_BYTES } from '../src/wire/frame.ts'
import {
  checkBody,
  decodePolicies,
  decodeProxies,
  encodePolicies,
  encodeProxies,
  encodeReplay,
  encodeWeights,
  entryCount,
  entryParts,
  PayloadError,
  type PayloadKind,
  type Space,
} from '../src/wire/payload.ts'
import { observing } from '../src/wire/transport.ts'
import { CALM, drive, linked, MadeUpTime, stream as uniforms } from './carriers.ts'
import { easy } from './hardConfigs.ts'
import { mutate } from './mutate.ts'
import { makeStream, type Stream } from './reference/philox.ts'

const cartpole: Space = { observations: 4, actions: 2, clusters: 30 ** 4 }
const spaces: readonly Space[] = [
  cartpole,
  { observations: 1, actions: 3, clusters: 300 },
  { observations: 5, actions: 16, clusters: 2 ** 31 - 1 },
]
const kinds = ['proxies', 'visits', 'replay', 'weights', 'policies'] as const
type Kind = (typeof kinds)[number]
const formats = ['float16', 'int8', 'int8-stochastic', 'int4', 'int4-stochastic'] as const
const isProxies = (kind: Kind) => kind === 'proxies' || kind === 'visits'
const bits = (values: ArrayLike<number>) => [...new Uint32Array(Float32Array.from(values).buffer)]
const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

function drawPolicy(stream: Stream, actions: number): number[] {
  if (stream.integer(5) === 0) {
    const certain = stream.integer(actions)
    return Array.from({ length: actions }, (_, a) => (a === certain ? 1 : 0))
  }
  const weights = Array.from({ length: actions }, () => stream.uniform() ** 3)
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => Math.fround(weight / sum))
}
/** Numbers of several sizes, with zeros of both signs and the least of all among them. */
const drawNumber = (stream: Stream) =>
  [0, -0, 2 ** -149, stream.uniform() - 0.5, 1e-6 * stream.uniform(), 3e4 * (stream.uniform() - 0.5)][stream.integer(6)]

/** A valid body of so many entries, but no more than there are clusters. */
function drawBody(stream: Stream, kind: Kind, { observations, actions, clusters }: Space, count: number): Uint8Array {
  const policies = (rows: number) =>
    Float32Array.from(Array.from({ length: rows }, () => drawPolicy(stream, actions)).flat())
  if (kind === 'weights') return encodeWeights(Float32Array.from({ length: count }, () => drawNumber(stream)))
  if (kind === 'policies') return encodePolicies(policies(count))
  if (kind === 'replay') {
    const row = () => [
      ...Array.from({ length: observations }, () => drawNumber(stream)),
      ...drawPolicy(stream, actions),
    ]
    return encodeReplay(Float32Array.from(Array.from({ length: count }, row).flat()))
  }
  const distinct = new Set<number>(count ? [stream.integer(2) ? clusters - 1 : 0] : [])
  while (distinct.size < Math.min(count, clusters)) {
    // Half of the clusters are neighbours, as those of a trajectory are.
    const [last] = [...distinct].slice(-1)
    distinct.add(stream.integer(2) ? stream.integer(clusters) : Math.min(last + 1 + stream.integer(3), clusters - 1))
  }
  const indices = Int32Array.from([...distinct].sort((a, b) => a - b))
  const visits = Uint32Array.from(
    indices,
    () => 1 + (stream.integer(9) ? stream.integer(300) : stream.integer(2 ** 31 - 1)),
  )
  return encodeProxies({ indices, visits: kind === 'visits' ? visits : undefined, policies: policies(indices.length) })
}

/** What a sender knows, which has no download and sends all its clusters. */
function sendingOf(kind: PayloadKind, space: Space, key = 1): Sending {
  return { kind, space, base: null, words: makeStream(key, 2).word, visits: null }
}

/** The numbers and the policies of a body, row by row. */
function partsOf(kind: Kind, space: Space, body: Uint8Array) {
  const { integers, numbers, probabilities } = entryParts(kind, space)
  const words = integers + numbers + probabilities
  const floats = new Float32Array(body.slice().buffer)
  const rows = Array.from({ length: floats.length / words }, (_, k) => floats.subarray(k * words, (k + 1) * words))
  const ints = rows.map((row) => [...new Int32Array(row.slice(0, integers).buffer)])
  return {
    ints,
    numbers: rows.map((row) => [...row.subarray(integers, integers + numbers)]),
    policies: rows.map((row) => [...row.subarray(integers + numbers)]),
  }
}

/** Every codec without top-k and difference that takes a kind. */
const plainCodecs = (kind: Kind): Codec[] =>
  [...formats, ...(isProxies(kind) ? ['delta-index', ...formats.map((format) => `delta-index+${format}`)] : [])].map(
    (name) => codec(name)!,
  )

const digestOf = (n: number) => Uint8Array.of(n, 1, 2, 3, 4, 5, 6, 7)
const hasThrown = (act: () => unknown): Error | null => {
  try {
    act()
    return null
  } catch (error) {
    return error as Error
  }
}

// ---- names

test('a codec has one text, and every other one is refused with what to write instead', () => {
  assert.is(codec('float32'), null)
  for (const text of ['int8', 'delta-index', 'top-k:64', 'top-k:1+difference+delta-index+int4-stochastic']) {
    assert.is(codec(text)!.name, text)
  }
  for (const step of CODEC_STEPS.filter((one) => one !== 'difference')) {
    assert.is(codec(step.replace(':K', ':7'))!.name, step.replace(':K', ':7'))
  }
  const refused: [string, RegExp][] = [
    ['int9', /expected one of float32, .*, got "int9": did you mean int8\?/],
    ['int8+delta-index', /expected delta-index\+int8, got "int8\+delta-index"/],
    ['int8+float16', /expected one number format/],
    ['int8+int8', /expected one number format/],
    ['difference', /expected a number format beside difference/],
    ['difference+delta-index', /expected a number format beside difference/],
    ['delta-index+delta-index', /expected delta-index once/],
    ['top-k:3+top-k:4', /expected top-k once/],
    ['top-k', /expected top-k:K/],
    ['top-k:0', /expected top-k:K/],
    ['top-k:2147483648', /expected an integer in 1\.\.2147483647/],
    ['int8:3', /expected int8 without a number/],
    ['float32+delta-index', /expected float32 alone/],
  ]
  for (const [text, why] of refused) {
    assert.throws(() => setUp({ method: 'frd', codec: text }), why, text)
    assert.throws(() => setUp({ method: 'own', codec: text }), why, `${text}, where nothing travels`)
  }
  for (const text of ['', '+', 'int8+', 'Int8', ' int8', 'int8,int4', 'x'.repeat(101)]) {
    assert.throws(() => setUp({ method: 'frd', codec: text }), /"codec" expected a name, or names joined by \+, got/)
  }
})

test('a codec that a payload has no use for is refused, and without a payload it is none', () => {
  for (const [method, text, why] of [
    ['frl', 'delta-index+int8', /expected a codec for the payload weights, got .*: delta-index shortens indices/],
    ['pd', 'top-k:9', /expected a codec for the payload replay, got .*: top-k keeps clusters/],
    ['pd', 'difference+int8', /no step of a replay memory was in the last download/],
  ] as const) {
    assert.throws(() => checkConfig({ method, codec: text }), why)
  }
  for (const method of ['own', 'independent', 'central']) {
    assert.equal(checkConfig({ method, codec: 'int8' }), checkConfig({ method }))
  }
})

// ---- sizes, errors, round trips

test('every float16 is read and written as itself, and a float32 becomes the nearest one, of two the even one', () => {
  const float = (word: number) => new Float32Array(Int32Array.of(word).buffer)[0]
  const values: number[] = []
  for (let half = 0; half < 65536; half++) {
    if (((half >> 10) & 31) === 31) {
      assert.throws(() => fromHalf(half), /payload \(non-finite\)/)
      continue
    }
    const fraction = half & 1023
    const exponent = (half >> 10) & 31
    const size = exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24
    assert.ok(Object.is(float(fromHalf(half)), half >> 15 ? -size : size), `0x${half.toString(16)}`)
    assert.is(toHalf(fromHalf(half) | 0), half)
    if (half < 0x7c00) values.push(size)
  }
  const stream = makeStream(9, 1)
  for (let n = 0; n < 20_000; n++) {
    const k = stream.integer(values.length - 1)
    const middle = (values[k] + values[k + 1]) / 2
    const x = Math.fround(
      [middle, middle * (1 + 2 ** -23), middle * (1 - 2 ** -23), values[k] + stream.uniform() * 1e-3][n % 4],
    )
    const near = values.reduce((best, value, i) => {
      if (i < k - 1 || i > k + 40) return best
      const [a, b] = [Math.abs(value - x), Math.abs(values[best] - x)]
      return a < b || (a === b && i % 2 === 0) ? i : best
    }, k)
    const [word] = new Int32Array(Float32Array.of(x).buffer)
    if (x < values[k + 39] || k + 39 >= values.length) assert.is(toHalf(word), near, String(x))
    assert.is(toHalf(word | 0x80000000), toHalf(word) | 0x8000)
  }
  const bitsOf = (x: number) => new Int32Array(Float32Array.of(x).buffer)[0]
  assert.is(toHalf(bitsOf(65519.99)), 0x7bff)
  assert.throws(() => toHalf(bitsOf(65520)), /expected numbers within \+-65504 for float16, got 65520/)
})

test('what a codec reads is what was sent, within its error, and its bytes are as many as it says', () => {
  const stream = makeStream(9, 2)
  for (const space of spaces) {
    for (const kind of kinds) {
      for (const count of [0, 1, 2, 63, 64, 65, 200]) {
        const body = drawBody(stream, kind, space, count)
        const sent = partsOf(kind, space, body)
        for (const one of plainCodecs(kind)) {
          const what = `${one.name}, ${kind}, ${count} of ${space.actions} actions`
          const coded = one.encode(body, sendingOf(kind, space))
          assert.is(coded.count, entryCount(kind, space, body), what)
          assert.is(coded.bytes.length, one.size(body, sendingOf(kind, space)), what)
          const back = one.decode(coded.bytes, coded.count, sendingOf(kind, space))
          checkBody(kind, back, space)
          const got = partsOf(kind, space, back)
          assert.equal(got.ints, sent.ints, what)
          const columns = sent.numbers[0]?.length ?? 0
          for (let c = 0; c < columns; c++) {
            for (let row = 0; row < sent.numbers.length; row++) {
              const block = sent.numbers.slice(row - (row % 64), row - (row % 64) + 64)
              const most = Math.max(...block.map((numbers) => Math.abs(numbers[c])))
              const error = Math.abs(got.numbers[row][c] - sent.numbers[row][c])
              const bound = one.numberError(one.name.includes('float16') ? Math.abs(sent.numbers[row][c]) : most)
              assert.ok(
                error <= bound,
                `${what}: ${sent.numbers[row][c]} became ${got.numbers[row][c]}, bound ${bound}`,
              )
            }
          }
          for (const [row, policy] of sent.policies.entries()) {
            const sum = policy.reduce((a, b) => a + b, 0)
            for (const [a, p] of policy.entries()) {
              const error = Math.abs(got.policies[row][a] - p / sum)
              assert.ok(error <= one.policyError(policy.length) + 1e-6, `${what}: ${p} became ${got.policies[row][a]}`)
            }
          }
        }
      }
    }
  }
})

test('the sizes of formats, in CartPole', () => {
  const stream = makeStream(9, 3)
  const size = (name: string, kind: Kind, count: number) =>
    codec(name)!.encode(drawBody(stream, kind, cartpole, count), sendingOf(kind, cartpole)).bytes.length
  for (const [name, proxies, replay, weights, policies] of [
    ['float16', 800, 1200, 200, 400],
    // Blocks of 64 and 36 numbers with 4 bytes each, in each of 4 components; one share per policy.
    ['int8', 500, 4 * 108 + 100, 108, 100],
    ['int4', 450, 4 * 58 + 50, 58, 50],
  ] as const) {
    assert.equal(
      [size(name, 'proxies', 100), size(name, 'replay', 100), size(name, 'weights', 100), size(name, 'policies', 100)],
      [proxies, replay, weights, policies],
      name,
    )
  }
  const indices = Int32Array.of(0, 1, 129, 258, 258 + 16385, 300 ** 3)
  const body = encodeProxies({ indices, policies: Float32Array.from({ length: 12 }, () => 0.5) })
  const { bytes } = codec('delta-index+int8')!.encode(
    body,
    sendingOf('proxies', { ...cartpole, clusters: 2 ** 31 - 1 }),
  )
  assert.is(bytes.length, 1 + 1 + 1 + 2 + 3 + 4 + 6)
})

test('the order of steps within a block changes nothing but the order', () => {
  const stream = makeStream(9, 4)
  const body = drawBody(stream, 'replay', cartpole, 60)
  const order = Array.from({ length: 60 }, (_, k) => k)
  stream.shuffle(order)
  const rows = (bytes: Uint8Array) => order.map((_, k) => bytes.slice(24 * k, 24 * (k + 1)))
  const permuted = (bytes: Uint8Array) => Uint8Array.from(order.flatMap((k) => [...rows(bytes)[k]]))
  for (const name of ['float16', 'int8', 'int4']) {
    const recode = (bytes: Uint8Array) => {
      const coded = codec(name)!.encode(bytes, sendingOf('replay', cartpole))
      return codec(name)!.decode(coded.bytes, coded.count, sendingOf('replay', cartpole))
    }
    assert.ok(sameBytes(recode(permuted(body)), permuted(recode(body))), name)
  }
})

test('stochastic rounding has no error in the mean, and the same words give the same bytes', () => {
  const value = 0.3
  const policies = encodePolicies(Float32Array.of(value, 1 - value))
  const weights = encodeWeights(Float32Array.of(1, value))
  const one = codec('int4-stochastic')!
  const stream = makeStream(9, 5)
  let [policy, weight] = [0, 0]
  const draws = 20_000
  for (let n = 0; n < draws; n++) {
    const words = stream.word
    const sending = { ...sendingOf('policies', cartpole), words }
    policy += decodePolicies(one.decode(one.encode(policies, sending).bytes, 1, sending), cartpole, 1)[0]
    const other = { ...sending, kind: 'weights' } as const
    weight += new Float32Array(one.decode(one.encode(weights, other).bytes, 2, other).buffer)[1]
  }
  // A standard error is half a level / sqrt(20,000), 0.0005.
  assert.ok(Math.abs(policy / draws - value) < 0.0015, `policies: ${policy / draws}`)
  assert.ok(Math.abs(weight / draws - value) < 0.0015, `weights: ${weight / draws}`)
  const body = drawBody(stream, 'replay', cartpole, 99)
  const [a, b, c] = [3, 3, 4].map((key) => one.encode(body, sendingOf('replay', cartpole, key)).bytes)
  assert.ok(sameBytes(a, b))
  assert.not(sameBytes(a, c))
})

test('the greatest and the least numbers of float32 stay finite in blocks, and what are all 0 stays 0', () => {
  for (const name of ['int8', 'int8-stochastic', 'int4', 'int4-stochastic']) {
    for (const size of [3.4028234663852886e38, 3.4028232635611926e38, 1.5 * 2 ** 127, 2 ** -126, 200 * 2 ** -149, 0]) {
      const body = encodeWeights(Float32Array.from({ length: 40 }, (_, k) => (k % 3 ? -size : size / 3)))
      const sending = sendingOf('weights', cartpole)
      const { bytes, count } = codec(name)!.encode(body, sending)
      const back = codec(name)!.decode(bytes, count, sending)
      checkBody('weights', back, cartpole)
      const [was, is] = [body, back].map((one) => new Float32Array(one.slice().buffer))
      const error = is.reduce((most, x, k) => Math.max(most, Math.abs(x - was[k])), 0)
      assert.ok(error <= codec(name)!.numberError(size), `${name} ${size}: ${error}`)
    }
  }
})

test('a body that no receiver would take is refused before it is encoded', () => {
  const nan = new Uint8Array(Float32Array.of(0, Number.NaN).buffer)
  for (const name of formats) {
    assert.throws(() => codec(name)!.encode(nan, sendingOf('weights', cartpole)), /payload \(non-finite\)/)
    assert.throws(() => codec(name)!.encode(nan, sendingOf('policies', cartpole)), /payload \(non-finite\)/)
  }
  const descending = encodeProxies({ indices: Int32Array.of(5, 4), policies: Float32Array.of(1, 0, 1, 0) })
  assert.throws(() => codec('delta-index')!.encode(descending, sendingOf('proxies', cartpole)), /payload \(index\)/)
})

// ---- nothing else is read

test('every cut body is refused, and so is one with a byte too many or with another count', () => {
  const stream = makeStream(9, 6)
  for (const kind of kinds) {
    for (const space of spaces) {
      for (const one of plainCodecs(kind)) {
        const { bytes, count } = one.encode(drawBody(stream, kind, space, 9), sendingOf(kind, space))
        const ends = sendingOf(kind, space)
        const refuse = (changed: Uint8Array, claimed: number, what: string) =>
          assert.instance(
            hasThrown(() => one.decode(changed, claimed, ends)),
            PayloadError,
            `${one.name} ${kind}: ${what}`,
          )
        for (let length = 0; length < bytes.length; length++)
          refuse(bytes.subarray(0, length), count, `${length} bytes`)
        refuse(Uint8Array.of(...bytes, 0), count, 'one byte more')
        for (const claimed of [count - 2, count + 2, 2 ** 31, 2 ** 32 - 1]) refuse(bytes, claimed, `count ${claimed}`)
      }
    }
  }
})

test('a level, a scale or a share that no sender writes is refused', () => {
  const scale = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)]
  const refused: [string, Kind, number, number[], string][] = [
    ['int8', 'weights', 1, [...scale(1), 128], 'level'],
    ['int4', 'weights', 2, [...scale(1), 8], 'level'],
    ['int4', 'weights', 2, [...scale(1), 0x80], 'level'],
    ['int4', 'weights', 1, [...scale(1), 0x10], 'level'],
    ['int4', 'policies', 1, [0x10], 'level'],
    ['int8', 'weights', 1, [...scale(-1), 1], 'non-finite'],
    ['int8', 'weights', 1, [...scale(-0), 1], 'non-finite'],
    ['int8', 'weights', 1, [...scale(Number.NaN), 1], 'non-finite'],
    ['int8', 'weights', 1, [...scale(3.4e38), 1], 'non-finite'],
    ['float16', 'weights', 1, [0, 0x7c], 'non-finite'],
    ['float16', 'weights', 1, [1, 0xfc], 'non-finite'],
  ]
  const decode = (name: string, kind: Kind, count: number, bytes: number[], space = cartpole) =>
    codec(name)!.decode(Uint8Array.from(bytes), count, sendingOf(kind, space))
  for (const [name, kind, count, bytes, code] of refused) {
    const error = hasThrown(() => decode(name, kind, count, bytes))
    assert.is((error as PayloadError | null)?.code, code, `${name} ${kind} ${bytes}`)
  }
  const three = { ...cartpole, actions: 3 }
  assert.equal([...new Float32Array(decode('int4', 'policies', 1, [0xf0], three).buffer)], [0, 1, 0])
  const shares = hasThrown(() => decode('int4', 'policies', 1, [0xf1], three)) as PayloadError
  assert.is(shares.code, 'probability')
  assert.match(shares.message, /expected at most 15 shares, got 16/)
})

/** Codecs whose bytes follow from the body that is read. The scales of blocks do not: another one may say the same. */
const isExact = (name: string, kind: Kind) => !name.includes('int') || !['replay', 'weights'].includes(kind)

test('each of 20,000 mutants is refused with a code, or is what its own body is encoded to', () => {
  const stream = makeStream(9, 7)
  let taken = 0
  const codes = new Set<string>()
  for (let n = 0; n < 20_000; n++) {
    const kind = kinds[n % kinds.length]
    const space = spaces[stream.integer(spaces.length)]
    const all = plainCodecs(kind).filter(({ name }) => !name.includes('stochastic'))
    const one = all[stream.integer(all.length)]
    const { bytes, count } = one.encode(drawBody(stream, kind, space, 1 + stream.integer(5)), sendingOf(kind, space))
    const mutant = mutate(bytes, stream) as Uint8Array
    const claimed = stream.integer(4)
      ? count
      : [count + 1, count - 1, stream.integer(40), stream.word()][stream.integer(4)]
    const what = `mutant ${n}: ${one.name}, ${kind}`
    try {
      const body = one.decode(mutant, claimed, sendingOf(kind, space))
      assert.is(entryCount(kind, space, body), claimed, what)
      checkBody(kind, body, space)
      taken++
      if (isExact(one.name, kind)) {
        assert.equal([...one.encode(body, sendingOf(kind, space)).bytes], [...mutant], what)
      }
    } catch (error) {
      if (!(error instanceof PayloadError)) throw error
      codes.add(error.code)
    }
  }
  assert.ok(taken > 500, `${taken} were read`)
  for (const code of ['length', 'index', 'visits', 'non-finite', 'probability', 'level'])
    assert.ok(codes.has(code), code)
})

// ---- top-k

test('top-k keeps the clusters that were visited most often, of equal ones the first, and the server keeps all', () => {
  const stream = makeStream(9, 8)
  for (let n = 0; n < 200; n++) {
    const kind = n % 2 ? 'visits' : 'proxies'
    const count = 1 + stream.integer(30)
    const indices = Int32Array.from({ length: count }, (_, k) => 7 * k + stream.integer(7))
    const visits = Uint32Array.from(indices, () => 1 + stream.integer(4))
    const policies = Float32Array.from([...indices].flatMap(() => drawPolicy(stream, 2)))
    const body = encodeProxies({ indices, visits: kind === 'visits' ? visits : undefined, policies })
    const most = 1 + stream.integer(30)
    const one = codec(`top-k:${most}+delta-index`)!
    const sending = { ...sendingOf(kind, cartpole), visits: () => ({ indices, visits }) }
    const { bytes, count: kept } = one.encode(body, sending)
    const got = decodeProxies(one.decode(bytes, kept, sending), cartpole, kind)
    const ranked = [...indices.keys()].sort((a, b) => visits[b] - visits[a] || a - b).slice(0, most)
    const rows = ranked.sort((a, b) => a - b)
    assert.equal(
      [...got.indices],
      rows.map((k) => indices[k]),
    )
    assert.equal(bits(got.policies), bits(rows.flatMap((k) => [policies[2 * k], policies[2 * k + 1]])))
    assert.is(one.encode(body, { ...sending, visits: null }).count, count)
  }
})

// ---- difference

/** A body that differs little from another: other visits, some new clusters, and numbers that have moved. */
function moved(stream: Stream, kind: Kind, space: Space, body: Uint8Array): Uint8Array {
  if (kind === 'weights') {
    return encodeWeights(
      new Float32Array(body.slice().buffer).map((weight) => weight + 0.01 * (stream.uniform() - 0.5)),
    )
  }
  const shift = (policies: Float32Array) => {
    const other = Array.from({ length: policies.length / space.actions }, () =>
      drawPolicy(stream, space.actions),
    ).flat()
    return policies.map((p, k) => Math.min(0.9 * p + 0.1 * other[k], 1))
  }
  if (kind === 'policies') return encodePolicies(shift(decodePolicies(body, space, entryCount(kind, space, body))))
  const { indices, visits, policies } = decodeProxies(body, space, kind as 'proxies')
  const keep = [...indices.keys()].filter((k) => indices[k] % 3 > 0)
  return encodeProxies({
    indices: Int32Array.from(keep, (k) => indices[k]),
    visits: visits && Uint32Array.from(keep, (k) => visits[k]),
    policies: shift(
      Float32Array.from(keep.flatMap((k) => [...policies.subarray(k * space.actions, (k + 1) * space.actions)])),
    ),
  })
}

test('a difference of a difference of ... stays within the error of one', () => {
  const stream = makeStream(9, 9)
  for (const kind of ['proxies', 'visits', 'weights', 'policies'] as const) {
    for (const space of spaces) {
      for (const name of ['difference+float16', 'difference+int8', 'difference+int4-stochastic']) {
        const one = codec(isProxies(kind) ? name.replace('+', '+delta-index+') : name)!
        const first = drawBody(stream, kind, space, 150)
        let body = first
        let base: Uint8Array | null = null
        for (let round = 0; round < 12; round++) {
          const sending: Sending = {
            ...sendingOf(kind, space, round),
            base: base && { body: base, digest: digestOf(round) },
          }
          const { bytes, count } = one.encode(body, sending)
          assert.is(bytes.length, one.size(body, sending))
          assert.is(
            bytes.subarray(0, 8).every((byte) => byte === 0),
            base === null,
          )
          const got = one.decode(bytes, count, sending)
          checkBody(kind, got, space)
          const [was, is] = [partsOf(kind, space, body), partsOf(kind, space, got)]
          assert.equal(is.ints, was.ints)
          const far = (a: number[][], b: number[][]) =>
            a.reduce((most, row, k) => row.reduce((m, x, c) => Math.max(m, Math.abs(x - b[k][c])), most), 0)
          const { actions } = space
          // Differences of probabilities are at most 1; the last probability has the errors of all others.
          const bound = base
            ? Math.max(actions * one.numberError(kind === 'weights' ? 0.02 : 1), 1e-6)
            : Math.max(one.policyError(actions), kind === 'weights' ? one.numberError(15_000) : 0)
          const error = Math.max(far(was.numbers, is.numbers), far(was.policies, is.policies))
          const tiny = kind === 'weights' ? 0.002 : 2e-6 // a step of f32 at 15,000 is 0.001
          assert.ok(error <= bound + tiny, `${one.name} ${kind} round ${round}: ${error} > ${bound}`)
          base = got
          body = moved(stream, kind, space, kind === 'weights' ? got : body)
        }
      }
    }
  }
})

test('a difference from another download is refused, and so is one that a receiver has none for', () => {
  const stream = makeStream(9, 10)
  const one = codec('difference+int8')!
  const [body, base] = [drawBody(stream, 'weights', cartpole, 70), drawBody(stream, 'weights', cartpole, 70)]
  const sending = { ...sendingOf('weights', cartpole), base: { body: base, digest: digestOf(1) } }
  const { bytes, count } = one.encode(body, sending)
  const code = (act: () => unknown) => (hasThrown(act) as PayloadError | null)?.code
  assert.is(
    code(() => one.decode(bytes, count, sending)),
    undefined,
  )
  assert.is(
    code(() => one.decode(bytes, count, { ...sending, base: null })),
    'base',
  )
  assert.is(
    code(() => one.decode(bytes, count, { ...sending, base: { body: base, digest: digestOf(2) } })),
    'base',
  )
  const shorter = { body: base.subarray(0, 40), digest: digestOf(1) }
  assert.is(
    code(() => one.decode(bytes, count, { ...sending, base: shorter })),
    'base',
  )
  // A base of another length is none.
  const whole = one.encode(body, { ...sending, base: shorter })
  assert.ok(whole.bytes.subarray(0, 8).every((byte) => byte === 0))
  for (let length = 0; length < bytes.length; length++) {
    assert.ok(
      code(() => one.decode(bytes.subarray(0, length), count, sending)),
      `${length} bytes`,
    )
  }
  for (let n = 0; n < 3000; n++) {
    const kind = (['weights', 'policies', 'proxies'] as const)[n % 3]
    const space = spaces[n % spaces.length]
    const ends = { ...sendingOf(kind, space), base: { body: drawBody(stream, kind, space, 6), digest: digestOf(1) } }
    const coded = one.encode(drawBody(stream, kind, space, 6), ends)
    const error = hasThrown(() => one.decode(mutate(coded.bytes, stream) as Uint8Array, coded.count, ends))
    assert.ok(error === null || error instanceof PayloadError, `mutant ${n}: ${error}`)
  }
})

test('a cluster that the last download does not have is taken for one where all actions are alike', () => {
  const one = codec('difference+delta-index+int8')!
  const base = encodeProxies({ indices: Int32Array.of(3, 9), policies: Float32Array.of(0.25, 0.75, 1, 0) })
  const sending = { ...sendingOf('proxies', cartpole), base: { body: base, digest: digestOf(1) } }
  const policies = Float32Array.of(0.5, 0.5, 0.25, 0.75, 0.5, 0.5, 1, 0, 0.5, 0.5)
  const { bytes } = one.encode(encodeProxies({ indices: Int32Array.of(1, 3, 5, 9, 11), policies }), sending)
  // The digest, five distances, and a block of differences: all of them are 0.
  assert.equal([...bytes.subarray(8)], [1, 1, 1, 3, 1, ...new Array(4 + 5).fill(0)])
})

// ---- runs

const small = { agents: 3, width: 8, depth: 1, cap: 23, period: 5, seed: 4, until: 'cap' } as const
/** Codecs for each method that sends. */
const used: Readonly<Record<string, readonly string[]>> = {
  mixfrd: ['float16', 'int4', 'delta-index+int8-stochastic', 'top-k:20+difference+delta-index+int8'],
  frd: ['int8', 'delta-index', 'top-k:9', 'difference+int4-stochastic'],
  pd: ['float16', 'int8', 'int4-stochastic'],
  frl: ['float16', 'int8', 'difference+int8', 'difference+int4-stochastic'],
  fedhpd: ['int8', 'difference+int8-stochastic'],
}

/** The digest of groups that play whole periods ahead. */
async function overCarriers(given: Partial<Config>): Promise<string> {
  const time = new MadeUpTime()
  const ends: Promise<string>[] = []
  const places = [[0, 2], [1]].map((agents): GroupPlace => {
    const [carrier, there] = linked(time, uniforms(3), CALM)
    ends.push(takePartOver(given, agents, there))
    return { agents, carrier }
  })
  const { digest } = await time.until(drive(serveOver(given, places, { timer: time.timer })))
  await time.until(Promise.all(ends))
  return digest
}

test('a run with a codec has one digest, wherever its agents live and although they go back within a period', async () => {
  const digests = new Set<string>()
  let isWithin = false
  for (const [method, codecs] of Object.entries(used)) {
    for (const name of codecs) {
      for (const more of name !== codecs[codecs.length - 1] || method === 'fedhpd'
        ? [small]
        : [small, { ...easy, until: 'last' } as const]) {
        const given = { ...more, method, codec: name }
        const { digest, exchanges, episodes, config } = runToEnd(given)
        assert.ok(exchanges.length > 1 || more !== small, `${method} ${name}`)
        isWithin ||= exchanges.length > 1 && episodes < config.cap && episodes % config.period !== 0
        const members = Array.from({ length: 3 }, (_, i) => takePart(given, i))
        assert.is((await drive(serve(given, members))).digest, digest, `${method} ${name}`)
        assert.is(await overCarriers(given), digest, `${method} ${name}, over carriers`)
        digests.add(digest)
      }
    }
  }
  assert.ok(digests.size > 20)
  assert.ok(isWithin, 'some mission ends within a period')
})

test('what a codec saves is counted: the payload is what stands behind the header, and of FRL what the policy takes of it', () => {
  for (const [method, codecs] of Object.entries(used)) {
    const plain = runToEnd({ ...small, method }).exchanges[0]
    for (const name of codecs) {
      const frames: Uint8Array[][] = []
      const transport = observing((up, down) => frames.push([...up], [...down]))
      const { exchanges } = runToEnd({ ...small, method, codec: name }, { transport })
      for (const [k, one] of exchanges.entries()) {
        for (const frame of name.includes('difference') ? [...frames[2 * k], ...frames[2 * k + 1]] : []) {
          const isWhole = frame.subarray(HEADER_BYTES, HEADER_BYTES + 8).every((byte) => byte === 0)
          assert.is(isWhole, k === 0, `${method} ${name}, exchange ${k}`)
        }
        const lengths = (list: readonly Uint8Array[]) => list.map(({ length }) => length)
        assert.equal(one.uplinkWireBytes, lengths(frames[2 * k]))
        assert.equal(one.downlinkWireBytes, lengths(frames[2 * k + 1]))
        if (methods[method].paperBytes) continue
        assert.equal(
          one.uplinkBytes,
          one.uplinkWireBytes.map((bytes) => bytes - HEADER_BYTES),
        )
        assert.equal(
          one.downlinkBytes,
          one.downlinkWireBytes.map((bytes) => bytes - HEADER_BYTES),
        )
      }
      assert.ok(exchanges[0].uplinkBytes[0] < plain.uplinkBytes[0], `${method} ${name}`)
    }
  }
  const { exchanges } = runToEnd({ ...small, method: 'frl', codec: 'int8' })
  // 58 weights of the policy: 4-8-2 with biases, in one block.
  assert.equal(exchanges[0].uplinkBytes, [62, 62, 62])
})

test('a download travels whole where its receivers do not have the same one before it', () => {
  const given = { ...small, method: 'frl', codec: 'difference+int8', absent: [[], [1], [], [2]] }
  const wholes: string[] = []
  const isWhole = (frame: Uint8Array) => frame.subarray(HEADER_BYTES, HEADER_BYTES + 8).every((byte) => byte === 0)
  const told = (frames: readonly Uint8Array[]) => frames.map((frame) => (isWhole(frame) ? 'whole' : 'part')).join(' ')
  runToEnd(given, { transport: observing((up, down) => wholes.push(`${told(up)}, ${told(down)}`)) })
  assert.equal(wholes, [
    'whole whole whole, whole whole whole',
    'part part, part part',
    // Agent 1 has the first download, and the others have the second one.
    'part part part, whole whole whole',
    'part part, part part',
  ])
})

test('a result with a codec is stored and read, and its bytes must not contradict one another', () => {
  const result = runToEnd({ ...small, method: 'frd', codec: 'delta-index+int8' })
  const line = encodeResult(result)
  assert.equal(decodeResult(line, 'x'), result)
  assert.match(line, /"codec":"delta-index\+int8"/)
  assert.not.match(encodeResult(runToEnd({ ...small, method: 'frd' })), /codec/)
  const [first, ...rest] = result.exchanges
  const wrong = { ...first, uplinkBytes: first.uplinkBytes.map((bytes) => 3 * bytes) }
  assert.throws(() => checkContradictions({ ...result, exchanges: [wrong, ...rest] }), /uplinkWireBytes\[0\]/)
})

test('rounding draws from streams of its own, of each agent and of the server, one for each exchange', () => {
  // Nothing is learned, so every exchange has the same bodies.
  const still = { ...small, method: 'fedhpd', policyRate: 0, valueRate: 0, distillRate: 0, cap: 16 } as const
  const framesOf = (name: string) => {
    const seen: (readonly Uint8Array[])[] = []
    runToEnd({ ...still, codec: name }, { transport: observing((up, down) => seen.push([...up, down[0]])) })
    return seen.map((frames) => frames.map((frame) => frame.subarray(HEADER_BYTES)))
  }
  const one = codec('int4-stochastic')!
  const plain = framesOf('float32')
  const rounded = framesOf('int4-stochastic')
  assert.is(rounded.length, 3)
  const { space, config } = setUp(still).context
  for (const [exchange, bodies] of rounded.entries()) {
    const sending = (who: number | 'server'): Sending => ({
      ...sendingOf('policies', space),
      words: makeStream(...streamKey('CartPole-v1', small.seed, who, 'codec', exchange)).word,
    })
    const uploads = bodies.slice(0, 3).map((body) => one.decode(body, 5000, sending(0)))
    for (const agent of [0, 1, 2]) {
      assert.ok(sameBytes(bodies[agent], one.encode(plain[exchange][agent], sending(agent)).bytes), `agent ${agent}`)
    }
    const global = methods.fedhpd.aggregate(uploads, { space, config })
    assert.ok(sameBytes(bodies[3], one.encode(global, sending('server')).bytes), 'the server')
  }
})

test('a download that was changed on its way is refused, and so is a float32 frame where a codec is agreed on', () => {
  const given = { ...small, method: 'frl', codec: 'difference+int8' }
  const flip = (at: number) => (frame: Uint8Array) => {
    const changed = frame.slice()
    changed[at] ^= 1
    return changed
  }
  for (const at of [6, HEADER_BYTES, HEADER_BYTES + 20]) {
    const act = () => runToEnd(given, { transport: (up, serveAll) => up.map(() => flip(at)(serveAll(up))) })
    assert.instance(hasThrown(act), PayloadError, `byte ${at}`)
  }
})

test.run()
