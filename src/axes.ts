// The axes of the completion figures. y: episodes, logarithmic, as the times are ratios apart; where a drawn quantile
// is censored it ends at the cap, and a lane beyond reads `> cap`. x: the number of agents, true distances.

import { hasBand } from './styles.ts'
import type { Spec } from './svg.ts'
import type { Cell } from './table.ts'

export interface Frame {
  readonly width: number
  readonly height: number
  readonly cap: number
  readonly agents: readonly number[]
  readonly xDomain: readonly [number, number]
  /** episodes */
  readonly bottom: number
  readonly top: number
  /** where censored quantiles are drawn, above `top`, in episodes of the axis; null = nothing is censored */
  readonly lane: { readonly low: number; readonly middle: number } | null
  /** the upper end of the axis, and of the lane; without one it leaves room for the label of `top` */
  readonly end: number
}

/** The axes that hold every drawn quantile of the cells, in a figure of so many columns of panels. */
export function frameOf(cells: readonly Cell[], cap: number, columns: number): Frame {
  const agents = [...new Set(cells.map((cell) => cell.agents))].sort((a, b) => a - b)
  const pad = 0.06 * (agents[agents.length - 1] - agents[0]) || 1
  const drawn = cells.flatMap((cell) => (hasBand(cell.method) ? [cell.q25, cell.median, cell.q75] : [cell.median]))
  const times = drawn.filter((time) => time !== null)
  const isCensored = times.length < drawn.length
  const bottom = steps(1, 0.95 * Math.min(...times, cap)).pop() ?? 0.5
  const highest = Math.max(...times)
  const top = isCensored ? cap : steps(highest, 2 * highest)[0]
  const unit = root32(top / bottom)
  return {
    width: [780, 384, 248][columns - 1],
    height: columns === 1 ? 380 : 250,
    cap,
    agents,
    xDomain: [agents[0] - pad, agents[agents.length - 1] + pad],
    bottom,
    top,
    lane: isCensored ? { low: top * unit, middle: top * unit * unit * unit } : null,
    end: top * unit * unit * (isCensored ? unit * unit * unit : 1),
  }
}

/** A factor of root32(top / bottom) is, on a log axis, a 32nd of the way from bottom to top. */
function root32(x: number): number {
  return Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt(x)))))
}

/** Round numbers in low..high, about evenly spaced on a log axis. */
function steps(low: number, high: number, factors: readonly number[] = [1, 1.5, 2, 3, 4, 5, 7]): number[] {
  const all: number[] = []
  for (let power = 1; power <= high; power *= 10) all.push(...factors.map((factor) => factor * power))
  return all.filter((step) => step >= low && step <= high)
}

function ticksOf({ bottom, top }: Frame): number[] {
  const fine = steps(bottom, 0.93 * top)
  return [...(fine.length > 8 ? steps(bottom, 0.93 * top, [1, 2, 5]) : fine), top]
}

export function xChannel(frame: Frame, isLast: boolean): Spec {
  return {
    field: 'agents',
    type: 'quantitative',
    scale: { domain: frame.xDomain, nice: false, zero: false, padding: 0 },
    axis: { values: frame.agents, format: 'd', title: isLast ? 'Number of agents' : null, grid: false },
  }
}

export function yChannel(frame: Frame, isFirst: boolean): Spec {
  const { bottom, top, end, lane, cap } = frame
  const beyond = `datum.value > ${top}`
  return {
    field: 'time',
    type: 'quantitative',
    scale: { type: 'log', domain: [bottom, end], nice: false },
    axis: {
      values: lane ? [...ticksOf(frame), lane.middle] : ticksOf(frame),
      labels: isFirst,
      labelExpr: `${beyond} ? '> ${cap}' : datum.value`,
      title: isFirst ? 'Episodes (log scale)' : null,
      gridColor: { condition: { test: beyond, value: 'transparent' }, value: '#e6e6e6' },
    },
  }
}
