// Kinds of configuration fields: each knows its default, its range in words, how to read a flag's text, how to check a
// value and how to show it. Errors name the field, what was expected, what came, and why.

/** What one field accepts. `parse` reads a flag's text, `check` any value; both throw TypeError or RangeError. */
export interface Field<T> {
  readonly default: T
  readonly doc: string
  readonly alias?: string
  /** younger than the first stored lines, which do not have it: a line names it only where it says something */
  readonly later?: true
  /** what is accepted, in words: 'an integer in 1..215' */
  readonly expects: string
  readonly parse: (text: string, name: string) => T
  readonly check: (value: unknown, name: string) => T
  /** canonical text: the value in digests, keys and messages */
  readonly show: (value: T) => string
}

/** The field, marked as younger than the first stored lines. */
export function later<T>(field: Field<T>): Field<T> {
  return { ...field, later: true }
}

/** `"name" expected X, got Y: why` */
export function expected(name: string, what: string, got: unknown, why = ''): string {
  return `"${name}" expected ${what}, got ${display(got)}${why && `: ${why}`}`
}

function display(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value)
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return Object.is(value, -0) ? '-0' : String(value)
}

/** Integers on a command line: no sign, hex, exponent, point or empty string (yargs reads 0x10 as 16, abc as NaN). */
export function parseInteger(text: string, name: string, what: string): number {
  if (!/^(0|[1-9][0-9]*)$/.test(text)) throw new TypeError(expected(name, what, text))
  return Number(text)
}

export function integer(value: number, min: number, max: number, doc: string, alias?: string, why = ''): Field<number> {
  const expects = `an integer in ${min}..${max}`
  const check = (got: unknown, name: string) => {
    if (typeof got !== 'number') throw new TypeError(expected(name, expects, got))
    if (Number.isInteger(got) && got >= min && got <= max && !Object.is(got, -0)) return got
    throw new RangeError(expected(name, expects, got, Number.isInteger(got) && got > max ? why : ''))
  }
  const parse = (text: string, name: string) => {
    const got = parseInteger(text, name, expects)
    if (got > Number.MAX_SAFE_INTEGER) throw new RangeError(expected(name, expects, text, why))
    return check(got, name)
  }
  return { default: value, doc, alias, expects, parse, check, show: String }
}

export function real(value: number, min: number, max: number, doc: string): Field<number> {
  const expects = `a number in ${min}..${max}`
  const check = (got: unknown, name: string) => {
    if (typeof got !== 'number') throw new TypeError(expected(name, expects, got))
    if (got >= min && got <= max && !Object.is(got, -0)) return got
    throw new RangeError(expected(name, expects, got))
  }
  return {
    default: value,
    doc,
    expects,
    parse: (text, name) => check(parseReal(text, name, expects), name),
    check,
    show: String,
  }
}

export function parseReal(text: string, name: string, expects: string): number {
  if (!/^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e-?[0-9]+)?$/.test(text)) throw new TypeError(expected(name, expects, text))
  return Number(text)
}

export function oneOf<const T extends string>(options: readonly T[], value: T, doc: string): Field<T> {
  const expects = `one of ${options.join(', ')}`
  const check = (got: unknown, name: string) => {
    if (typeof got !== 'string') throw new TypeError(expected(name, expects, got))
    if ((options as readonly string[]).includes(got)) return got as T
    throw new RangeError(expected(name, expects, got))
  }
  return { default: value, doc, expects, parse: check, check, show: String }
}

export function flag(value: boolean, doc: string): Field<boolean> {
  const expects = 'true or false'
  const check = (got: unknown, name: string) => {
    if (typeof got === 'boolean') return got
    throw new TypeError(expected(name, expects, got))
  }
  const parse = (text: string, name: string) => check(text === 'true' ? true : text === 'false' ? false : text, name)
  return { default: value, doc, expects, parse, check, show: String }
}

/** A name of a registry, which is checked where that registry is known (run.ts). */
export function word(value: string, doc: string): Field<string> {
  const expects = 'a name'
  const check = (got: unknown, name: string) => {
    if (typeof got === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(got)) return got
    throw new TypeError(expected(name, expects, got))
  }
  return { default: value, doc, expects, parse: check, check, show: String }
}
