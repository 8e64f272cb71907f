// Weights as safetensors: a small independent parser finds the agent's networks in the written file, tensor by tensor;
// weights that are read back are the same; every file that is wrong in some way is refused, and then the agent is
// unchanged.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Agent } from '../src/kernel/agent.ts'
import { fromSafetensors, toSafetensors } from '../src/kernel/safetensors.ts'
import { type AgentConfig, createAgent } from '../src/run/createAgent.ts'

type Entry = { dtype: string; shape: number[]; data_offsets: [number, number] }
type Header = Record<string, unknown>

/** Reads the format as its specification says: u64 length, JSON, data. */
function parse(file: Uint8Array) {
  const bytes = Buffer.from(file)
  const length = Number(bytes.readBigUInt64LE(0))
  const { __metadata__: metadata, ...entries } = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Header
  const data = bytes.subarray(8 + length)
  const tensors = new Map<string, { shape: number[]; values: number[] }>()
  for (const [name, entry] of Object.entries(entries as Record<string, Entry>)) {
    const [from, to] = entry.data_offsets
    assert.is(entry.dtype, 'F32')
    const values = Array.from({ length: (to - from) / 4 }, (_, i) => data.readFloatLE(from + 4 * i))
    tensors.set(name, { shape: entry.shape, values })
  }
  return {
    metadata: metadata as Record<string, string>,
    tensors,
    dataAt: 8 + length,
    header: { ...entries, __metadata__: metadata },
  }
}

function write(header: string | Header, data: Uint8Array): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Uint8Array.from(Buffer.concat([length, text, data]))
}

const bits = (numbers: Float32Array) => [...new Uint32Array(numbers.slice().buffer)]

/** A forward pass in doubles over the tensors of one network, whose weights are (in, out). */
function forward(
  { tensors }: ReturnType<typeof parse>,
  network: string,
  input: number[],
  activation: string,
): number[] {
  let x = input
  for (let k = 0; tensors.has(`${network}.${k}.weight`); k++) {
    const { shape, values } = tensors.get(`${network}.${k}.weight`)!
    const bias = tensors.get(`${network}.${k}.bias`)!.values
    assert.is(shape[0], x.length)
    const z = bias.map((b, j) => x.reduce((sum, xi, i) => sum + xi * values[i * shape[1] + j], b))
    const isHead = !tensors.has(`${network}.${k + 1}.weight`)
    x = isHead ? z : z.map((value) => (activation === 'tanh' ? Math.tanh(value) : Math.max(value, 0)))
  }
  return x
}

const kinds: readonly AgentConfig[] = [
  { width: 9, depth: 2 },
  { width: 8, depth: 8, critic: 'policy' },
  { preset: 'tuned', width: 5, depth: 1 },
  { observations: 3, actions: 5, width: 6, depth: 3, activation: 'tanh' },
]

test('a written file holds policy and value: an independent reader computes the same from it', () => {
  for (const given of kinds) {
    const agent = createAgent(given)
    if (agent.env.id) for (let episode = 0; episode < 5; episode++) agent.playEpisode()
    const file = parse(toSafetensors(agent))
    assert.is(file.dataAt % 8, 0)
    const { depth, width } = agent.networks.policy
    assert.equal(file.tensors.get(`policy.${depth}.weight`)!.shape, [width, agent.env.actions])
    const input = [0.5, -0.25, 1, -1].slice(0, agent.env.observations)
    const logits = forward(file, 'policy', input, file.metadata.activation).map(Math.exp)
    const total = logits.reduce((a, b) => a + b, 0)
    for (const [a, p] of agent.policy(input).entries()) assert.ok(Math.abs(p - logits[a] / total) < 1e-5)
    const [value] = forward(file, 'value', input, file.metadata.activation)
    assert.ok(Math.abs(agent.value(input) - value) < 1e-4 * Math.max(1, Math.abs(value)))
  }
})

