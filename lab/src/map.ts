// The summary of agent 0 as a map of two components of the state: an arrow says which way it pushes there on average, and
// a darker cell holds more clusters. It shows the part of the grid that was met.

import { type SVGTemplateResult, svg } from 'lit-html'
import type { Environment } from './core.ts'
import { type Memory, pushOf } from './memory.ts'
import { words } from './rulers.ts'

const LEFT = 20
const BOTTOM = 22
const HEIGHT = 132
const MOST_CELLS = 24 // columns and rows in which an arrow can be seen
const LEAST_ROWS = 4
const LEAST_COLUMNS = 10

interface Extent {
  readonly from: number
  readonly count: number
}

/** The sections of an axis that are shown: those that were met, and some more where they are few. */
function extentOf(values: readonly number[], least: number, sections: number): Extent {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const count = Math.min(Math.max(high - low + 1, least), sections)
  const from = Math.min(Math.max(Math.floor((low + high + 1 - count) / 2), 0), sections - count)
  return { from, count }
}

export function drawMap(memory: Memory, env: Environment, width: number): SVGTemplateResult {
  const cells = [...memory.cells.values()]
  const { sections } = memory.grid
  const isFlat = memory.axes.length < 2
  const rows = cells.length
    ? extentOf(
        cells.map(({ row }) => row),
        isFlat ? 1 : LEAST_ROWS,
        isFlat ? 1 : sections,
      )
    : { from: 0, count: 1 }
  const columns = cells.length
    ? extentOf(
        cells.map(({ column }) => column),
        LEAST_COLUMNS,
        sections,
      )
    : { from: 0, count: 1 }
  const [w, h] = [(width - LEFT) / columns.count, HEIGHT / rows.count]
  const most = Math.max(1, ...cells.map(({ clusters }) => clusters))
  const lit = memory.entries.size ? memory.keyOf(memory.cluster) : -1
  const hasArrows = columns.count <= MOST_CELLS * 1.5 && rows.count <= MOST_CELLS
  const [rowName, columnName] = isFlat
    ? ['', env.components[memory.axes[0]]]
    : memory.axes.map((i) => env.components[i])
  const label = `Clusters that agent 0 met in this period, by ${isFlat ? '' : `${words(rowName)} and `}${words(columnName)}: ${memory.entries.size} clusters.`
  return svg`<svg class="map" role="img" aria-label=${label} viewBox="0 0 ${width} ${HEIGHT + BOTTOM}" width=${width} height=${HEIGHT + BOTTOM}>
    <rect class="frame" x=${LEFT} y="0" width=${width - LEFT} height=${HEIGHT}></rect>
    ${cells.map((cell) => {
      const x = LEFT + (cell.column - columns.from) * w
      const y = (rows.from + rows.count - 1 - cell.row) * h
      const strength = 0.18 + 0.62 * (Math.log1p(cell.clusters) / Math.log1p(most))
      const push = pushOf(cell.sums, cell.visits)
      return svg`<rect class="cell" x=${x + 0.5} y=${y + 0.5} width=${Math.max(w - 1, 1)} height=${Math.max(h - 1, 1)} opacity=${strength.toFixed(2)}></rect>
        ${hasArrows ? svg`<path class="arrow" d=${arrow(x + w / 2, y + h / 2, push * Math.min(w * 0.36, 12))}></path>` : ''}`
    })}
    ${lit < 0 ? '' : svg`<rect class="litCell" x=${LEFT + ((lit % sections) - columns.from) * w} y=${(rows.from + rows.count - 1 - Math.floor(lit / sections)) * h} width=${w} height=${h}></rect>`}
    <text x=${LEFT + (width - LEFT) / 2} y=${HEIGHT + 16} text-anchor="middle">${words(columnName)} →</text>
    <text transform=${`translate(12 ${HEIGHT / 2}) rotate(-90)`} text-anchor="middle">${isFlat ? '' : `${words(rowName)} →`}</text>
  </svg>`
}

/** An arrow around a point; a push near 0 is a dot. */
function arrow(x: number, y: number, length: number): string {
  if (Math.abs(length) < 1.2) return `M${x - 1},${y}h2`
  const head = Math.sign(length) * Math.min(Math.abs(length), 4)
  return `M${x - length},${y}H${x + length}m${-head},${-Math.abs(head)}l${head},${Math.abs(head)}l${-head},${Math.abs(head)}`
}
