// Flags that say over which NATS broker a sweep is handed out, as whom one connects, and which sweep is meant. A password
// is never a flag, because other users of a machine see the words of a command.

import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Options } from 'yargs'
import { expected } from '../config/errors.ts'
import { type Credentials, checkNatsUrl } from '../network/connection.ts'
import type { WorkerProof } from '../network/workMessages.ts'
import { kernelHash, type Own } from '../run/setup.ts'
import { type Argv, readFlag, valueFlag } from './options.ts'
import { packageVersion } from './version.ts'

/** A sweep on a broker. */
export interface SweepAddress {
  readonly url: string
  readonly credentials: Credentials
  /** what tells several sweeps on one broker apart */
  readonly name: string
}

export const natsOptions: Record<string, Options> = {
  nats: valueFlag('a NATS broker over which the runs are handed out to workers, such as nats://127.0.0.1:4222'),
  name: valueFlag('name of the sweep on the broker, by which several are told apart', 'frd'),
  user: valueFlag('name with which to connect to the broker', 'none'),
  'password-file': valueFlag("file with the user's password", 'none'),
  'creds-file': valueFlag('credentials file of NATS', 'none'),
  'ca-file': valueFlag('certificates, as PEM, of those who vouch for the broker', 'those that Node knows'),
}

/** The text of the file that a flag names, without the line feed at its end; undefined where the flag was not given. */
function readTextFile(argv: Argv, flag: string): string | undefined {
  const path = readFlag(argv, flag)
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch (error) {
    throw new RangeError(expected(flag, 'a file that can be read', path, (error as Error).message))
  }
}

/** The sweep that the flags name; null without --nats. @throws TypeError, RangeError for flags that do not fit */
export function readSweepAddress(argv: Argv): SweepAddress | null {
  const url = readFlag(argv, 'nats')
  if (url === undefined) {
    const other = Object.keys(natsOptions).find((flag) => argv[flag] !== undefined)
    if (other === undefined) return null
    throw new TypeError(expected(other, 'a broker beside it', 'none', 'give --nats URL'))
  }
  const name = readFlag(argv, 'name') ?? 'frd'
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw new RangeError(expected('name', 'at most 64 letters, digits, hyphens and underscores', name))
  }
  const user = readFlag(argv, 'user')
  const password = readTextFile(argv, 'password-file')
  const creds = readTextFile(argv, 'creds-file')
  const ca = readTextFile(argv, 'ca-file')
  if ((user === undefined) !== (password === undefined)) {
    const next = 'give both --user and --password-file'
    throw new TypeError(expected('user', 'a name and a password', user ?? 'no name', next))
  }
  if (user !== undefined && creds !== undefined) {
    throw new TypeError(expected('user', 'no other credentials beside it', '--creds-file too'))
  }
  return { url: checkNatsUrl(url, 'nats'), name, credentials: { user, password, creds, ca } }
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
