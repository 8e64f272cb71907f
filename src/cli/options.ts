// Flags from the table of config.ts: names, aliases, docs and defaults stand there once. Every value stays the text that
// was typed until its field parses it, since yargs would read 0x10 as 16 and 2^64-1 as a float. Only given flags are
// returned, because a preset sets the others.

import { availableParallelism } from 'node:os'
import type { Options } from 'yargs'
import { type Config, fieldNames, fields } from '../config.ts'
import { expected, type Field, parseInteger } from '../field.ts'
import { parseIntegers, parseSeeds } from '../seeds.ts'

/** What yargs read: text, a flag that takes none, or a list where one was given twice. */
export type Argv = Readonly<Record<string, unknown>>

export interface Command {
  /** with its positional arguments, as yargs writes them */
  readonly usage: string
  readonly doc: string
  readonly options: Readonly<Record<string, Options>>
  readonly examples: readonly (readonly [command: string, doc: string])[]
  /** Reads the flags and writes nothing; all it throws is a usage error. The returned task gives the exit code. */
  readonly plan: (argv: Argv) => Promise<Task> | Task
}

export type Task = (signal: AbortSignal) => Promise<number>

type Name = keyof Config

/** policyRate -> policy-rate */
export const flagOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const text = (describe: string, defaultDescription: string): Options => ({
  type: 'string',
  requiresArg: true,
  describe,
  defaultDescription,
})

const bare = (describe: string): Options => ({ type: 'boolean', describe })

/** Flags of these config fields. */
export function configOptions(names: readonly Name[]): Record<string, Options> {
  return Object.fromEntries(
    names.map((name) => {
      const { doc, expects, alias, default: value, show } = fields[name] as Field<unknown>
      return [flagOf(name), { ...text(`${doc}; ${expects}`, show(value)), ...(alias && { alias }) }]
    }),
  )
}

export const allFields: readonly Name[] = fieldNames
export const gridFields: readonly Name[] = fieldNames.filter((name) => name !== 'seed')

/** Flags that several commands have. */
export const commonOptions = {
  out: text('folder of the results; what is there is not computed again', 'out'),
  jobs: text('worker threads, an integer in 1..256', 'one a core'),
  seeds: text('seeds of the runs, such as 1..100 or 1,5,7..9', ''),
  json: bare('print one JSON document'),
  quiet: bare('no progress'),
} satisfies Record<string, Options>

/** The text of a flag, undefined where it was not given. */
export function readText(argv: Argv, flag: string): string | undefined {
  const value = argv[flag]
  if (value === undefined || typeof value === 'string') return value
  throw new TypeError(expected(flag, 'one value', value, 'the flag was given more than once'))
}

export function readBare(argv: Argv, flag: string): boolean {
  const value = argv[flag]
  if (value === undefined || value === true) return value ?? false
  throw new TypeError(`"${flag}" expected no value, got one: the flag stands alone`)
}

export function readOut(argv: Argv): string {
  const value = readText(argv, 'out') ?? 'out'
  if (value.trim() === '') throw new RangeError(expected('out', 'a folder', value))
  return value
}

/** @throws TypeError or RangeError unless it is an integer in 1..256 */
export function readJobs(argv: Argv): number {
  const value = readText(argv, 'jobs')
  if (value === undefined) return Math.min(availableParallelism(), 256)
  const jobs = parseInteger(value, 'jobs', 'an integer in 1..256')
  if (jobs >= 1 && jobs <= 256) return jobs
  throw new RangeError(expected('jobs', 'an integer in 1..256', value))
}

export function readSeeds(argv: Argv, standard: string): number[] {
  return parseSeeds(readText(argv, 'seeds') ?? standard)
}

/** The given config flags, one value each. */
export function readConfig(argv: Argv, names: readonly Name[]): Partial<Config> {
  checkNets(argv)
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = readText(argv, flagOf(name))
      return value === undefined ? [] : [[name, fields[name].parse(value, flagOf(name))]]
    }),
  )
}

/** --nets says what these would say; the library cannot tell a given default from none, the command line can. */
function checkNets(argv: Argv): void {
  const other = ['agents', 'width', 'depth'].find((flag) => argv[flag] !== undefined)
  if (argv.nets === undefined || other === undefined) return
  throw new RangeError(`"nets" gives each agent its network: leave out --${other}`)
}

/** Their own values hold commas, so they take one. */
const unlisted: readonly Name[] = ['nets', 'ranges']

/** The values of one config flag that takes a list, undefined where it was not given. */
export function readList(argv: Argv, name: Name): unknown[] | undefined {
  const value = readText(argv, flagOf(name))
  const field = fields[name] as Field<unknown>
  if (value === undefined) return undefined
  if (unlisted.includes(name)) return [field.parse(value, flagOf(name))]
  if (field.expects.startsWith('an integer')) return parseIntegers(value, flagOf(name), field as Field<number>)
  const parts = value.split(',').map((part) => field.parse(part, flagOf(name)))
  const twice = parts.find((part, i) => parts.findIndex((other) => field.show(other) === field.show(part)) !== i)
  if (twice === undefined) return parts
  throw new RangeError(expected(flagOf(name), 'each value once', value))
}

/** Every combination of the given lists, in the order of the fields: one config without given lists. */
export function readGrid(argv: Argv, names: readonly Name[]): Partial<Config>[] {
  checkNets(argv)
  let grid: Partial<Config>[] = [{}]
  for (const name of names) {
    const values = readList(argv, name)
    if (values === undefined) continue
    checkSize(grid.length * values.length)
    grid = grid.flatMap((config) => values.map((value) => ({ ...config, [name]: value })))
  }
  return grid
}

/** @throws RangeError for more runs than a plan has by intent */
export function checkSize(runs: number): void {
  if (runs > 1_000_000) throw new RangeError(`"runs" expected at most 1000000, got ${runs}: split the sweep`)
}
