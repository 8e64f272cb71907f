// Tables 1 and 2 of the paper: the settings of Fig. 2, and the payload of an exchange as formula and as measured bytes
// (uplinks only; the row FRD is ours).

import { toColumns } from '../results/text.ts'
import { runToEnd } from '../run/run.ts'
import { mean } from '../stats/index.ts'
import { policyWeights, STANDARD, settings, unitBytes } from './figures.ts'
import { observeStates } from './traffic.ts'

export interface PaperTable {
  /** how many where none are given; null if it needs no run */
  readonly seeds: { readonly full: number; readonly quick: number } | null
  /** Makes the table; yields before each seed, so that an interrupt signal is handled between seeds. */
  readonly make: (seeds: readonly number[]) => Generator<undefined, MadeTable>
}

/** A table that was made. */
export interface MadeTable {
  /** for the terminal, ended by a line feed */
  readonly text: string
  /** its rows, by the names of its columns */
  readonly cells: readonly Readonly<Record<string, string | number>>[]
}

const made = (cells: MadeTable['cells']): MadeTable => {
  const head = Object.keys(cells[0])
  return { text: toColumns([head, ...cells.map((row) => head.map((name) => row[name]))]), cells }
}

function* table1(): Generator<undefined, MadeTable> {
  return made(
    Object.entries(settings).map(([setting, { sections, period, width, depth }]) => ({
      setting: Number(setting),
      S: sections,
      E: period,
      n: width,
      l: depth,
    })),
  )
}

/** Uplinks of the first exchange of two agents. */
function firstExchange(method: string, seed: number) {
  const config = { ...STANDARD, agents: 2, cap: STANDARD.period + 1, until: 'cap', seed } as const
  const { exchanges, scores } = runToEnd({ ...config, method })
  const steps = scores.map((list) => list.slice(0, STANDARD.period).reduce((sum, score) => sum + score, 0))
  // Agents play alike before the first exchange, so the states that PD sends tell which clusters FRD's agents visited.
  const clusters = () => observeStates(config, [STANDARD.sections]).rows[0].clusters
  return { exchange: exchanges[0], steps: () => mean(steps), clusters }
}

const uplinks = [
  { method: 'frd', letters: 'M^p', unit: unitBytes.proxies, entriesOf: 'clusters' },
  { method: 'mixfrd', letters: 'M^p', unit: unitBytes.proxies, entriesOf: 'clusters' },
  { method: 'pd', letters: 'M', unit: unitBytes.replay, entriesOf: 'steps' },
  { method: 'frl', letters: 'W(n, l)', unit: unitBytes.weights, entriesOf: 'weights' },
] as const

/** Entries of the first exchange and their bytes, counted on real uploads; weights from the network. */
function* table2(seeds: readonly number[]): Generator<undefined, MadeTable> {
  const weights = () => policyWeights(STANDARD.width, STANDARD.depth)
  const counted = uplinks.map(() => ({ entries: [] as number[], bytes: [] as number[], wire: [] as number[] }))
  for (const seed of seeds) {
    yield
    for (const [i, { method, entriesOf }] of uplinks.entries()) {
      const { exchange, ...counts } = firstExchange(method, seed)
      counted[i].entries.push({ ...counts, weights }[entriesOf]())
      counted[i].bytes.push(...exchange.uplinkBytes)
      counted[i].wire.push(...exchange.uplinkWireBytes)
    }
  }
  return made(
    uplinks.map(({ method, letters, unit }, i) => {
      const { entries, bytes, wire } = counted[i]
      const [count, formula, measured, carried] = [mean(entries), unit * mean(entries), mean(bytes), mean(wire)].map(
        Math.round,
      )
      return {
        method,
        uplink: `${unit} ${letters}`,
        entries: count,
        'formula, B': formula,
        'measured, B': measured,
        'on the wire, B': carried,
      }
    }),
  )
}

/** The tables of the paper, by name. */
export const tables: Readonly<Record<string, PaperTable>> = {
  table1: { seeds: null, make: table1 },
  table2: { seeds: { full: 5, quick: 1 }, make: table2 },
}

export const tableNames = Object.keys(tables)
