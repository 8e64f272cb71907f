// A corpus of malformed values: frames, results, archives, checkpoints, safetensors, configs, environment records and
// methods, each with the class of the error that refuses it, and for flags and files the exit code of the command line.
// Beside those made by hand there are seeded mutants of valid values (mutants.ts).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runCommandLine } from '../src/cli/frd.ts'
import { loadOwn } from '../src/results/modules.ts'
import { resultKey } from '../src/results/result.ts'
import * as b from './borders.ts'
import { upperBound } from './helpers.ts'
import { faultOf } from './mutants.ts'

/** What a case is, the value, and the class of the error. */
type Case<T> = readonly [what: string, value: T, error: string]

let cases = 0

/** Every case is refused with its error, and no case is there twice. */
function refuses<T>(take: (value: T) => void, list: readonly Case<T>[]): void {
  assert.is(new Set(list.map(([what]) => what)).size, list.length, 'each case once')
  cases += list.length
  for (const [what, value, error] of list) {
    let got = 'nothing thrown'
    let message = ''
    try {
      take(value)
    } catch (thrown) {
      got = b.classOf(thrown) ?? String(thrown)
      message = String(thrown)
    }
    assert.is(got, error, `${what}: ${message}`)
  }
}

const border = (name: string) => b.borders.find((one) => one.name === name)!

test('what is valid is taken', () => {
  for (const { samples, take } of b.borders) for (const sample of samples) take(sample)
})

// ---- frames

/** A copy of bytes with a u32 changed. */
function word(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice()
  new DataView(copy.buffer).setUint32(at, value, true)
  return copy
}
const float = (bytes: Uint8Array, at: number, value: number): Uint8Array =>
  word(bytes, at, new Uint32Array(Float32Array.of(value).buffer)[0])

/** Values that are no bytes. */
const noBytes: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a text', 'FRD1'],
  ['a number', 32],
  ['a list', [1, 2, 3]],
  ['floats', new Float32Array(8)],
  ['a clamped array', new Uint8ClampedArray(32)],
  ['signed bytes', new Int8Array(32)],
  ['a buffer', new ArrayBuffer(32)],
  ['a shared buffer', new SharedArrayBuffer(32)],
  ['a view of data', new DataView(new ArrayBuffer(32))],
  ['what only says so', { [Symbol.toStringTag]: 'Uint8Array', length: 32, buffer: new ArrayBuffer(32) }],
  ['a buffer that was transferred', transferred(new Uint8Array(64))],
]

function transferred<T extends Uint8Array | Float32Array>(view: T): T {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })
  return view
}

for (const kind of b.kinds) {
  test(`a malformed frame of ${kind} is refused with the code of what is wrong`, () => {
    const frame = b.frameOf(kind)
    const size = b.bodies[kind].length / (b.countIn(kind, b.bodies[kind]) || 1) || 4
    const list: Case<Uint8Array>[] = [
      ...noBytes.map(([what, value]) => [what, value as Uint8Array, 'TypeError'] as const),
      ...[0, 1, 31].map((length) => [`${length} bytes`, frame.slice(0, length), 'PayloadError length'] as const),
      ['the magic of another', word(frame, 0, 0x32445246), 'PayloadError magic'],
      ['the bytes of the magic reversed', word(frame, 0, 0x46524431), 'PayloadError magic'],
      ['version 0', word(frame, 4, (frame[5] << 8) | 0), 'PayloadError version'],
      ['version 2', word(frame, 4, (frame[5] << 8) | 2), 'PayloadError version'],
      ['a flag', word(frame, 4, 0x10001 | (frame[5] << 8)), 'PayloadError version'],
      ['another kind', word(frame, 4, 1 | (((frame[5] + 1) % 6) << 8)), 'PayloadError kind'],
      ['an unknown kind', word(frame, 4, 1 | (200 << 8)), 'PayloadError kind'],
      ['another federation', word(frame, 8, 9), 'PayloadError federation'],
      ['another config', word(frame, 12, 9), 'PayloadError config'],
      ['an earlier round', word(frame, 16, 4), 'PayloadError round'],
      ['a later round', word(frame, 16, 6), 'PayloadError round'],
      ['another agent', word(frame, 20, 2), 'PayloadError agent'],
      ['the server', word(frame, 20, 0xffffffff), 'PayloadError agent'],
      ['one entry more than there are', word(frame, 24, b.countIn(kind, b.bodies[kind]) + 1), 'PayloadError count'],
      ['2^32 - 1 entries', word(frame, 24, 0xffffffff), 'PayloadError count'],
      ['another checksum', word(frame, 28, 0x12345678), 'PayloadError crc'],
      ['a byte behind the body', Uint8Array.of(...frame, 0), 'PayloadError length'],
      [
        'a word too much',
        Uint8Array.of(...frame, 0, 0, 0, 0),
        kind === 'weights' ? 'PayloadError count' : 'PayloadError length',
      ],
    ]
    if (kind !== 'none') {
      list.push(
        ['a changed bit in the body', word(frame, 32, 0x55555555), 'PayloadError crc'],
        ['an entry less', frame.slice(0, -size), 'PayloadError count'],
        ['half an entry less', frame.slice(0, -2), 'PayloadError length'],
        ['no body', frame.slice(0, 32), 'PayloadError count'],
      )
    }
    refuses((value) => b.takeFrame(kind, value), list)
  })
}

