// An agent's weights as safetensors (huggingface.co/docs/safetensors): header length u64, JSON header, raw f32, all
// little-endian. Weight matrices are (in, out), as in the canonical order, and __metadata__ says so, because those of
// PyTorch are the transpose. The reader takes a whole file or refuses it, and sets the weights alone: Adam's moments,
// the streams and the memories stay as they are.

import { bytesOf } from '../config/checks.ts'
import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { Agent } from './agent.ts'
import type { Networks } from './records.ts'

/** Weight matrices are (in, out). */
export const LAYOUT = 'in,out'
const PREFIX_BYTES = 8
const ALIGNMENT = 8 // of the data after the header

/** The sizes of both networks of a learner. An agent has them. */
export interface Sizes {
  /** the sizes of observations and actions */
  readonly env: Pick<Environment, 'observations' | 'actions'>
  /** the hidden layers */
  readonly networks: Networks
}

/** A tensor of a network: its name, such as policy.0.weight, and its shape. */
export interface Tensor {
  /** the network, the layer from 0, and `weight` or `bias` */
  readonly name: string
  /** (in, out) of weights, (out) of biases */
  readonly shape: readonly number[]
}

/** How many numbers a tensor of that shape has. */
export const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1)

/**
 * The tensors in order: policy.0.weight, policy.0.bias, policy.1.weight, ..., value.0.weight, ... The last layer of
 * each network is its head.
 */
export function tensorsOf({ env, networks }: Sizes): Tensor[] {
  const outputs = { policy: env.actions, value: 1 }
  return (['policy', 'value'] as const).flatMap((network) => {
    const { width, depth } = networks[network]
    return Array.from({ length: depth + 1 }, (_, k) => {
      const from = k === 0 ? env.observations : width
      const to = k === depth ? outputs[network] : width
      return [
        { name: `${network}.${k}.weight`, shape: [from, to] },
        { name: `${network}.${k}.bias`, shape: [to] },
      ]
    }).flat()
  })
}

function checkAgent(agent: unknown): void {
  if (!(agent instanceof Agent)) throw new TypeError(expected('agent', 'an agent of createAgent()', agent))
}

/** Both networks' weights as a safetensors file. @throws TypeError for what is no agent; NonFiniteError */
export function toSafetensors(agent: Agent): Uint8Array {
  checkAgent(agent)
  return encodeTensors(agent, agent.weights(), {})
}

/** A safetensors file of weights in canonical order. @param about what `__metadata__` says beside layout and activation */
export function encodeTensors(
  sizes: Sizes,
  weights: Float32Array,
  about: Readonly<Record<string, string>>,
): Uint8Array {
  const { activation } = sizes.networks.policy
  const header: Record<string, unknown> = { __metadata__: { format: 'frd', layout: LAYOUT, activation, ...about } }
  let end = 0
  for (const { name, shape } of tensorsOf(sizes)) {
    const start = end
    end += 4 * sizeOf(shape)
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] }
  }
  const json = JSON.stringify(header)
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / ALIGNMENT) * ALIGNMENT))
  const bytes = new Uint8Array(PREFIX_BYTES + text.length + end)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, text.length, true)
  bytes.set(text, PREFIX_BYTES)
  weights.forEach((weight, i) => {
    view.setFloat32(PREFIX_BYTES + text.length + 4 * i, weight, true)
  })
  return bytes
}

function refuse(what: string, got: unknown, why = ''): never {
  throw new RangeError(expected('safetensors', what, got, why))
}

/**
 * Refuses two equal keys, of which JSON.parse keeps the last without an error.
 * @param json a text that JSON.parse accepts
 */
export function checkKeys(json: string): void {
  const open: Set<string>[] = []
  for (const [token, isKey] of json.matchAll(/"(?:[^"\\]|\\.)*"\s*(:?)|[{}]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (isKey) {
      const key = JSON.parse(token.slice(0, -1)) as string
      const keys = open[open.length - 1]
      if (keys.has(key)) refuse('each key once', key)
      keys.add(key)
    }
  }
}

/** An object of a file, of which nothing is checked yet. */
export type Json = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A safetensors file whose tensors are not checked yet. */
export interface TensorFile {
  /** the JSON at its front */
  readonly header: Json
  /** the bytes behind it */
  readonly data: DataView
}

