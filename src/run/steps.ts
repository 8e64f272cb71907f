// Long work of one thread as a generator that yields wherever the work may be left. Who waits for it decides what happens
// at a yield: the command line looks at signals there, and toEnd goes on at once.

/** Work that yields wherever it may be left, and returns what it made. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Does the work in one go. */
export function toEnd<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
