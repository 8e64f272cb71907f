// Control: FRD without a server. Each agent distils its own ProxRM and nothing travels; what is left of FRD's gain is the
// steadying effect of distillation, not federation.

import { globalEntries, uploadProxies } from './frd.ts'
import { DISTILLATION, type Method, NOTHING } from './method.ts'

/** The control that distils an agent's own memory: practice without exchange. */
export const own: Method = {
  name: 'own',
  doc: 'control: each agent distils its own ProxRM, nothing is sent',
  uses: ['sections', 'ranges', 'period', 'growth', 'memoryReset', 'minVisits', ...DISTILLATION],
  payload: () => 'none',
  memory: 'proxies',
  targets: (entries) => entries,
  upload: () => NOTHING,
  aggregate: () => NOTHING,
  download: (agent, _global, context) => agent.distill(globalEntries(uploadProxies(agent, context), agent, context)),
}
