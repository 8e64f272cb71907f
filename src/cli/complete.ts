// What the shell completes: commands, flags, and the values that a flag or an argument accepts. Where nothing is known, the
// shell completes files.

import type { Options } from 'yargs'
import type { Config } from '../config/config.ts'
import { environments } from '../config/environment.ts'
import { DISTANCES, fieldNames, fields, rangePresets } from '../config/fields.ts'
import { METHODS } from '../methods/index.ts'
import { CODEC_NAMES } from '../wire/codecs/index.ts'
import { type Command, flagOf } from './options.ts'

/** What the script that `frd completion` prints passes before the words of the line. */
export const COMPLETION_FLAG = '--get-yargs-completions'

/** Words that fields accept and whose table does not list them. */
const further: Readonly<Partial<Record<keyof Config, readonly string[]>>> = {
  method: METHODS,
  env: environments.map(({ name }) => name),
  ranges: Object.keys(rangePresets),
  critic: ['policy'],
  terminalReward: ['none'],
  nets: ['none'],
  worlds: ['none'],
  codec: CODEC_NAMES,
  absent: ['none'],
  mixupBy: [...new Set([...environments.flatMap(({ components }) => components), ...DISTANCES])],
}

/** The words that a flag of a command accepts; empty where they are numbers or files. */
export function wordsFor({ values }: Pick<Command, 'values'>, flag: string): readonly string[] {
  const own = values?.[flag]
  if (own) return own
  const name = fieldNames.find((field) => flagOf(field) === flag)
  return name === undefined ? [] : (further[name] ?? fields[name].options ?? [])
}

/** The long name of a flag that takes a value; undefined for any other word. */
function flagWithValue(options: Readonly<Record<string, Options>>, word: string): string | undefined {
  const found = Object.entries(options).find(([flag, { alias = [] }]) =>
    [`--${flag}`, ...[alias].flat().map((letter) => `-${letter}`)].includes(word),
  )
  return found && found[1].type !== 'boolean' ? found[0] : undefined
}

const begins = (text: string) => (word: string) => word.startsWith(text)

/** Values of a list that is being typed: what is there stays, and is not offered again. */
function listed(words: readonly string[], typed: string): string[] {
  const parts = typed.split(',')
  const last = parts.pop() ?? ''
  const before = parts.map((part) => `${part},`).join('')
  return words.filter((word) => word.startsWith(last) && !parts.includes(word)).map((word) => before + word)
}

/**
 * What may stand in place of the last word.
 * @param words those of the line after the program's name; the last one is being typed and may be empty
 */
export function completeLine(words: readonly string[], commands: readonly Command[]): string[] {
  const current = words[words.length - 1] ?? ''
  const before = words.slice(0, -1)
  const name = before.find((word) => !word.startsWith('-'))
  if (name === undefined) {
    const all = [...commands.map(({ usage }) => usage.split(' ')[0]), 'completion', '--help', '--version']
    return all.filter((word) => word.startsWith(current) && (current !== '' || !word.startsWith('-')))
  }
  const command = commands.find(({ usage }) => usage.split(' ')[0] === name)
  if (!command) return []
  // bash parts a word at its equals sign.
  const isAssigned = before[before.length - 1] === '=' || current === '='
  const typed = current === '=' ? '' : current
  const at = before[before.length - (before[before.length - 1] === '=' ? 2 : 1)] ?? ''
  const flag = flagWithValue(command.options, at)
  if (flag !== undefined) return listed(wordsFor(command, flag), typed)
  const [, whole, value] = /^(--[a-z-]+)=(.*)$/.exec(typed) ?? []
  const assigned = whole === undefined ? undefined : flagWithValue(command.options, whole)
  if (assigned !== undefined) return listed(wordsFor(command, assigned), value).map((word) => `${whole}=${word}`)
  if (isAssigned) return []
  const flags = [...Object.keys(command.options), 'help', 'version'].map((one) => `--${one}`)
  const argument = /\[([a-z]+)(\.\.)?\]/.exec(command.usage)?.[1]
  if (typed.startsWith('-') || argument === undefined) return flags.filter(begins(typed))
  return [...(command.values?.[argument] ?? [])].filter(begins(typed))
}
