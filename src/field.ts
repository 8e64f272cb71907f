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

/** A share of one of two, or drawn from Beta(beta, beta). */
export type Portion = number | { readonly beta: number }

export function portion(value: Portion, doc: string): Field<Portion> {
  const expects = 'a number between 0 and 1, ends excluded, or beta:ALPHA, ALPHA in 0.001..1000, for Beta(ALPHA, ALPHA)'
  const shape = real(1, 1e-3, 1e3, '')
  const check = (got: unknown, name: string) => {
    if (typeof got === 'object' && got !== null && 'beta' in got) {
      return { beta: shape.check(record(got, ['beta'], name).beta, `${name}.beta`) }
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
  return { default: value, doc, expects, parse, check, show }
}

/** Size of a network. */
export interface Net {
  readonly width: number
  readonly depth: number
}

/** An agent's policy network, and what of its learner is its own. */
export interface AgentNet extends Net {
  /** of its policy and its value network; absent = the config's */
  readonly activation?: 'relu' | 'tanh'
  /** learning rate of its policy; absent = the config's */
  readonly rate?: number
}

/** WIDTHxDEPTH, such as 50x2. */
export function network(width: Field<number>, depth: Field<number>): Field<Net> {
  const expects = 'a network such as 50x2 (width x depth)'
  return {
    default: { width: width.default, depth: depth.default },
    doc: '',
    expects,
    parse: (text, name) => {
      const [n, l, ...rest] = text.split('x')
      if (l === undefined || rest.length) throw new TypeError(expected(name, expects, text))
      return { width: width.parse(n, name), depth: depth.parse(l, name) }
    },
    check: (got, name) => {
      const net = record(got, ['width', 'depth'], name) as Partial<Net>
      return { width: width.check(net.width, `${name}.width`), depth: depth.check(net.depth, `${name}.depth`) }
    },
    show: ({ width, depth }) => `${width}x${depth}`,
  }
}

/** NETWORK[:[ACTIVATION][:RATE]], such as 50x2, 50x2:tanh, 50x2:tanh:0.003 and 50x2::0.003. */
export function agentNetwork(
  net: Field<Net>,
  activation: Field<'relu' | 'tanh'>,
  rate: Field<number>,
): Field<AgentNet> {
  const expects = 'a network such as 50x2, 50x2:tanh or 50x2::0.003 (width x depth, activation, policy rate)'
  return {
    default: net.default,
    doc: '',
    expects,
    parse: (text, name) => {
      const [size, a, r, ...rest] = text.split(':')
      if (text.endsWith(':') || rest.length) throw new TypeError(expected(name, expects, text))
      return {
        ...net.parse(size, name),
        ...(a && { activation: activation.parse(a, `${name}.activation`) }),
        ...(r !== undefined && { rate: rate.parse(r, `${name}.rate`) }),
      }
    },
    check: (got, name) => {
      const { activation: a, rate: r, ...size } = record(got, ['width', 'depth', 'activation', 'rate'], name)
      return {
        ...net.check(size, name),
        ...(a !== undefined && { activation: activation.check(a, `${name}.activation`) }),
        ...(r !== undefined && { rate: rate.check(r, `${name}.rate`) }),
      }
    },
    show: ({ activation: a, rate: r, ...size }) =>
      `${net.show(size)}${a || r !== undefined ? `:${a ?? ''}` : ''}${r !== undefined ? `:${r}` : ''}`,
  }
}

/** An object of these keys and no others: a misspelt one would say nothing. */
function record(got: unknown, keys: readonly string[], name: string): Readonly<Record<string, unknown>> {
  const what = `{ ${keys.join(', ')} }`
  if (typeof got !== 'object' || got === null || Array.isArray(got)) throw new TypeError(expected(name, what, got))
  const other = Object.keys(got).find((key) => !keys.includes(key))
  if (other !== undefined) throw new TypeError(expected(name, what, other))
  return got as Readonly<Record<string, unknown>>
}
