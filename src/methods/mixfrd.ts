// MixFRD (paper, "Mixup Augmented FRD (MixFRD)"): FRD, but each agent interpolates the downloaded ProxRM by mixup (Zhang et
// al., 2018). Entries are sorted by pole angle and each two neighbours are mixed with portion 0.5, so that M entries become
// 2M - 1 [C: mixup-append]. `mixupBy` and `mixupPortion` have the alternatives that the paper names, and the other components.

import type { Config } from '../config/config.ts'
import { type Environment, sortingOrder } from '../config/environment.ts'
import { expected } from '../config/errors.ts'
import type { Agent } from '../kernel/agent.ts'
import type { Grid } from '../kernel/grid.ts'
import { frd, globalEntries, globalProxies, proxyCount } from './frd.ts'
import { distil, type Method, type MethodContext, sharedByAgents } from './method.ts'
import { ascendingOrder } from './radix.ts'

/** Portion of each neighbour in the mixture [P]. */
const PORTION = 0.5

/** The most entries that are mixed by distance, which takes time in their square. */
const MOST_BY_DISTANCE = 10_000

/**
 * Keys that sort clusters by the section of one component, then by the others in the environment's order [C: mixup-ties], or
 * by index alone.
 */
export function componentKeys(
  indices: Int32Array,
  grid: Grid,
  env: Environment,
  first: number,
  ties: 'velocity' | 'index',
): Uint32Array {
  const components = ties === 'velocity' ? sortingOrder(env, first) : [first]
  const keys = new Uint32Array(indices.length)
  const sections = new Uint32Array(grid.lows.length)
  for (let k = 0; k < indices.length; k++) {
    grid.sectionsOf(indices[k], sections)
    let key = 0
    for (let i = 0; i < components.length; i++) key = key * grid.sections + sections[components[i]]
    keys[k] = key
  }
  return keys
}

/**
 * How far apart rows i and j of scaled states are; the smaller, the nearer. A proxy state divided by its half-width is
 * (2s + 1 - S) / S in section s, so the integer 2s + 1 - S says as much, and products and sums of it are exact.
 */
type Distance = (states: Float64Array, width: number, i: number, j: number) => number

const distances: Readonly<Record<string, Distance | undefined>> = {
  /** the squared Euclidean distance */
  euclidean: (states, width, i, j) => {
    let sum = 0
    for (let c = 0; c < width; c++) {
      const difference = states[i * width + c] - states[j * width + c]
      sum += difference * difference
    }
    return sum
  },
  /** minus the signed square of the cosine; a state of length 0 counts as at right angles to all */
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
  /** minus the number e of equal sections: the Jaccard index of two sets of (component, section), e / (2 width - e), grows with e */
  jaccard: (states, width, i, j) => {
    let equal = 0
    for (let c = 0; c < width; c++) if (states[i * width + c] === states[j * width + c]) equal++
    return -equal
  },
}

/**
 * A greedy chain: from the entry of the lowest index always on to the nearest entry that is left, the lower index where two
 * are equally near. M^2 / 2 comparisons: 0.3 to 0.5 s for 6,540 entries (2026). [C: mixup-by]
 */
function chain(indices: Int32Array, grid: Grid, distance: Distance): Uint32Array {
  const count = indices.length
  if (count > MOST_BY_DISTANCE) {
    const what = `at most ${MOST_BY_DISTANCE} entries to mix by distance`
    throw new RangeError(
      expected('mixupBy', what, count, 'fewer sections or agents make fewer, a component mixes more'),
    )
  }
  const width = grid.lows.length
  const states = new Float64Array(count * width)
  const sections = new Uint32Array(width)
  for (let k = 0; k < count; k++) {
    grid.sectionsOf(indices[k], sections)
    for (let c = 0; c < width; c++) states[k * width + c] = 2 * sections[c] + 1 - grid.sections
  }
  // order[0 .. done) is the chain; behind it stands what is left, in any order.
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
 * Rows f32[M * width] with the mixtures of each two neighbours in `order`: behind the rows, or in their place. [C: mixup-append]
 * `portion` is asked for the first one's portion, pair by pair. [C: mixup-portion]
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

/** The sequence of entries, where it is the same for every agent. */
const commonOrder = sharedByAgents((global: Uint8Array, agent, context: MethodContext) => {
  const { mixupBy, mixupTies } = context.config
  const { indices } = globalProxies(global, agent, context)
  const distance = distances[mixupBy]
  if (distance) return chain(indices, agent.grid, distance)
  const component = agent.env.components.indexOf(mixupBy)
  return ascendingOrder(componentKeys(indices, agent.grid, agent.env, component, mixupTies))
})

/** The mixture at one agent. It draws from its own stream what is drawn: first the sequence, then the portions. */
function mixAt(agent: Agent, global: Uint8Array, context: MethodContext): Float32Array {
  const { mixupBy, mixupPortion, mixupKeep } = context.config
  const { observations, actions } = context.space
  const rows = globalEntries(global, agent, context)
  const width = observations + actions
  const order = mixupBy === 'random' ? agent.shuffled(rows.length / width) : commonOrder(global, agent, context)
  const portion = typeof mixupPortion === 'number' ? () => mixupPortion : () => agent.beta(mixupPortion.beta)
  return mixup(rows, width, order, mixupKeep, portion)
}

const commonMixture = sharedByAgents((global: Uint8Array, agent, context: MethodContext) =>
  mixAt(agent, global, context),
)

/** Whether each agent mixes in its own way, so that nothing can be shared. */
const isDrawn = ({ mixupBy, mixupPortion }: Config) => mixupBy === 'random' || typeof mixupPortion !== 'number'

/** FRD whose download is interpolated by mixup first. */
export const mixfrd: Method = {
  ...frd,
  name: 'mixfrd',
  doc: 'FRD, interpolated by mixup of neighbouring proxy states',
  uses: [...frd.uses!, 'mixupTies', 'mixupKeep', 'mixupBy', 'mixupPortion'],
  targets: (entries) => 2 * entries,
  download: (agent, global, context) => {
    const mixed = isDrawn(context.config) ? mixAt(agent, global, context) : commonMixture(global, agent, context)
    const own = () => Math.max(0, (context.config.mixupKeep === 'append' ? 2 : 1) * proxyCount(agent, context) - 1)
    distil(agent, mixed, own, context)
  },
}
