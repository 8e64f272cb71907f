// frd doctor: looks whether this machine has what frd needs, and whether a broker is there.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { MissingPackagesError } from '../config/packages.ts'
import { kernelBytes } from '../kernel/wasm.ts'
import { type Broker, type BrokerAddress, showAddress } from '../network/broker.ts'
import { isLoopback } from '../network/configurations.ts'
import { connectOnce, orInterrupted } from '../network/connect.ts'
import { hasKnownHoles } from '../network/holes.ts'
import { importMqtt } from '../network/mqtt.ts'
import { importNats } from '../network/nats.ts'
import { checkDrawing } from '../plot/svg.ts'
import { checkThreads } from '../results/compute.ts'
import { checkParquet } from '../results/table.ts'
import { loadDistributions } from '../stats/distributions.ts'
import { brokerOptions, readBroker } from './broker.ts'
import { loadYaml } from './configFile.ts'
import { type Command, commonOptions, readOut } from './options.ts'
import { print } from './output.ts'
import { packageVersion } from './version.ts'

/** The oldest Node that frd runs on. */
const OLDEST_NODE = [20, 19] as const

/** What was looked at, and what came of it. A `lack` is none where nothing needs it. */
interface Finding {
  readonly what: string
  readonly state: 'ok' | 'lack' | 'FAULT'
  readonly says: string
}

export const doctorCommand: Command = {
  usage: 'doctor',
  doc: 'look whether this machine has what frd needs: Node, WebAssembly, packages, a disk, and a broker if one is named',
  options: {
    ...brokerOptions,
    out: { ...commonOptions.out, describe: 'folder that must take files', defaultDescription: 'this folder' },
  },
  examples: [['$0 doctor --nats nats://127.0.0.1:4222', 'is the broker there, and how long may messages be?']],
  plan: (argv) => {
    const address = readBroker(argv)
    const folder = argv.out === undefined ? '.' : readOut(argv)
    return async (signal) => {
      const findings = [
        nodeFinding(),
        kernelFinding(),
        await packageFinding('NATS', importNats, address?.kind === 'nats'),
        await packageFinding('MQTT', importMqtt, address?.kind === 'mqtt'),
        await packageFinding('worker threads', checkThreads, false),
        await packageFinding('p-values', loadDistributions, false),
        await packageFinding('figures', checkDrawing, false),
        await packageFinding('YAML files', loadYaml, false),
        await packageFinding('Parquet files', checkParquet, false),
        diskFinding(folder),
        ...(address ? await orInterrupted(brokerFindings(address), signal) : []),
      ]
      await print(findings.map(({ what, state, says }) => `${state.padEnd(6)}${what.padEnd(16)}${says}\n`).join(''))
      return findings.some(({ state }) => state === 'FAULT') ? 1 : 0
    }
  },
}

function nodeFinding(): Finding {
  const { node } = process.versions
  const [major, minor] = node.split('.').map(Number)
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
  const says = `${node}, frd ${packageVersion()}${isOld ? `: install Node ${OLDEST_NODE.join('.')} or later` : ''}`
  return { what: 'Node', state: isOld ? 'FAULT' : 'ok', says }
}

function kernelFinding(): Finding {
  const isValid = WebAssembly.validate(kernelBytes() as Uint8Array<ArrayBuffer>)
  const says = isValid ? 'with SIMD' : 'this runtime refuses the kernel, which uses SIMD'
  return { what: 'WebAssembly', state: isValid ? 'ok' : 'FAULT', says }
}

async function packageFinding(what: string, load: () => Promise<unknown>, isNeeded: boolean): Promise<Finding> {
  try {
    await load()
    return { what, state: 'ok', says: 'the packages are installed' }
  } catch (error) {
    const says = error instanceof MissingPackagesError ? `npm install ${error.packages.join(' ')}` : String(error)
    return { what, state: isNeeded ? 'FAULT' : 'lack', says }
  }
}

function diskFinding(folder: string): Finding {
  const what = 'disk'
  try {
    const made = mkdtempSync(join(folder, '.frd-doctor-'))
    try {
      writeFileSync(join(made, 'file'), 'x')
    } finally {
      rmSync(made, { recursive: true, force: true })
    }
    return { what, state: 'ok', says: `${resolve(folder)} takes files` }
  } catch (error) {
    return { what, state: 'FAULT', says: `${resolve(folder)} takes no files: ${(error as Error).message}` }
  }
}

async function brokerFindings(address: BrokerAddress): Promise<Finding[]> {
  const what = 'broker'
  let broker: Broker
  try {
    broker = await connectOnce(address, { onNews: () => {} })
  } catch (error) {
    const says = `nobody usable at ${showAddress(address)}: ${(error as Error).message}`
    return [{ what, state: 'FAULT', says }]
  }
  try {
    const product = await broker.product()
    const { limit } = broker
    const isFar = !isLoopback(address.url.hostname)
    const [, version] = /^nats-server (.*)$/.exec(product) ?? []
    const isOld = isFar && version !== undefined && hasKnownHoles(version)
    const holes =
      'it has holes that are reached over WebSocket before login (CVE-2026-33219): 2.12.12 or 2.14.3 has none'
    return [
      {
        what,
        state: isOld ? 'FAULT' : 'ok',
        says: `${product} at ${showAddress(address)}${isOld ? `: ${holes}` : ''}`,
      },
      {
        what: 'longest message',
        state: 'ok',
        says: limit ? `${limit.name} is ${limit.bytes} bytes` : 'it does not say',
      },
    ]
  } finally {
    await broker.close()
  }
}