test('a body that is wrong behind a right checksum is refused with the code of what is wrong', () => {
  const { proxies, visits, replay, weights, policies } = b.bodies
  const wrongFloats: readonly (readonly [string, number, string])[] = [
    ['NaN', Number.NaN, 'non-finite'],
    ['Infinity', Number.POSITIVE_INFINITY, 'non-finite'],
    ['-Infinity', Number.NEGATIVE_INFINITY, 'non-finite'],
    ['a probability below 0', -0.001, 'probability'],
    ['a probability above 1', 1.001, 'probability'],
    ['a sum far from 1', 0.6, 'probability'],
  ]
  const frames: [b.Kind, string, Uint8Array, string][] = [
    ['proxies', 'an index below 0', word(proxies, 0, 0xffffffff), 'index'],
    ['proxies', 'an index twice', word(proxies, 12, 0), 'index'],
    ['proxies', 'descending indices', word(proxies, 0, 8), 'index'],
    ['proxies', 'the index after the last', word(proxies, 24, 10_000), 'index'],
    ['visits', 'an index below 0', word(visits, 0, 0x80000000), 'index'],
    ['visits', 'the index after the last', word(visits, 32, 10_000), 'index'],
    ['visits', 'no visit', word(visits, 4, 0), 'visits'],
    ['visits', '2^31 visits', word(visits, 4, 0x80000000), 'visits'],
    ['weights', 'NaN', float(weights, 4, Number.NaN), 'non-finite'],
    ['weights', 'Infinity', float(weights, 12, Number.POSITIVE_INFINITY), 'non-finite'],
    ['weights', 'three weights', weights.slice(0, 12), 'count'],
    ['weights', 'no weights', weights.slice(0, 0), 'count'],
    ['policies', 'two policies', policies.slice(0, 16), 'count'],
    ['replay', 'a state of NaN', float(replay, 0, Number.NaN), 'non-finite'],
    ['replay', 'a state of Infinity', float(replay, 36, Number.POSITIVE_INFINITY), 'non-finite'],
    ...wrongFloats.flatMap(([what, value, code]): [b.Kind, string, Uint8Array, string][] => [
      ['proxies', what, float(proxies, 4, value), code],
      ['visits', what, float(visits, 8, value), code],
      ['replay', what, float(replay, 16, value), code],
      ['policies', what, float(policies, 0, value), code],
    ]),
  ]
  refuses(
    ([kind, body]) => b.takeFrame(kind, b.frameOf(kind, body)),
    frames.map(([kind, what, body, code]) => [`${kind}: ${what}`, [kind, body] as const, `PayloadError ${code}`]),
  )
})

// ---- results and archives

