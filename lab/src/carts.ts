// CartPole: a cart on its track from -2.4 to 2.4 m, and its pole, both to scale.

import { colour } from './colours.ts'
import type { Drawing, Lane } from './lanes.ts'

const HALF_TRACK = 2.4 // m, where an episode ends
const MARGIN = 1.18 // lanes are somewhat wider than the track
const MOST = 60 // px per metre
const MOST_POLE = 90 // px

export const carts: Drawing = {
  shows: 'carts and poles',
  least: 74,
  ended: 'fell at',
  units: { position: 'm', velocity: 'm/s', angle: 'rad', 'angular-velocity': 'rad/s' },
  ends: { position: HALF_TRACK, angle: (12 * Math.PI) / 180 },
  actions: ['left', 'right'],
  push: { component: 1, by: 1.2 },
  plan: (width, _, worlds) => {
    const longest = Math.max(...worlds.map(poleOf))
    const scale = Math.min(width / (2 * HALF_TRACK * MARGIN), MOST, MOST_POLE / longest)
    const ground = longest * scale + 14
    return { height: ground + 10, draw: (lane) => drawCart(lane, scale, ground) }
  },
}

/** The length of the pole in metres; the parameter is half of it. */
const poleOf = ({ length }: Lane['parameters']) => 2 * length

function drawCart({ context, width, parameters, track, step, ...lane }: Lane, scale: number, ground: number): void {
  const middle = width / 2
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
  if (!track) return
  const [position, , angle] = track.subarray(step * lane.env.observations)
  const x = middle + position * scale
  const pole = poleOf(parameters) * scale
  const half = Math.max(0.25 * scale, 7)
  context.globalAlpha = lane.opacity
  context.fillStyle = lane.colour
  context.beginPath()
  context.roundRect(x - half, ground - 9, 2 * half, 8, 2)
  context.fill()
  context.strokeStyle = colour('pole')
  context.lineWidth = 4
  context.lineCap = 'round'
  context.beginPath()
  context.moveTo(x, ground - 9)
  context.lineTo(x + Math.sin(angle) * pole, ground - 9 - Math.cos(angle) * pole)
  context.stroke()
}
