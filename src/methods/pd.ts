// PD, policy distillation with experience replay (paper, section 2): the baseline that uploads the raw replay memory,
// every (state, policy) of the period; the server concatenates, every agent distils all of it.

import { decodeReplay, encodeReplay } from '../payload.ts'
import { type Method, type Setting, sharedByAgents } from './method.ts'

const globalMemory = sharedByAgents((global: Uint8Array, _agent, { space }: Setting) => decodeReplay(global, space))

export const pd: Method = {
  name: 'pd',
  doc: 'policy distillation: raw replay memories',
  payload: () => 'replay',
  memory: 'replay',
  targets: (entries) => entries,
  upload: (agent) => encodeReplay(agent.replay()),
  aggregate: (uploads) => {
    const all = new Uint8Array(uploads.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const upload of uploads) {
      all.set(upload, at)
      at += upload.length
    }
    return all
  },
  download: (agent, global, setting) => agent.distill(globalMemory(global, agent, setting)),
}
