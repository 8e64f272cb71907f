// Cells -> Vega-Lite spec -> SVG. Small multiples: a panel a federated method, with its median line and inter-quartile
// band, over the controls, which every panel repeats in grey. Nothing is drawn between a time and "above the cap":
// a lane on top of the axis holds the censored quantiles. Axes: axes.ts; colours: styles.ts; drawing: svg.ts.

import { type Frame, frameOf, xChannel, yChannel } from './axes.ts'
import type { Completion } from './stats/quantiles.ts'
import { isControl, type MethodStyle, methodStyles, panelTitle, stylesOf, theme } from './styles.ts'
import type { Spec } from './svg.ts'
import type { Cell } from './table.ts'

export { methodStyles } from './styles.ts'
export { renderSvg, type Spec } from './svg.ts'

export interface CompletionFigureOptions {
  readonly title: string
  /** episodes; where the axis says `> cap` */
  readonly cap: number
  /** below the title; default: `completionCaption` */
  readonly caption?: string
}

/** `12 seeds a point; ...`: how to read the figure; a range where the cells differ in runs. */
export function completionCaption(cells: readonly Cell[], cap: number): string {
  const counts = cells.map((cell) => cell.runs)
  const least = Math.min(...counts)
  const most = Math.max(...counts)
  const runs = least === most ? `${most} seed${most === 1 ? '' : 's'}` : `${least} to ${most} seeds`
  const grey = cells.some(({ method }) => method === 'independent') ? ' (grey: independent)' : ''
  const open = cells.some(({ median }) => median === null) ? '; so are medians above it' : ''
  const above = cells.some(({ q75 }) => q75 === null) ? ` Bands that reach the cap of ${cap} are open${open}.` : ''
  return `${runs} a point. Line: median; band: quartiles${grey}.${above}`
}

/**
 * Completion time (episodes) over N. y is logarithmic, as the times are ratios apart: 1.5 times faster is one distance
 * anywhere. Where a drawn quantile is censored, it ends at the cap and a lane above reads `> cap`. x is linear in N.
 * @param cells one a (method, agents); methods without a style get a panel of their own
 * @throws RangeError for no cells, two cells at one point, or a time above the cap
 */
export function completionFigure(cells: readonly Cell[], options: CompletionFigureOptions): Spec {
  const { title, cap, caption = completionCaption(cells, cap) } = options
  checkCells(cells, cap)
  const methods = [...new Set(cells.map((cell) => cell.method))]
  const controls = Object.keys(methodStyles).filter((method) => isControl(method) && methods.includes(method))
  const federated = methods.filter((method) => !isControl(method))
  const styles = stylesOf(federated)
  const panels: readonly (string | null)[] = federated.length ? federated : [null]
  const columns = panels.length <= 3 ? panels.length : 2
  const frame = frameOf(cells, cap, columns)
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `${title}. ${caption}`,
    background: 'white',
    padding: 14,
    title: { text: title, subtitle: wrap(caption, 74) },
    columns,
    spacing: { row: 14, column: 24 },
    concat: panels.map((method, i) => ({
      ...(method === null ? {} : { title: { ...panelTitle, text: styles[method].label, color: styles[method].color } }),
      width: frame.width,
      height: frame.height,
      encoding: { x: xChannel(frame, i + columns >= panels.length), y: yChannel(frame, i % columns === 0) },
      layer: panelLayers(cells, method, controls, styles, frame).map((part) => ({
        ...part,
        name: `panel ${i + 1} ${part.name}`,
      })),
    })),
    config: theme,
  }
}

function panelLayers(
  cells: readonly Cell[],
  method: string | null,
  controls: readonly string[],
  styles: Readonly<Record<string, MethodStyle>>,
  frame: Frame,
): Spec[] {
  const own = method === null ? [] : at(cells, method)
  const color = method === null ? '' : styles[method].color
  const drawn = method === null ? controls : [...controls, method]
  return [
    laneLayer(frame),
    bandLayers(at(cells, 'independent'), '#8a8a8a', 0.16, frame),
    bandLayers(own, color, 0.24, frame),
    controlLayers(cells, controls),
    medianLayers(own, color),
    censoredLayers(cells, drawn, styles, frame),
  ].flat()
}

function laneLayer({ lane, end, xDomain }: Frame): Spec[] {
  if (!lane) return []
  return layer('lane', [{ agents: xDomain[0], right: xDomain[1], time: lane.low, high: end }], {
    mark: { type: 'rect', color: '#f0f0f0' },
    encoding: { x2: { field: 'right' }, y2: { field: 'high' } },
  })
}

/**
 * Fill between the quartiles, and an edge along each finite one. Where q75 is censored the fill runs into the lane and
 * has no edge there; where q25 is, there is no band. A point without a neighbour gets a bar.
 */
