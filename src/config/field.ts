// The kinds of configuration fields. A field knows its default, what it accepts, how to read the text of a flag, how to
// check a value and how to write it down, so that command line, library, stored results and digests agree.

import { type Check, integerIn, numberIn, recordWithin } from './checks.ts'
import { expected, expectedOneOf, nearestOf } from './errors.ts'

/** The accepted numbers of a field. */
export interface Range {
  /** the least */
  readonly min: number
  /** the greatest */
  readonly max: number
  /** whether only integers are accepted */
  readonly isInteger: boolean
}

/** One field of the configuration. `parse` and `check` throw a TypeError or a RangeError for what the field refuses. */
export interface Field<T> {
  /** the value where none is given and no preset sets another */
  readonly default: T
  /**
   * The value that canonical texts leave out, where it is not the default: that of the first stored results. It never
   * changes, so that a new default changes no old key or digest.
   */
  readonly unsaid?: T
  /** what it is, in one plain sentence, for --help */
  readonly doc: string
  /** who introduces it: the paper, or the choice of docs/choices.md that leaves it open; absent where neither applies */
  readonly source?: string
  /** a letter, which is the short flag: S, E, n and l are the paper's, N is ours */
  readonly alias?: string
  /** true where the field is younger than the first stored results: a result names it only where its preset does not imply it */
  readonly later?: true
  /** what is accepted, in words: 'an integer in 1..215' */
  readonly expects: string
  /** the accepted words, where there is a list of them */
  readonly options?: readonly string[]
  /** the accepted numbers, where they are a range */
  readonly range?: Range
  /** the value of a flag's text */
  readonly parse: (text: string, name: string) => T
  /** the value itself, where the field accepts it */
  readonly check: Check<T>
  /** the canonical text of a value: in digests, keys, files and messages. `parse` reads it back */
  readonly show: (value: T) => string
}

/** What a field says of itself beside its kind. */
export type About = Pick<Field<unknown>, 'doc' | 'source' | 'alias' | 'later'>

/** Of a field whose default has changed. */
type Unsaid<T> = Pick<Field<T>, 'unsaid'>

/** An integer on a command line: no sign, hexadecimal form, exponent or point (yargs would read 0x10 as 16 and abc as NaN). */
export function parseInteger(text: string, name: string, what: string): number {
  if (!/^(0|[1-9][0-9]*)$/.test(text)) throw new TypeError(expected(name, what, text))
  return Number(text)
}

/** A decimal number on a command line. */
export function parseReal(text: string, name: string, what: string): number {
  if (!/^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e-?[0-9]+)?$/.test(text)) throw new TypeError(expected(name, what, text))
  return Number(text)
}

/** Integers in min..max; `why` explains the maximum. */
export function integer(value: number, min: number, max: number, about: About, why = ''): Field<number> {
  const expects = `an integer in ${min}..${max}`
  const check = integerIn(min, max, why)
  const parse = (text: string, name: string) => {
    const got = parseInteger(text, name, expects)
    if (got > Number.MAX_SAFE_INTEGER) throw new RangeError(expected(name, expects, text, why))
    return check(got, name)
  }
  return { default: value, ...about, expects, range: { min, max, isInteger: true }, parse, check, show: String }
}

/** Numbers in min..max. */
export function real(value: number, min: number, max: number, about: About): Field<number> {
  const expects = `a number in ${min}..${max}`
  const check = numberIn(min, max)
  const parse = (text: string, name: string) => check(parseReal(text, name, expects), name)
  return { default: value, ...about, expects, range: { min, max, isInteger: false }, parse, check, show: String }
}

/** One word of a list. */
export function oneOf<const T extends string>(
  options: readonly T[],
  value: T,
  about: About & Unsaid<NoInfer<T>>,
): Field<T> {
  const expects = `one of ${options.join(', ')}`
  const check: Check<T> = (got, name) => {
    if (typeof got !== 'string') throw new TypeError(expected(name, expects, got))
    if ((options as readonly string[]).includes(got)) return got as T
    throw new RangeError(expectedOneOf(name, options, got))
  }
  return { default: value, ...about, expects, options, parse: check, check, show: String }
}

