// What travels, measured from outside: a transport shows the very frames that agents send, and rows of plain numbers are made
// of each exchange. ProxRM's clusters and their overlap between agents, payload beside score, and what FRD would have told
// of the states that PD sends raw. Observing does not change a run.

import type { Config } from '../config/config.ts'
import { findEnvironment } from '../config/environment.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import { fields } from '../config/fields.ts'
import { Grid } from '../kernel/grid.ts'
import { METHODS, methods } from '../methods/index.ts'
import { isUneven } from '../run/participation.ts'
import { periodOf } from '../run/periods.ts'
import type { RunResult } from '../run/record.ts'
import { run } from '../run/run.ts'
import { checkConfig } from '../run/setup.ts'
import { mean } from '../stats/index.ts'
import { HEADER_BYTES } from '../wire/frame.ts'
import { decodeProxies, decodeReplay, entryBytes, type PayloadKind, type Space } from '../wire/payload.ts'
import { observing } from '../wire/transport.ts'

/** What every row begins with. */
export interface PeriodRow {
  /** exchanges up to and with this one, from 1 */
  readonly exchange: number
  /** the episode after which it took place, from 1 */
  readonly episode: number
  /** M: steps that an agent's memory covers (the period's, or all where memories are never emptied), mean over agents */
  readonly steps: number
  /** steps per episode of the period, mean over agents and episodes */
  readonly score: number
}

export interface ClusterRow extends PeriodRow {
  /** M^p: distinct clusters of an uplink, mean over agents */
  readonly clusters: number
  /** distinct clusters of all uplinks together */
  readonly globalClusters: number
  /** S^4 for CartPole: all there are */
  readonly clusterBound: number
  /** Jaccard index of two agents' clusters, mean over pairs of agents; null: one agent */
  readonly overlap: number | null
  /** its yardstick, of the same agent's clusters now and one exchange before, mean over agents; null: the first exchange */
  readonly selfOverlap: number | null
}

export interface PayloadRow extends PeriodRow {
  /** payload as the paper counts it that an agent sends, mean over agents */
  readonly uplinkBytes: number
  /** and that it receives */
  readonly downlinkBytes: number
}

/**
 * The states of one exchange of PD, seen through the ProxRM that FRD would have sent instead. Errors are those of an
 * observer who knows each step's cluster and guesses its proxy state; FRD itself sends neither order nor visits.
 */
export interface StateRow extends PeriodRow {
  /** S, sections of each component */
  readonly sections: number
  /** M^p: distinct clusters, mean over agents */
  readonly clusters: number
  /** uplink per agent, mean over agents: as FRD would have sent it, and as PD did */
  readonly proxyBytes: number
  readonly replayBytes: number
  /** share of all agents' clusters that were visited once: the policy sent is the raw one of one step */
  readonly onceClusters: number
  /** share of all agents' steps that lie in such clusters */
  readonly onceSteps: number
  /** share of all agents' steps with a component outside the cut, hence clamped */
  readonly outOfRange: number
  /** root mean square distance of a state and the proxy state of its cluster, per component (m, m/s, rad, rad/s) */
  readonly errors: readonly number[]
  /** the same for the best constant guess, the mean state of an agent's memory: standard deviations, same units */
  readonly priors: readonly number[]
  /** root mean square over components of error / prior: 0 for PD, 1 for the constant guess, which may be the better one */
  readonly relativeError: number
  /** Jaccard index of the clusters of an agent's odd and of its even episodes, mean over agents; null: one episode */
  readonly overlapWithin: number | null
  /** the same with the even episodes of another agent, mean over ordered pairs; null: one agent or episode */
  readonly overlapBetween: number | null
}

export interface Observation<Row> {
  readonly result: RunResult
  readonly rows: readonly Row[]
}

export const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0)
const rootMeanSquare = (numbers: readonly number[]) =>
  Math.sqrt(sum(numbers.map((value) => value * value)) / numbers.length)
/** null where there is none */
const meanOfAny = (numbers: readonly number[]) => (numbers.length ? mean(numbers) : null)

/** Scores [agent][episode] of what the memories hold at the exchange after an episode. */
const remembered = (config: Config, scores: RunResult['scores'], episode: number) =>
  scores.map((list) => list.slice(config.memoryReset === 'never' ? 0 : periodOf(config, episode).first - 1, episode))

