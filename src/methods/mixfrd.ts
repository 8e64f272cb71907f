// MixFRD (paper, section "ProxRM augmentation"): FRD, with the downloaded ProxRM interpolated by mixup (Zhang et al., 2018)
// at the agent. The entries are sorted by pole angle, each two neighbours are mixed with portion 0.5, so M entries become
// 2M - 1. The paper says that other sequences do worse: `mixupBy` has them.

import type { Config } from '../config.ts'
import type { Agent } from '../kernel/agent.ts'
import { ascendingOrder } from '../radix.ts'
import { frd, globalEntries, globalProxies } from './frd.ts'
import { type Method, type Setting, sharedByAgents } from './method.ts'

/** The angle's place among the state's components. */
const POLE_ANGLE = 2
/** Order of entries: pole angle; ties by theta_dot, x, x_dot. [C: mixup-ties] */
const BY_VELOCITY = [POLE_ANGLE, 3, 0, 1]

/** Portion of each neighbour in the mixture [P]. */
const PORTION = 0.5

/** Keys that sort clusters by pole angle: its section, then the other components' or nothing (ties by index, stably). */
export function angleKeys(indices: Int32Array, sections: number, ties: 'velocity' | 'index'): Uint32Array {
  const components = ties === 'velocity' ? BY_VELOCITY : [POLE_ANGLE]
  const keys = new Uint32Array(indices.length)
  const digits = new Uint32Array(4)
  for (let k = 0; k < indices.length; k++) {
    for (let i = 3, rest = indices[k]; i >= 0; i--) {
      const quotient = Math.trunc(rest / sections)
      digits[i] = rest - quotient * sections
      rest = quotient
    }
    let key = 0
    for (let i = 0; i < components.length; i++) key = key * sections + digits[components[i]]
    keys[k] = key
  }
  return keys
}

/**
 * How far apart rows i and j of the scaled states are; smaller is nearer. Scaled by its half-width, the proxy state of
 * section s is (2s + 1 - S) / S, so 2s + 1 - S says all: integers, whose products and sums are exact.
 */
type Measure = (states: Float64Array, width: number, i: number, j: number) => number

const measures: Readonly<Partial<Record<Config['mixupBy'], Measure>>> = {
  /** the squared distance */
  euclidean: (states, width, i, j) => {
    let sum = 0
    for (let c = 0; c < width; c++) {
      const difference = states[i * width + c] - states[j * width + c]
      sum += difference * difference
    }
    return sum
  },
  /** minus the signed square of the cosine, as a state of length 0 is at right angles to all */
  cosine: (states, width, i, j) => {
    let dot = 0
    let ii = 0
    let jj = 0
    for (let c = 0; c < width; c++) {
      const a = states[i * width + c]
      const b = states[j * width + c]
      dot += a * b
      ii += a * a
      jj += b * b
    }
    return dot === 0 ? 0 : -(dot * Math.abs(dot)) / (ii * jj)
  },
  /** minus the equal sections e: of two sets of (component, section), the share e / (2 width - e) grows with e */
  jaccard: (states, width, i, j) => {
    let equal = 0
    for (let c = 0; c < width; c++) if (states[i * width + c] === states[j * width + c]) equal++
    return -equal
  },
}

/**
 * A greedy chain: from the lowest index always on to the nearest entry that is left, ties to the lower index; M^2 / 2
 * comparisons, 0.3 to 0.5 s for 6,540 entries (2026). [C: mixup-by]
 */
function chain(indices: Int32Array, sections: number, width: number, distance: Measure): Uint32Array {
  const count = indices.length
  const states = new Float64Array(count * width)
  for (let k = 0; k < count; k++) {
    for (let c = width - 1, rest = indices[k]; c >= 0; c--) {
      const quotient = Math.trunc(rest / sections)
      states[k * width + c] = 2 * (rest - quotient * sections) + 1 - sections
      rest = quotient
    }
  }
  // order[0 .. done) is the chain, the rest what is left in any order
  const order = Uint32Array.from({ length: count }, (_, k) => k)
  for (let done = 1; done < count; done++) {
    const last = order[done - 1]
    let nearest = done
    let least = Number.POSITIVE_INFINITY
    for (let k = done; k < count; k++) {
      const far = distance(states, width, last, order[k])
      if (far > least || (far === least && order[k] > order[nearest])) continue
      nearest = k
      least = far
    }
    const next = order[nearest]
    order[nearest] = order[done]
    order[done] = next
  }
  return order
}

/**
 * Rows f32[M][width] and the mixtures of neighbours in `order`: appended, or alone [C: mixup-append]. `portion` is asked
 * pair by pair for the first one's. [C: mixup-portion]
 */
export function mixup(
  rows: Float32Array,
  width: number,
  order: Uint32Array,
  keep: 'append' | 'replace',
  portion: () => number = () => PORTION,
): Float32Array {
  const count = order.length
  if (count < 2) return rows
  const kept = keep === 'append' ? count : 0
  const mixed = new Float32Array((kept + count - 1) * width)
  if (kept) mixed.set(rows)
  for (let k = 0, at = kept * width; k + 1 < count; k++) {
    const a = order[k] * width
    const b = order[k + 1] * width
    const first = portion()
    const second = 1 - first
    for (let i = 0; i < width; i++, at++) mixed[at] = first * rows[a + i] + second * rows[b + i]
  }
  return mixed
}

/** The sequence that is the same at every agent. */
const commonOrder = sharedByAgents((global: Uint8Array, agent, setting: Setting) => {
  const { sections, mixupBy, mixupTies } = setting.config
  const { indices } = globalProxies(global, agent, setting)
  const measure = measures[mixupBy]
  return measure
    ? chain(indices, sections, setting.space.observations, measure)
    : ascendingOrder(angleKeys(indices, sections, mixupTies))
})

/** The mixture at one agent, which draws from its own stream what is drawn: first the sequence, then the portions. */
function mixAt(agent: Agent, global: Uint8Array, setting: Setting): Float32Array {
  const { mixupBy, mixupPortion, mixupKeep } = setting.config
  const { observations, actions } = setting.space
  const rows = globalEntries(global, agent, setting)
  const width = observations + actions
  const order = mixupBy === 'random' ? agent.shuffled(rows.length / width) : commonOrder(global, agent, setting)
  const portion = typeof mixupPortion === 'number' ? () => mixupPortion : () => agent.beta(mixupPortion.beta)
  return mixup(rows, width, order, mixupKeep, portion)
}

const commonMixture = sharedByAgents((global: Uint8Array, agent, setting: Setting) => mixAt(agent, global, setting))

/** Whether agents mix differently, so that nothing can be shared. */
const isDrawn = ({ mixupBy, mixupPortion }: Config) => mixupBy === 'random' || typeof mixupPortion !== 'number'

export const mixfrd: Method = {
  ...frd,
  name: 'mixfrd',
  doc: 'FRD, interpolated by mixup of neighbours in pole angle',
  targets: (entries) => 2 * entries,
  download: (agent, global, setting) =>
    agent.distill(isDrawn(setting.config) ? mixAt(agent, global, setting) : commonMixture(global, agent, setting)),
}
