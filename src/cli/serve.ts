// frd serve: the server of a federation over a broker. It waits for all agents, and prints what frd run prints.

import { integerIn, numberIn } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { findEnvironment, type Mission } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import { parseInteger, parseReal } from '../config/field.ts'
import { serveOver } from '../federation/carried.ts'
import type { Timer } from '../federation/carrier.ts'
import { type Lobby, openLobby } from '../federation/lobby.ts'
import { checkApart } from '../federation/members.ts'
import { enough } from '../federation/serving.ts'
import { longestMessage } from '../federation/sizes.ts'
import { endingTogether } from '../federation/timers.ts'
import { instantiate } from '../kernel/wasm.ts'
import { type Broker, type BrokerAddress, showAddress } from '../network/broker.ts'
import { connectBroker, orInterrupted } from '../network/connect.ts'
import { openLog } from '../network/log.ts'
import { nodeTimer } from '../network/timers.ts'
import { giveWay, InterruptedError } from '../results/compute.ts'
import { checkConfig, type Own, type Setup, setUp } from '../run/setup.ts'
import { brokerOptions, nameOption, needBroker, readName } from './broker.ts'
import { configFlag, withConfigFile } from './configFile.ts'
import {
  type Argv,
  allFields,
  type Command,
  configOptions,
  DEFAULTS,
  readConfig,
  readFlag,
  valueFlag,
} from './options.ts'
import { tell } from './output.ts'
import { readOwn } from './own.ts'
import { conclude, failureOf, follow, readShowing, type Showing, showingOptions } from './showing.ts'
import { packageVersion } from './version.ts'

/** Milliseconds between two lines that say whom the server waits for. */
const PACE = 10_000

export const serveCommand: Command = {
  usage: 'serve',
  doc: 'serve a federation over a broker: wait for its agents (frd join), play one run, and print what frd run prints',
  options: {
    config: configFlag,
    ...brokerOptions,
    ...nameOption,
    log: valueFlag(
      'file in which the answers are kept, so that a server that was killed goes on when it is started again',
    ),
    deadline: valueFlag(
      'seconds after which a period goes on without the agents that are late; default: all wait for all',
    ),
    minimum: valueFlag('agents that must have answered before a period goes on without the others; default 1'),
    ...configOptions(allFields),
    ...showingOptions,
  },
  examples: [
    [
      '$0 serve --nats nats://127.0.0.1:4222 --agents 4',
      'four agents join: frd join --nats URL --agent K, K from 0 to 3',
    ],
    ['$0 serve --mqtt mqtts://broker.example --name lab --user server --password-file FILE', 'over MQTT, with TLS'],
  ],
  epilogue: DEFAULTS,
  plan: async (flags) => {
    const address = needBroker(flags)
    const name = readName(flags)
    const { own, argv, env } = await readOwn(await withConfigFile(flags, 'run'))
    const config = checkConfig(readConfig(argv, allFields), own)
    const setup = setUp(config, own)
    checkApart(setup)
    const showing = readShowing(argv, config)
    const { mission } = env ?? findEnvironment(config.env)
    const rules = readRules(argv, config)
    return (signal) => serveRun({ address, name, setup, own, mission, rules }, showing, signal)
  },
}

/** When a server goes on. */
interface Rules {
  /** where its answers are kept; undefined if they are not */
  readonly log: string | undefined
  /** milliseconds after which a period goes on without some; undefined if all wait for all */
  readonly deadline: number | undefined
  /** how many agents must have answered; undefined for the default */
  readonly minimum: number | undefined
}

