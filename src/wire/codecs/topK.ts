// top-k: of a ProxRM that an agent sends, only the k clusters that it visited most often travel, of equally visited ones
// those of lower indices. The server sends all that it has, because it does not know how often its clusters were visited.

import { integerIn } from '../../config/checks.ts'
import { blankEntries, type Entries } from './entries.ts'

/** How often clusters were visited. */
export interface VisitCounts {
  /** i32[M], ascending */
  readonly indices: Int32Array
  /** u32[M]: how many steps fell into each cluster */
  readonly visits: Uint32Array
}

/** The numbers of clusters that may be asked for. */
export const clusterCount = integerIn(1, 2147483647)

/** How often each entry's cluster was visited; 0 for a cluster that is not among them. */
function visitsOf({ ints, stride, integers, count }: Entries, counts: VisitCounts): Uint32Array {
  const found = new Uint32Array(count)
  for (let row = 0, k = 0; row < count; row++) {
    if (integers > 1) {
      found[row] = ints[row * stride + 1]
      continue
    }
    const index = ints[row * stride]
    while (k < counts.indices.length && counts.indices[k] < index) k++
    if (counts.indices[k] === index) found[row] = counts.visits[k]
  }
  return found
}

/** The value that is in place `rank` from above, 1 for the greatest: byte by byte from the highest, in one pass for each. */
function fromAbove(values: Uint32Array, rank: number): number {
  const counts = new Uint32Array(256)
  let value = 0
  let left = rank
  let bits = 0
  for (let k = 0; k < values.length; k++) bits |= values[k]
  // Most visits are few, so that only the lowest byte of them says something.
  let highest = 24
  while (highest > 0 && bits >>> highest === 0) highest -= 8
  for (let shift = highest; shift >= 0; shift -= 8) {
    const above = shift === 24 ? 0 : (0xffffffff << (shift + 8)) >>> 0
    counts.fill(0)
    for (let k = 0; k < values.length; k++) {
      if ((values[k] & above) >>> 0 === value) counts[(values[k] >>> shift) & 255]++
    }
    let byte = 255
    while (counts[byte] < left) left -= counts[byte--]
    value = (value | (byte << shift)) >>> 0
  }
  return value
}

/** The entries of the `most` clusters that were visited most often, in their order. */
export function mostVisited(from: Entries, most: number, counts: VisitCounts): Entries {
  if (from.count <= most) return from
  const visits = visitsOf(from, counts)
  const least = fromAbove(visits, most)
  let ties = most
  for (let row = 0; row < from.count; row++) if (visits[row] > least) ties--
  const kept = blankEntries(from.kind, from.space, most)
  for (let row = 0, to = 0; row < from.count; row++) {
    if (visits[row] < least || (visits[row] === least && ties-- <= 0)) continue
    const at = row * from.stride
    for (let k = 0; k < from.stride; k++) kept.ints[to + k] = from.ints[at + k]
    to += from.stride
  }
  return kept
}
