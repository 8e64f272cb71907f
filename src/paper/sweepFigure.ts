// A figure of any sweep: completion, score or payload over any field of the config, with a curve for each value of another
// one. It is drawn from the results alone, as the figures of the registry are: a censored run counts as later than every
// time, and quantiles that depend on it are open.

import type { Config } from '../config/config.ts'
import { describeConfig } from '../config/resolve.ts'
import type { AxisOptions } from '../plot/axes.ts'
import { type CurvePoint, curveFigure, seedsOf } from '../plot/curves.ts'
import { bytes } from '../plot/payload.ts'
import type { Spec } from '../plot/svg.ts'
import {
  type ArrangedSpot,
  type Arrangement,
  arrangeRuns,
  type ChosenFields,
  spotCells,
  tableFields,
} from '../results/arrange.ts'
import { columnOf, type SettingField } from '../results/setting.ts'
import { meanBytesOf, type Summary } from '../results/summary.ts'
import { type DataTable, toTableCsv } from '../results/table.ts'
import type { TextCell } from '../results/text.ts'
import type { Steps } from '../run/steps.ts'
import { medianInterval, quartiles, rmst, toObserved } from '../stats/index.ts'
import { ofEachRun, withVersions } from './ownRuns.ts'
import type { Drawn } from './places.ts'
import { tableOfSpots } from './sweepTable.ts'
import { categories, labelOf, seriesLooks, setOff, titleOfPanel, wordsOfAxis } from './sweepWords.ts'

/** A run of a sweep, with the config that its setting stands for. */
export interface SweepRun extends Summary {
  readonly config: Config
}

/** What is drawn of a sweep. */
export type SweepMeasure = 'completion' | 'score' | 'bytes'

/** How a sweep is drawn. */
export interface SweepDrawing extends ChosenFields {
  readonly y: SweepMeasure
  /** the score of a run, where scores are drawn */
  readonly scoreOf?: (run: SweepRun) => number
  /** the first episodes of a run over which its score is the mean, where scores are drawn */
  readonly episodes?: number
  /** a fresh seeded stream of u32 words, the same at each call, for the intervals of medians */
  readonly words: () => () => number
}

/** A figure of a sweep: its numbers are a table too, for other formats than CSV. */
export interface SweepFigure extends Drawn {
  readonly data: DataTable
  readonly x: keyof Config
  readonly by: keyof Config
}

type Arranged = Arrangement<SweepRun>
type Place = ArrangedSpot<SweepRun>

/** The part of a figure that depends on what is measured. */
interface Measured {
  readonly spec: Spec
  /** the columns of the numbers, and those of each spot that is drawn */
  readonly head: readonly string[]
  readonly rows: readonly (readonly [spot: Place, cells: readonly TextCell[]])[]
}

const NORMAL_97_5 = 1.959963984540054 // quantile of the standard normal

/**
 * Draws runs, of which failed ones are left out. It yields before each place, since an interval takes a while.
 * @returns null if no run can be shown
 */
export function* drawSweep(runs: readonly SweepRun[], options: SweepDrawing): Steps<SweepFigure | null> {
  const sound = runs.filter(({ failed }) => !failed)
  if (!sound.length) return null
  const finished = options.x === 'methodVersion' || options.by === 'methodVersion' ? sound : withVersions(sound)
  const arranged = arrangeRuns(finished, options)
  const measured =
    options.y === 'bytes' ? drawBytes(arranged) : options.y === 'score' ? drawScores(arranged, sound, options) : null
  const { spec, head, rows } = measured ?? (yield* drawCompletion(arranged, options))
  if (!rows.length) return null
  const names = tableFields(finished)
  const settings = [...names, ...[arranged.x, arranged.by].filter((name) => !(names as string[]).includes(name))]
  const data = {
    head: [...settings.map((name) => columnOf(name as SettingField)), ...head],
    rows: rows.map(([spot, cells]) => [...spotCells(arranged, spot, settings), ...cells]),
  }
  const table = tableOfSpots(rows, [arranged.by, arranged.x], head, arranged.x)
  return { spec, csv: toTableCsv(data), table, data, x: arranged.x, by: arranged.by }
}

