// A model as JSON: what it says of itself, then its tensors as nested lists, (in, out) as in the safetensors file. Each
// number is the shortest text of the double that equals the f32, so that any reader of JSON gets the very same number.

import { floatsOf } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { checkKeys, isObject, type Json, LAYOUT, type Sizes, sizeOf, tensorsOf } from '../kernel/safetensors.ts'
import { aboutOf, identityOf, isInteger, type Model, modelOf, weightCount } from './model.ts'

/** JSON.stringify would write -0 as 0. */
const numberText = (value: number) => (Object.is(value, -0) ? '-0' : String(value))

const listText = (values: Float32Array) => `[${Array.from(values, numberText).join(',')}]`

/** A tensor as nested lists. */
function tensorText(values: Float32Array, [rows, columns]: readonly number[]): string {
  if (columns === undefined) return listText(values)
  const lists = Array.from({ length: rows }, (_, i) => listText(values.subarray(i * columns, (i + 1) * columns)))
  return `[\n      ${lists.join(',\n      ')}\n    ]`
}

/** The text of a model, with a line feed at its end. */
export function toJson(model: Model): string {
  const about = { format: 'frd', layout: LAYOUT, ...aboutOf(model), sha256: identityOf(model) }
  const lines = Object.entries(about).map(
    ([name, value]) => `  "${name}": ${isInteger(name) ? value : JSON.stringify(value)},\n`,
  )
  let at = 0
  const tensors = tensorsOf(model).map(({ name, shape }) => {
    const values = model.weights.subarray(at, at + sizeOf(shape))
    at += values.length
    return `    "${name}": ${tensorText(values, shape)}`
  })
  return `{\n${lines.join('')}  "tensors": {\n${tensors.join(',\n')}\n  }\n}\n`
}

function refuse(what: string, got: unknown, why = ''): never {
  throw new RangeError(expected('model', what, got, why))
}

/** The numbers of a tensor of this shape. */
function numbersIn(value: unknown, [length, ...inner]: readonly number[], name: string): number[] {
  if (!Array.isArray(value) || value.length !== length) {
    refuse(`${name} with lists of ${length}`, Array.isArray(value) ? value.length : value)
  }
  if (inner.length) return (value as unknown[]).flatMap((part) => numbersIn(part, inner, name))
  const odd = (value as unknown[]).find((one) => typeof one !== 'number' || !Object.is(Math.fround(one), one))
  if (odd !== undefined) refuse(`numbers of f32 in ${name}`, odd)
  return value as number[]
}

function weightsOf(tensors: unknown, sizes: Sizes): Float32Array {
  const given: Json = isObject(tensors) ? tensors : refuse('tensors', tensors)
  const known = tensorsOf(sizes)
  const names = known.map(({ name }) => name)
  const other = Object.keys(given).find((name) => !names.includes(name))
  if (other !== undefined) refuse(`tensors ${names.join(', ')}`, other)
  const weights = new Float32Array(weightCount(sizes))
  let at = 0
  for (const { name, shape } of known) {
    const numbers = numbersIn(Object.hasOwn(given, name) ? given[name] : undefined, shape, name)
    weights.set(numbers, at)
    at += numbers.length
  }
  return floatsOf(weights, 'weights')
}

/** The model of a JSON file. @throws TypeError, RangeError as decodeModel */
export function fromJson(bytes: Uint8Array): Model {
  let value: unknown
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(json)
    checkKeys(json)
  } catch (error) {
    if (error instanceof RangeError) throw error
    refuse('a whole JSON text', (error as Error).message, 'it was cut or edited')
  }
  const { tensors, ...about } = value as Json
  return modelOf(about, (sizes) => weightsOf(tensors, sizes))
}
