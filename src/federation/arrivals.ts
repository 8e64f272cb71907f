// What arrives at any time and is taken one by one: a list to which one side adds, and from which the other side takes
// what comes next, as soon as it is there.

/** A list of what has arrived and was not taken yet. */
export interface Arrivals<T> {
  /** adds a value; after the end nothing is added any more */
  readonly add: (value: T) => void
  /** ends the list; the first end counts, and what was added before is still taken */
  readonly end: (error?: Error) => void
  /** resolves to the next value, or to null at the end; rejects where the list ended with an error */
  readonly next: () => Promise<T | null>
}

/** Opens an empty list. */
export function openArrivals<T>(): Arrivals<T> {
  const values: T[] = []
  let ended: { readonly error?: Error } | null = null
  let wake = () => {}
  return {
    add: (value) => {
      if (!ended) values.push(value)
      wake()
    },
    end: (error) => {
      ended ??= { error }
      wake()
    },
    next: async () => {
      while (values.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (values.length > 0) return values.shift() as T
      if (ended?.error) throw ended.error
      return null
    },
  }
}