/** Takes a safetensors file apart. @throws TypeError, RangeError for what is none, or was cut */
export function openTensors(given: unknown): TensorFile {
  const bytes = bytesOf(given, 'safetensors')
  if (bytes.length < PREFIX_BYTES) refuse(`at least ${PREFIX_BYTES} bytes`, bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0, true) + 4294967296 * view.getUint32(4, true)
  const start = PREFIX_BYTES + length
  if (start > bytes.length) refuse(`a header of at most ${bytes.length - PREFIX_BYTES} bytes`, length, 'it was cut')
  let header: unknown
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(PREFIX_BYTES, start))
    if (!json.startsWith('{')) refuse('a header that begins with {', json.slice(0, 8))
    header = JSON.parse(json)
    checkKeys(json)
  } catch (error) {
    if (error instanceof RangeError) throw error
    refuse('a header of JSON', (error as Error).message)
  }
  return { header: header as Json, data: new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start) }
}

function checkMetadata(metadata: unknown, { networks }: Sizes): void {
  const { layout, activation } = isObject(metadata) ? metadata : ({} as Json)
  const own = networks.policy.activation
  if (layout !== LAYOUT)
    refuse(`__metadata__.layout "${LAYOUT}"`, layout, 'a square kernel does not tell its transpose')
  if ((activation ?? own) !== own) refuse(`__metadata__.activation "${own}", the agent's`, activation)
}

/** The offset of a tensor in the data. Its type, shape and length must be those of the agent's tensor. */
function offsetOf({ name, shape }: Tensor, entry: unknown): number {
  if (!isObject(entry)) refuse(`a tensor ${name}`, entry)
  const { dtype, shape: given, data_offsets: offsets, ...rest } = entry
  const other = Object.keys(rest)[0]
  if (other !== undefined) refuse(`${name} to have dtype, shape, data_offsets`, other)
  if (dtype !== 'F32') refuse(`${name} of dtype F32`, dtype)
  const isSame = Array.isArray(given) && given.length === shape.length && shape.every((n, i) => n === given[i])
  if (!isSame) refuse(`${name} of shape [${shape}]`, given)
  const isPair = Array.isArray(offsets) && offsets.length === 2 && offsets.every(Number.isSafeInteger)
  if (!isPair) refuse(`${name} with two data_offsets`, offsets)
  const [start, end] = offsets as number[]
  if (end - start !== 4 * sizeOf(shape)) refuse(`${name} of ${4 * sizeOf(shape)} bytes`, end - start)
  return start
}

/**
 * Sets both networks' weights from a safetensors file of networks like the agent's.
 * @throws TypeError, RangeError for any other file; the agent then stays as it was
 */
export function fromSafetensors(agent: Agent, bytes: Uint8Array): void {
  checkAgent(agent)
  agent.setWeights(weightsIn(openTensors(bytes), agent))
}

/** The weights of networks of these sizes, in canonical order. @throws RangeError for a file of others */
export function weightsIn({ header, data }: TensorFile, sizes: Sizes): Float32Array {
  const tensors = tensorsOf(sizes)
  const names = tensors.map(({ name }) => name)
  const other = Object.keys(header).find((name) => name !== '__metadata__' && !names.includes(name))
  if (other !== undefined) refuse(`tensors ${names.join(', ')}`, other)
  checkMetadata(header.__metadata__, sizes)
  const parts = tensors.map((tensor) => {
    const entry = Object.hasOwn(header, tensor.name) ? header[tensor.name] : undefined
    return { ...tensor, start: offsetOf(tensor, entry), floats: sizeOf(tensor.shape) }
  })
  let end = 0
  for (const { name, start, floats } of parts.slice().sort((a, b) => a.start - b.start)) {
    if (start !== end) refuse(`${name} at offset ${end}, behind the one before`, start, 'tensors tile the data')
    end += 4 * floats
  }
  if (end !== data.byteLength) refuse(`${end} bytes of data`, data.byteLength, 'tensors tile the data')
  const weights = new Float32Array(end / 4)
  let at = 0
  for (const { name, start, floats } of parts) {
    for (let i = 0; i < floats; i++) {
      const weight = data.getFloat32(start + 4 * i, true)
      if (!Number.isFinite(weight)) refuse(`finite numbers in ${name}`, weight)
      weights[at++] = weight
    }
  }
  return weights
}
