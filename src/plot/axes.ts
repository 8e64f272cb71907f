// The axes of figures. If a quantile is censored, the axis of values ends at the cap, and above it follows a strip that
// reads `> cap`. An open mark in the strip means "above the cap"; its height means nothing.

import { FONT, wrap } from './styles.ts'
import { EM, type Spec } from './svg.ts'

/** How an axis is drawn. */
export interface AxisOptions {
  /** in words; `(log scale)` is added to a logarithmic axis */
  readonly title: string
  /** linear unless given */
  readonly scale?: 'linear' | 'log'
  /** how a tick reads: 10k, 10 kB or 10 %; number unless given */
  readonly format?: 'number' | 'bytes' | 'percent'
  /** of an axis whose values are words: they stand at 1, 2, 3 and so on, each with its tick */
  readonly names?: readonly string[]
  /** the ends; unless given, they hold all that is drawn */
  readonly domain?: readonly [number, number]
  /** of an axis of settings: the share of it that is left free at each end; 0.05 unless given */
  readonly padding?: number
  /** of an axis of settings whose values are measured: ticks stand at round numbers, however few the values are */
  readonly isMeasured?: boolean
  /** how the strip of censored values reads; `> cap` unless given */
  readonly beyond?: string
}

/** An axis with its ends and ticks. */
export interface Axis {
  readonly options: AxisOptions
  readonly domain: readonly [number, number]
  /** null if Vega chooses them */
  readonly ticks: readonly number[] | null
  /**
   * the strip above the cap, in which censored quantiles are drawn: from `low` to the end of the domain; null if
   * nothing is censored
   */
  readonly lane: { readonly low: number; readonly middle: number; readonly cap: number } | null
}

export const isLog = ({ scale }: AxisOptions) => scale === 'log'

/** The place at a share of the way from `low` to `high`; shareOf gives the share of a place. */
const between = (options: AxisOptions, low: number, high: number, share: number) =>
  isLog(options) ? low * Math.exp(share * Math.log(high / low)) : low + share * (high - low)
const shareOf = (options: AxisOptions, low: number, high: number, value: number) =>
  isLog(options) ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)

/**
 * The axis of measured values.
 * @param values all that is drawn; above 0 on a logarithmic axis
 * @param cap the cap if a value is censored: the axis ends there, and the strip follows; else null
 * @param headroom share of the axis that is left free above all that is drawn, for text
 */
export function valueAxis(values: readonly number[], options: AxisOptions, cap: number | null, headroom = 0): Axis {
  const least = Math.min(...values, cap ?? Number.POSITIVE_INFINITY)
  const most = cap ?? Math.max(...values)
  const [low, high] = options.domain ?? (isLog(options) ? [least / 1.06, most] : aroundValues(least, most))
  const top = between(options, low, high > low ? high : low * 2 || 1, 1 + (cap === null ? 0.04 : 0.16) + headroom)
  const end = options.domain ? options.domain[1] : top
  const at = (share: number) => between(options, low, high, share)
  return {
    options,
    domain: [low, end],
    ticks: isLog(options) ? logTicks(low, high, options.beyond ? null : cap) : null,
    lane: cap === null ? null : { low: at(1.03), middle: at(1.09), cap },
  }
}

/**
 * The ends of a linear axis. It starts at 0 if the least value is positive and at most half of the greatest, so that
 * heights can be compared. Otherwise it starts a little below the least value, so that a value of 0 can be seen.
 */
function aroundValues(least: number, most: number): [number, number] {
  const pad = 0.04 * (most - least) || 0.1 * Math.abs(most) || 1
  const low = least > 0 && least <= most / 2 ? 0 : least - pad
  return [low, most + pad]
}

/**
 * The axis of a setting: one tick for each value if they are few.
 * @param values at least one; above 0 on a logarithmic axis
 * @param others further values that it must hold, without ticks
 */
export function settingAxis(values: readonly number[], others: readonly number[], options: AxisOptions): Axis {
  if (options.names) {
    const ticks = options.names.map((_, i) => i + 1)
    return { options, domain: [0.5, ticks.length + 0.5], ticks, lane: null }
  }
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  const [first, last] = [Math.min(...values, ...others), Math.max(...values, ...others)]
  const isAlone = first === last
  const around = isLog(options) ? [first / 2, last * 2] : [first - 1, last + 1]
  const { padding = 0.05 } = options
  const padded = isAlone ? around : [-padding, 1 + padding].map((share) => between(options, first, last, share))
  const [low, high] = options.domain ?? padded
  const ticks = sorted.length <= 9 && !options.isMeasured ? sorted : isLog(options) ? logTicks(low, high, null) : null
  return { options, domain: [low, high], ticks, lane: null }
}

/** `x` moved by a share of the axis. */
export function shifted(x: number, share: number, { options, domain: [low, high] }: Axis): number {
  return between(options, low, high, shareOf(options, low, high, x) + share)
}

/** Where x lies between the ends of the axis, 0..1. */
export const placeOn = ({ options, domain: [low, high] }: Axis, x: number) => shareOf(options, low, high, x)

/**
 * Round numbers in low..high, at most seven of them, in the finest of these steps that gives no more. The cap is one of
 * them.
 */
