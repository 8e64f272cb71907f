// The terminal's table of a figure of a sweep: one line per place, with the fields in which the places differ, and the
// numbers to four digits. What lies above the cap reads `> cap`.

import type { Config } from '../config/config.ts'
import { type ArrangedSpot, type HasConfig, spotCells } from '../results/arrange.ts'
import { wordsOf } from '../results/setting.ts'
import { type TextCell, toColumns } from '../results/text.ts'
import { cutHashes } from './sweepWords.ts'

/** Quantiles of completion times, which are null above the cap. */
const TIMES = ['q25', 'median', 'q75', 'median_low', 'median_high']

/**
 * @param rows the numbers of each place
 * @param axes the fields of the curves and, where it has a column, of the x axis
 * @param head the names of the numbers
 * @param x the field of the x axis
 */
export function tableOfSpots<T extends HasConfig>(
  rows: readonly (readonly [spot: ArrangedSpot<T>, cells: readonly TextCell[]])[],
  axes: readonly (keyof Config)[],
  head: readonly string[],
  x: keyof Config,
): string {
  const [[first]] = rows
  const names = [...first.panel.map(({ name }) => name), ...axes]
  const isCompletion = head.includes('completed')
  const settings = rows.map(([spot]) => spotCells({ x }, spot, names))
  const texts = rows.map(([spot, cells], r) => {
    const cap = Math.min(...spot.runs.map(({ config }) => config.cap))
    const numbers = cells.map((cell, i) => {
      if (cell === null) return isCompletion && TIMES.includes(head[i]) ? `> ${cap}` : '-'
      return typeof cell === 'number' ? String(Number(cell.toPrecision(4))) : cell
    })
    return [...settings[r].map((cell) => cutHashes(String(cell ?? 'not used'))), ...numbers]
  })
  const words = [...names.map(wordsOf), ...head.map((name) => name.replaceAll('_', ' '))]
  const isText = (i: number) => [...settings.keys()].some((r) => typeof [...settings[r], ...rows[r][1]][i] === 'string')
  return toColumns(
    [words, ...texts],
    words.filter((_, i) => !isText(i)),
  )
}
