// The frontier as a picture, a table and a CSV: what was found, and the paper's points, on seeds that the search has not seen.

import type { Config } from '../config/config.ts'
import { fields } from '../config/fields.ts'
import { type CurvePoint, curveFigure, type Reference } from '../plot/curves.ts'
import { methodStyles } from '../plot/styles.ts'
import { type TextCell, toColumns, toCsvText } from '../results/text.ts'
import { bootstrapInterval } from '../stats/index.ts'
import type { StatisticsTools } from './effects.ts'
import type { Candidate } from './frontier.ts'
import { type Cost, costOf, type Frontier, frontierOf, type JudgedCandidate } from './frontierSearch.ts'
import { percent } from './judgeCell.ts'
import type { Drawn } from './places.ts'

/** What tells candidates of one problem and method apart. */
const SHOWN = ['sections', 'period', 'codec', 'growth', 'trigger'] as const satisfies readonly (keyof Config)[]

const text = <K extends (typeof SHOWN)[number]>({ config }: Candidate, name: K): string => {
  const value = config[name]
  return fields[name].show((value === undefined ? fields[name].default : value) as Config[K])
}

/** How a candidate sends, in a few words. */
function words(candidate: Candidate): string {
  if (candidate.method === 'independent') return ''
  const [S, E, codec, growth, trigger] = SHOWN.map((name) => text(candidate, name))
  const when = [...(growth === '1' ? [] : [`growing ${growth}`]), ...(trigger === 'always' ? [] : [trigger])]
  const hasSections = candidate.config.sections !== undefined && ['mixfrd', 'frd'].includes(candidate.method)
  return [...(hasSections ? [`S ${S}`] : []), `E ${E}`, codec, ...when].join(', ')
}

/** A number with its 95 % interval. */
interface Estimated {
  readonly low: number
  readonly estimate: number
  readonly high: number
}

interface Row extends JudgedCandidate {
  readonly bytes: Estimated
  readonly episodes: Estimated
  /** the share of resamples in which it is on the frontier of all that are judged */
  readonly share: number
}

const RESAMPLES = 2000
const WORDS = 4_294_967_296 // 2^32

/** In which share of resamples of the seeds each candidate is on the frontier. All draw the same seeds, as paired arms do. */
function sharesOf(judged: readonly JudgedCandidate[], word: () => number): number[] {
  const bySeed = judged.map(({ runs }) => new Map(runs.map((run) => [run.seed, run])))
  const seeds = [...bySeed[0].keys()].filter((seed) => bySeed.every((runs) => runs.has(seed)))
  const times = judged.map(() => 0)
  for (let k = 0; k < RESAMPLES; k++) {
    const drawn = seeds.map(() => seeds[Math.floor((word() * seeds.length) / WORDS)])
    const costs = judged.map(({ cap }, i) =>
      costOf(
        drawn.map((seed) => bySeed[i].get(seed)!),
        cap,
      ),
    )
    for (const [i, isOn] of frontierOf(costs).entries()) if (isOn) times[i]++
  }
  return times.map((count) => count / RESAMPLES)
}

function rowsOf({ judged }: Frontier, { words: wordsOf }: StatisticsTools): Row[] {
  const shares = sharesOf(judged, wordsOf())
  return judged.map((one, i) => {
    const interval = (of: keyof Cost): Estimated => {
      const statistic = ([runs]: readonly JudgedCandidate['runs'][]) => costOf(runs, one.cap)[of]
      const { low, estimate, high } = bootstrapInterval({
        statistic,
        samples: [one.runs],
        paired: false,
        word: wordsOf(),
      })
      return { low: low!, estimate: estimate!, high: high! }
    }
    return { ...one, bytes: interval('bytes'), episodes: interval('episodes'), share: shares[i] }
  })
}

const labelOf = (method: string) => methodStyles[method]?.label ?? method

/** The frontier as a line of steps: at so many bytes, the fewest episodes that what was found needs. */
function stepsOf(rows: readonly Row[]): { x: number; y: number }[] {
  const found = rows.filter(({ isFound, bytes }) => isFound && bytes.estimate > 0)
  const steps: { x: number; y: number }[] = []
  let least = Number.POSITIVE_INFINITY
  for (const { bytes, episodes } of found.sort((a, b) => a.bytes.estimate - b.bytes.estimate)) {
    if (episodes.estimate >= least) continue
    if (steps.length) steps.push({ x: bytes.estimate, y: least })
    least = episodes.estimate
    steps.push({ x: bytes.estimate, y: least })
  }
  return steps
}

const kilobytes = (bytes: number) => (bytes === 0 ? '0' : (bytes / 1000).toPrecision(3))
const interval = ({ low, estimate, high }: Estimated, show: (value: number) => string) =>
  low === high ? show(estimate) : `${show(estimate)} [${show(low)}, ${show(high)}]`