function logTicks(low: number, high: number, cap: number | null): number[] {
  const choices = [[1, 1.5, 2, 3, 4, 5, 7], [1, 2, 5], [1, 3], [1]].map((steps) => stepsIn(low, high, steps))
  const decades = choices[3]
  const every = Math.ceil(decades.length / 6)
  const round = choices.find((some) => some.length <= 7) ?? decades.filter((_, i) => i % every === 0)
  // In a small range, ticks at even distances are as good.
  const ticks = round.length < 3 && high < 3 * low ? evenSteps(low, high) : round
  return cap === null ? ticks : [...ticks.filter((tick) => tick < 0.93 * cap), cap]
}

function evenSteps(low: number, high: number): number[] {
  const unit = Number(`1e${Math.floor(Math.log10(high - low))}`)
  const step = [0.2, 0.5, 1, 2, 5].map((factor) => factor * unit).find((size) => (high - low) / size <= 4)!
  const count = Math.floor(high / step) - Math.ceil(low / step) + 1
  return Array.from({ length: count }, (_, i) => Number(((Math.ceil(low / step) + i) * step).toPrecision(6)))
}

function stepsIn(low: number, high: number, steps: readonly number[]): number[] {
  const [first, last] = [low, high].map((value) => Math.floor(Math.log10(value)))
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  // Read from text, since 3 times 0.1 is not the nearest number to 0.3.
  const all = powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
  return all.filter((value) => value >= low && value <= high)
}

/** Vega expressions for the text of a tick. */
const labels = {
  number: "abs(datum.value) < 10000 ? format(datum.value, '~f') : format(datum.value, '~s')",
  bytes: "replace(format(datum.value, '~s'), /^([0-9.]+)(.*)$/, '$1 $2B')",
  percent: "format(100 * datum.value, '~f') + ' %'",
}

export const titleOf = ({ title, scale }: AxisOptions) => (scale === 'log' ? `${title} (log scale)` : title)

const scaleOf = ({ options, domain }: Axis): Spec => ({
  ...(isLog(options) ? { type: 'log' } : { zero: false }),
  domain,
  nice: false,
})

/** What an x axis says: its title and labels as at the bottom of a column, its labels alone, or nothing. */
export type XLabels = 'title' | 'labels' | 'none'

/** The channel of the x axis of a panel of this width, in pixels. */
export function xChannel(axis: Axis, says: XLabels, width: number): Spec {
  return {
    field: 'x',
    type: 'quantitative',
    scale: { ...scaleOf(axis), padding: 0 },
    axis: {
      ...(axis.ticks ? { values: axis.ticks } : { tickCount: Math.max(2, Math.round(width / 80)) }),
      ...(axis.options.names ? namedTicks(axis.options.names, width) : numberedTicks(axis.options)),
      labels: says !== 'none',
      title: says === 'title' ? wrap(titleOf(axis.options), Math.floor(width / (EM * FONT))) : null,
      grid: false,
    },
  }
}

const numberedTicks = ({ format = 'number' }: AxisOptions): Spec => ({
  labelExpr: labels[format],
  labelOverlap: 'greedy',
})

/** Words stand in lines below their ticks; where one word is wider than the way to the next tick, all are slanted. */
function namedTicks(names: readonly string[], width: number): Spec {
  const room = Math.floor(width / names.length / (EM * FONT))
  const lines = names.map((name) => wrap(name, room))
  const isSlanted = lines.some((some) => some.some((line) => line.length > room))
  return {
    labelExpr: `${JSON.stringify(isSlanted ? names : lines)}[datum.value - 1]`,
    labelOverlap: false,
    ...(isSlanted && { labelAngle: -35, labelAlign: 'right', labelBaseline: 'top' }),
  }
}

/** @param isLabelled whether the axis has its title and labels, as in the first panel of a row */
export function yChannel(axis: Axis, isLabelled: boolean, height: number): Spec {
  const { ticks, lane, options } = axis
  // Without labels an axis has blanks, as high and within the panel: the titles of a row's panels stand at one height.
  const label = isLabelled ? labels[options.format ?? 'number'] : "' '"
  const isBeyond = lane && `datum.value > ${lane.cap}`
  return {
    field: 'y',
    type: 'quantitative',
    scale: scaleOf(axis),
    axis: {
      ...(ticks
        ? { values: lane ? [...ticks, lane.middle] : ticks }
        : { tickCount: Math.max(1, Math.min(5, Math.round(height / 34))) }),
      labelExpr: lane && isLabelled ? laneLabel(lane.cap, options.beyond, height, label) : label,
      ...(lane ? { labelOverlap: false } : {}),
      title: isLabelled ? wrap(titleOf(options), Math.floor(height / (EM * FONT))) : null,
      gridColor: lane ? { condition: { test: isBeyond, value: 'transparent' }, value: '#e6e6e6' } : '#e6e6e6',
      ...(isLabelled ? { minExtent: 54, maxExtent: 54 } : { labelPadding: -12 }),
    },
  }
}

/** Text of the ticks of an axis with a strip. A low panel has no room for the cap's own number below the strip's. */
function laneLabel(cap: number, beyond = `> ${cap}`, height: number, label: string): string {
  const known = height < 200 ? `datum.value === ${cap} ? '' : ` : ''
  return `datum.value > ${cap} ? '${beyond}' : ${known}(${label})`
}
