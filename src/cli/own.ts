// What is one's own on the command line: --env FILE and --method FILE take an ES module, and --from a model to start from.

import { existsSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { checkEnvironment } from '../environments/own.ts'
import { loadOwn, type Modules, uncovered } from '../results/modules.ts'
import { checkOwn, type Own } from '../run/setup.ts'
import { type Argv, readBare, readFlag, valueFlag } from './options.ts'
import { tell } from './output.ts'

/** The flag of the commands in which agents can start from models. */
export const fromFlag = valueFlag('a model, or a folder that --save wrote, from whose weights the agents start', 'none')

/** Whether a text is the path of a file and no name of a registry. */
export const isFile = (text: string | undefined): text is string => text !== undefined && /[/\\]|\.[cm]?js$/.test(text)

/** What was brought, its files, and the flags with its names in their place. */
export interface Brought {
  readonly own: Own
  readonly modules: Modules
  readonly argv: Argv
  /** the environment, if it was brought */
  readonly env: Environment | null
}

/**
 * What files bring, where a name alone would say nothing: the runs at hand name their environments and methods.
 * @throws TypeError, RangeError for what is no file, and as readOwn
 */
export function readOwnFiles(argv: Argv): Promise<Brought> {
  for (const [flag, kind] of [
    ['env', 'an environment'],
    ['method', 'a method'],
  ] as const) {
    const text = readFlag(argv, flag)
    if (text === undefined || isFile(text)) continue
    throw new RangeError(
      expected(flag, `a .js file with ${kind} of your own`, text, 'a name of the registry needs no flag'),
    )
  }
  return readOwn(argv)
}

/** The values of a list, or the one path that has commas. */
const listed = (text: string | undefined) => (text === undefined ? [] : existsSync(text) ? [text] : text.split(','))

/**
 * The file in a flag, which stands alone or in a list beside names of the registry.
 * @throws RangeError for several
 */
function fileIn(argv: Argv, flag: 'env' | 'method'): string | undefined {
  const text = readFlag(argv, flag)
  const [file, second] = listed(text).filter(isFile)
  if (second === undefined) return file
  throw new RangeError(expected(flag, 'at most one file', text, 'sweep each into the same --out'))
}

/** Refuses a list that holds a file, where a command takes one value. @throws RangeError */
export function checkOneFile(argv: Argv): void {
  for (const flag of ['env', 'method'] as const) {
    const values = listed(readFlag(argv, flag))
    if (values.length < 2 || !values.some(isFile)) continue
    throw new RangeError(expected(flag, 'one value', values.join(), 'frd sweep takes a list'))
  }
}

/** @throws TypeError, RangeError for a file that is none, or holds no environment or method */
export async function readOwn(argv: Argv): Promise<Brought> {
  const files = { environment: fileIn(argv, 'env'), method: fileIn(argv, 'method') }
  const start = readFlag(argv, 'from')
  const modules: Modules = {
    ...(files.environment !== undefined && { environment: files.environment }),
    ...(files.method !== undefined && { method: files.method }),
    ...(start !== undefined && { start }),
  }
  const own = await loadOwn(modules)
  for (const [flag, path] of Object.entries({ env: modules.environment, method: modules.method })) {
    const warning = path === undefined ? null : await uncovered(flag, path)
    if (warning !== null) tell(`frd: ${warning}\n`)
  }
  checkOwn(own)
  const env = own.environment ? checkEnvironment(own.environment).env : null
  const named = (flag: 'env' | 'method', file: string | undefined, name: string) => ({
    [flag]: listed(readFlag(argv, flag))
      .map((one) => (one === file ? name : one))
      .join(),
  })
  const names = {
    ...(env && named('env', files.environment, env.name)),
    ...(own.method && named('method', files.method, own.method.name)),
  }
  return { own, modules, argv: { ...argv, ...names }, env }
}

/** Tells once that a terminal reward punishes an environment's goal too, where a preset and no flag set it. */
export function adviseReward(
  env: Environment | null,
  argv: Argv,
  configs: readonly Pick<Config, 'terminalReward'>[],
): void {
  if (env?.score !== 'return' || readFlag(argv, 'terminal-reward') !== undefined || readBare(argv, 'quiet')) return
  const punished = configs.find(({ terminalReward }) => terminalReward !== null)
  if (!punished) return
  const what = `the learner sees a reward of ${punished.terminalReward} whenever an episode of ${env.name} ends, also at a goal`
  tell(`frd: ${what}, as preset paper has it; --terminal-reward none leaves that out\n`)
}
