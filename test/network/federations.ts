// Federations over brokers that are started on this machine, each with processes of its own: at seeded times agents, the
// server and the broker are killed, stopped for a while or started twice, and garbage is published. Each must end with the
// digest of the same run in one process, every side with exit code 0, and within a time limit.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadOwn } from '../../src/node.ts'
import { decodeResult } from '../../src/results/result.ts'
import { runToEnd } from '../../src/run/run.ts'
import { ownFor } from '../../src/run/setup.ts'
import { freePort, isInstalled, type Started, startMosquitto, startNats } from '../brokers.ts'
import { stream } from '../carriers.ts'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** Milliseconds within which a federation must end, whatever happens to it. */
const LIMIT = 90_000

/** Milliseconds that agents have to end after their server. */
const AFTER = 30_000

const AGENTS = 3

/** An environment that answers at once, or after some milliseconds where FRD_TEST_PACE says so, with the same numbers. */
const ENVIRONMENT = `
const pace = Number(process.env.FRD_TEST_PACE ?? 0)
const later = (value) => (pace ? new Promise((resolve) => setTimeout(() => resolve(value), pace)) : value)
export default {
  name: 'drift', observations: 2, actions: 2, limit: 60, bounds: [[-1, 1], [0, 1]], score: 'steps',
  mission: { threshold: 1000 },
  create: (draws) => {
    let at = 0
    const reset = () => later([(at = draws.uniform() - 0.5), 0])
    const step = (action) => {
      at += (action - 0.5) * draws.uniform()
      return { observation: [at, draws.uniform()], reward: 1, terminated: Math.abs(at) > 1, truncated: false }
    }
    return { reset, step }
  },
}
`

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** What can be done to a federation. */
const FAULTS = [
  'kill agent',
  'kill server',
  'kill broker',
  'end agent',
  'end server',
  'stop agent',
  'stop server',
  'stop broker',
  'agent twice',
  'garbage',
] as const
type Fault = (typeof FAULTS)[number]

/** A program of frd that is running, or has ended. */
interface Program {
  readonly child: ChildProcess
  out: string
  err: string
  code: number | null | undefined
  readonly ended: Promise<number | null>
}

/** What became of one federation. */
export interface Fate {
  readonly what: string
  readonly faults: readonly Fault[]
  /** null if all is as it must be */
  readonly wrong: string | null
}

/** Whether the brokers of both kinds can be started here. */
export const brokersHere = (): readonly ('nats' | 'mqtt')[] => [
  ...(isInstalled('nats-server', '--version') ? (['nats'] as const) : []),
  ...(isInstalled('mosquitto', '-h') ? (['mqtt'] as const) : []),
]

