// Learning curves of any sweep: the mean score of the agents, and the best that one of them has reached, over episodes. A run
// ends when its mission is complete, so the runs that go on are the worse ones. The mean is therefore drawn only as far as all
// runs of a curve have played; the best so far is known of a completed run for ever, since it has reached the threshold.

import type { Config } from '../config/config.ts'
import { knownEnvironment, type Mission } from '../config/environment.ts'
import { type CurvePoint, curveFigure, type PanelOptions, type Reference, seedsOf } from '../plot/curves.ts'
import { type ArrangedSpot, arrangeRuns, spotCells, tableFields } from '../results/arrange.ts'
import { columnOf, type SettingField } from '../results/setting.ts'
import { toTableCsv } from '../results/table.ts'
import { groupsOf, type TextCell } from '../results/text.ts'
import { byEpisode } from '../run/absences.ts'
import type { RunResult } from '../run/record.ts'
import { mean, quartiles } from '../stats/index.ts'
import { ofEachRun, withVersions } from './ownRuns.ts'
import type { SweepFigure, SweepRun } from './sweepFigure.ts'
import { tableOfSpots } from './sweepTable.ts'
import { labelOf, seriesLooks, titleOfPanel } from './sweepWords.ts'

/** The scores of a run by blocks of episodes. */
export interface RunScores {
  /** the mean of all agents over each block that the run has played */
  readonly means: readonly number[]
  /**
   * the best mean over the mission's window that an agent has reached by the end of each block, at most the threshold, also
   * after the run has completed; empty where the environment's mission is not known
   */
  readonly best: readonly number[]
}

/** How many blocks the longest run has at most. */
const BLOCKS = 50

/** The mean over a mission's window, of which a block must hold one. */
const missionOf = ({ env }: Config): Mission | undefined => knownEnvironment(env)?.mission

/** Episodes of a block, of which the longest of these runs has fifty; at least the window of each mission. */
export function blockOf(runs: readonly SweepRun[]): number {
  const most = runs.reduce((longest, { episodes }) => Math.max(longest, episodes), 1)
  const window = runs.reduce((widest, { config }) => Math.max(widest, missionOf(config)?.window ?? 1), 1)
  return Math.max(window, Math.ceil(most / BLOCKS))
}

/** The mean score of all agents over the first episodes of a run. */
export function firstScore(result: RunResult, episodes: number): number {
  const lists = byEpisode(result, result.episodes)
  return mean(lists.flatMap((list) => list.slice(0, episodes).filter((score) => score !== null)))
}

/** The scores of a run by blocks of so many episodes. */
export function scoresOf(result: RunResult, block: number): RunScores {
  const { config, episodes } = result
  const lists = byEpisode(result, episodes)
  const means: number[] = []
  for (let end = block; end <= episodes; end += block) {
    means.push(mean(lists.flatMap((list) => list.slice(end - block, end).filter((score) => score !== null))))
  }
  const mission = missionOf(config)
  return { means, best: mission ? bestOf(result, lists, mission, block) : [] }
}

function bestOf(
  { config, completion }: RunResult,
  lists: readonly (readonly (number | null)[])[],
  { window, threshold, direction }: Mission,
  block: number,
): number[] {
  const better = direction === 'at least' ? Math.max : Math.min
  const worse = direction === 'at least' ? Math.min : Math.max
  const recent = lists.map((): number[] => [])
  const found: number[] = []
  let best: number | null = null
  for (let episode = 1; episode <= config.cap; episode++) {
    for (const [agent, list] of lists.entries()) {
      const score = list[episode - 1] ?? null
      if (score === null) continue
      if (recent[agent].push(score) > window) recent[agent].shift()
      if (recent[agent].length === window) best = better(best ?? mean(recent[agent]), mean(recent[agent]))
    }
    if (completion !== null && episode >= completion) best = threshold
    if (episode % block === 0) found.push(worse(best ?? mean(recent.flat()), threshold))
  }
  return found
}

/** What is drawn of each run, with the words of its panel. */
const kinds = {
  means: 'Mean score',
  best: 'Best so far',
} as const

type Kind = keyof typeof kinds

/** The quartiles at the end of each block that all runs of a curve have. */
function pointsOfCurve(all: readonly RunScores[], kind: Kind, block: number) {
  const length = all.reduce((least, scores) => Math.min(least, scores[kind].length), Number.POSITIVE_INFINITY)
  return Array.from({ length }, (_, i) => {
    const { q25, median, q75 } = quartiles(all.map((scores) => scores[kind][i]))
    return { x: (i + 1) * block, low: q25!, mid: median!, high: q75!, runs: all.length }
  })
}

