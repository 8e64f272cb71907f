// What the page says about a mission and a run: how it goes, how it ended and, where each tab is one agent, which agents
// it waits for.

import type { Config, Environment } from './core.ts'
import type { History } from './history.ts'
import type { Drawing } from './lanes.ts'
import type { Outcome } from './messages.ts'

/** A number with at most three digits behind the point. */
export const shownNumber = (value: number) => String(Math.round(value * 1000) / 1000 + 0)

export function missionOf({ name, score, mission: { threshold, window, direction } }: Environment): string {
  const what = score === 'steps' ? 'number of steps' : 'return'
  const over = window === 1 ? `the ${what} of one episode` : `the mean ${what} of ${window} episodes`
  return `The mission of ${name} is complete when ${over} of one agent is ${direction} ${threshold}.`
}

/** How far a run has come. */
export function soFarOf({ episodes, best }: History, { mission: { window } }: Environment): string {
  return best === null ? 'episode 0' : `episode ${episodes}, best ${window}-episode mean ${shownMean(best)}`
}

/** A mean with one digit behind the point, or with three digits where it is small. */
const shownMean = (mean: number) => (Math.abs(mean) >= 10 || mean === 0 ? mean.toFixed(1) : mean.toPrecision(3))

export function completionOf({ completion, first, episodes, failure }: Outcome): string {
  if (failure !== null) return `The run failed in episode ${episodes}: ${failure}`
  if (completion === null) return `Mission not completed within ${episodes} episodes`
  const who = first.length === 1 ? `agent ${first[0]}` : `agents ${first.join(', ')}`
  return `Mission complete after ${completion} episodes, by ${who}`
}

/** A component of the environment with the interval that is cut: "angle, ±1.57 rad". */
export function axisOf(component: number, env: Environment, { ranges }: Config, { units }: Drawing): string {
  const name = env.components[component]
  const range = ranges[component]
  const two = (value: number) => String(Math.round(value * 100) / 100)
  const span = typeof range === 'number' ? `±${two(range)}` : `${two(range[0])} to ${two(range[1])}`
  return [`${name.replaceAll('-', ' ')},`, span, units[name]].filter(Boolean).join(' ')
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
