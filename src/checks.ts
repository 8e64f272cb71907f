// Checks of values that others sent, each giving the value back with its type.
// All throw TypeError or RangeError, with the name, what was expected and what was there.

import { expected, integer } from './field.ts'

export type Check<T> = (value: unknown, name: string) => T

export const whole = (min: number, max: number = Number.MAX_SAFE_INTEGER): Check<number> =>
  integer(min, min, max, '').check
export const orNull =
  <T>(check: Check<T>): Check<T | null> =>
  (value, name) =>
    value === null ? null : check(value, name)

export const text: Check<string> = (value, name) => {
  if (typeof value === 'string') return value
  throw new TypeError(expected(name, 'a text', value))
}

export const hex: Check<string> = (value, name) => {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value
  throw new TypeError(expected(name, '64 hexadecimal digits', value))
}

export const listOf =
  <T>(check: Check<T>, length: number): Check<readonly T[]> =>
  (value, name) => {
    const what = `a list of ${length}`
    if (!Array.isArray(value)) throw new TypeError(expected(name, what, value))
    if (value.length !== length) throw new RangeError(expected(name, what, value.length))
    return value.map((one, i) => check(one, `${name}[${i}]`))
  }

export const record: Check<Readonly<Record<string, unknown>>> = (value, name) => {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>
  throw new TypeError(expected(name, 'an object', value))
}
