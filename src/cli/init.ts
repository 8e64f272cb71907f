// frd init: writes a config file in YAML with every field, its default and what it accepts, as comments. Fields whose flags
// are given are set in it.

import { dirname, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import type { Field } from '../config/field.ts'
import { fields } from '../config/fields.ts'
import { wrap } from '../plot/styles.ts'
import { createFile, nodeFiles, stampOf } from '../results/disk.ts'
import { groupedFields } from './groups.ts'
import { acceptedBy, allFields, type Command, configOptions, DEFAULTS, readConfig } from './options.ts'
import { print } from './output.ts'
import { isFolder } from './stored.ts'

const STANDARD = 'frd.yaml'

/** Characters of a line of comments. */
const COLUMNS = 100

const comment = (text: string) => wrap(text, COLUMNS - 2).map((line) => `# ${line}`)

/** A value in YAML, so that it reads back as the text or the number that its flag takes. */
export function yamlOf(name: keyof Config, value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = (fields[name] as Field<unknown>).show(value)
  // A word that YAML may take for a value of its own, or a text with signs, stands in quotes.
  return /^[a-z][a-z-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/.test(text)
    ? text
    : JSON.stringify(text)
}

/** The text of a config file. @param given the fields that are set; all others are comments */
export function configText(given: Partial<Config> = {}): string {
  const blocks = groupedFields.map(({ title, names }) => {
    const shown = names.filter((name) => allFields.includes(name))
    return [`# ${title}`, '', ...shown.flatMap((name) => [...fieldLines(name, given), ''])]
  })
  const head = [
    ...comment('Settings of frd. A line without a # sets its field. The values behind a # are the defaults.'),
    ...comment(
      'frd run --config FILE plays one run. frd sweep --config FILE runs every combination of the values: there a field may have a list, such as [1, 2, 4], and seeds are a list such as 1..100.',
    ),
    ...comment(`A flag overrides the file. ${DEFAULTS}`),
  ]
  return `${[...head, '', ...blocks.flat()].join('\n').trimEnd()}\n`
}

function fieldLines(name: keyof Config, given: Partial<Config>): string[] {
  const { doc, default: standard } = fields[name] as Field<unknown>
  const isGiven = given[name] !== undefined
  const line = `${name}: ${yamlOf(name, isGiven ? given[name] : standard)}`
  return [
    ...comment(`${doc[0].toUpperCase()}${doc.slice(1)}`),
    ...comment(`Accepts: ${acceptedBy(name)}`),
    ...(isGiven ? comment(`Default: ${yamlOf(name, standard)}`) : []),
    isGiven ? line : `#${line}`,
  ]
}

const isThere = (path: string) =>
  new RangeError(expected('file', 'a name of no file', path, 'what is there is kept; give another name'))

export const initCommand: Command = {
  usage: 'init [file]',
  doc: `write a config file for run and sweep, with every setting explained (default ${STANDARD})`,
  options: configOptions(allFields),
  examples: [
    ['$0 init', `every field as a comment in ${STANDARD}`],
    ['$0 init grid.yaml --method frd --preset tuned', 'the same with two fields set'],
  ],
  plan: (argv) => {
    const path = resolve(argv.file === undefined ? STANDARD : String(argv.file))
    if (!/\.ya?ml$/i.test(path)) {
      throw new RangeError(expected('file', 'a name that ends with .yaml or .yml', path, 'JSON has no comments'))
    }
    const text = configText(readConfig(argv, allFields))
    if (!isFolder(dirname(path))) throw new RangeError(expected('file', 'a file in a folder that is there', path))
    if (stampOf(path, nodeFiles) !== null) throw isThere(path)
    return async () => {
      if (!createFile(path, [text], nodeFiles)) throw isThere(path)
      await print(`${path}\n`)
      return 0
    }
  },
}