test('every bit of every weight survives writing and reading, that of -0 and subnormals too', () => {
  for (const given of kinds) {
    const [a, b] = [createAgent(given), createAgent({ ...given, seed: 2 })]
    const weights = a.weights()
    weights.set([-0, 1e-45, -3.4028234663852886e38, 1.1754943508222875e-38])
    a.setWeights(weights)
    assert.not.equal(bits(a.weights()), bits(b.weights()))
    fromSafetensors(b, toSafetensors(a))
    assert.equal(bits(b.weights()), bits(weights))
    assert.equal(toSafetensors(b), toSafetensors(a))
  }
})

test('reading a file changes only weights: moments and streams stay', () => {
  const agent = createAgent()
  for (let episode = 0; episode < 3; episode++) agent.playEpisode()
  const saved = agent.save()
  fromSafetensors(agent, toSafetensors(agent))
  assert.equal(agent.save(), saved)
})

test('a file with tensors in another order and a header in another spelling is read', () => {
  const agent = createAgent({ width: 3, depth: 2 })
  const { tensors, metadata } = parse(toSafetensors(agent))
  const header: Header = {}
  const data: number[] = []
  for (const [name, { shape, values }] of [...tensors].reverse()) {
    header[name] = { data_offsets: [4 * data.length, 4 * (data.length + values.length)], shape, dtype: 'F32' }
    data.push(...values)
  }
  const text = JSON.stringify({ ...header, __metadata__: metadata }, null, 2).replace(
    '"policy.0.bias"',
    '"policy\\u002e0.bias"',
  )
  const other = createAgent({ width: 3, depth: 2, seed: 4 })
  const offset = new Uint8Array([1, 2, 3, ...write(`${text}  \n`, new Uint8Array(Float32Array.from(data).buffer))])
  fromSafetensors(other, offset.subarray(3))
  assert.equal(bits(other.weights()), bits(agent.weights()))
})

// ---- refusals

const smallAgent = () => createAgent({ preset: 'paper', width: 4, depth: 2, critic: { width: 4, depth: 1 } })

function refused(agent: Agent, file: Uint8Array, pattern: RegExp, what: string): void {
  const before = agent.save()
  assert.throws(() => fromSafetensors(agent, file), pattern, what)
  assert.equal(agent.save(), before, what)
}

test('a header with wrong keys, types, shapes, offsets or metadata is refused', () => {
  const agent = smallAgent()
  const file = toSafetensors(agent)
  const { dataAt, header } = parse(file)
  const data = file.subarray(dataAt)
  const entry = header['policy.1.weight' as keyof typeof header] as unknown as Entry
  const [from, to] = entry.data_offsets
  const refusedWith = (change: Header, pattern: RegExp, bytes = data) =>
    refused(agent, write({ ...header, ...change }, bytes), pattern, JSON.stringify(change))
  const weight = (change: Partial<Record<keyof Entry | 'strides', unknown>>) => ({
    'policy.1.weight': { ...entry, ...change },
  })

  fromSafetensors(agent, write(header as Header, data))
  refusedWith({ 'policy.9.weight': entry }, /expected tensors policy.0.weight, .*, got "policy.9.weight"/)
  refusedWith({ 'policy.1.weight': undefined }, /expected a tensor policy.1.weight, got undefined/)
  refusedWith({ 'policy.1.weight': null }, /expected a tensor policy.1.weight, got null/)
  refusedWith({ 'policy.1.weight': [entry] }, /expected a tensor policy.1.weight/)
  refusedWith(weight({ dtype: 'F16' }), /policy.1.weight of dtype F32, got "F16"/)
  refusedWith(weight({ dtype: undefined }), /of dtype F32/)
  refusedWith(weight({ strides: [1, 4] }), /to have dtype, shape, data_offsets, got "strides"/)
  for (const shape of [[4, 3], [16], [4, 4, 1], [2, 8], ['4', 4], 16, null]) {
    refusedWith(weight({ shape }), /policy.1.weight of shape \[4,4\]/)
  }
  for (const offsets of [[from], [from, to, to], [from, String(to)], [from + 0.5, to + 0.5], null, from]) {
    refusedWith(weight({ data_offsets: offsets }), /policy.1.weight with two data_offsets/)
  }
  refusedWith(weight({ data_offsets: [from, to - 4] }), /policy.1.weight of 64 bytes, got 60/)
  refusedWith(weight({ data_offsets: [to, from] }), /policy.1.weight of 64 bytes, got -64/)
  for (const shift of [-4, 4, -from - 64, 4096, 1]) {
    refusedWith(weight({ data_offsets: [from + shift, to + shift] }), /tensors tile the data/)
  }
  refusedWith({}, /bytes of data/, Buffer.concat([data, Buffer.alloc(4)]))
  refusedWith({}, /bytes of data/, data.subarray(0, -4))
  for (const metadata of [undefined, null, {}, { layout: 'out,in' }, ['in,out']]) {
    refusedWith({ __metadata__: metadata }, /__metadata__.layout "in,out"/)
  }
  refusedWith(
    { __metadata__: { layout: 'in,out', activation: 'tanh' } },
    /__metadata__.activation "relu", the agent's, got "tanh"/,
  )
})

