// What is wrong with code of one's own, in words: the message of what it threw, with the line of its file where the stack
// names one, and the refusal of functions that answer later. It runs none of that code.

/** The address of a module that was loaded from a file under its hash, and the place in it, as stacks write them. */
const PLACE = /([^/\\\s(@]+)\?[0-9a-f]{64}(?::(\d+):(\d+))?/

/** A name of a file as it stands in an address. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/**
 * What was thrown, in words: its message and, where it passed through a file of one's own, ` (at catch.js:31:15)`. Of the
 * file only the name is told, since its address has a hash that nobody typed.
 */
export function describeFault(thrown: unknown): string {
  const { message = String(thrown), stack = '' } = thrown instanceof Error ? thrown : {}
  const plain = message.replace(new RegExp(PLACE, 'g'), (_, name: string, line?: string, column?: string) =>
    line ? `${decoded(name)}:${line}:${column}` : decoded(name),
  )
  // The message stands in the stack too, and may name a place that is not where it was thrown.
  const [, name, line, column] = PLACE.exec(stack.replace(message, '')) ?? []
  return line ? `${plain} (at ${decoded(name)}:${line}:${column})` : plain
}

/**
 * Refuses a promise, which no run in one process can wait for. If it is rejected later, nothing more is told.
 * @throws TypeError
 */
export function refusePromise(value: unknown, name: string): void {
  if (typeof (value as PromiseLike<unknown> | null)?.then !== 'function') return
  Promise.resolve(value).catch(() => {})
  throw new TypeError(`"${name}" returned a promise: a run in one process needs ${name} to be synchronous`)
}
