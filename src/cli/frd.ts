// The command line as a function: it reads the words, runs one command and returns the exit code, as docs/commands.md
// lists them. Data goes to stdout, everything else to stderr.

import yargs from 'yargs'
import { expectedOneOf, nearestOf } from '../config/errors.ts'
import { MissingPackagesError } from '../config/packages.ts'
import { InterruptedError, turn } from '../results/compute.ts'
import { ResultError } from '../results/result.ts'
import { COMPLETION_FLAG, completeLine } from './complete.ts'
import { columnsOf, commandHelp, programHelp } from './help.ts'
import type { Argv, Command } from './options.ts'
import { OutputError, openOutput, outputFailure, print, tell } from './output.ts'
import { exitCodeOf } from './signals.ts'
import { packageVersion } from './version.ts'

/** What loads each command, in the order in which help lists them. A line that begins with a command loads no other one. */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).runCommand,
  play: async () => (await import('./play.ts')).playCommand,
  eval: async () => (await import('./eval.ts')).evalCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  reproduce: async () => (await import('./reproduce.ts')).reproduceCommand,
  sweep: async () => (await import('./sweep.ts')).sweepCommand,
  worker: async () => (await import('./worker.ts')).workerCommand,
  merge: async () => (await import('./merge.ts')).mergeCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  plot: async () => (await import('./plot.ts')).plotCommand,
  links: async () => (await import('./links.ts')).linksCommand,
  claims: async () => (await import('./claims.ts')).claimsCommand,
  archive: async () => (await import('./archive.ts')).archiveCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  join: async () => (await import('./join.ts')).joinCommand,
  federation: async () => (await import('./federation.ts')).federationCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  init: async () => (await import('./init.ts')).initCommand,
}

const names = Object.keys(loaders)

/** All commands, in the order in which help lists them. */
export const loadCommands = (): Promise<Command[]> => Promise.all(Object.values(loaders).map((load) => load()))

const HELP = '"frd --help" lists the commands, "frd COMMAND --help" its flags'

/** The word that names a command, or else the first word that is no flag; undefined where there is none. */
const commandWord = (words: readonly string[]) =>
  words.find((word) => names.includes(word)) ?? words.find((word) => !word.startsWith('-'))

/** The command of a line. @throws RangeError for a word that is none */
async function commandOf(words: readonly string[]): Promise<Command | undefined> {
  const word = commandWord(words)
  if (word === undefined || word === 'completion') return undefined
  if (names.includes(word)) return loaders[word]()
  throw new RangeError(expectedOneOf('command', [...names, 'completion'], word))
}

/** The message for words that a command does not know, with the flag that is nearest to the first of them. */
function unknownWords(message: string, command: Command | undefined): string {
  const [, first] = /^Unknown arguments?: ([^,]*)/.exec(message) ?? []
  if (first === undefined) return message
  const nearest = nearestOf(Object.keys(command?.options ?? {}), first)
  const help = command ? `"frd ${command.usage.split(' ')[0]} --help" lists its flags` : HELP
  return `${message}: ${nearest && nearest !== first ? `did you mean --${nearest}? ` : ''}${help}`
}

/** The text of help where it is asked for. */
async function helpAskedFor(words: readonly string[]): Promise<string | undefined> {
  const end = words.indexOf('--')
  const given = end < 0 ? words : words.slice(0, end)
  if (!given.includes('--help') && !given.includes('-h')) return undefined
  const command = await commandOf(given)
  const columns = columnsOf(process.stdout.columns ?? Number(process.env.COLUMNS))
  return command ? commandHelp(command, columns) : programHelp(await loadCommands(), columns)
}

/**
 * The chosen command and its flags, or the text that was asked for: help, the version or a completion script.
 */
async function parse(words: readonly string[]): Promise<{ command: Command; argv: Argv } | string> {
  if (words[0] === COMPLETION_FLAG)
    return completeLine(words.slice(2), await loadCommands())
      .map((word) => `${word}\n`)
      .join('')
  const help = await helpAskedFor(words)
  if (help !== undefined) return help
  const named = await commandOf(words)
  // Behind a flag, a word that names a command may be the flag's value.
  const known = !named ? [] : names.includes(words[0]) ? [named] : await loadCommands()
  let chosen: { command: Command; argv: Argv } | null = null
  let asked = ''
  let parser = yargs()
    .scriptName('frd')
    .locale('en')
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'camel-case-expansion': false,
      'boolean-negation': false,
      'dot-notation': false,
    })
    .help(false)
    .version(packageVersion())
    .completion('completion', 'print a completion script for the shell')
    .strict()
    .demandCommand(1, `expected a command, one of ${names.join(', ')}, got none: ${HELP}`)
    .showHelpOnFail(false)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new TypeError(unknownWords(message, named))
    })
  for (const command of known) {
    const { usage, doc, options } = command
    parser = parser.command(
      usage,
      doc,
      (y) => y.options(options),
      (argv) => {
        chosen = { command, argv: argv as Argv }
      },
    )
  }
  // With a function as its last argument, yargs prints nothing itself, and it does not throw what went wrong.
  await parser.parseAsync([...words], {}, (error, _, output) => {
    if (error) throw error
    asked = output
  })
  return chosen ?? `${asked}\n`
}

/** Refuses a word after two dashes, as in `frd run -- x`, because yargs does not check it. */
function checkWords({ _: words }: Argv): void {
  const [, extra] = words as readonly string[]
  if (extra !== undefined) throw new TypeError(`Unknown argument: ${extra}: ${HELP}`)
}

/**
 * Runs the command line. @param words the words after `frd` @param signal stops the command; its reason is the name of the
 * signal that the program was sent
 */
export async function runCommandLine(
  words: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  openOutput(signal)
  const code = await carryOut(words, signal)
  const failure = outputFailure()
  if (failure !== null) return report(failure, code || failure.exitCode)
  if (code !== 0) return code
  // What was sent during the last step is heard in a turn of its own.
  await turn()
  return signal.aborted ? report('interrupted when all was done', exitCodeOf(signal)) : 0
}

async function carryOut(words: readonly string[], signal: AbortSignal): Promise<number> {
  let isPlanned = false
  try {
    const parsed = await parse(words)
    if (typeof parsed === 'string') {
      await print(parsed)
      return 0
    }
    checkWords(parsed.argv)
    const task = await parsed.command.plan(parsed.argv, signal)
    isPlanned = true
    return await task(signal)
  } catch (error) {
    if (error instanceof OutputError) return error.exitCode
    if (error instanceof InterruptedError) return report(error, exitCodeOf(signal))
    const isFailure = (isPlanned && !(error instanceof ResultError)) || error instanceof MissingPackagesError
    return report(error, isFailure ? 1 : 2)
  }
}

function report(error: unknown, code: number): number {
  tell(`frd: ${error instanceof Error ? error.message : String(error)}\n`)
  return code
}