test('a key that stands twice is refused, however it is spelt and wherever it stands', () => {
  const agent = smallAgent()
  const file = toSafetensors(agent)
  const { dataAt } = parse(file)
  const json = new TextDecoder().decode(file.subarray(8, dataAt)).trim()
  const twice: readonly [string, string][] = [
    ['"policy.0.bias":', '"policy.0.bias":{},"policy.0.bias":'],
    ['"policy.0.bias":', '"policy\\u002e0.bias":{},"policy.0.bias":'],
    ['"policy.0.bias":', '"policy.0.bias" :{},"policy.0.bias":'],
    ['"dtype":', '"dtype":"F16","dtype":'],
    ['"layout":', '"note":"a } and a \\" and a {","layout":"out,in","layout":'],
  ]
  for (const [once, both] of twice) {
    assert.ok(json.includes(once))
    refused(agent, write(json.replace(once, both), file.subarray(dataAt)), /expected each key once, got/, both)
  }
  const braces = json.replace('"layout":', '"note":"{ \\"layout\\": } {\\\\","layout":')
  fromSafetensors(agent, write(braces, file.subarray(dataAt)))
})

test('a file is refused that was cut, has a wrong length or no JSON, or holds a number that is not finite', () => {
  const agent = smallAgent()
  const file = toSafetensors(agent)
  const { dataAt } = parse(file)
  const any = /^"safetensors" expected/
  for (let length = 0; length < file.length; length += 7)
    refused(agent, file.subarray(0, length), any, `cut at ${length}`)
  for (const at of [1, 3, 4, 7]) {
    const bytes = file.slice()
    bytes[at] ^= 1
    refused(agent, bytes, any, `length byte ${at}`)
  }
  const data = file.subarray(dataAt)
  for (const json of ['', ' {}', '[]', 'null', '{', '{}}', '\ufeff{}', '{"a":1}'])
    refused(agent, write(json, data), any, json)
  refused(agent, write(Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), data), any, 'not JSON')
  const invalid = file.slice()
  invalid[12] = 0xff // not valid UTF-8
  refused(agent, invalid, /a header of JSON/, 'UTF-8')
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const bytes = file.slice()
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, value, true)
    refused(agent, bytes, /expected finite numbers in value.1.bias, got/, String(value))
  }
  assert.throws(() => fromSafetensors(agent, 'x' as unknown as Uint8Array), TypeError)
  refused(
    createAgent({ preset: 'paper', width: 4, depth: 2, critic: { width: 24, depth: 1 } }),
    file,
    /value.0.weight of shape \[4,24\]/,
    'another network',
  )
})

test.run()
