// The states that were sent as a map of two components: the first one upwards, the second one to the right. The colour of
// a cell mixes the colours of the actions as its policy mixes the actions, and its opacity shows on a logarithmic scale
// how many entries it has.

import { fit } from './canvas.ts'
import { actionColour, colour } from './colours.ts'
import type { Heat } from './messages.ts'

const LEFT = 18 // px for the axis of the rows
const BOTTOM = 18 // px for the axis of the columns

type Rgb = readonly number[]

const parse = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))

/** @param axes the words at the axes: that of the rows and that of the columns, or that of the columns alone */
export function drawHeat(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  axes: readonly string[],
  heat: Heat | null,
): void {
  const context = fit(canvas, width, height)
  context.clearRect(0, 0, width, height)
  context.strokeStyle = colour('line')
  context.strokeRect(LEFT + 0.5, 0.5, width - LEFT - 1, height - BOTTOM - 1)
  context.fillStyle = colour('ink')
  context.font = '12px system-ui, sans-serif'
  context.textAlign = 'center'
  const [column, row = ''] = axes.toReversed()
  context.fillText(`${column} →`, LEFT + (width - LEFT) / 2, height - 4, width - LEFT)
  context.save()
  context.translate(12, (height - BOTTOM) / 2)
  context.rotate(-Math.PI / 2)
  context.fillText(row && `${row} →`, 0, 0, height - BOTTOM)
  context.restore()
  if (!heat) return
  context.imageSmoothingEnabled = false
  context.drawImage(imageOf(heat), LEFT + 1, 1, width - LEFT - 2, height - BOTTOM - 2)
}

function imageOf({ rows, columns, entries, policies }: Heat): OffscreenCanvas {
  const image = new ImageData(columns, rows)
  const actions = policies.length / entries.length
  const colours = Array.from({ length: actions }, (_, a) => parse(actionColour(a)))
  let most = 1
  for (const count of entries) most = Math.max(most, count)
  for (const [cell, count] of entries.entries()) {
    if (count === 0) continue
    const row = Math.trunc(cell / columns)
    const at = 4 * ((rows - 1 - row) * columns + (cell % columns))
    for (let c = 0; c < 3; c++) {
      image.data[at + c] = colours.reduce((sum, rgb, a) => sum + policies[cell * actions + a] * rgb[c], 0)
    }
    image.data[at + 3] = 255 * (0.25 + 0.75 * (Math.log1p(count) / Math.log1p(most)))
  }
  const canvas = new OffscreenCanvas(columns, rows)
  canvas.getContext('2d')!.putImageData(image, 0, 0)
  return canvas
}
