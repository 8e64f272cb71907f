// A table with a name for each column, as CSV and as Parquet. Both hold the same cells: numbers are numbers, and what is
// unknown is empty. Parquet needs an optional package, which is imported when a table is written.

import { importAll } from '../config/packages.ts'
import { type TextCell, toCsvText } from './text.ts'

/** Rows under the names of their columns. */
export interface DataTable {
  readonly head: readonly string[]
  /** each as long as the head */
  readonly rows: readonly (readonly TextCell[])[]
}

/** The table as CSV: the head, then one line per row. An unknown cell is empty. */
export const toTableCsv = ({ head, rows }: DataTable): string => toCsvText([head, ...rows])

/**
 * The bytes of a Parquet file with one row group. A column of integers is INT64 and one of numbers is DOUBLE. One that has
 * a text is STRING, with its numbers as the texts that CSV shows. All columns may be null.
 * @throws MissingPackagesError if hyparquet-writer is not installed
 */
export async function toParquet({ head, rows }: DataTable): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await loadWriter()
  const columnData = head.map((name, i) =>
    parquetColumn(
      name,
      rows.map((row) => row[i]),
    ),
  )
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'frd' }))
}

function parquetColumn(name: string, cells: readonly TextCell[]) {
  const known = cells.filter((cell) => cell !== null)
  const filled = <T>(convert: (cell: string | number) => T) =>
    cells.map((cell) => (cell === null ? null : convert(cell)))
  if (known.some((cell) => typeof cell === 'string')) {
    return { name, data: filled(String), type: 'STRING', nullable: true } as const
  }
  if (known.length && known.every(Number.isSafeInteger)) {
    return { name, data: filled(BigInt), type: 'INT64', nullable: true } as const
  }
  return { name, data: filled(Number), type: 'DOUBLE', nullable: true } as const
}

async function loadWriter() {
  const { 'hyparquet-writer': writer } = await importAll('Parquet files', {
    'hyparquet-writer': () => import('hyparquet-writer'),
  })
  return writer
}

/** Checks that Parquet files can be written, before anything is computed. @throws as toParquet */
export async function checkParquet(): Promise<void> {
  await loadWriter()
}
