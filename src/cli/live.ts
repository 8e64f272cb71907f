// The lines of a run while it goes on: one for each exchange, in the words that the terminal has room for. Where a line is
// short, a legend on stderr says once what its numbers are.

import type { Mission } from '../config/environment.ts'
import { openRecent } from '../run/recent.ts'
import type { EpisodeEvent, ExchangeEvent } from '../run/record.ts'
import { mean } from '../stats/index.ts'

/** A mean score in words: whole numbers and tenths, or thousandths where the mission's threshold is no whole number. */
export const showMean = (score: number, { threshold }: Mission): string =>
  score.toFixed(Number.isInteger(threshold) ? 1 : 3)

/** What is known of a run at an exchange. */
export interface Standing {
  readonly episode: number
  /** means over the agents, in bytes */
  readonly up: number
  readonly down: number
  /** the agent that is best, counted from 0, and its mean score over the mission's window */
  readonly agent: number
  readonly best: string
}

/** A form of the line, by the room that it needs. */
interface Form {
  readonly columns: number
  readonly line: (standing: Standing, episode: string, window: number) => string
  /** what its numbers are; empty where the line says so itself */
  readonly legend: (window: number) => string
}

const bytes = (count: number) => count.toFixed(0)

const forms: readonly Form[] = [
  {
    columns: 104,
    line: ({ up, down, agent, best }, episode, window) =>
      `episode ${episode}  per agent up ${bytes(up)} B, down ${bytes(down)} B  ` +
      `best agent's mean over ${window} episodes ${best} (agent ${agent})`,
    legend: () => '',
  },
  {
    columns: 68,
    line: ({ up, down, agent, best }, episode) =>
      `episode ${episode}  up ${bytes(up)} B  down ${bytes(down)} B  best ${best} (agent ${agent})`,
    legend: (window) =>
      `up, down: mean bytes per agent and exchange; best: the best agent's mean over ${window} episodes`,
  },
  {
    columns: 0,
    line: ({ up, down, best }, episode) => `${episode}  up ${bytes(up)}  down ${bytes(down)}  best ${best}`,
    legend: (window) =>
      `episode; mean bytes per agent and exchange, up and down; the best agent's mean over ${window} episodes`,
  },
]

/** How a run's lines are written. */
export interface LiveLines {
  /** what is told once on stderr before the first line; empty for nothing */
  readonly legend: string
  /** takes the scores of an episode */
  readonly take: (event: EpisodeEvent) => void
  /** the line of an exchange, without a line feed */
  readonly lineOf: (event: ExchangeEvent) => string
}

/**
 * @param columns those of the terminal that shows the lines; undefined where they go to a file or a program, which gets the
 *   whole form
 */
export function liveLines({ cap }: { readonly cap: number }, mission: Mission, columns?: number): LiveLines {
  const { window } = mission
  const room = columns ?? Number.POSITIVE_INFINITY
  const form = forms.find((one) => one.columns <= room)!
  const digits = String(cap).length
  const recent = openRecent(mission)
  const lineOf = ({ episode, uplinkBytes, downlinkBytes }: ExchangeEvent) => {
    const { agent, mean: best } = recent.best()!
    const standing = { episode, up: mean(uplinkBytes), down: mean(downlinkBytes), agent, best: showMean(best, mission) }
    return form.line(standing, String(episode).padStart(digits), window).slice(0, room)
  }
  return { legend: form.legend(window), take: recent.add, lineOf }
}
