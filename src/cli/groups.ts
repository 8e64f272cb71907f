// The groups in which help and config files show the settings of a run.

import type { Config } from '../config/config.ts'
import { fieldNames, learnerSettings } from '../config/fields.ts'
import { exchangeFields } from '../methods/index.ts'

/** The titles of the groups in order; the last one is that of flags which are no settings. */
export const groupTitles = ['Run', 'Exchange', 'Distillation', 'Learner', 'Output'] as const

/** The title of a group. */
export type GroupTitle = (typeof groupTitles)[number]

const distillation: readonly (keyof Config)[] = ['epochs', 'batch', 'distillRate', 'distillAdam', 'distillCount']

const learner: readonly (keyof Config)[] = ['width', 'depth', 'nets', ...learnerSettings]

/** The group of a field. A field that no list names is a setting of the run, such as its seed. */
export function groupOf(name: keyof Config): GroupTitle {
  if (distillation.includes(name)) return 'Distillation'
  if (learner.includes(name)) return 'Learner'
  return (exchangeFields as readonly string[]).includes(name) ? 'Exchange' : 'Run'
}

/** The fields group by group, in the table's order. */
export const groupedFields = groupTitles
  .map((title) => ({ title, names: fieldNames.filter((name) => groupOf(name) === title) }))
  .filter(({ names }) => names.length)