const [line] = b.lines
const sealed = (text: string) => {
  const body = text.slice(0, text.lastIndexOf(',"sha256":"'))
  return `${body},"sha256":"${bytesToHex(sha256(utf8ToBytes(body)))}"}`
}
/** The line with a part replaced and a checksum that fits. */
const edited = (from: string | RegExp, to: string) => {
  const text = line.replace(from, to)
  assert.is.not(text, line, `nothing matches ${from}`)
  return sealed(text)
}
const resultCases: Case<string>[] = [
  ['an empty text', '', 'ResultError'],
  ['null', 'null', 'ResultError'],
  ['a brace', '{', 'ResultError'],
  ['another schema', line.replace('frd-result-v1', 'frd-result-v9'), 'ResultError'],
  ['a byte order mark', `\ufeff${line}`, 'ResultError'],
  ['a line feed', `${line}\n`, 'ResultError'],
  ['a space', `${line} `, 'ResultError'],
  ['no checksum', `${line.slice(0, line.lastIndexOf(',"sha256"'))}}`, 'ResultError'],
  ['the checksum of another', line.replace(/[0-9a-f]{64}"\}$/, `${'0'.repeat(64)}"}`), 'ResultError'],
  ['a checksum in capitals', line.replace(/[0-9a-f]{64}"\}$/, (end) => end.toUpperCase()), 'ResultError'],
  ['an edited score', line.replace(/"scores":\[\[\d+/, '"scores":[[499'), 'ResultError'],
  ['deep nesting', edited('"seed":', `"x":${'['.repeat(20)}${']'.repeat(20)},"seed":`), 'ResultError'],
  ['a doubled key', edited('"seed":1', '"seed":1,"seed":1'), 'ResultError'],
  ['a key that nobody knows', edited('"seed":1', '"seed":1,"mood":1'), 'ResultError'],
  ['__proto__', edited('"seed":1', '"seed":1,"__proto__":{}'), 'ResultError'],
  ['a space within', edited('"seed":1', '"seed": 1'), 'ResultError'],
  ['an escape', edited('"frd"', '"\\u0066rd"'), 'ResultError'],
  ['-0', edited('"seed":1', '"seed":-0'), 'ResultError'],
  ['1.0', edited('"seed":1', '"seed":1.0'), 'ResultError'],
  ['1e0', edited('"seed":1', '"seed":1e0'), 'ResultError'],
  ['NaN', edited('"seed":1', '"seed":NaN'), 'ResultError'],
  ['a seed of another type', edited('"seed":1', '"seed":"1"'), 'ResultError'],
  ['a seed above 2^53', edited('"seed":1', '"seed":9007199254740993'), 'ResultError'],
  ['a seed that differs from the config', edited('"seed":1', '"seed":2'), 'ResultError'],
  ['a negative cap', edited('"cap":3', '"cap":-3'), 'ResultError'],
  ['a cap as list', edited('"cap":3', '"cap":[3]'), 'ResultError'],
  ['an unknown preset', edited('"preset":"paper"', '"preset":"best"'), 'ResultError'],
  ['half a score', edited(/"scores":\[\[\d+/, '"scores":[[9.5'), 'ResultError'],
  ['an agent less', edited(/"scores":\[\[[\d,]*\],/, '"scores":['), 'ResultError'],
  ['no scores', edited(/"scores":\[\[.*?\]\]/, '"scores":[]'), 'ResultError'],
  ['scores of null', edited(/"scores":\[\[.*?\]\]/, '"scores":null'), 'ResultError'],
  ['a digest of 63 digits', edited(/"digest":"[0-9a-f]/, '"digest":"'), 'ResultError'],
  ['a digest of null', edited(/"digest":"[0-9a-f]{64}"/, '"digest":null'), 'ResultError'],
  ['a digest in capitals', edited(/"digest":"[0-9a-f]{64}"/, `"digest":"${'A'.repeat(64)}"`), 'ResultError'],
  ['a negative number of steps', edited(/"envSteps":\d+/, '"envSteps":-1'), 'ResultError'],
  ['a failure that is a text', edited('"failure":null', '"failure":"yes"'), 'ResultError'],
  ['a failure without its fields', edited('"failure":null', '"failure":{}'), 'ResultError'],
  ['exchanges of null', edited(/"exchanges":\[.*?\}\]/, '"exchanges":null'), 'ResultError'],
  ['bytes below 0', edited(/"uplinkBytes":\[\d+/, '"uplinkBytes":[-12'), 'ResultError'],
  ['a completion after the cap', edited('"completion":null', '"completion":4'), 'ResultError'],
  ...[1, 30, 100, 500, line.length - 1].map(
    (at) => [`the first ${at} characters`, line.slice(0, at), 'ResultError'] as const,
  ),
]

test('a malformed result is refused, also behind a right checksum', () => refuses(border('result').take, resultCases))

const [first, head, ...rows] = b.archive.trimEnd().split('\n')
const text = (...all: readonly string[]) => `${all.join('\n')}\n`
const archiveCases: Case<string>[] = [
  ['an empty text', '', 'ResultError'],
  ['a line feed', '\n', 'ResultError'],
  ['no line feed at the end', b.archive.slice(0, -1), 'ResultError'],
  ['two line feeds at the end', `${b.archive}\n`, 'ResultError'],
  ['carriage returns', b.archive.replaceAll('\n', '\r\n'), 'ResultError'],
  ['a byte order mark', `\ufeff${b.archive}`, 'ResultError'],
  ['another schema', text(first.replace('v1', 'v2'), head, ...rows), 'ResultError'],
  ['no kernel', text(first.replace(/a{64}/, ''), head, ...rows), 'ResultError'],
  ['half a kernel hash', text(first.replace(/a{64}/, 'a'.repeat(32)), head, ...rows), 'ResultError'],
  ['a kernel hash in capitals', text(first.replace(/a{64}/, 'A'.repeat(64)), head, ...rows), 'ResultError'],
  [
    'kernel hashes out of order',
    text(first.replace(/a{64}/, `${'b'.repeat(64)} ${'a'.repeat(64)}`), head, ...rows),
    'ResultError',
  ],
  ['another number of runs', text(first.replace(/\d+$/, '4'), head, ...rows), 'ResultError'],
  ['no runs', text(first.replace(/\d+$/, '0'), head), 'ResultError'],
  ['no head', text(first, ...rows), 'ResultError'],
  ['another head', text(first, head.replace('seed', 'Seed'), ...rows), 'ResultError'],
  ['a row less', text(first, head, ...rows.slice(1)), 'ResultError'],
  ['rows out of order', text(first, head, ...[...rows].reverse()), 'ResultError'],
  ['a row twice', text(first.replace(/\d+$/, '4'), head, rows[0], ...rows), 'ResultError'],
  ['a column less', text(first, head, rows[0].replace(/,[01],/, ','), ...rows.slice(1)), 'ResultError'],
  ['a column more', text(first, head, `${rows[0]},1`, ...rows.slice(1)), 'ResultError'],
  ['a negative seed', text(first, head, rows[0].replace(/,(\d+),/, ',-1,'), ...rows.slice(1)), 'ResultError'],
  ['a seed with a leading 0', text(first, head, rows[0].replace(/,(\d+),/, ',0$1,'), ...rows.slice(1)), 'ResultError'],
  [
    'a seed above 2^53',
    text(first, head, rows[0].replace(/,(\d+),/, ',90071992547409931,'), ...rows.slice(1)),
    'ResultError',
  ],
  ['a failed of 2', text(first, head, rows[0].replace(/,0,([0-9a-f]{64})$/, ',2,$1'), ...rows.slice(1)), 'ResultError'],
  ['a short digest', text(first, head, rows[0].slice(0, -1), ...rows.slice(1)), 'ResultError'],
  ['an open quote', text(first, head, `"${rows[0]}`, ...rows.slice(1)), 'ResultError'],
  [
    'a quote where none is needed',
    text(first, head, rows[0].replace(/^([^,]*),/, '"$1",'), ...rows.slice(1)),
    'ResultError',
  ],
  ['an unknown setting', text(first, head, rows[0].replace(/^/, 'mood=1 '), ...rows.slice(1)), 'ResultError'],
  [
    'a default that is spelt out',
    text(first, head, rows[0].replace(/^/, 'agents=2 '), ...rows.slice(1)),
    'ResultError',
  ],
  [
    'a method that there is not',
    text(first, head, rows[0].replace(/method=\w+/, 'method=zzz'), ...rows.slice(1)),
    'ResultError',
  ],
  ['a null byte', text(first, head, `\0${rows[0]}`, ...rows.slice(1)), 'ResultError'],
]

test('a malformed archive is refused', () => refuses(border('archive').take, archiveCases))

// ---- checkpoints and safetensors

test('a malformed checkpoint is refused, and the agent stays as it was', () => {
  const { checkpoint } = b
  refuses(border('checkpoint').take, [
    ...noBytes.map(([what, value]) => [what, value, 'TypeError'] as const),
    ['no bytes', new Uint8Array(0), 'RangeError'],
    ['a header that was cut', checkpoint.slice(0, 75), 'RangeError'],
    ['a header alone', checkpoint.slice(0, 76), 'RangeError'],
    ['the magic of a frame', word(checkpoint, 0, 0x31445246), 'RangeError'],
    ['version 1', word(checkpoint, 4, 1), 'RangeError'],
    ['version 3', word(checkpoint, 4, 3), 'RangeError'],
    ['a shorter body', word(checkpoint, 8, checkpoint.length - 77), 'RangeError'],
    ['a body of 2^32 - 1 bytes', word(checkpoint, 8, 0xffffffff), 'RangeError'],
    ['another layout', word(checkpoint, 12, 7), 'RangeError'],
    ['another checksum', word(checkpoint, 44, 7), 'RangeError'],
    ['a changed head', word(checkpoint, 76, 7), 'RangeError'],
    ['a changed weight', word(checkpoint, 76 + 4096 + 64, 7), 'RangeError'],
    ['a changed last word', word(checkpoint, checkpoint.length - 4, 0x7fffffff), 'RangeError'],
    ['a byte less', checkpoint.slice(0, -1), 'RangeError'],
    ['a byte more', Uint8Array.of(...checkpoint, 0), 'RangeError'],
    ['zeros', new Uint8Array(checkpoint.length), 'RangeError'],
    ['two checkpoints', Uint8Array.of(...checkpoint, ...checkpoint), 'RangeError'],
    ['a safetensors file', b.safetensors, 'RangeError'],
  ])
})

test('a malformed safetensors file is refused, and the agent stays as it was', () => {
  const { safetensors } = b
  const length = new DataView(safetensors.buffer).getUint32(0, true)
  const json = new TextDecoder().decode(safetensors.subarray(8, 8 + length))
  const data = safetensors.subarray(8 + length)
  const file = (text: string | Uint8Array, body = data) => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
    const prefix = new Uint8Array(8)
    new DataView(prefix.buffer).setUint32(0, bytes.length, true)
    return Uint8Array.of(...prefix, ...bytes, ...body)
  }
  const changed = (from: string | RegExp, to: string) => {
    assert.is.not(json.replace(from, to), json, String(from))
    return file(json.replace(from, to))
  }
  refuses(border('safetensors').take, [
    ...noBytes.map(([what, value]) => [what, value, 'TypeError'] as const),
    ['no bytes', new Uint8Array(0), 'RangeError'],
    ['seven bytes', safetensors.slice(0, 7), 'RangeError'],
    ['a header of 0 bytes', word(safetensors, 0, 0), 'RangeError'],
    ['a header longer than the file', word(safetensors, 0, 1e9), 'RangeError'],
    ['a header of 2^63 bytes', word(safetensors, 4, 0x80000000), 'RangeError'],
    ['a header that is no JSON', file('{nonsense}'), 'RangeError'],
    ['a header that is a list', file('[]'), 'RangeError'],
    ['a header that is null', file('null'), 'RangeError'],
    ['a space before the header', file(` ${json}`), 'RangeError'],
    ['a byte order mark', file(`\ufeff${json}`), 'RangeError'],
    ['a header that is not UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d)), 'RangeError'],
    ['an empty header', file('{}'), 'RangeError'],
    ['text behind the header', file(`${json}x`), 'RangeError'],
    ['deep nesting', file(`{"a":${'['.repeat(9999)}${']'.repeat(9999)}}`), 'RangeError'],
    ['a tensor that nobody knows', changed('{', '{"extra":{},'), 'RangeError'],
    ['__proto__', changed('{', '{"__proto__":{},'), 'RangeError'],
    ['a tensor twice', changed(/("policy\.0\.bias":\{.*?\})/, '$1,$1'), 'RangeError'],
    ['a tensor less', changed(/"policy\.0\.bias":\{.*?\},/, ''), 'RangeError'],
    ['a tensor that is null', changed(/"policy\.0\.bias":\{.*?\}/, '"policy.0.bias":null'), 'RangeError'],
    ['no metadata', changed(/"__metadata__":\{.*?\},/, ''), 'RangeError'],
    ['metadata of null', changed(/"__metadata__":\{.*?\}/, '"__metadata__":null'), 'RangeError'],
    ['the layout of PyTorch', changed('in,out', 'out,in'), 'RangeError'],
    ['another activation', changed(/"activation":"\w+"/, '"activation":"gelu"'), 'RangeError'],
    ['doubles', changed('"F32"', '"F64"'), 'RangeError'],
    ['half floats', changed('"F32"', '"BF16"'), 'RangeError'],
    ['another shape', changed(/"shape":\[4,2\]/, '"shape":[2,4]'), 'RangeError'],
    ['a flat shape', changed(/"shape":\[4,2\]/, '"shape":[8]'), 'RangeError'],
    ['a shape of null', changed(/"shape":\[4,2\]/, '"shape":null'), 'RangeError'],
    ['a shape of texts', changed(/"shape":\[4,2\]/, '"shape":["4","2"]'), 'RangeError'],
    ['one offset', changed('"data_offsets":[0,32]', '"data_offsets":[0]'), 'RangeError'],
    ['offsets out of order', changed('"data_offsets":[0,32]', '"data_offsets":[32,0]'), 'RangeError'],
    ['a negative offset', changed('"data_offsets":[0,32]', '"data_offsets":[-32,0]'), 'RangeError'],
    ['half an offset', changed('"data_offsets":[0,32]', '"data_offsets":[0.5,32.5]'), 'RangeError'],
    ['offsets of texts', changed('"data_offsets":[0,32]', '"data_offsets":["0","32"]'), 'RangeError'],
    ['a gap', changed('"data_offsets":[32,40]', '"data_offsets":[36,44]'), 'RangeError'],
    ['an overlap', changed('"data_offsets":[32,40]', '"data_offsets":[28,36]'), 'RangeError'],
    [
      'a huge offset',
      changed('"data_offsets":[0,32]', '"data_offsets":[9007199254740960,9007199254740992]'),
      'RangeError',
    ],
    ['a field more', changed('"dtype":"F32"', '"dtype":"F32","note":1'), 'RangeError'],
    ['no data', file(json, new Uint8Array(0)), 'RangeError'],
    ['a byte of data less', safetensors.slice(0, -1), 'RangeError'],
    ['a byte of data more', Uint8Array.of(...safetensors, 0), 'RangeError'],
    ['NaN', file(json, float(data.slice(), 0, Number.NaN)), 'RangeError'],
    ['Infinity', file(json, float(data.slice(), data.length - 4, Number.POSITIVE_INFINITY)), 'RangeError'],
  ])
})

// ---- configs, environments and methods

const configCases: Case<unknown>[] = [
  ...[null, 'frd', 5, true, [], () => 1, 10n].map(
    (value) => [`a config that is ${typeof value} ${value}`, value, 'TypeError'] as const,
  ),
  ['an unknown field', { speed: 1 }, 'TypeError'],
  ['a field that is nearly one', { Agents: 2 }, 'TypeError'],
  ['agents of 0', { agents: 0 }, 'RangeError'],
  ['agents of 1025', { agents: 1025 }, 'RangeError'],
  ['agents of -0', { agents: -0 }, 'RangeError'],
  ['agents of NaN', { agents: Number.NaN }, 'RangeError'],
  ['agents as a text', { agents: '2' }, 'TypeError'],
  ['agents of null', { agents: null }, 'TypeError'],
  ['agents as bigint', { agents: 2n }, 'TypeError'],
  ['agents as list', { agents: [2] }, 'TypeError'],
  ['a seed below 0', { seed: -1 }, 'RangeError'],
  ['half a seed', { seed: 0.5 }, 'RangeError'],
  ['a seed of 2^53', { seed: 2 ** 53 }, 'RangeError'],
  ['a seed of Infinity', { seed: Number.POSITIVE_INFINITY }, 'RangeError'],
  ['sections of 216', { sections: 216 }, 'RangeError'],
  ['an unknown preset', { preset: 'best' }, 'RangeError'],
  ['a preset of null', { preset: null }, 'TypeError'],
  ['a method with a space', { method: 'a b' }, 'TypeError'],
  ['a method with a line feed', { method: 'frd\n' }, 'TypeError'],
  ['a method that is a function', { method: () => 1 }, 'TypeError'],
  ['an empty env', { env: '' }, 'TypeError'],
  ['ranges of none', { ranges: [] }, 'TypeError'],
  ['ranges of three', { ranges: [1, 1, 1] }, 'RangeError'],
  ['ranges with a hole', { ranges: Object.assign(new Array(4), [1, 1, 1]) }, 'TypeError'],
  ['ranges of texts', { ranges: ['1', '1', '1', '1'] }, 'TypeError'],
  ['a range of 0', { ranges: [1, 0, 1, 1] }, 'RangeError'],
  ['a range of NaN', { ranges: [1, Number.NaN, 1, 1] }, 'RangeError'],
  ['a range upside down', { ranges: [1, [2, 1], 1, 1] }, 'RangeError'],
  ['a range of one end', { ranges: [1, [2], 1, 1] }, 'RangeError'],
  ['ranges as a typed array', { ranges: Float64Array.of(1, 1, 1, 1) }, 'TypeError'],
  ['nets of a hole', { nets: Object.assign(new Array(2), { 1: { width: 2, depth: 1 } }) }, 'TypeError'],
  ['nets of none', { nets: [] }, 'RangeError'],
  ['nets of a number', { nets: 3 }, 'TypeError'],
  ['a net without depth', { nets: [{ width: 2 }] }, 'TypeError'],
  ['a net with a field too much', { nets: [{ width: 2, depth: 1, size: 1 }] }, 'TypeError'],
  ['a net of width 0', { nets: [{ width: 0, depth: 1 }] }, 'RangeError'],
  ['nets beside agents', { nets: [{ width: 2, depth: 1 }], agents: 2 }, 'RangeError'],
  ['a critic that is a word', { critic: 'actor' }, 'TypeError'],
  ['a portion of 0', { mixupPortion: 0 }, 'RangeError'],
  ['a portion of 1', { mixupPortion: 1 }, 'RangeError'],
  ['a beta of 0', { mixupPortion: { beta: 0 } }, 'RangeError'],
  ['a beta and more', { mixupPortion: { beta: 1, alpha: 1 } }, 'TypeError'],
  ['an order that there is not', { mixupBy: 'mood' }, 'RangeError'],
  ['worlds of none', { worlds: {} }, 'RangeError'],
  ['worlds as list', { worlds: [1] }, 'TypeError'],
  ['a world of text', { worlds: { length: ['1'] } }, 'TypeError'],
  ['worlds with a hole', { worlds: { length: Object.assign(new Array(2), [1]) } }, 'TypeError'],
  ['worlds of two lengths', { worlds: { length: [1, 2], gravity: [1] } }, 'RangeError'],
  ['a parameter that there is not', { worlds: { mood: [1, 2] } }, 'RangeError'],
  ['a length of 0', { worlds: { length: [0, 1] } }, 'RangeError'],
  ['a gamma above 1', { gamma: 1.1 }, 'RangeError'],
  ['a gamma of a text', { gamma: '0.9' }, 'TypeError'],
  ['a flag of 1', { bootstrap: 1 }, 'TypeError'],
  ['a flag of a text', { bootstrap: 'true' }, 'TypeError'],
  ['a version of 65 letters', { envVersion: 'a'.repeat(65) }, 'RangeError'],
  ['a version with a slash', { envVersion: 'a/b' }, 'RangeError'],
]

test('a malformed config is refused', () => refuses(border('config').take, configCases))

const env = b.environment
const { name: _, ...nameless } = env
const environmentCases: Case<unknown>[] = [
  ...[undefined, null, 'CartPole-v1', 5, [], () => 1].map(
    (value) => [`${typeof value} ${value}`, value, 'TypeError'] as const,
  ),
  ['an empty record', {}, 'TypeError'],
  ['no name', nameless, 'TypeError'],
  ['a field that nobody knows', { ...env, speed: 1 }, 'TypeError'],
  ['an empty name', { ...env, name: '' }, 'TypeError'],
  ['a name with a space', { ...env, name: 'a b' }, 'TypeError'],
  ['a name with a slash', { ...env, name: '../x' }, 'TypeError'],
  ['the name of the kernel', { ...env, name: 'CartPole-v1' }, 'RangeError'],
  ['observations of 0', { ...env, observations: 0 }, 'RangeError'],
  ['observations of 65', { ...env, observations: 65 }, 'RangeError'],
  ['observations as a text', { ...env, observations: '2' }, 'TypeError'],
  ['one action', { ...env, actions: 1 }, 'RangeError'],
  ['17 actions', { ...env, actions: 17 }, 'RangeError'],
  ['a limit of 0', { ...env, limit: 0 }, 'RangeError'],
  ['a limit of Infinity', { ...env, limit: Number.POSITIVE_INFINITY }, 'RangeError'],
  ['bounds of one component', { ...env, bounds: [[0, 1]] }, 'RangeError'],
  ['bounds with a hole', { ...env, bounds: Object.assign(new Array(2), { 1: [0, 1] }) }, 'TypeError'],
  [
    'bounds upside down',
    {
      ...env,
      bounds: [
        [1, 0],
        [0, 1],
      ],
    },
    'RangeError',
  ],
  ['bounds of one end', { ...env, bounds: [[1], [0, 1]] }, 'RangeError'],
  [
    'bounds of NaN',
    {
      ...env,
      bounds: [
        [Number.NaN, 1],
        [0, 1],
      ],
    },
    'RangeError',
  ],
  [
    'bounds of texts',
    {
      ...env,
      bounds: [
        ['0', '1'],
        [0, 1],
      ],
    },
    'TypeError',
  ],
  ['another score', { ...env, score: 'points' }, 'RangeError'],
  ['no mission', { ...env, mission: undefined }, 'TypeError'],
  ['a mission without threshold', { ...env, mission: {} }, 'TypeError'],
  ['a threshold of NaN', { ...env, mission: { threshold: Number.NaN } }, 'RangeError'],
  ['a window of 0', { ...env, mission: { threshold: 1, window: 0 } }, 'RangeError'],
  ['another direction', { ...env, mission: { threshold: 1, direction: 'up' } }, 'RangeError'],
  ['a mission with more', { ...env, mission: { threshold: 1, mood: 1 } }, 'TypeError'],
  ['components of one', { ...env, components: ['x'] }, 'RangeError'],
  ['a component twice', { ...env, components: ['x', 'x'] }, 'RangeError'],
  ['a component with a space', { ...env, components: ['x', 'the v'] }, 'RangeError'],
  ['a component of null', { ...env, components: ['x', null] }, 'TypeError'],
  ['a component that there is not', { ...env, mixup: [2] }, 'RangeError'],
  ['parameters as list', { ...env, parameters: [] }, 'TypeError'],
  ['a parameter of NaN', { ...env, parameters: { length: Number.NaN } }, 'RangeError'],
  ['a parameter of text', { ...env, parameters: { length: '1' } }, 'TypeError'],
  ['a parameter with a space', { ...env, parameters: { 'a b': 1 } }, 'RangeError'],
  ['tuned as text', { ...env, tuned: 'yes' }, 'TypeError'],
  ['tuned of an unknown field', { ...env, tuned: { speed: 1 } }, 'TypeError'],
  ['tuned of a wrong value', { ...env, tuned: { gamma: 2 } }, 'RangeError'],
  ['a version of a number', { ...env, version: 1 }, 'TypeError'],
  ['a version with a line feed', { ...env, version: 'a\n' }, 'RangeError'],
  ['no create', { ...env, create: undefined }, 'TypeError'],
  ['a create that is none', { ...env, create: {} }, 'TypeError'],
]

test('a malformed environment is refused', () => refuses(border('environment').take, environmentCases))

const { method } = b
const methodCases: Case<unknown>[] = [
  ...[null, 'frd', 5, [], () => 1].map((value) => [`${typeof value} ${value}`, value, 'TypeError'] as const),
  ['an empty record', {}, 'TypeError'],
  ['no name', { ...method, name: undefined }, 'TypeError'],
  ['a name with a space', { ...method, name: 'a b' }, 'TypeError'],
  ['the name of the registry', { ...method, name: 'frd' }, 'RangeError'],
  ['a version of a number', { ...method, version: 2 }, 'TypeError'],
  ['a memory that there is not', { ...method, memory: 'all' }, 'RangeError'],
  ['no memory', { ...method, memory: undefined }, 'TypeError'],
  ['targets of undefined', { ...method, targets: undefined }, 'TypeError'],
  ['targets of a number', { ...method, targets: 5 }, 'TypeError'],
  ...['payload', 'upload', 'aggregate', 'download'].flatMap((name) => [
    [`no ${name}`, { ...method, [name]: undefined }, 'TypeError'] as const,
    [`a ${name} that is a text`, { ...method, [name]: 'x' }, 'TypeError'] as const,
  ]),
  ...['paperBytes', 'commonInit', 'check'].map(
    (name) => [`a ${name} of null`, { ...method, [name]: null }, 'TypeError'] as const,
  ),
  ['pooled as a text', { ...method, isPooled: 'no' }, 'TypeError'],
]

test('a malformed method is refused', () => refuses(border('method').take, methodCases))

test('the corpus has at least 300 cases by hand', () => assert.ok(cases >= 300, `${cases}`))

// ---- files and flags: the exit code

/** The exit code, and what went to stderr. */
async function exitOf(...words: readonly string[]): Promise<readonly [number, string]> {
  const write = process.stderr.write
  let told = ''
  process.stderr.write = (chunk) => {
    told += String(chunk)
    return true
  }
  try {
    return [await runCommandLine(words), told]
  } finally {
    process.stderr.write = write
  }
}

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'frd-corpus-'))
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the command line refuses wrong flags with exit code 2 and one line', async () => {
  const flags = [
    '--sections 216',
    '--agents 0',
    '--agents two',
    '--seed -1',
    '--seed 1e3',
    '--cap 0x10',
    '--ranges 1,2',
    '--ranges wider',
  ]
  const others = [
    '--method zzz',
    '--env CartPole-v9',
    '--nets 24',
    '--nets 24x1::',
    '--mixup-portion 1',
    '--worlds length=1,x',
    '--preset best',
    '--speed 1',
    '--env ./none.js',
  ]
  for (const flag of [...flags, ...others]) {
    const [code, told] = await exitOf('run', ...flag.split(' '), '--quiet')
    assert.is(code, 2, `${flag}: ${told}`)
    assert.match(told, /^frd: [^\n]*\n$/, flag)
  }
})

