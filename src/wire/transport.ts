// How frames get from the agents to the server and back. The default is one process, where every agent receives the one
// downlink frame; a transport of your own may show, delay or damage what it carries.

import { bytesOf, functionOf, listOf } from '../config/checks.ts'

/** Carries all uplink frames to the server, and returns one downlink frame per agent, in the agents' order. */
export type Transport = (
  uplinks: readonly Uint8Array[],
  serve: (uplinks: readonly Uint8Array[]) => Uint8Array,
) => readonly Uint8Array[]

/** Agents and server in one process: nothing is copied. */
export const inProcess: Transport = (uplinks, serve) => {
  listOf(bytesOf)(uplinks, 'uplinks')
  functionOf(serve, 'serve')
  const downlink = serve(uplinks)
  return uplinks.map(() => downlink)
}

/**
 * A transport that carries frames as `carry` does, and passes the whole frames of each exchange to `watch`.
 *
 * @example
 * const transport = observing((uplinks) => console.log(uplinks.map(({ length }) => length)))
 * runToEnd({ method: 'frd' }, { transport })
 * @param watch is called once per exchange, with one frame per agent each way; it may read the frames and must not
 *   change them
 */
export function observing(
  watch: (uplinks: readonly Uint8Array[], downlinks: readonly Uint8Array[]) => void,
  carry: Transport = inProcess,
): Transport {
  functionOf(watch, 'watch')
  functionOf(carry, 'carry')
  return (uplinks, serve) => {
    const downlinks = carry(uplinks, serve)
    watch(uplinks, downlinks)
    return downlinks
  }
}
