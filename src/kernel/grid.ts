// The grid of proxy states (paper, "Proxy Experience Replay Memory Structures"): every component of a state is cut
// evenly into S sections, and one section of each component makes a cluster, whose middle is its proxy state. All
// conversions between the index of a cluster, its sections and its states are here. Only the kernel, in
// assembly/proxy.ts, finds the cluster of an observation by itself, with the same arithmetic, two components at a time.

import { floatsOf, integerIn, numbersOf, record, viewOf } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import type { Span } from '../config/field.ts'
import type { Proxies } from './records.ts'

/** How a state space is cut. A `Config` has these two fields. */
export interface Cut {
  /** the interval of each component, or the half-width of one around 0 */
  readonly ranges: readonly (number | Span)[]
  /** S, sections per component */
  readonly sections: number
}

/** The clusters of a state space. */
export class Grid {
  /** S, sections per component */
  readonly sections: number
  /** lower end of each component's interval; what lies below counts to the section at its edge */
  readonly lows: readonly number[]
  /** width of each component's interval; what lies above it counts to the section at its edge */
  readonly widths: readonly number[]
  /** S^components, the number of clusters; every index is below it */
  readonly clusters: number

  /** @throws TypeError, RangeError unless there is one range per component, and a number of sections */
  constructor(components: number, cut: Cut) {
    const { ranges, sections } = record(cut, 'cut') as unknown as Cut
    integerIn(1)(components, 'components')
    integerIn(1)(sections, 'sections')
    if (!Array.isArray(ranges)) throw new TypeError(expected('ranges', `${components} intervals`, ranges))
    for (const [i, range] of ranges.entries()) numbersOf()(typeof range === 'number' ? [range] : range, `ranges[${i}]`)
    if (ranges.length !== components) {
      throw new RangeError(expected('ranges', `${components} intervals`, ranges.length))
    }
    this.sections = sections
    this.lows = ranges.map((range) => (typeof range === 'number' ? -range : range[0]))
    this.widths = ranges.map((range) => (typeof range === 'number' ? 2 * range : range[1] - range[0]))
    this.clusters = this.lows.reduce((clusters) => clusters * sections, 1)
  }

  /**
   * The section of each component of a cluster, 0..S-1. They are the digits of its index in base S; the first component
   * is the highest digit.
   */
  sectionsOf(index: number, sections = new Uint32Array(this.lows.length)): Uint32Array {
    checkIndex(this, index)
    viewOf('Uint32Array')(sections, 'sections')
    for (let i = this.lows.length - 1, rest = index; i >= 0; i--) {
      const quotient = Math.trunc(rest / this.sections)
      sections[i] = rest - quotient * this.sections
      rest = quotient
    }
    return sections
  }

  /** The index of the cluster that an observation lies in; a value on a boundary belongs to the upper section. */
  indexOf(observation: ArrayLike<number>): number {
    const { length } = numbersOf()(observation, 'observation')
    if (length !== this.lows.length) {
      throw new RangeError(expected('observation', `${this.lows.length} numbers`, length))
    }
    let index = 0
    for (let i = 0; i < this.lows.length; i++) {
      const section = Math.floor(((Math.fround(observation[i]) - this.lows[i]) / this.widths[i]) * this.sections)
      index = index * this.sections + Math.min(Math.max(section, 0), this.sections - 1)
    }
    return index
  }

  /** The proxy state of a cluster, the middle of its sections, as f32 into `state` from `at` on. */
  proxyState(index: number, state = new Float32Array(this.lows.length), at = 0): Float32Array {
    floatsOf(state, 'state')
    integerIn(0)(at, 'at')
    return writeState(this, index, state, at)
  }

  /** The entries of a ProxRM, f32[M * (components + actions)]: each proxy state, then its policy. */
  entries(proxies: Pick<Proxies, 'indices' | 'policies'>, actions: number): Float32Array {
    const { indices, policies } = record(proxies, 'proxies') as unknown as Pick<Proxies, 'indices' | 'policies'>
    integerIn(1)(actions, 'actions')
    viewOf('Int32Array')(indices, 'indices')
    floatsOf(policies, 'policies')
    if (policies.length !== indices.length * actions) {
      throw new RangeError(expected('policies', `${indices.length} policies of ${actions}`, policies.length))
    }
    const components = this.lows.length
    const width = components + actions
    const rows = new Float32Array(indices.length * width)
    for (let k = 0, at = 0; k < indices.length; k++, at += width) {
      writeState(this, indices[k], rows, at)
      for (let a = 0; a < actions; a++) rows[at + components + a] = policies[k * actions + a]
    }
    return rows
  }
}

// These are no private methods, because a proxy of a grid, such as Vue's, has none.

function checkIndex({ clusters }: Grid, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < clusters) return
  integerIn(0, clusters - 1)(index, 'index')
}

function writeState(grid: Grid, index: number, state: Float32Array, at: number): Float32Array {
  checkIndex(grid, index)
  const { lows, widths, sections } = grid
  for (let i = lows.length - 1, rest = index; i >= 0; i--) {
    const quotient = Math.trunc(rest / sections)
    const section = rest - quotient * sections
    state[at + i] = lows[i] + ((section + 0.5) * widths[i]) / sections
    rest = quotient
  }
  return state
}
