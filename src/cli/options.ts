// Flags made from the table of config fields, which holds names, short forms, sentences and defaults. A value stays the
// text that was typed until its field reads it, because yargs would read 0x10 as 16 and 2^64-1 as a float. Only flags
// that were given are returned, because a preset sets the others.

import type { Options } from 'yargs'
import type { Config } from '../config/config.ts'
import { environments } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { type Field, parseInteger } from '../config/field.ts'
import { fieldNames, fields, rangePresets } from '../config/fields.ts'
import { METHODS } from '../methods/index.ts'
import { checkJobs, STANDARD_JOBS } from '../results/compute.ts'
import { CODEC_STEPS, PLAIN } from '../wire/codecs/index.ts'
import { parseIntegers, parseSeeds } from './lists.ts'
import { checkOut } from './outFolder.ts'

/** What yargs has read: text, true for a flag without a value, or a list for a flag that was given twice. */
export type Argv = Readonly<Record<string, unknown>>

/** A command of `frd`. */
export interface Command {
  /** its name and positional arguments, as yargs writes them */
  readonly usage: string
  readonly doc: string
  readonly options: Readonly<Record<string, Options>>
  readonly examples: readonly (readonly [command: string, doc: string])[]
  /** what its help ends with */
  readonly epilogue?: string
  /** the words that a flag or a positional argument accepts, by its name, which the shell completes */
  readonly values?: Readonly<Record<string, readonly string[]>>
  /**
   * Reads the flags and writes nothing; every error that it throws is a usage error, but InterruptedError once the signal
   * is given. The task that it returns gives the exit code.
   */
  readonly plan: (argv: Argv, signal: AbortSignal) => Promise<Task> | Task
}

export type Task = (signal: AbortSignal) => Promise<number>

type Name = keyof Config

/** policyRate -> policy-rate */
export const flagOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** A flag with a value. It has no type, because help would then say [string] of a number too. */
export const valueFlag = (describe: string, defaultDescription = ''): Options => ({
  requiresArg: true,
  describe,
  defaultDescription,
})

const bare = (describe: string): Options => ({ type: 'boolean', describe })

/** The name of the default of `--ranges`, which help shows as numbers. */
const standardRanges = Object.keys(rangePresets).find((name) => {
  const { show, default: standard } = fields.ranges
  return show(rangePresets[name]) === show(standard)
})

/** What a field accepts, in words. For a method or an environment, these are the names of the registry. */
export function acceptedBy(name: Name): string {
  if (name === 'method')
    return `one of ${METHODS.join(', ')}, or a .js or .mjs file whose default export is a method of your own`
  if (name === 'env') {
    return `one of ${environments.map((env) => env.name).join(', ')}, or a .js or .mjs file whose default export is an environment of your own`
  }
  if (name === 'codec') return `${PLAIN}, or these steps joined by + in this order: ${CODEC_STEPS.join(', ')}`
  const { expects } = fields[name]
  return name === 'ranges' ? `${expects}. The default is ${standardRanges}` : expects
}

/** The end of the help of a command that shows the default of every config field. */
export const DEFAULTS = 'The defaults shown are those of preset paper; --preset tuned changes some of them.'

/** Flags of these config fields. */
export function configOptions(names: readonly Name[]): Record<string, Options> {
  return Object.fromEntries(
    names.map((name) => {
      const { doc, alias, default: value, show } = fields[name] as Field<unknown>
      const about = `${doc}. Accepts: ${acceptedBy(name)}`
      return [flagOf(name), { ...valueFlag(about, show(value)), ...(alias && { alias }) }]
    }),
  )
}

/** All fields but the versions, which the files of --env, --method and --from give. */
export const allFields: readonly Name[] = fieldNames.filter((name) => !name.endsWith('Version'))
export const gridFields: readonly Name[] = allFields.filter((name) => name !== 'seed')

