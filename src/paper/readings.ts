// Eight readings of the paper, as data: three choices that its text leaves open and that decide claims, with two values
// each (docs/choices.md: ranges, critic, distill-adam). A method is run again only under the choices that it
// depends on: no exchange and FRL know no sections and distil nothing, PD knows no sections.

import type { Config } from '../config/config.ts'
import { rangePresets } from '../config/fields.ts'
import { usesField } from '../methods/index.ts'
import type { FindRuns } from '../results/summary.ts'
import { PAPER, READING, STANDARD, settings } from './figures.ts'

/** One value of each of the three choices. */
export interface Reading {
  /** its three choices in words, in the order of `choices` */
  readonly names: readonly string[]
  readonly config: Pick<Config, 'ranges' | 'critic' | 'distillAdam'>
}

/** A choice that the text leaves open: its field, and its values with the default first. */
export interface ReadingChoice {
  readonly field: keyof Reading['config']
  readonly title: string
  /** one word for it, in figures */
  readonly short: string
  readonly values: readonly { readonly name: string; readonly config: Partial<Config> }[]
}

/** The three choices, each with the default reading's value first. */
export const choices: readonly ReadingChoice[] = [
  {
    field: 'ranges',
    title: 'Ranges of the sections',
    short: 'ranges',
    values: [
      { name: 'wide', config: { ranges: rangePresets.wide } },
      { name: 'narrow', config: { ranges: rangePresets.narrow } },
    ],
  },
  {
    field: 'critic',
    title: 'Value network',
    short: 'critic',
    values: [
      { name: 'as the policy', config: { critic: 'policy' } },
      { name: '24x1', config: { critic: { width: 24, depth: 1 } } },
    ],
  },
  {
    field: 'distillAdam',
    title: 'Adam of the distillation',
    short: 'Adam',
    values: [
      { name: "the policy's", config: { distillAdam: 'shared' } },
      { name: 'its own', config: { distillAdam: 'own' } },
    ],
  },
]

/** All readings, the default one first. */
export const readings: readonly Reading[] = choices.reduce<readonly Reading[]>(
  (all, { values }) =>
    all.flatMap(({ names, config }) =>
      values.map((value) => ({ names: [...names, value.name], config: { ...config, ...value.config } })),
    ),
  [{ names: [], config: READING }],
)

/** The choices that a method depends on; the others change none of its bits, so it keeps the default reading's value. */
const touchedBy = (method: string) => choices.map(({ field }) => field).filter((field) => usesField(method, field))

/** The config of an arm under a reading. @param arm a config that names its method */
export function underReading(arm: Partial<Config>, { config }: Reading): Partial<Config> {
  const touched = touchedBy(arm.method!)
  return { ...arm, ...Object.fromEntries(touched.map((field) => [field, config[field]])) }
}

/** The numbers of agents under which each reading is run. */
export const READING_AGENTS = [1, 2, 4, 8] as const

/** Seeds at each place. */
export const readingSeeds = { full: 40, quick: 8 } as const

/** What figures 3 and 4 compare under each reading; the controls but no exchange are run under the default one alone. */
const READ_METHODS = ['mixfrd', 'frd', 'pd', 'frl', 'independent'] as const

/** The runs of all readings: figures 3 and 4 at the numbers of agents above, and Fig. 2's settings with and without exchange. */
export function readingRuns(seeds: readonly number[], agents: readonly number[] = READING_AGENTS): Partial<Config>[] {
  const places = agents.flatMap((n) => [
    ...READ_METHODS.map((method) => ({ ...STANDARD, method, agents: n })),
    ...Object.values(settings).flatMap((setting) =>
      ['frd', 'independent'].map((method) => ({ ...PAPER, ...setting, method, agents: n })),
    ),
  ])
  const arms = readings.flatMap((reading) => places.map((place) => underReading(place, reading)))
  return seeds.flatMap((seed) => arms.map((arm) => ({ ...arm, seed })))
}

/** The title of the figure of all readings. */
export const READINGS_TITLE = "The paper's claims under eight readings of its text"

/** Whether every reading has a run of every arm that it is made of. */
export function readingsAreThere(findRuns: FindRuns): boolean {
  return readingRuns([1]).every((given) => findRuns(given).runs.length > 0)
}
