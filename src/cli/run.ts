// frd run: plays one run and prints one line per exchange, then completion, bytes and digest. With --json it prints the
// line of the result, as the store writes it, so that frd verify can read it.

import type { Config } from '../config/config.ts'
import { findEnvironment, type Mission } from '../config/environment.ts'
import { fieldNames } from '../config/fields.ts'
import { runThreaded, threadsFor } from '../network/threads.ts'
import type { Modules } from '../results/modules.ts'
import type { LeftOut } from '../results/reader.ts'
import { checkStorable, encodeResult } from '../results/result.ts'
import { openStore, type Store } from '../results/store.ts'
import { meanBytesOf, totalBytes } from '../results/summary.ts'
import { openRecent } from '../run/recent.ts'
import type { Failure, RunEvent, RunResult } from '../run/record.ts'
import { checkConfig, setUp } from '../run/setup.ts'
import { mean } from '../stats/index.ts'
import { configFlag, withConfigFile } from './configFile.ts'
import { tellLeftOut } from './folder.ts'
import {
  allFields,
  type Command,
  commonOptions,
  configOptions,
  DEFAULTS,
  readBare,
  readConfig,
  readFlag,
  readJobs,
  readOut,
} from './options.ts'
import { outputFailure, print, tell } from './output.ts'
import { readOwn } from './own.ts'
import { duration, rate } from './progress.ts'

export const runCommand: Command = {
  usage: 'run',
  doc: 'play one run, and print one line per exchange, then completion, bytes and digest',
  options: {
    config: configFlag,
    ...configOptions(allFields),
    out: { ...commonOptions.out, describe: 'folder to keep the result in', defaultDescription: 'none' },
    jobs: { ...commonOptions.jobs, defaultDescription: '1' },
    json: commonOptions.json,
    quiet: { ...commonOptions.quiet, describe: 'print only the result' },
  },
  examples: [
    ['$0 run --method mixfrd --agents 4 --seed 1', 'the same bits every time, everywhere'],
    ['$0 run --config run.yaml --seed 2', 'settings from a file, with another seed'],
    ['$0 run --agents 16 --jobs 4', 'the agents of one run divided over four threads: the same bits again'],
  ],
  epilogue: DEFAULTS,
  plan: async (flags) => {
    const { own, modules, argv, env } = await readOwn(await withConfigFile(flags, 'run'))
    const config = checkConfig(readConfig(argv, fieldNames), own)
    const jobs = readFlag(argv, 'jobs') === undefined ? undefined : readJobs(argv)
    threadsFor(setUp(config, own), jobs) // refuses what cannot run in several threads
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    if (json || argv.out !== undefined) checkStorable(config)
    const store = argv.out === undefined ? null : openStore(readOut(argv))
    store?.keys() // a conflict in the folder is told before the first step
    const { mission } = env ?? findEnvironment(config.env)
    return (signal) => execute(config, { modules, jobs }, mission, { json, quiet, store }, signal)
  },
}

/** What becomes of a run's lines and of its result. */
export interface Showing {
  readonly json: boolean
  readonly quiet: boolean
  readonly store: Store | null
}

async function execute(
  config: Config,
  how: { readonly modules: Modules; readonly jobs: number | undefined },
  mission: Mission,
  showing: Showing,
  signal: AbortSignal,
): Promise<number> {
  const started = performance.now()
  const onEvent = follow(config, mission, showing)
  const result = await runThreaded(config, { ...how, signal, onEvent })
  return conclude(result, showing, performance.now() - started)
}

/** Stores and prints a result that took so many milliseconds. @returns the exit code */
export async function conclude(result: RunResult, { json, quiet, store }: Showing, elapsed: number): Promise<number> {
  let merged: LeftOut | undefined
  try {
    store?.write(result)
    merged = store?.merge()
  } finally {
    // A result that no disk took is printed all the same.
    await print(json ? `${encodeResult(result)}\n` : summary(result))
  }
  if (merged) tellLeftOut([merged])
  if (!quiet) tell(`${duration(elapsed)}, ${rate(result.envSteps, elapsed)}\n`)
  if (result.failure === null) return 0
  tell(`${failureOf(result.failure)}. Such a run is not censored and enters no figure\n`)
  return 1
}

/** A failure in words. */
export const failureOf = ({ agent, episode, step, message }: Failure): string =>
  `run failed at agent ${agent}, episode ${episode}, step ${step}: ${message}`

const PACE = 5000 // ms without an exchange after which stderr says how far the run has come

/**
 * Prints each exchange, and on stderr how far a long run has come. A run that is only printed ends with OutputError when
 * nobody takes its lines any more; one that is stored goes on.
 */
export function follow(
  config: Config,
  mission: Mission,
  { json, quiet, store }: Showing,
): (event: RunEvent) => Promise<void> | undefined {
  const printLine = async (line: string) => {
    await print(line)
    const failure = outputFailure()
    if (failure !== null && store === null) throw failure
  }
  const recent = openRecent(mission)
  const digits = String(config.cap).length
  let shown = performance.now()
  return (event) => {
    if (event.type === 'episode') {
      recent.add(event)
      if (quiet || performance.now() - shown < PACE) return
      tell(`episode ${event.episode} of at most ${config.cap}\n`)
    } else if (!json && !quiet) {
      const best = recent.best()?.toFixed(1)
      const bytes = `up ${mean(event.uplinkBytes).toFixed(0)} B  down ${mean(event.downlinkBytes).toFixed(0)} B`
      const episode = String(event.episode).padStart(digits)
      shown = performance.now()
      return printLine(`episode ${episode}  ${bytes}  best ${mission.window}-episode mean ${best}\n`)
    }
    shown = performance.now()
  }
}

function summary(result: RunResult): string {
  const { config, completion, episodes, envSteps, exchanges, digest } = result
  const { uplinkBytes, downlinkBytes } = meanBytesOf([totalBytes(exchanges)], config.agents, config.method)
  const first = result.completions.indexOf(completion)
  const time =
    completion === null
      ? `none within ${episodes} episodes`
      : `${completion} episodes, by agent ${first}${config.agents > 1 ? ` (agents 0 to ${config.agents - 1})` : ''}`
  const bytes =
    uplinkBytes === null || downlinkBytes === null
      ? 'none: no exchange'
      : `up ${uplinkBytes.toFixed(0)} B, down ${downlinkBytes.toFixed(0)} B: means per agent and exchange, ${exchanges.length} exchanges`
  return `completion  ${time}\nbytes       ${bytes}\n${partOf(result)}env steps   ${envSteps}\ndigest      ${digest}\n`
}

/** Who had a part, where not all had one in every period. */
function partOf({ config, episodes }: RunResult): string {
  const { absent, agents, period } = config
  if (absent.length === 0) return ''
  const periods = Math.ceil(episodes / period)
  const missed = Array.from(
    { length: agents },
    (_, agent) => absent.slice(0, periods).filter((list) => list.includes(agent)).length,
  )
  const parts = missed.map((count, agent) => `agent ${agent} in ${periods - count}`)
  return `took part   of ${periods} periods, ${parts.join(', ')}\n`
}
