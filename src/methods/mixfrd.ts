// MixFRD (paper, section "ProxRM augmentation"): FRD, with the downloaded ProxRM interpolated by mixup at the agent. The
// entries are sorted by pole angle, each two neighbours are mixed with portion 0.5, so M entries become 2M - 1.

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

/** Rows f32[M][width] and the midpoints of neighbours in `order`: appended, or alone. [C: mixup-append] */
export function mixup(rows: Float32Array, width: number, order: Uint32Array, keep: 'append' | 'replace'): Float32Array {
  const count = order.length
  if (count < 2) return rows
  const kept = keep === 'append' ? count : 0
  const mixed = new Float32Array((kept + count - 1) * width)
  if (kept) mixed.set(rows)
  for (let k = 0, at = kept * width; k + 1 < count; k++) {
    const a = order[k] * width
    const b = order[k + 1] * width
    for (let i = 0; i < width; i++, at++) mixed[at] = PORTION * rows[a + i] + PORTION * rows[b + i]
  }
  return mixed
}

const mixedEntries = sharedByAgents((global: Uint8Array, agent, setting: Setting) => {
  const { config, space } = setting
  const { indices } = globalProxies(global, agent, setting)
  const order = ascendingOrder(angleKeys(indices, config.sections, config.mixupTies))
  return mixup(globalEntries(global, agent, setting), space.observations + space.actions, order, config.mixupKeep)
})

export const mixfrd: Method = {
  ...frd,
  name: 'mixfrd',
  doc: 'FRD, interpolated by mixup of neighbours in pole angle',
  targets: (entries) => 2 * entries,
  download: (agent, global, setting) => agent.distill(mixedEntries(global, agent, setting)),
}
