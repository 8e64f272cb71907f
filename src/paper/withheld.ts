// What a receiver of FRD's uploads learns of single steps, where clusters of few visits are kept back and policies travel in
// fewer bits. The trajectories are those of agents that exchange by PD, whose bodies tell every state and policy; of them the
// ProxRM is made that FRD would have sent, encoded, and read as a receiver does. So only the sending differs, not the learning.

import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import type { Grid } from '../kernel/grid.ts'
import type { Proxies } from '../kernel/records.ts'
import { visitedOften } from '../methods/frd.ts'
import { codec } from '../wire/codecs/index.ts'
import { decodeProxies, decodeReplay, encodeProxies, type ProxyBody, type Space } from '../wire/payload.ts'
import {
  checked,
  clusterSequence,
  countVisits,
  distances,
  drive,
  meanState,
  type Observation,
  overPrior,
  type PeriodRow,
  proxyStates,
  spaceOf,
  statesOf,
  sum,
} from './traffic.ts'

/** How an upload is sent. */
export type Withholding = Pick<Config, 'codec' | 'minVisits'>

/**
 * One exchange, seen by a receiver who knows the cluster of each step, though FRD sends neither order nor visits, and who
 * guesses by that cluster alone, but for `guessedSteps`. A policy is a smooth function of the state, so that neighbours tell
 * of it too, also where a cluster is kept back; the nearest is the simplest of such guesses, and nothing here bounds what can be
 * inferred. A cluster of one visit is no average: its policy is that of one step.
 */
export interface WithheldRow extends PeriodRow, Withholding {
  /** share of all agents' clusters that are sent */
  readonly sentClusters: number
  /** share of all agents' steps that lie in such clusters */
  readonly sentSteps: number
  /**
   * share of all agents' steps whose policy the receiver reads to within CLOSE, by whatever luck: of steps in clusters that
   * are kept back it reads none
   */
  readonly toldSteps: number
  /**
   * the same of a receiver who takes, for a cluster that is kept back, the policy of the nearest cluster that the agent sent:
   * by Euclid's distance of the proxy states, each component in sections, and of equally near ones the first
   */
  readonly guessedSteps: number
  /**
   * root mean square distance of a step's policy and the policy that is read for its cluster, over that of the best constant
   * guess, the mean policy of the very steps of an agent; of the steps in clusters that are sent. 0: the policy itself; null:
   * none is sent, or they do not vary
   */
  readonly policyError: number | null
  /**
   * the same for states and proxy states, as `relativeError` of StateRow; null: none is sent. It grows where the prior becomes
   * smaller too: clusters have one size, and those of many visits lie near each other
   */
  readonly stateError: number | null
}

/** How near a probability has to be to count as told: five times the greatest error of 8 bits, a third of that of 4 bits. */
export const CLOSE = 0.01

/**
 * The ProxRM of steps: in each cluster the mean policy, with the bits of the kernel, whose f64 sums run in the order of play.
 * @param policies f32[actions] of each step
 */
export function proxiesOf(sequence: Int32Array, policies: readonly Float32Array[]): Proxies {
  const { indices, visits } = countVisits(sequence)
  const actions = policies[0].length
  const places = new Map(Array.from(indices, (cluster, k) => [cluster, k]))
  const sums = new Float64Array(indices.length * actions)
  for (const [t, cluster] of sequence.entries()) {
    const at = places.get(cluster)! * actions
    for (let a = 0; a < actions; a++) sums[at + a] += policies[t][a]
  }
  return { indices, visits, policies: Float32Array.from(sums, (sum, at) => sum / visits[Math.trunc(at / actions)]) }
}

const noWords = () => {
  throw new RangeError(expected('codec', 'one that rounds to the nearest', 'stochastic', 'nothing is drawn here'))
}

/** What a receiver reads of a ProxRM. */
function received(proxies: Proxies, by: Withholding, space: Space): ProxyBody {
  const { indices, policies } = visitedOften(proxies, by.minVisits)
  const body = encodeProxies({ indices, policies })
  const used = codec(by.codec)
  if (used === null) return decodeProxies(body, space)
  const ends = { kind: 'proxies', space, base: null } as const
  const { count, bytes } = used.encode(body, { ...ends, words: noWords, visits: () => proxies })
  return decodeProxies(used.decode(bytes, count, ends), space)
}

/** The steps of one agent that lie in clusters that a receiver read, with what it read for each. */
interface Read {
  readonly clusters: number
  readonly steps: readonly number[]
  readonly policies: readonly Float32Array[]
}

