// The files of a new federation: the configurations of both brokers, a password per user, and certificates where the broker
// is reached from other machines. Nothing that is there is replaced.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { expected } from '../config/errors.ts'
import {
  type BrokerPlan,
  isLoopback,
  mosquittoConfiguration,
  mosquittoRights,
  natsConfiguration,
  usersOf,
} from './configurations.ts'
import { drawPassword, mosquittoLine } from './secrets.ts'

/** What the files are made for. */
export interface InitialOptions {
  readonly name: string
  readonly agents: number
  /** the address or name at which agents reach the broker */
  readonly host: string
  readonly origins: readonly string[]
}

/** Who may read a file: its owner, or everyone. */
const SECRET = 0o600
const PUBLIC = 0o644

/** Days until the certificates expire. */
const DAYS = 3650

/** @throws RangeError for a folder that has files */
export function checkEmpty(dir: string): void {
  let names: readonly string[]
  try {
    names = readdirSync(dir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new RangeError(expected('dir', 'a new or empty folder', dir, (error as Error).message))
  }
  if (names.length === 0) return
  throw new RangeError(
    expected('dir', 'a new or empty folder', dir, `it has ${names.length} files, which stay as they are`),
  )
}

/** The name of the file with a user's password. */
export const passwordFile = (user: string): string => `${user}.password`

/** The names of the files that the broker's program reads, and of the certificate that the agents are given. */
export const FILES = { nats: 'nats-server.conf', mosquitto: 'mosquitto.conf', authority: 'ca.pem' } as const

/**
 * Makes the files of a federation.
 * @throws RangeError for a folder that has files; Error where openssl is missing or fails, or the disk does not store
 */
export function writeInitial(dir: string, { name, agents, host, origins }: InitialOptions): void {
  checkEmpty(dir)
  const folder = resolve(dir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const write = (file: string, text: string, mode: number) => {
    const path = join(folder, file)
    writeFileSync(path, text, { flag: 'wx', mode })
    return path
  }
  const users = usersOf(name, agents, drawPassword)
  const certificate = isLoopback(host) ? null : certify(folder, host, write)
  const plan: BrokerPlan = { name, host, users, certificate, origins }
  for (const { user, password } of users) write(passwordFile(user), `${password}\n`, SECRET)
  const passwords = users.map(({ user, password }) => mosquittoLine(user, password)).join('')
  const files = {
    passwords: write('mosquitto.passwords', passwords, SECRET),
    rights: write('mosquitto.acl', mosquittoRights(users), SECRET),
  }
  write(FILES.nats, natsConfiguration(plan), SECRET)
  write(FILES.mosquitto, mosquittoConfiguration(plan, files, userInfo().username), PUBLIC)
}

/** Makes an authority that vouches for one broker. Its key is thrown away, so that it vouches for no other. */
function certify(folder: string, host: string, write: (file: string, text: string, mode: number) => string) {
  const openssl = (...words: readonly string[]) => {
    try {
      execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    } catch (error) {
      const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: unknown }
      if (code === 'ENOENT') throw new Error('certificates are made by openssl, which is not installed: install it')
      throw new Error(`openssl ${words[0]} failed: ${String(stderr).trim()}`)
    }
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout']
  // openssl gives a key to its owner alone, whatever the rights of new files are.
  openssl(
    'req',
    '-x509',
    ...key,
    'ca-key.pem',
    '-out',
    FILES.authority,
    '-days',
    String(DAYS),
    '-subj',
    '/CN=frd federation',
  )
  openssl('req', ...key, 'broker-key.pem', '-out', 'broker.csr', '-subj', '/CN=frd broker')
  const names = `subjectAltName=${isIP(host) ? 'IP' : 'DNS'}:${host}\n`
  const extensions = write('broker.ext', names, SECRET)
  const by = ['-CA', FILES.authority, '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', extensions]
  openssl('x509', '-req', '-in', 'broker.csr', ...by, '-out', 'broker.pem', '-days', String(DAYS))
  for (const file of ['ca-key.pem', 'broker.csr', 'broker.ext', 'ca.srl']) rmSync(join(folder, file), { force: true })
  return { cert: join(folder, 'broker.pem'), key: join(folder, 'broker-key.pem') }
}
