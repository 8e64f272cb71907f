// A connection to a NATS broker that is made again for ever once it was there. A broker that is absent is told at once and
// then awaited; one that refuses the credentials is an error, because waiting does not mend it.

import type { ConnectionOptions, NatsConnection } from '@nats-io/nats-core'
import { expected } from '../config/errors.ts'
import { importAll } from '../config/packages.ts'
import { InterruptedError } from '../results/compute.ts'

/** How one is known to a broker. */
export interface Credentials {
  readonly user?: string
  readonly password?: string
  /** the text of a file of credentials, as the tools of NATS write it */
  readonly creds?: string
  /** the certificates, as PEM, that the broker's is checked against */
  readonly ca?: string
}

/** What a connection takes beside its address. */
export interface NatsConnectOptions {
  /** what the broker shows of this client */
  readonly name: string
  /** ends the waiting for a broker */
  readonly signal: AbortSignal
  /** tells a person that the broker is absent, gone or back */
  readonly tell: (text: string) => void
}

/** Milliseconds between two tries. */
const PAUSE = 1000
/** Milliseconds for one try. */
const PATIENCE = 5000
/** Milliseconds between two signs of life, of which two may be missing before the connection counts as broken. */
const PING = 5000

/** Checks the address of a broker: nats://HOST:PORT or tls://HOST:PORT. @throws TypeError */
export function checkNatsUrl(url: string, name: string): string {
  const what = 'the address of a broker such as nats://host:4222 or tls://host:4222'
  const parsed = URL.canParse(url) ? new URL(url) : null
  const isAddress = parsed && /^(nats|tls):$/.test(parsed.protocol) && parsed.hostname !== ''
  if (!isAddress || !/^\/?$/.test(`${parsed.pathname}${parsed.search}${parsed.hash}`)) {
    throw new TypeError(expected(name, what, url))
  }
  if (parsed.username === '' && parsed.password === '') return url
  throw new TypeError(`"${name}" expected ${what}, got one with a user or a password: give them by flags of their own`)
}

/**
 * Connects to a broker.
 * @throws RangeError for wrong credentials or certificates; MissingPackagesError; InterruptedError
 */
export async function openNatsConnection(
  url: string,
  { user, password, creds, ca }: Credentials,
  { name, signal, tell }: NatsConnectOptions,
): Promise<NatsConnection> {
  const { transport, core } = await importAll('brokers', {
    transport: () => import('@nats-io/transport-node'),
    core: () => import('@nats-io/nats-core'),
  })
  const options: ConnectionOptions = {
    servers: url,
    name,
    timeout: PATIENCE,
    maxReconnectAttempts: -1,
    reconnectTimeWait: PAUSE / 2,
    pingInterval: PING,
    maxPingOut: 2,
    noAsyncTraces: true,
    ...(user !== undefined && { user, pass: password ?? '' }),
    ...(creds !== undefined && { authenticator: core.credsAuthenticator(new TextEncoder().encode(creds)) }),
    ...((ca !== undefined || url.startsWith('tls:')) && { tls: { ...(ca !== undefined && { ca }) } }),
  }
  for (let isTold = false; ; isTold = true) {
    if (signal.aborted) throw new InterruptedError('interrupted')
    try {
      const connection = await transport.connect(options)
      if (isTold) tell(`the broker at ${url} is there`)
      follow(connection, url, tell)
      return connection
    } catch (error) {
      if (!isAbsence(error as Error)) throw refusal(url, error as Error)
      if (!isTold) tell(`no broker answers at ${url} (${reasonOf(error as Error)}): waiting for it`)
    }
    await pause(signal)
  }
}

/** Waits for the next try, or until the signal is given. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resume()
    }
    const timer = setTimeout(end, PAUSE)
    signal.addEventListener('abort', end)
  })
}

/** What the system says of a broker that is not there, or not yet. */
const ABSENCES = /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|ENET|EPIPE)/

function isAbsence(error: Error): boolean {
  const { code, cause } = error as NodeJS.ErrnoException & { readonly cause?: NodeJS.ErrnoException }
  if (ABSENCES.test(code ?? '') || ABSENCES.test(cause?.code ?? '')) return true
  return error.name === 'TimeoutError' || /connection refused/.test(error.message)
}

/** The code of the system, or what the error says; some errors of the library have neither. */
const reasonOf = (error: Error) => (error as NodeJS.ErrnoException).code || error.message || error.name

function refusal(url: string, error: Error): Error {
  const isDenied = error.name === 'AuthorizationError' || /authenticat|credentials/i.test(error.message)
  const why = isDenied
    ? 'check the credentials of this side and those of the broker'
    : 'check --ca-file and the address'
  return new RangeError(`the broker at ${url} refused the connection: ${error.message}; ${why}`, { cause: error })
}

/** Tells when the broker goes and comes back. */
async function follow(connection: NatsConnection, url: string, tell: (text: string) => void): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect') tell(`the broker at ${url} is gone: waiting for it`)
    if (type === 'reconnect') tell(`the broker at ${url} is back`)
  }
}

/** Rejects once the connection is closed for good by the broker, such as one that was started anew with other credentials. */
export async function brokenConnection(connection: NatsConnection, url: string): Promise<never> {
  const error = await connection.closed()
  if (error) throw refusal(url, error)
  return new Promise(() => {}) // this side closed it
}
