// What all groups say to one request of a mission's course, brought into agent order and checked.

import { NonFiniteError } from '../kernel/records.ts'
import type { Kernel } from '../kernel/wasm.ts'
import type { Answer, Ask } from '../run/protocol.ts'
import type { Setup } from '../run/setup.ts'
import type { AskGroup } from './ahead.ts'
import { checkAnswer } from './messages.ts'
import type { Said } from './packing.ts'
import { ABSENT } from './rounds.ts'

/** A group, as the server asks it. */
export interface AskedGroup {
  /** the numbers of its agents, ascending */
  readonly agents: readonly number[]
  readonly ask: AskGroup
}

/** What all agents say to one request, in agent order. */
export async function askGroups(asked: Ask, groups: readonly AskedGroup[]): Promise<(Said | undefined)[]> {
  const said: (Said | undefined)[] = []
  const lists = await Promise.all(groups.map(({ ask }) => ask(asked)))
  for (const [i, { agents }] of groups.entries()) {
    for (const [k, agent] of agents.entries()) said[agent] = lists[i][k]
  }
  return said
}

/**
 * The answers up to the first agent that could give none, as in one process.
 * @throws as checkAnswer; what that agent's code threw
 */
export function checkAnswers(
  kernel: Kernel,
  setup: Setup,
  asked: Ask,
  said: readonly (Said | typeof ABSENT | undefined)[],
): Answer[] {
  const answers: Answer[] = []
  for (const [agent, value] of said.entries()) {
    if (typeof value === 'object' && value !== null && 'fault' in value) throw thrown(value.fault, value.message)
    answers.push(value === ABSENT ? null : checkAnswer(kernel, setup, asked, agent, value))
    if (answers[agent] instanceof NonFiniteError) break
  }
  return answers
}

/** The error that an agent's code threw elsewhere. */
function thrown(name: string, message: string): Error {
  const error =
    name === 'TypeError' ? new TypeError(message) : new (name === 'RangeError' ? RangeError : Error)(message)
  if (error.name !== name) error.name = name
  return error
}