function bandLayers(cells: readonly Cell[], color: string, opacity: number, frame: Frame): Spec[] {
  const name = cells[0]?.method
  const rows = stretches(cells, q25, (cell) => ({ high: cell.q75 ?? frame.end }))
  const isAlone = (row: Point) => rows.filter(({ stretch }) => stretch === row.stretch).length === 1
  const upTo = { y2: { field: 'high' } }
  const byStretch = { detail: { field: 'stretch' } }
  const band = { mark: { type: 'area', color, opacity }, encoding: { ...upTo, ...byStretch } }
  const bar = { mark: { type: 'bar', orient: 'vertical', color, opacity, size: 9 }, encoding: upTo }
  const edge = { mark: { type: 'line', color, opacity: 2 * opacity, strokeWidth: 1 }, encoding: byStretch }
  const joined = rows.filter((row) => !isAlone(row))
  return [
    layer(`${name} band`, joined, band),
    layer(`${name} bar`, rows.filter(isAlone), bar),
    layer(`${name} lower edge`, stretches(cells, q25), edge),
    layer(`${name} upper edge`, stretches(cells, q75), edge),
  ].flat()
}

/** Medians of all controls: thin dashed lines, named by the legend, even where every one of them is censored. */
function controlLayers(cells: readonly Cell[], controls: readonly string[]): Spec[] {
  const styles = controls.map((method) => methodStyles[method])
  const domain = styles.map((style) => style.label)
  const points = controls.flatMap((method) =>
    stretches(at(cells, method), median, () => ({ control: methodStyles[method].label })),
  )
  const color = { field: 'control', type: 'nominal', scale: { domain, range: styles.map((style) => style.color) } }
  const dash = { ...color, scale: { domain, range: styles.map((style) => style.dash) } }
  if (!controls.length) return []
  return [
    {
      name: 'control',
      data: { values: points },
      mark: { type: 'line', strokeWidth: 1.6 },
      encoding: { color, strokeDash: dash, detail: { field: 'stretch' } },
    },
    layer('control point', points, {
      mark: { type: 'point', filled: true, size: 14, opacity: 1 },
      encoding: { color },
    }),
  ].flat()
}

function medianLayers(cells: readonly Cell[], color: string): Spec[] {
  const points = stretches(cells, median)
  return [
    layer('median', points, {
      mark: { type: 'line', color, strokeWidth: 2.6 },
      encoding: { detail: { field: 'stretch' } },
    }),
    layer('median point', points, { mark: { type: 'point', filled: true, color, size: 62, opacity: 1 } }),
  ].flat()
}

/** Open markers in the lane, side by side where several medians of one N are censored; no line leads to them. */
function censoredLayers(
  cells: readonly Cell[],
  drawn: readonly string[],
  styles: Readonly<Record<string, MethodStyle>>,
  frame: Frame,
): Spec[] {
  const apart = ((frame.xDomain[1] - frame.xDomain[0]) * 11) / frame.width
  const rows = frame.agents.flatMap((agents) => {
    const above = drawn.filter((method) =>
      at(cells, method).some((cell) => cell.agents === agents && cell.median === null),
    )
    return above.map((method, i) => ({
      agents: agents + (i - (above.length - 1) / 2) * apart,
      time: frame.lane!.middle,
      color: styles[method].color,
      size: isControl(method) ? 30 : 62,
    }))
  })
  return layer('censored', rows, {
    mark: { type: 'point', filled: false, fill: 'white', opacity: 1, strokeWidth: 1.8 },
    encoding: {
      stroke: { field: 'color', type: 'nominal', scale: null },
      size: { field: 'size', type: 'quantitative', scale: null },
    },
  })
}

interface Point {
  readonly agents: number
  readonly time: number
  /** points of one stretch are joined; a censored quantile ends it */
  readonly stretch: number
}

function stretches<T>(
  cells: readonly Cell[],
  pick: (cell: Cell) => Completion,
  more?: (cell: Cell) => T,
): (Point & T)[] {
  let stretch = 0
  return cells.flatMap((cell) => {
    const time = pick(cell)
    if (time !== null) return [{ agents: cell.agents, time, stretch, ...more?.(cell) } as Point & T]
    stretch++
    return []
  })
}

const q25 = (cell: Cell) => cell.q25
const median = (cell: Cell) => cell.median
const q75 = (cell: Cell) => cell.q75

/** Cells of a method by ascending N. */
function at(cells: readonly Cell[], method: string): Cell[] {
  return cells.filter((cell) => cell.method === method).sort((a, b) => a.agents - b.agents)
}

/** Nothing without rows: an empty layer would still claim a place in the legend. */
function layer(name: string, values: readonly object[], spec: Spec): Spec[] {
  return values.length ? [{ name, data: { values }, ...spec }] : []
}

function checkCells(cells: readonly Cell[], cap: number): void {
  if (!cells.length) throw new RangeError('"cells" expected at least one, got none: no finished runs, nothing to draw')
  const seen = new Set<string>()
  for (const { method, agents, q25, median, q75 } of cells) {
    const point = `${method} at N = ${agents}`
    if (seen.has(point)) throw new RangeError(`"cells" expected one a point, got two for ${point}: choose one setting`)
    seen.add(point)
    const beyond = [q25, median, q75].find((time) => time !== null && time > cap)
    if (beyond !== undefined) {
      throw new RangeError(`"cap" expected at least every completion time, got ${cap}, with ${beyond} for ${point}`)
    }
  }
}

/** Lines of at most `length` characters; Vega does not wrap, and without a canvas it takes 0.8 em a character. */
function wrap(text: string, length: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]
    if (last !== undefined && last.length + 1 + word.length <= length) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
