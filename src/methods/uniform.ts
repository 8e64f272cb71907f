// Control: FRD with every downloaded target set to the uniform policy. The same bytes and steps without knowledge, so
// what remains of FRD's gain is regularisation.

import { frd, globalEntries } from './frd.ts'
import { type Method, type Setting, sharedByAgents } from './method.ts'

const uniformEntries = sharedByAgents((global: Uint8Array, agent, setting: Setting) => {
  const { observations, actions } = setting.space
  const width = observations + actions
  return globalEntries(global, agent, setting).map((value, i) => (i % width < observations ? value : 1 / actions))
})

export const uniform: Method = {
  ...frd,
  name: 'uniform',
  doc: "control: FRD's bytes, but every target is the uniform policy",
  download: (agent, global, setting) => agent.distill(uniformEntries(global, agent, setting)),
}
