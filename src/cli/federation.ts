// frd federation: `init` writes the configurations of a broker and a password per agent, `status` asks the server of a
// federation how it does.

import { join } from 'node:path'
import { expected, expectedOneOf, printable } from '../config/errors.ts'
import { parseInteger } from '../config/field.ts'
import { fieldsOfText } from '../config/resolve.ts'
import { topicsOf } from '../federation/bus.ts'
import { packGreeting, type Status, unpackGreeting } from '../federation/greetings.ts'
import { type Broker, type BrokerAddress, showAddress } from '../network/broker.ts'
import { agentUser, isLoopback, PORTS, SERVER_USER } from '../network/configurations.ts'
import { connectBroker, orInterrupted } from '../network/connect.ts'
import { checkEmpty, FILES, type InitialOptions, passwordFile, writeInitial } from '../network/initial.ts'
import { brokerOptions, nameOption, needBroker, readName } from './broker.ts'
import { type Argv, type Command, commonOptions, readBare, readFlag, type Task, valueFlag } from './options.ts'
import { print, tell } from './output.ts'

const ACTIONS = ['init', 'status']
const MOST_AGENTS = 1024

/** Milliseconds between two questions, and how many are asked. */
const ASK_EVERY = 500
const QUESTIONS = 6

export const federationCommand: Command = {
  usage: 'federation [action] [dir]',
  doc: 'init DIR: write the files with which a broker and its agents start; status: ask a server how its federation does',
  options: {
    ...brokerOptions,
    ...nameOption,
    agents: valueFlag(`init: number of agents. Accepts: an integer in 1..${MOST_AGENTS}`, '4'),
    host: valueFlag('init: address or name at which agents reach the broker; beyond 127.0.0.1 with TLS', '127.0.0.1'),
    origins: valueFlag('init: pages that may connect to NATS over WebSocket, such as https://lab.example', 'none'),
    json: { ...commonOptions.json, describe: 'status: print one JSON document' },
  },
  examples: [
    ['$0 federation init broker --agents 4', 'for a broker and agents on this machine'],
    ['$0 federation init broker --agents 4 --host broker.example', 'with TLS, for agents elsewhere'],
    ['$0 federation status --nats nats://127.0.0.1:4222', 'which run, how far, and who is there'],
  ],
  plan: (argv) => {
    const action = argv.action === undefined ? 'none' : String(argv.action)
    if (!ACTIONS.includes(action)) throw new RangeError(expectedOneOf('action', ACTIONS, action))
    return action === 'init' ? planInit(argv) : planStatus(argv)
  },
}

// ---- init

function planInit(argv: Argv): Task {
  const { dir } = argv
  if (dir === undefined) throw new TypeError(expected('dir', 'a new folder', 'none', 'frd federation init DIR'))
  const options: InitialOptions = {
    name: readName(argv),
    agents: readCount(argv),
    host: readHost(argv),
    origins: readOrigins(argv),
  }
  checkEmpty(String(dir))
  return async () => {
    writeInitial(String(dir), options)
    await print(instructions(String(dir), options))
    return 0
  }
}

function readCount(argv: Argv): number {
  const what = `an integer in 1..${MOST_AGENTS}`
  const agents = parseInteger(readFlag(argv, 'agents') ?? '4', 'agents', what)
  if (agents >= 1 && agents <= MOST_AGENTS) return agents
  throw new RangeError(expected('agents', what, agents))
}

function readHost(argv: Argv): string {
  const host = readFlag(argv, 'host') ?? '127.0.0.1'
  if (/^[A-Za-z0-9.-]{1,253}$/.test(host)) return host
  throw new RangeError(expected('host', 'an IPv4 address or a name', host))
}

function readOrigins(argv: Argv): readonly string[] {
  return (readFlag(argv, 'origins')?.split(',') ?? []).map((origin) => {
    if (URL.canParse(origin) && new URL(origin).origin === origin) return origin
    throw new RangeError(expected('origins', 'addresses of the form https://HOST, without a path', origin))
  })
}

