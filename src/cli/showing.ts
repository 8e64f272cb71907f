// What becomes of one run, wherever its agents are: its lines while it goes on, and its result on stdout and on disk.

import type { Options } from 'yargs'
import type { Config } from '../config/config.ts'
import type { Mission } from '../config/environment.ts'
import type { LeftOut } from '../results/reader.ts'
import { checkStorable, encodeResult } from '../results/result.ts'
import { openStore, type Store } from '../results/store.ts'
import { meanBytesOf, totalBytes } from '../results/summary.ts'
import { periodOf } from '../run/periods.ts'
import type { Failure, RunEvent, RunResult } from '../run/record.ts'
import { tellLeftOut } from './folder.ts'
import { liveLines } from './live.ts'
import { type Argv, commonOptions, readBare, readOut } from './options.ts'
import { outputFailure, print, tell } from './output.ts'
import { duration, rate } from './progress.ts'
import type { Saving } from './save.ts'

/** What becomes of a run's lines and of its result. */
export interface Showing {
  readonly json: boolean
  readonly quiet: boolean
  readonly store: Store | null
  /** what keeps the agents, if anything does */
  readonly saving?: Saving | undefined
}

/** The flags that say what becomes of a run. */
export const showingOptions: Record<string, Options> = {
  out: { ...commonOptions.out, describe: 'folder to keep the result in', defaultDescription: 'none' },
  json: commonOptions.json,
  quiet: { ...commonOptions.quiet, describe: 'print only the result' },
}

/** What the flags say becomes of a run. @throws RangeError for a run or a folder that no result can be stored for */
export function readShowing(argv: Argv, config: Config): Showing {
  const json = readBare(argv, 'json')
  const quiet = readBare(argv, 'quiet')
  if (json || argv.out !== undefined) checkStorable(config)
  const store = argv.out === undefined ? null : openStore(readOut(argv))
  store?.keys() // a conflict in the folder is told before the first step
  return { json, quiet, store }
}

/** Stores and prints a result that took so many milliseconds. @returns the exit code */
export async function conclude(
  result: RunResult,
  { json, quiet, store, saving }: Showing,
  elapsed: number,
): Promise<number> {
  let merged: LeftOut | undefined
  let saved: string | undefined
  try {
    store?.write(result)
    merged = store?.merge()
    saved = saving?.write(result)
  } finally {
    // A result that no disk took is printed all the same.
    await print(json ? `${encodeResult(result)}\n` : summary(result))
  }
  if (merged) tellLeftOut([merged])
  if (saved && !quiet) tell(saved)
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
  const { isTTY, columns } = process.stdout
  const { legend, take, lineOf } = liveLines(config, mission, isTTY ? columns || 80 : undefined)
  let untold = legend
  const printLine = async (line: string) => {
    if (untold) tell(`${untold}\n`)
    untold = ''
    await print(line)
    const failure = outputFailure()
    if (failure !== null && store === null) throw failure
  }
  let shown = performance.now()
  return (event) => {
    if (event.type === 'episode') {
      take(event)
      if (quiet || performance.now() - shown < PACE) return
      tell(`episode ${event.episode} of at most ${config.cap}\n`)
    } else if (!json && !quiet) {
      shown = performance.now()
      return printLine(`${lineOf(event)}\n`)
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
  const { absent, agents } = config
  if (absent.length === 0) return ''
  const periods = periodOf(config, episodes).index + 1
  const missed = Array.from(
    { length: agents },
    (_, agent) => absent.slice(0, periods).filter((list) => list.includes(agent)).length,
  )
  const parts = missed.map((count, agent) => `agent ${agent} in ${periods - count}`)
  return `took part   of ${periods} periods, ${parts.join(', ')}\n`
}