/**
 * Draws runs, of which failed ones are left out.
 * @param by the field that has a curve for each value
 * @returns null where no run has played a block
 */
export function drawLearning(
  runs: readonly SweepRun[],
  scores: (run: SweepRun) => RunScores,
  block: number,
  by?: keyof Config,
): SweepFigure | null {
  const sound = runs.filter(({ failed }) => !failed)
  if (!sound.length) return null
  const scoresOfRun = ofEachRun(sound, scores)
  const finished = by === 'methodVersion' ? sound : withVersions(sound)
  const arranged = arrangeRuns(finished, { x: 'seed', ...(by && { by }) })
  const curves = [
    ...groupsOf(arranged.spots, (spot) => JSON.stringify([titleOfPanel(spot.panel), labelOf(spot.series)])).values(),
  ].map((spots) => ({ ...spots[0], runs: spots.flatMap((spot) => spot.runs) }))
  const points: CurvePoint[] = []
  const rows: (readonly [ArrangedSpot<SweepRun>, readonly TextCell[]])[] = []
  for (const spot of curves) {
    const all = spot.runs.map(scoresOfRun)
    for (const kind of Object.keys(kinds) as Kind[]) {
      for (const point of pointsOfCurve(all, kind, block)) {
        const panel = JSON.stringify([titleOfPanel(spot.panel), kind])
        points.push({ ...point, panel, series: labelOf(spot.series) })
        rows.push([spot, [kinds[kind].toLowerCase(), point.x, point.runs, point.low, point.mid, point.high]])
      }
    }
  }
  if (!points.length) return null
  const head = ['measure', 'episode', 'runs', 'q25', 'median', 'q75']
  const names = tableFields(finished)
  const data = {
    head: [...names.map((name) => columnOf(name as SettingField)), ...head],
    rows: rows.map(([spot, cells]) => [...spotCells(arranged, spot, names), ...cells]),
  }
  const spec = figureOf(points, curves, block, seriesLooks(arranged))
  // The terminal shows four places of each curve; the files have all.
  const every = Math.max(1, Math.floor(Math.max(...points.map(({ x }) => x)) / block / 4))
  const shown = rows.filter(([, [, episode]]) => (Number(episode) / block) % every === 0)
  const table = tableOfSpots(shown.length ? shown : rows, [arranged.by], head, arranged.x)
  return { spec, csv: toTableCsv(data), table, data, x: 'seed', by: arranged.by }
}

function figureOf(
  points: readonly CurvePoint[],
  curves: readonly ArrangedSpot<SweepRun>[],
  block: number,
  series: ReturnType<typeof seriesLooks>,
) {
  const settings = [...new Set(curves.map(({ panel }) => titleOfPanel(panel)))]
  const axes = { means: { title: 'Score' }, best: { title: 'Score' } }
  const drawn = new Set(points.map(({ panel }) => panel))
  const panels: PanelOptions[] = settings.flatMap((setting) =>
    (Object.keys(kinds) as Kind[]).map((kind) => ({
      name: JSON.stringify([setting, kind]),
      title: setting ? `${setting}: ${kinds[kind].toLowerCase()}` : kinds[kind],
      y: axes[kind],
    })),
  )
  const shownPanels = panels.filter(({ name }) => drawn.has(name))
  const references: Reference[] = shownPanels.flatMap(({ name, title }) => {
    const [setting, kind] = JSON.parse(name)
    const here = curves.filter(({ panel }) => titleOfPanel(panel) === setting)
    const ends = new Set(here.flatMap(({ runs }) => runs.map(({ config }) => missionOf(config)?.threshold)))
    const [threshold] = ends
    if (kind !== 'best' || ends.size > 1 || threshold === undefined || !title) return []
    // Not the look of the first control, which may stand beside it.
    return [{ label: 'Mission complete', panel: name, y: threshold, look: 1 }]
  })
  const windows = new Set(curves.flatMap(({ runs }) => runs.map(({ config }) => missionOf(config)?.window)))
  const [window] = windows
  const best = windows.size === 1 && window !== undefined ? `its best mean over ${window} episodes` : 'its best mean'
  const caption =
    `${seedsOf(points)} Line: median; band: quartiles. Mean score: of all agents over ${block} episodes, as far as all runs ` +
    `of a curve have played. Best so far: of each run the best agent and ${best}; a completed mission stays complete.`
  return curveFigure(points, {
    title: 'Scores over training',
    caption,
    x: { title: 'Episode' },
    hasDots: false,
    y: axes.means,
    panels: shownPanels,
    references,
    series,
    columns: settings.length > 1 ? 2 : 1,
  })
}