/** How the broker, the server and the agents are started. */
function instructions(dir: string, { name, agents, host }: InitialOptions): string {
  const isHere = isLoopback(host)
  const nats = `--nats ${isHere ? 'nats' : 'tls'}://${host}:${PORTS.nats}`
  const mqtt = `--mqtt ${isHere ? `mqtt://${host}:${PORTS.mqtt}` : `mqtts://${host}:${PORTS.mqtts}`}`
  const as = (user: string) =>
    [`--name ${name} --user ${user} --password-file ${join(dir, passwordFile(user))}`]
      .concat(isHere ? [] : [`--ca-file ${join(dir, FILES.authority)}`])
      .join(' ')
  const given = [passwordFile(agentUser(0)), ...(isHere ? [] : [FILES.authority])].join(' and ')
  return `${[
    'start one of the two brokers:',
    `  nats-server --config ${join(dir, FILES.nats)}`,
    `  mosquitto -c ${join(dir, FILES.mosquitto)}`,
    `the server, with the flags of the run (over mosquitto ${mqtt} in place of --nats):`,
    `  frd serve ${nats} ${as(SERVER_USER)} --agents ${agents}`,
    `agent 0, who is given ${given}${agents > 1 ? `, and so on to agent ${agents - 1}` : ''}:`,
    `  frd join ${nats} ${as(agentUser(0))} --agent 0`,
    `${printable(dir)} holds passwords: give each agent its own, and nobody the folder`,
  ].join('\n')}\n`
}

// ---- status

function planStatus(argv: Argv): Task {
  if (argv.dir !== undefined) throw new TypeError(expected('dir', 'none for status', argv.dir))
  const address = needBroker(argv)
  const name = readName(argv)
  const isJson = readBare(argv, 'json')
  return async (signal) => {
    const broker = await connectBroker(address, { signal, onNews: (news) => tell(`${news}\n`) })
    try {
      const status = await orInterrupted(Promise.race([askStatus(broker, name), broker.failed]), signal)
      if (status === null) throw new Error(nobody(address, name))
      await print(isJson ? `${JSON.stringify(status)}\n` : describe(name, status))
      return 0
    } finally {
      await broker.close()
    }
  }
}

const nobody = (address: BrokerAddress, name: string) =>
  `nobody serves the federation "${name}" at ${showAddress(address)}: start frd serve, or give its --name`

/** What the server answers; null if nobody does. */
async function askStatus(broker: Broker, name: string): Promise<Omit<Status, 'mark'> | null> {
  const topics = topicsOf(name)
  const asked = `${process.pid} ${performance.timeOrigin}`
  let answer: Omit<Status, 'mark'> | null = null
  let wake = () => {}
  const end = broker.subscribe(topics.all, (message) => {
    const greeting = unpackGreeting(message)
    if (greeting?.kind !== 'status' || greeting.mark !== asked) return
    const { kind: _, mark, ...status } = greeting
    answer = status
    wake()
  })
  for (let times = 0; times < QUESTIONS && answer === null; times++) {
    broker.publish(topics.who, packGreeting({ kind: 'question', mark: asked }))
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ASK_EVERY)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  end()
  return answer
}

/** A run for people; its config, whose fields a newer server may have, says the rest. */
function nameRun(config: string): string {
  try {
    const { method, agents, seed, env } = fieldsOfText(config.split('\n').slice(0, -1), 'config')
    return `${method}, ${agents} agents, seed ${seed}, in ${env}`
  } catch (error) {
    return `of another version of frd: ${(error as Error).message}`
  }
}

function describe(name: string, status: Omit<Status, 'mark'>): string {
  const { config, kernel, version, state, episode, exchanges, best, agents } = status
  const line = (what: string, text: string) => `${what.padEnd(12)}${printable(text)}\n`
  const heard = agents.map(({ agent, heard }) =>
    line(`agent ${agent}`, heard === null ? 'was not heard' : `heard ${(heard / 1000).toFixed(1)} s ago`),
  )
  return [
    line('federation', `${name}, ${state === 'waiting' ? 'waiting for agents' : state}`),
    line('run', nameRun(config)),
    line('config', config.trimEnd().split('\n').join(' ') || 'the defaults of the first results'),
    line('kernel', `${kernel}, frd ${version}`),
    line('episode', String(episode)),
    line('exchanges', String(exchanges)),
    line('best mean', best === null ? 'none yet' : best.toFixed(1)),
    ...heard,
  ].join('')
}
