// The states in the uplinks of one exchange, by the two components by which MixFRD sorts first, or by the first two: the
// clusters of a ProxRM, or the raw states of a replay memory. Other methods send no states.

import {
  type Agent,
  type Config,
  decodeProxies,
  decodeReplay,
  type Environment,
  Grid,
  methods,
  type Space,
} from './core.ts'
import type { Heat } from './messages.ts'

/** More cells per axis than sections of CartPole cannot be told apart on the page; more sections share cells. */
const MOST_CELLS = 215

/** Tells of an entry: its cluster, where in `policies` its policy is, and how often it counts. */
type See = (cluster: number, policies: ArrayLike<number>, at: number, weight: number) => void
type Read = (body: Uint8Array, see: See) => void

export interface Heating {
  readonly heat: (uplinks: readonly Uint8Array[], episode: number) => Heat
  /** the body that an agent is about to send, or the one that it sent if it has not played since */
  readonly uplinkOf: (agent: Agent) => Uint8Array
}

/** The numbers of the components of the map: that of the rows and that of the columns, or the only one there is. */
export function axesOf({ observations, mixup }: Environment): readonly number[] {
  return [...new Set([...mixup, 0, 1])].filter((i) => i < observations).slice(0, 2)
}

/** How the bodies of the uplinks are read under this config; null where they hold no states. */
export function heatOf(config: Config, env: Environment): Heating | null {
  const { observations, actions } = env
  const grid = new Grid(observations, config)
  const space: Space = { observations, actions, clusters: grid.clusters }
  const method = methods[config.method]
  const read = reader(method.payload(config), grid, space)
  return (
    read && {
      heat: (uplinks, episode) => sumUp(uplinks, episode, grid, env, read),
      uplinkOf: (agent) => method.upload(agent, { config, space }),
    }
  )
}

function reader(kind: string, grid: Grid, space: Space): Read | null {
  const { observations, actions } = space
  if (kind === 'proxies' || kind === 'visits') {
    return (body, see) => {
      const { indices, visits, policies } = decodeProxies(body, space, kind)
      for (let k = 0; k < indices.length; k++) see(indices[k], policies, k * actions, visits?.[k] ?? 1)
    }
  }
  if (kind !== 'replay') return null
  return (body, see) => {
    const rows = decodeReplay(body, space)
    for (let at = 0; at < rows.length; at += observations + actions) {
      see(grid.indexOf(rows.subarray(at, at + observations)), rows, at + observations, 1)
    }
  }
}

function sumUp(uplinks: readonly Uint8Array[], episode: number, grid: Grid, env: Environment, read: Read): Heat {
  const { actions } = env
  const axes = axesOf(env)
  const [column] = axes.slice(-1)
  const row = axes.length === 2 ? axes[0] : null
  const columns = Math.min(grid.sections, MOST_CELLS)
  const rows = row === null ? 1 : columns
  const entries = new Float32Array(rows * columns)
  const policies = new Float32Array(rows * columns * actions)
  const sections = new Uint32Array(env.observations)
  const cellOf = (component: number) => Math.floor((sections[component] * columns) / grid.sections)
  for (const body of uplinks) {
    read(body, (cluster, all, at, weight) => {
      grid.sectionsOf(cluster, sections)
      const cell = (row === null ? 0 : cellOf(row)) * columns + cellOf(column)
      entries[cell] += weight
      for (let a = 0; a < actions; a++) policies[cell * actions + a] += weight * all[at + a]
    })
  }
  for (let k = 0; k < policies.length; k++) {
    const count = entries[Math.trunc(k / actions)]
    if (count > 0) policies[k] /= count
  }
  return { episode, rows, columns, entries, policies }
}
