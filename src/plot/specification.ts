// A specification curve: the effects of one question under every reading, sorted, with their intervals, above a grid of dots
// that says which reading each is. One block for each question, two in a row.

import { layer } from './layers.ts'
import { FONT, headOf, WIDTH, wrap } from './styles.ts'
import { EM, type Spec } from './svg.ts'

/** The effect of one question under one reading. */
export interface SpecificationPoint {
  /** the value of each choice, in the order of the choices */
  readonly names: readonly string[]
  /** null if it is not estimable */
  readonly effect: number | null
  readonly low: number | null
  readonly high: number | null
  readonly verdict: 'holds' | 'contradicted' | 'mixed' | 'undecided' | 'not estimable'
  /** whether it is the default reading */
  readonly isDefault: boolean
}

/** One question: a ratio whose bound the claim names. */
export interface Specification {
  readonly title: string
  readonly bound: number
  /** whether what is claimed lies below the bound */
  readonly isBelow: boolean
  readonly points: readonly SpecificationPoint[]
}

/** How specifications are drawn. */
export interface SpecificationOptions {
  readonly title: string
  readonly caption: string
  /** the choices, each with its values in the order of the grid's rows */
  readonly choices: readonly { readonly title: string; readonly values: readonly string[] }[]
}

const LABELS = 164 // pixels left of a row of blocks
const GAP = 78 // pixels between its blocks, with the second one's numbers
const CURVE = 100
const ROW = 15

const verdictColors = {
  holds: '#0072b2',
  contradicted: '#d55e00',
  mixed: '#a8487c',
  undecided: '#767676',
  'not estimable': '#b0b0b0',
} as const

/** A block for each specification, two in a row, over one legend of the verdicts. */
export function specificationFigure(all: readonly Specification[], options: SpecificationOptions): Spec {
  const width = Math.floor((WIDTH - LABELS - GAP) / 2)
  const rows = Array.from({ length: Math.ceil(all.length / 2) }, (_, r) => all.slice(2 * r, 2 * r + 2))
  return {
    ...headOf(options.title, options.caption),
    spacing: 22,
    vconcat: rows.map((row, r) => {
      const titles = row.map((one) => titleOf(one, width))
      const lines = Math.max(...titles.map(({ length }) => length))
      return {
        spacing: 12,
        hconcat: row.map((one, c) => {
          const number = 2 * r + c
          const title = [...titles[c], ...new Array(lines - titles[c].length).fill(' ')]
          return {
            spacing: 6,
            bounds: 'flush',
            vconcat: [curveOf(one, number, title, width), gridOf(one, number, options, width)],
          }
        }),
      }
    }),
  }
}

/** The lines of a block's title, which says where the claim lies. */
function titleOf({ title, isBelow, bound }: Specification, width: number): string[] {
  return wrap(`${title}: ${isBelow ? 'below' : 'above'} ${bound}`, Math.floor((width + 16) / (EM * FONT)))
}

/** By ascending effect; what is not estimable comes last. */
function sorted({ points }: Specification): readonly SpecificationPoint[] {
  const key = ({ effect }: SpecificationPoint) => effect ?? Number.POSITIVE_INFINITY
  return [...points].sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)))
}

const x = (count: number): Spec => ({
  field: 'x',
  type: 'quantitative',
  scale: { domain: [-0.6, count - 0.4], nice: false },
  axis: null,
})

const verdicts = {
  field: 'verdict',
  type: 'nominal',
  scale: { domain: Object.keys(verdictColors), range: Object.values(verdictColors) },
}

function curveOf(one: Specification, number: number, title: readonly string[], width: number): Spec {
  const points = sorted(one)
  const rows = points.flatMap((point, i) =>
    point.effect === null
      ? []
      : [{ ...point, x: i, names: point.names.join(', '), color: verdictColors[point.verdict] }],
  )
  const ends = rows.flatMap(({ low, high }) => [low!, high!]).filter((value) => Number.isFinite(value) && value > 0)
  const [least, most] = [Math.min(one.bound, ...ends) / 1.1, Math.max(one.bound, ...ends) * 1.1]
  const y = {
    type: 'quantitative',
    scale: { type: 'log', domain: [least, most], nice: false, clamp: true },
    axis: {
      title: null,
      tickCount: 4,
      format: '~g',
      gridColor: '#e6e6e6',
      // One width in all rows, so that the columns of blocks stand below each other.
      minExtent: number % 2 ? 32 : LABELS,
      maxExtent: number % 2 ? 32 : LABELS,
    },
  }
  return {
    title: { frame: 'group', fontSize: FONT, offset: 4, text: title },
    width,
    height: CURVE,
    encoding: { x: x(points.length) },
    layer: [
      ...layer(`bound ${number}`, [{ x: -0.6, right: points.length - 0.4, y: one.bound }], {
        mark: { type: 'rule', color: '#555555', strokeDash: [3, 3], aria: false },
        encoding: { x2: { field: 'right' }, y: { field: 'y', ...y } },
      }),
      ...layer(
        `default ${number}`,
        rows.filter(({ isDefault }) => isDefault),
        {
          mark: { type: 'rect', color: '#f0f0f0', width: 22, aria: false },
          encoding: { y: { datum: least, ...y }, y2: { datum: most } },
        },
      ),
      ...layer(`interval ${number}`, rows, {
        mark: { type: 'rule', strokeWidth: 2, clip: true, aria: false },
        encoding: {
          y: { field: 'low', ...y },
          y2: { field: 'high' },
          stroke: { field: 'color', type: 'nominal', scale: null },
        },
      }),
      ...layer(`effect ${number}`, rows, {
        mark: { type: 'point', filled: true, opacity: 1, size: 70 },
        encoding: {
          y: { field: 'effect', ...y },
          color: { ...verdicts, legend: { symbolType: 'circle', symbolSize: 90, columns: 2 } },
          description: { field: 'names', type: 'nominal' },
        },
      }),
    ],
  }
}

function gridOf(one: Specification, number: number, { choices }: SpecificationOptions, width: number): Spec {
  const points = sorted(one)
  const isFirst = number % 2 === 0
  const labels = choices.flatMap(({ title, values }, c) =>
    values.map((value) => ({ c, value, label: `${title}: ${value}` })),
  )
  const rows = points.flatMap(({ names, isDefault }, i) =>
    labels.map(({ c, value }, r) => ({ x: i, y: r, isOn: names[c] === value, isDefault })),
  )
  const labelExpr = `[${labels.map(({ label }) => JSON.stringify(label)).join(', ')}][datum.value]`
  return {
    width,
    height: ROW * labels.length,
    encoding: {
      x: x(points.length),
      y: {
        field: 'y',
        type: 'quantitative',
        scale: { domain: [labels.length - 0.5, -0.5], nice: false, zero: false },
        axis: {
          title: null,
          grid: false,
          values: labels.map((_, r) => r),
          labelExpr,
          labels: isFirst,
          ticks: isFirst,
          domain: isFirst,
          minExtent: isFirst ? LABELS : 32,
          maxExtent: isFirst ? LABELS : 32,
        },
      },
    },
    layer: [
      ...layer(
        `grid default ${number}`,
        rows.filter(({ isDefault }) => isDefault),
        {
          mark: { type: 'square', size: 420, color: '#f0f0f0', opacity: 1, aria: false },
          encoding: {},
        },
      ),
      ...layer(`dot ${number}`, rows, {
        mark: { type: 'point', filled: true, opacity: 1, size: 60, aria: false },
        encoding: { fill: { condition: { test: 'datum.isOn', value: '#333333' }, value: '#dddddd' } },
      }),
    ],
  }
}
