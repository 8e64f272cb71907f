// The states in the uplinks of one exchange, by pole angle and its velocity: the clusters of a ProxRM, or the raw
// states of a replay memory. Other methods send no states.

import {
  type Agent,
  type Config,
  decodeProxies,
  decodeReplay,
  environments,
  Grid,
  methods,
  type Space,
} from './core.ts'
import type { Heat } from './messages.ts'

type Read = (body: Uint8Array, see: (cluster: number, right: number, weight: number) => void) => void

export interface Heating {
  readonly heat: (uplinks: readonly Uint8Array[], episode: number) => Heat
  /** the body that an agent is about to send, or the one that it sent if it has not played since */
  readonly uplinkOf: (agent: Agent) => Uint8Array
}

/** How the bodies of the uplinks are read under this config; null where they hold no states. */
export function heatOf(config: Config): Heating | null {
  const { observations, actions } = environments.find(({ name }) => name === config.env)!
  const grid = new Grid(observations, config)
  const space: Space = { observations, actions, clusters: grid.clusters }
  const method = methods[config.method]
  const read = reader(method.payload(config), grid, space)
  return (
    read && {
      heat: (uplinks, episode) => sumUp(uplinks, episode, config.sections, read),
      uplinkOf: (agent) => method.upload(agent, { config, space }),
    }
  )
}

function reader(kind: string, grid: Grid, space: Space): Read | null {
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
      see(grid.indexOf(rows.subarray(at, at + observations)), rows[at + observations + 1], 1)
    }
  }
}

function sumUp(uplinks: readonly Uint8Array[], episode: number, sections: number, read: Read): Heat {
  const entries = new Float32Array(sections * sections)
  const right = new Float32Array(sections * sections)
  for (const body of uplinks) {
    read(body, (cluster, p, weight) => {
      // Angle and velocity are the last two components, hence the last two digits of the index.
      const cell = cluster % (sections * sections)
      entries[cell] += weight
      right[cell] += weight * p
    })
  }
  for (let cell = 0; cell < right.length; cell++) if (entries[cell] > 0) right[cell] /= entries[cell]
  return { episode, sections, entries, right }
}