test('the command line refuses malformed results and archives with exit code 2 and names the file', () =>
  inFolder(async (folder) => {
    const key = resultKey(b.results[0].config)
    for (const [i, [what, value]] of resultCases.entries()) {
      if (i % 4) continue // each is refused by the function above; a few show the exit code
      const dir = join(folder, String(i))
      mkdirSync(join(dir, 'runs'), { recursive: true })
      writeFileSync(join(dir, 'runs', `${key}.json`), `${value}\n`)
      const [code, told] = await exitOf('verify', dir, '--quiet')
      assert.is(code, 2, `${what}: ${told}`)
      assert.match(told, new RegExp(`^frd: .*${key}\\.json`), what)
    }
    for (const [i, [what, value]] of archiveCases.entries()) {
      if (i % 4) continue
      const dir = join(folder, `archive-${i}`)
      mkdirSync(dir)
      writeFileSync(join(dir, 'runs.csv.gz'), gzipSync(value))
      const [code, told] = await exitOf('verify', dir, '--quiet')
      assert.is(code, 2, `${what}: ${told}`)
      assert.match(told, /^frd: .*runs\.csv\.gz/, what)
    }
  }))

test('a file that holds no environment or method is refused by loadOwn, with its path', () =>
  inFolder(async (folder) => {
    const modules: readonly (readonly [string, string])[] = [
      ['empty', ''],
      ['syntax', 'export default {'],
      ['no-default', 'export const environment = {}'],
      ['null', 'export default null'],
      ['text', 'export default "frd"'],
      ['list', 'export default []'],
      ['function', 'export default () => 1'],
      ['throws', 'throw new Error("no")'],
      ['throws-null', 'throw null'],
      ['imports', 'import "./not-there.js"'],
    ]
    for (const [name, text] of modules) {
      const path = join(folder, `${name}.mjs`)
      writeFileSync(path, text)
      for (const kind of ['environment', 'method']) {
        const error = await loadOwn({ [kind]: path }).then(
          () => null,
          (thrown) => thrown,
        )
        assert.is(b.classOf(error), 'TypeError', `${name}: ${error}`)
        assert.ok(error.message.includes(name), error.message)
      }
    }
    assert.is(b.classOf(await loadOwn({ environment: join(folder, 'gone.mjs') }).catch((error) => error)), 'RangeError')
    for (const wrong of [null, 5, 'x', { env: 'x' }, { environment: 5 }]) {
      assert.is(b.classOf(await loadOwn(wrong as object).catch((error) => error)), 'TypeError', JSON.stringify(wrong))
    }
  }))

// ---- mutants

test('20,000 mutants: none crashes, and none is taken for something else than it says', () => {
  for (let n = 0; n < 20_000; n++) assert.is(faultOf(n), null)
})

test('the upper bound of the rate of faults is that of the binomial distribution', () => {
  assert.ok(Math.abs(upperBound(0, 1000) - (1 - 0.05 ** 0.001)) < 1e-12)
  // Half of a chi-square quantile of 2 (k + 1) degrees of freedom: 9.4877 / 2 for one fault, 12.5916 / 2 for two.
  assert.ok(Math.abs(1000 * upperBound(1, 1000) - 4.7439) < 1e-3)
  assert.ok(Math.abs(1000 * upperBound(2, 1000) - 6.2958) < 1e-3)
})

test.run()
