// The command line as a function: it reads the words, runs one command and returns the exit code: 0 ok; 1 failure; 2
// wrong usage, config or result file; 3 a replay that differs; 130 interrupted. Data goes to stdout, everything else to
// stderr.

import { readFileSync } from 'node:fs'
import yargs from 'yargs'
import { printableLines } from '../config/errors.ts'
import { InterruptedError } from '../results/compute.ts'
import { ResultError } from '../results/result.ts'
import { archiveCommand } from './archive.ts'
import { claimsCommand } from './claims.ts'
import type { Argv, Command } from './options.ts'
import { reportCommand } from './report.ts'
import { reproduceCommand } from './reproduce.ts'
import { runCommand } from './run.ts'
import { sweepCommand } from './sweep.ts'
import { verifyCommand } from './verify.ts'

const commands: readonly Command[] = [
  runCommand,
  reproduceCommand,
  sweepCommand,
  reportCommand,
  claimsCommand,
  archiveCommand,
  verifyCommand,
]

const HELP = '"frd --help" lists the commands, "frd COMMAND --help" its flags'

const names = commands.map(({ usage }) => usage.split(' ')[0])

/**
 * The chosen command and its flags; null if help, the version or a completion script was asked for, which is then
 * printed.
 */
async function parse(words: readonly string[]): Promise<{ command: Command; argv: Argv } | null> {
  let chosen: { command: Command; argv: Argv } | null = null
  let parser = yargs([...words])
    .scriptName('frd')
    .usage('$0 <command>: proxy experience replay, federated distillation for reinforcement learning')
    .locale('en')
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'camel-case-expansion': false,
      'boolean-negation': false,
      'dot-notation': false,
    })
    .version(version())
    .completion('completion', 'print a completion script for the shell')
    .strict()
    .demandCommand(1, `expected a command, one of ${names.join(', ')}, got none: ${HELP}`)
    .showHelpOnFail(false)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new TypeError(message.startsWith('Unknown') ? `${message}: ${HELP}` : message)
    })
  for (const command of commands) {
    const { usage, doc, options, examples, epilogue } = command
    parser = parser.command(
      usage,
      doc,
      (y) => {
        y.options(options)
        for (const [line, about] of examples) y.example(line, about)
        return epilogue ? y.epilogue(epilogue) : y
      },
      (argv) => {
        chosen = { command, argv: argv as Argv }
      },
    )
  }
  await parser.parseAsync()
  return chosen
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version
}

/** Refuses a word after two dashes, as in `frd run -- x`, because yargs does not check it. */
function checkWords({ _: words }: Argv): void {
  const [, extra] = words as readonly string[]
  if (extra !== undefined) throw new TypeError(`Unknown argument: ${extra}: ${HELP}`)
}

/** Runs the command line. @param words the words after `frd` */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const interruption = new AbortController()
  let task: (signal: AbortSignal) => Promise<number>
  try {
    const parsed = await parse(words)
    if (parsed === null) return 0
    checkWords(parsed.argv)
    task = await parsed.command.plan(parsed.argv)
  } catch (error) {
    return tell(error, 2)
  }
  process.on('SIGINT', () => {
    if (interruption.signal.aborted) process.exit(130)
    interruption.abort()
  })
  try {
    return await task(interruption.signal)
  } catch (error) {
    if (error instanceof InterruptedError) return tell(error, 130)
    return tell(error, error instanceof ResultError ? 2 : 1)
  }
}

function tell(error: unknown, code: number): number {
  process.stderr.write(`frd: ${printableLines(error instanceof Error ? error.message : String(error))}\n`)
  return code
}
