// One look a method, in all figures, and the theme they share.
// Colours: Okabe & Ito 2008, safe for colour-blind readers; controls are grey and dashed.

import type { Spec } from './svg.ts'

export interface MethodStyle {
  readonly label: string
  readonly color: string
  /** present = a control: grey, dashed, in every panel */
  readonly dash?: readonly number[]
}

export const methodStyles: Readonly<Record<string, MethodStyle>> = {
  mixfrd: { label: 'MixFRD', color: '#d55e00' },
  frd: { label: 'FRD', color: '#0072b2' },
  pd: { label: 'PD', color: '#009e73' },
  frl: { label: 'FRL', color: '#a8487c' }, // Okabe-Ito's #cc79a7 darkened: titles need more contrast on white
  fedhpd: { label: 'FedHPD', color: '#b38600' }, // its #e69f00, likewise
  independent: { label: 'Independent', color: '#4d4d4d', dash: [7, 3] },
  own: { label: 'Own memory', color: '#767676', dash: [2, 2.5] },
  uniform: { label: 'Uniform targets', color: '#9a9a9a', dash: [12, 3, 2, 3] },
}

const MAIN_COLORS = ['#0072b2', '#d55e00', '#009e73', '#a8487c']
/** For methods without a style: the rest of that palette, darkened likewise. */
const OTHER_COLORS = ['#3490c4', '#000000']

/** Whose quartiles are drawn: every panel's method, and the control without exchange, whose gap is what counts. */
export const hasBand = (method: string) => !isControl(method) || method === 'independent'

export const isControl = (method: string) => methodStyles[method]?.dash !== undefined

/** Every known method's style, and one for each method without. */
export function stylesOf(methods: readonly string[]): Readonly<Record<string, MethodStyle>> {
  const others = methods.filter((method) => !Object.hasOwn(methodStyles, method))
  const more = others.map((method, i) => [method, { label: method, color: OTHER_COLORS[i % OTHER_COLORS.length] }])
  return { ...methodStyles, ...Object.fromEntries(more) }
}

/** One look a series, in all panels of a figure. */
export interface SeriesStyle extends MethodStyle {
  /** as the points say it */
  readonly name: string
}

/** In the order given: the methods' own looks; for other series that palette, or the rest of it beside methods. */
export function seriesStyles(names: readonly string[]): SeriesStyle[] {
  const hasMethods = names.some((name) => Object.hasOwn(methodStyles, name))
  const others = names.filter((name) => !Object.hasOwn(methodStyles, name))
  const colors = hasMethods ? OTHER_COLORS : [...MAIN_COLORS, ...OTHER_COLORS]
  return names.map((name) => {
    if (Object.hasOwn(methodStyles, name)) return { name, ...methodStyles[name] }
    return { name, label: name, color: colors[others.indexOf(name) % colors.length] }
  })
}

/** Looks of lines to compare with, which are no series: a bound, a closed form. */
export const referenceStyles: readonly Required<Omit<MethodStyle, 'label'>>[] = [
  { color: '#4d4d4d', dash: [7, 3] },
  { color: '#767676', dash: [2, 2.5] },
  { color: '#9a9a9a', dash: [12, 3, 2, 3] },
]

export function panelTitle(text: string | readonly string[], fontSize: number, color?: string): Spec {
  return { frame: 'group', fontSize, offset: 4, text, ...(color ? { color } : {}) }
}

const theme: Spec = {
  font: 'sans-serif',
  title: {
    anchor: 'start',
    fontSize: 19,
    fontWeight: 'bold',
    subtitleFontSize: 15,
    subtitleColor: '#444444',
    subtitlePadding: 6,
    offset: 8,
  },
  axis: {
    labelFontSize: 15,
    titleFontSize: 15,
    titleFontWeight: 'normal',
    labelColor: '#333333',
    titleColor: '#333333',
    titlePadding: 8,
    domain: false,
    ticks: false,
    labelPadding: 6,
    labelLimit: 0,
  },
  axisX: { domain: true, domainColor: '#999999', ticks: true, tickColor: '#999999' },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    title: null,
    labelFontSize: 15,
    labelColor: '#333333',
    labelLimit: 0,
    symbolType: 'stroke',
    symbolSize: 900,
    symbolStrokeWidth: 2,
    columnPadding: 20,
  },
  view: { stroke: null },
}

/** A figure of one column has the same letters on axes and legend, smaller ones above. */
export const themes: Readonly<Record<'column' | 'page', Spec>> = {
  page: theme,
  column: { ...theme, title: { ...(theme.title as Spec), fontSize: 17, subtitleFontSize: 14, offset: 6 } },
}
