// Seeded mutants of bytes, texts and objects: a few small changes of a valid sample, of the kinds that a cut, a flipped bit,
// an editor, a foreign program or a hostile hand makes.
import type { makeStream } from './reference/philox.ts'

type Stream = ReturnType<typeof makeStream>
const below = (stream: Stream, bound: number) => Math.floor(stream.uniform() * bound)
const pick = <T>(stream: Stream, list: readonly T[]): T => list[below(stream, list.length)]

const BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x2d, 0x30, 0x39]
const WORDS = [0, 1, 0x7f800000, 0x7fc00000, 0x7fffffff, 0x80000000, 0xff800000, 0xffffffff, 0x3f800000]
const TEXTS = [
  '',
  '0',
  '-',
  '-0',
  '1e999',
  'NaN',
  'null',
  '"',
  '\\',
  ',',
  '\n',
  '\r\n',
  '{',
  ']',
  ' ',
  '\0',
  '\u{1f600}',
  '__proto__',
  '\ufeff',
  '9'.repeat(30),
  '0x10',
  '1.5',
]

function mutateBytes(bytes: Uint8Array, stream: Stream): Uint8Array {
  const at = below(stream, bytes.length + 1)
  const size = 1 + below(stream, pick(stream, [1, 4, 40]))
  const part = (from: number, to?: number) => [...bytes.subarray(from, to)]
  const changed = bytes.slice()
  switch (below(stream, 8)) {
    case 0:
      changed[at] ^= 1 << below(stream, 8)
      return changed
    case 1:
      changed[at] = pick(stream, BYTES)
      return changed
    case 2:
      return bytes.slice(0, at)
    case 3:
      return Uint8Array.from([...part(0, at), ...part(at + size)])
    case 4:
      return Uint8Array.from([...part(0, at), ...part(at, at + size), ...part(at)])
    case 5:
      return Uint8Array.from([...part(0, at), ...Array.from({ length: size }, () => pick(stream, BYTES)), ...part(at)])
    case 6: {
      const place = 4 * below(stream, bytes.length >> 2)
      if (place + 4 <= bytes.length) new DataView(changed.buffer).setUint32(place, pick(stream, WORDS), true)
      return changed
    }
    default:
      changed.copyWithin(at, below(stream, bytes.length + 1), bytes.length)
      return changed
  }
}

function mutateText(text: string, stream: Stream): string {
  const at = below(stream, text.length + 1)
  const size = 1 + below(stream, pick(stream, [1, 5, 60]))
  switch (below(stream, 6)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + text.slice(at + size)
    case 2:
      return text.slice(0, at) + pick(stream, TEXTS) + text.slice(at)
    case 3:
      return text.slice(0, at) + pick(stream, TEXTS) + text.slice(at + 1)
    case 4:
      return text.slice(0, at) + text.slice(at, at + size) + text.slice(at)
    default:
      return text.slice(0, at) + String(below(stream, 10)) + text.slice(at + 1)
  }
}

/** Values that a caller may pass by mistake. */
export const wrongValues: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -0,
  -1,
  1.5,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  10n,
  '',
  '12',
  'frd',
  'a=b\n',
  '__proto__',
  Symbol('s'),
  () => 1,
  [],
  {},
  [null],
  Object.assign(new Array(2), { 1: 1 }), // with a hole
  ['1', '2'],
  new Map(),
  new Date(0),
  new Uint8Array(3),
  new Float64Array(2),
  new ArrayBuffer(8),
  Object.create(null),
]

/** A copy of which one value, at any depth, is another, is gone, or has company. */
function mutateObject(value: unknown, stream: Stream): unknown {
  if (typeof value !== 'object' || value === null) return pick(stream, wrongValues)
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  const keys = Object.keys(copy)
  const extra = Array.isArray(value) ? ['extra'] : ['extra', 'seed', 'length', '0', 'constructor']
  const key = keys.length ? pick(stream, keys) : 'agents'
  switch (below(stream, 6)) {
    case 0:
      delete copy[key]
      return copy
    case 1:
      copy[pick(stream, [...extra, ...keys])] = pick(stream, wrongValues)
      return copy
    case 2:
      copy[key] = pick(stream, wrongValues)
      return copy
    default:
      copy[key] = mutateObject(copy[key], stream)
      return copy
  }
}

/** A mutant of a sample: one to three changes, each of them somewhere. */
export function mutate(sample: unknown, stream: Stream): unknown {
  let mutant = sample
  for (let k = 1 + below(stream, 3); k > 0; k--) {
    if (mutant instanceof Uint8Array) mutant = mutateBytes(mutant, stream)
    else if (typeof mutant === 'string' && typeof sample === 'string') mutant = mutateText(mutant, stream)
    else mutant = mutateObject(mutant, stream)
  }
  return mutant
}
