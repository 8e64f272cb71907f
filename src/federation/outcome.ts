// What a call comes to, kept until it is wanted: its value, or what it threw.

const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as PromiseLike<T> | null)?.then === 'function'

/** Calls, waits where the answer is a promise, and returns a function that returns the value or throws what was thrown. */
export async function outcomeOf<T>(call: () => T | PromiseLike<T>): Promise<() => T> {
  try {
    const made = call()
    const value = isPromise(made) ? await made : made
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}
