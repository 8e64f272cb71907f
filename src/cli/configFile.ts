// --config FILE: the settings of a run or of a sweep from a JSON or YAML file. Its values become the texts of their flags, so
// that one table of fields checks both, and a flag that is given overrides the file.

import { extname } from 'node:path'
import type { Config } from '../config/config.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import type { Field } from '../config/field.ts'
import { fieldNames, fields } from '../config/fields.ts'
import { importAll } from '../config/packages.ts'
import { defaults } from '../config/resolve.ts'
import { nodeFiles, readBytes } from '../results/disk.ts'
import { type Argv, flagOf, isListLike, readFlag, readList, valueFlag } from './options.ts'
import { isFile } from './own.ts'

/** What the file is for: a run has one value per field, and a sweep has one or several. */
export type ConfigUse = 'run' | 'sweep'

export const configFlag = valueFlag(
  'settings from a file, which flags override; frd init writes one. Accepts: a .json, .yaml or .yml file',
  'none',
)

/** The longest file, in bytes: a thousand times what all fields take. */
const MOST = 1 << 24

/** The flags, over those that the file of --config says. @throws TypeError, RangeError that name the file and the field */
export async function withConfigFile(argv: Argv, use: ConfigUse): Promise<Argv> {
  const path = readFlag(argv, 'config')
  if (path === undefined) return argv
  const values = await readValues(path)
  try {
    return { ...besides(flagsOf(values, use), argv), ...argv }
  } catch (error) {
    const Kind = error instanceof TypeError ? TypeError : RangeError
    throw new Kind(`${path}: ${(error as Error).message}`, { cause: error })
  }
}

async function readValues(path: string): Promise<unknown> {
  const kind = extname(path).toLowerCase()
  if (!['.json', '.yaml', '.yml'].includes(kind)) {
    throw new RangeError(expected('config', 'a .json, .yaml or .yml file', path))
  }
  let text: string | undefined
  try {
    text = readBytes(path, nodeFiles, MOST)?.toString('utf8')
  } catch (error) {
    throw new RangeError(expected('config', 'a file that can be read', path, (error as Error).message))
  }
  if (text === undefined) throw new RangeError(expected('config', 'a file', path, 'there is none; frd init writes one'))
  const parse = kind === '.json' ? JSON.parse : await loadYaml()
  try {
    const values = parse(text)
    const twice = kind === '.json' ? repeatedKey(text) : null // YAML itself refuses one
    if (twice !== null) throw new TypeError(`"${twice}" stands there twice`)
    return values
  } catch (error) {
    const [why] = (error as Error).message.split('\n')
    throw new TypeError(expected('config', `a file of ${kind === '.json' ? 'JSON' : 'YAML'}`, path, why))
  }
}

/** The first key that an object of a sound JSON text has twice, of which JSON.parse keeps the last; null for none. */
export function repeatedKey(text: string): string | null {
  const open: Set<string>[] = []
  let last = ''
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const key = JSON.parse(last)
      const keys = open[open.length - 1]
      if (keys.has(key)) return key
      keys.add(key)
    }
    last = token
  }
  return null
}

/** Reads YAML. A file of comments alone is empty, and sets nothing. @throws MissingPackagesError */
export async function loadYaml(): Promise<(text: string) => unknown> {
  const { yaml } = await importAll('YAML files', { yaml: () => import('yaml') }, 'or write the file as JSON')
  return (text) => yaml.parse(text, { logLevel: 'error', maxAliasCount: 100 }) ?? {}
}

/** Without what of the file a given flag replaces: --nets is in place of agents, width and depth, and each of them of nets. */
function besides(file: Argv, argv: Argv): Argv {
  const sizes = ['agents', 'width', 'depth']
  const isReplaced = (flag: string) =>
    flag === 'nets' ? sizes.some((size) => argv[size] !== undefined) : sizes.includes(flag) && argv.nets !== undefined
  return Object.fromEntries(Object.entries(file).filter(([flag]) => !isReplaced(flag)))
}

/** The texts of flags that say what a file says. */
function flagsOf(values: unknown, use: ConfigUse): Argv {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new TypeError(expected('config', 'fields with their values', values))
  }
  const known = use === 'sweep' ? [...fieldNames, 'seeds'] : fieldNames
  const given = values as Readonly<Record<string, unknown>>
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new TypeError(expectedOneOf('config', known, unknown))
  const { seed, seeds, ...others } = given
  const names = Object.keys(others).filter((name) => !isSaidByNets(name as keyof Config, given))
  const flags: Record<string, unknown> = Object.fromEntries(
    names.map((name) => [flagOf(name), textOf(name as keyof Config, given[name], use)]),
  )
  if (use === 'run') return seed === undefined ? flags : { ...flags, seed: textOf('seed', seed, use) }
  if (seed !== undefined && seeds !== undefined) throw new RangeError(expected('seed', 'none beside seeds', seed))
  return seed === undefined && seeds === undefined ? flags : { ...flags, seeds: textOf('seed', seeds ?? seed, use) }
}

/** Whether the networks of a whole config say this field too, or leave it at its default. */
function isSaidByNets(name: keyof Config, { nets, [name]: value }: Readonly<Record<string, unknown>>): boolean {
  if (!Array.isArray(nets)) return false
  return name === 'agents' ? value === nets.length : (name === 'width' || name === 'depth') && value === defaults[name]
}

/** Whether a value is the file of an environment or a method of one's own. */
const isPath = (name: keyof Config, value: unknown): value is string =>
  (name === 'env' || name === 'method') && typeof value === 'string' && isFile(value)

/** The text of a flag, or several texts where a list of them would be ambiguous. */
function textOf(name: keyof Config, value: unknown, use: ConfigUse): string | string[] {
  if (isPath(name, value)) return value
  if (use === 'run') {
    const why = Array.isArray(value) && !isListLike(name) ? 'frd run takes one value, and frd sweep takes a list' : ''
    if (why) throw new TypeError(expected(name, fields[name].expects, value, why))
    return oneText(name, value)
  }
  if (typeof value === 'string') {
    if (name === 'seed') return value // a list such as 1..100, which the flag reads
    readList({ [flagOf(name)]: value }, name)
    return value
  }
  if (!Array.isArray(value)) return oneText(name, value)
  if (!isListLike(name)) return value.map((one) => oneText(name, one)).join()
  // A list of texts is a list of values; any other is one value, as the library takes it.
  const isOne = !value.length || !value.every((one) => typeof one === 'string')
  return isOne ? oneText(name, value) : value.map((one) => oneText(name, one))
}

/** One value as the text of a flag: a text is read as the flag reads it, and any other value as the library does; a path stays. */
function oneText(name: keyof Config, value: unknown): string {
  if (isPath(name, value)) return value
  const { parse, check, show } = fields[name] as Field<unknown>
  return show(typeof value === 'string' ? parse(value, name) : check(value, name))
}
