// What the visitor chose, as one text per field. Only fields that differ from the default of the library are in it, in
// the address and on the command line alike. The fields, their ranges and their defaults are those of the library.

import {
  type Config,
  defaults,
  type Environment,
  environments,
  type Field,
  fields,
  methods,
  resolveConfig,
} from './core.ts'
import type { Own } from './own.ts'

export type Name = keyof Config
/** the text of each field that was given */
export type Given = Readonly<Partial<Record<Name, string>>>

/** The choice of the visitor: the config of a run without its method, and the two methods. */
export interface Choice {
  readonly given: Given
  readonly method: string
  /** the second method; '' for only one run */
  readonly against: string
  /** whether each tab of this address is one agent */
  readonly isApart: boolean
}

/** The version of a file follows from the file, and the page loads no methods. */
const withheld: readonly Name[] = ['envVersion', 'methodVersion', 'startVersion']
export const names = (Object.keys(fields) as Name[]).filter((name) => !withheld.includes(name))
/** the fields that are shown at once; all others are shown on demand */
export const mainNames: readonly Name[] = ['env', 'agents', 'sections', 'period', 'width', 'depth', 'seed', 'preset']
export const otherNames = names.filter((name) => name !== 'method' && !mainNames.includes(name))

export const fieldOf = (name: Name) => fields[name] as Field<unknown>

const FIRST = { method: fields.method.default, against: 'independent' }

/** The environment of that name, of the kernel or of the file that was picked; undefined where it is neither. */
export function environmentNamed(name: string, own: Own | null): Environment | undefined {
  return own?.env.name === name ? own.env : environments.find((env) => env.name === name)
}

/** @throws RangeError where the chosen environment is not at hand */
export function environmentOf({ env = defaults.env }: Given, own: Own | null): Environment {
  const found = environmentNamed(env, own)
  if (found) return found
  const known = environments.map(({ name }) => name).join(', ')
  const next = env ? 'pick the file of that environment, which a link cannot hold' : 'pick the file of an environment'
  throw new RangeError(`"env" expected one of ${known}, or a file, got ${env || 'neither'}: ${next}`)
}

/** @throws TypeError, RangeError for a text that its field does not accept, or values that do not fit each other */
export function configOf(given: Given, method: string, env: Environment): Partial<Config> {
  const values = names.filter((name) => given[name] !== undefined)
  const parsed = Object.fromEntries(values.map((name) => [name, fieldOf(name).parse(given[name]!, name)]))
  resolveConfig({ ...parsed, method }, env)
  return { ...parsed, method }
}

export function toHash({ given, method, against, isApart }: Choice): string {
  const all = new URLSearchParams({ method, against, ...(isApart && { tabs: 'agents' }), ...given })
  return `#${all}`
}

/** Unknown names are ignored; a wrong value is shown and refused as if it had been typed. */
export function fromHash(hash: string): Choice {
  const all = new URLSearchParams(hash.replace(/^#/, ''))
  const known = (name: 'method' | 'against') => {
    const method = all.get(name)
    return method !== null && (Object.hasOwn(methods, method) || (name === 'against' && !method)) ? method : FIRST[name]
  }
  const given = names.filter((name) => name !== 'method' && all.has(name)).map((name) => [name, all.get(name)])
  const isApart = all.get('tabs') === 'agents'
  return { given: Object.fromEntries(given), method: known('method'), against: known('against'), isApart }
}

/** A text as a shell takes it for one word. */
const quoted = (text: string) => (/^[\w./:,=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** The same run on a command line, in the folder of the file where the environment is the visitor's own. */
export function commandOf(given: Given, method: string, own: Own | null): string {
  const flag = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const text = (name: Name) => quoted(name === 'env' && own ? `./${own.file.name}` : given[name]!)
  const flags = names.filter((name) => given[name] !== undefined).map((name) => `--${flag(name)} ${text(name)}`)
  return ['frd run --method', method, ...flags, '--json'].join(' ')
}
