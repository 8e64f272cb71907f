// Flags that say where a broker is and as whom one connects. A password is never a flag, because other users of a machine
// see the words of a command.

import { readFileSync } from 'node:fs'
import type { Options } from 'yargs'
import { expected } from '../config/errors.ts'
import { checkName, STANDARD_NAME } from '../federation/bus.ts'
import type { BrokerAddress } from '../network/broker.ts'
import { type Argv, readFlag, valueFlag } from './options.ts'

/** The schemes of each kind, and the ports that are meant where none is given. */
const SCHEMES: Readonly<Record<BrokerAddress['kind'], Readonly<Record<string, number>>>> = {
  nats: { 'nats:': 4222, 'tls:': 4222 },
  mqtt: { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 },
}

/** Versions of MQTT, as people write them. */
const VERSIONS: Readonly<Record<string, BrokerAddress['mqttVersion']>> = { '5': 5, '3.1.1': 4 }

/** As whom one connects to a broker of either kind. */
export const credentialOptions: Record<string, Options> = {
  user: valueFlag('name with which to connect', 'none'),
  'password-file': valueFlag("file with the user's password", 'none'),
  'nkey-file': valueFlag('file with the seed of an nkey, for NATS', 'none'),
  'creds-file': valueFlag('credentials file of NATS', 'none'),
  'ca-file': valueFlag('certificates, as PEM, of those who vouch for the broker', 'those that Node knows'),
}

export const brokerOptions: Record<string, Options> = {
  nats: valueFlag('a broker that speaks NATS, such as nats://127.0.0.1:4222, or tls://HOST:PORT'),
  mqtt: valueFlag('a broker that speaks MQTT, such as mqtt://127.0.0.1:1883, or mqtts://, ws:// or wss://HOST:PORT'),
  'mqtt-version': valueFlag('version of MQTT. Accepts: 5 or 3.1.1', '5'),
  ...credentialOptions,
}

export const nameOption: Record<string, Options> = {
  name: valueFlag('name of the federation, a word of each topic', STANDARD_NAME),
}

/** The name of the federation. @throws RangeError */
export const readName = (argv: Argv): string => checkName(readFlag(argv, 'name') ?? STANDARD_NAME, 'name')

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

function readUrl(kind: BrokerAddress['kind'], value: string): URL {
  const schemes = Object.keys(SCHEMES[kind])
  const what = `an address of the form ${schemes.map((scheme) => `${scheme}//HOST:PORT`).join(' or ')}`
  if (!URL.canParse(value)) throw new RangeError(expected(kind, what, value))
  const url = new URL(value)
  if (url.username !== '' || url.password !== '') {
    throw new RangeError(
      expected(kind, 'an address without user and password', 'one with them', 'give --user and --password-file'),
    )
  }
  if (!schemes.includes(url.protocol) || url.hostname === '') throw new RangeError(expected(kind, what, value))
  if (url.port === '') url.port = String(SCHEMES[kind][url.protocol])
  return url
}

/** The broker that the flags name; null where they name none. @throws TypeError, RangeError for flags that do not fit */
export function readBroker(argv: Argv): BrokerAddress | null {
  const nats = readFlag(argv, 'nats')
  const mqtt = readFlag(argv, 'mqtt')
  if (nats !== undefined && mqtt !== undefined) {
    throw new TypeError(expected('nats', 'no other broker beside it', mqtt, 'give --nats or --mqtt'))
  }
  const value = nats ?? mqtt
  if (value === undefined) return null
  const kind = nats === undefined ? 'mqtt' : 'nats'
  const version = readFlag(argv, 'mqtt-version') ?? '5'
  if (!Object.hasOwn(VERSIONS, version)) throw new RangeError(expected('mqtt-version', '5 or 3.1.1', version))
  const user = readFlag(argv, 'user')
  const password = readTextFile(argv, 'password-file')
  const nkey = readTextFile(argv, 'nkey-file')
  const credentials = readTextFile(argv, 'creds-file')
  if ((user === undefined) !== (password === undefined)) {
    throw new TypeError(
      expected('user', 'a name and a password', user ?? 'no name', 'give both --user and --password-file'),
    )
  }
  const ways = Object.entries({ user, 'nkey-file': nkey, 'creds-file': credentials }).filter(
    ([, given]) => given !== undefined,
  )
  if (ways.length > 1)
    throw new TypeError(expected(ways[0][0], 'no other credentials beside it', `--${ways[1][0]} too`))
  if (kind === 'mqtt' && (nkey ?? credentials) !== undefined) {
    throw new TypeError(expected(ways[0][0], 'a broker that speaks NATS', value, 'give --user and --password-file'))
  }
  const authorities = readTextFile(argv, 'ca-file')
  return {
    url: readUrl(kind, value),
    kind,
    mqttVersion: VERSIONS[version],
    user,
    password,
    nkey,
    credentials,
    authorities,
  }
}

/** The broker that a command cannot do without. @throws TypeError, RangeError */
export function needBroker(argv: Argv): BrokerAddress {
  const address = readBroker(argv)
  if (address) return address
  throw new TypeError(expected('nats', 'a broker', 'none', 'give --nats URL or --mqtt URL'))
}
