// The registry of codecs, and their grammar: steps joined by +, each at most once and in the order in which they are taken,
// such as top-k:64+delta-index+int8. A number format is one line here, and a file of this folder.

import { text as checkText } from '../../config/checks.ts'
import { expected, expectedOneOf } from '../../config/errors.ts'
import type { PayloadKind } from '../payload.ts'
import { type Codec, codecOf } from './codec.ts'
import { deltaIndex } from './deltaIndex.ts'
import { float16 } from './float16.ts'
import { float32 } from './float32.ts'
import type { NumberFormat } from './format.ts'
import { int4, int4Stochastic } from './int4.ts'
import { int8, int8Stochastic } from './int8.ts'
import { integers32 } from './integers.ts'
import { clusterCount } from './topK.ts'

/** The paper's encoding, and the codec where none is given: the body itself travels. */
export const PLAIN = 'float32'

const formats: Readonly<Record<string, NumberFormat>> = {
  float16,
  int8,
  'int8-stochastic': int8Stochastic,
  int4,
  'int4-stochastic': int4Stochastic,
}

/** The steps of codecs in their order, as help shows them. */
export const CODEC_STEPS: readonly string[] = ['top-k:K', 'difference', 'delta-index', ...Object.keys(formats)]

/** The codecs of one step that takes no number. A difference needs a number format beside it. */
export const CODEC_NAMES: readonly string[] = [PLAIN, 'delta-index', ...Object.keys(formats)]

/** What a step is called without its number. */
const nameOf = (step: string) => step.split(':')[0]

/** What stands in this place of the order; the number formats share the last one. */
const placeOf = (step: string) => {
  const place = CODEC_STEPS.findIndex((known) => nameOf(known) === step)
  return Object.hasOwn(formats, step) ? 3 : place
}

/** The steps of a text, each of them known. @throws RangeError */
function stepsOf(text: string): { readonly name: string; readonly most: number | null }[] {
  return text.split('+').map((step) => {
    if (step === PLAIN) throw new RangeError(expected('codec', `${PLAIN} alone`, text, `leave +${PLAIN} out`))
    const [name, number, ...rest] = step.split(':')
    if (placeOf(name) < 0) throw new RangeError(expectedOneOf('codec', [PLAIN, ...CODEC_STEPS], step))
    if (name !== 'top-k') {
      if (number !== undefined) throw new RangeError(expected('codec', `${name} without a number`, step))
      return { name, most: null }
    }
    if (rest.length || !/^[1-9][0-9]{0,9}$/.test(number ?? '')) {
      throw new RangeError(expected('codec', 'top-k:K with the number K of clusters', step))
    }
    return { name, most: clusterCount(Number(number), 'codec') }
  })
}

/** Why a codec does not encode a kind of payload; empty where it does. */
function refusal(names: readonly string[], kind: PayloadKind): string {
  const isProxies = kind === 'proxies' || kind === 'visits'
  if (names.includes('top-k') && !isProxies) return 'top-k keeps clusters of a ProxRM; leave it out'
  if (names.includes('delta-index') && !isProxies) return 'delta-index shortens indices of a ProxRM; leave it out'
  if (names.includes('difference') && kind === 'replay') {
    return 'no step of a replay memory was in the last download; leave difference out'
  }
  return ''
}

const known = new Map<string, Codec>()

/**
 * The codec of a text; null for float32, with which a body travels as it is.
 *
 * @example
 * codec('delta-index+int8')
 * @throws TypeError for what is no text; RangeError for an unknown step, one that stands twice or out of order, or a difference of float32
 */
export function codec(text: string): Codec | null {
  if (checkText(text, 'codec') === PLAIN) return null
  const found = known.get(text)
  if (found) return found
  const steps = stepsOf(text)
  const sorted = steps.slice().sort((a, b) => placeOf(a.name) - placeOf(b.name))
  const twice = sorted.find(({ name }, i) => i > 0 && placeOf(name) === placeOf(sorted[i - 1].name))
  if (twice) {
    const what = placeOf(twice.name) === 3 ? 'one number format' : `${twice.name} once`
    throw new RangeError(expected('codec', what, text))
  }
  const ordered = sorted.map(({ name, most }) => (most === null ? name : `${name}:${most}`)).join('+')
  if (ordered !== text) {
    throw new RangeError(expected('codec', ordered, text, 'steps stand in the order in which they are taken'))
  }
  const names = steps.map(({ name }) => name)
  const format = names.find((name) => Object.hasOwn(formats, name))
  if (names.includes('difference') && format === undefined) {
    const why = 'a difference of float32 is as long as what it is taken of; add int8'
    throw new RangeError(expected('codec', 'a number format beside difference', text, why))
  }
  const made = codecOf(
    text,
    {
      most: steps.find(({ most }) => most !== null)?.most ?? null,
      isDifference: names.includes('difference'),
      integers: names.includes('delta-index') ? deltaIndex : integers32,
      numbers: format === undefined ? float32 : formats[format],
    },
    (kind) => refusal(names, kind),
  )
  known.set(text, made)
  return made
}
