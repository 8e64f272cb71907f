// Control: one learner for the environments of all agents, which takes one step along the mean gradient of their steps. It
// sends nothing and keeps nothing apart: what full sharing could give, an upper bound rather than a federation.

import { expected } from '../config/errors.ts'
import { independent } from './independent.ts'
import type { Method } from './method.ts'

/** The control in which one learner plays all environments. */
export const central: Method = {
  ...independent,
  name: 'central',
  doc: 'control: one learner for all environments, an upper bound',
  isPooled: true,
  check: ({ nets, rollout }) => {
    if (nets) throw new RangeError(expected('nets', 'none where "method" is central', 'some', 'it has one learner'))
    if (rollout !== 1) {
      throw new RangeError(
        expected('rollout', '1 where "method" is central', rollout, 'it learns from each step of all'),
      )
    }
  },
}
