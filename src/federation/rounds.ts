// Rounds with a deadline: an exchange goes on with the groups that have answered. A group that is late is not asked anew
// and nothing of it is thrown away: the period that it is still playing counts as its period of the round in which its
// answer arrives. So a slow member has a part in every second or third round, and in between none. Who had none is decided
// by the clock, once, and logged; all else follows from it, and one process computes the same run (config field `absent`).

import { moveUplink } from '../run/frames.ts'
import type { Ask, AskDownload } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import { type AskAgents, type AskedRequest, sendsAfter } from './ahead.ts'
import type { Timer } from './carrier.ts'
import type { RunLog } from './log.ts'
import type { Said } from './packing.ts'
import { isBroken } from './saying.ts'

/** What an agent that has no part in a round answers. */
export const ABSENT = Symbol('absent')

/** When a round goes on without some. */
export interface Deadline {
  /** milliseconds after which a round goes on */
  readonly deadline: number
  /** how many agents must have answered before it does, 1..agents */
  readonly minimum: number
  readonly timer: Timer
  readonly log?: RunLog
}

/** A group as the rounds see it. */
interface Group {
  readonly agents: readonly number[]
  readonly ask: AskAgents
}

type Period = AskedRequest & { readonly ask: 'period' }

/** A group, and what is known of it. */
interface Seat extends Group {
  /** the next of its own episodes; a group that was late is behind the run */
  next: number
  /** the period that it was asked last, and what its agents said of it, once they have */
  asked: Period | null
  said: readonly (readonly Said[])[] | null
  /** settles when it has answered all that it was asked */
  latest: Promise<unknown>
}

type Answers = (Said | typeof ABSENT | undefined)[]

/**
 * What asks all groups in rounds, as the course of a mission asks its agents.
 * @throws RangeError for bytes that are no answers; Error for an agent that could not learn and was not waited for
 */
