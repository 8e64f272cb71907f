// Runs of any sweep, arranged for a figure: one field of the config is the x axis, one tells the curves apart, and every
// setting of the other fields in which the runs differ has a panel. A run whose method does not use a field is the same at
// all of its values, so it stands at each of them. Nothing depends on the order of the runs.

import type { Config } from '../config/config.ts'
import { expected } from '../config/errors.ts'
import { fieldNames, fields } from '../config/fields.ts'
import { METHODS, usesField } from '../methods/index.ts'
import { furtherFields, mainFields, type SettingField, settingCell } from './setting.ts'
import { compareText, groupsOf, type TextCell } from './text.ts'

/** The most panels of a figure: more are no figure any more. */
const MAX_PANELS = 40

/** A field of the config with its value in some runs; null where their methods do not use it. */
export interface FieldValue {
  readonly name: keyof Config
  readonly value: TextCell
}

/** What a run must have to be arranged. */
export interface HasConfig {
  readonly config: Config
}

/** All runs at one place of a figure. */
export interface ArrangedSpot<T> {
  /** the values that tell its panel from the others; empty where there is one panel */
  readonly panel: readonly FieldValue[]
  readonly series: FieldValue
  /** its value on the x axis */
  readonly x: string | number
  readonly runs: readonly T[]
}

/** How runs stand in a figure. */
export interface Arrangement<T> {
  readonly x: keyof Config
  readonly by: keyof Config
  /** the values on the x axis in order: numbers by their size, then texts */
  readonly xs: readonly (string | number)[]
  /** by panel, then by series, then by x */
  readonly spots: readonly ArrangedSpot<T>[]
}

/** The fields of an arrangement, where somebody has chosen them. */
export interface ChosenFields {
  readonly x?: keyof Config
  readonly by?: keyof Config
}

type CellOf = (config: Config, name: keyof Config) => TextCell

/** The value of a field as tables show it, also of one that was left alone. */
function plainValue(config: Config, name: keyof Config): string | number {
  const value = config[name]
  return typeof value === 'number' ? value : (fields[name].show as (value: unknown) => string)(value)
}

/**
 * The value of a field, null where a run's method does not use it. If some runs of that method set it all the same, all of
 * them have their value, since otherwise two settings would stand at one place.
 */
function valuesOf(runs: readonly HasConfig[]): CellOf {
  const said = new Set<string>()
  const cellOf = (config: Config, name: keyof Config) =>
    name === 'seed' ? config.seed : settingCell(config, name as SettingField)
  const known = new Map<Config, Map<keyof Config, TextCell>>()
  const remembered = (config: Config, name: keyof Config) => {
    const own = known.get(config) ?? new Map<keyof Config, TextCell>()
    known.set(config, own)
    if (!own.has(name)) own.set(name, cellOf(config, name))
    return own.get(name)!
  }
  for (const { config } of runs) {
    for (const name of fieldNames) {
      if (!usesField(config.method, name) && cellOf(config, name) !== null) said.add(`${config.method} ${name}`)
    }
  }
  return (config, name) =>
    remembered(config, name) ?? (said.has(`${config.method} ${name}`) ? plainValue(config, name) : null)
}

/** The fields that have a column in a table of these runs. */
export const tableFields = (runs: readonly HasConfig[]): SettingField[] => [
  ...mainFields,
  'cap',
  ...furtherFields(runs.map(({ config }) => config)),
]

/** The fields of which the runs have several values, each with these values. */
function differing(runs: readonly HasConfig[], cellIn: CellOf): Map<keyof Config, (string | number)[]> {
  const found = new Map<keyof Config, (string | number)[]>()
  for (const name of tableFields(runs)) {
    const values = distinct(runs.map(({ config }) => cellIn(config, name)))
    if (values.length > 1) found.set(name, sortedValues(name, values))
  }
  return found
}

const distinct = (values: readonly TextCell[]) => [...new Set(values)].filter((value) => value !== null)

/** Numbers by their size, then texts by their code units; methods in the order in which they are drawn. */
function sortedValues(name: keyof Config, values: readonly (string | number)[]): (string | number)[] {
  return [...values].sort((a, b) => compareValues(name, a, b))
}

function compareValues(name: keyof Config, a: TextCell, b: TextCell): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  const rank = (text: TextCell) => {
    const known = name === 'method' ? METHODS.indexOf(String(text)) : -1
    return known < 0 ? METHODS.length : known
  }
  return rank(a) - rank(b) || compareText(String(a), String(b))
}

/**
 * The fields of the axes where nobody has chosen them. x is the number of agents if the runs differ in it, else the field
 * with the most values. The curves are those of the methods if the runs differ in them, else of the field with the fewest.
 */
