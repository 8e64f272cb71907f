// Small multiples: panels of series on common axes, under one title and caption, over one legend.

import { type Axis, type AxisOptions, settingAxis, valueAxis, xChannel, yChannel } from './axes.ts'
import { type Panel, type PanelSeries, panelLayers, type Scales } from './layers.ts'
import { FONT, headOf, WIDTH, wrap } from './styles.ts'
import { EM, type Spec } from './svg.ts'

/** All that makes a figure of panels. */
export interface Chart {
  readonly title: string
  /** empty: none */
  readonly caption: string
  readonly x: AxisOptions
  /** where an axis ends on which something is censored; null: nothing may be */
  readonly cap: number | null
  readonly panels: readonly Panel[]
  /** the labels that the legend lists */
  readonly legend: readonly string[]
  /** panels beside each other, 1 or 2; 2 unless given, 1 for a single panel */
  readonly columns?: number
}

const Y_AXIS = 84 // pixels that the labels and the title of a y axis take
const GAP = 16
const HEIGHTS = { wide: 240, narrow: 170 }

/** @throws RangeError for another number of columns than 1 or 2 */
export function drawPanels(chart: Chart): Spec {
  const { panels, title, caption, columns = panels.length > 1 ? 2 : 1 } = chart
  if (columns !== 1 && columns !== 2) throw new RangeError(`"columns" expected 1 or 2, got ${columns}`)
  const isShared = panels.every(({ y }) => y === panels[0].y)
  const rows = toRows(panels, columns)
  const all = panels.flatMap((panel) => panel.series)
  const measured = all.filter(({ hasDots }) => hasDots)
  const x = settingAxis(
    xsOf(measured.length ? measured : all),
    [...xsOf(all), ...panels.flatMap(({ rules }) => rules.map((rule) => rule.x))],
    chart.x,
  )
  const axes = new Map<AxisOptions, Axis>()
  for (const { y } of panels) if (!axes.has(y)) axes.set(y, axisOf(y, panels, chart.cap))
  const scales = scalesOf(panels, chart.legend)
  let number = 0
  const draw = (row: readonly Panel[], isFirst: boolean, isBottom: boolean, panel: Panel): Spec => {
    number++
    const isWide = row.length === 1 && (columns === 1 || panel.isWide === true)
    const hasAxis = isFirst || !isShared
    const axesWidth = isShared || isWide ? Y_AXIS : 2 * Y_AXIS
    const width = isWide ? WIDTH - Y_AXIS : Math.floor((WIDTH - axesWidth - GAP) / 2)
    const height = isWide ? HEIGHTS.wide : HEIGHTS.narrow
    const y = axes.get(panel.y)!
    return {
      ...(panel.title
        ? {
            title: {
              frame: 'group',
              fontSize: FONT,
              offset: 4,
              text: wrap(panel.title, Math.floor(width / (EM * FONT))),
            },
          }
        : {}),
      width,
      height,
      encoding: { x: xChannel(x, isBottom, width), y: yChannel(y, hasAxis, height) },
      layer: panelLayers(panel, { width, x, y, ...scales }).map((layer) => ({
        ...layer,
        name: `panel ${number} ${layer.name}`,
      })),
    }
  }
  return {
    ...headOf(title, caption),
    spacing: 12,
    vconcat: rows.map((row, r) => ({
      spacing: GAP,
      hconcat: row.map((panel, c) => {
        // Under the last panel of each column, also where the last row is not full.
        const isBottom = rows.slice(r + 1).every((later) => later.length <= c || later[0].isWide)
        return draw(row, c === 0, isBottom || r === rows.length - 1, panel)
      }),
    })),
  }
}

/** Rows of so many panels; a wide one has a row to itself. */
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

/** The axis of all panels with these options: every drawn value lies within it, and a lane follows where one is censored. */
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
  const widest = Math.max(0, ...values.map((label) => EM * FONT * label.length + 48))
  const columns = Math.max(1, Math.floor(WIDTH / widest))
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