/** @throws RangeError for a run in which an agent has no part in a period, since what is measured is that of all agents */
function periodRow(config: Config, scores: RunResult['scores'], episode: number): PeriodRow {
  const { absent } = config
  if (absent.length)
    throw new RangeError(expected('absent', 'none', fields.absent.show(absent), 'all agents are measured'))
  if (isUneven(config)) {
    const got = `${fields.trigger.show(config.trigger)}, ${config.participation} and ${config.dropout}`
    throw new RangeError(
      expected(
        'trigger, participation and dropout',
        'always, 1 and 0',
        got,
        'every exchange of all agents is measured',
      ),
    )
  }
  const { index, first } = periodOf(config, episode)
  return {
    exchange: index + 1,
    episode,
    steps: mean(remembered(config, scores, episode).map(sum)),
    score: mean(scores.map((list) => mean(list.slice(first - 1, episode)))),
  }
}

/** Drives a run to its end; `measure` gets each exchange's uplink bodies, and the lengths of the episodes they hold. */
export function drive<Row>(
  config: Config,
  measure: (head: PeriodRow, bodies: readonly Uint8Array[], lengths: RunResult['scores']) => readonly Row[],
): Observation<Row> {
  const scores: number[][] = Array.from({ length: config.agents }, () => [])
  let bodies: readonly Uint8Array[] = []
  const transport = observing((uplinks) => {
    bodies = uplinks.map((frame) => frame.subarray(HEADER_BYTES))
  })
  const rows: Row[] = []
  const events = run(config, { transport })
  for (;;) {
    const { done, value } = events.next()
    if (done) return { result: value, rows }
    if (value.type === 'episode') for (const [i, score] of value.scores.entries()) scores[i].push(score)
    else {
      const { episode } = value
      rows.push(...measure(periodRow(config, scores, episode), bodies, remembered(config, scores, episode)))
    }
  }
}

export function checked(given: Partial<Config>, kinds: readonly PayloadKind[], why: string): Config {
  const config = checkConfig(given)
  if (kinds.includes(methods[config.method].payload(config))) return config
  const names = METHODS.filter((name) => kinds.includes(methods[name].payload(config)))
  throw new RangeError(expectedOneOf('method', names, config.method, why))
}

/** The grid of a config's proxy states, and the sizes that its payloads are read with. */
export function spaceOf(config: Config): { readonly grid: Grid; readonly space: Space } {
  const { observations, actions } = findEnvironment(config.env)
  const grid = new Grid(observations, config)
  return { grid, space: { observations, actions, clusters: grid.clusters } }
}

// ---- clusters

/** Members of both over members of either, of two sets that are not empty. */
export function jaccard(a: Int32Array, b: Int32Array): number {
  const other = new Set(b)
  const both = a.filter((member) => other.has(member)).length
  return both / (a.length + b.length - both)
}

/** Clusters of FRD's uplinks, one row per exchange, for every method that sends its ProxRM. @throws RangeError for others */
export function observeClusters(given: Partial<Config>): Observation<ClusterRow> {
  const config = checked(given, ['proxies', 'visits'], 'the others send no clusters')
  const kind = config.merge === 'visits' ? 'visits' : 'proxies'
  const { space } = spaceOf(config)
  let before: readonly Int32Array[] = []
  return drive(config, (head, bodies) => {
    const sets = bodies.map((body) => decodeProxies(body, space, kind).indices)
    const pairs = sets.flatMap((a, i) => sets.slice(i + 1).map((b) => jaccard(a, b)))
    const row = {
      ...head,
      clusters: mean(sets.map(({ length }) => length)),
      globalClusters: new Set(sets.flatMap((set) => [...set])).size,
      clusterBound: space.clusters,
      overlap: meanOfAny(pairs),
      selfOverlap: meanOfAny(before.map((set, i) => jaccard(set, sets[i]))),
    }
    before = sets
    return [row]
  })
}

/** Payload and score of a result's exchanges, of any method; a stored result does. */
export const payloadRows = (result: Pick<RunResult, 'config' | 'scores' | 'exchanges'>): readonly PayloadRow[] =>
  result.exchanges.map(({ episode, uplinkBytes, downlinkBytes }) => ({
    ...periodRow(result.config, result.scores, episode),
    uplinkBytes: mean(uplinkBytes),
    downlinkBytes: mean(downlinkBytes),
  }))

// ---- states

type State = Float32Array

/** States of a replay memory, views into it in order of play. */
export function statesOf(memory: Float32Array, { observations, actions }: Omit<Space, 'clusters'>): State[] {
  const width = observations + actions
  return Array.from({ length: memory.length / width }, (_, t) => memory.subarray(t * width, t * width + observations))
}

/** Cluster of every state. */
export const clusterSequence = (grid: Grid, states: readonly State[]) =>
  Int32Array.from(states, (state) => grid.indexOf(state))

