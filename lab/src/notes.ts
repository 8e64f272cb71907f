// What the page says about what a run has sent: its bytes, its states and the chain of its digests.

import { shownBytes } from './charts.ts'
import { ACTION_COLOURS } from './colours.ts'
import { type Environment, methods } from './core.ts'
import { drawingOf } from './drawings.ts'
import type { History } from './history.ts'
import type { Exchanged, Heat } from './messages.ts'

export function bytesNote({ exchanges, total }: History, method: string, period: number): string {
  const count = exchanges.length
  if (count) {
    const both = `Solid: sent to the server, ${shownBytes(total.up)}. Dashed: received, ${shownBytes(total.down)}.`
    return `${both} ${count} exchange${count > 1 ? 's' : ''}.`
  }
  return methods[method].targets ? `The first exchange comes after episode ${period}.` : 'No exchange: nothing is sent.'
}

const NOTHING = 'Nothing is sent, so there is nothing to see.'

/** Of a method that sends no states. */
export function noStatesNote({ exchanges, total }: History, method: string): string {
  if (!methods[method].targets) return NOTHING
  return exchanges.length && !total.up ? 'Nothing is sent.' : 'This method sends no states: the map stays empty.'
}

/** Of a method that sends states; `agent` is the only one whose states are seen, or null. */
export function statesNote({ heat }: History, method: string, agent: number | null, env: Environment): string {
  if (!methods[method].targets) return NOTHING
  return heat ? heatNote(heat, agent, env) : 'Nothing has been sent: the first exchange is still to come.'
}

function heatNote({ episode, entries }: Heat, agent: number | null, env: Environment): string {
  const drawing = drawingOf(env)
  const count = entries.reduce((sum, value) => sum + value, 0)
  const whose = agent === null ? '' : ` of agent ${agent}`
  const colours = Array.from({ length: Math.min(env.actions, ACTION_COLOURS.length) }, (_, action) => {
    return `${ACTION_COLOURS[action]} ${drawing.actions[action] ?? `is action ${action}`}`
  }).join(', ')
  const legend = `${colours[0].toUpperCase()}${colours.slice(1)}`
  return `After episode ${episode}: ${count} entries${whose}. ${legend}; a stronger colour means more entries.`
}

/** The chain of digests up to the last exchange. */
export function chainOf(last: Exchanged | undefined): string {
  return last ? `${last.digest} up to episode ${last.episode}` : 'begins with the first exchange'
}