/** Draws what was found. @param title of the figure */
export function drawFrontier(title: string, frontiers: readonly Frontier[], tools: StatisticsTools): Drawn {
  const all = frontiers.map((frontier) => ({ ...frontier, rows: rowsOf(frontier, tools) }))
  const points = all.flatMap(({ title: panel, rows }) =>
    rows
      .filter(({ bytes }) => bytes.estimate > 0)
      .map(
        ({ candidate, bytes, episodes, runs }): CurvePoint => ({
          panel,
          series: candidate.isPaper ? `${candidate.method}, paper` : candidate.method,
          x: bytes.estimate,
          mid: episodes.estimate,
          low: episodes.low,
          high: episodes.high,
          runs: runs.length,
          at: words(candidate),
        }),
      ),
  )
  const alone = all.flatMap(({ title: panel, rows }): Reference[] =>
    rows
      .filter(({ candidate: { method } }) => method === 'independent')
      .map(({ episodes }) => ({ label: 'No exchange: 0 bytes', panel, y: episodes.estimate, look: 0 })),
  )
  const lines = all.flatMap(({ title: panel, rows }): Reference[] => {
    const y = stepsOf(rows)
    return y.length > 1 ? [{ label: 'Found by the search', panel, y, look: 1 }] : []
  })
  const names = [...new Set(points.map(({ series }) => series))]
  const methodOf = (name: string) => name.split(',')[0]
  const shown = Object.keys(methodStyles).flatMap((method) => names.filter((name) => methodOf(name) === method))
  const tried = all.map(({ tried: { length } }) => length).join(', ')
  const spec = curveFigure(points, {
    title,
    caption:
      `Means over seeds that the search has not seen; whisker: 95 %. ${tried} ways to exchange were tried` +
      `${all.length > 1 ? ' in these problems' : ''}. Light: the paper's points, float32 at its S and E.`,
    x: { title: 'Bytes of all agents', scale: 'log', format: 'bytes', isMeasured: true },
    y: { title: 'Episodes until completion' },
    panels: all.map(({ title: name }) => ({ name, ...(all.length === 1 && { title: '' }), y: { title: 'Episodes' } })),
    series: shown.map((name) => lookOf(name)),
    references: [...alone, ...lines],
    bands: 'whiskers',
    isJoined: false,
    hasDots: true,
    columns: 1,
  })
  return { spec, ...tablesOf(all) }
}

/** A method's look; that of a point of the paper is lighter. */
function lookOf(name: string) {
  const [method, isPaper] = name.split(',')
  const { color } = methodStyles[method]
  if (!isPaper) return { name, label: labelOf(method), color }
  const lighter = [1, 3, 5].map((at) => Math.round(255 - (255 - Number.parseInt(color.slice(at, at + 2), 16)) * 0.5))
  return {
    name,
    label: `${labelOf(method)}, as in the paper`,
    color: `#${lighter.map((part) => part.toString(16).padStart(2, '0')).join('')}`,
  }
}

type Searched = Frontier & { readonly rows: readonly Row[] }

function tablesOf(all: readonly Searched[]): Pick<Drawn, 'csv' | 'table'> {
  const head = ['problem', 'method', 'how', '', 'completed', 'episodes [95 %]', 'kB [95 %]', 'on the frontier']
  const mark = ({ isFound, candidate: { isPaper } }: Row) =>
    [...(isFound ? ['found'] : []), ...(isPaper ? ['paper'] : [])].join(', ')
  const table = toColumns(
    [
      head,
      ...all.flatMap(({ title, rows }) =>
        [...rows]
          .sort((a, b) => a.bytes.estimate - b.bytes.estimate)
          .map((row) => [
            title,
            row.candidate.method,
            words(row.candidate),
            mark(row),
            `${row.runs.filter(({ completion }) => completion !== null).length}/${row.runs.length}`,
            interval(row.episodes, (value) => value.toFixed(0)),
            interval(row.bytes, kilobytes),
            percent(row.share),
          ]),
      ),
    ],
    head.slice(4),
  )
  const estimate = (prefix: string) => [prefix, `${prefix}_low`, `${prefix}_high`]
  const csvHead = [
    'problem',
    'method',
    ...SHOWN,
    'tried_seeds',
    'tried_bytes',
    'tried_episodes',
    'found',
    'paper',
    'seeds',
    ...estimate('bytes'),
    ...estimate('episodes'),
    'frontier_share',
  ]
  const lines = all.flatMap(({ title, tried, rows }) =>
    tried.map(({ candidate, seeds, bytes, episodes, isFound }): TextCell[] => {
      const row = rows.find((one) => one.candidate === candidate)
      const numbers = (one: Estimated | undefined) => [one?.estimate ?? null, one?.low ?? null, one?.high ?? null]
      return [
        title,
        candidate.method,
        ...SHOWN.map((name) => (candidate.method === 'independent' ? null : text(candidate, name))),
        seeds,
        bytes,
        episodes,
        String(isFound),
        String(candidate.isPaper),
        row?.runs.length ?? null,
        ...numbers(row?.bytes),
        ...numbers(row?.episodes),
        row?.share ?? null,
      ]
    }),
  )
  return { table, csv: toCsvText([csvHead, ...lines]) }
}
