// A federation over carriers: serveOver() drives the mission and asks groups of agents in turns, and takePartOver() is
// one group. The digest is that of a run in one process, whatever the carriers lose, repeat or reorder.

import { bytesOf, functionOf, integerIn, isAscending, listOf, numberIn, optional, record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import type { DeviceEnvironment, OwnEnvironment } from '../environments/own.ts'
import type { Carriers } from '../run/mission.ts'
import type { Ask } from '../run/protocol.ts'
import type { RunEvent, RunResult } from '../run/record.ts'
import { type Own, type Setup, setUp } from '../run/setup.ts'
import { askingAhead, askingInBytes } from './ahead.ts'
import { openAnswering } from './answering.ts'
import { askGroups, checkAnswers } from './answers.ts'
import { type Carrier, carrierOf, type Timer, timerOf } from './carrier.ts'
import type { Address } from './envelope.ts'
import { openTelling, splitEvents, type Telling } from './eventBytes.ts'
import { endOf, type Following, followRun } from './events.ts'
import { type GroupOptions, openGroup } from './group.ts'
import { type Log, logOf, openRunLog } from './log.ts'
import { checkApart, followCourse, nameOf } from './members.ts'
import { type Memory, memoryOf, sealMemory, unsealMemory } from './memory.ts'
import { packRequest } from './packing.ts'
import { type Deadline, openRounds } from './rounds.ts'
import { type AskingHalf, openAsking } from './turns.ts'

/** Where some agents of a federation are. */
export interface GroupPlace {
  /** their numbers, ascending */
  readonly agents: readonly number[]
  /** what carries messages to them and back */
  readonly carrier: Carrier
}

/** What a server over carriers takes beside the config. */
export interface ServeOverOptions extends Own, Carriers {
  /**
   * when requests are sent again. Without it nothing is, and no request is kept for a member that is started anew, so
   * the carriers must lose nothing
   */
  readonly timer?: Timer
  /**
   * where the answers are kept. With it, a server that was killed and is started again with the same config, places and
   * log goes on where it ended; the members go on waiting for it. Without it, the run must be started anew
   */
  readonly log?: Log
  /**
   * whether each request also carries the events of the run since the last one, and the last request its outcome, so that
   * every place can follow the run (`onEvent`, `onResult`). Default false
   */
  readonly tellsEvents?: boolean
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

/** @throws TypeError, RangeError for what are no numbers of agents */
function checkNumbers({ config }: Setup, value: unknown, name: string): readonly number[] {
  const numbers = listOf(integerIn(0, config.agents - 1))(value, name)
  if (numbers.length > 0 && isAscending(numbers)) return numbers
  throw new RangeError(expected(name, 'at least one agent, ascending', numbers.join()))
}

/** @throws TypeError, RangeError unless each agent of the run is in one place */
function checkPlaces(setup: Setup, value: unknown): readonly GroupPlace[] {
  const places = listOf(record)(value, 'places').map(({ agents, carrier }, i) => ({
    agents: checkNumbers(setup, agents, `places[${i}].agents`),
    carrier: carrierOf(carrier, `places[${i}].carrier`),
  }))
  const held = places.flatMap(({ agents }) => agents).sort((a, b) => a - b)
  const { agents } = setup.config
  if (held.length === agents && held.every((number, i) => number === i)) return places
  throw new RangeError(expected('places', `each of the agents 0..${agents - 1} in one place`, held.join()))
}

/** Between whom the messages of some agents travel. */
const addressOf = ({ tags }: Setup, [lowest]: readonly number[]): Address => ({
  federation: tags.federation,
  member: lowest,
})

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
  const askings = checked.map(({ agents, carrier }): AskingHalf => {
    const address = addressOf(setup, agents)
    return openAsking(carrier, address, timer, log?.recall(address.member))
  })
  const deadline = deadlineOf(setup, options, timer)
  const telling = options.tellsEvents ? openTelling(checked.length) : null
  const requestTo = (place: number, request: Uint8Array) => telling?.request(place, request) ?? request
  const groups = checked.map(({ agents }, i) => ({
    agents,
    ask: askingInBytes(agents, (request) => askings[i].ask(requestTo(i, request))),
  }))
  const ahead = groups.map(({ agents, ask }) => ({ agents, ask: askingAhead(setup, ask) }))
  const ask = deadline ? openRounds(setup, groups, { ...deadline, log }) : (asked: Ask) => askGroups(asked, ahead)
  let message = 'the server stopped before the end of the run'
  let isOver = false
  try {
    const course = followCourse(setup, options, async (asked, kernel) => {
      log?.sync() // what follows from an answer is asked when the answer cannot be lost any more
      return checkAnswers(kernel, setup, asked, await ask(asked))
    })
    const result = yield* telling ? toldBy(telling, course) : course
    message = ''
    isOver = true
    return result
  } catch (error) {
    message = (error as Error).message
    isOver = true
    throw error
  } finally {
    const isBroken = log?.isBroken() ?? false
    if (!isBroken) log?.sync()
    // A server that was only stopped, or whose disk is full, and has a log, goes on later.
    for (const [i, asking] of askings.entries()) {
      if ((isOver && !isBroken) || !log) asking.end(requestTo(i, packRequest({ ask: 'end', message })))
      else asking.close()
    }
  }
}

/** The course of a run, of which each event and the outcome are told. */
async function* toldBy(telling: Telling, course: AsyncGenerator<RunEvent, RunResult>) {
  for (;;) {
    const { done, value } = await course.next()
    telling.add(done ? endOf(value) : value)
    if (done) return value
    yield value
  }
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
export async function takePartOverIn(
  setup: Setup,
  agents: readonly number[],
  carrier: Carrier,
  options: GroupOptions & Following & Pick<TakePartOverOptions, 'memory'> = {},
): Promise<string> {
  checkApart(setup)
  const numbers = checkNumbers(setup, agents, 'agents')
  carrierOf(carrier, 'carrier')
  const memory = options.memory && memoryOf(options.memory, 'memory')
  const address = addressOf(setup, numbers)
  const receive = followingOf(setup, options)
  const group = openGroup(setup, numbers, options)
  const kept = memory?.load() ?? null
  const before = kept ? unsealMemory(address, bytesOf(kept, 'memory'), group) : undefined
  return new Promise((resolve, reject) => {
    openAnswering(carrier, address, {
      answer: async (body) => {
        const { events, request } = splitEvents(body)
        for (const event of events) receive(event)
        return group.answer(request)
      },
      before,
      keep: (answered) => memory?.save(sealMemory(address, answered, group)),
      onError: reject,
      onAnswered: () => {
        const message = group.ended()
        if (message !== null) resolve(message)
      },
    })
  })
}

/** What a group does with the events that it is told. @throws TypeError, RangeError for options that cannot be */
function followingOf(setup: Setup, options: Parameters<typeof takePartOverIn>[3] = {}): (event: unknown) => void {
  const { onEvent, onResult, memory, module } = options
  for (const [name, value] of Object.entries({ onEvent, onResult })) {
    optional(functionOf)(value, name)
    if (value && memory)
      throw new RangeError(expected(name, 'no memory beside it', memory, 'it does not keep the events'))
  }
  return onEvent || onResult ? followRun(setup, { onEvent, onResult }, module) : () => {}
}
