// Connects to a broker of either kind. A broker that is not there yet is told once and then awaited; one that refuses is
// told, and not asked again.

import { InterruptedError } from '../results/compute.ts'
import {
  AbsentError,
  ATTEMPT_EVERY,
  type Broker,
  type BrokerAddress,
  type BrokerListener,
  showAddress,
} from './broker.ts'
import { connectMqtt } from './mqtt.ts'
import { connectNats, type OpenNats, openNats } from './nats.ts'

/** How a connection is made. */
export interface ConnectOptions extends BrokerListener {
  /** ends the waiting for a broker that is not there */
  readonly signal: AbortSignal
}

/** Rejects with InterruptedError when the signal is given, until the promise is settled. */
export async function orInterrupted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    leave = () => reject(new InterruptedError('interrupted'))
  })
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave)
  try {
    return await Promise.race([promise, interrupted])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

/** Connects once. @throws AbsentError if nobody answers */
export const connectOnce = (address: BrokerAddress, listener: BrokerListener): Promise<Broker> =>
  (address.kind === 'nats' ? connectNats : connectMqtt)(address, listener)

/**
 * Connects, and waits for a broker that is not there.
 * @throws InterruptedError once the signal is given; RangeError, Error for a broker that refuses
 */
export const connectBroker = (address: BrokerAddress, options: ConnectOptions): Promise<Broker> =>
  waitFor(address, options, connectOnce)

/** Connects to NATS in the same way, for what needs more than a bus. @throws as connectBroker */
export const waitForNats = (address: BrokerAddress, options: ConnectOptions): Promise<OpenNats> =>
  waitFor(address, options, openNats)

async function waitFor<T extends Pick<Broker, 'close'>>(
  address: BrokerAddress,
  { signal, onNews }: ConnectOptions,
  connect: (address: BrokerAddress, listener: BrokerListener) => Promise<T>,
): Promise<T> {
  for (let attempts = 0; ; attempts++) {
    try {
      const connecting = connect(address, { onNews })
      const broker = await orInterrupted(connecting, signal).catch((error) => {
        // The connection may still be made, when nobody wants it any more.
        connecting.then((late) => late.close()).catch(() => {})
        throw error
      })
      if (attempts > 0) onNews(`connected to ${showAddress(address)}`)
      return broker
    } catch (error) {
      if (!(error instanceof AbsentError)) throw error
      if (attempts === 0) onNews(`no broker answers at ${showAddress(address)} (${error.message}); waiting for it`)
    }
    await orInterrupted(new Promise((resolve) => setTimeout(resolve, ATTEMPT_EVERY)), signal)
  }
}
