// Tables 1 and 2 of the paper: the settings of Fig. 2, and the payload of an exchange as formula and as measured bytes.

import { observeStates } from './observe.ts'
import { policyWeights, STANDARD, settings } from './paper.ts'
import { runToEnd } from './run.ts'

export interface TableOptions {
  readonly quick: boolean
  readonly seeds: readonly number[] | null
}

export interface PaperTable {
  /** as text, ended by a line feed */
  readonly make: (options: TableOptions, signal: AbortSignal) => string
}

export function columns(rows: readonly (readonly (string | number)[])[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => String(cell).padEnd(widths[i]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function table1(): string {
  const rows = Object.entries(settings).map(([setting, { sections, period, width, depth }]) => [
    setting,
    sections,
    period,
    width,
    depth,
  ])
  return `${columns([['setting', 'S', 'E', 'n', 'l'], ...rows])}reconstructed, see docs/choices.md: the paper's own cells were not at hand\n`
}

/** Entries of the first exchange and their bytes, counted on real uploads; weights from the network. */
function table2({ quick, seeds }: TableOptions): string {
  const all = seeds ?? (quick ? [1] : [1, 2, 3, 4, 5])
  const { sections, period, width, depth } = STANDARD
  const first = (method: string) =>
    all.map((seed) => {
      const { exchanges, scores } = runToEnd({ ...STANDARD, method, agents: 2, cap: period + 1, until: 'cap', seed })
      const steps = scores.map((list) => list.slice(0, period).reduce((sum, score) => sum + score, 0))
      return { exchange: exchanges[0], steps }
    })
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const show = (value: number) => value.toFixed(0)
  const line = (
    method: string,
    formula: string,
    unit: number,
    counted: (run: ReturnType<typeof first>[number]) => readonly number[],
  ) => {
    const runs = first(method)
    const entries = mean(runs.flatMap((run) => counted(run)))
    const bytes = mean(runs.flatMap(({ exchange }) => exchange.uplinkBytes))
    const wire = mean(runs.flatMap(({ exchange }) => exchange.uplinkWireBytes))
    return [method, formula, show(entries), show(unit * entries), show(bytes), show(wire)]
  }
  // Agents play alike before the first exchange, so the states that PD sends tell which clusters FRD's agents visited.
  const clusters = all.map(
    (seed) =>
      observeStates({ ...STANDARD, agents: 2, cap: period + 1, until: 'cap', seed }, [sections]).rows[0].clusters,
  )
  return columns([
    ['method', 'uplink', 'entries', 'formula, B', 'measured, B', 'on the wire, B'],
    line('frd', '12 M^p', 12, () => clusters),
    line('mixfrd', '12 M^p', 12, () => clusters),
    line('pd', '24 M', 24, ({ steps }) => steps),
    line('frl', '4 W(n, l)', 4, () => [policyWeights(width, depth)]),
  ])
}

export const tables: Readonly<Record<string, PaperTable>> = {
  table1: { make: table1 },
  table2: { make: table2 },
}

export const tableNames = Object.keys(tables)
