// FRD, federated reinforcement distillation (paper, section 3): agents upload their ProxRM, the averaged policies per
// visited cluster; the server averages cluster by cluster; every agent distils the global ProxRM at its proxy states.

import type { Agent } from '../kernel/agent.ts'
import { decodeProxies, encodeProxies } from '../payload.ts'
import { type Method, type Setting, sharedByAgents } from './method.ts'

/** The kind that travels: visit counts only where the merge is weighted by them. [C: merge] */
export function proxyKind({ merge }: { readonly merge: string }): 'proxies' | 'visits' {
  return merge === 'visits' ? 'visits' : 'proxies'
}

export function uploadProxies(agent: Agent, { config }: Setting): Uint8Array {
  const { indices, visits, policies } = agent.proxies()
  return encodeProxies({ indices, visits: config.merge === 'visits' ? visits : undefined, policies })
}

/**
 * Server: per cluster the mean over the agents that visited it, unweighted, since no counts travel (or by visits), sums
 * in f64 in agent order; entries by ascending index. [C: merge]
 */
export function meanByCluster(uploads: readonly Uint8Array[], { config, space }: Setting): Uint8Array {
  const kind = proxyKind(config)
  const bodies = uploads.map((upload) => decodeProxies(upload, space, kind))
  const slots = new Map<number, number>()
  for (const { indices } of bodies) for (const index of indices) if (!slots.has(index)) slots.set(index, slots.size)
  const { actions } = space
  const sums = new Float64Array(slots.size * actions)
  const weights = new Float64Array(slots.size)
  for (const { indices, visits, policies } of bodies) {
    for (let k = 0; k < indices.length; k++) {
      const slot = slots.get(indices[k])!
      const weight = visits ? visits[k] : 1
      weights[slot] += weight
      for (let a = 0; a < actions; a++) sums[slot * actions + a] += weight * policies[k * actions + a]
    }
  }
  const indices = Int32Array.from(slots.keys()).sort()
  const policies = new Float32Array(indices.length * actions)
  const visits = kind === 'visits' ? new Uint32Array(indices.length) : undefined
  for (let k = 0; k < indices.length; k++) {
    const slot = slots.get(indices[k])!
    if (visits) visits[k] = weights[slot]
    for (let a = 0; a < actions; a++) policies[k * actions + a] = sums[slot * actions + a] / weights[slot]
  }
  return encodeProxies({ indices, visits, policies })
}

/** The global ProxRM as (proxy state, policy) entries. */
export const globalEntries = sharedByAgents((global: Uint8Array, agent: Agent, { config, space }: Setting) =>
  agent.entries(decodeProxies(global, space, proxyKind(config))),
)

export const frd: Method = {
  name: 'frd',
  doc: 'averaged policies per proxy state (ProxRM)',
  payload: proxyKind,
  memory: 'proxies',
  targets: (entries) => entries,
  upload: uploadProxies,
  aggregate: meanByCluster,
  download: (agent, global, setting) => agent.distill(globalEntries(global, agent, setting)),
}
