// Small multiples: panels of series on common axes, under one title and caption, over one legend. The one place that
// composes them; completion, payload, progress and other curves differ in what they hand over.

import { type Axis, type AxisOptions, settingAxis, titleOf, valueAxis, xChannel, yChannel } from './axes.ts'
import { panelLayers, type Rule, type Series, wrap } from './layers.ts'
import { panelTitle, themes } from './styles.ts'
import type { Spec } from './svg.ts'

/** column: 88 mm, one column of a journal, at 7 point; page: across both. */
export type Size = 'column' | 'page'

export interface Panel {
  /** '' = none */
  readonly title: string
  readonly color?: string
  /** panels with the same object share their axis */
  readonly y: AxisOptions
  readonly series: readonly Series[]
  readonly rules: readonly Rule[]
}

export interface Chart {
  readonly title: string
  /** '' = none */
  readonly caption: string
  readonly size: Size
  /** default: all beside each other where they fit, else two */
  readonly columns?: number
  readonly x: AxisOptions
  /** where a y axis ends if something on it is censored; null = nothing may be */
  readonly cap: number | null
  readonly panels: readonly Panel[]
  /** labels of the series that the legend lists */
  readonly legend: readonly string[]
}

/** Pixels of a panel by the number of columns, characters of a line, and the room that a y axis takes. */
const layouts = {
  column: { widths: [410, 195], heights: [240, 240], title: 36, caption: 43, yAxis: 97, panelFont: 15 },
  page: { widths: [780, 384, 248], heights: [380, 250, 250], title: 58, caption: 74, yAxis: 102, panelFont: 17 },
}

/** @throws RangeError for a number of columns that does not fit */
export function drawPanels(chart: Chart): Spec {
  const { panels, size } = chart
  const layout = layouts[size]
  const most = layout.widths.length
  const { columns = panels.length <= most ? panels.length : 2 } = chart
  if (!Number.isInteger(columns) || columns < 1 || columns > most) {
    throw new RangeError(`"columns" expected an integer in 1..${most} at size ${size}, got ${columns}`)
  }
  const isShared = panels.every(({ y }) => y === panels[0].y)
  const more = isShared ? 0 : Math.round((layout.yAxis * (columns - 1)) / columns)
  const [width, height] = [layout.widths[columns - 1] - more, layout.heights[columns - 1]]
  const all = panels.flatMap((panel) => panel.series)
  const measured = all.filter(({ dots }) => dots)
  const others = [...xsOf(all), ...panels.flatMap(({ rules }) => rules.map((rule) => rule.x))]
  const x = settingAxis(xsOf(measured.length ? measured : all), others, chart.x)
  const axes = new Map<AxisOptions, Axis>()
  for (const { y } of panels) if (!axes.has(y)) axes.set(y, axisOf(y, panels, chart.cap))
  const scales = scalesOf(panels, chart.legend, layout.widths[0])
  // labels are wider by Vega's estimate than they are
  const extent = size === 'column' ? { minExtent: 56, maxExtent: 56 } : {}
  const short = (text: string, pixels: number, font: number) => {
    const lines = wrap(text, Math.floor(pixels / (0.8 * font)))
    return lines.length === 1 ? text : lines
  }
  return {
    ...headOf(chart),
    columns,
    spacing: { row: 14, column: size === 'column' ? 20 : 24 },
    concat: panels.map(({ title, color, y, series, rules }, i) => {
      const axis = axes.get(y)!
      const isFirst = !isShared || i % columns === 0
      const isLast = i + columns >= panels.length
      return {
        ...(title ? { title: panelTitle(short(title, width, layout.panelFont), layout.panelFont, color) } : {}),
        width,
        height,
        encoding: {
          x: xChannel(x, isLast),
          y: yChannel(axis, isFirst, { ...extent, title: short(titleOf(axis), height, 15) }),
        },
        layer: panelLayers(series, rules, { width, height, x, y: axis, ...scales }).map((part) => ({
          ...part,
          name: `panel ${i + 1} ${part.name}`,
        })),
      }
    }),
  }
}

/** What every figure has: title, caption, theme. */
export function headOf({ title, caption, size }: Pick<Chart, 'title' | 'caption' | 'size'>): Spec {
  const layout = layouts[size]
  const lines = wrap(title, layout.title)
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: caption ? `${title}. ${caption}` : title,
    background: 'white',
    padding: 14,
    title: {
      text: lines.length === 1 ? title : lines,
      ...(caption ? { subtitle: wrap(caption, layout.caption) } : {}),
    },
    config: themes[size],
  }
}

const xsOf = (series: readonly Series[]) => series.flatMap(({ points }) => points.map(({ x }) => x))

/** Of all panels with these options: every drawn value within, and a lane where one is censored. */
function axisOf(options: AxisOptions, panels: readonly Panel[], cap: number | null): Axis {
  const series = panels.flatMap((panel) => (panel.y === options ? panel.series : []))
  const drawn = series.flatMap(({ band, points }) =>
    points.flatMap(({ low, mid, high }) => (band === 'none' || low === undefined ? [mid] : [low, mid, high])),
  )
  const values = drawn.filter((value) => typeof value === 'number')
  const isCensored = values.length < drawn.length
  const hasWords = panels.some(({ y, rules }) => y === options && rules.length)
  return valueAxis(isCensored ? [...values, cap!] : values, options, isCensored ? cap : null, hasWords ? 7 : 0)
}

/** One look a label in all panels; the legend lists some of them, in as many columns as fit. */
function scalesOf(panels: readonly Panel[], legend: readonly string[], total: number): { color: Spec; dash: Spec } {
  const looks = new Map<string, Series>()
  for (const one of panels.flatMap(({ series }) => series)) {
    if (one.line && !looks.has(one.label)) looks.set(one.label, one)
  }
  const domain = [...looks.keys()]
  const values = legend.filter((label) => looks.has(label))
  const columns = columnsFor(values, total)
  const common = {
    field: 'label',
    type: 'nominal',
    legend: values.length ? { values, ...(columns < values.length ? { columns } : {}) } : null,
  }
  const series = [...looks.values()]
  return {
    color: { ...common, scale: { domain, range: series.map(({ color }) => color) } },
    dash: { ...common, scale: { domain, range: series.map(({ dash }) => dash ?? []) } },
  }
}

/** The most columns whose widest labels fit beside each other, by Vega's estimate and with room for their symbols. */
function columnsFor(labels: readonly string[], total: number): number {
  const widths = labels.map((label) => 12 * label.length + 56)
  for (let columns = labels.length; columns > 1; columns--) {
    const widest = widths.slice(0, columns).map((_, i) => Math.max(...widths.filter((_, k) => k % columns === i)))
    if (widest.reduce((sum, width) => sum + width, 0) <= total) return columns
  }
  return 1
}
