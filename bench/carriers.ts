// `npm run bench:carriers [-- ROUNDS]`: what one period of a federation costs over each carrier: its time, and its messages
// and bytes at the server. A server and four agents, each in a process or a thread of its own, on this machine; once as it
// is, and once with 75 ms added to every message each way. The brokers are started here; what is not installed is named.
// Keeps the samples in bench/results.

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { BroadcastChannel, isMainThread, Worker, workerData } from 'node:worker_threads'
import { resolveConfig } from '../src/config/resolve.ts'
import { type Bus, carrierToAgent, carrierToServer, topicsOf } from '../src/federation/bus.ts'
import { serveOver, takePartOver } from '../src/federation/carried.ts'
import type { Carrier } from '../src/federation/carrier.ts'
import type { BrokerAddress } from '../src/network/broker.ts'
import { connectOnce } from '../src/network/connect.ts'
import { nodeTimer } from '../src/network/timers.ts'
import { runToEnd } from '../src/run/run.ts'
import { freePort, isInstalled, startMosquitto, startNats } from '../test/brokers.ts'
import type { Series } from './kept.ts'
import { countAt, save, shown, table } from './sample.ts'

const CONFIG = resolveConfig({ method: 'mixfrd', agents: 4, seed: 1, cap: 250, until: 'cap' })
const TRIP = 150 // ms there and back
const topics = topicsOf('bench')
const self = fileURLToPath(import.meta.url)

/** A bus over a BroadcastChannel, on which every thread hears all. */
function channelBus(): Bus & { readonly close: () => void } {
  const channel = new BroadcastChannel('frd-bench')
  const listeners = new Map<string, (message: Uint8Array) => void>()
  channel.onmessage = (event) => {
    const { topic, message } = (event as { data: { topic: string; message: Uint8Array } }).data
    listeners.get(topic)?.(message)
  }
  return {
    publish: (topic, message) => channel.postMessage({ topic: topic.join(), message }),
    subscribe: (topic, listener) => {
      listeners.set(topic.join(), listener)
      return () => listeners.delete(topic.join())
    },
    close: () => channel.close(),
  }
}

const addressOf = (kind: 'nats' | 'mqtt', port: number): BrokerAddress => ({
  url: new URL(`${kind}://127.0.0.1:${port}`),
  kind,
  mqttVersion: 5,
})
const listener = { onNews: () => {} }

/** One agent, in a process or a thread of its own. */
async function takePart(kind: string, port: number, agent: number): Promise<void> {
  const bus = kind === 'nats' || kind === 'mqtt' ? await connectOnce(addressOf(kind, port), listener) : channelBus()
  await takePartOver(CONFIG, [agent], carrierToServer(bus, topics, agent))
  await bus.close()
}

/** What one period costs. */
interface Period {
  readonly milliseconds: number
  readonly messages: number
  readonly bytes: number
}

/** A carrier that is counted, and whose messages take so long each way. */
function watched(carrier: Carrier, wait: number, count: { messages: number; bytes: number }): Carrier {
  const note = (message: Uint8Array) => {
    count.messages++
    count.bytes += message.length
  }
  const later = (act: () => void) => (wait ? void setTimeout(act, wait) : act())
  return {
    send: (message) => {
      note(message)
      later(() => carrier.send(message))
    },
    receive: (hear) =>
      carrier.receive((message) => {
        note(message)
        const kept = wait ? message.slice() : message
        later(() => hear(kept))
      }),
    close: carrier.close,
  }
}

/** Serves one run, and measures its periods. The first is left out: the agents are starting. */
async function serve(bus: Bus, wait: number): Promise<Period[]> {
  const count = { messages: 0, bytes: 0 }
  const places = Array.from({ length: CONFIG.agents }, (_, agent) => ({
    agents: [agent],
    carrier: watched(carrierToAgent(bus, topics, agent), wait, count),
  }))
  const periods: Period[] = []
  let last: Period | null = null
  const events = serveOver(CONFIG, places, { timer: nodeTimer })
  for (;;) {
    const { done, value } = await events.next()
    if (done) {
      if (value.digest !== alone.digest) throw new Error(`digest ${value.digest}, expected ${alone.digest}`)
      return periods
    }
    if (value.type !== 'exchange') continue
    const now = { milliseconds: performance.now(), ...count }
    if (last) {
      const { milliseconds, messages, bytes } = last
      periods.push({
        milliseconds: now.milliseconds - milliseconds,
        messages: now.messages - messages,
        bytes: now.bytes - bytes,
      })
    }
    last = now
  }
}

type Kind = 'threads' | 'nats' | 'mqtt'
const NAMES: Readonly<Record<Kind, string>> = {
  threads: 'BroadcastChannel, threads',
  nats: 'NATS, processes',
  mqtt: 'MQTT 5, processes',
}

async function measure(kind: Kind, wait: number): Promise<Period[]> {
  const port = kind === 'threads' ? 0 : await freePort()
  const broker =
    kind === 'nats'
      ? await startNats('', port)
      : kind === 'mqtt'
        ? await startMosquitto('allow_anonymous true\nset_tcp_nodelay true', port)
        : null
  const bus = kind === 'threads' ? channelBus() : await connectOnce(addressOf(kind, port), listener)
  const agents = Array.from({ length: CONFIG.agents }, (_, agent): Worker | ChildProcess =>
    kind === 'threads'
      ? new Worker(self, { workerData: agent })
      : fork(self, ['agent', kind, String(port), String(agent)]),
  )
  const ended = agents.map((agent) => new Promise((resolve) => agent.on('exit', resolve)))
  const periods = await serve(bus, wait)
  await Promise.all(ended)
  await bus.close()
  await broker?.kill()
  return periods
}

/** One process, in which an exchange is a function call. */
function inProcess(): number {
  const begun = performance.now()
  runToEnd(CONFIG)
  return (performance.now() - begun) / (CONFIG.cap / CONFIG.period)
}

const alone = isMainThread && process.argv[2] !== 'agent' ? runToEnd(CONFIG) : { digest: '' }

async function main(): Promise<void> {
  const rounds = countAt(0, 3)
  const kinds = (['threads', 'nats', 'mqtt'] as const).filter((kind) => {
    const program = kind === 'nats' ? 'nats-server' : 'mosquitto'
    const isHere = kind === 'threads' || isInstalled(program, kind === 'nats' ? '--version' : '-h')
    if (!isHere) console.log(`${NAMES[kind]}: left out, because ${program} is not installed`)
    return isHere
  })
  const results: Series[] = [
    { name: 'one process', unit: 'ms per period', samples: Array.from({ length: 3 * rounds }, inProcess) },
  ]
  const rows = [['carrier', 'added', 'ms per period', 'messages', 'bytes']]
  rows.push(['one process', '0 ms', shown(results[0].samples), '0', '0'])
  for (const wait of [0, TRIP / 2]) {
    for (const kind of kinds) {
      const periods: Period[] = []
      for (let round = 0; round < rounds; round++) periods.push(...(await measure(kind, wait)))
      const of = (field: keyof Period) => periods.map((period) => period[field])
      const name = `${NAMES[kind]}, ${2 * wait} ms added`
      results.push({ name, unit: 'ms per period', samples: of('milliseconds') })
      rows.push([NAMES[kind], `${2 * wait} ms`, shown(of('milliseconds')), shown(of('messages')), shown(of('bytes'))])
    }
  }
  console.log(table(rows))
  save('carriers', results)
}

if (!isMainThread) await takePart('threads', 0, workerData)
else if (process.argv[2] === 'agent') await takePart(process.argv[3], Number(process.argv[4]), Number(process.argv[5]))
else await main()
