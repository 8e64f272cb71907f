// A federation over carriers: serveOver() drives the mission and asks groups of agents in turns, and takePartOver() is
// one group. The digest is that of a run in one process, whatever the carriers lose, repeat or reorder.

import { bytesOf, integerIn, numberIn, optional } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import type { DeviceEnvironment, OwnEnvironment } from '../environments/own.ts'
import type { RunEvent, RunResult } from '../run/record.ts'
import { type Own, type Setup, setUp } from '../run/setup.ts'
import { type Carrier, type Timer, timerOf } from './carrier.ts'
import type { Following } from './events.ts'
import type { GroupOptions } from './group.ts'
import { type Log, logOf, openRunLog } from './log.ts'
import { checkApart, nameOf } from './members.ts'
import { type Memory, memoryOf, sealMemory, unsealMemory } from './memory.ts'
import {
  askingAll,
  checkPlaces,
  type GroupPlace,
  type PlacesOptions,
  type RawGroup,
  type Remembering,
  serveIn,
  takePartIn,
} from './places.ts'
import { type Deadline, openRounds } from './rounds.ts'

export type { GroupPlace } from './places.ts'

/** What a server over carriers takes beside the config. */
export interface ServeOverOptions extends PlacesOptions {
  /**
   * where the answers are kept. With it, a server that was killed and is started again with the same config, places and
   * log goes on where it ended; the members go on waiting for it. Without it, the run must be started anew
   */
  readonly log?: Log
  /**
   * milliseconds after which a period goes on without the agents that have not answered; the result's `config.absent` says
   * who had no part in which. Default none: all wait for all. It needs a timer
   */
  readonly deadline?: number
  /** how many agents must have answered before a period goes on without the others, 1..agents; default 1 */
  readonly minimum?: number
}

/** What a group takes beside the config. It follows the run only where the server tells its events. */
export interface TakePartOverOptions extends Omit<Own, 'environment'>, GroupOptions, Following {
  /** an environment of one's own; where it answers with promises, such as a device, the group waits for them */
  readonly environment?: OwnEnvironment | DeviceEnvironment
  /**
   * where the group keeps its state and its last answer, so that it goes on from there when it is started anew. Without it,
   * the server asks everything again, and a simulation computes the same; a device could not. What was told of the run is
   * not kept, so that such a group cannot follow it
   */
  readonly memory?: Memory
}

/**
 * Runs one seed with agents in several places. The events and the result are those of run(). It closes the carriers
 * when the run is over, and tells all places, unless it has a log and stopped early.
 *
 * @example
 * const places = [{ agents: [0, 1], carrier: near }, { agents: [2], carrier: far }]
 * for await (const event of serveOver({ method: 'frd', agents: 3 }, places, { timer })) console.log(event)
 * @throws TypeError, RangeError, PayloadError for an invalid answer, or for a log of another run; TurnError for two answers
 *   to one request; what an agent's code threw
 */
export async function* serveOver(
  given: Partial<Config>,
  places: readonly GroupPlace[],
  options: ServeOverOptions = {},
): AsyncGenerator<RunEvent, RunResult> {
  const setup = setUp(given, options)
  checkApart(setup)
  const timer = optional(timerOf)(options.timer, 'timer')
  const checked = checkPlaces(setup, places)
  const log = options.log && openRunLog(logOf(options.log, 'log'), runOf(setup, checked))
  const deadline = deadlineOf(setup, options, timer)
  const openAsks = deadline
    ? (groups: readonly RawGroup[]) => openRounds(setup, groups, { ...deadline, log })
    : askingAll
  return yield* serveIn(setup, checked, options, { timer, log, openAsks })
}

/** @throws TypeError, RangeError for a deadline that cannot be */
function deadlineOf(
  { config, own }: Setup,
  { deadline, minimum }: ServeOverOptions,
  timer: Timer | undefined,
): Pick<Deadline, 'deadline' | 'minimum' | 'timer'> | null {
  if (deadline === undefined) {
    if (minimum === undefined) return null
    throw new RangeError(expected('minimum', 'a deadline beside it', minimum, 'without one, all wait for all'))
  }
  if (!timer) throw new TypeError(expected('timer', 'a function', timer, 'a deadline needs it'))
  if (own && config.until !== 'cap') {
    const why = 'an environment of one’s own cannot go back to the episode in which the run ends'
    throw new RangeError(expected('until', 'cap, beside a deadline', config.until, why))
  }
  // An agent that is late takes part in another exchange than the one that it was drawn for, or whose period it has played.
  for (const name of ['growth', 'participation'] as const) {
    const why = 'a late agent has a part in a later exchange than it was asked for'
    if (config[name] !== 1) throw new RangeError(expected(name, '1, beside a deadline', config[name], why))
  }
  return {
    deadline: numberIn(1, MAX_DEADLINE)(deadline, 'deadline'),
    minimum: optional(integerIn(1, config.agents))(minimum, 'minimum') ?? 1,
    timer,
  }
}

/** The longest time of a timer in every runtime, in milliseconds: 24 days. */
const MAX_DEADLINE = 2_147_483_647

/** The name of a run and of how its agents are grouped, which its log must be of. */
const runOf = (setup: Setup, places: readonly GroupPlace[]) =>
  [nameOf(setup), ...places.map(({ agents }) => agents.join())].join(' ')

/**
 * Some agents of a federation, which answer the server until the run is over. The carrier stays open.
 *
 * @example
 * await takePartOver({ method: 'frd', agents: 3 }, [0, 1], carrier)
 * @param agents their numbers, ascending
 * @returns what broke the run off, in the server's words; empty if nothing did
 * @throws TypeError, RangeError for a config that cannot run, or for a request of a wrong form or out of turn; TurnError
 *   for two requests in one turn
 */
export function takePartOver(
  given: Partial<Config>,
  agents: readonly number[],
  carrier: Carrier,
  options: TakePartOverOptions = {},
): Promise<string> {
  return takePartOverIn(setUp(given, options as Own), agents, carrier, options)
}

/** takePartOver for a run that is set up already. */
export function takePartOverIn(
  setup: Setup,
  agents: readonly number[],
  carrier: Carrier,
  options: GroupOptions & Following & Pick<TakePartOverOptions, 'memory'> = {},
): Promise<string> {
  return takePartIn(setup, agents, carrier, options, options.memory && rememberingIn(options))
}

/** @throws TypeError for what keeps nothing; RangeError beside what would follow the run, and for the memory of another group */
function rememberingIn({ memory: given, onEvent, onResult }: Following & { readonly memory?: unknown }): Remembering {
  return (address, group) => {
    const memory = memoryOf(given, 'memory')
    for (const [name, value] of Object.entries({ onEvent, onResult })) {
      if (value) throw new RangeError(expected(name, 'no memory beside it', given, 'it does not keep the events'))
    }
    const kept = memory.load()
    const before = kept ? unsealMemory(address, bytesOf(kept, 'memory'), group) : undefined
    return { before, keep: (answered) => memory.save(sealMemory(address, answered, group)) }
  }
}