/** Runs one federation, all of which is drawn from the seed. */
export async function federation(kind: 'nats' | 'mqtt', seed: number): Promise<Fate> {
  const uniform = stream(seed * 7919 + 13)
  const below = (bound: number) => Math.floor(uniform() * bound)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]
  const folder = mkdtempSync(join(tmpdir(), 'frd-federation-'))
  const environment = join(folder, 'drift.js')
  writeFileSync(environment, ENVIRONMENT)

  const isOwn = below(2) === 0
  const hasDeadline = below(4) === 0
  const hasMemory = below(2) === 0
  const until = isOwn && !hasDeadline ? pick(['cap', 'first']) : 'cap'
  const method = pick(isOwn ? ['frd', 'mixfrd', 'pd', 'frl'] : ['frd', 'mixfrd', 'pd', 'frl', 'own', 'independent'])
  const run = `--method ${method} --agents ${AGENTS} --seed ${below(1000)} --until ${until} -E ${pick([5, 10, 25])}`
  const size = isOwn ? '--cap 60 -n 8 -l 1 -S 8' : '--cap 150 -n 100 -l 2'
  const config = [...run.split(' '), ...size.split(' '), ...(isOwn ? ['--env', environment] : [])]
  const what = `${kind} ${run} ${size}${isOwn ? ' own' : ''}${hasDeadline ? ' deadline' : ''}${hasMemory ? ' memory' : ''}`

  const port = await freePort()
  const startBroker = () => (kind === 'nats' ? startNats('', port) : startMosquitto('allow_anonymous true', port))
  let broker: Started = await startBroker()
  const flags = [`--${kind}`, `${kind}://127.0.0.1:${port}`, '--name', `f${seed}`]
  const begin = (words: readonly string[]): Program => {
    const env = { ...process.env, FRD_TEST_PACE: words[0] === 'join' ? '10' : '0' }
    const child = spawn(process.execPath, [main, ...words, ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const program: Program = {
      child,
      out: '',
      err: '',
      code: undefined,
      ended: new Promise((resolve) => {
        child.on('close', (code) => {
          program.code = code
          resolve(code)
        })
      }),
    }
    child.stdout?.on('data', (text) => {
      program.out += text
    })
    child.stderr?.on('data', (text) => {
      program.err += text
    })
    return program
  }
  const extras: Program[] = []
  const startServer = () =>
    begin([
      'serve',
      ...config,
      ...['--json', '--log', join(folder, 'server.log')],
      ...(hasDeadline ? ['--deadline', '1.5', '--minimum', '2'] : []),
    ])
  const startAgent = (k: number) =>
    begin([
      ...['join', '--agent', String(k)],
      ...(isOwn ? ['--env', environment] : []),
      ...(hasMemory ? ['--memory', join(folder, `agent${k}.bin`)] : []),
    ])
  let server = startServer()
  const agents = Array.from({ length: AGENTS }, (_, k) => startAgent(k))
  const isOver = () => server.code === 0

  const strike: Readonly<Record<Fault, () => Promise<void>>> = {
    'kill agent': () => restartAgent('SIGKILL'),
    'end agent': () => restartAgent('SIGTERM'),
    'kill server': () => restartServer('SIGKILL'),
    'end server': () => restartServer('SIGTERM'),
    'kill broker': async () => {
      await broker.kill()
      await sleep(below(800))
      broker = await startBroker()
    },
    'stop agent': () => pause(agents[below(AGENTS)].child.pid),
    'stop server': () => pause(server.child.pid),
    'stop broker': () => pause(broker.pid),
    'agent twice': async () => void extras.push(startAgent(below(AGENTS))),
    garbage: async () => publishGarbage(kind, port, seed, uniform),
  }
  async function restartAgent(signal: NodeJS.Signals): Promise<void> {
    const k = below(AGENTS)
    agents[k].child.kill(signal)
    await agents[k].ended
    await sleep(below(400))
    if (!isOver()) agents[k] = startAgent(k)
  }
  async function restartServer(signal: NodeJS.Signals): Promise<void> {
    server.child.kill(signal)
    await server.ended
    if (isOver()) return
    await sleep(below(400))
    server = startServer()
  }
  async function pause(pid: number | undefined): Promise<void> {
    if (pid === undefined) return
    const send = (signal: NodeJS.Signals) => {
      try {
        process.kill(pid, signal)
      } catch {} // it has ended meanwhile
    }
    send('SIGSTOP')
    await sleep(below(8) === 0 ? 8000 : 200 + below(2000))
    send('SIGCONT')
  }

  const faults: Fault[] = []
  const play = async () => {
    await sleep(400 + below(600))
    const count = 1 + below(4)
    for (let i = 0; i < count && !isOver(); i++) {
      await sleep(below(700))
      if (isOver()) break
      // Of what one file remembers there is only one agent; a simulation may run twice.
      faults.push(pick(FAULTS.filter((fault) => !hasMemory || fault !== 'agent twice')))
      await strike[faults[faults.length - 1]]()
    }
    for (;;) {
      const current = server
      await current.ended
      if (current === server) break
    }
    if (server.code !== 0) return `the server ended with code ${server.code}`
    const result = decodeResult(server.out.trim(), 'the line of the server')
    const own = await loadOwn(isOwn ? { environment } : {})
    const alone = runToEnd(result.config, ownFor(result.config, own))
    if (alone.digest !== result.digest) return `digest ${result.digest}, and ${alone.digest} in one process`
    if (!hasDeadline && result.config.absent.length) return 'an agent had no part, without a deadline'
    // An agent that was away when the run ended has nobody to hear it from.
    const there = agents.filter(({ err, child }) => err.includes('takes part') && child.signalCode === null)
    const codes = await Promise.race([Promise.all(there.map((agent) => agent.ended)), sleep(AFTER)])
    if (!Array.isArray(codes)) return 'agents did not end after their server'
    if (codes.some((code) => code !== 0)) return `agents ended with codes ${codes}`
    return there.some(({ out }) => !out.includes(result.digest)) ? 'an agent did not print the digest' : null
  }
  const wrong = await Promise.race([play().catch(String), sleep(LIMIT).then(() => 'it did not end in time')])
  const programs = [server, ...agents, ...extras]
  for (const { child } of programs) child.kill('SIGKILL')
  await broker.kill()
  if (wrong === null) rmSync(folder, { recursive: true })
  const told = programs.map(({ err }, i) => `--- ${i ? `agent ${i - 1}` : 'server'}\n${err.slice(-1500)}`)
  return { what, faults, wrong: wrong && `${wrong}; the folder is ${folder}\n${told.join('\n')}` }
}

/** Publishes random bytes, and bytes that begin as messages do, on all topics of a federation. */
async function publishGarbage(kind: string, port: number, seed: number, uniform: () => number): Promise<void> {
  const topics = ['all', 'who', ...Array.from({ length: AGENTS }, (_, k) => [`req/${k}`, `ans/${k}`]).flat()]
  const messages = topics.flatMap((topic) =>
    ['', 'FRDT', 'FRDL'].map((title) => {
      const bytes = Uint8Array.from({ length: Math.floor(uniform() * 300) }, () => Math.floor(uniform() * 256))
      return { topic, bytes: Buffer.concat([Buffer.from(title), bytes]) }
    }),
  )
  if (kind === 'nats') {
    const { connect } = await import('@nats-io/transport-node')
    const connection = await connect({ servers: `127.0.0.1:${port}` })
    for (const { topic, bytes } of messages) connection.publish(`frd.v1.f${seed}.${topic.replace('/', '.')}`, bytes)
    await connection.drain()
    return
  }
  const { connectAsync } = await import('mqtt')
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`)
  for (const { topic, bytes } of messages) await client.publishAsync(`frd/v1/f${seed}/${topic}`, bytes)
  await client.endAsync()
}

/** Runs so many federations, `width` at once, and prints each. @returns how many ended otherwise than they must */
export async function federations(count: number, seed: number, width: number): Promise<number> {
  const kinds = brokersHere()
  for (const [kind, program] of [
    ['nats', 'nats-server'],
    ['mqtt', 'mosquitto'],
  ] as const) {
    if (!kinds.includes(kind)) console.log(`skipped: ${kind}, because ${program} is not installed here`)
  }
  if (!kinds.length) return 0
  const counts = new Map<string, number>()
  let next = 0
  let wrong = 0
  const lane = async () => {
    while (next < count) {
      const number = seed + next++
      const begun = performance.now()
      const fate = await federation(kinds[number % kinds.length], number)
      for (const fault of fate.faults) counts.set(fault, (counts.get(fault) ?? 0) + 1)
      if (fate.wrong !== null) wrong++
      const seconds = ((performance.now() - begun) / 1000).toFixed(1)
      console.log(
        `${fate.wrong === null ? 'ok  ' : 'FAIL'} seed ${number} ${seconds} s: ${fate.what}: ${fate.faults.join(', ') || 'nothing'}`,
      )
      if (fate.wrong !== null) console.log(fate.wrong)
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  const told = [...counts].sort().map(([fault, times]) => `${fault} ${times}`)
  console.log(`${count} federations from seed ${seed}, ${wrong} wrong; ${told.join(', ')}`)
  return wrong
}
