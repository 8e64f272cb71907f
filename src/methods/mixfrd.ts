// MixFRD (paper, section "ProxRM augmentation"): FRD, with the downloaded ProxRM interpolated by mixup at the agent. The
// entries are sorted by pole angle, each two neighbours are mixed with portion 0.5, so M entries become 2M - 1.

import { frd, globalEntries } from './frd.ts'
import { type Method, type Setting, sharedByAgents } from './method.ts'

const POLE_ANGLE = 2
/** Order of entries: pole angle; ties by theta_dot, x, x_dot. [C: mixup-ties] */
const BY_VELOCITY = [POLE_ANGLE, 3, 0, 1]

/** Portion of each neighbour in the mixture [P]. */
const PORTION = 0.5

/** Rows f32[M][width] and the midpoints of neighbours in the mixing order: appended, or alone. [C: mixup-append] */
export function mixup(
  rows: Float32Array,
  width: number,
  ties: 'velocity' | 'index',
  keep: 'append' | 'replace',
): Float32Array {
  const count = rows.length / width
  if (count < 2) return rows
  const keys = ties === 'velocity' ? BY_VELOCITY : [POLE_ANGLE]
  const order = Uint32Array.from({ length: count }, (_, k) => k).sort((a, b) => {
    for (const key of keys) {
      const difference = rows[a * width + key] - rows[b * width + key]
      if (difference !== 0) return difference
    }
    return a - b
  })
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
  const { observations, actions } = setting.space
  const { mixupTies, mixupKeep } = setting.config
  return mixup(globalEntries(global, agent, setting), observations + actions, mixupTies, mixupKeep)
})

export const mixfrd: Method = {
  ...frd,
  name: 'mixfrd',
  doc: 'FRD, interpolated by mixup of neighbours in pole angle',
  targets: (entries) => 2 * entries,
  download: (agent, global, setting) => agent.distill(mixedEntries(global, agent, setting)),
}
