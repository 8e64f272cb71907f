// What one agent says to requests: its answers as they travel, where what stops a network or what its code throws is an
// answer too.

import type { Agent } from '../kernel/agent.ts'
import { NonFiniteError } from '../kernel/records.ts'
import { type Ask, answer, counting } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import { outcomeOf } from './outcome.ts'
import type { Said } from './packing.ts'

/** How an agent plays. */
export interface Playing {
  /** plays an episode and returns its score; null or left out where the agent plays it by itself */
  readonly play?: (() => Promise<number>) | null
  /** called before each episode, which begins when what it returns has come true */
  readonly between?: () => Promise<void>
}

/** Whether it is no answer, but what kept an agent from giving one. */
export const isBroken = (said: Said): said is Said & { readonly message: string } =>
  typeof said === 'object' && said !== null && 'message' in said

/** The requests to play the episodes from..to. */
export const episodes = (from: number, to: number): Ask[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ ask: 'play', episode: from + i }))

/** What an agent says to one request after the other, up to the first that it could not answer. */
export async function sayAll(
  setup: Setup,
  agent: Agent,
  number: number,
  asked: readonly Ask[],
  playing: Playing = {},
): Promise<Said[]> {
  const list: Said[] = []
  for (const one of asked) {
    const said = await say(setup, agent, number, one, playing)
    list.push(said)
    if (isBroken(said)) break
  }
  return list
}

async function say(setup: Setup, agent: Agent, number: number, asked: Ask, { play, between }: Playing): Promise<Said> {
  try {
    if (asked.ask === 'play') await between?.()
    const played = asked.ask === 'play' && play ? await outcomeOf(play) : null
    const said = answer(setup, agent, number, asked, played ? counting(played) : undefined)
    return said instanceof NonFiniteError ? { step: said.step, message: said.message } : said
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
    return { fault: name, message }
  }
}