/** Distinct clusters ascending, and how often each was visited. */
export function countVisits(sequence: Int32Array): { readonly indices: Int32Array; readonly visits: Uint32Array } {
  const counts = new Map<number, number>()
  for (const cluster of sequence) counts.set(cluster, (counts.get(cluster) ?? 0) + 1)
  const indices = Int32Array.from(counts.keys()).sort()
  return { indices, visits: Uint32Array.from(indices, (cluster) => counts.get(cluster)!) }
}

/** Root mean square of state - guess, per component. */
export const distances = (states: readonly ArrayLike<number>[], guesses: readonly ArrayLike<number>[]) =>
  Array.from(states[0], (_, i) => rootMeanSquare(states.map((state, t) => state[i] - guesses[t][i])))

/** Root mean square over components of error / prior, without a component that never moved, which has no scale. */
export const overPrior = (errors: readonly number[], priors: readonly number[]) =>
  rootMeanSquare(errors.map((error, i) => error / priors[i]).filter((_, i) => priors[i] > 0))

/** The mean of states, or of policies, per component. */
export const meanState = (states: readonly ArrayLike<number>[]) =>
  Array.from(states[0], (_, i) => sum(states.map((state) => state[i])) / states.length)

/** The proxy state of each cluster of a list. */
export function proxyStates(grid: Grid, clusters: readonly number[]): ArrayLike<number>[] {
  const known = new Map(Array.from(new Set(clusters), (cluster) => [cluster, grid.proxyState(cluster)]))
  return clusters.map((cluster) => known.get(cluster)!)
}

/** Clusters of an agent's odd and of its even episodes. */
function halves(sequence: Int32Array, lengths: readonly number[]): readonly Int32Array[] {
  const parts: number[][] = [[], []]
  let at = 0
  for (const [episode, length] of lengths.entries()) {
    parts[episode % 2].push(...sequence.subarray(at, at + length))
    at += length
  }
  return parts.map((part) => countVisits(Int32Array.from(part)).indices)
}

/** Jaccard indices of an agent's two halves, and of one agent's odd with another's even episodes. */
function overlaps(sequences: readonly Int32Array[], lengths: RunResult['scores']) {
  if (lengths[0].length < 2) return { overlapWithin: null, overlapBetween: null }
  const split = sequences.map((sequence, agent) => halves(sequence, lengths[agent]))
  const between = split.flatMap(([odd], i) => split.flatMap(([, even], k) => (k === i ? [] : [jaccard(odd, even)])))
  return {
    overlapWithin: mean(split.map(([odd, even]) => jaccard(odd, even))),
    overlapBetween: meanOfAny(between),
  }
}

/**
 * What FRD would have told of the states that PD sends raw: the same trajectories, cut in each S of `sections`, so that
 * only the cut differs. One row per exchange and S. `method` is pd where left out. @throws RangeError for another
 */
export function observeStates(given: Partial<Config>, sections: readonly number[]): Observation<StateRow> {
  const config = checked({ ...given, method: given.method ?? 'pd' }, ['replay'], 'the others do not send the states')
  const grids = sections.map((S) => spaceOf(checkConfig({ ...config, sections: S })).grid)
  const { space } = spaceOf(config)
  const { lows, widths } = spaceOf(config).grid
  const outside = (state: State) => lows.some((low, i) => state[i] < low || state[i] >= low + widths[i])
  return drive(config, (head, bodies, lengths) => {
    const memories = bodies.map((body) => statesOf(decodeReplay(body, space), space))
    const states = memories.flat()
    const means = memories.flatMap((memory) => Array<number[]>(memory.length).fill(meanState(memory)))
    const priors = distances(states, means)
    const outOfRange = states.filter(outside).length / states.length
    return grids.map((grid): StateRow => {
      const sequences = memories.map((memory) => clusterSequence(grid, memory))
      const visited = sequences.map(countVisits)
      const clusters = mean(visited.map(({ indices }) => indices.length))
      const once = mean(visited.map(({ visits }) => visits.filter((count) => count === 1).length))
      const all = sequences.flatMap((sequence) => [...sequence])
      const errors = distances(states, proxyStates(grid, all))
      return {
        ...head,
        sections: grid.sections,
        clusters,
        proxyBytes: clusters * entryBytes('proxies', space),
        replayBytes: mean(bodies.map(({ length }) => length)),
        onceClusters: once / clusters,
        onceSteps: once / head.steps,
        outOfRange,
        errors,
        priors,
        relativeError: overPrior(errors, priors),
        ...overlaps(sequences, lengths),
      }
    })
  })
}