export function openRounds(
  setup: Setup,
  groups: readonly Group[],
  { deadline, minimum, timer, log }: Deadline,
): (asked: Ask) => Promise<Answers> {
  const { config, method } = setup
  const seats = groups.map((group): Seat => ({ ...group, next: 1, asked: null, said: null, latest: Promise.resolve() }))
  let part: readonly Seat[] = []
  let period = -1
  let start = 1
  let episode = 0
  let round = 0
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  failed.catch(() => {}) // it is heard where something is awaited

  /** Asks a group once it has answered everything before. */
  const send = (seat: Seat, request: AskedRequest): Promise<readonly (readonly Said[])[]> => {
    const answer = seat.latest.then(() => seat.ask(request))
    seat.latest = answer
    answer.catch(fail)
    return answer
  }
  const agentsOf = (some: readonly Seat[]) => some.flatMap(({ agents }) => agents)

  /**
   * Waits for groups until all have answered, or until the deadline has passed and enough have.
   * @returns those that have
   */
  const gather = async (
    waited: ReadonlyMap<Seat, Promise<unknown>>,
    least: number,
    fits: (seat: Seat) => boolean = () => true,
  ): Promise<Set<Seat>> => {
    const here = new Set<Seat>()
    let isLate = false
    let look = () => {}
    for (const [seat, answer] of waited) {
      answer.then(
        () => {
          here.add(seat)
          look()
        },
        () => {}, // send has told it
      )
    }
    const stop = timer(deadline, () => {
      isLate = true
      look()
    })
    const enough = new Promise<void>((resolve) => {
      look = () => {
        if (here.size === waited.size || (isLate && agentsOf([...here].filter(fits)).length >= least)) resolve()
      }
      look()
    })
    try {
      await Promise.race([enough, failed])
      return new Set(here)
    } finally {
      stop()
    }
  }
  /** Those that have a part, as the log says, or else as the clock decides. */
  const decide = async (
    number: number,
    waited: ReadonlyMap<Seat, Promise<unknown>>,
    least: number,
    fits: (seat: Seat) => boolean,
  ): Promise<readonly Seat[]> => {
    const known = log?.absent(number)
    if (known) {
      const having = [...waited.keys()].filter(({ agents }) => !known.includes(agents[0]))
      await Promise.race([Promise.all(having.map((seat) => waited.get(seat))), failed])
      return having
    }
    const here = await gather(waited, least, fits)
    const having = [...waited.keys()].filter((seat) => here.has(seat) && fits(seat))
    const absent = agentsOf(seats.filter((seat) => !having.includes(seat))).sort((a, b) => a - b)
    log?.decide(number, absent)
    log?.sync()
    return having
  }

  const beginPeriod = async () => {
    period++
    start = episode
    const length = Math.min(config.period, config.cap - start + 1)
    const sends = sendsAfter(setup, start + length - 1)
    const waited = new Map<Seat, Promise<unknown>>()
    for (const seat of seats) {
      if (seat.asked === null) {
        const asked: Period = {
          ask: 'period',
          from: seat.next,
          to: seat.next + length - 1,
          round: sends ? round : null,
        }
        seat.asked = asked
        seat.said = null
        send(seat, asked).then((lists) => {
          seat.said = lists
        }, fail)
      }
      waited.set(seat, seat.latest)
    }
    // Where the cap cuts the last period short, a period of full length that arrives in it is none of it.
    const fits = ({ asked }: Seat) =>
      asked !== null && asked.to - asked.from + 1 === length && (asked.round !== null) === sends
    part = await decide(period, waited, minimum, fits)
  }
  /** The upload of an agent, with the number of this exchange where it was asked for an earlier one. */
  const uploadOf = (seat: Seat, k: number): Said | undefined => {
    const { from, to, round: was } = seat.asked!
    const said = seat.said![k][to - from + 1]
    if (was === round || was === null || !(said instanceof Uint8Array)) return said
    return moveUplink(setup, was, round, seat.agents[k], said)
  }
  /** Frees the groups that have a part for the next period. */
  const free = () => {
    for (const seat of part) {
      seat.next = seat.asked!.to + 1
      seat.asked = null
    }
  }
  const download = async (asked: AskDownload): Promise<Map<Seat, readonly (readonly Said[])[]>> => {
    const answers = new Map<Seat, readonly (readonly Said[])[]>()
    const waited = new Map<Seat, Promise<unknown>>()
    for (const seat of part) {
      const answer = send(seat, asked)
      waited.set(
        seat,
        answer.then((lists) => answers.set(seat, lists)),
      )
      // An agent that was not waited for, and could not learn, ends the run: no replay would go on with it.
      answer.then((lists) => {
        const broken = round > asked.round && lists.flat().find(isBroken)
        if (broken) fail(new Error(`exchange ${asked.round + 1}, when the run had gone on: ${broken.message}`))
      }, fail)
    }
    // Where the paper's bytes are counted by the agent, all must tell; else the round goes on at the deadline.
    if (method.paperBytes) await Promise.race([Promise.all(waited.values()), failed])
    else await gather(waited, 0)
    round = asked.round + 1
    free()
    return answers
  }
  const weights = async () => {
    const played = episode - start + 1
    const answers = new Map<Seat, readonly (readonly Said[])[]>()
    const waited = new Map<Seat, Promise<unknown>>()
    for (const seat of part) {
      const at = seat.asked ? seat.asked.from + played - 1 : seat.next - 1
      const answer = send(seat, { ask: 'weights', episode: at })
      waited.set(
        seat,
        answer.then((lists) => answers.set(seat, lists)),
      )
    }
    const least = Math.min(minimum, agentsOf(part).length)
    const having = await decide(period + 1, waited, least, () => true)
    return new Map(having.map((seat) => [seat, answers.get(seat)!]))
  }

  return async (asked) => {
    const all: Answers = new Array(config.agents).fill(ABSENT)
    const fill = (seat: Seat, said: (k: number) => Said | undefined) => {
      for (const [k, agent] of seat.agents.entries()) all[agent] = said(k)
    }
    if (asked.ask === 'play') {
      const isFirst = (asked.episode - 1) % config.period === 0
      if (isFirst && part.some((seat) => seat.asked)) free() // there was no exchange after the last period
      episode = asked.episode
      if (isFirst) await beginPeriod()
      for (const seat of part) fill(seat, (k) => seat.said![k][episode - start])
    } else if (asked.ask === 'upload') for (const seat of part) fill(seat, (k) => uploadOf(seat, k))
    else {
      const now = part
      const answers = asked.ask === 'download' ? await download(asked) : await weights()
      for (const seat of now) {
        const lists = answers.get(seat)
        if (lists) fill(seat, (k) => lists[k][0])
        else if (asked.ask === 'download') fill(seat, () => null)
      }
    }
    return all
  }
}
