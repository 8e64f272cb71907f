// Control: FRD without a server. Each agent distils its own ProxRM and nothing travels, so what remains of FRD's gain is
// regularisation, not federation.

import { globalEntries, uploadProxies } from './frd.ts'
import { type Method, NOTHING } from './method.ts'

export const own: Method = {
  name: 'own',
  doc: 'control: each agent distils its own ProxRM, nothing is sent',
  payload: () => 'none',
  memory: 'proxies',
  targets: (entries) => entries,
  upload: () => NOTHING,
  aggregate: () => NOTHING,
  download: (agent, _global, setting) => agent.distill(globalEntries(uploadProxies(agent, setting), agent, setting)),
}
