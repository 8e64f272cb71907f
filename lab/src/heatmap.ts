// A ProxRM as a map, with the pole angle upwards and the angular velocity to the right. The colour of a cell shows its
// policy (push left, push right), and its opacity shows on a logarithmic scale how many entries it has.

import { fit } from './canvas.ts'
import { colour } from './colours.ts'
import type { Heat } from './messages.ts'

const LEFT = 18 // px for the axis of the angle
const BOTTOM = 18 // px for the axis of the velocity

type Rgb = readonly number[]

const parse = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))

/** An interval in words: ± its half-width around 0, or both ends. */
function spanOf(range: number | readonly [number, number], scale = 1): string {
  const shown = (value: number) => String(Math.round(value * scale * 100) / 100)
  return typeof range === 'number' ? `±${shown(range)}` : `${shown(range[0])} to ${shown(range[1])}`
}

/** @param ranges interval of each component, or its half-width (m, m/s, rad, rad/s) */
export function drawHeat(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  ranges: readonly (number | readonly [number, number])[],
  heat: Heat | null,
): void {
  const degrees = spanOf(ranges[2], 180 / Math.PI)
  const context = fit(canvas, width, height)
  context.clearRect(0, 0, width, height)
  context.strokeStyle = colour('line')
  context.strokeRect(LEFT + 0.5, 0.5, width - LEFT - 1, height - BOTTOM - 1)
  context.fillStyle = colour('ink')
  context.font = '12px system-ui, sans-serif'
  context.textAlign = 'center'
  context.fillText(`angular velocity, ${spanOf(ranges[3])} rad/s →`, LEFT + (width - LEFT) / 2, height - 4)
  context.save()
  context.translate(12, (height - BOTTOM) / 2)
  context.rotate(-Math.PI / 2)
  context.fillText(`pole angle, ${degrees}° →`, 0, 0)
  context.restore()
  if (!heat) return
  context.imageSmoothingEnabled = false
  context.drawImage(imageOf(heat), LEFT + 1, 1, width - LEFT - 2, height - BOTTOM - 2)
}

function imageOf({ sections, entries, right }: Heat): OffscreenCanvas {
  const image = new ImageData(sections, sections)
  const [pushLeft, pushRight] = [parse(colour('left')), parse(colour('right'))]
  let most = 1
  for (const count of entries) most = Math.max(most, count)
  for (let angle = 0; angle < sections; angle++) {
    for (let velocity = 0; velocity < sections; velocity++) {
      const cell = angle * sections + velocity
      if (entries[cell] === 0) continue
      const at = 4 * ((sections - 1 - angle) * sections + velocity)
      for (let c = 0; c < 3; c++) image.data[at + c] = pushLeft[c] + (pushRight[c] - pushLeft[c]) * right[cell]
      image.data[at + 3] = 255 * (0.25 + 0.75 * (Math.log1p(entries[cell]) / Math.log1p(most)))
    }
  }
  const canvas = new OffscreenCanvas(sections, sections)
  canvas.getContext('2d')!.putImageData(image, 0, 0)
  return canvas
}
