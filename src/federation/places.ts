// A run whose agents are in several places, each behind a carrier: the server drives the mission and asks all places, and a
// group answers it. What only a server with a log or a deadline takes, or a group with a memory, is handed in (carried.ts),
// so that a page that needs none of them loads none.

import { functionOf, integerIn, isAscending, listOf, optional, record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import type { Carriers } from '../run/mission.ts'
import type { Ask } from '../run/protocol.ts'
import type { RunEvent, RunResult } from '../run/record.ts'
import { type Own, type Setup, setUp } from '../run/setup.ts'
import { type AskAgents, askingAhead, askingInBytes } from './ahead.ts'
import { openAnswering } from './answering.ts'
import { askGroups, checkAnswers } from './answers.ts'
import { type Carrier, carrierOf, type Timer, timerOf } from './carrier.ts'
import type { Address } from './envelope.ts'
import { openTelling, splitEvents, type Telling } from './eventBytes.ts'
import { endOf, type Following, followRun } from './events.ts'
import { type Group, type GroupOptions, openGroup } from './group.ts'
import type { RunLog } from './log.ts'
import { checkApart, followCourse } from './members.ts'
import type { Answered } from './memory.ts'
import { packRequest, type Said } from './packing.ts'
import type { ABSENT } from './rounds.ts'
import { type AskingHalf, openAsking } from './turns.ts'

/** Where some agents of a federation are. */
export interface GroupPlace {
  /** their numbers, ascending */
  readonly agents: readonly number[]
  /** what carries messages to them and back */
  readonly carrier: Carrier
}

/** What every server over carriers takes beside the config, whether it keeps a log or not. */
export interface PlacesOptions extends Own, Carriers {
  /**
   * when requests are sent again. Without it nothing is, and no request is kept for a member that is started anew, so
   * the carriers must lose nothing
   */
  readonly timer?: Timer
  /**
   * whether each request also carries the events of the run since the last one, and the last request its outcome, so that
   * every place can follow the run (`onEvent`, `onResult`). Default false
   */
  readonly tellsEvents?: boolean
}

/** @throws TypeError, RangeError for what are no numbers of agents */
export function checkNumbers({ config }: Setup, value: unknown, name: string): readonly number[] {
  const numbers = listOf(integerIn(0, config.agents - 1))(value, name)
  if (numbers.length > 0 && isAscending(numbers)) return numbers
  throw new RangeError(expected(name, 'at least one agent, ascending', numbers.join()))
}

/** @throws TypeError, RangeError unless each agent of the run is in one place */
export function checkPlaces(setup: Setup, value: unknown): readonly GroupPlace[] {
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
export const addressOf = ({ tags }: Setup, [lowest]: readonly number[]): Address => ({
  federation: tags.federation,
  member: lowest,
})

/** What a server hands in besides its options, once they are checked. */
export interface Serving {
  readonly timer?: Timer
  readonly log?: RunLog
  /** what asks all groups, as the course of a mission asks its agents */
  readonly openAsks: (groups: readonly RawGroup[], setup: Setup) => (asked: Ask) => Promise<Answers>
}

/** A group as it is asked: the agents and their carrier. */
export interface RawGroup {
  readonly agents: readonly number[]
  readonly ask: AskAgents
}

/** What all agents answer, in agent order, or that they have no part. */
export type Answers = readonly (Said | typeof ABSENT | undefined)[]

/**
 * serveOver for a server that waits for all agents and keeps no log. A page whose tabs are a federation bundles this one
 * alone, without logs and deadlines: 1.7 kB less of 11.6 kB (2026).
 */
export function serveAllOver(
  given: Partial<Config>,
  places: readonly GroupPlace[],
  options: PlacesOptions,
): AsyncGenerator<RunEvent, RunResult> {
  const setup = setUp(given, options)
  checkApart(setup)
  const timer = optional(timerOf)(options.timer, 'timer')
  return serveIn(setup, checkPlaces(setup, places), options, { timer, openAsks: askingAll })
}

/** Runs a mission whose places are checked. */
export async function* serveIn(
  setup: Setup,
  places: readonly GroupPlace[],
  options: PlacesOptions,
  { timer, log, openAsks }: Serving,
): AsyncGenerator<RunEvent, RunResult> {
  const askings = places.map(({ agents, carrier }): AskingHalf => {
    const address = addressOf(setup, agents)
    return openAsking(carrier, address, timer, log?.recall(address.member))
  })
  const telling = options.tellsEvents ? openTelling(places.length) : null
  const requestTo = (place: number, request: Uint8Array) => telling?.request(place, request) ?? request
  const groups = places.map(({ agents }, i) => ({
    agents,
    ask: askingInBytes(agents, (request) => askings[i].ask(requestTo(i, request))),
  }))
  const ask = openAsks(groups, setup)
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

/** Asks all groups at once, a period at a time, and waits for all. */
export function askingAll(groups: readonly RawGroup[], setup: Setup): (asked: Ask) => Promise<Answers> {
  const ahead = groups.map(({ agents, ask }) => ({ agents, ask: askingAhead(setup, ask) }))
  return (asked) => askGroups(asked, ahead)
}

/** What a group that remembers does before its first answer and after each. */
export type Remembering = (
  address: Address,
  group: Group,
) => { readonly before?: Answered; readonly keep: (answered: Answered) => void }

/** takePartOverIn for a group that keeps its state where `remembering` says, or nowhere: a page then bundles no memory. */
export async function takePartIn(
  setup: Setup,
  agents: readonly number[],
  carrier: Carrier,
  options: GroupOptions & Following,
  remembering?: Remembering,
): Promise<string> {
  checkApart(setup)
  const numbers = checkNumbers(setup, agents, 'agents')
  carrierOf(carrier, 'carrier')
  const address = addressOf(setup, numbers)
  const receive = followingOf(setup, options)
  const group = openGroup(setup, numbers, options)
  const remembered = remembering?.(address, group)
  return new Promise((resolve, reject) => {
    openAnswering(carrier, address, {
      answer: async (body) => {
        const { events, request } = splitEvents(body)
        for (const event of events) receive(event)
        return group.answer(request)
      },
      ...remembered,
      onError: reject,
      onAnswered: () => {
        const message = group.ended()
        if (message !== null) resolve(message)
      },
    })
  })
}

/** What a group does with the events that it is told. @throws TypeError for what are no functions */
function followingOf(setup: Setup, { onEvent, onResult, module }: GroupOptions & Following): (event: unknown) => void {
  for (const [name, value] of Object.entries({ onEvent, onResult })) optional(functionOf)(value, name)
  return onEvent || onResult ? followRun(setup, { onEvent, onResult }, module) : () => {}
}
