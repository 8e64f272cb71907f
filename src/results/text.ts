// Rows as text: columns for a terminal, and CSV (RFC 4180, each line ended by a line feed).

/** One cell of a row; null is shown as an empty text. */
export type TextCell = string | number | null

/**
 * Columns two spaces apart, each as wide as its widest cell; no line ends with spaces.
 * @param rows all of one length, the head first
 * @param right the heads of those columns that are aligned to the right
 */
export function toColumns(rows: readonly (readonly TextCell[])[], right: readonly string[] = []): string {
  const texts = rows.map((row) => row.map(textOf))
  const widths = texts[0].map((_, i) => Math.max(...texts.map((row) => row[i].length)))
  const isRight = texts[0].map((head) => right.includes(head))
  return texts
    .map((row) => row.map((text, i) => (isRight[i] ? text.padStart(widths[i]) : text.padEnd(widths[i]))).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

/** One line per row. A number is the shortest text that reads back to it; quotes stand only where they are needed. */
export function toCsvText(rows: readonly (readonly TextCell[])[]): string {
  return rows.map((row) => `${row.map((cell) => quoted(textOf(cell))).join(',')}\n`).join('')
}

const textOf = (cell: TextCell) => String(cell ?? '')

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The order of texts by their code units, which no locale changes. */
export const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
