// The two ends of a federation, whatever the channel between them: takePart() is one agent, which answers requests;
// serve() drives the mission, aggregates, and asks all agents at once. The digest is that of a run in one process.

import { functionOf, integerIn, listOf, record } from '../config/checks.ts'
import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { fields } from '../config/fields.ts'
import { canonicalConfig } from '../config/resolve.ts'
import { NonFiniteError } from '../kernel/records.ts'
import { instantiate, type Kernel } from '../kernel/wasm.ts'
import { ascii, hexDigest } from '../run/digest.ts'
import { type Carriers, mission } from '../run/mission.ts'
import { type Answer, type Ask, answer, counting, type Play, startAgents } from '../run/protocol.ts'
import type { RunEvent, RunResult } from '../run/record.ts'
import type { RunOptions } from '../run/run.ts'
import { kernelHash, type Own, type Setup, setUp } from '../run/setup.ts'
import {
  afterDownloads,
  afterUpload,
  checkAnswer,
  checkRequest,
  type MemberAnswer,
  NEW,
  type Now,
  requestFor,
} from './messages.ts'
import { outcomeOf } from './outcome.ts'

/** Carries a request to an agent, wherever it lives, and returns its answer. The server checks the answer. */
export type Member = (request: unknown) => Promise<unknown>

/** What one agent of a federation takes beside the config. */
export interface MemberOptions extends Own, Pick<RunOptions, 'module'> {
  /** plays an episode, as in RunOptions; it may return a promise */
  readonly play?: Play<number | Promise<number>>
}

/**
 * The name that all sides of one federation share, for their channel and for locks. It is made from the config and from
 * the hash of the embedded kernel, also where a side is given another kernel as `module`.
 *
 * @example
 * const channel = new BroadcastChannel(federationName({ method: 'frd', agents: 4, seed: 7 }))
 * @throws TypeError, RangeError for a config that cannot run
 */
export function federationName(given: Partial<Config> = {}, options: Own = {}): string {
  const setup = setUp(given, options)
  checkApart(setup)
  return nameOf(setup)
}

/** The name of the federation of a setup. */
export function nameOf({ config }: Setup): string {
  return `frd-${hexDigest(ascii(`${canonicalConfig(config)}\0${kernelHash()}`)).slice(0, 32)}`
}

/**
 * One agent of a federation, laid out and seeded as in a run of all agents. It checks every request: its promise
 * rejects with a TypeError or RangeError for an invalid request or one out of turn, and with a PayloadError for a frame
 * that is not the expected one.
 * @throws TypeError, RangeError for a config that cannot run, or an agent that the run does not have
 */
export function takePart(given: Partial<Config>, agent: number, options: MemberOptions = {}): Member {
  const setup = setUp(given, options)
  checkApart(setup)
  return memberOf(setup, agent, options)
}

/** Why the agents of a run cannot live apart; null if they can. */
function whyTogether({ method, config, own }: Setup): string | null {
  if (method.isPooled) return 'its one learner plays for all; let one thread run it'
  if (!method.needsOneWorld || (own === null && config.worlds === null)) return null
  return 'all agents learn in the world of agent 0, and others do not have it; let one thread run it'
}

/** @throws RangeError for a method whose agents cannot live apart */
export function checkApart(setup: Setup): void {
  const { absent } = setup.config
  if (absent.length) {
    const why = 'where agents live apart, who has no part is found by a deadline'
    throw new RangeError(expected('absent', 'none', fields.absent.show(absent), `${why}; let one thread run it`))
  }
  const why = whyTogether(setup)
  if (why === null) return
  throw new RangeError(expected('method', 'agents that can live apart', setup.method.name, why))
}

function memberOf(setup: Setup, number: number, options: MemberOptions): Member {
  record(options, 'options')
  const { module, play = (agent) => agent.playEpisode() } = options
  functionOf(play, 'play')
  integerIn(0, setup.config.agents - 1)(number, 'agent')
  const [agent] = startAgents(instantiate(module), setup, [number])
  const now: Now = { episode: 1, round: 0 }
  let knows = NEW
  let isBusy = false

  return async (value: unknown): Promise<MemberAnswer> => {
    if (isBusy) {
      throw new RangeError(
        expected('request', 'one at a time', 'another', `agent ${number} still answers the last one`),
      )
    }
    const asked = checkRequest(setup, number, now, knows.past, value)
    if (asked.ask === 'play') now.episode++
    else if (asked.ask === 'download') {
      now.round++
      ;[knows] = afterDownloads(setup, [knows], asked.downlinks)
    }
    isBusy = true
    const score = asked.ask === 'play' ? await outcomeOf(() => play(agent, number)) : null
    isBusy = false
    const said = answer(setup, agent, number, asked, score ? counting(score) : undefined)
    if (asked.ask === 'upload') knows = afterUpload(knows, said)
    return said instanceof NonFiniteError ? { step: said.step, message: said.message } : said
  }
}

/**
 * Runs one seed with agents that live apart: `members[i]` reaches agent i. The events and the result are those of
 * run().
 *
 * @example
 * const members = [0, 1].map((agent) => takePart({ agents: 2 }, agent))
 * const events = serve({ agents: 2 }, members)
 * @throws TypeError, RangeError, PayloadError for an invalid answer, and whatever a member rejects with
 */
export async function* serve(
  given: Partial<Config>,
  members: readonly Member[],
  options: Own & Carriers = {},
): AsyncGenerator<RunEvent, RunResult> {
  const setup = setUp(given, options)
  checkApart(setup)
  listOf(functionOf)(members, 'members')
  if (members.length !== setup.config.agents) {
    throw new RangeError(expected('members', `one per agent, ${setup.config.agents}`, members.length))
  }
  return yield* followCourse(setup, options, (asked, kernel) =>
    Promise.all(
      members.map(async (member, i) => checkAnswer(kernel, setup, asked, i, await member(requestFor(asked, i)))),
    ),
  )
}

/**
 * Runs the course of a mission.
 * @param answersTo the answers of all agents to a request, in agent order and checked
 */
export async function* followCourse(
  setup: Setup,
  carriers: Carriers,
  answersTo: (asked: Ask, kernel: Kernel) => Promise<readonly Answer[]>,
): AsyncGenerator<RunEvent, RunResult> {
  const kernel = instantiate(carriers.module)
  const course = mission(setup, carriers)
  for (let answers: readonly Answer[] = []; ; ) {
    const { done, value } = course.next(answers)
    if (done) return value
    if ('ask' in value) answers = await answersTo(value, kernel)
    else yield value
  }
}
