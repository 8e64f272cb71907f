// A specification curve: the effects of one question under every reading, sorted, with their intervals, above a grid of dots
// that says which reading each is. One block for each question.

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
  /** what lies below and above the bound */
  readonly sides: readonly [below: string, above: string]
  readonly points: readonly SpecificationPoint[]
}

/** How specifications are drawn. */
export interface SpecificationOptions {
  readonly title: string
  readonly caption: string
  /** the choices, each with its values in the order of the grid's rows */
  readonly choices: readonly { readonly title: string; readonly values: readonly string[] }[]
}

const LABELS = 150 // pixels left of a block
const CURVE = 110
const ROW = 17

const verdictColors = {
  holds: '#0072b2',
  contradicted: '#d55e00',
  mixed: '#a8487c',
  undecided: '#767676',
  'not estimable': '#b0b0b0',
} as const

/** One block for each specification, below each other, over one legend of the verdicts. */
export function specificationFigure(all: readonly Specification[], options: SpecificationOptions): Spec {
  const width = WIDTH - LABELS
  return {
    ...headOf(options.title, options.caption),
    spacing: 22,
    vconcat: all.map((one) => ({ spacing: 6, vconcat: [curveOf(one, width), gridOf(one, options, width)] })),
  }
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

function curveOf(one: Specification, width: number): Spec {
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
      title: wrap(`below ${one.bound}: ${one.sides[0]}`, Math.floor(CURVE / (EM * FONT))),
      tickCount: 4,
      format: '~g',
      gridColor: '#e6e6e6',
      minExtent: LABELS - 24,
      maxExtent: LABELS - 24,
    },
  }
  return {
    title: { frame: 'group', fontSize: FONT, offset: 4, text: wrap(one.title, Math.floor(WIDTH / (EM * FONT))) },
    width,
    height: CURVE,
    encoding: { x: x(points.length) },
    layer: [
      ...layer('bound', [{ x: -0.6, right: points.length - 0.4, y: one.bound }], {
        mark: { type: 'rule', color: '#555555', strokeDash: [3, 3], aria: false },
        encoding: { x2: { field: 'right' }, y: { field: 'y', ...y } },
      }),
      ...layer(
        'default',
        rows.filter(({ isDefault }) => isDefault),
        {
          mark: { type: 'rect', color: '#f0f0f0', width: 22, aria: false },
          encoding: { y: { datum: least, ...y }, y2: { datum: most } },
        },
      ),
      ...layer('interval', rows, {
        mark: { type: 'rule', strokeWidth: 2, clip: true, aria: false },
        encoding: {
          y: { field: 'low', ...y },
          y2: { field: 'high' },
          stroke: { field: 'color', type: 'nominal', scale: null },
        },
      }),
      ...layer('effect', rows, {
        mark: { type: 'point', filled: true, opacity: 1, size: 70 },
        encoding: {
          y: { field: 'effect', ...y },
          color: { ...verdicts, legend: { symbolType: 'circle', symbolSize: 90 } },
          description: { field: 'names', type: 'nominal' },
        },
      }),
    ],
  }
}

function gridOf(one: Specification, { choices }: SpecificationOptions, width: number): Spec {
  const points = sorted(one)
  const labels = choices.flatMap(({ values }, c) => values.map((value) => ({ c, value, label: value })))
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
          minExtent: LABELS - 24,
          maxExtent: LABELS - 24,
        },
      },
    },
    layer: [
      ...layer(
        'default',
        rows.filter(({ isDefault }) => isDefault),
        {
          mark: { type: 'square', size: 420, color: '#f0f0f0', opacity: 1, aria: false },
          encoding: {},
        },
      ),
      ...layer('dot', rows, {
        mark: { type: 'point', filled: true, opacity: 1, size: 60, aria: false },
        encoding: { fill: { condition: { test: 'datum.isOn', value: '#333333' }, value: '#dddddd' } },
      }),
    ],
  }
}
