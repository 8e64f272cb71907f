// How much of the policy's variance one component of the state explains, from the states and policies that PD sends.

import type { Config } from '../config/config.ts'
import { checkConfig } from '../run/setup.ts'
import { mean } from '../stats/index.ts'
import { decodeReplay } from '../wire/payload.ts'
import { checked, clusterSequence, drive, spaceOf, statesOf, sum } from './traffic.ts'

/** The names of CartPole's components, as a figure shows them. */
const COMPONENT_NAMES = ['x', 'x_dot', 'theta', 'theta_dot'] as const

/**
 * How much of the variance of the policy (the probability of action 1) one component of the state explains, exchange by
 * exchange: the correlation ratio of PD's entries, whose states are put into `sections` bins of that component. An exchange
 * in which the policy does not vary is left out.
 */
export function explainedShares(given: Partial<Config>, sections: number): Readonly<Record<string, number[]>> {
  const config = checked({ ...given, method: 'pd' }, ['replay'], 'the others do not send the states')
  const { grid } = spaceOf(checkConfig({ ...config, sections }))
  const { space } = spaceOf(config)
  const width = space.observations + space.actions
  const shares = COMPONENT_NAMES.map((): number[] => [])
  drive(config, (_, bodies) => {
    const memories = bodies.map((body) => decodeReplay(body, space))
    const policies = memories.flatMap((memory) =>
      Array.from({ length: memory.length / width }, (_, t) => memory[t * width + space.observations + 1]),
    )
    const clusters = memories.flatMap((memory) => [...clusterSequence(grid, statesOf(memory, space))])
    const digits = new Uint32Array(space.observations)
    const bins = COMPONENT_NAMES.map(() => new Map<number, number[]>())
    for (const [t, cluster] of clusters.entries()) {
      grid.sectionsOf(cluster, digits)
      for (const [c, bin] of bins.entries()) {
        const found = bin.get(digits[c])
        if (found) found.push(policies[t])
        else bin.set(digits[c], [policies[t]])
      }
    }
    const middle = mean(policies)
    const total = sum(policies.map((p) => (p - middle) * (p - middle)))
    if (total === 0) return []
    for (const [c, bin] of bins.entries()) {
      const between = [...bin.values()].map((some) => some.length * (mean(some) - middle) * (mean(some) - middle))
      shares[c].push(sum(between) / total)
    }
    return []
  })
  return Object.fromEntries(COMPONENT_NAMES.map((name, c) => [name, shares[c]]))
}
