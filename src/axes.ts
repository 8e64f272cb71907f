// The axes of the figures. Logarithmic ones have round ticks at even distances; where a quantile is censored the axis
// ends at the cap, and a lane beyond reads `> cap`. Ticks of linear value axes are Vega's.

import type { Spec } from './svg.ts'

export interface AxisOptions {
  /** without `(log scale)`, which the axis adds */
  readonly title: string
  /** default: linear */
  readonly scale?: 'linear' | 'log'
  /** how a tick reads: 10k, 10 kB or 10%; default: number */
  readonly format?: 'number' | 'bytes' | 'percent'
  /** default: what holds all that is drawn */
  readonly domain?: readonly [number, number]
}

export interface Axis {
  readonly options: AxisOptions
  readonly domain: readonly [number, number]
  /** null = Vega's */
  readonly ticks: readonly number[] | null
  /** Vega may round the domain up */
  readonly isRounded: boolean
  /** where censored quantiles are drawn, from `low` to the end of the domain; null = nothing is censored */
  readonly lane: { readonly low: number; readonly middle: number; readonly cap: number } | null
}

const isLog = ({ scale }: AxisOptions) => scale === 'log'

/**
 * The axis of measured values.
 * @param values all that is drawn, references too; above 0 on a log axis
 * @param cap where some value is censored: the axis is logarithmic, ends there, and a lane follows
 * @param room for words above all that, in 32nds of the axis
 */
export function valueAxis(values: readonly number[], options: AxisOptions, cap: number | null, room: number): Axis {
  const { domain } = options
  const least = Math.min(...values, cap ?? Number.POSITIVE_INFINITY)
  const most = Math.max(...values)
  if (!isLog(options)) {
    const around = domain ?? aroundValues(least, most, room)
    return { options, domain: around, ticks: null, isRounded: !domain && least !== 0, lane: null }
  }
  const bottom = domain?.[0] ?? steps(0.095 * least, 0.95 * least).pop()!
  const top = domain?.[1] ?? cap ?? steps(most, 2 * most)[0]
  const unit = root32(top / bottom)
  let end = top * unit * unit * (cap === null ? 1 : unit * unit * unit)
  for (let k = 0; k < room; k++) end *= unit
  const ticks = ticksBetween(bottom, 0.93 * top)
  // one of few ticks would read as a slip if it were no power of ten, or three of them
  const isCoarse = cap === null && top > 100 * bottom
  return {
    options,
    domain: [bottom, domain ? top : end],
    ticks: isCoarse ? ticksBetween(bottom, top) : [...ticks, top],
    isRounded: false,
    lane: cap === null ? null : { low: top * unit, middle: top * unit * unit * unit, cap },
  }
}

/** From 0 where that is near, for then lengths compare; from a little below where a value is 0, to show it. */
function aroundValues(least: number, most: number, room: number): [number, number] {
  const pad = 0.06 * (most - least) || 0.1 * Math.abs(most) || 1
  const bottom = least > 0 && least <= most / 2 ? 0 : least - (least === 0 ? pad / 2 : pad)
  return [bottom, most + pad + (room / 32) * (most + pad - bottom)]
}

/**
 * The axis of what was set: true distances, or true ratios; a tick each value where they are few.
 * @param values at least one; above 0 on a log axis
 * @param others which it must hold, without ticks
 */
export function settingAxis(values: readonly number[], others: readonly number[], options: AxisOptions): Axis {
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  const [first, last] = [Math.min(...values, ...others), Math.max(...values, ...others)]
  const few = sorted.length <= 9
  const { domain } = options
  if (!isLog(options)) {
    const pad = 0.06 * (last - first) || 1
    return {
      options,
      domain: domain ?? [first - pad, last + pad],
      ticks: few ? sorted : null,
      isRounded: false,
      lane: null,
    }
  }
  const pad = first === last ? 2 : root32(last / first) * root32(last / first)
  const [left, right] = domain ?? [first / pad, last * pad]
  return {
    options,
    domain: [left, right],
    ticks: few ? sorted : ticksBetween(left, right),
    isRounded: false,
    lane: null,
  }
}

/** `x` moved by a share of the axis, in 64ths where that is logarithmic. */
export function shifted(x: number, share: number, { options, domain: [left, right] }: Axis): number {
  if (!isLog(options)) return x + share * (right - left)
  const step = Math.sqrt(root32(right / left))
  let moved = x
  for (let k = Math.round(64 * Math.abs(share)); k > 0; k--) moved = share < 0 ? moved / step : moved * step
  return moved
}

