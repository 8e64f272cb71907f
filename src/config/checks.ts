// Checks of values from outside: each returns the value with its type, or throws a TypeError (wrong type) or a RangeError
// (wrong value) with its name, what was expected and what was there.

import { expected } from './errors.ts'

/** Returns `value` where it is a T; `name` is how the message calls it. */
export type Check<T> = (value: unknown, name: string) => T

/** A check for each field of T, in the order in which T is written. */
export type Table<T> = { readonly [K in keyof T]-?: Check<T[K]> }

/** An integer in min..max; -0 is none. `why` explains what is above the maximum. */
export function integerIn(min: number, max: number = Number.MAX_SAFE_INTEGER, why = ''): Check<number> {
  const what = `an integer in ${min}..${max}`
  return (value, name) => {
    if (typeof value !== 'number') throw new TypeError(expected(name, what, value))
    if (Number.isInteger(value) && value >= min && value <= max && !Object.is(value, -0)) return value
    throw new RangeError(expected(name, what, value, Number.isInteger(value) && value > max ? why : ''))
  }
}

/** A number in min..max; -0 and NaN are none. */
export function numberIn(min: number, max: number): Check<number> {
  const what = `a number in ${min}..${max}`
  return (value, name) => {
    if (typeof value !== 'number') throw new TypeError(expected(name, what, value))
    if (value >= min && value <= max && !Object.is(value, -0)) return value
    throw new RangeError(expected(name, what, value))
  }
}

/** A finite number; -0 is none, since no text keeps it. */
export const finite: Check<number> = (value, name) => {
  if (typeof value !== 'number') throw new TypeError(expected(name, 'a finite number', value))
  if (Number.isFinite(value) && !Object.is(value, -0)) return value
  throw new RangeError(expected(name, 'a finite number', value))
}

/** Null, or what the other check accepts. */
export const nullOr =
  <T>(check: Check<T>): Check<T | null> =>
  (value, name) =>
    value === null ? null : check(value, name)

/** Any string. */
export const text: Check<string> = (value, name) => {
  if (typeof value === 'string') return value
  throw new TypeError(expected(name, 'a text', value))
}

/** The hexadecimal digits of a SHA-256. */
export const sha256Hex: Check<string> = (value, name) => {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value
  throw new TypeError(expected(name, '64 hexadecimal digits', value))
}

/** A list whose members pass the other check; of `length` members where that is given. */
export const listOf =
  <T>(check: Check<T>, length?: number): Check<readonly T[]> =>
  (value, name) => {
    const what = length === undefined ? 'a list' : `a list of ${length}`
    if (!Array.isArray(value)) throw new TypeError(expected(name, what, value))
    if (length !== undefined && value.length !== length) throw new RangeError(expected(name, what, value.length))
    return value.map((one, i) => check(one, `${name}[${i}]`))
  }

/** Any object that is no list. */
export const record: Check<Readonly<Record<string, unknown>>> = (value, name) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new TypeError(expected(name, 'an object', value))
}

/** An object with these keys and no others, since a misspelt one would be lost without a word. */
export const recordWithin =
  (keys: readonly string[]): Check<Readonly<Record<string, unknown>>> =>
  (value, name) => {
    const what = `{ ${keys.join(', ')} }`
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new TypeError(expected(name, what, value))
    }
    const other = Object.keys(value).find((key) => !keys.includes(key))
    if (other !== undefined) throw new TypeError(expected(name, what, other))
    return value as Readonly<Record<string, unknown>>
  }

/** A new object of the table's fields, in the table's order; what else the value has is left out. */
export const recordOf =
  <T>(table: Table<T>): Check<T> =>
  (value, name) => {
    const given = record(value, name)
    const before = name && `${name}.`
    const fields = Object.keys(table) as (keyof T & string)[]
    return Object.fromEntries(fields.map((field) => [field, table[field](given[field], before + field)])) as T
  }

/** A list of bytes, of this realm or another. */
export const bytesOf: Check<Uint8Array> = (value, name) => {
  if (value instanceof Uint8Array) return value
  throw new TypeError(expected(name, 'a Uint8Array', typeof value))
}
