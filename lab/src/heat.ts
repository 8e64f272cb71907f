// What an exchange's uplink frames tell of the states, by pole angle and its velocity: the clusters of a ProxRM, or the
// raw states of a replay memory. Other methods send no states.

import { type Config, decodeProxies, decodeReplay, gridOf, HEADER_BYTES, methods, type Space } from './core.ts'
import type { Heat } from './messages.ts'

type Read = (body: Uint8Array, see: (cluster: number, right: number, weight: number) => void) => void

/** How this config's uplinks are read; null where they hold no states. */
export function heatOf(config: Config): ((uplinks: readonly Uint8Array[], episode: number) => Heat) | null {
  const grid = gridOf(config)
  const { observations, actions } = grid.env
  const space: Space = { observations, actions, clusters: config.sections ** observations }
  const read = reader(methods[config.method].payload(config), grid, space)
  return read && ((uplinks, episode) => sumUp(uplinks, episode, config.sections, read))
}

function reader(kind: string, grid: ReturnType<typeof gridOf>, space: Space): Read | null {
  const { observations, actions } = space
  if (kind === 'proxies' || kind === 'visits') {
    return (body, see) => {
      const { indices, visits, policies } = decodeProxies(body, space, kind)
      for (let k = 0; k < indices.length; k++) see(indices[k], policies[k * actions + 1], visits?.[k] ?? 1)
    }
  }
  if (kind !== 'replay') return null
  return (body, see) => {
    const rows = decodeReplay(body, space)
    for (let at = 0; at < rows.length; at += observations + actions) {
      see(grid.cluster(rows.subarray(at, at + observations)), rows[at + observations + 1], 1)
    }
  }
}

function sumUp(uplinks: readonly Uint8Array[], episode: number, sections: number, read: Read): Heat {
  const entries = new Float32Array(sections * sections)
  const right = new Float32Array(sections * sections)
  for (const frame of uplinks) {
    read(frame.subarray(HEADER_BYTES), (cluster, p, weight) => {
      // angle and velocity are the last two components, hence the index's last two digits
      const cell = cluster % (sections * sections)
      entries[cell] += weight
      right[cell] += weight * p
    })
  }
  for (let cell = 0; cell < right.length; cell++) if (entries[cell] > 0) right[cell] /= entries[cell]
  return { episode, sections, entries, right }
}