/** Where x lies between the ends of the axis, 0..1; in 64ths where that is logarithmic. */
export function shareOf(x: number, { options, domain: [left, right] }: Axis): number {
  if (!isLog(options)) return (x - left) / (right - left)
  const step = Math.sqrt(root32(right / left))
  let share = 0
  for (let at = left; at < x && share < 1; at *= step) share += 1 / 64
  return share
}

/** A factor of root32(top / bottom) is, on a log axis, a 32nd of the way from bottom to top. */
function root32(x: number): number {
  return Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt(x)))))
}

const FINE = [1, 1.5, 2, 3, 4, 5, 7]

/** Round numbers in low..high, 0 < low, about evenly spaced on a log axis. */
function steps(low: number, high: number, factors: readonly number[] = FINE): number[] {
  const all: number[] = []
  let power = 0
  while (scaled(1, power) > low) power--
  while (scaled(1, power + 1) <= low) power++
  for (; scaled(1, power) <= high; power++) all.push(...factors.map((factor) => scaled(factor, power)))
  return all.filter((step) => step >= low && step <= high)
}

/** factor times 10 to the power: the nearest double, as 0.3 is, where 3 times 0.1 is not. */
function scaled(factor: number, power: number): number {
  let ten = 1
  for (let k = Math.abs(power); k > 0; k--) ten *= 10
  return power < 0 ? factor / ten : factor * ten
}

/** The most of those steps that leaves room for their labels. */
function ticksBetween(low: number, high: number): number[] {
  const choices = [FINE, [1, 2, 5], [1, 3], [1]].map((factors) => steps(low, high, factors))
  const decades = choices[3]
  const every = Math.ceil(decades.length / 6)
  return choices.find((ticks) => ticks.length <= 8) ?? decades.filter((_, i) => i % every === 0)
}

/** Vega expressions of datum.value. */
const labels = {
  number: siLabel(['', 'k', 'M', 'G'], 10000),
  bytes: siLabel([' B', ' kB', ' MB', ' GB'], 1000),
  percent: "round(1000 * datum.value) / 10 + '%'",
}

function siLabel([one, thousand, million, billion]: readonly string[], plain: number): string {
  const size = 'abs(datum.value)'
  return (
    `${size} < ${plain} ? datum.value + '${one}' : ${size} < 1e6 ? datum.value / 1e3 + '${thousand}' : ` +
    `${size} < 1e9 ? datum.value / 1e6 + '${million}' : datum.value / 1e9 + '${billion}'`
  )
}

export const titleOf = ({ options }: Axis) => (isLog(options) ? `${options.title} (log scale)` : options.title)

const scaleOf = ({ options, domain, isRounded }: Axis): Spec => ({
  ...(isLog(options) ? { type: 'log' } : { zero: false }),
  domain,
  nice: isRounded,
})

export function xChannel(axis: Axis, isLast: boolean): Spec {
  return {
    field: 'x',
    type: 'quantitative',
    scale: { ...scaleOf(axis), padding: 0 },
    axis: {
      ...(axis.ticks ? { values: axis.ticks } : { tickCount: 6 }),
      labelExpr: labels[axis.options.format ?? 'number'],
      labelOverlap: isLog(axis.options) ? 'greedy' : 'parity',
      title: isLast ? titleOf(axis) : null,
      grid: false,
    },
  }
}

/** @param more properties of the axis, as of the first in its row, which has the labels */
export function yChannel(axis: Axis, isFirst: boolean, more: Spec): Spec {
  const { ticks, lane, options } = axis
  const beyond = lane && `datum.value > ${lane.cap}`
  const label = labels[options.format ?? 'number']
  return {
    field: 'y',
    type: 'quantitative',
    scale: scaleOf(axis),
    axis: {
      ...(ticks ? { values: lane ? [...ticks, lane.middle] : ticks } : { tickCount: 5 }),
      labels: isFirst,
      labelExpr: lane ? `${beyond} ? '> ${lane.cap}' : (${label})` : label,
      title: null,
      gridColor: lane ? { condition: { test: beyond, value: 'transparent' }, value: '#e6e6e6' } : '#e6e6e6',
      ...(isFirst ? more : {}),
    },
  }
}
