// A federation: the run of one seed whose agents live apart, a page, tab or thread each, with the digest of one process.
// One side serves: it drives the course, aggregates, and asks all agents at once. serve() and takePart() know no channel;
// host() and join() are the two sides over a BroadcastChannel. No clock: whoever can tell that an agent is gone says so.

import { whole } from './checks.ts'
import { type Config, canonicalConfig } from './config.ts'
import { ascii, hexDigest } from './digest.ts'
import { answered, arrived, departing, type FarAnswer } from './far.ts'
import { expected } from './field.ts'
import { NonFiniteError } from './kernel/agent.ts'
import { instantiate, type Kernel } from './kernel/wasm.ts'
import { type Answer, answer, type Play, startAgents } from './member.ts'
import { type Carriers, mission, type RunEvent, type RunResult } from './mission.ts'
import { endOf, keep, newsOf, resultOf } from './news.ts'
import type { RunOptions } from './run.ts'
import { agree, kernelHash, type Terms } from './terms.ts'
import { type Channel, type Hub, openHub, takeSeat } from './transport/broadcast.ts'

export type { FarAnswer, FarRequest } from './far.ts'
export type { Channel } from './transport/broadcast.ts'

/** Brings a request to an agent, wherever it lives, and its answer back. What it brings is checked here. */
export type Member = (request: unknown) => Promise<unknown>

export interface MemberOptions extends Pick<RunOptions, 'module' | 'method'> {
  /** as in RunOptions, but may take its time */
  readonly play?: Play<number | Promise<number>>
}

export interface FederationOptions extends MemberOptions {
  /**
   * Resolves when that agent is gone, such as when a lock that it holds is free: not at once after its last words, which are
   * still on their way. Without it one that dies in silence is waited for.
   */
  readonly gone?: (agent: number, signal: AbortSignal) => Promise<unknown>
  /** the agents whose answers are awaited, whenever that changes; none: agent 0, which serves, is at work */
  readonly onPending?: (agents: readonly number[]) => void
}

export interface HostOptions extends FederationOptions, Pick<RunOptions, 'transport'> {}

/** The agents that are here, ascending, while others are waited for, and when all are. */
export interface Here {
  readonly type: 'here'
  readonly agents: readonly number[]
}

/** The name that all sides of one federation share, of its config and kernel: of their channel, and of locks. */
export function federationName(given: Partial<Config> = {}, options: MemberOptions = {}): string {
  return nameOf(agree(instantiate(options.module), given, options.method, []))
}

function nameOf({ config }: Terms): string {
  return `frd-${hexDigest(ascii(`${canonicalConfig(config)}\0${kernelHash()}`)).slice(0, 32)}`
}

/**
 * One agent of a federation, laid out and seeded as in a run of all. What it is asked is checked: the promise rejects
 * with TypeError or RangeError for what is no request or out of turn, PayloadError for a frame that is not the expected one.
 */
export function takePart(given: Partial<Config>, agent: number, options: MemberOptions = {}): Member {
  return part(given, agent, options).member
}

function part(given: Partial<Config>, number: number, options: MemberOptions) {
  const { module, method, play = (agent) => agent.playEpisode() } = options
  const kernel = instantiate(module)
  const terms = agree(kernel, given, method, [number])
  const [agent] = startAgents(kernel, terms, [number])
  const now = { episode: 1, round: 0 }
  let isBusy = false

  const member = async (value: unknown): Promise<FarAnswer> => {
    if (isBusy)
      throw new RangeError(expected('request', 'one at a time', 'another', `agent ${number} is at the last one`))
    const request = arrived(terms, number, now, value)
    if (request.ask === 'play') now.episode++
    else if (request.ask === 'download') now.round++
    let played: () => number
    isBusy = true
    try {
      const score = request.ask === 'play' ? await play(agent, number) : 0
      played = () => score
    } catch (error) {
      played = () => {
        throw error
      }
    }
    isBusy = false
    const said = answer(terms, agent, number, request, played)
    return said instanceof NonFiniteError ? { step: said.step, message: said.message } : said
  }
  return { kernel, terms, member }
}

/**
 * Runs one seed with agents that live apart: `members[i]` is agent i's. The events and the result are those of run().
 * @throws TypeError, RangeError, PayloadError for what no agent may answer, and what a member rejects with
 */
export async function* serve(
  given: Partial<Config>,
  members: readonly Member[],
  options: Pick<RunOptions, 'module' | 'method' | 'transport'> = {},
): AsyncGenerator<RunEvent, RunResult> {
  const kernel = instantiate(options.module)
  const terms = agree(kernel, given, options.method, [])
  if (members.length !== terms.config.agents) {
    throw new RangeError(expected('members', `one an agent, ${terms.config.agents}`, members.length))
  }
  return yield* drive(kernel, terms, members, options)
}

