// The words of every refusal, in one place: what was expected, what was there, and why or what to do next. A message may
// quote a file that anyone has written, so what a terminal would obey stands in it as an escape.

/**
 * The message of a refused value: `"name" expected X, got Y: why`.
 * @param name the field, flag or argument
 * @param what what is accepted, in words: 'an integer in 1..215'
 * @param got the value that was there; long texts are cut
 * @param why the reason, or what to do next; empty unless it helps
 */
export function expected(name: string, what: string, got: unknown, why = ''): string {
  return printable(`"${cut(name, 200)}" expected ${what}, got ${display(got)}${why && `: ${cut(why, 2000)}`}`)
}

/**
 * Control characters, among them those with which a terminal's sequences begin, the marks that turn the direction of a
 * text, the separators of lines, and halves of a surrogate pair.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The text with `\u001b` in place of the character that no terminal must obey, and so for all that are not seen. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (one) => {
    const digits = one.codePointAt(0)!.toString(16).padStart(4, '0')
    return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits}`
  })
}

/** The lines of a text, each of them printable. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}...` : text)

/** The message for a name that is not known: lists the known ones, and points out the nearest. */
export function expectedOneOf(name: string, known: readonly string[], got: unknown, why = ''): string {
  const nearest = typeof got === 'string' ? nearestOf(known, got) : undefined
  return expected(name, `one of ${known.join(', ')}`, got, why || (nearest ? `did you mean ${nearest}?` : ''))
}

/** Characters of a value that a message shows. */
const MAX_SHOWN = 80

/** Characters of an object. */
const MAX_OBJECT = 400

/** The value as a text. It never throws and is never long, whatever a caller has passed. */
function display(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value, MAX_SHOWN))
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return cut(`${value}n`, MAX_SHOWN)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : cut(String(value), MAX_SHOWN)
  const kind = kindOf(value)
  try {
    if (isProxied(value)) return 'a proxy of a typed array'
    if (Array.isArray(value) && value.length > MAX_SHOWN) return `an array of ${value.length}`
    return kind === 'Object' || kind === 'Array' ? cut(JSON.stringify(value) ?? kind, MAX_OBJECT) : kind
  } catch {
    return kind // it refers to itself, or it holds a bigint
  }
}

/** Whether a value is a typed array only by its prototype, as a proxy of one is: its numbers cannot be read as a whole. */
export const isProxied = (value: unknown): boolean =>
  value instanceof Object.getPrototypeOf(Uint8Array) && !ArrayBuffer.isView(value)

/** What an object is, in the words of the language: Object, Array, Map, Uint8Array. It is the same in every realm. */
function kindOf(value: object): string {
  try {
    return Object.prototype.toString.call(value).slice('[object '.length, -1)
  } catch {
    return 'an object' // a proxy that was revoked
  }
}

/** The known name that takes the fewest edits, where those are few for its length. */
export function nearestOf(known: readonly string[], got: string): string | undefined {
  if (got.length > 40) return undefined
  const ranked = known
    .map((name) => ({ name, edits: editsBetween(name.toLowerCase(), got.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
  const [best] = ranked
  return best && best.edits <= Math.ceil(best.name.length / 3) ? best.name : undefined
}

/** How many letters must be inserted, deleted, replaced or exchanged with the next one: Levenshtein, with transpositions. */
function editsBetween(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const edits = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(isSwapped ? Math.min(edits, before[j - 2] + 1) : edits)
    }
    before = row
    row = next
  }
  return row[b.length]
}
