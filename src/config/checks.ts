// Checks of values from outside: each returns the value with its type, or throws a TypeError (wrong type) or a RangeError
// (wrong value) with its name, what was expected and what was there.

import { expected, isProxied } from './errors.ts'

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
    // A name is made for a member only where one is refused, because lists are long. `map` would leave out the holes.
    try {
      return Array.from(value, (one) => check(one, name))
    } catch {
      return Array.from(value, (one, i) => check(one, `${name}[${i}]`))
    }
  }

/** Whether each number is greater than the one before it. */
export const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, i) => i === 0 || number > numbers[i - 1])

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

/** A function. */
export const functionOf = <T extends (...args: never) => unknown>(value: unknown, name: string): T => {
  if (typeof value === 'function') return value as T
  throw new TypeError(expected(name, 'a function', value))
}

/** An object with the functions of these names. */
export const havingFunctions =
  <T>(...names: readonly string[]): Check<T> =>
  (value, name) => {
    const given = record(value, name)
    for (const one of names) functionOf(given[one], `${name}.${one}`)
    return value as T
  }

/** Undefined, or what the other check accepts. */
export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, name) =>
    value === undefined ? undefined : check(value, name)

/** The constructors of the typed arrays that are accepted. */
const views = { Uint8Array, Int32Array, Uint32Array, Float32Array }
type Views = { readonly [K in keyof typeof views]: InstanceType<(typeof views)[K]> }

/**
 * The name of a typed array's type, undefined for anything else. It reads what the engine keeps of the array, which is
 * the same in every realm and which no property can change; `instanceof` knows only the arrays of its own realm.
 */
const typeOfView: (this: unknown) => string | undefined = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)!.get!

/** Whether the numbers of a typed array can be read: neither its buffer was transferred nor does it end before the array. */
function isReadable(view: object): boolean {
  try {
    Uint8Array.prototype.keys.call(view as Uint8Array)
    return true
  } catch {
    return false
  }
}

/**
 * A typed array of this realm or of another. Where its memory is shared with other threads, a copy is returned, since
 * they could change it between a check and its use.
 */
export const viewOf =
  <K extends keyof Views>(kind: K): Check<Views[K]> =>
  (value, name) => {
    const what = `${kind === 'Int32Array' ? 'an' : 'a'} ${kind}`
    if (typeOfView.call(value) !== kind) {
      throw new TypeError(expected(name, what, typeof value === 'object' ? value : typeof value))
    }
    const view = value as Views[K]
    if (view.length === 0 && !isReadable(view)) {
      throw new TypeError(expected(name, `${what} whose buffer is there`, 'one whose buffer was transferred or cut'))
    }
    const isShared = Object.prototype.toString.call(view.buffer) === '[object SharedArrayBuffer]'
    return isShared ? (new views[kind](view as Uint8Array) as Views[K]) : view
  }

/** A list of bytes, of this realm or another. */
export const bytesOf = viewOf('Uint8Array')

/** A list of f32, of this realm or another. */
export const floatsOf = viewOf('Float32Array')

/** The typed arrays whose members are numbers; those of bigint are none. */
const isNumeric = (value: unknown) => typeOfView.call(value)?.startsWith('Big') === false

/**
 * An array of numbers, or what is like one, of this realm or another. NaN is a number, and a hole is none.
 * @param what how a message calls the list
 * @param each how a message calls what a member must be; its place is named unless this is given
 */
export const numbersOf =
  (what = 'a list of numbers', each?: string): Check<ArrayLike<number>> =>
  (value, name) => {
    if (isNumeric(value)) {
      if (isReadable(value as object)) return value as ArrayLike<number>
      throw new TypeError(expected(name, what, 'an array whose buffer was transferred or cut'))
    }
    const list = value as ArrayLike<number>
    if (typeof value !== 'object' || value === null || isProxied(value) || !Number.isSafeInteger(list.length)) {
      throw new TypeError(expected(name, what, value))
    }
    for (let i = 0; i < list.length; i++) {
      if (typeof list[i] === 'number') continue
      throw new TypeError(each ? expected(name, each, list[i]) : expected(`${name}[${i}]`, 'a number', list[i]))
    }
    return list
  }
