// PD, policy distillation (paper, opening section and "Performance Evaluation"): the baseline that uploads the raw replay
// memory, the state and the policy of every step; the server puts all memories together, every agent distils all of it.

import { decodeReplay, encodeReplay } from '../wire/payload.ts'
import { DISTILLATION, distil, type Method, type MethodContext, SENDING, sharedByAgents } from './method.ts'

const globalMemory = sharedByAgents((global: Uint8Array, _agent, { space }: MethodContext) =>
  decodeReplay(global, space),
)

/** Policy distillation: agents exchange the raw replay memory. */
export const pd: Method = {
  name: 'pd',
  doc: 'policy distillation: raw replay memories',
  uses: ['memoryReset', 'distillCount', ...SENDING, ...DISTILLATION],
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
  download: (agent, global, context) => {
    const { observations, actions } = context.space
    const own = () => agent.replay().length / (observations + actions)
    distil(agent, globalMemory(global, agent, context), own, context)
  },
}
