// Rows of cells as text: columns for a terminal, and CSV (RFC 4180, lines ended by a line feed).

export type Cell = string | number | null

/**
 * Columns two spaces apart, each as wide as its widest cell; no spaces at the end of a line.
 * @param rows the head first; all of one length
 * @param right heads of the columns that stand flush right
 */
export function toColumns(rows: readonly (readonly Cell[])[], right: readonly string[] = []): string {
  const texts = rows.map((row) => row.map(textOf))
  const widths = texts[0].map((_, i) => Math.max(...texts.map((row) => row[i].length)))
  const isRight = texts[0].map((head) => right.includes(head))
  return texts
    .map((row) => row.map((text, i) => (isRight[i] ? text.padStart(widths[i]) : text.padEnd(widths[i]))).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

/** A line a row; null is empty, numbers are the shortest text that reads back, quotes stand only where they must. */
export function toCsvText(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map((cell) => quoted(textOf(cell))).join(',')}\n`).join('')
}

const textOf = (cell: Cell) => String(cell ?? '')

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
