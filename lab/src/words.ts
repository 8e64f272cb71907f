// What the page says of a run whose agents are tabs: how it ended, and which agents it waits for.

import type { Outcome } from './messages.ts'

export function completionOf({ completion, first, episodes, failure }: Outcome): string {
  if (failure !== null) return `The run failed in episode ${episodes}: ${failure}`
  if (completion === null) return `Mission not completed within ${episodes} episodes`
  const who = first.length === 1 ? `agent ${first[0]}` : `agents ${first.join(', ')}`
  return `Mission complete after ${completion} episodes, by ${who}`
}

export function roleOf(agent: number): string {
  return agent === 0 ? 'This tab is agent 0, and serves the others.' : `This tab is agent ${agent}.`
}

/** How many agents the run waits for before it begins, as text; '' where all are here. */
export function missingOf(here: number, agents: number): string {
  const missing = agents - here
  if (missing === 0) return ''
  const tabs = missing === 1 ? '1 more tab' : `${missing} more tabs`
  return `${here} of ${agents} agents ${here === 1 ? 'is' : 'are'} here: open this address in ${tabs}`
}

/** Which agents are waited for during the run, as text to append. */
export function awaitedOf(awaited: readonly number[], own: number | null, isPaused: boolean): string {
  const others = awaited.filter((agent) => agent !== own)
  if (others.length) return `; waiting for agent${others.length > 1 ? 's' : ''} ${others.join(', ')}`
  return awaited.length && isPaused ? '; the others wait for this tab' : ''
}
