// What a number format is: a way to write the numbers and the policies of a body in fewer bytes than float32 takes, and to
// read them back. Each format is a file of this folder and a line in index.ts.

/** Numbers of a body where they lie: `columns` floats of each row, from `offset` on, with `stride` floats from row to row. */
export interface Columns {
  readonly floats: Float32Array
  readonly offset: number
  readonly stride: number
  readonly rows: number
  readonly columns: number
}

/** The next word of a stream, u32. A format that rounds to nearest draws none. */
export type Words = () => number

/** How numbers and policies are written. Positions are bytes; the sizes are exact. */
export interface NumberFormat {
  /** bytes of any finite numbers */
  readonly numberBytes: (rows: number, columns: number) => number
  /** bytes of policies */
  readonly policyBytes: (rows: number, actions: number) => number
  /** @throws RangeError for a number that the format does not have */
  readonly writeNumbers: (from: Columns, to: Uint8Array, at: number, words: Words) => void
  readonly writePolicies: (from: Columns, to: Uint8Array, at: number, words: Words) => void
  /** @throws PayloadError for bytes that the format does not write */
  readonly readNumbers: (from: Uint8Array, at: number, to: Columns) => void
  /** @throws PayloadError for bytes that the format does not write */
  readonly readPolicies: (from: Uint8Array, at: number, to: Columns) => void
  /** how far a number may be from the one that was written, where no number of its block is greater than `most` */
  readonly numberError: (most: number) => number
  /** how far a probability may be from the one that was written, where those of its policy sum to 1 */
  readonly policyError: (actions: number) => number
}
