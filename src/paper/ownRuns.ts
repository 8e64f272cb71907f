// Runs of your own sweeps, which are in no figure of the registry: completion over the number of agents, one panel for each
// setting, one curve for each method.

import type { Config } from '../config/config.ts'
import { defaults, describeConfig } from '../config/resolve.ts'
import { knownMethod, METHODS } from '../methods/index.ts'
import { completionCurves } from '../plot/completion.ts'
import type { HasConfig } from '../results/arrange.ts'
import { type CellRun, cellsOf, toCellsCsv, toCellsTable } from '../results/cells.ts'
import type { Summary } from '../results/summary.ts'
import { compareText, groupsOf } from '../results/text.ts'
import { quartiles } from '../stats/index.ts'
import type { Drawn } from './places.ts'
import { cutHashes } from './sweepWords.ts'

/** What tells the setting of a run from its preset, but for these fields. */
const settingBut = (config: Config, fields: readonly (keyof Config)[]) =>
  describeConfig({ ...config, ...Object.fromEntries(fields.map((name) => [name, defaults[name]])) } as Config)

/** What one panel shows side by side, and the seeds of one point. */
const SHOWN = ['method', 'agents', 'seed'] as const
/** What means nothing without an exchange: such runs join every panel that agrees in all else. */
const IDLE = [...SHOWN, 'sections', 'period'] as const

const isSilent = ({ config }: CellRun) => knownMethod(config.method)?.targets === null

interface PanelRuns {
  readonly setting: string
  readonly runs: readonly CellRun[]
}

function panelsOf(runs: readonly CellRun[]): PanelRuns[] {
  const group = (some: readonly CellRun[]) => groupsOf(some, ({ config }) => settingBut(config, SHOWN))
  const silent = runs.filter(isSilent)
  const silentIn = groupsOf(silent, ({ config }) => settingBut(config, IDLE))
  const joined = new Set<CellRun>()
  const panels = [...group(runs.filter((run) => !isSilent(run)))].map(([setting, own]) => {
    const more = silentIn.get(settingBut(own[0].config, IDLE)) ?? []
    for (const run of more) joined.add(run)
    return { setting, runs: [...own, ...more] }
  })
  const alone = group(silent.filter((run) => !joined.has(run)))
  return [...panels, ...[...alone].map(([setting, own]) => ({ setting, runs: own }))]
}

/**
 * The runs with the version of a method of one's own in its name. So its runs stand in the panel of the other methods, and
 * two states of its code are two curves, each with a name that follows from its setting alone.
 */
export function withVersions<T extends HasConfig>(runs: readonly T[]): T[] {
  return runs.map((run) => {
    const { method, methodVersion } = run.config
    if (methodVersion === '') return run
    const name = `${method}-${cutHashes(methodVersion)}`
    return { ...run, config: { ...run.config, method: name, methodVersion: '' } }
  })
}

/** What belongs to each run, also where withVersions has named its method anew: its setting and seed stay. */
export function ofEachRun<T extends Pick<Summary, 'setting' | 'seed'>, V>(runs: readonly T[], get: (run: T) => V) {
  const keyOf = ({ setting, seed }: Pick<Summary, 'setting' | 'seed'>) => `${setting} ${seed}`
  const values = new Map(runs.map((run) => [keyOf(run), get(run)]))
  return (run: Pick<Summary, 'setting' | 'seed'>): V => values.get(keyOf(run))!
}

/** A setting as the title of a panel, with hashes cut. */
const titleOf = (setting: string) => cutHashes(setting.replaceAll(' ', ', '))

/** @returns null where no run finished */
export function drawRuns(runs: readonly CellRun[]): Drawn | null {
  const finished = withVersions(runs.filter(({ failed }) => !failed))
  if (!finished.length) return null
  const cells = cellsOf(finished)
  const cap = cells.reduce((least, { config }) => Math.min(least, config.cap), cells[0].config.cap)
  const points = panelsOf(finished).flatMap(({ setting, runs: own }) => {
    const places = groupsOf(own, ({ config }) => `${config.method} ${config.agents}`)
    return [...places.values()].map((some) => {
      const times = some.map(({ completion }) => (completion !== null && completion <= cap ? completion : null))
      const { method, agents } = some[0].config
      return { panel: titleOf(setting), series: method, x: agents, ...quartiles(times), runs: some.length }
    })
  })
  // In an order of their own, whatever the order of the runs.
  const rank = (name: string) => (METHODS.includes(name) ? METHODS.indexOf(name) : METHODS.length)
  points.sort(
    (a, b) =>
      compareText(a.panel, b.panel) || rank(a.series) - rank(b.series) || compareText(a.series, b.series) || a.x - b.x,
  )
  const spec = completionCurves(points, { title: 'Mission completion time', cap, x: { title: 'Number of agents' } })
  return { spec, csv: toCellsCsv(cells), table: toCellsTable(cells) }
}
