// Any environment: a trace of each component over the episode so far, within the component's bounds, with its name and
// its present value. What lies outside the bounds is drawn at their edge.

import { colour } from './colours.ts'
import type { Drawing, Lane } from './lanes.ts'
import { shownNumber } from './numbers.ts'

const GAP = 4 // px between two traces
const LEAST_ROW = 16 // px, which the text needs
const MOST_ROW = 34 // px
const ALL_ROWS = 150 // px that few components share
const VALUE = 52 // px for the value

export const traces: Drawing = {
  shows: 'components of the states',
  least: 240,
  ended: 'ended at',
  units: {},
  ends: {},
  actions: [],
  push: null,
  plan: (_, { observations }) => {
    const row = Math.min(Math.max(ALL_ROWS / observations, LEAST_ROW), MOST_ROW)
    return { height: observations * row + 10, draw: (lane) => drawTraces(lane, row) }
  },
}

function drawTraces({ context, width, env, ...lane }: Lane, row: number): void {
  context.font = '12px system-ui, sans-serif'
  context.textBaseline = 'middle'
  const names = env.components.map((name) => context.measureText(name).width)
  const left = 4 + Math.min(Math.max(...names), width / 3) + 8
  const span = Math.max(width - left - VALUE, 1)
  for (let i = 0; i < env.observations; i++) {
    const top = i * row
    context.fillStyle = colour('ink')
    context.fillText(env.components[i], 4, top + row / 2, left - 12)
    context.fillStyle = colour('grid')
    context.fillRect(left, top + GAP / 2, span, row - GAP)
    if (lane.track) drawTrace({ context, width, env, ...lane }, i, left, span, top + GAP / 2, row - GAP)
  }
}

function drawTrace(lane: Lane, i: number, left: number, span: number, top: number, height: number): void {
  const { context, env, step, steps } = lane
  const track = lane.track!
  const [low, high] = env.bounds[i]
  const valueAt = (k: number) => track[k * env.observations + i]
  const xOf = (k: number) => left + 3 + (k / steps) * (span - 6)
  const yOf = (k: number) => {
    const part = (Math.min(Math.max(valueAt(k), low), high) - low) / (high - low)
    return top + 3 + (1 - part) * (height - 6)
  }
  context.globalAlpha = lane.opacity
  context.strokeStyle = context.fillStyle = lane.colour
  context.lineWidth = 1.5
  context.lineJoin = 'round'
  context.beginPath()
  // More points than pixels cannot be seen.
  const stride = Math.max(1, Math.ceil(steps / span))
  context.moveTo(xOf(0), yOf(0))
  for (let k = stride; k < step; k += stride) context.lineTo(xOf(k), yOf(k))
  context.lineTo(xOf(step), yOf(step))
  context.stroke()
  context.beginPath()
  context.arc(xOf(step), yOf(step), 3, 0, 2 * Math.PI)
  context.fill()
  context.globalAlpha = 1
  context.fillStyle = colour('ink')
  context.fillText(shownNumber(valueAt(step)), left + span + 6, top + height / 2, 44)
}