function readRules(argv: Argv, { agents }: Config): Rules {
  const given = readFlag(argv, 'deadline')
  const seconds = 'a number of seconds in 0.001..2147483'
  const deadline =
    given === undefined ? undefined : 1000 * numberIn(0.001, 2147483)(parseReal(given, 'deadline', seconds), 'deadline')
  const least = readFlag(argv, 'minimum')
  const what = `an integer in 1..${agents}`
  const minimum =
    least === undefined ? undefined : integerIn(1, agents)(parseInteger(least, 'minimum', what), 'minimum')
  if (minimum !== undefined && deadline === undefined) {
    throw new RangeError(expected('minimum', '--deadline beside it', minimum, 'without one, all wait for all'))
  }
  return { log: readFlag(argv, 'log'), deadline, minimum }
}

interface Served {
  readonly address: BrokerAddress
  readonly name: string
  readonly setup: Setup
  readonly own: Own
  readonly mission: Mission
  readonly rules: Rules
}

interface Attending extends Served {
  readonly broker: Broker
  readonly lobby: Lobby
  readonly timer: Timer
}

async function serveRun(served: Served, showing: Showing, signal: AbortSignal): Promise<number> {
  const { address, name, setup } = served
  const onNews = (news: string) => {
    if (!showing.quiet) tell(`${news}\n`)
  }
  const timers = endingTogether(nodeTimer)
  const broker = await connectBroker(address, { signal, onNews })
  try {
    checkLimit(broker, address, setup)
    const { timer } = timers
    const now = () => performance.now()
    const lobby = openLobby(broker, name, setup, { timer, now, version: packageVersion(), onNews })
    try {
      return await attend({ ...served, broker, lobby, timer }, showing, onNews, signal)
    } finally {
      lobby.close()
    }
  } finally {
    timers.stop()
    await broker.close()
  }
}

/** Refuses a broker that does not take the longest message of the run. */
function checkLimit({ limit }: Broker, address: BrokerAddress, setup: Setup): void {
  if (limit === null) return
  const needed = longestMessage(instantiate(), setup) + limit.beside
  if (limit.bytes >= needed) return
  const why = `this run may send longer messages than ${showAddress(address)} takes; set ${limit.name} to ${needed} there`
  throw new RangeError(expected(limit.name, `at least ${needed} bytes`, limit.bytes, why))
}

/** Waits for the agents, plays the run with them, and tells them how it ended. @returns the exit code */
async function attend(
  { setup, own, mission, broker, lobby, timer, rules }: Attending,
  showing: Showing,
  onNews: (news: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const orEnded = <T>(promise: Promise<T>) => orInterrupted(Promise.race([promise, broker.failed]), signal)
  let started = 0
  let isRunning = false
  const tellSilent = () => {
    const silent = lobby.silent(isRunning ? PACE : undefined)
    if (silent.length) onNews(`waiting for ${silent.length === 1 ? 'agent' : 'agents'} ${silent.join(', ')}`)
  }
  const pace = setInterval(tellSilent, PACE)
  const log = rules.log === undefined ? undefined : openLog(rules.log)
  try {
    tellSilent()
    await orEnded(enough(lobby, { ...rules, log, timer }))
    isRunning = true
    started = performance.now()
    const live = follow(setup.config, mission, showing)
    const events = serveOver(setup.config, lobby.places, { ...own, timer, ...rules, log })
    const play = async () => {
      for (;;) {
        const { done, value } = await events.next()
        if (done) return value
        lobby.note(value)
        await live(value)
        await giveWay(signal)
      }
    }
    const result = await orEnded(play())
    const { digest, failure } = result
    const ended = lobby.end({ digest, message: failure ? failureOf(failure) : '' })
    const code = await conclude(result, showing, performance.now() - started)
    await orEnded(ended)
    return code
  } catch (error) {
    const isStopped = error instanceof InterruptedError
    const message = isStopped ? 'the server was stopped before the end of the run' : (error as Error).message
    // A server with a log goes on when it is started again, and its agents wait for that.
    if (isStopped && log) throw error
    const ended = lobby.end({ digest: null, message })
    if (!isStopped) await orEnded(ended).catch(() => {}) // the error is told already, and the agents may be gone
    throw error
  } finally {
    clearInterval(pace)
    log?.close()
  }
}
