// The command line as a function: it reads the words, runs one command and returns the exit code, as docs/commands.md
// lists them. Data goes to stdout, everything else to stderr.

import yargs from 'yargs'
import { InterruptedError } from '../results/compute.ts'
import { ResultError } from '../results/result.ts'
import { archiveCommand } from './archive.ts'
import { claimsCommand } from './claims.ts'
import { doctorCommand } from './doctor.ts'
import { federationCommand } from './federation.ts'
import { initCommand } from './init.ts'
import { joinCommand } from './join.ts'
import { mergeCommand } from './merge.ts'
import type { Argv, Command } from './options.ts'
import { OutputError, openOutput, outputFailure, print, tell } from './output.ts'
import { plotCommand } from './plot.ts'
import { reportCommand } from './report.ts'
import { reproduceCommand } from './reproduce.ts'
import { runCommand } from './run.ts'
import { serveCommand } from './serve.ts'
import { exitCodeOf } from './signals.ts'
import { sweepCommand } from './sweep.ts'
import { verifyCommand } from './verify.ts'
import { packageVersion } from './version.ts'
import { workerCommand } from './worker.ts'

const commands: readonly Command[] = [
  runCommand,
  reproduceCommand,
  sweepCommand,
  workerCommand,
  mergeCommand,
  reportCommand,
  plotCommand,
  claimsCommand,
  archiveCommand,
  verifyCommand,
  serveCommand,
  joinCommand,
  federationCommand,
  doctorCommand,
  initCommand,
]

const HELP = '"frd --help" lists the commands, "frd COMMAND --help" its flags'

const names = commands.map(({ usage }) => usage.split(' ')[0])

/**
 * The chosen command and its flags, or the text that was asked for: help, the version or a completion script.
 */
async function parse(words: readonly string[]): Promise<{ command: Command; argv: Argv } | string> {
  let chosen: { command: Command; argv: Argv } | null = null
  let asked = ''
  let parser = yargs()
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
    .version(packageVersion())
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
  await new Promise((resume) => setImmediate(resume))
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
    return report(error, isPlanned && !(error instanceof ResultError) ? 1 : 2)
  }
}

function report(error: unknown, code: number): number {
  tell(`frd: ${error instanceof Error ? error.message : String(error)}\n`)
  return code
}
