// What agent 0 has gathered since it last sent something, up to the step that is shown: the clusters that it met, each with its
// average policy. It goes on from the place before where nothing was sent in between.

import { Grid, methods, type ProxyBody } from './core.ts'
import type { Reel } from './reel.ts'
import type { Place } from './tour.ts'

/** A cluster as it stands in the summary. */
export interface Entry {
  visits: number
  /** the sum of the policies, so that divided by the visits it is their mean */
  readonly sums: Float64Array
}

/** A cell of the map: the clusters that share two components. */
export interface Cell {
  readonly row: number
  readonly column: number
  clusters: number
  visits: number
  readonly sums: Float64Array
}

/** The components of the map: that of the rows and that of the columns, or the only one there is. */
export function axesOf({ observations, mixup }: { readonly observations: number; readonly mixup: readonly number[] }) {
  return [...new Set([...mixup, 0, 1])].filter((i) => i < observations).slice(0, 2)
}

export class Memory {
  readonly grid: Grid
  readonly axes: readonly number[]
  entries = new Map<number, Entry>()
  cells = new Map<number, Cell>()
  steps = 0
  /** the cluster of the step that is shown, and whether it was met for the first time since then */
  cluster = 0
  isNew = false
  /** the first episode of what is gathered */
  first = 1
  readonly #reel: Reel
  #at: Place = { episode: 1, step: 0 }

  constructor(reel: Reel) {
    this.#reel = reel
    this.grid = new Grid(reel.env.observations, reel.group.config)
    this.axes = axesOf(reel.env)
  }

  /** Goes to a place. Steps beyond the end of agent 0's episode are its last one. */
  go({ episode, step }: Place): void {
    const first = this.#firstOf(episode)
    const isBack = episode < this.#at.episode || (episode === this.#at.episode && step < this.#at.step)
    if (first !== this.first || isBack) {
      this.entries = new Map()
      this.cells = new Map()
      this.steps = 0
      this.first = first
      this.#at = { episode: first, step: 0 }
    }
    while (this.#at.episode < episode) {
      this.#gather(this.#at.episode, this.#at.step, Number.POSITIVE_INFINITY)
      this.#at = { episode: this.#at.episode + 1, step: 0 }
    }
    this.#gather(episode, this.#at.step, step + 1)
    this.#at = { episode, step: Math.max(this.#at.step, step + 1) }
  }

  /** The first episode of what is there at an episode: the memory is emptied where the agent has sent something. */
  #firstOf(episode: number): number {
    const { config } = this.#reel.group
    if (config.memoryReset === 'never') return 1
    const method = methods[config.method]
    // Nothing empties the memory of an agent that never exchanges: it is shown period by period, beside the others.
    if (method?.targets === null) return episode - ((episode - 1) % config.period)
    const isSilent = method?.payload(config) === 'none'
    const sent = this.#reel.exchanges.filter((one) => one.episode < episode && (isSilent || one.up > 0))
    return (sent.at(-1)?.episode ?? 0) + 1
  }

  #gather(episode: number, from: number, to: number): void {
    const met = this.#reel.episodes[episode - 1]?.met
    if (!met) return
    const { actions } = this.#reel.env
    for (let step = from; step < Math.min(to, met.clusters.length); step++) {
      const cluster = met.clusters[step]
      const entry = this.entries.get(cluster)
      this.isNew = entry === undefined
      this.cluster = cluster
      this.steps++
      const known = entry ?? { visits: 0, sums: new Float64Array(actions) }
      if (!entry) this.entries.set(cluster, known)
      const cell = this.#cellOf(cluster)
      if (!entry) cell.clusters++
      known.visits++
      cell.visits++
      for (let a = 0; a < actions; a++) {
        const p = met.policies[step * actions + a]
        known.sums[a] += p
        cell.sums[a] += p
      }
    }
  }

  /** What was gathered as a summary, by ascending index, each policy the mean. */
  proxies(): ProxyBody & { readonly visits: Uint32Array } {
    const { actions } = this.#reel.env
    const indices = Int32Array.from(this.entries.keys()).sort()
    const found = Array.from(indices, (index) => this.entries.get(index)!)
    const policies = new Float32Array(indices.length * actions)
    for (const [k, { sums, visits }] of found.entries())
      policies.set(
        sums.map((sum) => sum / visits),
        k * actions,
      )
    return { indices, visits: Uint32Array.from(found, ({ visits }) => visits), policies }
  }

  #cellOf(cluster: number): Cell {
    const key = this.keyOf(cluster)
    const found = this.cells.get(key)
    if (found) return found
    const { sections } = this.grid
    const cell = {
      row: Math.floor(key / sections),
      column: key % sections,
      clusters: 0,
      visits: 0,
      sums: new Float64Array(this.#reel.env.actions),
    }
    this.cells.set(key, cell)
    return cell
  }

  /** The cell of a cluster. */
  keyOf(cluster: number): number {
    const sections = this.grid.sectionsOf(cluster)
    const [row, column] = this.axes.length === 2 ? this.axes : [null, this.axes[0]]
    return (row === null ? 0 : sections[row] * this.grid.sections) + sections[column]
  }
}

/** Where a policy pushes: from -1, the first action, to 1, the last one. */
export function pushOf(sums: ArrayLike<number>, visits: number): number {
  const last = sums.length - 1
  let push = 0
  for (let a = 0; a <= last; a++) push += (sums[a] / visits) * ((2 * a) / last - 1)
  return push
}
