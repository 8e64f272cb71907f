// Flags that say over which NATS broker a sweep is handed out, as whom one connects, and which sweep is meant.

import { hostname } from 'node:os'
import type { Options } from 'yargs'
import { expected } from '../config/errors.ts'
import { STANDARD_NAME } from '../federation/bus.ts'
import type { BrokerAddress } from '../network/broker.ts'
import type { WorkerProof } from '../network/workMessages.ts'
import { kernelHash, type Own } from '../run/setup.ts'
import { credentialOptions, readBroker, readName } from './broker.ts'
import { type Argv, valueFlag } from './options.ts'
import { packageVersion } from './version.ts'

/** A sweep on a broker. */
export interface SweepAddress {
  readonly broker: BrokerAddress
  /** what tells several sweeps on one broker apart */
  readonly name: string
}

export const natsOptions: Record<string, Options> = {
  nats: valueFlag('a NATS broker over which the runs are handed out to workers, such as nats://127.0.0.1:4222'),
  name: valueFlag('name of the sweep on the broker, by which several are told apart', STANDARD_NAME),
  ...credentialOptions,
}

/** The sweep that the flags name; null without --nats. @throws TypeError, RangeError for flags that do not fit */
export function readSweepAddress(argv: Argv): SweepAddress | null {
  const broker = readBroker(argv)
  if (broker) return { broker, name: readName(argv) }
  const other = Object.keys(natsOptions).find((flag) => argv[flag] !== undefined)
  if (other === undefined) return null
  throw new TypeError(expected(other, 'a broker beside it', 'none', 'give --nats URL'))
}

/** What this process is to a submitter. */
export function proofOf({ environment, method }: Own): WorkerProof {
  const started = Date.now().toString(36) // tells processes apart that containers give one name and one number
  return {
    worker: `${hostname().slice(0, 100)}/${process.pid}-${started}`,
    version: packageVersion(),
    kernelHash: kernelHash(),
    ...(environment && { environment: { name: environment.name, version: environment.version ?? '' } }),
    ...(method && { method: { name: method.name, version: method.version ?? '' } }),
  }
}