/** Flags that several commands have. */
export const commonOptions = {
  out: valueFlag('folder of the results; a run that is there is not computed again', 'out'),
  jobs: valueFlag('worker threads. Accepts: an integer in 1..256', 'one per core'),
  seeds: valueFlag('seeds of the runs. Accepts: a list such as 1..100 or 1,5,7..9'),
  json: bare('print one JSON document'),
  quiet: bare('show no progress'),
} satisfies Record<string, Options>

/** The text of a flag; undefined if it was not given, empty if it has no value, as S in `-SE 5`. */
export function readFlag(argv: Argv, flag: string): string | undefined {
  const value = argv[flag]
  if (value === true) return ''
  if (value === undefined || typeof value === 'string') return value
  throw new TypeError(expected(flag, 'one value', value, 'the flag was given more than once'))
}

/** Whether a flag that takes no value was given. */
export function readBare(argv: Argv, flag: string): boolean {
  const value = argv[flag]
  if (value === undefined || value === true) return value ?? false
  throw new TypeError(expected(flag, 'no value', value, 'the flag stands alone'))
}

export function readOut(argv: Argv): string {
  const value = readFlag(argv, 'out') ?? 'out'
  if (value.trim() === '') throw new RangeError(expected('out', 'a folder', value))
  checkOut(value)
  return value
}

/** @throws TypeError or RangeError unless it is an integer in 1..256 */
export function readJobs(argv: Argv): number {
  const value = readFlag(argv, 'jobs')
  if (value === undefined) return STANDARD_JOBS
  return checkJobs(parseInteger(value, 'jobs', 'an integer in 1..256'), 'jobs')
}

export function readSeeds(argv: Argv, standard: string): number[] {
  return parseSeeds(readFlag(argv, 'seeds') ?? standard)
}

/** The given flags of config fields, one value each. */
export function readConfig(argv: Argv, names: readonly Name[]): Partial<Config> {
  checkNets(argv)
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = readFlag(argv, flagOf(name))
      return value === undefined ? [] : [[name, fields[name].parse(value, flagOf(name))]]
    }),
  )
}

/**
 * Refuses --nets beside a flag that it replaces. Only the command line can do so: in the library, a default that was
 * given cannot be distinguished from one that was not.
 */
function checkNets(argv: Argv): void {
  const other = ['agents', 'width', 'depth'].find((flag) => argv[flag] !== undefined)
  if (argv.nets === undefined || argv.nets === 'none' || other === undefined) return
  throw new RangeError(`"nets" gives each agent its network: leave out --${other}`)
}

/** Fields whose one value is a list or a table, so that its text contains commas. */
const unlisted: readonly Name[] = ['nets', 'ranges', 'worlds', 'absent']

/** Whether one value of the field is a list or a table, so that its flag takes one value, and several where it is repeated. */
export const isListLike = (name: Name): boolean => unlisted.includes(name)

/** The values of a config flag that takes a list; undefined if it was not given. */
export function readList(argv: Argv, name: Name): unknown[] | undefined {
  const field = fields[name] as Field<unknown>
  const flag = flagOf(name)
  if (isListLike(name) && Array.isArray(argv[flag])) {
    return eachOnce(field, flag, (argv[flag] as readonly unknown[]).map(String))
  }
  const value = readFlag(argv, flag)
  if (value === undefined) return undefined
  if (isListLike(name)) return [field.parse(value, flag)]
  if (field.range?.isInteger) return parseIntegers(value, flag, field as Field<number>)
  return eachOnce(field, flag, value.split(','))
}

/** @throws RangeError for a value that is there twice */
function eachOnce(field: Field<unknown>, flag: string, texts: readonly string[]): unknown[] {
  const values = texts.map((text) => field.parse(text, flag))
  const shown = values.map(field.show)
  if (new Set(shown).size === shown.length) return values
  throw new RangeError(expected(flag, 'each value once', texts.join()))
}

/** Every combination of the given lists, in the order of the fields; one config if no list is given. */
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

/** @throws RangeError for more runs than anyone starts on purpose */
export function checkSize(runs: number): void {
  if (runs > 1_000_000) throw new RangeError(expected('runs', 'at most 1000000', runs, 'split the sweep'))
}
