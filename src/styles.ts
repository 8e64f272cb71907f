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
  independent: { label: 'Independent', color: '#4d4d4d', dash: [7, 3] },
  own: { label: 'Own memory', color: '#767676', dash: [2, 2.5] },
  uniform: { label: 'Uniform targets', color: '#9a9a9a', dash: [12, 3, 2, 3] },
}

/** For methods without a style: the rest of that palette, darkened likewise. */
const OTHER_COLORS = ['#3490c4', '#b38600', '#000000']

/** Whose quartiles are drawn: every panel's method, and the control without exchange, whose gap is what counts. */
export const hasBand = (method: string) => !isControl(method) || method === 'independent'

export const isControl = (method: string) => methodStyles[method]?.dash !== undefined

/** Every known method's style, and one for each method without. */
export function stylesOf(methods: readonly string[]): Readonly<Record<string, MethodStyle>> {
  const others = methods.filter((method) => !Object.hasOwn(methodStyles, method))
  const more = others.map((method, i) => [method, { label: method, color: OTHER_COLORS[i % OTHER_COLORS.length] }])
  return { ...methodStyles, ...Object.fromEntries(more) }
}

export const panelTitle: Spec = { frame: 'group', fontSize: 17, offset: 4 }

export const theme: Spec = {
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
  },
  axisX: { domain: true, domainColor: '#999999', ticks: true, tickColor: '#999999' },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    title: null,
    labelFontSize: 15,
    labelColor: '#333333',
    labelLimit: 400,
    symbolType: 'stroke',
    symbolSize: 900,
    symbolStrokeWidth: 2,
    columnPadding: 20,
  },
  view: { stroke: null },
}
