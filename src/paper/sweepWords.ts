// The words and looks of figures of sweeps: fields and values as titles, legends and ticks. A field has its name in words,
// and a method the look that it has in all figures.

import type { Config } from '../config/config.ts'
import type { AxisOptions } from '../plot/axes.ts'
import { methodStyles, orderedStyles, type SeriesStyle, seriesStyles } from '../plot/styles.ts'
import type { ArrangedSpot, Arrangement, FieldValue, HasConfig } from '../results/arrange.ts'
import { wordsOf } from '../results/setting.ts'
import { axisTitles } from './places.ts'

type Arranged = Arrangement<HasConfig>

/** How many digits of a hash tell it from others in a figure. */
const DIGITS = 8

/** A text with its hashes cut. A version that is no hash stays whole, because two of them may begin alike. */
export const cutHashes = (text: string) => text.replace(/[0-9a-f]{64}/g, (hash) => hash.slice(0, DIGITS))

/** Fields whose values say by themselves what they are. */
const NAMES: readonly (keyof Config)[] = ['method', 'env']

/** A value as a legend or a title calls it: a method by its name, and `gamma 0.95`. Its field is named if it is unused. */
export function labelOf({ name, value }: FieldValue): string {
  if (value === null) return `${wordsOf(name)} not used`
  const text = cutHashes(String(value))
  if (name === 'agents') return `${text} agent${value === 1 ? '' : 's'}`
  return NAMES.includes(name) ? text : `${wordsOf(name)} ${text || 'none'}`
}

const methodLabel = (method: string) => methodStyles[method]?.label ?? method

const capital = (text: string) => text.replace(/^[a-z]/, (letter) => letter.toUpperCase())

/** The title of a panel; empty where there is one panel. */
export const titleOfPanel = (panel: readonly FieldValue[]): string =>
  capital(panel.map((one) => (one.name === 'method' ? methodLabel(String(one.value)) : labelOf(one))).join(', '))

/** The values of an x axis of words; null where all of them are numbers. */
export function categories({ x, xs }: Arranged): readonly string[] | null {
  if (xs.every((value) => typeof value === 'number')) return null
  return xs.map((value) => (x === 'method' ? methodLabel(String(value)) : cutHashes(String(value)) || 'none'))
}

/** The looks of all curves, in the order of the spots. */
export function seriesLooks({ spots, by }: Arranged): SeriesStyle[] {
  const found = new Map(spots.map(({ series }) => [labelOf(series), series]))
  const names = [...found.keys()]
  const values = [...found.values()].map(({ value }) => value)
  if (by !== 'method' && values.every((value) => typeof value === 'number')) return orderedStyles(names)
  return names.length > 6 && by !== 'method' ? orderedStyles(names) : seriesStyles(names)
}

/** Where a spot stands on an axis of words: beside those of the other curves at the same word. */
export function setOff(arranged: Arranged, { series, x }: ArrangedSpot<HasConfig>): number {
  const names = seriesLooks(arranged).map(({ name }) => name)
  const step = Math.min(0.16, 0.8 / names.length)
  return arranged.xs.indexOf(x) + 1 + (names.indexOf(labelOf(series)) - (names.length - 1) / 2) * step
}

/** How many times the least value the greatest is on an axis that is drawn logarithmic. */
const WIDE = 5

/** The x axis. Like in the figures of the registry, numbers of agents stand on a linear one. */
export function wordsOfAxis(arranged: Arranged): AxisOptions {
  const { x, xs } = arranged
  const known: Readonly<Record<string, string>> = axisTitles
  const words = wordsOf(x)
  const title = Object.hasOwn(known, x) ? known[x] : capital(words)
  const names = categories(arranged)
  if (names) return { title, names }
  const numbers = xs as readonly number[]
  const isWide = numbers[0] > 0 && numbers[numbers.length - 1] >= WIDE * numbers[0]
  // The open marks of several curves stand side by side in the strip, also at both ends.
  return { title, padding: 0.12, scale: isWide && x !== 'agents' && x !== 'seed' ? 'log' : 'linear' }
}