/** A point of a figure at the place of a spot, without its values. */
function pointAt(arranged: Arranged, spot: Place): Pick<CurvePoint, 'panel' | 'series' | 'x' | 'at' | 'runs'> {
  const at = categories(arranged) ? { x: setOff(arranged, spot), at: String(spot.x) } : { x: Number(spot.x) }
  return { panel: titleOfPanel(spot.panel), series: labelOf(spot.series), ...at, runs: spot.runs.length }
}

/** What the axes and the looks of all figures of a sweep have in common. */
function looksOf(arranged: Arranged) {
  const names = categories(arranged)
  return {
    x: wordsOfAxis(arranged),
    series: seriesLooks(arranged),
    ...(names && { isJoined: false, bands: 'whiskers' as const }),
  }
}

/** What all runs set beside their preset, in words; empty where they set nothing or differ in all of it. */
function commonOf(arranged: Arranged): string {
  const all = arranged.spots.flatMap(({ runs }) => runs.map(({ config }) => describeConfig({ ...config, seed: 1 })))
  const parts = all[0].split(' ').filter((part) => part && all.every((text) => text.split(' ').includes(part)))
  const shown = parts.filter((part) => !/^(method|agents|cap|seed)=/.test(part) && part.length <= 40)
  return shown.length ? ` All runs: ${shown.join(', ').replaceAll('=', ' ')}.` : ''
}

function titled(arranged: Arranged, what: string): string {
  const alone = new Set(arranged.spots.map(({ series }) => labelOf(series))).size === 1
  const [{ series }] = arranged.spots
  return alone && series.name === 'method' ? `${what}, ${seriesLooks(arranged)[0].label}` : what
}

/** Completion: quartiles, the share of runs that completed, and intervals of median and mean. */
function* drawCompletion(arranged: Arranged, { words }: SweepDrawing): Steps<Measured> {
  const caps = [...new Set(arranged.spots.flatMap(({ runs }) => runs.map(({ config }) => config.cap)))]
  const points: CurvePoint[] = []
  const rows: (readonly [Place, readonly TextCell[]])[] = []
  for (const spot of arranged.spots) {
    yield
    // Runs of one spot that differ in their caps were watched for as long as the shortest of them.
    const cap = Math.min(...spot.runs.map(({ config }) => config.cap))
    const times = spot.runs.map(({ completion }) => (completion !== null && completion <= cap ? completion : null))
    const completed = times.filter((time) => time !== null).length
    const { q25, median, q75 } = quartiles(times)
    const interval = medianInterval(times, { word: words() })
    const { mean, error } = rmst(toObserved(times, cap), cap)
    const ends = [mean - NORMAL_97_5 * error, Math.min(cap, mean + NORMAL_97_5 * error)]
    const share = completed / times.length
    points.push({ ...pointAt(arranged, spot), low: q25, mid: median, high: q75, share })
    rows.push([spot, [times.length, completed, q25, median, q75, interval.low, interval.high, mean, ...ends]])
  }
  const most = Math.max(...caps)
  const y: AxisOptions = { title: 'Episodes', scale: 'log', ...(caps.length > 1 && { beyond: '> cap' }) }
  const isOpen = points.some(({ mid, high }) => mid === null || high === null)
  const within = caps.length > 1 ? 'its cap' : `${most} episodes`
  const open = isOpen ? `, open where runs did not complete within ${within}` : ''
  const mark = categories(arranged) ? 'Mark: median; whisker' : 'Line: median; band'
  const caption = `${seedsOf(points)} ${mark}: quartiles${open}.${commonOf(arranged)}`
  const title = titled(arranged, 'Mission completion time')
  const head = ['runs', 'completed', 'q25', 'median', 'q75']
  return {
    spec: curveFigure(points, { title, caption, cap: most, y, ...looksOf(arranged) }),
    head: [...head, 'median_low', 'median_high', 'mean', 'mean_low', 'mean_high'],
    rows,
  }
}