/** True or false. */
export function flag(value: boolean, about: About): Field<boolean> {
  const expects = 'true or false'
  const check: Check<boolean> = (got, name) => {
    if (typeof got === 'boolean') return got
    throw new TypeError(expected(name, expects, got))
  }
  const parse = (text: string, name: string) => check(text === 'true' ? true : text === 'false' ? false : text, name)
  return { default: value, ...about, expects, options: ['true', 'false'], parse, check, show: String }
}

/** What a name is: a text that a flag, a canonical text and a stream's key can hold. */
export const isWord = (text: string) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)

/** A name of a registry. Whether the registry has it is checked where the registry is known: run/setup.ts. */
export function word(value: string, about: About): Field<string> {
  const expects = 'a name'
  const check: Check<string> = (got, name) => {
    if (typeof got === 'string' && isWord(got)) return got
    throw new TypeError(expected(name, expects, got))
  }
  return { default: value, ...about, expects, parse: check, check, show: String }
}

/** Names of a registry joined by +, some with a number, as delta-index+int8. What they are is checked as that of a `word`. */
export function steps(value: string, about: About): Field<string> {
  const expects = 'a name, or names joined by +'
  const check: Check<string> = (got, name) => {
    if (typeof got !== 'string') throw new TypeError(expected(name, expects, got))
    const isStep = (part: string) => /^[a-z][a-z0-9-]*(:[0-9]+)?$/.test(part)
    if (got.length <= 100 && got.split('+').every(isStep)) return got
    throw new RangeError(expected(name, expects, got))
  }
  return { default: value, ...about, expects, parse: check, check, show: String }
}

/** The version of a value that is not the project's own: empty where it has none. */
export function version(doc: string): Field<string> {
  const expects = 'at most 64 letters, digits, points, hyphens and underscores'
  const check: Check<string> = (got, name) => {
    if (typeof got !== 'string') throw new TypeError(expected(name, expects, got))
    if (/^[A-Za-z0-9._-]{0,64}$/.test(got)) return got
    throw new RangeError(expected(name, expects, got))
  }
  return { default: '', doc, later: true, expects, parse: check, check, show: String }
}

/** The values of some parameters of the environment, each a list with one value per agent. */
export type Worlds = Readonly<Record<string, readonly number[]>>

/** The lower and the upper end of an interval. */
export type Span = readonly [low: number, high: number]

/** The portion of the first of two mixed entries: a number, or drawn for each pair from Beta(beta, beta). */
export type Portion =
  | number
  | {
      /** both shapes of the Beta distribution */
      readonly beta: number
    }

/** A portion, such as 0.5 or beta:0.2. */
export function portion(value: Portion, about: About): Field<Portion> {
  const expects = 'a number between 0 and 1, ends excluded, or beta:ALPHA, ALPHA in 0.001..1000, for Beta(ALPHA, ALPHA)'
  const shape = numberIn(1e-3, 1e3)
  const drawn = recordWithin(['beta'])
  const check: Check<Portion> = (got, name) => {
    if (typeof got === 'object' && got !== null && 'beta' in got) {
      return { beta: shape(drawn(got, name).beta, `${name}.beta`) }
    }
    if (typeof got !== 'number') throw new TypeError(expected(name, expects, got))
    if (got > 0 && got < 1) return got
    throw new RangeError(expected(name, expects, got))
  }
  const parse = (text: string, name: string) => {
    const isDrawn = text.startsWith('beta:')
    const number = parseReal(isDrawn ? text.slice(5) : text, name, expects)
    return check(isDrawn ? { beta: number } : number, name)
  }
  const show = (got: Portion) => (typeof got === 'number' ? String(got) : `beta:${got.beta}`)
  return { default: value, ...about, expects, parse, check, show }
}

/** The other kind's values, or one word that stands for a value of its own: `none` for null, `policy` for "policy". */
export function orWord<T, W>(
  kind: Field<T>,
  word: string,
  meaning: W,
  value: T | W,
  about: About & Unsaid<NoInfer<T | W>>,
): Field<T | W> {
  const expects = `${kind.expects}, or ${word}`
  return {
    default: value,
    ...about,
    expects,
    parse: (text, name) => {
      if (text === word) return meaning
      // A word that is none of the kind's values is most likely this one.
      if (nearestOf([word], text) !== undefined)
        throw new TypeError(expected(name, expects, text, `did you mean ${word}?`))
      return kind.parse(text, name)
    },
    check: (got, name) => (got === meaning ? meaning : kind.check(got, name)),
    show: (got) => (got === meaning ? word : kind.show(got as T)),
  }
}
