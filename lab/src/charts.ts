// Two charts by uPlot: the scores of each agent with their moving means, and the bytes in each direction as they grow.
// Both runs share their axes, so that they can be compared by eye.

import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { agentColour, colour } from './colours.ts'
import type { Extremes } from './mission.ts'

/** The ends of the axes, which all charts of the page share. */
export interface Extent {
  episodes: number
  bytes: number
  /** of all scores so far and of the mission's line */
  scores: Extremes
}

export function shownBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toPrecision(3)} kB` : `${(bytes / 1e6).toPrecision(3)} MB`
}

const axis = (more: uPlot.Axis): uPlot.Axis => ({
  stroke: () => colour('ink'),
  grid: { stroke: () => colour('grid'), width: 1 },
  ticks: { show: false },
  font: '12px system-ui, sans-serif',
  ...more,
})

function plot(
  root: HTMLElement,
  extent: Extent,
  series: uPlot.Series[],
  y: () => [low: number, high: number],
  axes: uPlot.Axis,
  hooks: uPlot.Hooks.Arrays = {},
): uPlot {
  const { width, height } = root.getBoundingClientRect()
  const options: uPlot.Options = {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: () => [0, Math.max(20, extent.episodes)] }, y: { range: y } },
    axes: [axis({ size: 28, space: 60 }), axis(axes)],
    series: [{}, ...series],
    hooks,
  }
  return new uPlot(options, [[], ...series.map(() => [])], root)
}

/** Draws the line of the mission, dashed and across the whole chart. */
const missionLine = (threshold: number) => (chart: uPlot) => {
  const { ctx, bbox } = chart
  const y = chart.valToPos(threshold, 'y', true)
  ctx.save()
  ctx.strokeStyle = colour('ink')
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.restore()
}

export function scoresChart(root: HTMLElement, agents: number, extent: Extent, threshold: number): uPlot {
  const raw = Array.from(
    { length: agents },
    (_, i): uPlot.Series => ({
      stroke: () => `${agentColour(i)}2e`,
      width: 1,
      points: { show: false },
    }),
  )
  const means = Array.from(
    { length: agents },
    (_, i): uPlot.Series => ({
      stroke: () => agentColour(i),
      width: 2,
      points: { show: false },
    }),
  )
  const range = (): [number, number] => {
    const { low, high } = extent.scores
    const margin = 0.04 * (high - low) || 1
    return [low === 0 ? 0 : low - margin, high + margin]
  }
  return plot(root, extent, [...raw, ...means], range, { size: 46 }, { draw: [missionLine(threshold)] })
}

export function bytesChart(root: HTMLElement, extent: Extent): uPlot {
  const stepped = uPlot.paths.stepped!({ align: 1 })
  const line = (name: string, dash?: number[]): uPlot.Series => ({
    stroke: () => colour(name),
    width: 2,
    dash,
    paths: stepped,
    points: { show: false },
  })
  return plot(root, extent, [line('up'), line('down', [6, 4])], () => [0, Math.max(1000, extent.bytes * 1.05)], {
    size: 62,
    values: (_, ticks) => ticks.map(shownBytes),
  })
}

export function redraw(chart: uPlot, root: HTMLElement, data: number[][]): void {
  const { clientWidth: width, clientHeight: height } = root
  if (chart.width !== width || chart.height !== height) chart.setSize({ width, height })
  chart.setData(data as uPlot.AlignedData)
}
