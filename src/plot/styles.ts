// The look of figures: one colour and dash for each method in all of them, and the theme that they share. The colours
// are those of Okabe and Ito (2008), which colour-blind readers can distinguish; controls are grey and dashed.

import { EM, type Spec } from './svg.ts'

const PADDING = 8
/**
 * The width within the padding, in pixels. A figure is as wide as one column of a journal, 3.5 inches, which is 252
 * points. At 504 pixels, text of 14 pixels is 7 points high in print, and no text is smaller. Ten pixels are left for end
 * labels and for titles of axes that take two lines.
 */
export const WIDTH = 494 - 2 * PADDING
export const FONT = 14
const TITLE = 16

/** The look of a series. */
export interface SeriesStyle {
  /** as the points name it */
  readonly name: string
  /** as the legend names it */
  readonly label: string
  readonly color: string
  /** present for a control or a reference, which is drawn thin and below the others */
  readonly dash?: readonly number[]
}

/** The looks of methods, by name. */
export const methodStyles: Readonly<Record<string, Omit<SeriesStyle, 'name'>>> = {
  mixfrd: { label: 'MixFRD', color: '#d55e00' },
  frd: { label: 'FRD', color: '#0072b2' },
  'frd-twice': { label: 'FRD, two passes', color: '#7a3fb0' },
  pd: { label: 'PD', color: '#009e73' },
  frl: { label: 'FRL', color: '#a8487c' }, // #cc79a7 darkened: text needs more contrast on white
  fedhpd: { label: 'FedHPD', color: '#b38600' }, // #e69f00 darkened
  central: { label: 'One learner', color: '#333333', dash: [1.5, 4] },
  independent: { label: 'No exchange', color: '#4d4d4d', dash: [7, 3] },
  own: { label: 'Own memory', color: '#767676', dash: [2, 2.5] },
  uniform: { label: 'Uniform targets', color: '#9a9a9a', dash: [12, 3, 2, 3] },
}

const MAIN_COLORS = ['#0072b2', '#d55e00', '#009e73', '#a8487c']
/** Colours of other series beside methods: the rest of the palette, darkened in the same way. */
const OTHER_COLORS = ['#000000', '#3490c4']

/** The looks of lines that are no series but are there to compare with: a bound, a closed form. */
export const referenceStyles: readonly Pick<Required<SeriesStyle>, 'color' | 'dash'>[] = [
  { color: '#4d4d4d', dash: [7, 3] },
  { color: '#767676', dash: [2, 2.5] },
  { color: '#9a9a9a', dash: [12, 3, 2, 3] },
]

export const isControl = (name: string) => methodStyles[name]?.dash !== undefined

/**
 * Looks in the order of the names. Methods have their own; other names take the palette, or the rest of it beside
 * methods.
 */
export function seriesStyles(names: readonly string[]): SeriesStyle[] {
  const others = names.filter((name) => !Object.hasOwn(methodStyles, name))
  const colors = others.length < names.length ? OTHER_COLORS : [...MAIN_COLORS, ...OTHER_COLORS]
  return names.map((name) => {
    if (Object.hasOwn(methodStyles, name)) return { name, ...methodStyles[name] }
    return { name, label: name, color: colors[others.indexOf(name) % colors.length] }
  })
}

/** The ends and the middle of the colours of an order, all dark enough on white. */
const RAMP = [
  [59, 15, 112],
  [181, 54, 122],
  [222, 120, 30],
] as const

/** Looks of series whose names are values in an order, such as numbers: from violet over red to orange. */
export function orderedStyles(names: readonly string[]): SeriesStyle[] {
  return names.map((name, i) => {
    const place = names.length > 1 ? (2 * i) / (names.length - 1) : 0
    const k = Math.min(1, Math.floor(place))
    const channels = RAMP[k].map((from, c) => Math.round(from + (place - k) * (RAMP[k + 1][c] - from)))
    return { name, label: name, color: `#${channels.map((one) => one.toString(16).padStart(2, '0')).join('')}` }
  })
}

/** Lines of at most `length` characters, because Vega does not wrap text. */
export function wrap(text: string, length: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]
    if (last !== undefined && last.length + 1 + word.length <= length) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

const theme: Spec = {
  font: 'sans-serif',
  title: {
    anchor: 'start',
    fontSize: TITLE,
    fontWeight: 'bold',
    subtitleFontSize: FONT,
    subtitleColor: '#444444',
    subtitlePadding: 6,
    offset: 8,
  },
  axis: {
    labelFontSize: FONT,
    titleFontSize: FONT,
    titleFontWeight: 'normal',
    labelColor: '#333333',
    titleColor: '#333333',
    titlePadding: 6,
    domain: false,
    ticks: false,
    labelPadding: 5,
    labelLimit: 0,
  },
  axisX: { domain: true, domainColor: '#999999', ticks: true, tickColor: '#999999' },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    title: null,
    labelFontSize: FONT,
    labelColor: '#333333',
    labelLimit: 0,
    symbolType: 'stroke',
    symbolSize: 700,
    symbolStrokeWidth: 2,
    columnPadding: 14,
  },
  view: { stroke: null },
}

/** What every figure begins with: title, caption and theme. @param caption empty for none */
export function headOf(title: string, caption: string): Spec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: caption ? `${title}. ${caption}` : title,
    background: 'white',
    padding: PADDING,
    title: {
      text: wrap(title, Math.floor(WIDTH / (1.05 * EM * TITLE))),
      ...(caption ? { subtitle: wrap(caption, Math.floor(WIDTH / (EM * FONT))) } : {}),
    },
    config: theme,
  }
}
