// frd run: one run, a line an exchange, then completion, bytes and digest. With --json the result's own line, as the
// store writes it, so that `frd verify` reads it back.

import type { Config } from '../config.ts'
import { encodeResult, meanBytes } from '../result.ts'
import { checkConfig, type RunEvent, type RunResult } from '../run.ts'
import { mean } from '../stats/index.ts'
import { openStore, type Store } from '../store.ts'
import { paced } from '../sweep.ts'
import { allFields, type Command, commonOptions, configOptions, readBare, readConfig, readOut } from './options.ts'
import { duration, rate } from './progress.ts'

export const runCommand: Command = {
  usage: 'run',
  doc: 'one run: a line an exchange, then completion, bytes and digest',
  options: {
    ...configOptions(allFields),
    out: { ...commonOptions.out, describe: 'folder to keep the result in', defaultDescription: 'none' },
    json: commonOptions.json,
    quiet: { ...commonOptions.quiet, describe: 'only the result' },
  },
  examples: [['$0 run --method mixfrd --agents 4 --seed 1', 'the same bits every time, everywhere']],
  plan: (argv) => {
    const config = checkConfig(readConfig(argv, allFields))
    const json = readBare(argv, 'json')
    const quiet = readBare(argv, 'quiet')
    const store = argv.out === undefined ? null : openStore(readOut(argv))
    return (signal) => execute(config, { json, quiet, store }, signal)
  },
}

interface Output {
  readonly json: boolean
  readonly quiet: boolean
  readonly store: Store | null
}

async function execute(config: Config, { json, quiet, store }: Output, signal: AbortSignal): Promise<number> {
  const started = performance.now()
  const live = follow(config, json || quiet, quiet)
  const result = await paced(config, { signal, onEvent: live })
  store?.write(result)
  store?.merge()
  process.stdout.write(json ? `${encodeResult(result)}\n` : summary(result))
  const elapsed = performance.now() - started
  if (!quiet) process.stderr.write(`${duration(elapsed)}, ${rate(result.envSteps, elapsed)}\n`)
  if (result.failure === null) return 0
  const { agent, episode, step, message } = result.failure
  process.stderr.write(
    `run failed at agent ${agent}, episode ${episode}, step ${step}: ${message}. Such a run is not censored and enters no figure\n`,
  )
  return 1
}

const PACE = 5000 // ms between two signs of life where no exchange gives any

/** Prints each exchange; tells a long run's episode on stderr. */
function follow(config: Config, noLines: boolean, quiet: boolean): (event: RunEvent) => void {
  const recent: number[][] = Array.from({ length: config.agents }, () => [])
  const digits = String(config.cap).length
  let shown = performance.now()
  return (event) => {
    if (event.type === 'episode') {
      event.scores.forEach((score, i) => {
        if (recent[i].push(score) > WINDOW) recent[i].shift()
      })
      if (quiet || performance.now() - shown < PACE) return
      process.stderr.write(`episode ${event.episode} of at most ${config.cap}\n`)
    } else if (!noLines) {
      const best = Math.max(...recent.map(mean))
      const bytes = `up ${mean(event.uplinkBytes).toFixed(0)} B  down ${mean(event.downlinkBytes).toFixed(0)} B`
      const episode = String(event.episode).padStart(digits)
      process.stdout.write(`episode ${episode}  ${bytes}  best ${WINDOW}-episode mean ${best.toFixed(1)}\n`)
    }
    shown = performance.now()
  }
}

const WINDOW = 10 // episodes of the mean that ends the mission [P]

function summary(result: RunResult): string {
  const { config, completion, episodes, envSteps, exchanges, digest } = result
  const { uplinkBytes, downlinkBytes } = meanBytes(result)
  const first = result.completions.indexOf(completion)
  const time =
    completion === null
      ? `none within ${episodes} episodes`
      : `${completion} episodes, by agent ${first} of ${config.agents}`
  const bytes =
    uplinkBytes === null || downlinkBytes === null
      ? 'none: no exchange'
      : `up ${uplinkBytes.toFixed(0)} B, down ${downlinkBytes.toFixed(0)} B: means an agent and exchange, ${exchanges.length} exchanges`
  return `completion  ${time}\nbytes       ${bytes}\nenv steps   ${envSteps}\ndigest      ${digest}\n`
}
