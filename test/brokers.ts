// What the tests of brokers need: a broker of this machine on a free port, a bus in made-up time, and federations over either.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../src/config/config.ts'
import type { Bus } from '../src/federation/bus.ts'
import type { Timer } from '../src/federation/carrier.ts'
import type { Ending } from '../src/federation/greetings.ts'
import { type JoinOverOptions, joinOver } from '../src/federation/joining.ts'
import { serveOn } from '../src/federation/serving.ts'
import type { RunResult } from '../src/run/record.ts'
import type { Own } from '../src/run/setup.ts'
import { drive, type MadeUpTime, type Weather } from './carriers.ts'

// ---- brokers of this machine

/** Whether a program can be started, with the folders in which systems keep servers. */
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`
export const isInstalled = (program: string, flag: string): boolean =>
  spawnSync(program, [flag], { env: { ...process.env, PATH }, timeout: 10_000 }).error === undefined

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** Resolves once something listens there. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no broker listens on port ${port}`)
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A broker that was started. */
export interface Started {
  readonly port: number
  /** of its process */
  readonly pid: number | undefined
  /** ends it at once, as a crash would */
  readonly kill: () => Promise<void>
}

/** Starts a program, and waits until it listens. */
export async function start(program: string, words: readonly string[], port: number): Promise<Started> {
  const child = spawn(program, words, { env: { ...process.env, PATH }, stdio: 'ignore' })
  running.add(child)
  child.unref() // where a test fails, its broker ends with the process and does not keep it
  const exit = new Promise<void>((resolve) => child.on('close', () => resolve()))
  await listening(port)
  const kill = () => {
    running.delete(child)
    child.ref()
    child.kill('SIGKILL')
    return exit
  }
  return { port, pid: child.pid, kill }
}

export const newFolder = () => mkdtempSync(join(tmpdir(), 'frd-broker-'))

/** Starts nats-server with more lines of configuration. */
export async function startNats(lines = '', at?: number): Promise<Started> {
  const port = at ?? (await freePort())
  const path = join(newFolder(), 'nats.conf')
  writeFileSync(path, `listen: "127.0.0.1:${port}"\n${lines}\n`)
  return start('nats-server', ['--config', path], port)
}

/** Starts mosquitto with more lines of configuration. */
export async function startMosquitto(lines = 'allow_anonymous true', at?: number): Promise<Started> {
  const port = at ?? (await freePort())
  const path = join(newFolder(), 'mosquitto.conf')
  // Root would give up its rights for those of a user who cannot read the files of a test.
  writeFileSync(path, `user root\npersistence false\nlistener ${port} 127.0.0.1\n${lines}\n`)
  return start('mosquitto', ['-c', path], port)
}

// ---- a bus in made-up time

/** A bus for several sides. `meddle` may replace what travels; null loses it. */
export function madeUpBus(
  time: MadeUpTime,
  uniform: () => number,
  { lost, repeated, delay }: Weather,
  meddle: (message: Uint8Array, topic: string) => Uint8Array | null = (message) => message,
): Bus {
  const listeners = new Map<string, Set<(message: Uint8Array) => void>>()
  return {
    publish: (topic, message) => {
      const path = topic.join('/')
      const copies = (uniform() < lost ? 0 : 1) + (uniform() < repeated ? 1 : 0)
      for (let k = 0; k < copies; k++) {
        const sent = meddle(message.slice(), path)
        if (sent === null) continue
        time.timer(uniform() * delay, () => {
          for (const listener of listeners.get(path) ?? []) {
            const arrived = Buffer.from(sent)
            listener(arrived)
            arrived.fill(0xa5) // as libraries do that use their memory again
          }
        })
      }
    },
    subscribe: (topic, listener) => {
      const path = topic.join('/')
      const list = listeners.get(path) ?? new Set()
      listeners.set(path, list.add(listener))
      return () => {
        list.delete(listener)
      }
    },
  }
}

// ---- federations

/** The server of a federation: its events are dropped. */
export const serveOnBus = (
  bus: Bus,
  name: string,
  given: Partial<Config>,
  { timer, own = {}, news = [] }: { timer: Timer; own?: Own; news?: string[] },
): Promise<RunResult> =>
  drive(serveOn(given, bus, { ...own, name, version: '1', timer, onNews: (one) => news.push(one) }))

/** An agent of a federation. */
export const joinOnBus = (
  bus: Bus,
  name: string,
  agent: number,
  options: Omit<JoinOverOptions, 'version'>,
): Promise<Ending> => joinOver(bus, name, agent, { ...options, version: '1' })
