// A carrier over the port between two threads. A port loses nothing and keeps the order, so a federation over it needs no
// timer.

import type { MessagePort, Worker } from 'node:worker_threads'
import type { Carrier } from '../federation/carrier.ts'

/** What is used of a port; a thread's `Worker` is one too. */
type Port = Pick<MessagePort | Worker, 'on' | 'off' | 'postMessage'>

/** The carrier of a port. The port stays open, since a thread ends with its port. */
export function portCarrier(port: Port): Carrier {
  let listener = (_: Uint8Array) => {}
  const hear = (message: Uint8Array) => listener(message)
  return {
    send: (message) => port.postMessage(message),
    receive: (listening) => {
      listener = listening
      port.off('message', hear).on('message', hear)
    },
    close: () => {
      port.off('message', hear)
    },
  }
}
