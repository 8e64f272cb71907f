// frd join: one agent of a federation over a broker. It learns from the server which run is played, takes part, and prints
// the digest.

import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { parseInteger } from '../config/field.ts'
import { STANDARD_NAME } from '../federation/bus.ts'
import { joinOver } from '../federation/joining.ts'
import { type BrokerAddress, showAddress } from '../network/broker.ts'
import { connectBroker, orInterrupted } from '../network/connect.ts'
import { openMemory } from '../network/memory.ts'
import { nodeTimer } from '../network/timers.ts'
import { giveWay } from '../results/compute.ts'
import type { Own } from '../run/setup.ts'
import { brokerOptions, nameOption, needBroker, readName } from './broker.ts'
import { type Argv, type Command, commonOptions, readBare, readFlag, valueFlag } from './options.ts'
import { print, tell } from './output.ts'
import { readOwnFiles } from './own.ts'
import { packageVersion } from './version.ts'

/** Milliseconds between two lines that say how far the agent has come. */
const PACE = 5000

/** The most agents of a run. */
const MOST = 1024

export const joinCommand: Command = {
  usage: 'join',
  doc: 'take part in a federation over a broker as one agent, until the run of its server (frd serve) is over',
  options: {
    ...brokerOptions,
    ...nameOption,
    agent: valueFlag(`number of this agent. Accepts: an integer in 0..${MOST - 1}`),
    env: valueFlag('.js file of an environment of your own, if the run is in one'),
    method: valueFlag('.js file of a method of your own, if the run is with one'),
    memory: valueFlag('file in which the agent keeps its state, so that it goes on when it is started again'),
    quiet: commonOptions.quiet,
  },
  examples: [['$0 join --nats nats://127.0.0.1:4222 --agent 2', `agent 2 of the federation "${STANDARD_NAME}"`]],
  plan: async (argv) => {
    const address = needBroker(argv)
    const name = readName(argv)
    const agent = readAgent(argv)
    const { own } = await readOwnFiles(argv)
    const quiet = readBare(argv, 'quiet')
    const memory = readFlag(argv, 'memory')
    return (signal) => takePart({ address, name, agent, own, memory }, quiet, signal)
  },
}

function readAgent(argv: Argv): number {
  const what = `an integer in 0..${MOST - 1}`
  const value = readFlag(argv, 'agent')
  if (value === undefined) throw new TypeError(expected('agent', what, 'none', 'give the number of this agent'))
  const agent = parseInteger(value, 'agent', what)
  if (agent >= 0 && agent < MOST) return agent
  throw new RangeError(expected('agent', what, agent))
}

interface Joining {
  readonly address: BrokerAddress
  readonly name: string
  readonly agent: number
  readonly own: Own
  readonly memory: string | undefined
}

/** Takes part until the run is over. @returns the exit code */
async function takePart(
  { address, name, agent, own, memory }: Joining,
  quiet: boolean,
  signal: AbortSignal,
): Promise<number> {
  const onNews = (news: string) => {
    if (!quiet) tell(`${news}\n`)
  }
  let episodes = 0
  let cap = 0
  const onConfig = (config: Config) => {
    cap = config.cap
    onNews(
      `agent ${agent} takes part: ${config.method}, ${config.agents} agents, seed ${config.seed}, in ${config.env}`,
    )
  }
  const between = async () => {
    // Between episodes the connection is heard. A signal ends the process and is no answer of the agent.
    await giveWay()
    episodes++
  }
  const broker = await connectBroker(address, { signal, onNews })
  const pace = setInterval(() => {
    if (cap === 0) onNews(`waiting for the server of "${name}" at ${showAddress(address)}`)
    else onNews(`episode ${episodes} of at most ${cap}`)
  }, PACE)
  try {
    const joined = joinOver(broker, name, agent, {
      ...own,
      timer: nodeTimer,
      version: packageVersion(),
      onConfig,
      ...(memory !== undefined && { memory: openMemory(memory) }),
      between,
    })
    const { digest, message } = await orInterrupted(Promise.race([joined, broker.failed]), signal)
    if (digest !== null) await print(`digest      ${digest}\n`)
    else if (message === '') tell('the run ended well, but its server left before it said the digest\n')
    if (message === '') return 0
    tell(`frd: ${message}\n`)
    return 1
  } finally {
    clearInterval(pace)
    await broker.close()
  }
}
