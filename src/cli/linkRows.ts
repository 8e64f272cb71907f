// Runs over links, as rows: what the exchanges of the runs of one setting took over one link, with their quartiles over the
// seeds; and these rows as a table, as CSV and as JSON.

import { type Link, lossesOf, type Scored, type Travelled, throughput, travel } from '../links/index.ts'
import { type Cell, type CellRun, cellsOf, settingColumns, settingFields } from '../results/cells.ts'
import type { Reader, StoredRun } from '../results/reader.ts'
import { columnOf, settingCell, settingOf } from '../results/setting.ts'
import { groupsOf, type TextCell, toColumns, toCsvText } from '../results/text.ts'
import type { Steps } from '../run/steps.ts'
import { type Completion, type Quartiles, quartiles } from '../stats/index.ts'

/** The runs of one setting over one link. Quartiles are over the runs, null where a run that did not complete decides. */
export interface LinkRow {
  readonly link: Link
  readonly cell: Cell
  /** the setting in as many words as tell it from the others */
  readonly label: string
  /** seconds of an exchange: the mean over all exchanges of all runs; null without an exchange */
  readonly secondsPerExchange: Completion
  /** joules that an agent spends in an exchange: the mean over all exchanges, agents and runs */
  readonly joulesPerExchange: Completion
  /** exchanges to completion */
  readonly exchanges: Quartiles
  /** seconds on the air to completion, of all agents and the server */
  readonly airtime: Quartiles
  /** seconds to completion */
  readonly seconds: Quartiles
  /** joules per agent to completion */
  readonly joules: Quartiles
}

interface TravelledRun {
  readonly run: CellRun & { readonly setting: string }
  /** by link, in the order of the links */
  readonly over: readonly Travelled[]
}

/** Lets stored runs travel over links. It yields before each run. @throws RangeError as `travel` */
export function* rowsOf(
  stored: readonly StoredRun[],
  store: Reader,
  links: readonly Link[],
  step: number,
  envOf: (name: string) => Scored | undefined,
): Steps<LinkRow[]> {
  const runs: TravelledRun[] = []
  for (const { key, config, summary } of stored) {
    if (summary.failed) continue
    yield
    const result = store.read(key)
    if (result === null) throw new Error(`run ${key} vanished from ${store.dir}: run the command again`)
    const losses = lossesOf(config.env, config.seed, config.agents)
    const run = { ...summary, config, setting: settingOf(config) }
    runs.push({ run, over: links.map((link) => travel(result, link, losses, step, envOf(config.env))) })
  }
  const cells = cellsOf(runs.map(({ run }) => run))
  const bySetting = groupsOf(runs, ({ run }) => run.setting)
  const label = labels(cells)
  return links.flatMap((link, i) =>
    cells.map((cell) => {
      const own = bySetting.get(cell.setting)!.map(({ run, over }) => ({ run, took: over[i] }))
      return { link, cell, label: label(cell), ...rowOf(own) }
    }),
  )
}

function rowOf(all: readonly { readonly run: CellRun; readonly took: Travelled }[]) {
  const sum = (value: (took: Travelled) => number) => all.reduce((total, { took }) => total + value(took), 0)
  const exchanges = sum((took) => took.exchanges)
  const each = (total: number) => (exchanges ? total / exchanges : null)
  const toCompletion = (value: (took: Travelled) => number) =>
    quartiles(all.map(({ run, took }) => (run.completion === null ? null : value(took))))
  return {
    secondsPerExchange: each(sum((took) => took.exchangeSeconds)),
    joulesPerExchange: each(sum((took) => took.joules)),
    exchanges: toCompletion((took) => took.exchanges),
    airtime: toCompletion((took) => took.airtime),
    seconds: toCompletion((took) => took.seconds),
    joules: toCompletion((took) => took.joules),
  }
}

