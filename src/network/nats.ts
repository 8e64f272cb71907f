// A broker that speaks NATS: plain publish and subscribe, nothing that a server stores. The library makes a broken
// connection anew and subscribes again.

import type { NatsConnection, TlsOptions } from '@nats-io/nats-core'
import type { NodeConnectionOptions } from '@nats-io/transport-node'
import { expected } from '../config/errors.ts'
import { importAll } from '../config/packages.ts'
import { natsBus } from '../federation/nats.ts'
import {
  AbsentError,
  ANSWER_TIME,
  ATTEMPT_EVERY,
  type Broker,
  type BrokerAddress,
  type BrokerListener,
  inTheLastMoment,
  isAbsence,
  openFailure,
  showAddress,
} from './broker.ts'

/** Milliseconds between two questions whether the server is still there; two without an answer end the connection. */
const PING_EVERY = 20_000

/** What is used of the library: the connection over sockets of Node, and what all its connections share. */
interface Library {
  readonly '@nats-io/transport-node': typeof import('@nats-io/transport-node')
  readonly '@nats-io/nats-core': typeof import('@nats-io/nats-core')
}

/** @throws MissingPackagesError */
export const importNats = (): Promise<Library> =>
  importAll<Library>('connections to NATS', {
    '@nats-io/transport-node': () => import('@nats-io/transport-node'),
    '@nats-io/nats-core': () => import('@nats-io/nats-core'),
  })

/** A connection of the library, and what becomes of it. */
export interface OpenNats extends Pick<Broker, 'failed' | 'close'> {
  readonly connection: NatsConnection
  /** has `failed` reject with what the server does not allow */
  readonly refuse: (error: Error) => void
}

/**
 * Connects once.
 * @throws AbsentError if nobody answers; RangeError if the server refuses this user; Error for anything else
 */
export async function openNats(address: BrokerAddress, { onNews }: BrokerListener): Promise<OpenNats> {
  const { '@nats-io/transport-node': transport, '@nats-io/nats-core': nats } = await importNats()
  const { url, user, password, nkey, credentials, authorities } = address
  const where = showAddress(address)
  const bytes = (text: string) => new TextEncoder().encode(text)
  const options: NodeConnectionOptions = {
    servers: url.host,
    name: 'frd',
    timeout: ANSWER_TIME,
    maxReconnectAttempts: -1,
    reconnectTimeWait: ATTEMPT_EVERY,
    pingInterval: PING_EVERY,
    ignoreClusterUpdates: true,
    ...(user !== undefined && { user, pass: password }),
    ...(nkey !== undefined && { authenticator: nats.nkeyAuthenticator(bytes(nkey)) }),
    // The library finds the last line of a credentials file by its end.
    ...(credentials !== undefined && { authenticator: nats.credsAuthenticator(bytes(`${credentials}\n`)) }),
    ...((url.protocol === 'tls:' || authorities !== undefined) && { tls: tlsOf(url, authorities) }),
  }
  const explain = (error: unknown): Error => {
    if (
      error instanceof nats.errors.AuthorizationError ||
      error instanceof nats.errors.UserAuthenticationExpiredError
    ) {
      return nkey === undefined && credentials === undefined
        ? refusedUser(where, user, error.message)
        : refusedKey(where, nkey === undefined ? 'creds-file' : 'nkey-file', error.message)
    }
    const { message } = error as Error
    if (error instanceof nats.errors.TimeoutError || /undefined error/.test(message) || isAbsence(error)) {
      return new AbsentError(message)
    }
    return new Error(`cannot connect to ${where}: ${message}`, { cause: error })
  }
  const connection = await transport.connect(options).catch((error) => {
    throw explain(error)
  })
  const { failed, fail } = openFailure()
  let isClosing = false
  const refuse = (error: Error) => {
    if (!isClosing)
      fail(new Error(`${where}: ${error.message}: ask who runs the broker what this user may do`, { cause: error }))
  }
  const follow = async () => {
    for await (const status of connection.status()) {
      if (isClosing) return
      if (status.type === 'disconnect') onNews(`the connection to ${where} broke; connecting again`)
      else if (status.type === 'reconnect') onNews(`connected to ${where} again`)
      else if (status.type === 'error' && status.error instanceof nats.errors.PermissionViolationError)
        refuse(status.error)
    }
  }
  follow().catch(fail)
  connection.closed().then((error) => fail(error ? explain(error) : new Error(`the connection to ${where} was closed`)))
  return {
    connection,
    refuse,
    failed,
    close: async () => {
      if (isClosing) return
      isClosing = true
      await inTheLastMoment(connection.flush())
      await inTheLastMoment(connection.close())
    },
  }
}

/** Connects once. @throws as openNats */
export async function connectNats(address: BrokerAddress, listener: BrokerListener): Promise<Broker> {
  const { connection, refuse, failed, close } = await openNats(address, listener)
  const longest = connection.info?.max_payload
  return {
    ...natsBus(connection, refuse),
    product: async () => `nats-server ${connection.info?.version ?? 'of an unknown version'}`,
    limit: longest === undefined ? null : { name: 'max_payload', bytes: longest, beside: 0 },
    failed,
    close,
  }
}

/** What secures a connection. Node takes the host for the one that the certificate must name, also where it is an address. */
function tlsOf({ hostname }: URL, authorities: string | undefined): TlsOptions {
  const host = hostname.replace(/^\[|\]$/g, '')
  return { ...(authorities !== undefined && { ca: authorities }), host } as TlsOptions
}

/** The error of a user that a broker does not let in. */
export function refusedUser(where: string, user: string | undefined, why: string): RangeError {
  const next = `${why}; give what the broker's configuration says of this user with --user and --password-file`
  return new RangeError(expected('user', `one that ${where} lets in`, user ?? 'none', next))
}

/** The error of a key that a broker does not let in. */
function refusedKey(where: string, flag: string, why: string): RangeError {
  const next = `${why}; ask who runs it which keys it knows`
  return new RangeError(expected(flag, `one that ${where} lets in`, 'another', next))
}