function chooseFields(varying: Map<keyof Config, unknown[]>, { x, by }: ChosenFields) {
  const others = [...varying].filter(([name]) => name !== x && name !== by)
  const fewest = [...others].sort(([, a], [, b]) => a.length - b.length).map(([name]) => name)
  const beside = (taken: keyof Config | undefined, wanted: readonly (keyof Config | undefined)[]) =>
    wanted.find((name) => name !== undefined && name !== taken)!
  const has = (name: keyof Config) => (varying.has(name) ? name : undefined)
  const most = fewest.filter((name) => name !== 'method').reverse()
  const ofX = x ?? beside(by, [has('agents'), ...most, by === 'method' ? 'agents' : has('method'), 'agents', 'method'])
  return { x: ofX, by: by ?? beside(ofX, [has('method'), ...fewest, 'method', 'agents']) }
}

const keyOf = (parts: readonly FieldValue[]) => JSON.stringify(parts.map(({ value }) => value))

/**
 * Arranges runs, at least one.
 * @param chosen the field of the x axis and that of the curves, different from each other
 * @throws RangeError for more panels than a figure has room for
 */
export function arrangeRuns<T extends HasConfig>(runs: readonly T[], chosen: ChosenFields = {}): Arrangement<T> {
  const cellIn = valuesOf(runs)
  const varying = differing(runs, cellIn)
  const { x, by } = chooseFields(varying, chosen)
  const panelFields = [...varying.keys()].filter((name) => name !== x && name !== by)
  const partsOf = (config: Config) => panelFields.map((name) => ({ name, value: cellIn(config, name) }))
  const panels = panelsOfAll(runs.map(({ config }) => partsOf(config)))
  const used = distinct(runs.map(({ config }) => cellIn(config, x)))
  const xs = sortedValues(x, used.length ? used : distinct(runs.map(({ config }) => plainValue(config, x))))
  const placed = runs.flatMap((run) => {
    const { config } = run
    const series = { name: by, value: cellIn(config, by) }
    const at = cellIn(config, x)
    return panelsFor(partsOf(config), panels).map((panel) => ({ run, panel, series, at }))
  })
  const xsIn = new Map<string, (string | number)[]>()
  const byPanel = groupsOf(placed, ({ panel }) => keyOf(panel))
  if (byPanel.size > MAX_PANELS) throw tooMany(byPanel.size, placed[0].panel)
  for (const [key, here] of byPanel) {
    const own = distinct(here.map(({ at }) => at))
    xsIn.set(key, own.length ? own : xs)
  }
  const spread = placed.flatMap(({ at, ...one }) =>
    (at === null ? xsIn.get(keyOf(one.panel))! : [at]).map((value) => ({ ...one, x: value })),
  )
  const groups = groupsOf(spread, (one) => JSON.stringify([keyOf(one.panel), one.series.value, one.x]))
  const spots = [...groups.values()].map((some): ArrangedSpot<T> => {
    const [{ panel, series, x: at }] = some
    return { panel, series, x: at, runs: some.map(({ run }) => run) }
  })
  return { x, by, xs, spots: spots.sort((a, b) => compareSpots(x, a, b)) }
}

function tooMany(count: number, panel: readonly FieldValue[]): RangeError {
  const some = panel.map(({ name }) => name).slice(0, 6)
  const { name, value } = panel.find((one) => one.value !== null) ?? panel[0]
  const differ = `the runs differ in ${some.join(', ')}${panel.length > some.length ? ' and more' : ''}`
  const why = `${differ}; choose some of them, such as --where "${name}=${value}"`
  return new RangeError(expected('panels', `at most ${MAX_PANELS}`, count, why))
}

/** The panels that runs have of themselves: those of runs that use all their fields, or of all runs if there is none. */
function panelsOfAll(all: readonly (readonly FieldValue[])[]): (readonly FieldValue[])[] {
  const byKey = new Map(all.map((parts) => [keyOf(parts), parts]))
  return [...byKey.values()].filter((parts) => parts.every(({ value }) => value !== null))
}

/** The panels in which a run stands: all that agree with it in what it uses, or else one of its own. */
function panelsFor(parts: readonly FieldValue[], panels: readonly (readonly FieldValue[])[]) {
  const joined = panels.filter((panel) =>
    panel.every(({ value }, i) => parts[i].value === null || parts[i].value === value),
  )
  return joined.length ? joined : [parts]
}

function compareSpots<T>(x: keyof Config, a: ArrangedSpot<T>, b: ArrangedSpot<T>): number {
  for (const [i, { name, value }] of a.panel.entries()) {
    const order = compareValues(name, value, b.panel[i].value)
    if (order !== 0) return order
  }
  return compareValues(a.series.name, a.series.value, b.series.value) || compareValues(x, a.x, b.x)
}

/** The cells of a spot for these fields: its own values where it has any, else what all of its runs have in common. */
export function spotCells<T extends HasConfig>(
  { x }: Pick<Arrangement<T>, 'x'>,
  spot: ArrangedSpot<T>,
  names: readonly (keyof Config)[],
): TextCell[] {
  const own = new Map<keyof Config, TextCell>([...spot.panel, spot.series].map(({ name, value }) => [name, value]))
  own.set(x, spot.x)
  return names.map((name) => {
    if (own.has(name)) return own.get(name)!
    const values = new Set(
      spot.runs.map(({ config }) => (name === 'seed' ? config.seed : settingCell(config, name as SettingField))),
    )
    return values.size === 1 ? [...values][0] : null
  })
}
