// FRD, federated reinforcement distillation (paper, "Federated Reinforcement Distillation (FRD)"): agents upload their
// ProxRM, the averaged policy of each cluster they visited; the server makes a global ProxRM of them; every agent distils it at
// its proxy states. The paper does not say how the server merges: here it averages cluster by cluster. [C: merge]

import type { Agent } from '../kernel/agent.ts'
import type { Proxies } from '../kernel/records.ts'
import { decodeProxies, encodeProxies, type ProxyBody } from '../wire/payload.ts'
import { DISTILLATION, distil, type Method, type MethodContext, SENDING, sharedByAgents } from './method.ts'
import { ascendingOrder } from './radix.ts'

/** How many clusters an agent has visited often enough, which is how many entries it sends. */
export function proxyCount(agent: Agent, { config: { minVisits } }: MethodContext): number {
  const { visits } = agent.proxies()
  return minVisits === 1 ? visits.length : visits.reduce((count, times) => count + (times >= minVisits ? 1 : 0), 0)
}

/** What travels: the counts of visits only where the server's mean is weighted by them. [C: merge] */
export function proxyKind({ merge }: { readonly merge: string }): 'proxies' | 'visits' {
  return merge === 'visits' ? 'visits' : 'proxies'
}

/** The body of an agent's own ProxRM. */
export function uploadProxies(agent: Agent, { config }: MethodContext): Uint8Array {
  const { indices, visits, policies } = visitedOften(agent.proxies(), config.minVisits)
  return encodeProxies({ indices, visits: config.merge === 'visits' ? visits : undefined, policies })
}

/** The clusters of a ProxRM that were visited at least so often; the ProxRM itself where those are all. */
export function visitedOften(proxies: Proxies, least: number): Proxies {
  if (least === 1) return proxies
  const { indices, visits, policies } = proxies
  const actions = policies.length / indices.length
  const isKept = (_: unknown, k: number) => visits[k] >= least
  return {
    indices: indices.filter(isKept),
    visits: visits.filter(isKept),
    policies: policies.filter((_, at) => visits[Math.trunc(at / actions)] >= least),
  }
}

/**
 * What the server computes: for each cluster the mean over the agents that visited it, all alike since no counts travel, or
 * weighted by visits. Sums are f64 in agent order; entries come by ascending index. [C: merge]
 */
export function meanByCluster(uploads: readonly Uint8Array[], { config, space }: MethodContext): Uint8Array {
  const kind = proxyKind(config)
  const all = concatenate(
    uploads.map((upload) => decodeProxies(upload, space, kind)),
    space.actions,
  )
  const order = ascendingOrder(new Uint32Array(all.indices.buffer))
  const { actions } = space
  const indices = new Int32Array(order.length)
  const policies = new Float32Array(order.length * actions)
  const visits = all.visits && new Uint32Array(order.length)
  const sums = new Float64Array(actions)
  let count = 0
  for (let k = 0; k < order.length; count++) {
    const index = all.indices[order[k]]
    let weight = 0
    sums.fill(0)
    // The order is stable, so the entries of one cluster come in agent order.
    for (; k < order.length && all.indices[order[k]] === index; k++) {
      const entry = order[k]
      const visited = all.visits ? all.visits[entry] : 1
      weight += visited
      for (let a = 0; a < actions; a++) sums[a] += visited * all.policies[entry * actions + a]
    }
    indices[count] = index
    if (visits) visits[count] = weight
    for (let a = 0; a < actions; a++) policies[count * actions + a] = sums[a] / weight
  }
  return encodeProxies({
    indices: indices.subarray(0, count),
    visits: visits?.subarray(0, count),
    policies: policies.subarray(0, count * actions),
  })
}

/** The entries of all uploads, one upload after the other. */
function concatenate(bodies: readonly ProxyBody[], width: number): ProxyBody {
  const count = bodies.reduce((sum, { indices }) => sum + indices.length, 0)
  const all = {
    indices: new Int32Array(count),
    visits: bodies[0]?.visits && new Uint32Array(count),
    policies: new Float32Array(count * width),
  }
  let at = 0
  for (const { indices, visits, policies } of bodies) {
    all.indices.set(indices, at)
    if (visits) all.visits!.set(visits, at)
    all.policies.set(policies, at * width)
    at += indices.length
  }
  return all
}

/** The global ProxRM of a download. */
export const globalProxies = sharedByAgents((global: Uint8Array, _agent, { config, space }: MethodContext) =>
  decodeProxies(global, space, proxyKind(config)),
)

/** The global ProxRM as entries: each proxy state, then its policy. */
export const globalEntries = sharedByAgents((global: Uint8Array, agent, context: MethodContext) =>
  agent.entries(globalProxies(global, agent, context)),
)

/** Federated reinforcement distillation: agents exchange a ProxRM, and the server averages it per cluster. */
export const frd: Method = {
  name: 'frd',
  doc: 'averaged policies per proxy state (ProxRM)',
  uses: ['sections', 'ranges', 'memoryReset', 'merge', 'minVisits', 'distillCount', ...SENDING, ...DISTILLATION],
  payload: proxyKind,
  memory: 'proxies',
  targets: (entries) => entries,
  upload: uploadProxies,
  aggregate: meanByCluster,
  download: (agent, global, context) =>
    distil(agent, globalEntries(global, agent, context), () => proxyCount(agent, context), context),
}
