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
  const widths = texts[0].map((_, i) => texts.reduce((most, row) => Math.max(most, row[i].length), 0))
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

/**
 * The lines of a text, each of which ends with a line feed; null if it has more than `most` of them or does not end so.
 * They are counted first, because a file of nothing but line feeds would take 30 times its size in memory.
 */
export function linesWithin(text: string, most: number): string[] | null {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) if (++count > most) return null
  return text.endsWith('\n') ? text.split('\n').slice(0, -1) : null
}

/** The values in groups of one key, both in the order in which they first appear. */
export function groupsOf<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const known = groups.get(key)
    if (known) known.push(value)
    else groups.set(key, [value])
  }
  return groups
}

/** The order of texts by their code units, which no locale changes. */
export const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
