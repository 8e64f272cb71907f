// Twin of the local ProxRM: state -> section -> cluster index -> proxy state, and the running mean of the policies seen
// in each cluster (the paper's proxy experience replay memory). Ranges r are half-widths, one per component.
import type { Entry } from './a2c.ts'
import type { Num } from './rounding.ts'

export type Grid = { ranges: number[]; sections: number }
/** For each cluster index the f64 sum of its policies and their count. */
export type ProxyMemory = Map<number, { sum: number[]; count: number }>
export type ProxyEntry = { index: number; policy: number[] }

/** clamp(floor(((o + r) / (2 r)) S), 0, S - 1): a value on a boundary belongs to the upper section. */
export function toSection(observation: number, range: number, sections: number): number {
  const section = Math.floor(((observation + range) / (2 * range)) * sections)
  return Math.min(Math.max(section, 0), sections - 1)
}

/** The sections as digits of base S; the first component is the highest digit. */
export function toIndex(grid: Grid, observation: number[]): number {
  let index = 0
  observation.forEach((o, component) => {
    index = index * grid.sections + toSection(o, grid.ranges[component], grid.sections)
  })
  return index
}

/** The middle of each section: f32(-r + ((i + 0.5) (2 r)) / S). */
export function toProxyState(num: Num, grid: Grid, index: number): number[] {
  const { ranges, sections } = grid
  const state = Array<number>(ranges.length).fill(0)
  let rest = index
  for (let component = ranges.length - 1; component >= 0; component--) {
    const section = rest % sections
    const range = ranges[component]
    state[component] = num.round(-range + ((section + 0.5) * (2 * range)) / sections)
    rest = (rest - section) / sections
  }
  return state
}

export function remember(grid: Grid, memory: ProxyMemory, { state, policy }: Entry): void {
  const index = toIndex(grid, state)
  const cluster = memory.get(index) ?? { sum: policy.map(() => 0), count: 0 }
  policy.forEach((p, a) => {
    cluster.sum[a] += p
  })
  cluster.count += 1
  memory.set(index, cluster)
}

/** The averaged policies f32(sum / count) by ascending index, which are what an agent uploads. */
export function toProxyEntries(num: Num, memory: ProxyMemory): ProxyEntry[] {
  const indices = [...memory.keys()].sort((a, b) => a - b)
  return indices.map((index) => {
    const { sum, count } = memory.get(index)!
    return { index, policy: sum.map((p) => num.round(p / count)) }
  })
}
