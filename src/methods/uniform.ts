// Control: FRD with every downloaded target replaced by the uniform policy. Bytes and gradient steps are FRD's and the
// knowledge is gone; what is left of FRD's gain is the steadying effect of distillation.

import { frd, globalEntries, proxyCount } from './frd.ts'
import { distil, type Method, type MethodContext, sharedByAgents } from './method.ts'

const uniformEntries = sharedByAgents((global: Uint8Array, agent, context: MethodContext) => {
  const { observations, actions } = context.space
  const width = observations + actions
  return globalEntries(global, agent, context).map((value, i) => (i % width < observations ? value : 1 / actions))
})

/** The control whose downloads say nothing: a uniform policy per cluster. */
export const uniform: Method = {
  ...frd,
  name: 'uniform',
  doc: "control: FRD's bytes, but every target is the uniform policy",
  download: (agent, global, context) =>
    distil(agent, uniformEntries(global, agent, context), () => proxyCount(agent, context), context),
}
