// The records of a run. Each has its type and a table of checks; stored results, the messages of a federation and their
// readers are all made from these tables. Events are what a run yields while it goes on.

import {
  type Check,
  finite,
  integerIn,
  listOf,
  nullOr,
  recordOf,
  sha256Hex,
  type Table,
  text,
} from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { knownEnvironment } from '../config/environment.ts'

/** An exchange between the agents and the server. */
export interface Exchange {
  /** the episode after which it took place, from 1 */
  readonly episode: number
  /** bytes of payload, as the paper counts them, that each agent sent */
  readonly uplinkBytes: readonly number[]
  /** bytes of payload, as the paper counts them, that each agent received */
  readonly downlinkBytes: readonly number[]
  /** bytes of the whole frame, its header included, that each agent sent */
  readonly uplinkWireBytes: readonly number[]
  /** bytes of the whole frame, its header included, that each agent received */
  readonly downlinkWireBytes: readonly number[]
  /** the digest of the run up to this exchange, with this exchange included, 64 hexadecimal digits */
  readonly digest: string
}

/** What stopped a run: a policy, a value or a weight that is not finite. Such a run is never counted as censored. */
export interface Failure {
  /** the agent, from 0; -1 at an exchange or at the end of the run, where no single agent is named */
  readonly agent: number
  /** the episode that was under way, from 1 */
  readonly episode: number
  /** the step of that episode */
  readonly step: number
  /** what happened, in words */
  readonly message: string
}

/** What is known of a run only when it has ended. */
export interface Outcome {
  /** mission completion time in episodes; null if the run was censored at the cap or failed */
  readonly completion: number | null
  /** the completion time of each agent; null if it had not completed when the run ended */
  readonly completions: readonly (number | null)[]
  /** the first episode at which the mean over agents of their means over the mission's episodes completed it; null if none did */
  readonly meanCompletion: number | null
  /** episodes of the run; an agent that had no part in some periods has played fewer */
  readonly episodes: number
  /** null unless the run failed */
  readonly failure: Failure | null
  /** the digest of the whole run, 64 hexadecimal digits */
  readonly digest: string
}

/** The result of one run. */
export interface RunResult extends Outcome {
  /** the whole config, its seed included */
  readonly config: Config
  /** SHA-256 of the kernel's bytes, 64 hexadecimal digits; empty if the caller provided the kernel */
  readonly kernelHash: string
  /** steps of all agents together */
  readonly envSteps: number
  /** scores[agent][k]: the steps of the k-th episode that the agent has played, or its return, as the environment says */
  readonly scores: readonly (readonly number[])[]
  /** the exchanges, in order */
  readonly exchanges: readonly Exchange[]
}

/** An episode that all agents have played that have a part in its period. */
export interface EpisodeEvent {
  /** distinguishes it from an exchange */
  readonly type: 'episode'
  /** from 1 */
  readonly episode: number
  /** the score of each agent */
  readonly scores: readonly number[]
  /** the steps of each agent */
  readonly steps: readonly number[]
  /** the agents that played it, in whose order scores and steps are; absent where all agents did */
  readonly players?: readonly number[]
}

/** An exchange that took place. */
export interface ExchangeEvent extends Exchange {
  /** distinguishes it from an episode */
  readonly type: 'exchange'
}

/** What a run yields while it goes on. */
export type RunEvent = EpisodeEvent | ExchangeEvent

/** The most scores of a result, whatever their number of agents: a stored line has four characters for each. */
export const MAX_SCORES = 1 << 26

/** The settings on which the ranges of a run's numbers depend. */
type Bounds = Pick<Config, 'agents' | 'cap' | 'env'>

const count = integerIn(0)

/** The checks of an exchange, field by field. */
export function exchangeTable({ agents, cap }: Bounds): Table<Exchange> {
  const bytes = listOf(count, agents)
  return {
    episode: integerIn(0, cap),
    uplinkBytes: bytes,
    downlinkBytes: bytes,
    uplinkWireBytes: bytes,
    downlinkWireBytes: bytes,
    digest: sha256Hex,
  }
}

function failureTable({ agents }: Bounds): Table<Failure> {
  const agent = integerIn(0, agents - 1)
  return {
    agent: (value, name) => (value === -1 ? value : agent(value, name)),
    episode: count,
    step: count,
    message: text,
  }
}

/** A score: a number of steps in the environments of the kernel that count them. */
const scoreOf = ({ env }: Bounds): Check<number> => (knownEnvironment(env)?.score === 'steps' ? count : finite)

/** The checks of a result without its config, field by field, in the order in which the fields are written. */
export function resultTable(bounds: Bounds): Table<Omit<RunResult, 'config'>> {
  const { agents, cap } = bounds
  const time = nullOr(integerIn(0, cap))
  return {
    kernelHash: sha256Hex,
    completion: time,
    completions: listOf(time, agents),
    meanCompletion: time,
    episodes: integerIn(0, cap),
    envSteps: count,
    scores: listOf(listOf(scoreOf(bounds)), agents),
    exchanges: listOf(recordOf(exchangeTable(bounds))),
    failure: nullOr(recordOf(failureTable(bounds))),
    digest: sha256Hex,
  }
}

/** The checks of what is known only at the end: a part of the table of a result. */
export function outcomeTable(bounds: Bounds): Table<Outcome> {
  const { completion, completions, meanCompletion, episodes, failure, digest } = resultTable(bounds)
  return { completion, completions, meanCompletion, episodes, failure, digest }
}
