// The default transport: agents and server in one process. Every agent receives the one downlink frame.

/** Carries all uplink frames to the server and returns a downlink frame an agent, in agent order. */
export type Transport = (
  uplinks: readonly Uint8Array[],
  serve: (uplinks: readonly Uint8Array[]) => Uint8Array,
) => readonly Uint8Array[]

export const inProcess: Transport = (uplinks, serve) => {
  const downlink = serve(uplinks)
  return uplinks.map(() => downlink)
}
