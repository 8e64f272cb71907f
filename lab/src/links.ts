// Acrobot: two links that hang from a hinge, and the bar that the tip must reach, to scale. Each link is 1 m long and the
// bar is 1 m above the hinge, whatever the parameter length1: an episode ends by this height in every world.

import { colour } from './colours.ts'
import type { Drawing, Lane } from './lanes.ts'

const LINK = 1 // m
const REACH = 2 * LINK
const MARGIN = 8 // px around what the tip can reach
const MOST = 26 // px per metre

export const links: Drawing = {
  shows: 'links and bars',
  least: 72,
  ended: 'reached it at',
  units: { velocity1: 'rad/s', velocity2: 'rad/s' },
  ends: {},
  actions: ['turn left', 'let go', 'turn right'],
  push: null,
  plan: (width) => {
    const scale = Math.min((width - 2 * MARGIN) / (2 * REACH), MOST)
    return { height: 2 * (REACH * scale + MARGIN), draw: (lane) => drawLinks(lane, scale) }
  },
}

function drawLinks({ context, width, env, track, step, ...lane }: Lane, scale: number): void {
  const hinge = [width / 2, REACH * scale + MARGIN] as const
  const bar = hinge[1] - LINK * scale
  context.strokeStyle = colour('line')
  context.lineWidth = 2
  context.beginPath()
  context.moveTo(hinge[0] - REACH * scale, bar)
  context.lineTo(hinge[0] + REACH * scale, bar)
  context.stroke()
  if (track) {
    // The second angle is relative to the first link, so its sum with the first one is that from hanging down.
    const [cos1, sin1, cos2, sin2] = track.subarray(step * env.observations)
    const [cos, sin] = [cos1 * cos2 - sin1 * sin2, sin1 * cos2 + cos1 * sin2]
    const joint = [hinge[0] + LINK * scale * sin1, hinge[1] + LINK * scale * cos1] as const
    const tip = [joint[0] + LINK * scale * sin, joint[1] + LINK * scale * cos] as const
    context.globalAlpha = lane.opacity
    context.lineCap = 'round'
    context.lineWidth = 6
    stroke(context, lane.colour, hinge, joint)
    stroke(context, colour('pole'), joint, tip)
    dot(context, joint)
    context.globalAlpha = 1
  }
  dot(context, hinge)
}

type Point = readonly [x: number, y: number]

function stroke(context: CanvasRenderingContext2D, style: string, from: Point, to: Point): void {
  context.strokeStyle = style
  context.beginPath()
  context.moveTo(...from)
  context.lineTo(...to)
  context.stroke()
}

function dot(context: CanvasRenderingContext2D, [x, y]: Point): void {
  context.fillStyle = colour('ink')
  context.beginPath()
  context.arc(x, y, 3.5, 0, 2 * Math.PI)
  context.fill()
}
