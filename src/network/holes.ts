// What is known of old brokers: versions of nats-server that anyone may bring down before login.

/** The first versions without the holes, one for each line of releases that is kept up. */
const MENDED: readonly (readonly number[])[] = [
  [2, 12, 12],
  [2, 14, 3],
]

const isBefore = (a: readonly number[], b: readonly number[]) => {
  const at = a.findIndex((number, i) => number !== b[i])
  return at >= 0 && a[at] < b[at]
}

/**
 * Whether a nats-server of this version has holes that are reached over WebSocket before login (CVE-2026-33219 and others).
 * A version that cannot be read counts as an old one.
 */
export function hasKnownHoles(version: string): boolean {
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number)
  if (!numbers) return true
  const line = MENDED.find(([major, minor]) => major === numbers[0] && minor === numbers[1])
  return isBefore(numbers, line ?? MENDED[MENDED.length - 1])
}
