// A group: agents of a federation that live in one place, such as a thread, and answer together. It plays a whole period
// at one request. Where the run ends within a period, the group goes back: the agents take the state that they had
// before the period, and play it again up to the run's last episode.

import { integerIn } from '../config/checks.ts'
import { expected } from '../config/errors.ts'
import type { Agent } from '../kernel/agent.ts'
import type { WasmModule } from '../kernel/platform.ts'
import { NonFiniteError } from '../kernel/records.ts'
import { instantiate } from '../kernel/wasm.ts'
import { type Ask, answer, startAgents } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import { checkRequest } from './messages.ts'
import { type GroupRequest, packAnswers, type Said, unpackRequest } from './packing.ts'

/** The agents of one place. */
export interface Group {
  /** the answers to a request; what an agent's code throws is among the answers. @throws RangeError for no request */
  readonly answer: (request: Uint8Array) => Uint8Array
  /** what the server said at the end of the run; null before it */
  readonly ended: () => string | null
}

/**
 * Whether a period and its upload can be asked at once. Where the run may end within it, an environment of one's own would
 * have to go back too, and no copy of an agent holds it.
 */
export const playsPeriods = ({ own, config }: Setup): boolean => own === null || config.until === 'cap'

/** @param numbers the agents' numbers, ascending */
export function openGroup(setup: Setup, numbers: readonly number[], module?: WasmModule): Group {
  const kernel = instantiate(module)
  const agents = startAgents(kernel, setup, numbers)
  const now = { episode: 1, round: 0 }
  const highest = numbers[numbers.length - 1]
  const mayGoBack = setup.config.until !== 'cap'
  /** the agents as they were before the period, where the run may end before the last thing that was asked */
  let before: { readonly from: number; readonly uploads: boolean; readonly blocks: readonly Uint8Array[] } | null = null
  let ended: string | null = null

  const blockOf = (agent: Agent) => new Uint8Array(kernel.memory.buffer, agent.block, agent.bytes)
  const say = (k: number, asked: Ask): Said => {
    try {
      const said = answer(setup, agents[k], numbers[k], asked)
      return said instanceof NonFiniteError ? { step: said.step, message: said.message } : said
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
      return { fault: name, message }
    }
  }
  /** The agent's answers to one request after the other, up to the first that it could not answer. */
  const sayAll = (k: number, asked: readonly Ask[]): Said[] => {
    const list: Said[] = []
    for (const one of asked) {
      const said = say(k, one)
      list.push(said)
      if (isBroken(said)) break
    }
    return list
  }
  const episodes = (from: number, to: number): Ask[] =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ ask: 'play', episode: from + i }))

  const period = ({ from, to, round }: GroupRequest & { ask: 'period' }): Said[][] => {
    integerIn(now.episode, now.episode)(from, 'first episode of the request')
    integerIn(from - 1, playsPeriods(setup) ? setup.config.cap : from)(to, 'last episode of the request')
    const asked = episodes(from, to)
    const uploads = round !== null
    if (uploads) asked.push(checkRequest(setup, highest, now, { ask: 'upload', round }))
    const isAhead = mayGoBack && asked.length > 1
    before = isAhead ? { from, uploads, blocks: agents.map((agent) => blockOf(agent).slice()) } : null
    now.episode = to + 1
    return agents.map((_, k) => sayAll(k, asked))
  }
  const download = ({ round, frames }: GroupRequest & { ask: 'download' }): Said[][] => {
    if (frames.length !== 1 && frames.length !== agents.length) {
      throw new RangeError(expected('request.frames', `1 frame, or ${agents.length}`, frames.length))
    }
    const asked = frames.map((frame) => checkRequest(setup, highest, now, { ask: 'download', round, frame }))
    now.round++
    before = null
    return agents.map((_, k) => [say(k, asked[k] ?? asked[0])])
  }
  const weights = (episode: number): Said[][] => {
    const played = now.episode - 1
    integerIn(before ? before.from : played, played)(episode, 'request.episode')
    if (before && (before.uploads || episode < played)) {
      for (const [k, block] of before.blocks.entries()) blockOf(agents[k]).set(block)
      for (const k of agents.keys()) sayAll(k, episodes(before.from, episode))
      before = null
      now.episode = episode + 1
    }
    return agents.map((_, k) => [say(k, { ask: 'weights' })])
  }
  const perform = (request: GroupRequest): Said[][] => {
    if (request.ask === 'period') return period(request)
    if (request.ask === 'download') return download(request)
    if (request.ask === 'weights') return weights(request.episode)
    ended = request.message
    return []
  }
  return { answer: (request) => packAnswers(perform(unpackRequest(request))), ended: () => ended }
}

/** Whether it is no answer, but what kept an agent from giving one. */
const isBroken = (said: Said) => typeof said === 'object' && said !== null && 'message' in said
