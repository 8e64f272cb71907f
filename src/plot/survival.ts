// Shares of completed missions over time, as steps: one minus the Kaplan-Meier curve, with its band, in one panel for each place.

import type { AxisOptions } from './axes.ts'
import { settingAxis, valueAxis, xChannel, yChannel } from './axes.ts'
import { layer } from './layers.ts'
import { FONT, headOf, isControl, seriesStyles, WIDTH, wrap } from './styles.ts'
import { EM, type Spec } from './svg.ts'

/** A curve of one series in one panel. */
export interface SurvivalCurve {
  /** the title of its panel */
  readonly panel: string
  /** a method's name, or any other */
  readonly series: string
  /** by ascending time: the share that has completed by then, with the ends of its 95 % band */
  readonly steps: readonly {
    readonly time: number
    readonly share: number
    readonly low: number
    readonly high: number
  }[]
  /** how many runs there are */
  readonly runs: number
}

/** How completion curves are drawn. */
export interface SurvivalOptions {
  readonly title: string
  readonly caption: string
  /** the time up to which runs were watched */
  readonly cap: number
}

const Y_AXIS = 84
const GAP = 16
const HEIGHT = 190

/** Two panels side by side, all on the same axes, over one legend; the controls are dashed and have no band but one. */
export function survivalFigure(curves: readonly SurvivalCurve[], { title, caption, cap }: SurvivalOptions): Spec {
  const names = [...new Set(curves.map(({ series }) => series))]
  const styles = seriesStyles(names)
  const panels = [...new Set(curves.map(({ panel }) => panel))]
  const width = Math.floor((WIDTH - Y_AXIS - GAP) / 2)
  const xOptions: AxisOptions = { title: 'Episode of each agent', domain: [0, cap] }
  const x = settingAxis([0, cap], [], xOptions)
  const axis = { ...x, ticks: [0, Math.round(cap / 2), cap] }
  const y = valueAxis([0, 1], { title: 'Missions completed', format: 'percent', domain: [0, 1] }, null)
  const draw = (panel: string, isFirst: boolean, isBottom: boolean): Spec => {
    const rows = curves
      .filter((curve) => curve.panel === panel)
      .flatMap(({ series, steps }) => {
        const { label, color, dash } = styles.find(({ name }) => name === series)!
        const ends = [{ time: 0, share: 0, low: 0, high: 0 }, ...steps]
        const last = ends[ends.length - 1]
        return [...ends, { ...last, time: cap }].map((step) => ({
          x: step.time,
          y: step.share,
          low: step.low,
          high: step.high,
          label,
          color,
          weight: dash ? 1.6 : 2.4,
          hasBand: !isControl(series) || series === 'independent',
        }))
      })
    const asIs = { type: 'quantitative', scale: null }
    const looks = (range: readonly unknown[]) => ({
      field: 'label',
      type: 'nominal',
      scale: { domain: styles.map(({ label }) => label), range },
      legend: {
        columns: Math.max(1, Math.floor(WIDTH / Math.max(...styles.map((s) => EM * FONT * s.label.length + 48)))),
      },
    })
    return {
      title: { frame: 'group', fontSize: FONT, offset: 4, text: wrap(panel, Math.floor(width / (EM * FONT))) },
      width,
      height: HEIGHT,
      encoding: { x: xChannel(axis, isBottom ? 'title' : 'labels', width), y: yChannel(y, isFirst, HEIGHT) },
      layer: [
        ...layer(
          `${panel} band`,
          rows.filter(({ hasBand }) => hasBand),
          {
            mark: { type: 'area', interpolate: 'step-after', opacity: 0.16, aria: false },
            encoding: {
              y: { field: 'low', type: 'quantitative' },
              y2: { field: 'high' },
              fill: { field: 'color', type: 'nominal', scale: null },
              detail: { field: 'label' },
            },
          },
        ),
        ...layer(`${panel} curve`, rows, {
          mark: { type: 'line', interpolate: 'step-after', clip: true },
          encoding: {
            color: looks(styles.map(({ color }) => color)),
            strokeDash: looks(styles.map(({ dash }) => dash ?? [])),
            strokeWidth: { field: 'weight', ...asIs },
          },
        }),
      ],
    }
  }
  const lines = Array.from({ length: Math.ceil(panels.length / 2) }, (_, r) => panels.slice(2 * r, 2 * r + 2))
  return {
    ...headOf(title, caption),
    spacing: 12,
    vconcat: lines.map((row, r) => ({
      spacing: GAP,
      hconcat: row.map((panel, c) =>
        draw(panel, c === 0, panels.indexOf(panel) + 2 >= panels.length || r === lines.length - 1),
      ),
    })),
  }
}