async function* drive(
  kernel: Kernel,
  terms: Terms,
  members: readonly Member[],
  carriers: Carriers,
): AsyncGenerator<RunEvent, RunResult> {
  const leave = departing(terms)
  const course = mission(terms, carriers)
  for (let answers: readonly Answer[] = []; ; ) {
    const { done, value } = course.next(answers)
    if (done) return value
    if ('ask' in value) {
      const asked = members.map(async (member, i) => answered(kernel, terms, value, i, await member(leave(value, i))))
      answers = await Promise.all(asked)
    } else yield value
  }
}

const GO_ON = 'the run cannot go on without it; start it anew with all agents'

/** @param episodes that all have played */
function leftError(agent: number, episodes: number, why = ''): Error {
  const who = agent === 0 ? 'agent 0, which serves,' : `agent ${agent}`
  const when = episodes ? `after episode ${episodes}` : 'before the first episode ended'
  return new Error(`${who} left ${when}${why && ` (${why})`}: ${GO_ON}`)
}

/** Watches whether an agent is gone, until `signal`. */
function watch({ gone }: FederationOptions, agent: number, signal: AbortSignal, then: () => void): void {
  gone?.(agent, signal).then(
    () => !signal.aborted && then(),
    () => {}, // aborted
  )
}

/**
 * The side that serves and holds agent 0. Waits for the others, and then runs; each yields the events, returns the result.
 * @throws Error where an agent left, after all were told
 */
export async function* host(
  given: Partial<Config>,
  channel: Channel,
  options: HostOptions = {},
): AsyncGenerator<Here | RunEvent, RunResult> {
  const { kernel, terms, member } = part(given, 0, options)
  const { agents } = terms.config
  const over = new AbortController()
  let episodes = 0
  let stop = leftError(0, episodes).message
  const hub: Hub = openHub(channel, nameOf(terms), agents, {
    // in a later turn, so that the requests to the others go out before
    own: new Map([[0, async (request) => Promise.resolve(request).then(member)]]),
    onHere: (agent) => watch(options, agent, over.signal, () => hub.lose(agent)),
    onPending: options.onPending ?? (() => {}),
    explain: (agent, why) => leftError(agent, episodes, why),
  })
  try {
    for (let isFull = false; !isFull; ) {
      const here = hub.here()
      isFull = here.length === agents
      if (isFull) hub.begin()
      hub.announce()
      yield { type: 'here', agents: here }
      if (!isFull) await hub.changed()
    }
    const members = Array.from(
      { length: agents },
      (_, i): Member =>
        (request) =>
          hub.ask(i, request),
    )
    const events = drive(kernel, terms, members, options)
    for (;;) {
      const { done, value } = await events.next()
      if (done) {
        hub.tell(endOf(value))
        stop = ''
        return value
      }
      if (value.type === 'episode') episodes = value.episode
      hub.tell(value)
      stop = leftError(0, episodes).message
      yield value
    }
  } catch (error) {
    stop = (error as Error).message
    throw error
  } finally {
    if (stop) hub.tell({ type: 'stop', message: stop })
    over.abort()
    hub.close()
  }
}

/**
 * The side that holds agent `number`, from 1, and answers the one that serves. Yields what that one tells, and returns its
 * result.
 * @throws Error where any agent left; TypeError, RangeError, PayloadError for what the server may not say
 */
export async function* join(
  given: Partial<Config>,
  number: number,
  channel: Channel,
  options: FederationOptions = {},
): AsyncGenerator<Here | RunEvent, RunResult> {
  const { terms, member } = part(given, number, options)
  const { agents } = terms.config
  whole(1, agents - 1)(number, 'agent')
  const told = { scores: Array.from({ length: agents }, (): number[] => []), exchanges: [] }
  const over = new AbortController()
  const queue: (Here | { readonly type: 'news'; readonly news: unknown })[] = []
  let failed: Error | null = null
  let why = ''
  let wake = () => {}
  const fail = (error: Error) => {
    failed ??= error
    wake()
  }
  const seat = takeSeat(channel, nameOf(terms), agents, number, {
    answering: member,
    onPresent: (agents) => {
      if (told.scores[0].length) return // all are here since long
      queue.push({ type: 'here', agents })
      wake()
    },
    onNews: (news) => {
      queue.push({ type: 'news', news })
      wake()
    },
    onError: (error) => {
      why ||= error.message
      fail(error)
    },
    onPending: options.onPending ?? (() => {}),
  })
  watch(options, 0, over.signal, () => fail(leftError(0, told.scores[0].length)))
  let isOver = false
  try {
    for (;;) {
      const next = queue.shift()
      if (!next) {
        if (failed) throw failed
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      if (next.type === 'here') {
        yield next
        continue
      }
      const news = newsOf(terms, told, next.news)
      isOver = news.type === 'end' || news.type === 'stop'
      if (news.type === 'end') return resultOf(terms, told, news, options.module)
      if (news.type === 'stop') throw new Error(news.message)
      keep(told, news)
      yield news
    }
  } catch (error) {
    why ||= (error as Error).message
    throw error
  } finally {
    if (!isOver) seat.leave(why)
    over.abort()
    seat.close()
  }
}
