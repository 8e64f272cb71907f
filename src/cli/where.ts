// --where: which runs of a folder a figure shows, by fields of their configs: --where "agents=4 method=frd,pd".

import type { Config } from '../config/config.ts'
import { expected, expectedOneOf } from '../config/errors.ts'
import type { Field } from '../config/field.ts'
import { fieldNames, fields } from '../config/fields.ts'
import { type Argv, flagOf, readFlag, readList, valueFlag } from './options.ts'

export const whereFlag = valueFlag(
  'only runs with these values. Accepts: FIELD=VALUE,VALUE,... as the flags of a sweep, several parted by spaces',
  'all runs',
)

/** Whether a run is shown. */
export type IsShown = (config: Config) => boolean

/** The field of a name, as the config or as a flag writes it: policyRate or policy-rate. @throws RangeError for another */
export function readField(text: string, flag: string): keyof Config {
  const found = fieldNames.find((name) => name === text || flagOf(name) === text)
  if (found) return found
  throw new RangeError(expectedOneOf(flag, fieldNames.map(flagOf), text))
}

/** @throws TypeError, RangeError for an unknown field or a value that it refuses */
export function readWhere(argv: Argv): IsShown {
  const text = readFlag(argv, 'where')
  if (text === undefined) return () => true
  const parts = text.split(' ').filter(Boolean)
  const wanted = parts.map((part) => {
    const at = part.indexOf('=')
    if (at < 1) throw new TypeError(expected('where', 'FIELD=VALUE,VALUE,...', part))
    const name = readField(part.slice(0, at), 'where')
    const { show } = fields[name] as Field<unknown>
    return [name, new Set(readList({ [flagOf(name)]: part.slice(at + 1) }, name)!.map(show))] as const
  })
  if (!wanted.length) throw new TypeError(expected('where', 'FIELD=VALUE,VALUE,...', text))
  return (config) => wanted.every(([name, shown]) => shown.has((fields[name] as Field<unknown>).show(config[name])))
}
