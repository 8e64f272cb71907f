// The files of a model: safetensors, JSON, and a C header, which is written only. This file uses no disk.

import { bytesOf } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import { oneOf } from '../config/field.ts'
import { encodeTensors, isObject, openTensors, weightsIn } from '../kernel/safetensors.ts'
import { toC } from './c.ts'
import { fromJson, toJson } from './json.ts'
import { aboutOf, checkModel, identityOf, type Model, modelOf } from './model.ts'

/** The formats of a model. */
export const modelFormats = ['safetensors', 'json', 'c'] as const

/** A format of a model. */
export type ModelFormat = 'safetensors' | 'json' | 'c'

/** @throws TypeError, RangeError for what is no format */
export const checkFormat = oneOf(modelFormats, 'safetensors', { doc: '' }).check

const BRACE = 0x7b
/** "FRDA", with which a checkpoint begins. */
const CHECKPOINT = [0x46, 0x52, 0x44, 0x41]

/**
 * The file of a model: safetensors unless another format is given. JSON and C are UTF-8 of ASCII alone. The bytes are the
 * same wherever they are made.
 * @throws TypeError, RangeError for what is no model, and for an unknown format
 */
export function encodeModel(given: Model, format: ModelFormat = 'safetensors'): Uint8Array {
  const model = checkModel(given)
  checkFormat(format, 'format')
  if (format === 'json') return new TextEncoder().encode(toJson(model))
  if (format === 'c') return new TextEncoder().encode(toC(model))
  return encodeTensors(model, model.weights, { ...aboutOf(model), sha256: identityOf(model) })
}

/**
 * The model of a file, safetensors or JSON.
 * @throws TypeError, RangeError for a file that is no model, is of other sizes than it says, or was cut, damaged or edited
 */
export function decodeModel(file: Uint8Array): Model {
  const bytes = bytesOf(file, 'model')
  if (CHECKPOINT.every((byte, i) => bytes[i] === byte)) {
    const why = 'it holds a whole agent: give the .safetensors file beside it, or load it with agent.load()'
    throw new RangeError(expected('model', 'a safetensors or JSON file', 'a checkpoint', why))
  }
  if (bytes[0] === BRACE) return fromJson(bytes)
  const opened = openTensors(bytes)
  const { __metadata__: about } = opened.header
  return modelOf(isObject(about) ? about : {}, (sizes) => weightsIn(opened, sizes))
}
