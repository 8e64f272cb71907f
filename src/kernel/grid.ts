// The grid of proxy states (paper, "Proxy Experience Replay Memory Structures"): every component of a state is cut
// evenly into S sections, and one section of each component makes a cluster, whose middle is its proxy state. All
// conversions between the index of a cluster, its sections and its states are here. Only the kernel, in
// assembly/proxy.ts, finds the cluster of an observation by itself, with the same arithmetic, two components at a time.

import { expected } from '../config/errors.ts'

/** How a state space is cut. A `Config` has these two fields. */
export interface Cut {
  /** half-width of each component's interval around 0 */
  readonly ranges: readonly number[]
  /** S, sections per component */
  readonly sections: number
}

/** The most clusters that a grid may have, because an index is an i32 on the wire. */
export const MAX_CLUSTERS = 2147483648

/** The clusters of a state space. */
export class Grid {
  /** S, sections per component */
  readonly sections: number
  /** half-width of each component's interval around 0; what lies outside counts to the section at its edge */
  readonly ranges: readonly number[]
  /** S^components, the number of clusters; every index is below it */
  readonly clusters: number

  /** @throws RangeError unless there is one range per component */
  constructor(components: number, { ranges, sections }: Cut) {
    if (ranges.length !== components) {
      throw new RangeError(expected('ranges', `${components} half-widths`, ranges.length))
    }
    this.sections = sections
    this.ranges = ranges
    this.clusters = ranges.reduce((clusters) => clusters * sections, 1)
  }

  /**
   * The section of each component of a cluster, 0..S-1. They are the digits of its index in base S; the first component
   * is the highest digit.
   */
  sectionsOf(index: number, sections = new Uint32Array(this.ranges.length)): Uint32Array {
    for (let i = this.ranges.length - 1, rest = index; i >= 0; i--) {
      const quotient = Math.trunc(rest / this.sections)
      sections[i] = rest - quotient * this.sections
      rest = quotient
    }
    return sections
  }

  /** The index of the cluster that an observation lies in; a value on a boundary belongs to the upper section. */
  indexOf(observation: ArrayLike<number>): number {
    let index = 0
    for (let i = 0; i < this.ranges.length; i++) {
      const r = this.ranges[i]
      const section = Math.floor(((Math.fround(observation[i]) + r) / (r + r)) * this.sections)
      index = index * this.sections + Math.min(Math.max(section, 0), this.sections - 1)
    }
    return index
  }

  /** The proxy state of a cluster, the middle of its sections, as f32 into `state` from `at` on. */
  proxyState(index: number, state = new Float32Array(this.ranges.length), at = 0): Float32Array {
    for (let i = this.ranges.length - 1, rest = index; i >= 0; i--) {
      const quotient = Math.trunc(rest / this.sections)
      const section = rest - quotient * this.sections
      const r = this.ranges[i]
      state[at + i] = -r + ((section + 0.5) * (2 * r)) / this.sections
      rest = quotient
    }
    return state
  }
}
