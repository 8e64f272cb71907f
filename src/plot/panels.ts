// Small multiples: panels of series on common axes, under one title and caption, over one legend.

import { type Axis, type AxisOptions, settingAxis, valueAxis, xChannel, yChannel } from './axes.ts'
import { type Panel, type PanelSeries, panelLayers, type Scales } from './layers.ts'
import { FONT, headOf, WIDTH, wrap } from './styles.ts'
import { EM, type Spec } from './svg.ts'

/** All that a figure of panels is made of. */
export interface Chart {
  readonly title: string
  /** the caption; empty for none */
  readonly caption: string
  readonly x: AxisOptions
  /** where an axis ends if something on it is censored; null if nothing may be censored */
  readonly cap: number | null
  readonly panels: readonly Panel[]
  /** the labels that the legend lists */
  readonly legend: readonly string[]
  /** how many panels stand side by side, 1 or 2; unless given 2, or 1 for a single panel */
  readonly columns?: number
}

const Y_AXIS = 84 // pixels that the labels and the title of a y axis take
const GAP = 16
const HEIGHTS = { wide: 240, narrow: 170, shares: 44 }
/** The axis of a strip of shares. */
const SHARES: AxisOptions = { title: 'Completed', format: 'percent', domain: [0, 1] }

/** @throws RangeError for another number of columns than 1 or 2 */
export function drawPanels(chart: Chart): Spec {
  const { panels, title, caption, columns = panels.length > 1 ? 2 : 1 } = chart
  if (columns !== 1 && columns !== 2) throw new RangeError(`"columns" expected 1 or 2, got ${columns}`)
  const isShared = panels.every(({ y }) => y === panels[0].y)
  const rows = toRows(panels, columns)
  const xAxes = new Map<AxisOptions, Axis>()
  const yAxes = new Map<AxisOptions, Axis>()
  const xOf = (panel: Panel) => panel.x ?? chart.x
  for (const panel of panels) {
    const options = xOf(panel)
    const own = panels.filter((other) => xOf(other) === options)
    if (!xAxes.has(options)) xAxes.set(options, xAxisOf(options, own))
    if (!yAxes.has(panel.y)) yAxes.set(panel.y, axisOf(panel.y, panels, chart.cap))
  }
  const scales = scalesOf(panels, chart.legend)
  let number = 0
  const draw = (row: readonly Panel[], isFirst: boolean, isBottom: boolean, panel: Panel): Spec => {
    number++
    const isWide = row.length === 1 && (columns === 1 || panel.isWide === true)
    const hasAxis = isFirst || !isShared
    const axesWidth = isShared || isWide ? Y_AXIS : 2 * Y_AXIS
    const width = isWide ? WIDTH - Y_AXIS : Math.floor((WIDTH - axesWidth - GAP) / 2)
    const height = isWide ? HEIGHTS.wide : HEIGHTS.narrow
    const [x, y] = [xAxes.get(xOf(panel))!, yAxes.get(panel.y)!]
    const says = isBottom || panel.x ? 'title' : 'labels'
    const layersOf = (some: Panel, axis: Axis, name: string) =>
      panelLayers(some, { width, x, y: axis, ...scales }).map((layer) => ({ ...layer, name: `${name} ${layer.name}` }))
    const main = {
      ...titleOfPanel(panel.title, width),
      width,
      height,
      encoding: { x: xChannel(x, panel.shares ? 'none' : says, width), y: yChannel(y, hasAxis, height) },
      layer: layersOf(panel, y, `panel ${number}`),
    }
    if (!panel.shares) return main
    const shares = valueAxis([0, 1], SHARES, null)
    const strip = {
      width,
      height: HEIGHTS.shares,
      encoding: { x: xChannel(x, says, width), y: yChannel(shares, hasAxis, HEIGHTS.shares) },
      layer: layersOf({ title: '', y: SHARES, series: panel.shares, rules: [] }, shares, `shares ${number}`),
    }
    // Flush, so that the strips of a row stand at one height whatever their axes say.
    return { spacing: 14, bounds: 'flush', vconcat: [main, strip] }
  }
  return {
    ...headOf(title, caption),
    spacing: 12,
    vconcat: rows.map((row, r) => ({
      spacing: GAP,
      hconcat: row.map((panel, c) => {
        // The x axis is labelled below the last panel of each column, even if the last row is not full.
        const isBottom = rows.slice(r + 1).every((later) => later.length <= c || later[0].isWide)
        return draw(row, c === 0, isBottom || r === rows.length - 1, panel)
      }),
    })),
  }
}

function titleOfPanel(title: string, width: number): Spec {
  if (!title) return {}
  return { title: { frame: 'group', fontSize: FONT, offset: 4, text: wrap(title, Math.floor(width / (EM * FONT))) } }
}

/** The x axis of panels: measured places have ticks, and all that is drawn lies within it. */
function xAxisOf(options: AxisOptions, panels: readonly Panel[]): Axis {
  const all = panels.flatMap((panel) => panel.series)
  const measured = all.filter(({ hasDots }) => hasDots)
  const ruled = panels.flatMap(({ rules }) => rules.map((rule) => rule.x))
  return settingAxis(xsOf(measured.length ? measured : all), [...xsOf(all), ...ruled], options)
}

/** Rows of at most `columns` panels; a wide panel has a row to itself. */
function toRows(panels: readonly Panel[], columns: number): Panel[][] {
  const rows: Panel[][] = []
  let isOpen = false
  for (const panel of panels) {
    if (isOpen && !panel.isWide && rows[rows.length - 1].length < columns) rows[rows.length - 1].push(panel)
    else rows.push([panel])
    isOpen = !panel.isWide
  }
  return rows
}

const xsOf = (series: readonly PanelSeries[]) => series.flatMap(({ points }) => points.map(({ x }) => x))

/**
 * The axis of all panels with these options. It holds every value that is drawn; the strip above the cap follows if a
 * value is censored.
 */
function axisOf(options: AxisOptions, panels: readonly Panel[], cap: number | null): Axis {
  const own = panels.filter(({ y }) => y === options)
  const drawn = own.flatMap(({ series }) =>
    series.flatMap(({ band, points }) =>
      points.flatMap(({ low, mid, high }) => (band === 'none' || low === undefined ? [mid] : [low, mid, high])),
    ),
  )
  const values = drawn.filter((value) => typeof value === 'number')
  const isCensored = values.length < drawn.length
  const headroom = own.some(({ rules }) => rules.length) ? 0.24 : 0
  return valueAxis(isCensored ? [...values, cap!] : values, options, isCensored ? cap : null, headroom)
}

/** One look for each label in all panels. The legend lists some of them, in as many columns as fit. */
function scalesOf(panels: readonly Panel[], legend: readonly string[]): Scales {
  const looks = new Map<string, PanelSeries>()
  for (const one of panels.flatMap(({ series }) => series)) if (!looks.has(one.label)) looks.set(one.label, one)
  const domain = [...looks.keys()]
  const values = legend.filter((label) => looks.has(label))
  const widest = Math.max(0, ...values.map((label) => EM * FONT * label.length + 60))
  const columns = Math.max(1, Math.floor((WIDTH - Y_AXIS) / widest))
  const common = {
    field: 'label',
    type: 'nominal',
    legend: values.length ? { values, ...(columns < values.length ? { columns } : {}) } : null,
  }
  const series = [...looks.values()]
  const scale = (range: readonly unknown[]) => ({ ...common, scale: { domain, range } })
  return {
    color: scale(series.map(({ color }) => color)),
    dash: scale(series.map(({ dash }) => dash ?? [])),
  }
}