/** Mean scores over the first episodes, which all runs have played. */
function drawScores(arranged: Arranged, runs: readonly SweepRun[], { scoreOf, episodes }: SweepDrawing): Measured {
  const scoreOfRun = ofEachRun(runs, scoreOf!)
  const rows: (readonly [Place, readonly TextCell[]])[] = []
  const points = arranged.spots.map((spot): CurvePoint => {
    const { q25: low, median: mid, q75: high } = quartiles(spot.runs.map(scoreOfRun))
    rows.push([spot, [spot.runs.length, episodes!, low, mid, high]])
    return { ...pointAt(arranged, spot), low, mid, high }
  })
  const mark = categories(arranged) ? 'Mark: median; whisker' : 'Line: median; band'
  const caption =
    `${seedsOf(points)} ${mark}: quartiles of the mean score of all agents over the first ${episodes} episodes, ` +
    `which every run has played.${commonOf(arranged)}`
  const title = titled(arranged, `Mean score over the first ${episodes} episodes`)
  const spec = curveFigure(points, { title, caption, y: { title: 'Mean score' }, ...looksOf(arranged) })
  return { spec, head: ['runs', 'episodes', 'q25', 'median', 'q75'], rows }
}

const ways = ['uplink', 'downlink'] as const
const wayTitles = { uplink: 'sent by an agent', downlink: 'received by an agent' }

/** Bytes per agent and exchange, both ways. What sends nothing has no place on a logarithmic axis and is named instead. */
function drawBytes(arranged: Arranged): Measured {
  const points: CurvePoint[] = []
  const rows: (readonly [Place, readonly TextCell[]])[] = []
  const silent = new Set<string>()
  for (const spot of arranged.spots) {
    const cells: TextCell[] = [spot.runs.length]
    for (const way of ways) {
      const found = spot.runs.flatMap((run) => {
        const value = meanBytesOf([run], run.config.agents, run.config.method)[`${way}Bytes`]
        return value === null || value === 0 ? [] : [value]
      })
      if (!found.length) {
        silent.add(labelOf(spot.series))
        cells.push(0, null, null, null)
        continue
      }
      const { q25: low, median: mid, q75: high } = quartiles(found)
      const at = pointAt(arranged, spot)
      const panel = JSON.stringify([at.panel, way])
      points.push({ ...at, panel, runs: found.length, low, mid, high })
      cells.push(found.length, low, mid, high)
    }
    rows.push([spot, cells])
  }
  if (!points.length) return { spec: {}, head: [], rows: [] }
  const settings = [...new Set(arranged.spots.map(({ panel }) => titleOfPanel(panel)))]
  const panels = settings.flatMap((setting) =>
    ways.map((way) => {
      const title = setting ? `${setting}: ${wayTitles[way]}` : `Bytes ${wayTitles[way]}`
      return { name: JSON.stringify([setting, way]), title }
    }),
  )
  const drawn = new Set(points.map(({ series }) => series))
  const looks = looksOf(arranged)
  const labels = looks.series.filter(({ name }) => silent.has(name) && !drawn.has(name)).map(({ label }) => label)
  const none = labels.length ? ` Sends nothing: ${labels.join(', ')}.` : ''
  const caption = `${seedsOf(points)} Per agent and exchange; mark: median; whisker: quartiles.${none}${commonOf(arranged)}`
  const numbers = ways.flatMap((way) => ['seeds', 'q25', 'median', 'q75'].map((name) => `${way}_${name}`))
  return {
    spec: curveFigure(points, {
      ...looks,
      title: titled(arranged, 'Payload of an exchange'),
      caption,
      y: bytes,
      panels,
      series: looks.series.filter(({ name }) => drawn.has(name)),
      bands: 'whiskers',
      columns: settings.length > 1 ? 2 : 1,
    }),
    head: ['runs', ...numbers],
    rows,
  }
}