/** A setting in words: its method, and in what else it differs from another. */
function labels(cells: readonly Cell[]): (cell: Cell) => string {
  const columns = settingColumns(cells).columns.filter(({ show }) => new Set(cells.map(show)).size > 1)
  return (cell) => {
    const others = columns.filter(({ head }) => head !== 'method')
    return [cell.config.method, ...others.map(({ head, show }) => `${head} ${show(cell)}`)].join(', ')
  }
}

/** Four digits, and no exponent where a person would write none. */
const shown = (value: Completion, none: string) => (value === null ? none : String(Number(value.toPrecision(4))))

/** The table on the terminal: one row per link and setting. */
export function toLinksTable(rows: readonly LinkRow[]): string {
  const { columns: settings, common } = settingColumns(rows.map(({ cell }) => cell))
  const scaled = (value: Completion) => (value === null ? null : 1000 * value)
  const columns: readonly (readonly [head: string, show: (row: LinkRow) => string])[] = [
    ['completed', ({ cell }) => `${cell.completed}/${cell.runs}`],
    ['exchanges', ({ exchanges }) => shown(exchanges.median, '> cap')],
    ['ms/exchange', ({ secondsPerExchange }) => shown(scaled(secondsPerExchange), '-')],
    ['mJ/exchange', ({ joulesPerExchange }) => shown(scaled(joulesPerExchange), '-')],
    ['air s', ({ airtime }) => shown(airtime.median, '> cap')],
    ['median s', ({ seconds }) => shown(seconds.median, '> cap')],
    ['q25', ({ seconds }) => shown(seconds.q25, '> cap')],
    ['q75', ({ seconds }) => shown(seconds.q75, '> cap')],
    ['J', ({ joules }) => shown(joules.median, '> cap')],
  ]
  const heads = ['link', ...settings.map(({ head }) => head), ...columns.map(([head]) => head)]
  const lines = rows.map((row) => [
    row.link.name,
    ...settings.map(({ show }) => show(row.cell)),
    ...columns.map(([, show]) => show(row)),
  ])
  const right = [...settings.filter(({ isText }) => !isText).map(({ head }) => head), ...columns.map(([head]) => head)]
  return `${common.length ? `all with ${common.join(' ')}\n` : ''}${toColumns([heads, ...lines], right)}`
}

/** The numbers of a row, each with its name in CSV. */
function numbersOf(row: LinkRow): Readonly<Record<string, TextCell>> {
  const { link, cell } = row
  const spread = (name: string, { q25, median, q75 }: Quartiles) => ({
    [`${name}_q25`]: q25,
    [`${name}_median`]: median,
    [`${name}_q75`]: q75,
  })
  return {
    up_bytes_per_second: throughput(link, 'up'),
    down_bytes_per_second: throughput(link, 'down'),
    runs: cell.runs,
    completed: cell.completed,
    seconds_per_exchange: row.secondsPerExchange,
    joules_per_exchange: row.joulesPerExchange,
    ...spread('exchanges', row.exchanges),
    ...spread('airtime_seconds', row.airtime),
    ...spread('seconds', row.seconds),
    ...spread('joules', row.joules),
  }
}

/** links.csv: one row per link and setting, with a column for every field that the settings differ in or set. */
export function toLinksCsv(rows: readonly LinkRow[]): string {
  const settings = settingFields(rows.map(({ cell }) => cell))
  const head = ['link', ...settings.map(columnOf), ...Object.keys(numbersOf(rows[0]))]
  return toCsvText([
    head,
    ...rows.map((row) => [
      row.link.name,
      ...settings.map((name) => settingCell(row.cell.config, name)),
      ...Object.values(numbersOf(row)),
    ]),
  ])
}

/** The rows for --json. */
export function toLinksJson(rows: readonly LinkRow[]): Readonly<Record<string, TextCell>>[] {
  const settings = settingFields(rows.map(({ cell }) => cell))
  return rows.map((row) => ({
    link: row.link.name,
    setting: row.cell.setting,
    ...Object.fromEntries(settings.map((name) => [columnOf(name), settingCell(row.cell.config, name)])),
    ...numbersOf(row),
  }))
}
