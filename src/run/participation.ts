// Who takes part in an exchange, and which of its frames are lost, both drawn by the server from streams of their own. An
// agent that is not drawn goes on learning by itself, and keeps its memory for an exchange that it has a part in.

import type { Config } from '../config/config.ts'
import { hostDraws } from './hostStreams.ts'

/** Whether an agent that is there may send or receive nothing at an exchange. */
export const isUneven = ({ trigger, participation, dropout }: Config): boolean =>
  trigger !== 'always' || participation < 1 || dropout > 0

/** How many agents are drawn for an exchange: the fraction of all, to the nearest, and at least one. */
export const drawnCount = ({ participation, agents }: Pick<Config, 'participation' | 'agents'>): number =>
  Math.max(1, Math.floor(participation * agents + 0.5))

/** The agents that were drawn last, which all agents of an instance ask for. */
let last: { readonly config: Config; readonly round: number; readonly drawn: ReadonlySet<number> } | null = null

/** The agents that are drawn for an exchange, or null where all take part. */
export function drawnFor(config: Config, round: number): ReadonlySet<number> | null {
  const { agents } = config
  const count = drawnCount(config)
  if (count === agents) return null
  if (last?.config === config && last.round === round) return last.drawn
  const { integer } = hostDraws(config, 'server', 'participation', round)
  const numbers = Array.from({ length: agents }, (_, agent) => agent)
  for (let k = 0; k < count; k++) {
    const other = k + integer(agents - k)
    ;[numbers[k], numbers[other]] = [numbers[other], numbers[k]]
  }
  const drawn = new Set(numbers.slice(0, count))
  last = { config, round, drawn }
  return drawn
}

/** Whether an agent takes part in an exchange. */
export const isDrawn = (config: Config, round: number, agent: number): boolean =>
  drawnFor(config, round)?.has(agent) ?? true

/** The agents whose frames are lost at an exchange. */
export interface LostFrames {
  /** on the way to the server */
  readonly up: ReadonlySet<number>
  /** on the way back */
  readonly down: ReadonlySet<number>
}

const NONE: LostFrames = { up: new Set(), down: new Set() }

/** What is lost at an exchange: every frame by itself. All agents are drawn for, so that who sends changes no other's luck. */
export function lostAt(config: Config, round: number): LostFrames {
  const { dropout, agents } = config
  if (dropout === 0) return NONE
  const { uniform } = hostDraws(config, 'server', 'dropout', round)
  const lost = () => new Set(Array.from({ length: agents }, (_, agent) => agent).filter(() => uniform() < dropout))
  const up = lost()
  return { up, down: lost() }
}