function readOf(sequence: Int32Array, { indices, policies }: ProxyBody, actions: number): Read {
  const read = new Map(
    Array.from(indices, (cluster, k) => [cluster, policies.subarray(k * actions, (k + 1) * actions)]),
  )
  const steps = Array.from(sequence.keys()).filter((t) => read.has(sequence[t]))
  return { clusters: indices.length, steps, policies: steps.map((t) => read.get(sequence[t])!) }
}

/** The policy that a receiver takes for the cluster of each step: what was sent, or else that of the nearest; null for none. */
function guessesOf(sequence: Int32Array, { indices, policies }: ProxyBody, actions: number, grid: Grid) {
  const places = Array.from(indices, (cluster) => grid.proxyState(cluster))
  const scales = grid.widths.map((width) => 1 / width)
  const nearestTo = (cluster: number): number => {
    const state = grid.proxyState(cluster)
    let [best, least] = [-1, Number.POSITIVE_INFINITY]
    for (const [k, place] of places.entries()) {
      const distance = sum(scales.map((scale, i) => scale * scale * (state[i] - place[i]) * (state[i] - place[i])))
      if (distance < least) [best, least] = [k, distance]
    }
    return best
  }
  const taken = new Map(Array.from(indices, (cluster, k) => [cluster, k]))
  return Array.from(sequence, (cluster) => {
    if (!taken.has(cluster)) taken.set(cluster, nearestTo(cluster))
    const k = taken.get(cluster)!
    return k < 0 ? null : policies.subarray(k * actions, (k + 1) * actions)
  })
}

const isClose = (a: Float32Array, b: Float32Array) => a.every((p, i) => Math.abs(p - b[i]) <= CLOSE)

/** Error of guesses over that of the mean of each agent; null where there is nothing to guess, or no scale. */
function errorOver(truths: readonly (readonly Float32Array[])[], guesses: readonly ArrayLike<number>[]): number | null {
  const all = truths.flat()
  if (!all.length) return null
  const priors = distances(
    all,
    truths.flatMap((own) => (own.length ? Array<number[]>(own.length).fill(meanState(own)) : [])),
  )
  return priors.some((prior) => prior > 0) ? overPrior(distances(all, guesses), priors) : null
}

/** What receivers learn of one exchange under each way of sending. @param bodies PD's, one per agent */
export function learnedFrom(
  bodies: readonly Uint8Array[],
  ways: readonly Withholding[],
  { grid, space }: ReturnType<typeof spaceOf>,
): Omit<WithheldRow, keyof PeriodRow>[] {
  const { observations, actions } = space
  const agents = bodies.map((body) => {
    const memory = decodeReplay(body, space)
    const states = statesOf(memory, space)
    const sequence = clusterSequence(grid, states)
    const width = observations + actions
    const policies = states.map((_, t) => memory.subarray(t * width + observations, (t + 1) * width))
    return { states, sequence, policies, proxies: proxiesOf(sequence, policies) }
  })
  const steps = sum(agents.map(({ states }) => states.length))
  const clusters = sum(agents.map(({ proxies }) => proxies.indices.length))
  return ways.map((way) => {
    const sent = agents.map(({ proxies }) => received(proxies, way, space))
    const reads = agents.map(({ sequence }, i) => readOf(sequence, sent[i], actions))
    const guessed = agents.flatMap((agent, i) =>
      guessesOf(agent.sequence, sent[i], actions, grid).filter(
        (guess, t) => guess && isClose(agent.policies[t], guess),
      ),
    )
    const of = <T>(pick: (agent: (typeof agents)[number]) => ArrayLike<T>) =>
      reads.map((read, i) => read.steps.map((t) => pick(agents[i])[t]))
    const policies = of((agent) => agent.policies)
    const guesses = reads.flatMap((read) => read.policies)
    const middles = proxyStates(grid, of(({ sequence }) => sequence).flat())
    return {
      ...way,
      sentClusters: sum(reads.map((read) => read.clusters)) / clusters,
      sentSteps: guesses.length / steps,
      toldSteps: policies.flat().filter((policy, t) => isClose(policy, guesses[t])).length / steps,
      guessedSteps: guessed.length / steps,
      policyError: errorOver(policies, guesses),
      stateError: errorOver(
        of(({ states }) => states),
        middles,
      ),
    }
  })
}

/** What receivers learn under each way of sending, one row per exchange and way. @throws RangeError for another method than pd */
export function observeWithheld(given: Partial<Config>, ways: readonly Withholding[]): Observation<WithheldRow> {
  const config = checked({ ...given, method: given.method ?? 'pd' }, ['replay'], 'the others do not send the states')
  const spaces = spaceOf(config)
  return drive(config, (head, bodies) => learnedFrom(bodies, ways, spaces).map((row) => ({ ...head, ...row })))
}
