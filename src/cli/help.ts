// The help of the program and of its commands as text, for a terminal of any width: flags in groups, each with what it is,
// what it accepts and its default. Lines break between words alone, so that a value can be copied from them.

import type { Options } from 'yargs'
import type { Config } from '../config/config.ts'
import { fieldNames } from '../config/fields.ts'
import { wrap } from '../plot/styles.ts'
import { groupOf, groupTitles } from './groups.ts'
import { type Command, flagOf } from './options.ts'

/** Columns of a terminal that does not say how wide it is, of the narrowest one that is used, and of the widest one. */
const [STANDARD, NARROWEST, WIDEST] = [80, 40, 120]

/** Columns from which on a description stands beside its flag. */
const BESIDE = 72

/** The flags that every command has. */
const common: Readonly<Record<string, Options>> = {
  help: { type: 'boolean', describe: 'show this help' },
  version: { type: 'boolean', describe: 'show the version of frd' },
}

/** Flags that are no fields, and where they stand; a flag that is not here has a group of its own or stands first. */
const places: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['config', 'from', 'seeds'].map((flag) => [flag, 'Run'])),
  ...Object.fromEntries(
    [
      'out',
      'save',
      'to',
      'svg',
      'frames',
      'jobs',
      'shard',
      'json',
      'csv',
      'markdown',
      'parquet',
      'quiet',
      'help',
      'version',
    ].map((flag) => [flag, 'Output']),
  ),
}

const FIRST = 'Flags'

/** The columns that help takes. @param terminal those of the terminal; undefined where there is none */
export const columnsOf = (terminal: number | undefined): number =>
  Math.max(NARROWEST, Math.min(WIDEST, terminal || STANDARD))

const fieldOf = (flag: string): keyof Config | undefined => fieldNames.find((name) => flagOf(name) === flag)

function titleOf(flag: string, { group }: Options): string {
  const field = fieldOf(flag)
  return group ?? places[flag] ?? (field ? groupOf(field) : FIRST)
}

/** Paragraphs, each broken into lines that are indented. */
function lines(text: string, columns: number, indent: number): string[] {
  return wrap(text, columns - indent).map((line) => `${' '.repeat(indent)}${line}`)
}

/** `-N, --agents` */
function nameOf(flag: string, { alias = [] }: Options): string {
  const letters = [alias].flat().map((letter) => `-${letter}, `)
  return `${letters.length ? letters.join('') : '    '}--${flag}`
}

/** What a flag is, and what it accepts. */
function partsOf({ describe = '', defaultDescription = '' }: Options): string[] {
  const [about, accepts] = String(describe).split('. Accepts: ')
  const standard = defaultDescription === '' ? '' : `default: ${defaultDescription}`
  const values = [accepts ?? '', standard].filter(Boolean).join('; ')
  return [about, values && `(${values})`].filter(Boolean)
}

function flagLines(flag: string, options: Options, width: number, columns: number): string[] {
  const name = `  ${nameOf(flag, options)}`
  const isBeside = columns >= BESIDE
  const indent = isBeside ? width + 4 : 8
  const about = partsOf(options).flatMap((part) => lines(part, columns, indent))
  if (!isBeside || name.length > indent - 2) return [name, ...about]
  const [first = '', ...rest] = about
  return [`${name.padEnd(indent)}${first.trimStart()}`.trimEnd(), ...rest]
}

/** The widest name of a flag that others are set in line with. */
const WIDEST_NAME = 24

function groupLines(options: Readonly<Record<string, Options>>, columns: number): string[] {
  const flags = Object.entries({ ...options, ...common })
  const width = Math.min(WIDEST_NAME, Math.max(...flags.map(([flag, one]) => nameOf(flag, one).length)))
  const own = [...new Set(flags.map(([flag, one]) => titleOf(flag, one)))]
  const known: readonly string[] = groupTitles
  const order = [...own.filter((title) => !known.includes(title)), ...known.filter((title) => own.includes(title))]
  return order.flatMap((title) => [
    '',
    title,
    ...flags
      .filter(([flag, one]) => titleOf(flag, one) === title)
      .flatMap(([flag, one]) => flagLines(flag, one, width, columns)),
  ])
}

const exampleLines = (examples: Command['examples'], columns: number): string[] =>
  examples.length
    ? [
        '',
        'Examples',
        ...examples.flatMap(([line, about]) => [
          ...lines(line.replace('$0', 'frd'), columns, 2),
          ...lines(about, columns, 6),
        ]),
      ]
    : []

const sentence = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}`

/** The help of one command. */
export function commandHelp({ usage, doc, options, examples, epilogue }: Command, columns: number): string {
  return `${[
    ...lines(`frd ${usage}`, columns, 0),
    '',
    ...lines(sentence(doc), columns, 0),
    ...exampleLines(examples, columns),
    ...groupLines(options, columns),
    ...(epilogue ? ['', ...lines(epilogue, columns, 0)] : []),
  ].join('\n')}\n`
}

/** The help of the program: its commands. */
export function programHelp(commands: readonly Command[], columns: number): string {
  const all = [
    ...commands.map(({ usage, doc }) => [usage.split(' ')[0], doc] as const),
    ['completion', 'print a script that completes commands, flags and values in your shell'] as const,
  ]
  const indent = columns >= BESIDE ? Math.max(...all.map(([name]) => name.length)) + 4 : 6
  const shown = all.flatMap(([name, doc]) => {
    const about = lines(doc, columns, indent)
    if (columns < BESIDE) return [`  ${name}`, ...about]
    return [`  ${name}`.padEnd(indent) + about[0].trimStart(), ...about.slice(1)]
  })
  return `${[
    ...lines('frd COMMAND [flags]: federated distillation for reinforcement learning, to the bit', columns, 0),
    '',
    'Commands',
    ...shown,
    ...exampleLines(
      [
        ['$0 run --method mixfrd --agents 4 --seed 1', 'one run'],
        ['$0 reproduce fig4 --quick', 'a figure of the paper, small'],
        ['$0 sweep --method frd,pd --agents 1,2,4 --seeds 1..20', 'your own sweep, stored in out'],
        ['$0 plot out --x agents --y bytes', 'and a figure of it'],
      ],
      columns,
    ),
    '',
    ...lines('frd COMMAND --help shows the flags of a command.', columns, 0),
  ].join('\n')}\n`
}
