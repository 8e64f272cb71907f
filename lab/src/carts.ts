// The carts of one episode, one lane per agent: x goes from -2.4 to 2.4 m and the pole is 1 m long, both to scale. An
// agent whose episode is over stays where it ended, in a pale colour.

import { fit } from './canvas.ts'
import { agentColour, colour } from './colours.ts'
import type { Film, Track } from './messages.ts'

/** steps per second of CartPole itself */
export const REAL_TIME = 50

const OBSERVATIONS = 4
const HALF_TRACK = 2.4 // m, where an episode ends
const POLE = 1 // m
const MARGIN = 1.18 // lanes are somewhat wider than the track
const LABEL = 18 // px above a lane

export const stepsOf = (track: Float32Array) => track.length / OBSERVATIONS - 1

/** Draws a step of the film, with one lane for each of these agents; without a film the lanes are empty. */
export function drawCarts(
  canvas: HTMLCanvasElement,
  width: number,
  agents: readonly number[],
  film: Film | null,
  at: number,
): void {
  const lanes = agents.length
  const columns = lanes === 1 ? 1 : lanes > 4 && width > 620 ? 4 : 2
  const laneWidth = width / columns
  const scale = Math.min(laneWidth / (2 * HALF_TRACK * MARGIN), 110)
  const laneHeight = LABEL + POLE * scale + 30
  const context = fit(canvas, width, Math.ceil(lanes / columns) * laneHeight)
  context.clearRect(0, 0, width, Math.ceil(lanes / columns) * laneHeight)
  for (let lane = 0; lane < lanes; lane++) {
    const left = (lane % columns) * laneWidth
    const top = Math.floor(lane / columns) * laneHeight
    drawLane(context, left, top, laneWidth, scale, agents[lane], film?.tracks[lane], at)
  }
}

function drawLane(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  scale: number,
  agent: number,
  track: Track | undefined,
  at: number,
): void {
  const middle = left + width / 2
  const ground = top + LABEL + POLE * scale + 16
  context.globalAlpha = 1
  context.strokeStyle = colour('line')
  context.lineWidth = 2
  context.beginPath()
  context.moveTo(middle - HALF_TRACK * scale, ground)
  context.lineTo(middle + HALF_TRACK * scale, ground)
  for (const end of [-1, 0, 1]) {
    context.moveTo(middle + end * HALF_TRACK * scale, ground - 4)
    context.lineTo(middle + end * HALF_TRACK * scale, ground + 4)
  }
  context.stroke()
  const steps = track ? stepsOf(track) : 0
  const step = Math.min(Math.floor(at), steps)
  context.fillStyle = colour('ink')
  context.font = '13px system-ui, sans-serif'
  context.fillText(`agent ${agent}${track ? `: ${step} steps` : ''}`, middle - HALF_TRACK * scale, top + 13)
  if (!track) return
  const x = middle + track[step * OBSERVATIONS] * scale
  const angle = track[step * OBSERVATIONS + 2]
  const half = Math.max(0.25 * scale, 9)
  context.globalAlpha = at > steps ? 0.4 : 1
  context.fillStyle = agentColour(agent)
  context.beginPath()
  context.roundRect(x - half, ground - 13, 2 * half, 13, 3)
  context.fill()
  context.strokeStyle = colour('pole')
  context.lineWidth = 5
  context.lineCap = 'round'
  context.beginPath()
  context.moveTo(x, ground - 13)
  context.lineTo(x + Math.sin(angle) * POLE * scale, ground - 13 - Math.cos(angle) * POLE * scale)
  context.stroke()
  context.globalAlpha = 1
}
