// The setting of a run: all of its config but the seed. Tables, CSV, JSON and figures tell settings apart by all of it,
// and give columns to what their runs differ in or set. A name belongs to a setting and follows from it alone, so it does
// not depend on which runs were found, or in which order.

import type { Config } from '../config/config.ts'
import { fieldNames, fields } from '../config/fields.ts'
import type { Net } from '../config/networks.ts'
import { canonicalConfig, isSaid, saidFields, unsaid } from '../config/resolve.ts'
import { usesField } from '../methods/index.ts'
import type { TextCell } from './text.ts'

/** A field that tells settings apart. */
export type SettingField = Exclude<keyof Config, 'seed'>

/** The fields that every table has a column for, in order. */
export const mainFields = ['preset', 'method', 'agents', 'sections', 'period', 'width', 'depth'] as const

/** The text of a setting, as canonical text on one line: `agents=4 method=frd`. Keys, archives and groups hold it. */
export function settingOf(config: Config): string {
  return canonicalConfig({ ...config, seed: unsaid.seed })
    .trim()
    .replaceAll('\n', ' ')
}

/** Fields that have a column of their own kind: the seed, the cap, and the networks as long as two sizes say all. */
const isFurther = (name: keyof Config, { nets }: Config) => {
  // One network alone has the sizes of a config without `nets`.
  if (name === 'nets')
    return nets!.length === 1 || nets!.some((net) => net.activation !== undefined || net.rate !== undefined)
  return name !== 'seed' && name !== 'cap' && !(mainFields as readonly string[]).includes(name)
}

/** The fields beside `mainFields` that one of these configs sets, in the order of the fields. */
export function furtherFields(configs: Iterable<Config>): SettingField[] {
  const set = new Set<keyof Config>()
  for (const config of configs) {
    for (const name of saidFields(config)) if (isFurther(name, config)) set.add(name)
  }
  return fieldNames.filter((name): name is SettingField => set.has(name))
}

/**
 * What a table says of a field of a run: its value, or null where the run's method does not use it and it was left as it is
 * by default. One that was set changes the name and the digest of the run all the same, so it is shown.
 */
export function settingCell<K extends SettingField>(config: Config, name: K): TextCell {
  if (!usesField(config.method, name) && !isSaid(config, name)) return null
  if (config.nets && (name === 'width' || name === 'depth')) return netColumn(config.nets, name)
  const value = config[name]
  return typeof value === 'number' ? value : fields[name].show(value)
}

/** Widths or depths of mixed networks, as 24+50+100. */
export const netColumn = (nets: readonly Net[], name: keyof Net) => nets.map((net) => net[name]).join('+')

/** The head of a field's column in CSV: policyRate -> policy_rate. */
export const columnOf = (name: SettingField) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A field in words: policyRate is `policy rate`. */
export const wordsOf = (name: keyof Config) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
